// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "../interfaces/ILotBook.sol";
import {IPlaces} from "../interfaces/IPlaces.sol";
import {IRuns} from "../interfaces/IRuns.sol";
import {RunInputs} from "./RunInputs.sol";

/// @title Ancestry: where the metal of a run's inputs was born
library Ancestry {
    /// @notice The first place is kept; what comes from another one needs that one's determination.
    function keepBirthplace(RunInputs.Inputs memory inputs, bytes32 place, IPlaces places) internal view {
        if (inputs.birthplace == bytes32(0)) inputs.birthplace = place;
        if (place != inputs.birthplace && !places.isDetermined(place, uint40(block.timestamp))) {
            revert IRuns.PlaceNotDetermined(place);
        }
    }

    /// @notice Of identity-preserved lots: all their metal comes from one event.
    function commonOrigin(bytes32[] calldata lots, ILotBook book) internal view returns (bytes32 origin) {
        origin = book.originOf(lots[0]);
        for (uint256 i = 1; i < lots.length; ++i) {
            bytes32 other = book.originOf(lots[i]);
            if (other != origin) revert IRuns.OriginMismatch(lots[i], origin, other);
        }
    }
}
