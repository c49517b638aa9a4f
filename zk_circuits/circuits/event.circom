// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "amount.circom";
include "balance.circom";
include "comparison.circom";
include "slot.circom";

// What is added to the tag of a lot for the tag of an event: a birth is type 2, an event of a run type 5.
function BIRTH() { return 1; }
function RUN_EVENT() { return 4; }

// Where the amounts of an event of a run stand (SPEC section 2); carbon, units and direct as in a lot.
function PRODUCT() { return 0; }
function SCRAP() { return 2; }
function FIRST_METAL_IN() { return 4; }

// As many metals in have a slot.
function MOST_INPUTS() { return 4; }

// Asserts that direct emissions are a part of all carbon. Both are amounts.
template DirectWithin() {
    signal input direct;
    signal input carbon;

    component part = AtMost(AMOUNT_BITS());
    part.low <== direct;
    part.high <== carbon;
}

// The event of a run, or none.
template RunEvent() {
    signal input tag; // of a lot
    signal input commitment;
    signal input slots[SLOTS()];
    signal input salt;
    signal output used;

    component event = Slot();
    event.tag <== tag + RUN_EVENT();
    event.commitment <== commitment;
    event.slots <== slots;
    event.salt <== salt;
    used <== event.used;

    component amounts = Amounts();
    amounts.slots <== slots;
    component within = DirectWithin();
    within.direct <== slots[DIRECT()];
    within.carbon <== slots[CARBON()];
}
