// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";
include "balance.circom";
include "ppm.circom";

// Unpacks the rule of a run (SPEC section 6). Every selector is a bit of one public number, hence boolean and
// chosen by the contract; a word of more than 72 bits has no witness.
//
// rule         - public
// proportional - 1: each output has its share of a credit; 0: mass balance
// whole        - 1: each credit of an output is at 0 or 100 %
// gate, grant  - 1: credit k passes; all metal may bear credit k
// tolerance, lossFrom, lossTo - ppm of metal in
template RuleWord() {
    signal input rule;
    signal output proportional;
    signal output whole;
    signal output gate[CREDITS()];
    signal output grant[CREDITS()];
    signal output tolerance;
    signal output lossFrom;
    signal output lossTo;

    var flags = 2 + 2 * CREDITS();
    component bits = Num2Bits(flags + 3 * PPM_BITS());
    bits.in <== rule;

    proportional <== bits.out[0];
    whole <== bits.out[1];
    for (var k = 0; k < CREDITS(); k++) {
        gate[k] <== bits.out[2 + k];
        grant[k] <== bits.out[2 + CREDITS() + k];
    }

    component ppm[3];
    for (var f = 0; f < 3; f++) {
        ppm[f] = PpmField();
        for (var i = 0; i < PPM_BITS(); i++) {
            ppm[f].bits[i] <== bits.out[flags + f * PPM_BITS() + i];
        }
    }
    tolerance <== ppm[0].out;
    lossFrom <== ppm[1].out;
    lossTo <== ppm[2].out;
}
