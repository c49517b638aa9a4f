// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FiledDocument} from "./Types.sol";

/// @title Filings: what a site said itself, and who may answer
/// @notice Nothing about a site counts that its operator did not file: no event stands without its document's filing,
/// and a withdrawal takes effect by that of its declaration, or by an act of the council.
///
/// The panel of the site answers (IPanels). For each of its groups that neither attested nor refused within 10 days of
/// the filing, the next one in the inspectors' order of seniority that can speak is drawn for this event, without
/// anybody's act; whoever answers first has the seat, so there are never more voices than seats. None is drawn where so
/// many of the panel refused that the others are no quorum: the panel has answered then. Who answered is counted by the
/// ownership groups of now, without the one that operates the site by now: its seat is silent.
/// @dev Why by seniority and not by a hash: a site chooses its documents' numbers, and so whatever is hashed of them.
interface IFilings {
    event Filed(
        bytes32 indexed site, bytes32 indexed document, address indexed account, uint32 sequence
    );
    /// @notice An inspector of the panel answered that it does not attest this document.
    event DocumentRefused(
        bytes32 indexed site,
        bytes32 indexed document,
        bytes32 indexed organisation,
        uint32 sequence,
        bytes32 reason
    );

    error AlreadyFiled(bytes32 site, uint32 sequence, bytes32 document, uint40 filedAt);
    /// @notice The site's operator has not filed the document.
    error NotFiled(bytes32 site, uint32 sequence, bytes32 document);
    /// @notice The ownership group has refused the document.
    error AlreadyRefused(bytes32 site, bytes32 document, bytes32 group);
    /// @notice The group is not on the site's panel, and was not drawn in the place of one that is.
    error NotOnPanel(bytes32 site, bytes32 group);
    /// @notice All seats of the panel have answered, that of this group by another one.
    error PanelAnswered(bytes32 site, bytes32 group);

    /// @notice The site's operator (any active account) says that it has signed and handed over a document or a
    /// declaration; only the first time counts (AlreadyFiled). An event's filing is no later than that.
    function file(bytes32 site, uint32 sequence, bytes32 document) external;

    /// @notice All filings or none: the documents of a shift in one transaction.
    function fileMany(FiledDocument[] calldata documents) external;

    /// @notice An inspector of the site's panel (NotOnPanel) refuses a document that was filed (NotFiled), once an
    /// ownership group (AlreadyRefused). Everybody sees it for ever; it may attest the document all the same, before or
    /// afterwards: that counts then.
    /// @param reason Reasons.sol
    function refuse(bytes32 site, uint32 sequence, bytes32 document, bytes32 reason) external;

    /// @notice When the site's operator filed the document; 0 if it did not.
    function filedAt(bytes32 site, uint32 sequence, bytes32 document) external view returns (uint40);

    /// @notice Organisations that refused the document, in their order.
    function refusalsOf(bytes32 site, uint32 sequence, bytes32 document) external view returns (bytes32[] memory);
}
