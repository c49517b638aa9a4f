// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";
include "balance.circom";
include "comparison.circom";
include "context.circom";
include "credit.circom";
include "event.circom";
include "range.circom";
include "unit.circom";

// Unpacks the rule of a birth (SPEC section 5): a count, the gates of the credits, the gate of CAHRA. A word of
// more than 37 bits has no witness.
template BirthRule() {
    signal input rule;
    signal output count;
    signal output gate[CREDITS()];
    signal output cahra;

    component bits = Num2Bits(COUNT_BITS() + CREDITS() + 1);
    bits.in <== rule;

    component number = Bits2Num(COUNT_BITS());
    for (var i = 0; i < COUNT_BITS(); i++) {
        number.in[i] <== bits.out[i];
    }
    count <== number.out;
    for (var k = 0; k < CREDITS(); k++) {
        gate[k] <== bits.out[COUNT_BITS() + k];
    }
    cahra <== bits.out[COUNT_BITS() + CREDITS()];
}

// Asserts what an event may attest of a birth: every amount has 64 bits, there is metal, no kind exceeds it,
// the two recycled kinds exclude each other, and direct emissions are a part of the carbon.
template BirthEvent() {
    signal input metal;
    signal input carbon;
    signal input attested[CREDITS()];
    signal input direct;

    component amount[3 + CREDITS()];
    for (var i = 0; i < 3 + CREDITS(); i++) {
        amount[i] = InRange(AMOUNT_BITS());
    }
    amount[0].in <== metal;
    amount[1].in <== carbon;
    amount[2].in <== direct;

    component something = NonZero();
    something.in <== metal;

    component kind[CREDITS()];
    for (var k = 0; k < CREDITS(); k++) {
        amount[3 + k].in <== attested[k];
        kind[k] = AtMost(AMOUNT_BITS());
        kind[k].low <== attested[k];
        kind[k].high <== metal;
    }

    component exclusive = Exclusive();
    exclusive.metal <== metal;
    exclusive.credit <== attested;

    component within = DirectWithin();
    within.direct <== direct;
    within.carbon <== carbon;
}

// A lot is born from a standing event (SPEC section 5).
//
// 1. The event opens to what the oracle nodes attested; its units are the public count.
// 2. Its amounts are possible.
// 3. The lot takes over metal, carbon, units and direct emissions; a credit only through its public gate; all metal
//    is of a conflict-affected or high-risk area unless the contract knows better.
// 4. The lot's commitment is to exactly these amounts.
//
// Public:  ctx, tag (of a lot), event, lot, rule
// Private: metal, carbon, attested, direct, eventSalt, lotSalt
template Origin() {
    signal input ctx;
    signal input tag;
    signal input event;
    signal input lot;
    signal input rule;
    signal input metal;
    signal input carbon;
    signal input attested[CREDITS()];
    signal input direct;
    signal input eventSalt;
    signal input lotSalt;

    component context = Context();
    context.ctx <== ctx;
    component word = BirthRule();
    word.rule <== rule;

    component eventOpened = Commitment();
    component lotOpened = Commitment();

    // 1. and 4. Where the event of a run has its scrap, that of a birth has 0.
    eventOpened.tag <== tag + BIRTH();
    eventOpened.slots[METAL()] <== metal;
    eventOpened.slots[CARBON()] <== carbon;
    eventOpened.slots[SCRAP()] <== 0;
    eventOpened.slots[UNITS()] <== word.count;
    eventOpened.slots[DIRECT()] <== direct;
    eventOpened.salt <== eventSalt;

    lotOpened.tag <== tag;
    lotOpened.slots[METAL()] <== metal;
    lotOpened.slots[CARBON()] <== carbon;
    lotOpened.slots[CAHRA()] <== word.cahra * metal;
    lotOpened.slots[UNITS()] <== word.count;
    lotOpened.slots[DIRECT()] <== direct;
    lotOpened.salt <== lotSalt;

    // 3.
    for (var k = 0; k < CREDITS(); k++) {
        eventOpened.slots[FIRST_CREDIT() + k] <== attested[k];
        lotOpened.slots[FIRST_CREDIT() + k] <== word.gate[k] * attested[k];
    }
    eventOpened.out === event;
    lotOpened.out === lot;

    // 2.
    component possible = BirthEvent();
    possible.metal <== metal;
    possible.carbon <== carbon;
    possible.attested <== attested;
    possible.direct <== direct;
}
