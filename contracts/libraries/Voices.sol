// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMembers} from "../interfaces/IMembers.sol";

/// @title Voices: whether two organisations speak with one voice
/// @dev By the ownership groups of now, not of the day on which the first one spoke: neither an organisation that is
/// sold nor two that are merged in between give two voices.
library Voices {
    /// 0 stands for nobody, who is nobody's sister.
    function same(IMembers members, bytes32 organisation, bytes32 another) internal view returns (bool) {
        if (organisation == bytes32(0) || another == bytes32(0)) return false;
        return organisation == another || members.groupOf(organisation) == members.groupOf(another);
    }
}
