// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "comparators.circom";
include "balance.circom";

// One place for a lot or an event in a proof, which may stay empty.
//
// 1. The slot is used exactly when its public commitment is not 0: the contract decides, not the prover.
// 2. A used slot opens to its commitment.
// 3. Every amount of an unused slot is 0, so that padding adds nothing to any sum.
//
// tag, commitment - public, or made of public signals only
// slots, salt     - private; the salt of an unused slot is free, it means nothing
// used            - 1 or 0
template Slot() {
    signal input tag;
    signal input commitment;
    signal input slots[SLOTS()];
    signal input salt;
    signal output used;

    // 1. IsZero makes a boolean of a public signal.
    component empty = IsZero();
    empty.in <== commitment;
    used <== 1 - empty.out;

    // 2. In an unused slot both sides are 0.
    component opened = Commitment();
    opened.tag <== tag;
    opened.slots <== slots;
    opened.salt <== salt;
    opened.out * used === commitment;

    // 3.
    component padding[SLOTS()];
    for (var s = 0; s < SLOTS(); s++) {
        padding[s] = ZeroUnless();
        padding[s].in <== slots[s];
        padding[s].used <== used;
    }
}

// Asserts in = 0, unless used is 1.
template ZeroUnless() {
    signal input in;
    signal input used;

    in * (1 - used) === 0;
}

// Asserts that a slot is used exactly when its metal is not 0: a run makes no empty lot.
template MetalMeansUsed() {
    signal input metal;
    signal input used;

    component empty = IsZero();
    empty.in <== metal;
    empty.out === 1 - used;
}
