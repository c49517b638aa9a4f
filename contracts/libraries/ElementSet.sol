// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ElementSet: atomic numbers 1 … 127 as one bit each
library ElementSet {
    uint16 internal constant LARGEST = 127;

    error ElementInvalid(uint16 element);

    function from(uint16[] calldata elements) internal pure returns (uint128 set) {
        for (uint256 i = 0; i < elements.length; ++i) {
            if (elements[i] == 0 || elements[i] > LARGEST) revert ElementInvalid(elements[i]);
            set |= uint128(1) << elements[i];
        }
    }

    /// @notice False for what is no atomic number: no bit is left of a set moved further than its width.
    function contains(uint128 set, uint16 element) internal pure returns (bool) {
        return (set >> element) & 1 == 1;
    }

    /// @notice In ascending order.
    function toList(uint128 set) internal pure returns (uint16[] memory elements) {
        elements = new uint16[](size(set));
        uint256 next = 0;
        for (uint16 element = 1; element <= LARGEST; ++element) {
            if (contains(set, element)) elements[next++] = element;
        }
    }

    function size(uint128 set) internal pure returns (uint256 count) {
        for (; set != 0; set &= set - 1) {
            ++count;
        }
    }
}
