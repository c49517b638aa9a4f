// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "balance.circom";
include "credit.circom";

// Credits pass gates, never grow, bear their loss, and follow the chain-of-custody model.
template RunCredits(m, width) {
    signal input consumed[SLOTS()];
    signal input made[SLOTS()];
    signal input proportional;
    signal input whole;
    signal input gate[CREDITS()];
    signal input grant[CREDITS()];
    signal input slots[m][SLOTS()];

    component pool[CREDITS()];
    component rule[CREDITS()];
    for (var k = 0; k < CREDITS(); k++) {
        pool[k] = CreditPool();
        pool[k].consumed <== consumed[METAL()];
        pool[k].credited <== consumed[FIRST_CREDIT() + k];
        pool[k].gate <== gate[k];
        pool[k].grant <== grant[k];

        rule[k] = CreditRule(m, width);
        rule[k].consumed <== consumed[METAL()];
        rule[k].made <== made[METAL()];
        rule[k].pool <== pool[k].out;
        rule[k].proportional <== proportional;
        rule[k].whole <== whole;
        for (var j = 0; j < m; j++) {
            rule[k].metal[j] <== slots[j][METAL()];
            rule[k].credit[j] <== slots[j][FIRST_CREDIT() + k];
        }
    }

    component exclusive[m];
    for (var j = 0; j < m; j++) {
        exclusive[j] = Exclusive();
        exclusive[j].metal <== slots[j][METAL()];
        for (var k = 0; k < CREDITS(); k++) {
            exclusive[j].credit[k] <== slots[j][FIRST_CREDIT() + k];
        }
    }
}
