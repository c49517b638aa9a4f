// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";

// The bits of an amount: 0 <= x < 2^64 (SPEC, first section).
function AMOUNT_BITS() { return 64; }

// Asserts 0 <= in < 2^n, for n <= 252. A negative number -x stands in the field as r - x, which has 254 bits:
// this refuses it as well, as long as x < r - 2^n.
template InRange(n) {
    assert(n <= 252); // above, two bit strings can stand for one field element
    signal input in;

    component bits = Num2Bits(n);
    bits.in <== in;
}

// Asserts in != 0: only then has it an inverse.
template NonZero() {
    signal input in;

    signal inverse <-- in == 0 ? 0 : 1 / in;
    in * inverse === 1;
}

// Asserts in = 0.
template Zero() {
    signal input in;

    in === 0;
}
