// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";
include "amount.circom";
include "balance.circom";
include "comparison.circom";
include "context.circom";
include "credit.circom";

// Asserts what an event may attest of a birth: every amount has 64 bits, there is metal, no kind exceeds it,
// and the two recycled kinds exclude each other.
template BirthEvent() {
    signal input metal;
    signal input carbon;
    signal input attested[CREDITS()];

    component amount[2 + CREDITS()];
    for (var i = 0; i < 2 + CREDITS(); i++) {
        amount[i] = InRange(AMOUNT_BITS());
    }
    amount[0].in <== metal;
    amount[1].in <== carbon;

    component something = NonZero();
    something.in <== metal;

    component kind[CREDITS()];
    for (var k = 0; k < CREDITS(); k++) {
        amount[2 + k].in <== attested[k];
        kind[k] = AtMost(AMOUNT_BITS());
        kind[k].low <== attested[k];
        kind[k].high <== metal;
    }

    component exclusive = Exclusive();
    exclusive.metal <== metal;
    exclusive.credit <== attested;
}

// A lot is born from a standing event (SPEC section 5).
//
// 1. The event opens to what the oracle nodes attested.
// 2. Its amounts are possible.
// 3. The lot takes over metal and carbon; a credit only through its public gate; all metal is of a conflict-affected
//    or high-risk area unless the contract knows better.
// 4. The lot's commitment is to exactly these amounts.
//
// Public:  ctx, tag (of a lot), event, lot, gates (bits 0-4: credit 1 ... 5, bit 5: CAHRA)
// Private: metal, carbon, attested, eventSalt, lotSalt
template Origin() {
    signal input ctx;
    signal input tag;
    signal input event;
    signal input lot;
    signal input gates;
    signal input metal;
    signal input carbon;
    signal input attested[CREDITS()];
    signal input eventSalt;
    signal input lotSalt;

    component context = Context();
    context.ctx <== ctx;

    // The contract's gates, as booleans; a number of more bits has no witness.
    component gate = Num2Bits(CREDITS() + 1);
    gate.in <== gates;

    component eventOpened = Commitment();
    component lotOpened = Commitment();

    // 1. and 4. An event is the next type after a lot. Its metal in is 0: nothing goes into a birth.
    eventOpened.tag <== tag + 1;
    eventOpened.slots[METAL()] <== metal;
    eventOpened.slots[CARBON()] <== carbon;
    eventOpened.slots[METAL_IN()] <== 0;
    eventOpened.slots[BURDEN()] <== 0;
    eventOpened.salt <== eventSalt;

    lotOpened.tag <== tag;
    lotOpened.slots[METAL()] <== metal;
    lotOpened.slots[CARBON()] <== carbon;
    lotOpened.slots[CAHRA()] <== gate.out[CREDITS()] * metal;
    lotOpened.slots[BURDEN()] <== 0;
    lotOpened.salt <== lotSalt;

    // 3.
    for (var k = 0; k < CREDITS(); k++) {
        eventOpened.slots[FIRST_CREDIT() + k] <== attested[k];
        lotOpened.slots[FIRST_CREDIT() + k] <== gate.out[k] * attested[k];
    }
    eventOpened.out === event;
    lotOpened.out === lot;

    // 2.
    component possible = BirthEvent();
    possible.metal <== metal;
    possible.carbon <== carbon;
    possible.attested <== attested;
}
