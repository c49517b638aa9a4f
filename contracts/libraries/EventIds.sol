// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title EventIds: the name of a site event about an element
/// @dev LotBook keeps by it what was used. The formula never changes: under another one, the same metal would be born
/// a second time.
library EventIds {
    function make(bytes32 site, uint32 sequence, uint16 element) internal pure returns (bytes32) {
        return keccak256(abi.encode(site, sequence, element));
    }
}
