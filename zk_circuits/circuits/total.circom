// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "bitify.circom";
include "amount.circom";
include "balance.circom";
include "context.circom";
include "slot.circom";

// The bits of a weight, and how many weights one public number packs.
function WEIGHT_BITS() { return 32; }
function WEIGHTS_PER_WORD() { return 4; }

// Unpacks the public weights of all parts; a word of more than 128 bits has no witness.
template Weights(parts) {
    signal input words[parts \ WEIGHTS_PER_WORD()];
    signal output weight[parts];

    component bits[parts \ WEIGHTS_PER_WORD()];
    component number[parts];
    for (var w = 0; w < parts \ WEIGHTS_PER_WORD(); w++) {
        bits[w] = Num2Bits(WEIGHTS_PER_WORD() * WEIGHT_BITS());
        bits[w].in <== words[w];
        for (var i = 0; i < WEIGHTS_PER_WORD(); i++) {
            var part = WEIGHTS_PER_WORD() * w + i;
            number[part] = Bits2Num(WEIGHT_BITS());
            for (var b = 0; b < WEIGHT_BITS(); b++) {
                number[part].in[b] <== bits[w].out[WEIGHT_BITS() * i + b];
            }
            weight[part] <== number[part].out;
        }
    }
}

// One part, a lot or a total, or none: what it adds to the sum. Without a commitment it has no weight.
// An amount was range-checked when its commitment was made: amount * weight < 2^96.
template WeightedPart() {
    signal input tag; // of a lot or of a total
    signal input commitment;
    signal input slots[SLOTS()];
    signal input salt;
    signal input weight;
    signal output weighted[SLOTS()];

    component slot = Slot();
    slot.tag <== tag;
    slot.commitment <== commitment;
    slot.slots <== slots;
    slot.salt <== salt;

    component padding = ZeroUnless();
    padding.in <== weight;
    padding.used <== slot.used;

    for (var s = 0; s < SLOTS(); s++) {
        weighted[s] <== weight * slots[s];
    }
}

// A non-consuming, weighted sum of lots and totals (SPEC section 7).
//
// 1. Every used part opens under its own type, every unused one is empty.
// 2. The total's commitment is to the weighted sum, slot by slot, and every amount of it is below 2^64.
//
// Public:  ctx, tag (of a lot), total, totals (bit i: part i is a total), weights (four to a word), part (0: unused)
// Private: partSlots, partSalt, totalSalt; the total's slots are computed
template Total(parts) {
    signal input ctx;
    signal input tag;
    signal input total;
    signal input totals;
    signal input weights[parts \ WEIGHTS_PER_WORD()];
    signal input part[parts];
    signal input partSlots[parts][SLOTS()];
    signal input partSalt[parts];
    signal input totalSalt;

    component context = Context();
    context.ctx <== ctx;
    component isTotal = Num2Bits(parts);
    isTotal.in <== totals;
    component weight = Weights(parts);
    weight.words <== weights;

    // 1. A total is the type after the next of a lot.
    component used[parts];
    for (var i = 0; i < parts; i++) {
        used[i] = WeightedPart();
        used[i].tag <== tag + 2 * isTotal.out[i];
        used[i].commitment <== part[i];
        used[i].slots <== partSlots[i];
        used[i].salt <== partSalt[i];
        used[i].weight <== weight.weight[i];
    }

    // 2. Sixteen products below 2^96 stay below 2^100: the field does not wrap, and the range check means what it says.
    component made = Commitment();
    component amounts = Amounts();
    made.tag <== tag + 2;
    made.salt <== totalSalt;
    for (var s = 0; s < SLOTS(); s++) {
        var sum = 0;
        for (var i = 0; i < parts; i++) {
            sum += used[i].weighted[s];
        }
        made.slots[s] <== sum;
        amounts.slots[s] <== sum;
    }
    made.out === total;
}
