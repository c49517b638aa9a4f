// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Journaled} from "./Journaled.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IPanels} from "./interfaces/IPanels.sol";
import {ISettings} from "./interfaces/ISettings.sol";
import {RowKind} from "./interfaces/Types.sol";
import {Entries} from "./libraries/Entries.sol";
import {Groups} from "./libraries/Groups.sol";

/// @title Panels
abstract contract Panels is IPanels, Governed, Journaled {
    using Groups for bytes32[];

    uint40 public constant PANEL_TERM = 365 days;

    struct Panel {
        uint40 namedAt; // 0: never
        bytes32[] groups;
    }

    IMembers public immutable MEMBERS;
    ISettings public immutable SETTINGS;

    mapping(bytes32 site => Panel) private _panels;

    constructor(address members, address settings) Journaled(IMembers(members).JOURNAL()) {
        MEMBERS = IMembers(members);
        SETTINGS = ISettings(settings);
    }

    /// @inheritdoc IPanels
    function setPanel(bytes32 site, bytes32[] calldata groups) external onlyCouncil {
        bytes32 own = _operatingGroup(site);
        _requireGroups(site, own, groups);
        Panel storage panel = _panels[site];
        uint40 until = panel.namedAt + PANEL_TERM;
        if (panel.namedAt == 0 || block.timestamp >= until) panel.namedAt = uint40(block.timestamp);
        else _requireStay(site, own, groups, until);
        panel.groups = groups;
        _noteSite(PanelNamed.selector, site, abi.encode(_nextSequence(site), groups));
    }

    /// @inheritdoc IPanels
    function panelOf(bytes32 site) external view returns (bytes32[] memory groups) {
        bytes32 own = _operatingGroup(site);
        groups = _panels[site].groups;
        return groups.length == 0 ? _longestServing(own) : groups;
    }

    /// @inheritdoc IPanels
    function isOnPanel(bytes32 site, bytes32 group) external view returns (bool) {
        bytes32[] memory groups = _panels[site].groups;
        if (groups.length != 0) return groups.has(group);
        if (MEMBERS.inspectorCount() <= _mostSeats()) return true;
        return _longestServing(_operatingGroup(site)).has(group);
    }

    /// The ownership group that operates a known site.
    function _operatingGroup(bytes32 site) internal view virtual returns (bytes32);

    function _nextSequence(bytes32 site) internal virtual returns (uint32);

    /// What is said of a site is an act of the council, or the one word of who takes it over.
    function _noteSite(bytes32 topic0, bytes32 site, bytes memory data) internal {
        _noteAlways(RowKind.Site, site, Entries.log2(topic0, site, data));
    }

    function _longestServing(bytes32 own) private view returns (bytes32[] memory groups) {
        bytes32[] memory all = MEMBERS.inspectors();
        groups = new bytes32[](_seats(all, own));
        uint256 found = 0;
        for (uint256 i = 0; found < groups.length; ++i) {
            if (all[i] != own) groups[found++] = all[i];
        }
    }

    function _requireGroups(bytes32 site, bytes32 own, bytes32[] calldata groups) private view {
        bytes32[] memory all = MEMBERS.inspectors();
        uint256 seats = _seats(all, own);
        if (groups.length != seats) revert PanelSizeInvalid(site, groups.length, seats);
        bytes32 previous = bytes32(0);
        for (uint256 i = 0; i < seats; ++i) {
            bytes32 group = groups[i];
            if (group <= previous || group == own || !all.has(group)) revert PanelGroupInvalid(site, group);
            previous = group;
        }
    }

    /// Those of the panel of now that inspect are on the next one too.
    function _requireStay(bytes32 site, bytes32 own, bytes32[] memory next, uint40 until) private view {
        bytes32[] storage groups = _panels[site].groups;
        for (uint256 i = 0; i < groups.length; ++i) {
            bytes32 group = groups[i];
            bool stays = group != own && MEMBERS.inspects(group);
            if (stays && !next.has(group)) revert PanelMemberStays(site, group, until);
        }
    }

    function _seats(bytes32[] memory all, bytes32 own) private view returns (uint256 seats) {
        seats = all.has(own) ? all.length - 1 : all.length;
        uint256 most = _mostSeats();
        if (seats > most) seats = most;
    }

    function _mostSeats() private view returns (uint256) {
        return uint256(SETTINGS.quorum()) + 1;
    }
}
