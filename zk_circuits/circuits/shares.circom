// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "allocation.circom";
include "balance.circom";

// What the outputs bear of the whole (SPEC section 6, step 5), each share by metal and rounded up: carbon and
// direct emissions of all metal made, cahra of all metal consumed, so that a loss lessens it but never its share.
template Shares(m, width) {
    signal input consumed[SLOTS()];
    signal input made; // metal
    signal input carbonAdded;
    signal input directAdded;
    signal input slots[m][SLOTS()];

    component carbon = Allocation(m, width);
    carbon.pool <== consumed[CARBON()] + carbonAdded; // below 2^(width + 1)
    carbon.whole <== made;
    component direct = Allocation(m, width);
    direct.pool <== consumed[DIRECT()] + directAdded;
    direct.whole <== made;
    component cahra = Allocation(m, width);
    cahra.pool <== consumed[CAHRA()];
    cahra.whole <== consumed[METAL()];
    for (var j = 0; j < m; j++) {
        (carbon.part[j], carbon.share[j]) <== (slots[j][METAL()], slots[j][CARBON()]);
        (direct.part[j], direct.share[j]) <== (slots[j][METAL()], slots[j][DIRECT()]);
        (cahra.part[j], cahra.share[j]) <== (slots[j][METAL()], slots[j][CAHRA()]);
    }
}
