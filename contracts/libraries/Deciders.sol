// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMembers} from "../interfaces/IMembers.sol";
import {Voices} from "./Voices.sol";

/// @title Deciders: who decided about the holds of a lot, and until when he decides about none
/// @dev Organisations in the order in which they decided; `first` is where those about the last hold begin. Those of
/// earlier holds stay until their bar has passed, so the list is no longer than the groups that judge.
library Deciders {
    struct Decider {
        bytes32 organisation;
        uint40 barredUntil;
    }

    struct List {
        uint256 first;
        Decider[] all;
    }

    /// A new hold: whose bar has passed is forgotten.
    function begin(List storage list) internal {
        Decider[] storage all = list.all;
        uint256 kept = 0;
        for (uint256 i = 0; i < all.length; ++i) {
            if (block.timestamp <= all[i].barredUntil) all[kept++] = all[i];
        }
        while (all.length > kept) {
            all.pop();
        }
        list.first = kept;
    }

    /// An organisation decides about the last hold; all that did are barred until then.
    function add(List storage list, bytes32 organisation, uint40 barredUntil) internal {
        list.all.push(Decider(organisation, barredUntil));
        for (uint256 i = list.first; i < list.all.length; ++i) {
            list.all[i].barredUntil = barredUntil;
        }
    }

    /// Whether an organisation of its ownership group decided and is still barred.
    function bars(List storage list, IMembers members, bytes32 organisation) internal view returns (bool) {
        for (uint256 i = 0; i < list.all.length; ++i) {
            Decider memory decider = list.all[i];
            bool barred = block.timestamp <= decider.barredUntil;
            if (barred && Voices.same(members, decider.organisation, organisation)) return true;
        }
        return false;
    }
}
