// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../circuits/total.circom";

component main { public [ctx, tag, total, totals, weights, part] } = Total(16);
