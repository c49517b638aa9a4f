// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICustody} from "../interfaces/ICustody.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {Voices} from "./Voices.sol";

/// @title Consents: two ownership groups let the goods of a suspended sender arrive
/// @dev A consent is about one offer, named by the lot's sequence at which it was made.
library Consents {
    struct Consent {
        bytes32 first; // organisation
        uint32 offer;
        bool given;
    }

    /// @return given whether this was the second group, by the groups of now
    function add(Consent storage consent, IMembers members, bytes32 lot, uint32 offer, bytes32 organisation)
        internal
        returns (bool given)
    {
        if (consent.offer != offer) {
            (consent.first, consent.offer, consent.given) = (organisation, offer, false);
            return false;
        }
        if (consent.given || Voices.same(members, consent.first, organisation)) {
            revert ICustody.ConsentExists(lot, members.groupOf(organisation));
        }
        consent.given = true;
        return true;
    }

    function covers(Consent storage consent, uint32 offer) internal view returns (bool) {
        return consent.given && consent.offer == offer;
    }
}
