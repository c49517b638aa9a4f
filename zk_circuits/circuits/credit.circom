// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "balance.circom";
include "comparison.circom";
include "range.circom";

// What the inputs bring of one credit (SPEC section 6, step 6):
// all metal where it is granted, else what passes the gate. gate and grant are boolean.
template CreditPool() {
    signal input consumed; // metal in
    signal input credited; // the credit of the inputs
    signal input gate;
    signal input grant;
    signal output out;

    signal passed <== gate * credited;
    out <== passed + grant * (consumed - passed);
}

// Asserts that a credit is at 0 or 100 % of its metal, when whole is 1.
template WholeOrNothing() {
    signal input whole;
    signal input metal;
    signal input credit;

    signal selected <== whole * credit;
    selected * (metal - credit) === 0;
}

// One credit of all n outputs (SPEC section 6, step 6).
//
// 1. Together they bear their share of the loss: sum of credits / made <= pool / consumed.
// 2. Each is at most its share of the pool when proportional, else at most its metal.
// 3. When whole, each is at 0 or 100 %.
//
// width - bits of a sum of lots: consumed, made, pool and the sum of credits < 2^width
template CreditRule(n, width) {
    signal input consumed;
    signal input made;
    signal input pool;
    signal input proportional;
    signal input whole;
    signal input metal[n];
    signal input credit[n];

    // 1.
    var sum = 0;
    for (var j = 0; j < n; j++) {
        sum += credit[j];
    }
    component bearsLoss = ProductAtMost(2 * width);
    bearsLoss.low <== [sum, consumed];
    bearsLoss.high <== [pool, made];

    // 2.
    signal ceiling <== consumed + proportional * (pool - consumed);
    component atMost[n];
    component wholeOrNothing[n];
    for (var j = 0; j < n; j++) {
        atMost[j] = ProductAtMost(AMOUNT_BITS() + width);
        atMost[j].low <== [credit[j], consumed];
        atMost[j].high <== [ceiling, metal[j]];

        // 3.
        wholeOrNothing[j] = WholeOrNothing();
        wholeOrNothing[j].whole <== whole;
        wholeOrNothing[j].metal <== metal[j];
        wholeOrNothing[j].credit <== credit[j];
    }
}

// Asserts that the two recycled credits (2 and 3) exclude each other (SPEC section 3). All three are amounts.
template Exclusive() {
    signal input metal;
    signal input credit[CREDITS()];

    component together = AtMost(AMOUNT_BITS() + 1);
    together.low <== credit[1] + credit[2];
    together.high <== metal;
}
