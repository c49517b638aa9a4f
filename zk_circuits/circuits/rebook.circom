// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "amount.circom";
include "context.circom";
include "lots.circom";
include "rebook_word.circom";
include "run_credits.circom";
include "shares.circom";
include "unit.circom";

// Lots are cut up or joined on paper (SPEC section 7): a run without an event, of few lots.
//
// 1. The rule is that of a rebook. Every used slot opens to its commitment, every unused one is empty.
// 2. All metal stays, and there is some.
// 3. Units are as many as before, and equal.
// 4. Carbon, direct emissions and cahra are allocated by metal.
// 5. So are the credits.
//
// Public:  ctx, tag (of a lot), rule, in, out (0: unused)
// Private: inSlots, inSalt, outSlots, outSalt
template Rebook(n) {
    signal input ctx;
    signal input tag;
    signal input rule;
    signal input in[n];
    signal input out[n];
    signal input inSlots[n][SLOTS()];
    signal input inSalt[n];
    signal input outSlots[n][SLOTS()];
    signal input outSalt[n];

    var width = SUM_BITS(n);
    component context = Context();
    context.ctx <== ctx;

    // 1.
    component word = RebookWord(n);
    word.rule <== rule;
    component consumed = Lots(n);
    (consumed.tag, consumed.commitment) <== (tag, in);
    (consumed.slots, consumed.salt) <== (inSlots, inSalt);
    component made = Lots(n);
    (made.tag, made.commitment) <== (tag, out);
    (made.slots, made.salt) <== (outSlots, outSalt);
    component madeUsed[n];
    for (var j = 0; j < n; j++) {
        madeUsed[j] = MetalMeansUsed();
        (madeUsed[j].metal, madeUsed[j].used) <== (outSlots[j][METAL()], made.used[j]);
    }

    // 2.
    consumed.sum[METAL()] === made.sum[METAL()];
    component something = NonZero();
    something.in <== made.sum[METAL()];

    // 3.
    component units = EqualUnits(n);
    (units.units, units.count) <== (consumed.sum[UNITS()], word.count);
    (units.selected, units.slots) <== (word.inUnits, outSlots);

    // 4.
    component shares = Shares(n, width);
    (shares.consumed, shares.made, shares.slots) <== (consumed.sum, made.sum[METAL()], outSlots);
    (shares.carbonAdded, shares.directAdded) <== (0, 0);

    // 5. Every credit passes, in proportion, and none is granted.
    component credits = RunCredits(n, width);
    (credits.consumed, credits.made, credits.slots) <== (consumed.sum, made.sum, outSlots);
    (credits.proportional, credits.whole) <== (1, word.whole);
    for (var k = 0; k < CREDITS(); k++) {
        (credits.gate[k], credits.grant[k]) <== (1, 0);
    }
}
