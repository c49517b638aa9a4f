// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// The nouns of the system. Times are seconds since 1970 (uint40), shares are ppm (uint24, 1_000_000 = 100 %).
// Amounts never appear: they live inside commitments (zk_circuits/SPEC.md).

/// Chain-of-custody models of ISO 22095, strongest first. Book and claim is refused until it has a design.
enum CustodyModel {
    IdentityPreserved,
    Segregated,
    ControlledBlending,
    MassBalance
}

/// Offered, Held and Disputed end by themselves when `until` has passed: the lot is then as good as Active.
enum LotState {
    None,
    Active,
    Offered,
    Held,
    Disputed,
    Assigned,
    Consumed,
    WrittenOff
}

/// Birth: metal enters the books (mine, or recycler of material that had no lot). Processing: metal in, metal out.
/// Recovery: scrap or retired products are taken back. Measurement: an umpire's weighing and assay of a disputed lot.
enum EventKind {
    None,
    Birth,
    Processing,
    Recovery,
    Measurement
}

enum RunKind {
    None,
    Process,
    Rebook,
    Recover,
    Settle
}

enum MemberStatus {
    None,
    Active,
    Suspended
}

enum CertificateStatus {
    None,
    InForce,
    Suspended,
    Withdrawn
}

enum SubjectKind {
    None,
    Lot,
    Certificate,
    Member,
    Site,
    Place
}

/// Why somebody did something: all that is said in public (Reasons.sol). Who wants to say more commits to words.
enum ReasonCode {
    None,
    WeightDiffers,
    AssayDiffers,
    MaterialDiffers,
    SealBroken,
    PapersMissing,
    NotOrdered,
    OpeningUnreadable,
    Lost,
    Stolen,
    Spilt,
    Disposed,
    CertificateSuspended,
    AuditFinding,
    RiskFinding,
    UnderInvestigation,
    RequirementsNotMet,
    RequirementsMet,
    Corrected,
    ByRequest,
    RulesBroken,
    DutiesUnmet,
    DidNotOccur,
    IncorrectData
}

/// What a claim measures; units of the threshold in zk_circuits/SPEC.md, section 8.
enum Measure {
    None,
    CreditShare,
    CahraShare,
    CarbonIntensity
}

/// Of a day's price. Carried: the previous day's range stands for a day that gave none.
enum PriceStatus {
    None,
    Normal,
    Carried,
    Delayed,
    Corrected
}

/// One lot, two storage slots. Its id is its first commitment.
struct Lot {
    address account; // stable account of the holder (Members), not the signer
    LotState state;
    uint8 revision; // 0 at birth; each restatement adds 1
    uint32 sequence; // events about this lot so far
    uint40 until; // when Offered, Held or Disputed ends
    CustodyModel model;
    uint32 count; // 1, or the number of equal units of a series
    uint40 bornAt; // block time of its creation
    uint40 time; // end of the event it comes from: nothing made of it may have begun earlier
    uint16 element; // atomic number
    uint8 schema;
    uint16 material; // Materials.sol
    uint80 batch; // 0, or the physical batch that moves as one
}

/// A site's statement as the oracle nodes attest it. Its id is keccak256(abi.encode(site, sequence, element)).
struct SiteEvent {
    bytes32 site;
    uint32 sequence; // of the site's documents, from 1
    uint16 revision; // of the statement about this event, from 0; the first that reaches quorum stands
    EventKind kind;
    uint16 element;
    uint40 from; // the whole time of the event
    uint40 to;
    bytes32 document; // hash of the signed document; equal for all elements of one document
    bytes32 commitment; // zk_circuits/SPEC.md, section 2
}

/// A site's declaration that a document of its own is wrong (EPCIS errorDeclaration), as the oracle nodes attest it.
struct Withdrawal {
    bytes32 site;
    uint32 sequence;
    uint16 element;
    bytes32 document; // that is wrong; it stated the event of this site, sequence and element
    bytes32 declaration; // hash of the signed document that declares it
    bytes32 reason; // Reasons.sol
}

/// Eight words, in the order of zk_circuits/SPEC.md, section 9.
struct Proof {
    uint256[8] words;
}
