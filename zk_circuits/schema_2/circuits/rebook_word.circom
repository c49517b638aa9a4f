// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";
include "balance.circom";
include "unit.circom";

// The outputs that a rule word speaks of, in whatever circuit it is read.
function WORD_OUTPUTS() { return 4; }

// Unpacks the rule of a rebook of m outputs: the words of SPEC 2, section 6, that are proportional, let every credit
// pass, grant nothing, select no scrap, and whose four shares are 0. Any other word has no witness.
template RebookWord(m) {
    signal input rule;
    signal output count[m];
    signal output whole;
    signal output inUnits[m];

    var flags = COUNT_BITS() * WORD_OUTPUTS();
    var credits = flags + 3;
    var units = credits + 2 * CREDITS() + WORD_OUTPUTS();
    component isWhole = Num2Bits(1);
    component selected = Num2Bits(m);
    component number[m];
    isWhole.in <-- (rule >> (flags + 1)) & 1;
    selected.in <-- (rule >> units) & ((1 << m) - 1);
    var word = (1 << flags) + (((1 << CREDITS()) - 1) << credits);
    word += isWhole.in * (1 << (flags + 1)) + selected.in * (1 << units);
    for (var j = 0; j < m; j++) {
        number[j] = Num2Bits(COUNT_BITS());
        number[j].in <-- (rule >> (COUNT_BITS() * j)) & ((1 << COUNT_BITS()) - 1);
        word += number[j].in * (1 << (COUNT_BITS() * j));
        count[j] <== number[j].in;
        inUnits[j] <== selected.out[j];
    }
    whole <== isWhole.out[0];
    word === rule;
}
