// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../circuits/origin.circom";

component main { public [ctx, tag, event, lot, rule] } = Origin();
