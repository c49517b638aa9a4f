// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "comparison.circom";
include "ppm.circom";
include "range.circom";
include "slot.circom";

// Asserts that a named input weighs what was fed of it: |metal - measured| * 10^6 <= tolerance * metal, as two
// inequalities (SPEC section 6, step 2). metal and measured are amounts, so both sides stay below 2^84.
template MetalMeasured() {
    signal input hasEvent;
    signal input metal;
    signal input measured;
    signal input tolerance;

    signal difference <== hasEvent * (metal - measured);
    signal allowed <== tolerance * metal;
    component notAbove = AtMost(AMOUNT_BITS() + PPM_BITS() + 1);
    notAbove.low <== PPM() * difference;
    notAbove.high <== allowed;
    component notBelow = AtMost(AMOUNT_BITS() + PPM_BITS() + 1);
    notBelow.low <== -PPM() * difference;
    notBelow.high <== allowed;
}

// The scrap among m outputs: the metal of those that a public mask selects.
template ScrapMade(m) {
    signal input metal[m];
    signal input selected[m];
    signal output out;

    signal scrap[m];
    var sum = 0;
    for (var j = 0; j < m; j++) {
        scrap[j] <== selected[j] * metal[j];
        sum += scrap[j];
    }
    out <== sum;
}

// Metal in, metal out and what the event attests of metal out (SPEC section 6, step 2).
//
// 1. Something is made, and nothing of nothing: loss = consumed - made >= 0.
// 2. Without an event there is no loss.
// 3. No more product and no more scrap is made than was attested.
// 4. Where less is made than consumed, all that was attested is made.
//
// width    - bits of a sum of lots; consumed, made, scrap < 2^width
// hasEvent - boolean; without an event product and eventScrap are 0
template MetalBooked(width) {
    signal input consumed;
    signal input made;
    signal input scrap; // of it
    signal input hasEvent;
    signal input product;
    signal input eventScrap;
    signal output loss;

    // 1.
    component something = NonZero();
    something.in <== made;
    loss <== consumed - made;
    component notNegative = InRange(width);
    notNegative.in <== loss;

    // 2.
    component conserved = ZeroUnless();
    conserved.in <== loss;
    conserved.used <== hasEvent;

    // 3.
    signal unmade <== hasEvent * (product - (made - scrap));
    component productMeasured = InRange(width);
    productMeasured.in <== unmade;
    signal unscrapped <== hasEvent * (eventScrap - scrap);
    component scrapMeasured = InRange(width);
    scrapMeasured.in <== unscrapped;

    // 4. Both are at least 0, so their sum is 0 only where both are.
    component booked = NoneOfBoth();
    booked.loss <== loss;
    booked.unbooked <== unmade + unscrapped;
}

// Asserts that one of the two is 0.
template NoneOfBoth() {
    signal input loss;
    signal input unbooked;

    loss * unbooked === 0;
}
