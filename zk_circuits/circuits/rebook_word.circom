// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "balance.circom";
include "rule_word.circom";

// Unpacks the rule of a rebook of m outputs (SPEC section 7): proportional, every credit passes, nothing is granted,
// no output is scrap or settled, the four shares are 0, and it speaks of no more outputs than there are.
template RebookWord(m) {
    signal input rule;
    signal output count[m];
    signal output whole;
    signal output inUnits[m];

    component read = RuleWord();
    read.rule <== rule;

    read.proportional === 1;
    read.settles === 0;
    for (var k = 0; k < CREDITS(); k++) {
        read.gate[k] === 1;
        read.grant[k] === 0;
    }
    read.tolerance === 0;
    read.lossFrom === 0;
    read.lossTo === 0;
    read.scrapTo === 0;
    for (var j = 0; j < WORD_OUTPUTS(); j++) {
        read.isScrap[j] === 0;
        if (j < m) {
            count[j] <== read.count[j];
            inUnits[j] <== read.inUnits[j];
        } else {
            read.count[j] === 0;
            read.inUnits[j] === 0;
        }
    }
    whole <== read.whole;
}
