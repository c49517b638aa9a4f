// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// Roles of organisations and accounts, one bit each.
library Roles {
    uint32 internal constant TRADER = 1 << 0; // holds, offers and accepts lots
    uint32 internal constant OPERATOR = 1 << 1; // runs sites: births and runs
    uint32 internal constant ORACLE = 1 << 2; // attests events
    uint32 internal constant CERTIFIER = 1 << 3; // issues certificates
    uint32 internal constant RISK = 1 << 4; // determines places, holds lots
    uint32 internal constant AUDITOR = 1 << 5; // renews and releases holds
    uint32 internal constant UMPIRE = 1 << 6; // approves settlements
    uint32 internal constant MAKER = 1 << 7; // declares products
    uint32 internal constant PRICE_ADMINISTRATOR = 1 << 8; // prepares and releases prices
    uint32 internal constant LABORATORY = 1 << 9; // runs laboratories: measures disputed lots

    /// Roles of those who hold and make metal, and of those who judge them: no ownership group has both.
    uint32 internal constant BUSINESS = TRADER | OPERATOR | MAKER;
    uint32 internal constant JUDGING = ORACLE | CERTIFIER | RISK | AUDITOR | UMPIRE | LABORATORY;
}
