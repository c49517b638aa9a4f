// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

// Asserts that a settled lot has the salt after that of the disputed one: whoever holds both openings of before can
// make it, and its seller can open it.
template SettledSalt() {
    signal input settles; // boolean
    signal input before;
    signal input after;

    settles * (after - before - 1) === 0;
}
