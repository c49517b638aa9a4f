// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "comparison.circom";
include "ppm.circom";
include "range.circom";
include "slot.circom";

// Metal in, metal out and what the event attests of both (SPEC section 6, step 2).
//
// 1. Something is made.
// 2. Nothing is made of nothing: loss = consumed - made >= 0.
// 3. With an event, metal in agrees within the tolerance of its scale, and no more is made than was measured.
// 4. Without one there is no loss.
//
// width    - bits of a sum of lots; consumed, made < 2^width, so |any difference| < 2^width
// hasEvent - boolean; without an event eventIn and eventOut are 0
template MetalConserved(width) {
    signal input consumed;
    signal input made;
    signal input hasEvent;
    signal input eventIn;
    signal input eventOut;
    signal input tolerance;
    signal output loss;

    // 1.
    component something = NonZero();
    something.in <== made;

    // 2.
    loss <== consumed - made;
    component notNegative = InRange(width);
    notNegative.in <== loss;

    // 3. |consumed - eventIn| * 10^6 <= tolerance * consumed, both below 2^(width + 20), as two inequalities.
    signal difference <== hasEvent * (consumed - eventIn);
    signal allowed <== tolerance * consumed;
    component notAbove = AtMost(width + PPM_BITS() + 1);
    notAbove.low <== PPM() * difference;
    notAbove.high <== allowed;
    component notBelow = AtMost(width + PPM_BITS() + 1);
    notBelow.low <== -PPM() * difference;
    notBelow.high <== allowed;

    signal unmade <== hasEvent * (eventOut - made);
    component measured = InRange(width);
    measured.in <== unmade;

    // 4.
    component conserved = ZeroUnless();
    conserved.in <== loss;
    conserved.used <== hasEvent;
}
