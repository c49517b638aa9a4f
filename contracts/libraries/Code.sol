// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IDirectory} from "../interfaces/IDirectory.sol";

/// @title Code: a right goes to code that an act names, never to a key
library Code {
    uint256 private constant DELEGATION_BYTES = 23;
    bytes3 private constant DELEGATION = 0xef0100; // EIP-7702: a key that borrows code

    /// Refuses an address without code, a key that borrows some, and other code than the act names.
    function require_(address at, bytes32 codeHash) internal view {
        requireOwn(at);
        if (at.codehash != codeHash) revert IDirectory.CodeDiffers(at, codeHash, at.codehash);
    }

    /// Refuses an address without code, and a key that borrows some.
    function requireOwn(address at) internal view {
        bytes memory code = at.code;
        if (code.length == 0 || _isDelegation(code)) revert IDirectory.NoCode(at);
    }

    function _isDelegation(bytes memory code) private pure returns (bool) {
        return code.length == DELEGATION_BYTES && bytes3(code) == DELEGATION;
    }
}
