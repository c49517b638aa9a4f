// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "allocation.circom";
include "amount.circom";
include "band.circom";
include "context.circom";
include "lots.circom";
include "metal.circom";
include "rule_word.circom";
include "run_credits.circom";
include "run_event.circom";

// Steps 4 and 5: carbon follows the metal made, of what came in and what the event adds;
// cahra follows the metal consumed, so that a loss lessens it but never its share.
template RunShares(m, width) {
    signal input consumed[SLOTS()];
    signal input made[SLOTS()];
    signal input eventCarbon;
    signal input slots[m][SLOTS()];

    component carbon = Allocation(m, width);
    carbon.pool <== consumed[CARBON()] + eventCarbon; // below 2^(width + 1)
    carbon.whole <== made[METAL()];
    component cahra = Allocation(m, width);
    cahra.pool <== consumed[CAHRA()];
    cahra.whole <== consumed[METAL()];
    for (var j = 0; j < m; j++) {
        carbon.part[j] <== slots[j][METAL()];
        carbon.share[j] <== slots[j][CARBON()];
        cahra.part[j] <== slots[j][METAL()];
        cahra.share[j] <== slots[j][CAHRA()];
    }
}

// Lots are consumed, lots are made (SPEC section 6).
//
// 1. Every used slot opens to its commitment, every unused one is empty.
// 2. Metal is conserved up to a loss that an event attests.
// 3. Whether that loss lies within the site's band is public.
// 4. Carbon out is at least carbon in and added, allocated by metal.
// 5. Metal of conflict-affected or high-risk origin keeps its share.
// 6. Credits follow the rule.
//
// Public:  inBand (output), ctx, tag (of a lot), event (0: none), rule, in, out (0: unused)
// Private: eventSlots, eventSalt, inSlots, inSalt, outSlots, outSalt
template Run(n, m) {
    signal input ctx;
    signal input tag;
    signal input event;
    signal input rule;
    signal input in[n];
    signal input out[m];
    signal input eventSlots[SLOTS()];
    signal input eventSalt;
    signal input inSlots[n][SLOTS()];
    signal input inSalt[n];
    signal input outSlots[m][SLOTS()];
    signal input outSalt[m];
    signal output inBand;

    assert(n == m); // one width serves both sums
    var width = SUM_BITS(n);
    component context = Context();
    context.ctx <== ctx;
    component word = RuleWord();
    word.rule <== rule;

    // 1.
    component consumed = Lots(n);
    (consumed.tag, consumed.commitment) <== (tag, in);
    (consumed.slots, consumed.salt) <== (inSlots, inSalt);
    component made = Lots(m);
    (made.tag, made.commitment) <== (tag, out);
    (made.slots, made.salt) <== (outSlots, outSalt);
    component madeUsed[m];
    for (var j = 0; j < m; j++) {
        madeUsed[j] = MetalMeansUsed();
        (madeUsed[j].metal, madeUsed[j].used) <== (outSlots[j][METAL()], made.used[j]);
    }
    component attested = RunEvent();
    (attested.tag, attested.commitment) <== (tag, event);
    (attested.slots, attested.salt) <== (eventSlots, eventSalt);

    // 2.
    component metal = MetalConserved(width);
    (metal.consumed, metal.made) <== (consumed.sum[METAL()], made.sum[METAL()]);
    (metal.eventOut, metal.eventIn) <== (eventSlots[METAL()], eventSlots[METAL_IN()]);
    (metal.hasEvent, metal.tolerance) <== (attested.used, word.tolerance);

    // 3.
    component band = LossBand(width);
    (band.consumed, band.loss) <== (consumed.sum[METAL()], metal.loss);
    (band.lossFrom, band.lossTo) <== (word.lossFrom, word.lossTo);
    inBand <== band.inBand;

    // 4. and 5.
    component shares = RunShares(m, width);
    (shares.consumed, shares.made) <== (consumed.sum, made.sum);
    (shares.eventCarbon, shares.slots) <== (eventSlots[CARBON()], outSlots);

    // 6.
    component credits = RunCredits(m, width);
    (credits.consumed, credits.made, credits.slots) <== (consumed.sum, made.sum, outSlots);
    (credits.proportional, credits.whole) <== (word.proportional, word.whole);
    (credits.gate, credits.grant) <== (word.gate, word.grant);
}
