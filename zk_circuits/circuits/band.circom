// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "comparison.circom";
include "ppm.circom";

// inBand = 1 exactly when lossFrom * consumed <= loss * 10^6 <= lossTo * consumed (SPEC section 6, step 3).
// All three are below 2^(width + 20): a field of the rule has 20 bits, and 10^6 < 2^20.
template LossBand(width) {
    signal input consumed;
    signal input loss;
    signal input lossFrom;
    signal input lossTo;
    signal output inBand;

    component enough = IsAtMost(width + PPM_BITS());
    enough.low <== lossFrom * consumed;
    enough.high <== PPM() * loss;

    component little = IsAtMost(width + PPM_BITS());
    little.low <== PPM() * loss;
    little.high <== lossTo * consumed;

    inBand <== enough.out * little.out;
}
