// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMembers} from "../interfaces/IMembers.sol";
import {ISites} from "../interfaces/ISites.sol";

/// @title Independence: nobody vouches for a site of his own ownership group
library Independence {
    function requireIndependent(IMembers members, ISites sites, bytes32 site, bytes32 organisation) internal view {
        if (members.groupOf(organisation) == operatingGroup(members, sites, site)) {
            revert ISites.NotIndependent(site, organisation);
        }
    }

    /// The ownership group, of now, that operates a known site.
    function operatingGroup(IMembers members, ISites sites, bytes32 site) internal view returns (bytes32) {
        return members.groupOf(sites.operatorOf(site));
    }
}
