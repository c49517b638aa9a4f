// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "amount.circom";
include "balance.circom";
include "range.circom";
include "slot.circom";

// The bits of a sum of n amounts.
function SUM_BITS(n) {
    var bits = AMOUNT_BITS();
    for (var m = 1; m < n; m *= 2) {
        bits++;
    }
    return bits;
}

// n lots that may be empty, and their sum.
// Every amount is checked, of lots that are consumed too: a sum is below 2^SUM_BITS(n) whatever they were made by.
template Lots(n) {
    signal input tag;
    signal input commitment[n];
    signal input slots[n][SLOTS()];
    signal input salt[n];
    signal output used[n];
    signal output sum[SLOTS()];

    component lot[n];
    component amounts[n];
    for (var i = 0; i < n; i++) {
        lot[i] = Slot();
        lot[i].tag <== tag;
        lot[i].commitment <== commitment[i];
        lot[i].slots <== slots[i];
        lot[i].salt <== salt[i];
        used[i] <== lot[i].used;

        amounts[i] = Amounts();
        amounts[i].slots <== slots[i];
    }
    for (var s = 0; s < SLOTS(); s++) {
        var total = 0;
        for (var i = 0; i < n; i++) {
            total += slots[i][s];
        }
        sum[s] <== total;
    }
}
