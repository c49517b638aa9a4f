// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "balance.circom";
include "range.circom";
include "slot.circom";

// The event of a run, or none. It attests no kind of metal: only a birth makes a credit.
template RunEvent() {
    signal input tag; // of a lot; an event is the type after it
    signal input commitment;
    signal input slots[SLOTS()];
    signal input salt;
    signal output used;

    component event = Slot();
    event.tag <== tag + 1;
    event.commitment <== commitment;
    event.slots <== slots;
    event.salt <== salt;
    used <== event.used;

    component amount[BURDEN()];
    for (var s = 0; s < BURDEN(); s++) {
        amount[s] = InRange(AMOUNT_BITS());
        amount[s].in <== slots[s];
    }
    component attested[CREDITS()];
    for (var k = 0; k < CREDITS(); k++) {
        attested[k] = Zero();
        attested[k].in <== slots[FIRST_CREDIT() + k];
    }
}
