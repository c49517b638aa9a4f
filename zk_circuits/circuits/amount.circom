// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "balance.circom";
include "range.circom";

// Asserts that each slot of a balance or of an event is an amount.
template Amounts() {
    signal input slots[SLOTS()];

    component amount[SLOTS()];
    for (var s = 0; s < SLOTS(); s++) {
        amount[s] = InRange(AMOUNT_BITS());
        amount[s].in <== slots[s];
    }
}
