// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../circuits/rebook.circom";

component main { public [ctx, tag, rule, in, out] } = Rebook(2);
