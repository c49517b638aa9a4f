// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ReasonCode} from "../interfaces/Types.sol";

/// @title Reasons: what a word of a reason may be
/// @notice A code of the closed list, as a number; or a salted commitment to words that stay with whoever said them:
/// the byte 1, then the first 31 bytes of a hash. Readable text is neither, and an unsalted hash of one only if it
/// begins with that byte.
/// @dev Not guaranteed: that a commitment is salted. The clients make no other one.
library Reasons {
    uint256 private constant COMMITTED = 1;

    error ReasonInvalid(bytes32 reason);

    function requireValid(bytes32 reason) internal pure {
        uint256 word = uint256(reason);
        bool listed = word != 0 && word <= uint256(type(ReasonCode).max);
        if (!listed && word >> 248 != COMMITTED) revert ReasonInvalid(reason);
    }
}
