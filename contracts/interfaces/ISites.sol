// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPanels} from "./IPanels.sol";

/// @title Sites: where metal is mined, processed, recovered
interface ISites is IPanels {
    struct Site {
        bytes32 operator; // organisation
        bytes32 place; // Places
        /// 1 industrial mine, 2 artisanal cooperative, 3 refinery, 4 precursor maker, 5 cathode maker, 6 cell maker,
        /// 7 pack maker, 8 vehicle maker, 9 recycler, 10 laboratory, 11 dismantler
        uint16 kind;
        uint24 tolerance; // of its scale, ppm; at most 10,000 (1 %)
        uint24 lossFrom; // declared loss band, ppm of metal in
        uint24 lossTo;
        uint24 scrapTo; // most of the metal in that may come out as scrap, ppm
        bool active;
        uint32 sequence;
        bytes32 capacity; // hash of the signed capacity declaration (no tonnage in clear)
        uint16[] elements;
        uint16[] materials; // what it may make
    }

    event SiteRegistered(bytes32 indexed site, bytes32 indexed operator, uint32 sequence, Site details);
    event SiteClosed(bytes32 indexed site, uint32 sequence);
    event SiteReopened(bytes32 indexed site, uint32 sequence);
    /// @param operator 0 where an earlier proposal is withdrawn
    event SiteTransferProposed(bytes32 indexed site, uint32 sequence, bytes32 operator);
    event SiteTransferred(bytes32 indexed site, bytes32 indexed operator, uint32 sequence);
    event BandSet(bytes32 indexed site, uint32 sequence, uint24 tolerance, uint24 lossFrom, uint24 lossTo, uint24 scrapTo);

    error SiteUnknown(bytes32 site);
    error SiteExists(bytes32 site);
    error SiteInactive(bytes32 site);
    error NotOperator(bytes32 site, bytes32 organisation);
    error BandInvalid(uint24 tolerance, uint24 lossFrom, uint24 lossTo, uint24 scrapTo);
    error ElementNotAtSite(bytes32 site, uint16 element);
    error MaterialNotAtSite(bytes32 site, uint16 material);
    error SiteActive(bytes32 site);
    error OperatorRoleMissing(bytes32 site, bytes32 organisation, uint32 required);
    error SiteDetailsInvalid(bytes32 site);
    error OperatorUnchanged(bytes32 site, bytes32 operator);
    error TransferNotProposed(bytes32 site, bytes32 organisation);
    /// @notice Who attests or certifies must not belong to the ownership group of the site's operator.
    error NotIndependent(bytes32 site, bytes32 organisation);

    /// @dev Only the council; `details.sequence` and `details.active` are set by the contract. The operator is a
    /// registered organisation with the laboratory role for a laboratory, and the operator role for every other kind
    /// (OperatorRoleMissing), the place is named, elements are atomic numbers (1 to 127, at least one, kept in
    /// ascending order), materials are at most 16; tolerance, loss band and scrap as in setBand.
    function register(bytes32 site, Site calldata details) external;

    /// @notice Up to the tolerance of each process, metal that nobody booked could enter: it is at most 1 %.
    /// @dev Only the council (BandInvalid).
    /// @param tolerance ppm of metal in, at most 10,000
    /// @param lossFrom ppm of metal in, at most lossTo
    /// @param lossTo ppm of metal in, at most 1,000,000
    /// @param scrapTo ppm of metal in, at most 1,000,000; what exceeds it makes the outputs of a run born held
    function setBand(bytes32 site, uint24 tolerance, uint24 lossFrom, uint24 lossTo, uint24 scrapTo) external;

    /// @dev Only the council: the site was sold. It has its new operator once that accepts; until then the old one
    /// operates it. The zero organisation withdraws the proposal.
    function proposeTransfer(bytes32 site, bytes32 operator) external;

    /// @notice An account of the organisation that the council named takes the site over: with the laboratory role for
    /// a laboratory, and the operator role for every other kind.
    function acceptTransfer(bytes32 site) external;

    /// @dev Only the council.
    function close(bytes32 site) external;

    /// @dev Only the council.
    function reopen(bytes32 site) external;

    /// @notice Reverts (SiteUnknown) for an unknown site, as bandOf, placeOf and operatorOf do.
    function siteOf(bytes32 site) external view returns (Site memory);

    /// @notice Reverts unless the site is active, the organisation operates it and it handles the element.
    function requireOperator(bytes32 site, bytes32 organisation, uint16 element) external view;

    function requireMakes(bytes32 site, uint16 material) external view;

    function bandOf(bytes32 site)
        external
        view
        returns (uint24 tolerance, uint24 lossFrom, uint24 lossTo, uint24 scrapTo);

    function placeOf(bytes32 site) external view returns (bytes32);

    function operatorOf(bytes32 site) external view returns (bytes32);

    /// @notice Events about the site so far; 0 for an unknown one.
    function sequenceOf(bytes32 site) external view returns (uint32);
}
