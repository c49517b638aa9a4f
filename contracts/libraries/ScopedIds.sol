// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title ScopedIds: the id of what an account declares, of its own name for it
/// @dev Nobody declares it for another account: whoever sees or guesses a name gets an id of his own.
library ScopedIds {
    function idOf(address account, bytes32 label) internal pure returns (bytes32 id) {
        return keccak256(abi.encode(account, label));
    }
}
