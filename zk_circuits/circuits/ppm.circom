// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";

// Parts per million have 20 bits: 0 ... 1,048,575.
function PPM_BITS() { return 20; }

// The number that stands for the whole.
function PPM() { return 1000000; }

// Reads a field of n bits.
template PpmField() {
    signal input bits[PPM_BITS()];
    signal output out;

    component number = Bits2Num(PPM_BITS());
    number.in <== bits;
    out <== number.out;
}
