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

/// Offered, Held, Disputed and Named end by themselves when `until` has passed: the lot is then as good as Active.
/// Held: born outside its site's band of loss or scrap, and not released yet; of a hold on its root no state tells.
/// Named: a site event that stands says that the lot went in; only the run of that event takes it. Lost: ended by an
/// attested loss of which nothing was found.
enum LotState {
    None,
    Active,
    Offered,
    Held,
    Disputed,
    Assigned,
    Consumed,
    Lost,
    Named
}

/// Birth: metal enters the books (mine, or recycler of material that had no lot). Processing: metal in, metal out.
/// Recovery: scrap or retired products are taken back. Measurement: an umpire's weighing and assay of a disputed lot.
/// Rework: the same material once more. Loss: theft, spill, stock-taking. Outside: a birth of metal that comes from
/// outside the consortium. EndOfLife: units of a series were taken out of products that are at the end of their life.
enum EventKind {
    None,
    Birth,
    Processing,
    Recovery,
    Measurement,
    Rework,
    Loss,
    Outside,
    EndOfLife
}

/// Charge: whole lots become one that can only be processed. EndOfLife: units leave a series as retired material.
enum RunKind {
    None,
    Process,
    Rebook,
    Recover,
    Settle,
    Rework,
    Loss,
    Charge,
    EndOfLife
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

/// What a row of the Journal is about.
enum RowKind {
    None,
    Settings,
    Directory,
    Lot,
    Root,
    Event,
    Site,
    Certificate,
    Place,
    Member,
    Group,
    Account,
    Product,
    Total,
    Commodity,
    PriceRecord
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
    CarbonIntensity,
    DirectIntensity,
    MetalPerUnit
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
    uint40 until; // when Offered, Held, Disputed or Named ends
    uint40 heldSince; // when its holder got it: whole hours, rounded up
    CustodyModel model;
    uint32 count; // 1, or the number of equal units of a series
    uint40 bornAt; // block time of its creation
    uint40 time; // end of the event it comes from: nothing made of it may have begun earlier
    uint16 element; // atomic number
    uint8 schema;
    uint8 format;
    uint16 material; // Materials.sol
    uint32 root; // number of the document, or of the run over several roots, that it comes from
    uint8 index; // of the output that it descends from: a physical batch is (root, index)
    bool mixed; // of several roots
    bool charge; // of whole lots: it is processed, and nothing else
    bool reworked; // made by rework: it is not reworked again
    bool young; // retired within 180 days of its product's sealing: manufacturing waste
    uint40 oldest; // at or before the end of the oldest event that it comes from, were lots put together on paper
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
    uint16[] elements; // of the document, strictly increasing, `element` among them
    CustodyModel model; // what the site kept apart; a birth may always be identity preserved
    uint16 unitMaterial; // whose units the commitment counts; 0 where nothing comes in units
    bool noOutput; // Loss: nothing was found. Measurement: the lot is no less than booked. No lot is made of it
    bytes32 batches; // keccak256(salt, names of the batches that came out, sorted); 0 for a measurement
    // lots that went in, strictly increasing: none for births, 1 for a measurement or an end of life, else 1 to 4
    bytes32[] inputs;
    uint32 units; // of the lot that are at the end of their life; 0 for every other kind
}

/// A document of a site as its operator files it.
struct FiledDocument {
    bytes32 site;
    uint32 sequence;
    bytes32 document; // hash of the signed document
}

/// A site's declaration that a document of its own is wrong (EPCIS errorDeclaration), as the oracle nodes attest it.
struct Withdrawal {
    bytes32 site;
    uint32 sequence;
    uint16 element;
    bytes32 document; // that is wrong; it stated the event of this site, sequence and element
    bytes32 declaration; // hash of the signed document that declares it
    bytes32 reason; // Reasons.sol
    bytes32[] inputs; // of the event that the document stated
}

/// Eight words, in the order of zk_circuits/SPEC.md, section 9.
struct Proof {
    uint256[8] words;
}
