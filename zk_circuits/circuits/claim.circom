// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";
include "comparators.circom";
include "amount.circom";
include "balance.circom";
include "comparison.circom";
include "context.circom";
include "ppm.circom";

// Unpacks a statement (SPEC section 8) and asserts that it chooses exactly one measure; a credit share is chosen
// by a mask that is not 0. Every selector is a bit of one public number, hence boolean.
template Statement() {
    signal input statement;
    signal output threshold;
    signal output mask[CREDITS()];
    signal output cahra;
    signal output carbon;
    signal output isCredit;

    component bits = Num2Bits(AMOUNT_BITS() + CREDITS() + 2);
    bits.in <== statement;

    component number = Bits2Num(AMOUNT_BITS());
    for (var i = 0; i < AMOUNT_BITS(); i++) {
        number.in[i] <== bits.out[i];
    }
    threshold <== number.out;

    component noMask = IsZero();
    var masked = 0; // at most 5
    for (var k = 0; k < CREDITS(); k++) {
        mask[k] <== bits.out[AMOUNT_BITS() + k];
        masked += mask[k];
    }
    noMask.in <== masked;
    isCredit <== 1 - noMask.out;

    cahra <== bits.out[AMOUNT_BITS() + CREDITS()];
    carbon <== bits.out[AMOUNT_BITS() + CREDITS() + 1];
    isCredit + cahra + carbon === 1;
}

// Asserts measured * 10^6 >= threshold * metal when atLeast is 1, <= when it is 0.
// measured is a sum of at most five amounts: measured * 10^6 < 2^87. threshold and metal: 64 bits, the product 128.
template Share() {
    signal input measured;
    signal input metal;
    signal input threshold;
    signal input atLeast;

    signal bound <== threshold * metal;
    signal signed <== (2 * atLeast - 1) * (PPM() * measured - bound);

    component holds = InRange(2 * AMOUNT_BITS());
    holds.in <== signed;
}

// One statement on one commitment (SPEC section 8).
//
// 1. The subject opens to amounts; it has metal.
// 2. The statement chooses one measure ...
// 3. ... and it holds.
//
// Public:  ctx, tag (of the subject's own type), subject, statement
// Private: slots, salt
template Claim() {
    signal input ctx;
    signal input tag;
    signal input subject;
    signal input statement;
    signal input slots[SLOTS()];
    signal input salt;

    component context = Context();
    context.ctx <== ctx;

    // 1. The amounts are checked again, so that this circuit's bounds rest on nothing but itself.
    component opened = Commitment();
    opened.tag <== tag;
    opened.slots <== slots;
    opened.salt <== salt;
    opened.out === subject;
    component amounts = Amounts();
    amounts.slots <== slots;
    component something = NonZero();
    something.in <== slots[METAL()];

    // 2.
    component chosen = Statement();
    chosen.statement <== statement;

    // 3. All terms but those of the chosen measure are 0.
    signal carbon <== chosen.carbon * slots[CARBON()];
    signal cahra <== chosen.cahra * slots[CAHRA()];
    signal credit[CREDITS()];
    var measured = carbon + cahra;
    for (var k = 0; k < CREDITS(); k++) {
        credit[k] <== chosen.mask[k] * slots[FIRST_CREDIT() + k];
        measured += credit[k];
    }

    component share = Share();
    share.measured <== measured;
    share.metal <== slots[METAL()];
    share.threshold <== chosen.threshold;
    share.atLeast <== chosen.isCredit;
}
