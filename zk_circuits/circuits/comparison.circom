// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "comparators.circom";
include "range.circom";

// Asserts low <= high. The caller answers for |high - low| < 2^n, and n <= 252 keeps that far from r.
template AtMost(n) {
    signal input low;
    signal input high;

    component difference = InRange(n);
    difference.in <== high - low;
}

// out = 1 when low <= high, else 0. The caller answers for 0 <= low < 2^n and 0 <= high < 2^n:
// LessEqThan reads the top bit of low + 2^n - (high + 1) and knows nothing of numbers beyond.
template IsAtMost(n) {
    signal input low;
    signal input high;
    signal output out;

    component compare = LessEqThan(n);
    compare.in[0] <== low;
    compare.in[1] <== high;
    out <== compare.out;
}

// Asserts low[0] * low[1] <= high[0] * high[1]. The caller answers for both products < 2^n.
template ProductAtMost(n) {
    signal input low[2];
    signal input high[2];

    signal lowProduct <== low[0] * low[1];
    signal highProduct <== high[0] * high[1];

    component atMost = AtMost(n);
    atMost.low <== lowProduct;
    atMost.high <== highProduct;
}
