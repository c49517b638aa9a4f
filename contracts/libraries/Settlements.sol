// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "../interfaces/ILotBook.sol";
import {IRuns} from "../interfaces/IRuns.sol";

/// @title Settlements: who carries out what an umpire has approved
library Settlements {
    uint40 private constant SELLER_TURN = 7 days; // in which only the holder may

    /// @notice Who holds a disputed lot whose settlement by the event the account may carry out: the holder at once, the
    /// buyer and the umpire once the holder had his turn. Reverts otherwise (SettlementNotApproved, SettlerNotYet,
    /// NotHolder).
    function holderOf(
        ILotBook.Settlement memory settlement,
        ILotBook.Offered memory offered,
        bytes32 lot,
        bytes32 eventId,
        address account
    ) internal view returns (address holder) {
        if (settlement.eventId == bytes32(0) || settlement.eventId != eventId) {
            revert IRuns.SettlementNotApproved(lot, eventId);
        }
        holder = offered.from;
        if (account == holder) return holder;
        bool concerned = account == offered.to || account == settlement.umpire;
        if (!concerned) revert ILotBook.NotHolder(lot, account, holder);
        uint40 from = settlement.approvedAt + SELLER_TURN + 1;
        if (block.timestamp < from) revert IRuns.SettlerNotYet(lot, account, from);
    }
}
