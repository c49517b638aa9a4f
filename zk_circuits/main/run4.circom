// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../circuits/run.circom";

component main { public [ctx, tag, event, rule, in, out] } = Run(4);
