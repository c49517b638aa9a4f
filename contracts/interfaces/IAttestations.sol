// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFilings} from "./IFilings.sol";
import {CustodyModel, EventKind, LotState, SiteEvent, Withdrawal} from "./Types.sol";

/// @title Attestations: events of mines and refineries by a quorum of oracle nodes
/// @notice One attestation per ownership group of oracle nodes, event and revision: a quorum is so many groups. They are
/// those of the last word: organisations that were merged since they spoke are one voice, and those that the site's
/// operator came to own are none. What stood stays, whoever is merged or sold later; where too few voices are left, a new
/// revision asks everybody anew.
///
/// A conflicting statement is visible and never overwrites; it does not block the site either, which files a new
/// revision. The word of the site's panel counts (IPanels), and an event stands only where its operator filed the document (IFilings): so inspectors make up no
/// event, and a site chooses no inspectors. An event stands once, is usable for 180 days, and used once.
///
/// An event names the lots that went in. When it stands they are Named in the LotBook: they wait for its run, and are
/// free again when it is withdrawn or lapses.
///
/// A site withdraws a document that it finds wrong, by its filing of the declaration and the same quorum; nothing is
/// edited. Where it is silent, an act of the council stands for it 14 days after the quorum. What was withdrawn before
/// its use makes no lot any more. What was used stays used: EventWithdrawn is the dispute flag on the lots that it
/// made, and readers follow it to their descendants; the chain does not walk them.
/// @dev Not guaranteed: that a scale was honest. Quorum has to exceed (n + f) / 2.
interface IAttestations is IFilings {
    // solhint-disable-next-line gas-struct-packing
    struct Standing {
        bytes32 site;
        bytes32 document;
        bytes32 commitment;
        bytes32 inputsHash; // keccak256(abi.encode(inputs)) of the statement
        uint128 elements; // of the document, as bits of atomic numbers; 0 where nothing comes in units
        uint32 sequence;
        uint16 revision;
        EventKind kind;
        uint16 element;
        uint40 from;
        uint40 to;
        uint40 standingSince;
        bool excused; // filed late (more than 30 days after `to`), credit allowed by the council
        bool withdrawn; // by its site: not to be used; if it was used (LotBook), its lots are flagged
        CustodyModel model;
        uint16 unitMaterial;
        bool noOutput;
        uint32 units; // at the end of their life
        uint16 continuousSince; // as ISites when it stood; 0 but of a period of a continuous site
    }

    /// @param attestations ownership groups of now that attested the digest, this one among them, without the operator's
    event Attested(
        bytes32 indexed eventId,
        bytes32 indexed organisation,
        bytes32 indexed digest,
        uint16 revision,
        uint256 attestations,
        SiteEvent statement
    );
    event EventStanding(
        bytes32 indexed eventId,
        bytes32 indexed site,
        bytes32 digest,
        SiteEvent statement
    );
    /// @notice A lot waits for the run of the event that it went into.
    event LotNamed(bytes32 indexed lot, bytes32 indexed eventId, uint32 sequence, uint40 until);
    /// @notice The event was withdrawn unused: the lot is its holder's to use.
    event LotUnnamed(bytes32 indexed lot, bytes32 indexed eventId, uint32 sequence);
    /// @param attestations as of Attested
    event WithdrawalAttested(
        bytes32 indexed eventId,
        bytes32 indexed organisation,
        bytes32 indexed digest,
        uint256 attestations,
        Withdrawal withdrawal
    );
    /// `used`: lots were made of the document before it was withdrawn.
    event EventWithdrawn(
        bytes32 indexed eventId,
        bytes32 indexed site,
        bytes32 indexed document,
        bytes32 digest,
        bytes32 declaration,
        bytes32 reason,
        bool used
    );
    event LateFilingExcused(bytes32 indexed eventId);

    error AlreadyAttested(bytes32 eventId, uint16 revision, bytes32 organisation);
    error AlreadyStanding(bytes32 eventId);
    error AlreadyWithdrawn(bytes32 eventId, bytes32 document);
    error WithdrawalAlreadyAttested(bytes32 eventId, bytes32 digest, bytes32 organisation);
    error WithdrawalInvalid(bytes32 eventId);
    /// @notice An ownership group attests 16 withdrawals of one event at most.
    error TooManyWithdrawals(bytes32 eventId, bytes32 group);
    error RevisionNotLater(bytes32 eventId, uint16 revision, uint16 withdrawn);
    error NotStanding(bytes32 eventId);
    error EventKindMismatch(bytes32 eventId, EventKind required, EventKind actual);
    error TimeInvalid(uint40 from, uint40 to, uint256 time);
    error StatementInvalid(bytes32 eventId);
    /// @notice Which lots an event names: none for a birth, one for a measurement and for an end of life, else one to
    /// four, in increasing order.
    error InputsInvalid(bytes32 eventId);
    /// @notice The lot is not with the operator of the site.
    error InputNotAtSite(bytes32 lot, bytes32 organisation, bytes32 operator);
    /// @notice Whoever runs the event holds all its lots, but for stock in process, which goes with its plant: they are
    /// moved to one account before it is attested.
    error InputsOfAccounts(bytes32 lot, address account, address first);
    /// @notice Products are dismantled at a dismantler's site.
    error NotDismantler(bytes32 site, uint16 kind);
    /// @notice An end of life is of a lot whose units are in products.
    error NotAssigned(bytes32 lot, LotState state);
    /// @notice A laboratory measures disputed lots of other ownership groups.
    error NotMeasurable(bytes32 lot);
    /// @notice A period takes time, and at most 31 days.
    error PeriodInvalid(uint40 from, uint40 to);
    /// @notice What lies in the plant goes into whatever it makes next.
    error StockNotNamed(bytes32 site, uint16 element, bytes32 stock);
    /// @notice Stock in process goes into the next processing of its own site, and into nothing else.
    error StockNotAtSite(bytes32 lot, bytes32 site);
    error EventLapsed(bytes32 eventId, uint40 until);
    /// @notice No quorum attested the withdrawal, or it took effect at once.
    error WithdrawalUndecided(bytes32 eventId, bytes32 digest);
    /// @notice Until then the site's own filing is waited for.
    error ConsentAwaited(bytes32 eventId, bytes32 digest, uint40 until);

    /// @notice Only the oracle role, of another ownership group than the site's operator (ISites.NotIndependent), and of
    /// its panel or drawn (NotOnPanel, PanelAnswered). The site must be active and handle the element; the event has
    /// ended (TimeInvalid) and does not stand yet (AlreadyStanding), and its document was not withdrawn
    /// (AlreadyWithdrawn). StatementInvalid: sequence 0, kind None, no document, a commitment that is 0 or no element of
    /// the BN254 scalar field, elements that do not increase or are without `element`, no output of what is neither a
    /// loss nor a measurement, no batches where something came
    /// out, batches of a measurement, units of a material that does not come in units, or units at the end of their life
    /// of anything but an end of life. InputsInvalid: as said there.
    ///
    /// At the quorum the operator has filed the document (NotFiled). When it stands, each input (but of a measurement)
    /// has to be a free lot of the element (ILotBook.LotNotFree, IRuns.ElementMismatch), held by the organisation that
    /// operates the site (InputNotAtSite), and is Named until 180 days later; all of them with one account, also when the
    /// event is first attested (InputsOfAccounts). A measurement's lot is disputed and held by another ownership group
    /// (NotMeasurable); nothing happens to it. Nor does it to the lot of an end of life, which a dismantler's site states
    /// (NotDismantler): some of its units are in products (NotAssigned), and it is of the cells, modules or packs that
    /// the event counts (UnitCounts.UnitMaterialMismatch).
    ///
    /// Processing at a continuous site (ISites) is of a period, of at most 31 days (PeriodInvalid), that begins when the
    /// last one ended that was booked (ILotBook.PeriodGap): so the run of a period is made before the next one is
    /// attested, and a period that was withdrawn unused, or lapsed, is stated again. Whatever the site is now, its
    /// processing names the stock that lies in it (StockNotNamed), whoever holds that, and no other event does
    /// (StockNotAtSite).
    ///
    /// What was withdrawn unused is replaced by a later revision (RevisionNotLater) that reaches the quorum: it stands
    /// from then on, and an excuse does not pass on to it. A measurement is not replaced, because an umpire may have
    /// approved a settlement by its event id: the laboratory files under a new sequence.
    function attest(SiteEvent calldata statement) external;

    /// @notice All statements or none: the elements of one document in one transaction.
    function attestMany(SiteEvent[] calldata statements) external;

    /// @notice Only the oracle role, independent as for `attest`; the site may be closed. Whether the document was
    /// attested, stands or was used does not matter. One attestation per ownership group and digest
    /// (WithdrawalAlreadyAttested): a node that saw two declarations of a site attests both, so that differing ones
    /// never block it. The first that reaches the quorum counts, once the site's operator has filed the declaration
    /// (AlreadyWithdrawn after that); see conclude.
    /// WithdrawalInvalid: sequence 0, no document, a declaration that is none or the document itself, or, at quorum,
    /// inputs that are not those of the event that stands unused; they are free from then on.
    function withdraw(Withdrawal calldata withdrawal) external;

    /// @notice All withdrawals or none: the elements of one document in one transaction.
    function withdrawMany(Withdrawal[] calldata withdrawals) external;

    /// @notice Ends what a quorum withdrew before its site had filed the declaration (WithdrawalUndecided): anybody, once
    /// it has (NotFiled); or the council, 14 days after the quorum (ConsentAwaited).
    function conclude(Withdrawal calldata withdrawal) external;

    /// @dev Only the council, for an event that stands, unused and not withdrawn.
    function excuseLateFiling(bytes32 eventId) external;

    /// @notice What stands under the id; reverts unless it is of the kind, unused (ILotBook.AlreadyUsed), not
    /// withdrawn and not lapsed (EventLapsed). Whoever makes lots of it marks it as used in the book.
    function usable(bytes32 eventId, EventKind kind) external view returns (Standing memory);

    function eventIdOf(bytes32 site, uint32 sequence, uint16 element) external pure returns (bytes32);

    /// @notice keccak256(abi.encode(statement)): every field counts.
    function digestOf(SiteEvent calldata statement) external pure returns (bytes32);

    /// @notice keccak256(abi.encode(withdrawal)): every field counts.
    function withdrawalDigestOf(Withdrawal calldata withdrawal) external pure returns (bytes32);

    /// @notice Whether a quorum attested that the site withdrew this document about the event.
    function isWithdrawn(bytes32 eventId, bytes32 document) external view returns (bool);

    /// @notice All zeros while the event does not stand (`standingSince` 0).
    function standingOf(bytes32 eventId) external view returns (Standing memory);

    /// @notice When a quorum attested a withdrawal whose declaration the site had not filed; else 0.
    function agreedAt(bytes32 digest) external view returns (uint40);
}
