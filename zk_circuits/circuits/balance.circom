// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "poseidon.circom";

// The slots of a balance, in this order: metal, carbon, cahra, units, credit 1 ... credit 4, direct.
function SLOTS() { return 9; }

// Where each of them stands.
function METAL() { return 0; }
function CARBON() { return 1; }
function CAHRA() { return 2; }
function UNITS() { return 3; }
function FIRST_CREDIT() { return 4; }
function DIRECT() { return 8; }

// The number of credits.
function CREDITS() { return 4; }

// Commitment of a balance or of an event (SPEC section 2).
//
// tag      - type, format, schema and element, supplied by the contract
// slots    - the amounts, private
// salt     - hides them, private
// out      - the commitment
template Commitment() {
    signal input tag;
    signal input slots[SLOTS()];
    signal input salt;
    signal output out;

    component hash = Poseidon(2 + SLOTS());
    hash.inputs[0] <== tag;
    for (var s = 0; s < SLOTS(); s++) {
        hash.inputs[1 + s] <== slots[s];
    }
    hash.inputs[1 + SLOTS()] <== salt;
    out <== hash.out;
}
