// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CertificateStatus, CustodyModel} from "./Types.sol";

/// @title Certificates: schemes, scopes and their whole history
/// @notice Bitemporal: every status says from when it is effective and when it was recorded; nothing is rewritten. At
/// a time t, as known at k, the status is that of the last recorded entry among those recorded until k and effective
/// from t or before. InForce counts by itself for times an hour or more after its recording; for earlier ones, back
/// to `since`, it bridges silence and never a suspension or withdrawal. Both ends of validFrom … validTo and of
/// from … to belong to the interval; times are whole seconds.
///
/// A certificate counts while somebody vouches for it. When its certifier ceases to certify the scheme (suspended, or
/// without role or accreditation: IMembers.certifies), it counts for a grace of 90 days more, in which another
/// certifier may take it over. Then it counts for no time until its certifier certifies again; what he certifies then
/// does not reach back into the silence.
/// @dev Not guaranteed: that a certifier looked.
interface ICertificates {
    // solhint-disable-next-line gas-struct-packing
    struct Certificate {
        bytes32 site;
        /// 1 RMI RMAP, 2 IRMA, 3 ICMM, 4 CIRAF, 5 Copper Mark, 6 ISO 14001, 7 ISO 45001, 8 recycled content,
        /// 9 chain of custody
        uint16 scheme;
        uint16 element; // 0: all metals of the site
        uint40 validFrom;
        uint40 validTo;
        uint40 recordedAt;
        uint40 since; // from when on it counts: at most a window before recordedAt
        address certifier; // who vouches for it now
        bytes32 document;
        uint32 sequence;
    }

    struct Status {
        CertificateStatus status;
        uint40 effectiveFrom; // before recordedAt if retroactive, for cause; InForce: at recordedAt or later
        uint40 recordedAt;
        bytes32 reason;
    }

    /// @notice Which schemes open the gate of a credit at a birth or recovery, and whether processing sites need one
    /// as well.
    struct CreditRule {
        uint64 schemes; // bit s: scheme s is recognised
        bool passGated; // false: the credit passes any active site
    }

    event CertificateIssued(
        bytes32 indexed certificate,
        bytes32 indexed site,
        uint32 sequence,
        uint16 scheme,
        uint16 element,
        uint40 validFrom,
        uint40 validTo,
        uint40 since,
        address certifier,
        bytes32 document,
        bytes32 label
    );
    /// @param document of whoever took it over: what he found
    event CertificateTakenOver(
        bytes32 indexed certificate, bytes32 indexed site, uint32 sequence, address certifier, bytes32 document
    );
    /// @notice By the council, for cause.
    event CertificateWithdrawn(
        bytes32 indexed certificate,
        bytes32 indexed site,
        uint32 sequence,
        uint40 effectiveFrom,
        uint40 recordedAt,
        bytes32 reason
    );
    event CertificateExcused(bytes32 indexed certificate, bytes32 indexed site, uint32 sequence);
    event CertificateStatusSet(
        bytes32 indexed certificate,
        bytes32 indexed site,
        uint32 sequence,
        CertificateStatus status,
        uint40 effectiveFrom,
        uint40 recordedAt,
        bytes32 reason
    );
    event CreditRuleSet(uint8 indexed credit, uint64 schemes, bool passGated);
    event ModelRuleSet(CustodyModel indexed model, uint256 schemes);

    error CertificateUnknown(bytes32 certificate);
    error CertificateExists(bytes32 certificate);
    error ValidityInvalid(uint40 validFrom, uint40 validTo);
    error TermTooLong(uint40 validFrom, uint40 validTo);
    error NotAccredited(bytes32 organisation, uint16 scheme, uint64 accredited);
    error CertifierStands(bytes32 certificate, address certifier);
    error GraceOver(bytes32 certificate, address certifier);
    error CertifiersAreSisters(bytes32 certificate, address certifier, address successor);
    error EffectiveBeforeTakeOver(bytes32 certificate, uint40 effectiveFrom, uint40 since);
    error NotCertifier(bytes32 certificate, address account);
    error EffectiveInFuture(uint40 effectiveFrom, uint256 time);
    error EffectiveInPast(uint40 effectiveFrom, uint256 time);
    error TransitionInvalid(bytes32 certificate, CertificateStatus from, CertificateStatus to);
    error TooManyCertificates(bytes32 site, uint256 limit);
    error TooManyStatuses(bytes32 certificate, uint256 limit);
    error CreditInvalid(uint8 credit);
    error SchemeInvalid(uint16 scheme);
    /// @notice Mass balance keeps nothing apart, so nothing proves that.
    error ModelInvalid(CustodyModel model);
    error NotExcusable(bytes32 certificate);

    /// @notice Only the certifier role, of another ownership group than the site's operator, accredited for the scheme
    /// (NotAccredited). The first entry of its history is InForce from `validFrom` on; no CertificateStatusSet is
    /// emitted for it. At most 64 certificates a site, 32 of them by one ownership group (TooManyCertificates). A term
    /// (validTo - validFrom) is at most 1,098 days, three years (TermTooLong).
    ///
    /// It counts from the latest of these on (`since`): validFrom; the time of the block less the window
    /// (ISettings.recordingWindow), or less 90 days if it goes on without a gap after a certificate of the same
    /// certifier, scheme and metal that ran to its end without a change of status; the first second after all that
    /// the statuses of other certificates of the site said against it until now.
    /// @param label keccak256 of the certifier's own number of it
    /// @return certificate its id: keccak256(abi.encode(account of the certifier, label))
    function issue(
        bytes32 label,
        bytes32 site,
        uint16 scheme,
        uint16 element,
        uint40 validFrom,
        uint40 validTo,
        bytes32 document
    ) external returns (bytes32 certificate);

    /// @notice Another certifier vouches for it from now on: of another ownership group (CertifiersAreSisters), one that
    /// could issue it (NotIndependent, NotAccredited). Only while its certifier does not certify the scheme
    /// (CertifierStands) and the 90 days of grace run (GraceOver). It keeps its id, term and history.
    /// @param document keccak256 of what he found
    function takeOver(bytes32 certificate, bytes32 document) external;

    /// @notice Only the certifier that vouches for it. InForce takes accreditation for the scheme, what speaks against
    /// the site does not. InForce and Suspended follow each other, Withdrawn follows both and is final. The same status
    /// again only with an earlier `effectiveFrom` (a correction). At most 32 entries, the last 8 for Withdrawn only.
    /// Who took the certificate over says nothing about the time before (EffectiveBeforeTakeOver).
    /// @param effectiveFrom of InForce: the time of the block or later (EffectiveInPast), so that no suspension is
    /// erased afterwards; of every other status: the time of the block or earlier (EffectiveInFuture)
    function setStatus(bytes32 certificate, CertificateStatus status, uint40 effectiveFrom, bytes32 reason) external;

    /// @notice Withdraws a certificate for cause, from a time on that is not in the future (EffectiveInFuture); again
    /// only from an earlier time on (TransitionInvalid).
    /// @dev Only the council.
    function withdraw(bytes32 certificate, uint40 effectiveFrom, bytes32 reason) external;

    /// @notice A certificate that was recorded late counts from validFrom on. The excuse bridges silence until now, and
    /// never what speaks against the site.
    /// @dev Only the council; once, and before its first further status (NotExcusable).
    function excuseLateRecording(bytes32 certificate) external;

    /// @dev Only the council. Credits 1 to 4; schemes 1 to 63. Without a rule a credit's gate is closed at births and
    /// it passes.
    function setCreditRule(uint8 credit, uint64 schemes, bool passGated) external;

    /// @notice Which schemes prove that a site keeps metal apart as the model says, in all that it makes. Without a rule
    /// none does.
    /// @dev Only the council. Of every model but mass balance (ModelInvalid).
    /// @param schemes bit s: scheme s is recognised; 1 to 63
    function setModelRule(CustodyModel model, uint256 schemes) external;

    /// @notice Whether the site was certified for the credit and metal during the whole of [from, to], as known at
    /// `knownAt` (facts recorded later do not count). Gates ask as of the time of the block. Several certificates may
    /// cover the interval together, without a gap, each for its part: recertification and a change of scheme leave no
    /// hole. At most 16 parts; an interval pieced together from more does not count.
    function inForceAt(bytes32 site, uint16 element, uint8 credit, uint40 from, uint40 to, uint40 knownAt)
        external
        view
        returns (bool);

    /// @notice As inForceAt, of the schemes that prove the custody model.
    function keepsApart(bytes32 site, uint16 element, CustodyModel model, uint40 from, uint40 to, uint40 knownAt)
        external
        view
        returns (bool);

    /// @notice As setModelRule; 0 without a rule.
    function modelRule(CustodyModel model) external view returns (uint256 schemes);

    function creditRule(uint8 credit) external view returns (CreditRule memory);

    function certificateOf(bytes32 certificate) external view returns (Certificate memory);

    function historyOf(bytes32 certificate) external view returns (Status[] memory);

    /// @notice Who vouched for it before it was taken over, in order; the first is its issuer.
    function predecessorsOf(bytes32 certificate) external view returns (address[] memory certifiers);

    function certificatesOf(bytes32 site) external view returns (bytes32[] memory);

    /// @notice Events about the certificate so far; 0 for an unknown one.
    function sequenceOf(bytes32 certificate) external view returns (uint32);
}
