// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// Material codes, generic over metals. Scrap is manufacturing waste; Retired is a product at its end of life.
library Materials {
    uint16 internal constant ORE = 1;
    uint16 internal constant CONCENTRATE = 2;
    uint16 internal constant HYDROXIDE = 3; // and other crude intermediates
    uint16 internal constant SULPHATE = 4; // and other refined salts
    uint16 internal constant METAL = 5;
    uint16 internal constant PRECURSOR = 6;
    uint16 internal constant CATHODE = 7;
    uint16 internal constant CELL = 8;
    uint16 internal constant MODULE = 9;
    uint16 internal constant PACK = 10;
    uint16 internal constant SCRAP = 100;
    uint16 internal constant RETIRED = 101;
}
