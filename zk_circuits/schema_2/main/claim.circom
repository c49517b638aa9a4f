// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../circuits/claim.circom";

component main { public [ctx, tag, subject, statement] } = Claim();
