// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ICertificates} from "../interfaces/ICertificates.sol";
import {ICouncil} from "../interfaces/ICouncil.sol";
import {IDirectory} from "../interfaces/IDirectory.sol";
import {IJournal} from "../interfaces/IJournal.sol";
import {ILotBook} from "../interfaces/ILotBook.sol";
import {IMembers} from "../interfaces/IMembers.sol";
import {IPanels} from "../interfaces/IPanels.sol";
import {ISettings} from "../interfaces/ISettings.sol";
import {ISites} from "../interfaces/ISites.sol";

/// @title Constitution: which calls change who decides, who writes and what counts
/// @dev By the function alone, whatever its address: a later version of a contract is bound as well. Three functions
/// (IMembers.register, setRoles, suspend) are everyday acts on those who only trade, and bind where they concern a
/// judge or a seat; Bindings looks at their arguments, and at those of IMembers.accredit.
library Constitution {
    function binds(bytes4 selector) internal pure returns (bool) {
        return ofSeats(selector) || ofAccounts(selector) || ofOrganisations(selector) || ofRights(selector)
            || selector == ISites.proposeTransfer.selector;
    }

    /// Who sits, and how long an act waits.
    function ofSeats(bytes4 selector) internal pure returns (bool) {
        return selector == ICouncil.grantSeat.selector || selector == ICouncil.takeSeat.selector
            || selector == ICouncil.setDelay.selector || selector == ICouncil.nameMembers.selector;
    }

    /// Who signs for an account. The account is the first argument.
    function ofAccounts(bytes4 selector) internal pure returns (bool) {
        return selector == IMembers.replaceSigner.selector || selector == IMembers.removeAccount.selector
            || selector == IMembers.restoreAccount.selector;
    }

    /// Who speaks for an organisation. The organisation is the first argument.
    function ofOrganisations(bytes4 selector) internal pure returns (bool) {
        return selector == IMembers.setAdmin.selector || selector == IMembers.setGroup.selector;
    }

    /// Who writes the book, whose events a reader believes, who and how many attest, and what opens a credit.
    function ofRights(bytes4 selector) internal pure returns (bool) {
        return selector == ILotBook.setWriter.selector || selector == IJournal.setWriter.selector
            || selector == IDirectory.register.selector
            || selector == IDirectory.registerHash.selector || selector == ISettings.setQuorum.selector
            || selector == IPanels.setPanel.selector
            || selector == ICertificates.setCreditRule.selector;
    }
}
