// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Tags: what a commitment is of (zk_circuits/SPEC.md, section 1)
/// @dev Of lots the contracts say the tag; the types of events (2 of births, 5 of runs) are added in the circuits.
library Tags {
    uint8 internal constant FORMAT = 2; // of the lots that these contracts make
    uint8 internal constant SCHEMA = 2;
    uint256 private constant LOT = 1;
    uint256 private constant TOTAL = 3;
    uint256 private constant PRICE = 4;
    uint256 private constant PRICE_FORMAT = 1;
    uint8 private constant PRICE_SCHEMA = 1;

    function ofLot(uint16 element, uint8 schema) internal pure returns (uint256) {
        return _tag(LOT, FORMAT, element, schema);
    }

    function ofTotal(uint16 element, uint8 schema) internal pure returns (uint256) {
        return _tag(TOTAL, FORMAT, element, schema);
    }

    function ofPrice(uint16 element) internal pure returns (uint256) {
        return _tag(PRICE, PRICE_FORMAT, element, PRICE_SCHEMA);
    }

    function _tag(uint256 kind, uint256 format, uint16 element, uint8 schema) private pure returns (uint256) {
        return kind | (format << 8) | (uint256(schema) << 16) | (uint256(element) << 32);
    }
}
