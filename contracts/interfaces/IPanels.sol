// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Panels: whose word counts at a site
/// @notice As many ownership groups of inspectors as a quorum needs, and one to spare; all, where there are no more. So
/// nobody takes his documents to the inspectors who ask the least.
///
/// The council names them. Where it has not, they are those that have been inspectors for longest: an order that lies in
/// the past, which neither the site, whose id and numbers are its own choice, nor a newcomer can shift. A small network
/// needs no act, and one that grows does not stop.
interface IPanels {
    event PanelNamed(bytes32 indexed site, uint32 sequence, bytes32[] groups);

    error PanelSizeInvalid(bytes32 site, uint256 groups, uint256 required);
    /// @notice The group is no inspector, operates the site, or is not in increasing order.
    error PanelGroupInvalid(bytes32 site, bytes32 group);
    /// @notice The group inspects and is on the panel until then.
    error PanelMemberStays(bytes32 site, bytes32 group, uint40 until);

    /// @notice Names the panel: `quorum + 1` groups of inspectors but the operator's, or all where there are fewer
    /// (PanelSizeInvalid), in increasing order (PanelGroupInvalid). Once in 365 days it may be another one; meanwhile who
    /// inspects stays (PanelMemberStays), so only who was suspended, gave up the role or operates the site now is
    /// replaced, and places that a higher quorum or a new inspector opens are filled.
    /// @dev Only the council, a constitutional act.
    function setPanel(bytes32 site, bytes32[] calldata groups) external;

    /// @notice Reverts (ISites.SiteUnknown) for an unknown site.
    function panelOf(bytes32 site) external view returns (bytes32[] memory groups);

    /// @notice As panelOf tells it, of a group of inspectors that does not operate the site.
    function isOnPanel(bytes32 site, bytes32 group) external view returns (bool);
}
