// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Governed} from "./Governed.sol";
import {Panels} from "./Panels.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {ISites} from "./interfaces/ISites.sol";
import {Roles} from "./interfaces/Roles.sol";
import {RowKind} from "./interfaces/Types.sol";
import {ElementSet} from "./libraries/ElementSet.sol";
import {Entries} from "./libraries/Entries.sol";

/// @title Sites
/// @dev What births and runs ask for lies in three slots: operator, core, materials.
contract Sites is ISites, Panels {
    using ElementSet for uint128;

    uint24 private constant TOLERANCE_MAX = 10_000; // ppm: 1 %
    uint24 private constant WHOLE_PPM = 1_000_000;
    uint256 public constant MATERIAL_LIMIT = 16; // one slot
    uint16 private constant LABORATORY_KIND = 10;

    /// One slot: sequences end at 65,535, as acts of the council about one site are few.
    struct Core {
        uint16 kind;
        uint16 tolerance;
        uint24 lossFrom;
        uint24 lossTo;
        uint24 scrapTo;
        bool active;
        uint16 sequence;
        uint128 elements;
    }

    mapping(bytes32 site => bytes32) private _operators;
    mapping(bytes32 site => bytes32) private _successors; // until they accept
    mapping(bytes32 site => Core) private _cores;
    mapping(bytes32 site => uint16[]) private _materials;
    mapping(bytes32 site => bytes32) private _places;
    mapping(bytes32 site => bytes32) private _capacities;
    mapping(bytes32 site => uint32 sequence) private _continuousSince;

    constructor(address council, address members, address settings) Governed(council) Panels(members, settings) {}

    /// @inheritdoc ISites
    function register(bytes32 site, Site calldata details) external onlyCouncil {
        if (_cores[site].sequence != 0) revert SiteExists(site);
        _requireDetails(site, details);
        _operators[site] = details.operator;
        _places[site] = details.place;
        _capacities[site] = details.capacity;
        _materials[site] = details.materials;
        _cores[site] = Core({
            kind: details.kind,
            tolerance: uint16(details.tolerance),
            lossFrom: details.lossFrom,
            lossTo: details.lossTo,
            scrapTo: details.scrapTo,
            active: true,
            sequence: 1,
            elements: ElementSet.from(details.elements)
        });
        if (details.continuous) _continuousSince[site] = 1;
        _noteOperator(SiteRegistered.selector, site, details.operator, abi.encode(uint256(1), siteOf(site)));
    }

    /// @inheritdoc ISites
    function setBand(bytes32 site, uint24 tolerance, uint24 lossFrom, uint24 lossTo, uint24 scrapTo)
        external
        onlyCouncil
    {
        Core storage core = _known(site);
        _requireBand(tolerance, lossFrom, lossTo, scrapTo);
        (core.tolerance, core.lossFrom, core.lossTo, core.scrapTo) = (uint16(tolerance), lossFrom, lossTo, scrapTo);
        _noteSite(BandSet.selector, site, abi.encode(++core.sequence, tolerance, lossFrom, lossTo, scrapTo));
    }

    /// @inheritdoc ISites
    function setContinuous(bytes32 site, bool continuous) external onlyCouncil {
        Core storage core = _known(site);
        if (continuous == (_continuousSince[site] != 0)) revert ContinuousUnchanged(site, continuous);
        uint32 sequence = ++core.sequence;
        _continuousSince[site] = continuous ? sequence : 0;
        _noteSite(ContinuousSet.selector, site, abi.encode(sequence, continuous));
    }

    /// @inheritdoc ISites
    function close(bytes32 site) external onlyCouncil {
        Core storage core = _known(site);
        if (!core.active) revert SiteInactive(site);
        core.active = false;
        _noteSite(SiteClosed.selector, site, abi.encode(++core.sequence));
    }

    /// @inheritdoc ISites
    function reopen(bytes32 site) external onlyCouncil {
        Core storage core = _known(site);
        if (core.active) revert SiteActive(site);
        core.active = true;
        _noteSite(SiteReopened.selector, site, abi.encode(++core.sequence));
    }

    /// @inheritdoc ISites
    function proposeTransfer(bytes32 site, bytes32 operator) external onlyCouncil {
        Core storage core = _known(site);
        if (operator != bytes32(0)) MEMBERS.groupOf(operator); // reverts for an unknown organisation
        if (operator == _operators[site]) revert OperatorUnchanged(site, operator);
        _successors[site] = operator;
        _noteSite(SiteTransferProposed.selector, site, abi.encode(++core.sequence, operator));
    }

    /// @inheritdoc ISites
    function acceptTransfer(bytes32 site) external {
        Core storage core = _known(site);
        bytes32 operator = MEMBERS.organisationOf(MEMBERS.resolveWithRole(msg.sender, _roleFor(core.kind)));
        if (_successors[site] != operator) revert TransferNotProposed(site, operator);
        delete _successors[site];
        _operators[site] = operator;
        _noteOperator(SiteTransferred.selector, site, operator, abi.encode(++core.sequence));
    }

    /// @inheritdoc ISites
    function requireOperator(bytes32 site, bytes32 organisation, uint16 element) external view {
        Core memory core = _known(site);
        if (!core.active) revert SiteInactive(site);
        if (_operators[site] != organisation) revert NotOperator(site, organisation);
        if (!core.elements.contains(element)) revert ElementNotAtSite(site, element);
    }

    /// @inheritdoc ISites
    function requireMakes(bytes32 site, uint16 material) external view {
        uint16[] memory materials = _materials[site];
        for (uint256 i = 0; i < materials.length; ++i) {
            if (materials[i] == material) return;
        }
        revert MaterialNotAtSite(site, material);
    }

    /// @inheritdoc ISites
    function bandOf(bytes32 site)
        external
        view
        returns (uint24 tolerance, uint24 lossFrom, uint24 lossTo, uint24 scrapTo)
    {
        Core memory core = _known(site);
        return (core.tolerance, core.lossFrom, core.lossTo, core.scrapTo);
    }

    /// @inheritdoc ISites
    function continuousSince(bytes32 site) external view returns (uint32) {
        return _continuousSince[site];
    }

    /// @inheritdoc ISites
    function placeOf(bytes32 site) external view returns (bytes32 place) {
        place = _places[site];
        if (place == bytes32(0)) revert SiteUnknown(site);
    }

    /// @inheritdoc ISites
    function operatorOf(bytes32 site) public view returns (bytes32 operator) {
        operator = _operators[site];
        if (operator == bytes32(0)) revert SiteUnknown(site);
    }

    /// @inheritdoc ISites
    function sequenceOf(bytes32 site) external view returns (uint32) {
        return _cores[site].sequence;
    }

    /// @inheritdoc ISites
    function siteOf(bytes32 site) public view returns (Site memory) {
        Core memory core = _known(site);
        return Site({
            operator: _operators[site],
            place: _places[site],
            kind: core.kind,
            tolerance: core.tolerance,
            lossFrom: core.lossFrom,
            lossTo: core.lossTo,
            scrapTo: core.scrapTo,
            active: core.active,
            sequence: core.sequence,
            capacity: _capacities[site],
            elements: core.elements.toList(),
            materials: _materials[site],
            continuous: _continuousSince[site] != 0
        });
    }

    function _operatingGroup(bytes32 site) internal view override returns (bytes32) {
        return MEMBERS.groupOf(operatorOf(site));
    }

    function _nextSequence(bytes32 site) internal override returns (uint32) {
        return ++_cores[site].sequence;
    }

    function _noteOperator(bytes32 topic0, bytes32 site, bytes32 operator, bytes memory data) private {
        _noteAlways(RowKind.Site, site, Entries.log3(topic0, site, operator, data));
    }

    function _known(bytes32 site) private view returns (Core storage core) {
        core = _cores[site];
        if (core.sequence == 0) revert SiteUnknown(site);
    }

    function _requireDetails(bytes32 site, Site calldata details) private view {
        uint32 role = _roleFor(details.kind);
        if (MEMBERS.organisation(details.operator).roles & role == 0) {
            revert OperatorRoleMissing(site, details.operator, role);
        }
        if (details.place == bytes32(0)) revert IPlaces.PlaceMissing();
        if (details.kind == 0 || details.elements.length == 0) revert SiteDetailsInvalid(site);
        if (details.materials.length > MATERIAL_LIMIT) revert SiteDetailsInvalid(site);
        _requireBand(details.tolerance, details.lossFrom, details.lossTo, details.scrapTo);
    }

    /// A laboratory measures what others trade: nobody who makes metal operates one.
    function _roleFor(uint16 kind) private pure returns (uint32) {
        return kind == LABORATORY_KIND ? Roles.LABORATORY : Roles.OPERATOR;
    }

    function _requireBand(uint24 tolerance, uint24 lossFrom, uint24 lossTo, uint24 scrapTo) private pure {
        bool valid = tolerance <= TOLERANCE_MAX && lossFrom <= lossTo && lossTo <= WHOLE_PPM && scrapTo <= WHOLE_PPM;
        if (!valid) revert BandInvalid(tolerance, lossFrom, lossTo, scrapTo);
    }
}
