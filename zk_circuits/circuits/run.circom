// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "amount.circom";
include "band.circom";
include "context.circom";
include "event.circom";
include "lots.circom";
include "metal.circom";
include "rule_word.circom";
include "run_credits.circom";
include "settlement.circom";
include "shares.circom";
include "unit.circom";

// Whether loss and scrap lie within the site's bounds (SPEC section 6, step 3).
template Band(width) {
    signal input consumed;
    signal input loss;
    signal input scrap;
    signal input lossFrom;
    signal input lossTo;
    signal input scrapTo;
    signal output inBand;

    component lost = LossBand(width);
    lost.consumed <== consumed;
    lost.loss <== loss;
    lost.lossFrom <== lossFrom;
    lost.lossTo <== lossTo;

    component scrapped = IsAtMost(width + PPM_BITS());
    scrapped.low <== PPM() * scrap;
    scrapped.high <== scrapTo * consumed;
    inBand <== lost.inBand * scrapped.out;
}

// Lots are consumed, lots are made, with an event or without one (SPEC section 6).
//
// 1. Every used slot opens to its commitment, every unused one is empty.
// 2. Metal in is as measured, lot by lot; metal out is what the event attests.
// 3. Whether loss and scrap lie within the site's bounds is public.
// 4. Units are as many as attested or consumed, and equal.
// 5. Carbon and direct emissions out are at least those in and added, allocated by metal; metal of
//    conflict-affected or high-risk origin keeps its share.
// 6. Credits follow the rule.
// 7. A settled lot takes the salt after that of the disputed one.
//
// Public:  inBand (output), ctx, tag (of a lot), event (0: none), rule, in, out (0: unused)
// Private: eventSlots, eventSalt, inSlots, inSalt, outSlots, outSalt
template Run(n) {
    signal input ctx;
    signal input tag;
    signal input event;
    signal input rule;
    signal input in[n];
    signal input out[n];
    signal input eventSlots[SLOTS()];
    signal input eventSalt;
    signal input inSlots[n][SLOTS()];
    signal input inSalt[n];
    signal input outSlots[n][SLOTS()];
    signal input outSalt[n];
    signal output inBand;

    assert(n == MOST_INPUTS()); // each has its metal in the event
    assert(n == WORD_OUTPUTS());
    var width = SUM_BITS(n);
    component context = Context();
    context.ctx <== ctx;
    component word = RuleWord();
    word.rule <== rule;

    // 1.
    component consumed = Lots(n);
    (consumed.tag, consumed.commitment) <== (tag, in);
    (consumed.slots, consumed.salt) <== (inSlots, inSalt);
    component made = Lots(n);
    (made.tag, made.commitment) <== (tag, out);
    (made.slots, made.salt) <== (outSlots, outSalt);
    component attested = RunEvent();
    (attested.tag, attested.commitment) <== (tag, event);
    (attested.slots, attested.salt) <== (eventSlots, eventSalt);
    component madeUsed[n];
    component measured[n];
    component scrap = ScrapMade(n);
    for (var j = 0; j < n; j++) {
        madeUsed[j] = MetalMeansUsed();
        (madeUsed[j].metal, madeUsed[j].used) <== (outSlots[j][METAL()], made.used[j]);

        // 2.
        measured[j] = MetalMeasured();
        (measured[j].metal, measured[j].measured) <== (inSlots[j][METAL()], eventSlots[FIRST_METAL_IN() + j]);
        (measured[j].hasEvent, measured[j].tolerance) <== (attested.used, word.tolerance);
        (scrap.metal[j], scrap.selected[j]) <== (outSlots[j][METAL()], word.isScrap[j]);
    }
    component metal = MetalBooked(width);
    (metal.consumed, metal.made, metal.scrap) <== (consumed.sum[METAL()], made.sum[METAL()], scrap.out);
    (metal.product, metal.eventScrap) <== (eventSlots[PRODUCT()], eventSlots[SCRAP()]);
    metal.hasEvent <== attested.used;

    // 3.
    component band = Band(width);
    (band.consumed, band.loss, band.scrap) <== (consumed.sum[METAL()], metal.loss, scrap.out);
    (band.lossFrom, band.lossTo, band.scrapTo) <== (word.lossFrom, word.lossTo, word.scrapTo);
    inBand <== band.inBand;

    // 4. An event that is not there attests 0.
    component unbooked = Unless();
    (unbooked.selected, unbooked.in) <== (attested.used, consumed.sum[UNITS()]);
    component units = EqualUnits(n);
    units.units <== eventSlots[UNITS()] + unbooked.out;
    (units.count, units.selected, units.slots) <== (word.count, word.inUnits, outSlots);

    // 5.
    component shares = Shares(n, width);
    (shares.consumed, shares.made, shares.slots) <== (consumed.sum, made.sum[METAL()], outSlots);
    (shares.carbonAdded, shares.directAdded) <== (eventSlots[CARBON()], eventSlots[DIRECT()]);

    // 6.
    component credits = RunCredits(n, width);
    (credits.consumed, credits.made, credits.slots) <== (consumed.sum, made.sum, outSlots);
    (credits.proportional, credits.whole) <== (word.proportional, word.whole);
    (credits.gate, credits.grant) <== (word.gate, word.grant);

    // 7.
    component settled = SettledSalt();
    (settled.settles, settled.before, settled.after) <== (word.settles, inSalt[0], outSalt[0]);
}

// in where it is not selected, else 0. selected is boolean.
template Unless() {
    signal input selected;
    signal input in;
    signal output out <== (1 - selected) * in;
}
