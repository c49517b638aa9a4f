// SPDX-License-Identifier: Apache-2.0
pragma circom 2.2.0;

include "range.circom";

// Asserts share = ceiling(pool * part / whole), that is 0 <= share * whole - pool * part < whole.
// The sum of all shares is never below the pool, and less than 1 mg a share above it.
//
// width - whole < 2^width; share and part are amounts (64 bits), pool < 2^(width + 1):
//         both products stay below 2^(width + 65), and a difference below 0 cannot pass for one in range.
template CeilingShare(width) {
    signal input pool;
    signal input part;
    signal input whole;
    signal input share;

    signal borne <== share * whole;
    signal due <== pool * part;

    // Not below the share ...
    component enough = InRange(width);
    enough.in <== borne - due;

    // ... and less than 1 mg above: rest <= whole - 1. A whole of 0 has no share.
    component little = InRange(width);
    little.in <== whole - 1 - (borne - due);
}

// Allocates a pool over n parts, each by its ceiling.
template Allocation(n, width) {
    signal input pool;
    signal input part[n];
    signal input whole;
    signal input share[n];

    component allocated[n];
    for (var j = 0; j < n; j++) {
        allocated[j] = CeilingShare(width);
        allocated[j].pool <== pool;
        allocated[j].part <== part[j];
        allocated[j].whole <== whole;
        allocated[j].share <== share[j];
    }
}
