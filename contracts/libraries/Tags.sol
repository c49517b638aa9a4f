// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Tags: what a commitment is of (zk_circuits/SPEC.md, section 1)
library Tags {
    uint8 internal constant SCHEMA = 1; // of the lots that these contracts make
    uint256 private constant LOT = 1;
    uint256 private constant TOTAL = 3;
    uint256 private constant PRICE = 4;
    uint256 private constant FORMAT = 1;

    function ofLot(uint16 element, uint8 schema) internal pure returns (uint256) {
        return _tag(LOT, element, schema);
    }

    function ofTotal(uint16 element, uint8 schema) internal pure returns (uint256) {
        return _tag(TOTAL, element, schema);
    }

    function ofPrice(uint16 element, uint8 schema) internal pure returns (uint256) {
        return _tag(PRICE, element, schema);
    }

    function _tag(uint256 kind, uint16 element, uint8 schema) private pure returns (uint256) {
        return kind | (FORMAT << 8) | (uint256(schema) << 16) | (uint256(element) << 32);
    }
}
