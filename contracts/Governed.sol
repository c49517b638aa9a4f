// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICouncil} from "./interfaces/ICouncil.sol";

/// @title Governed: what only an act of the council may do
/// @dev The council's address never changes: a new council means new contracts, registered in the Directory.
abstract contract Governed {
    address public immutable COUNCIL;

    modifier onlyCouncil() {
        _requireCouncil();
        _;
    }

    constructor(address council) {
        COUNCIL = council;
    }

    function _requireCouncil() private view {
        if (msg.sender != COUNCIL) revert ICouncil.OnlyCouncil(msg.sender);
    }
}
