// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Guardian} from "./Guardian.sol";
import {ICouncil} from "./interfaces/ICouncil.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {ISites} from "./interfaces/ISites.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Constitution} from "./libraries/Constitution.sol";

/// @title Bindings: whether an act is constitutional, and whom it affects
/// @dev Asked when the act is proposed and again when it is executed: an organisation may have got a seat, a judging
/// role or another group in between.
abstract contract Bindings is Guardian {
    /// Whether two thirds are needed, and the one group that the calls act upon.
    function _bindings(Call[] calldata calls) internal view returns (bool constitutional, bytes32 affected) {
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool binds, bytes32 group) = _bindingOf(calls[i]);
            constitutional = constitutional || binds;
            if (group == bytes32(0) || group == affected) continue;
            if (affected != bytes32(0)) revert ActAffectsTwoGroups(affected, group);
            affected = group;
        }
    }

    /// @return binds whether the call is constitutional
    /// @return affected whose seat, account, voice or site it takes; 0 for none
    function _bindingOf(Call calldata call) private view returns (bool binds, bytes32 affected) {
        bytes4 selector = bytes4(call.data);
        if (selector == IMembers.register.selector) return _registration(call.data[4:]);
        if (selector == IMembers.setRoles.selector) return _rolesChange(call.data[4:]);
        if (selector == IMembers.suspend.selector) return _suspension(call.data[4:]);
        if (selector == IMembers.accredit.selector) return _accreditation(call.data[4:]);
        binds = Constitution.binds(selector);
        if (binds) affected = _affectedBy(call.target, selector, call.data[4:]);
    }

    /// A newcomer who judges binds. So does whoever is registered at the address of a founding seat; as a member of
    /// another group than the seat's he would silence it.
    function _registration(bytes calldata arguments) private view returns (bool binds, bytes32 affected) {
        (, bytes32 group, uint32 roles,, address admin) =
            abi.decode(arguments, (bytes32, bytes32, uint32, bytes32, address));
        bytes32 seated = _isRegistered(admin) ? bytes32(0) : _grantedGroupOf(admin);
        binds = roles & Roles.JUDGING != 0 || seated != bytes32(0);
        if (seated != group) affected = seated;
    }

    /// Whoever judges, before or after.
    function _rolesChange(bytes calldata arguments) private view returns (bool binds, bytes32 affected) {
        (bytes32 organisation, uint32 roles) = abi.decode(arguments, (bytes32, uint32));
        IMembers register = _register();
        if (register.sequenceOf(organisation) == 0) return (roles & Roles.JUDGING != 0, bytes32(0));
        binds = (roles | register.organisation(organisation).roles) & Roles.JUDGING != 0;
        if (binds) affected = register.groupOf(organisation);
    }

    /// Whoever speaks for a seat: else a bare majority suspends the others, and is two thirds of those that are left.
    function _suspension(bytes calldata arguments) private view returns (bool binds, bytes32 affected) {
        bytes32 organisation = abi.decode(arguments, (bytes32));
        binds = members != address(0) && _isOfSeat(organisation);
        if (binds) affected = _register().groupOf(organisation);
    }

    /// What opens a credit binds. Whoever loses a scheme is affected.
    function _accreditation(bytes calldata arguments) private view returns (bool binds, bytes32 affected) {
        (bytes32 organisation, uint64 schemes) = abi.decode(arguments, (bytes32, uint64));
        if (_register().accreditationOf(organisation) & ~schemes != 0) affected = _groupOf(organisation);
        return (true, affected);
    }

    function _affectedBy(address target, bytes4 selector, bytes calldata arguments) private view returns (bytes32) {
        if (selector == ICouncil.takeSeat.selector) return _grantedGroupOf(abi.decode(arguments, (address)));
        if (Constitution.ofAccounts(selector)) {
            return _groupOf(_register().organisationOf(abi.decode(arguments, (address))));
        }
        if (Constitution.ofOrganisations(selector)) return _groupOf(abi.decode(arguments, (bytes32)));
        if (selector != ISites.proposeTransfer.selector) return bytes32(0);
        return _groupOf(ISites(target).operatorOf(abi.decode(arguments, (bytes32))));
    }

    function _groupOf(bytes32 organisation) internal view returns (bytes32) {
        return _register().groupOf(organisation);
    }

    function _register() private view returns (IMembers) {
        if (members == address(0)) revert MembersUnknown(members);
        return IMembers(members);
    }
}
