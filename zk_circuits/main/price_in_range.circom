// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "../circuits/price_in_range.circom";

component main { public [ctx, tag, range, price, inside] } = PriceInRange();
