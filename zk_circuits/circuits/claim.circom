// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";
include "comparators.circom";
include "amount.circom";
include "balance.circom";
include "context.circom";
include "ppm.circom";
include "range.circom";

// Unpacks a statement (SPEC section 9) and asserts that it chooses exactly one measure; a credit share is chosen
// by a mask that is not 0. Every selector is a bit of one public number, hence boolean.
template Statement() {
    signal input statement;
    signal output threshold;
    signal output mask[CREDITS()];
    signal output direct;
    signal output cahra;
    signal output carbon;
    signal output perUnit;
    signal output isCredit;

    var measures = AMOUNT_BITS() + CREDITS();
    component bits = Num2Bits(measures + 4);
    bits.in <== statement;

    component number = Bits2Num(AMOUNT_BITS());
    for (var i = 0; i < AMOUNT_BITS(); i++) {
        number.in[i] <== bits.out[i];
    }
    threshold <== number.out;

    component noMask = IsZero();
    var masked = 0; // at most 4
    for (var k = 0; k < CREDITS(); k++) {
        mask[k] <== bits.out[AMOUNT_BITS() + k];
        masked += mask[k];
    }
    noMask.in <== masked;
    isCredit <== 1 - noMask.out;

    direct <== bits.out[measures];
    cahra <== bits.out[measures + 1];
    carbon <== bits.out[measures + 2];
    perUnit <== bits.out[measures + 3];
    isCredit + direct + cahra + carbon + perUnit === 1;
}

// Asserts measured >= threshold * base when atLeast is 1, <= when it is 0.
// measured is a sum of at most four amounts, 10^6 times: below 2^87. threshold and base: 64 bits, the product 128.
template Compared() {
    signal input measured;
    signal input base;
    signal input threshold;
    signal input atLeast;

    signal bound <== threshold * base;
    signal signed <== (2 * atLeast - 1) * (measured - bound);

    component holds = InRange(2 * AMOUNT_BITS());
    holds.in <== signed;
}

// One statement on one commitment (SPEC section 9).
//
// 1. The subject opens to amounts; it has metal.
// 2. The statement chooses one measure ...
// 3. ... and it holds: of metal, or of units where metal per unit is measured.
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
    signal direct <== chosen.direct * slots[DIRECT()];
    signal carbon <== chosen.carbon * slots[CARBON()];
    signal cahra <== chosen.cahra * slots[CAHRA()];
    signal credit[CREDITS()];
    var shared = direct + carbon + cahra;
    for (var k = 0; k < CREDITS(); k++) {
        credit[k] <== chosen.mask[k] * slots[FIRST_CREDIT() + k];
        shared += credit[k];
    }
    signal metal <== chosen.perUnit * slots[METAL()];
    signal units <== chosen.perUnit * slots[UNITS()];
    component counted = NonZero();
    counted.in <== 1 - chosen.perUnit + units; // a subject without units has no metal per unit

    component compared = Compared();
    compared.measured <== PPM() * shared + metal;
    compared.base <== slots[METAL()] - metal + units;
    compared.threshold <== chosen.threshold;
    compared.atLeast <== chosen.isCredit + chosen.perUnit;
}
