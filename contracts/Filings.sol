// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Journaled} from "./Journaled.sol";
import {IFilings} from "./interfaces/IFilings.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {ISettings} from "./interfaces/ISettings.sol";
import {ISites} from "./interfaces/ISites.sol";
import {Roles} from "./interfaces/Roles.sol";
import {FiledDocument, RowKind} from "./interfaces/Types.sol";
import {Entries} from "./libraries/Entries.sol";
import {EventIds} from "./libraries/EventIds.sol";
import {Groups} from "./libraries/Groups.sol";
import {Independence} from "./libraries/Independence.sol";
import {Reasons} from "./libraries/Reasons.sol";

/// @title Filings
abstract contract Filings is IFilings, Journaled {
    using Groups for bytes32[];

    /// @notice How long a group of the panel has before another one is drawn in its place: three days more than a freeze
    /// (Emergency.FREEZE_TIME), so that who is frozen is not silent.
    uint40 public constant ANSWER_TERM = 10 days;

    struct Filing {
        uint40 at; // 0: not filed
        bytes32[] refusers; // organisations
    }

    /// How the panel stands to one document.
    struct Tally {
        uint256 voices; // of the panel and of those who were drawn
        uint256 silent; // of the panel
        uint256 refusals;
    }

    IMembers public immutable MEMBERS;
    ISites public immutable SITES;
    ISettings public immutable SETTINGS;

    mapping(bytes32 site => mapping(uint32 sequence => mapping(bytes32 document => Filing))) private _filings;

    constructor(address members, address sites, address settings) Journaled(IMembers(members).JOURNAL()) {
        MEMBERS = IMembers(members);
        SITES = ISites(sites);
        SETTINGS = ISettings(settings);
    }

    /// @inheritdoc IFilings
    function file(bytes32 site, uint32 sequence, bytes32 document) external {
        (address account,) = MEMBERS.resolve(msg.sender);
        _file(account, site, sequence, document);
    }

    /// @inheritdoc IFilings
    function fileMany(FiledDocument[] calldata documents) external {
        (address account,) = MEMBERS.resolve(msg.sender);
        for (uint256 i = 0; i < documents.length; ++i) {
            _file(account, documents[i].site, documents[i].sequence, documents[i].document);
        }
    }

    /// @inheritdoc IFilings
    function refuse(bytes32 site, uint32 sequence, bytes32 document, bytes32 reason) external {
        Reasons.requireValid(reason);
        bytes32 organisation = _inspector();
        Independence.requireIndependent(MEMBERS, SITES, site, organisation);
        bytes32 group = MEMBERS.groupOf(organisation);
        if (!SITES.isOnPanel(site, group)) revert NotOnPanel(site, group);
        _requireFiled(site, sequence, document);
        bytes32[] storage refusers = _filings[site][sequence][document].refusers;
        if (_isAmong(refusers, group)) revert AlreadyRefused(site, document, group);
        refusers.push(organisation);
        bytes32 digest =
            Entries.log4(DocumentRefused.selector, site, document, organisation, abi.encode(sequence, reason));
        _noteAlways(RowKind.Event, EventIds.make(site, sequence, 0), digest);
    }

    /// @inheritdoc IFilings
    function filedAt(bytes32 site, uint32 sequence, bytes32 document) public view returns (uint40) {
        return _filings[site][sequence][document].at;
    }

    /// @inheritdoc IFilings
    function refusalsOf(bytes32 site, uint32 sequence, bytes32 document) external view returns (bytes32[] memory) {
        return _filings[site][sequence][document].refusers;
    }

    function _file(address account, bytes32 site, uint32 sequence, bytes32 document) private {
        bytes32 organisation = MEMBERS.organisationOf(account);
        if (organisation != SITES.operatorOf(site)) revert ISites.NotOperator(site, organisation);
        Filing storage filing = _filings[site][sequence][document];
        if (filing.at != 0) revert AlreadyFiled(site, sequence, document, filing.at);
        filing.at = uint40(block.timestamp);
        bytes32 digest =
            Entries.log4(Filed.selector, site, document, Entries.topic(account), abi.encode(sequence));
        _note(RowKind.Event, EventIds.make(site, sequence, 0), digest);
    }

    /// The organisation of the calling oracle node.
    function _inspector() internal view returns (bytes32) {
        return MEMBERS.organisationOf(MEMBERS.resolveWithRole(msg.sender, Roles.ORACLE));
    }

    function _requireFiled(bytes32 site, uint32 sequence, bytes32 document) internal view {
        if (filedAt(site, sequence, document) == 0) revert NotFiled(site, sequence, document);
    }

    /// The group speaks about the document: by its place on the panel, or because it was drawn.
    /// @param attested organisations that spoke for it already
    function _requireVoice(
        bytes32 site,
        uint32 sequence,
        bytes32 document,
        bytes32[] storage attested,
        bytes32 group
    ) internal view {
        Filing storage filing = _filings[site][sequence][document];
        if (_isAmong(filing.refusers, group)) return; // it has its seat, and thinks better of it
        bool onPanel = SITES.isOnPanel(site, group);
        bool waited = filing.at != 0 && block.timestamp >= filing.at + ANSWER_TERM;
        if (!waited && !onPanel) revert NotOnPanel(site, group);
        if (!waited) return;
        bytes32 own = _operatingGroup(site);
        bytes32[] memory panel = SITES.panelOf(site);
        Tally memory tally = _tally(own, panel, _groupsOf(attested), _groupsOf(filing.refusers));
        if (tally.voices >= panel.length) revert PanelAnswered(site, group);
        if (!onPanel && !_isDrawn(own, panel, tally, group)) revert NotOnPanel(site, group);
    }

    /// A group of the panel that operates the site by now is silent there, whatever it said before.
    function _tally(bytes32 own, bytes32[] memory panel, bytes32[] memory attested, bytes32[] memory refused)
        private
        pure
        returns (Tally memory tally)
    {
        for (uint256 i = 0; i < panel.length; ++i) {
            if (panel[i] != own && attested.has(panel[i])) continue;
            if (panel[i] != own && refused.has(panel[i])) ++tally.refusals;
            else ++tally.silent;
        }
        for (uint256 i = 0; i < refused.length; ++i) {
            if (attested.has(refused[i])) refused[i] = own;
        }
        tally.voices = attested.distinct(own) + refused.distinct(own);
    }

    function _isDrawn(bytes32 own, bytes32[] memory panel, Tally memory tally, bytes32 group)
        private
        view
        returns (bool)
    {
        if (tally.refusals + SETTINGS.quorum() > panel.length) return false;
        bytes32[] memory all = MEMBERS.inspectors();
        uint256 left = tally.silent;
        for (uint256 i = 0; left != 0 && i < all.length; ++i) {
            if (all[i] == own || panel.has(all[i]) || !MEMBERS.inspects(all[i])) continue;
            if (all[i] == group) return true;
            --left;
        }
        return false;
    }

    function _operatingGroup(bytes32 site) internal view returns (bytes32) {
        return Independence.operatingGroup(MEMBERS, SITES, site);
    }

    /// Ownership groups of now: neither an organisation that is sold nor two that are merged speak twice.
    function _groupsOf(bytes32[] storage organisations) internal view returns (bytes32[] memory groups) {
        groups = new bytes32[](organisations.length);
        for (uint256 i = 0; i < groups.length; ++i) {
            groups[i] = MEMBERS.groupOf(organisations[i]);
        }
    }

    /// Whether an organisation of the ownership group of now spoke before.
    function _isAmong(bytes32[] storage before, bytes32 group) internal view returns (bool) {
        return _groupsOf(before).has(group);
    }
}
