// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "balance.circom";
include "range.circom";

// The bits of a public count of units.
function COUNT_BITS() { return 32; }

// The bits of a sum of n counts.
function COUNT_SUM_BITS(n) {
    var bits = COUNT_BITS();
    for (var m = 1; m < n; m *= 2) {
        bits++;
    }
    return bits;
}

// Asserts |metal * units - total * count| < units where it is selected: this output has its share of the metal of all
// such outputs by count, to less than 1 mg.
//
// As two numbers of n bits, n = COUNT_SUM_BITS + 1: their sum is 2 * (units - selected), so neither wraps around.
// Without the selection both products are 0.
template EqualUnit(n) {
    signal input metal; // 0 unless selected
    signal input count; // 0 unless selected
    signal input total;
    signal input units;
    signal input selected;

    signal held <== metal * units;
    signal due <== total * count;

    component notBelow = InRange(n);
    notBelow.in <== held - due + units - selected;
    component notAbove = InRange(n);
    notAbove.in <== due - held + units - selected;
}

// The units of m outputs (SPEC section 6, step 4).
//
// 1. Each output holds the units that its public count says.
// 2. Outputs in units are together as many as went in or were attested.
// 3. They hold equal metal.
//
// units    - what the event attests, or the sum of the inputs: below 2^66
// count    - public, 32 bits
// selected - public, boolean: whether the output comes in units
template EqualUnits(m) {
    signal input units;
    signal input count[m];
    signal input selected[m];
    signal input slots[m][SLOTS()];

    signal metal[m];
    signal counted[m];
    var metals = 0;
    var counts = 0;
    for (var j = 0; j < m; j++) {
        // 1.
        slots[j][UNITS()] === count[j];

        metal[j] <== selected[j] * slots[j][METAL()];
        counted[j] <== selected[j] * count[j];
        metals += metal[j];
        counts += counted[j];
    }
    signal total <== metals;
    signal made <== counts;

    // 2. Where no output comes in units, none is counted.
    made * (made - units) === 0;

    // 3.
    component equal[m];
    for (var j = 0; j < m; j++) {
        equal[j] = EqualUnit(COUNT_SUM_BITS(m) + 1);
        equal[j].metal <== metal[j];
        equal[j].count <== counted[j];
        equal[j].total <== total;
        equal[j].units <== made;
        equal[j].selected <== selected[j];
    }
}
