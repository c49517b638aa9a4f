// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";
include "balance.circom";
include "ppm.circom";
include "unit.circom";

// The outputs that a word speaks of, however many a circuit has.
function WORD_OUTPUTS() { return 4; }

// Unpacks the rule of a run (SPEC section 6). Every selector is a bit of one public number, hence boolean and
// chosen by the contract; a word of more than 227 bits has no witness.
//
// rule         - public
// count        - units of each output
// proportional - 1: each output has its share of a credit; 0: mass balance
// whole        - 1: each credit of an output is at 0 or 100 %
// settles      - 1: the output takes the salt after the input's
// gate, grant  - 1: credit k passes; all metal may bear credit k
// isScrap, inUnits - what output j is
// tolerance    - ppm of the metal of an input
// lossFrom, lossTo, scrapTo - ppm of metal in
template RuleWord() {
    signal input rule;
    signal output count[WORD_OUTPUTS()];
    signal output proportional;
    signal output whole;
    signal output settles;
    signal output gate[CREDITS()];
    signal output grant[CREDITS()];
    signal output isScrap[WORD_OUTPUTS()];
    signal output inUnits[WORD_OUTPUTS()];
    signal output tolerance;
    signal output lossFrom;
    signal output lossTo;
    signal output scrapTo;

    var m = WORD_OUTPUTS();
    var flags = COUNT_BITS() * m;
    var credits = flags + 3;
    var masks = credits + 2 * CREDITS();
    var shares = masks + 2 * m;
    component bits = Num2Bits(shares + 4 * PPM_BITS());
    bits.in <== rule;

    component number[WORD_OUTPUTS()];
    for (var j = 0; j < m; j++) {
        number[j] = Bits2Num(COUNT_BITS());
        for (var i = 0; i < COUNT_BITS(); i++) {
            number[j].in[i] <== bits.out[COUNT_BITS() * j + i];
        }
        count[j] <== number[j].out;
        isScrap[j] <== bits.out[masks + j];
        inUnits[j] <== bits.out[masks + m + j];
    }
    proportional <== bits.out[flags];
    whole <== bits.out[flags + 1];
    settles <== bits.out[flags + 2];
    for (var k = 0; k < CREDITS(); k++) {
        gate[k] <== bits.out[credits + k];
        grant[k] <== bits.out[credits + CREDITS() + k];
    }

    component ppm[4];
    for (var f = 0; f < 4; f++) {
        ppm[f] = PpmField();
        for (var i = 0; i < PPM_BITS(); i++) {
            ppm[f].bits[i] <== bits.out[shares + f * PPM_BITS() + i];
        }
    }
    tolerance <== ppm[0].out;
    lossFrom <== ppm[1].out;
    lossTo <== ppm[2].out;
    scrapTo <== ppm[3].out;
}
