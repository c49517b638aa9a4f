// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "poseidon.circom";
include "amount.circom";
include "comparison.circom";
include "context.circom";

// Commitment of a price range (SPEC section 12). Its width is that of four inputs, a price's that of three: neither
// opens as the other.
template RangeCommitment() {
    signal input tag;
    signal input low;
    signal input high;
    signal input salt;
    signal output out;

    component hash = Poseidon(4);
    hash.inputs[0] <== tag;
    hash.inputs[1] <== low;
    hash.inputs[2] <== high;
    hash.inputs[3] <== salt;
    out <== hash.out;
}

// Commitment of a settlement price (SPEC section 12).
template PriceCommitment() {
    signal input tag;
    signal input price;
    signal input salt;
    signal output out;

    component hash = Poseidon(3);
    hash.inputs[0] <== tag;
    hash.inputs[1] <== price;
    hash.inputs[2] <== salt;
    out <== hash.out;
}

// Whether a settlement price lies in a committed range, both ends included (SPEC section 13).
//
// 1. Range and price open under the tag of prices; each number is an amount.
// 2. The range is one: 1 <= low <= high.
// 3. The public bit is the product of the two comparisons, hence boolean.
//
// Public:  ctx, tag, range, price, inside
// Private: low, high, rangeSalt, paid, priceSalt
template PriceInRange() {
    signal input ctx;
    signal input tag;
    signal input range;
    signal input price;
    signal input inside;
    signal input low;
    signal input high;
    signal input rangeSalt;
    signal input paid;
    signal input priceSalt;

    component context = Context();
    context.ctx <== ctx;

    // 1. What opens the range was chosen by somebody else: its bounds are checked here all the same.
    component rangeOpened = RangeCommitment();
    rangeOpened.tag <== tag;
    rangeOpened.low <== low;
    rangeOpened.high <== high;
    rangeOpened.salt <== rangeSalt;
    rangeOpened.out === range;
    component priceOpened = PriceCommitment();
    priceOpened.tag <== tag;
    priceOpened.price <== paid;
    priceOpened.salt <== priceSalt;
    priceOpened.out === price;

    component lowAmount = InRange(AMOUNT_BITS());
    lowAmount.in <== low;
    component highAmount = InRange(AMOUNT_BITS());
    highAmount.in <== high;
    component paidAmount = InRange(AMOUNT_BITS());
    paidAmount.in <== paid;

    // 2.
    component something = NonZero();
    something.in <== low;
    component ordered = AtMost(AMOUNT_BITS());
    ordered.low <== low;
    ordered.high <== high;

    // 3. LessEqThan knows nothing of numbers beyond 64 bits: step 1 keeps all three below.
    component fromLow = IsAtMost(AMOUNT_BITS());
    fromLow.low <== low;
    fromLow.high <== paid;
    component toHigh = IsAtMost(AMOUNT_BITS());
    toHigh.low <== paid;
    toHigh.high <== high;
    fromLow.out * toHigh.out === inside;
}
