// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "./interfaces/IAttestations.sol";
import {ICertificates} from "./interfaces/ICertificates.sol";
import {IGates} from "./interfaces/IGates.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {ISites} from "./interfaces/ISites.sol";
import {CustodyModel, EventKind, RunKind} from "./interfaces/Types.sol";
import {RunRules} from "./libraries/RunRules.sol";

/// @title Gates
contract Gates is IGates {
    uint40 public constant FILING_LIMIT = 30 days; // from the end of an event until it is filed, or stands
    uint40 public constant CREDIT_TERM = 365 days; // from the oldest input to the end of a period
    uint8 private constant CREDITS = 4;
    uint256 private constant CAHRA_BIT = 1 << CREDITS;

    ISites public immutable SITES;
    ICertificates public immutable CERTIFICATES;
    IPlaces public immutable PLACES;
    IAttestations public immutable ATTESTATIONS;

    constructor(address sites, address certificates, address places, address attestations) {
        SITES = ISites(sites);
        CERTIFICATES = ICertificates(certificates);
        PLACES = IPlaces(places);
        ATTESTATIONS = IAttestations(attestations);
    }

    /// @inheritdoc IGates
    function ofRun(IAttestations.Standing calldata standing, RunKind kind, uint40 oldest, bool postConsumer)
        external
        view
        returns (uint256)
    {
        RunRules.Terms memory terms;
        (terms.tolerance, terms.lossFrom, terms.lossTo, terms.scrapTo) = SITES.bandOf(standing.site);
        terms.gates = atProcessing(standing, oldest);
        if (kind == RunKind.Loss) return RunRules.ofTerms(RunRules.ofLoss(terms.gates, terms.tolerance));
        if (kind == RunKind.Recover) terms.grants = atBirth(standing) & RunRules.recycledCredit(postConsumer);
        return RunRules.ofTerms(terms);
    }

    /// @inheritdoc IGates
    function keepsApart(IAttestations.Standing calldata standing, CustodyModel model) external view returns (bool) {
        uint40 time = uint40(block.timestamp);
        return CERTIFICATES.keepsApart(standing.site, standing.element, model, standing.from, standing.to, time);
    }

    /// @inheritdoc IGates
    function atBirth(IAttestations.Standing calldata standing) public view returns (uint256 gates) {
        if (standing.kind == EventKind.Outside) return CAHRA_BIT;
        bool open = standing.excused || !_isLate(standing);
        for (uint8 credit = 1; credit <= CREDITS && open; ++credit) {
            if (_certified(standing, credit)) gates |= _bit(credit);
        }
        if (_inCahra(standing)) gates |= CAHRA_BIT;
    }

    /// @inheritdoc IGates
    function atProcessing(IAttestations.Standing calldata standing, uint40 oldest)
        public
        view
        returns (uint256 gates)
    {
        bool period = standing.continuousSince != 0;
        if (period && uint256(oldest) + CREDIT_TERM < standing.to) return 0;
        for (uint8 credit = 1; credit <= CREDITS; ++credit) {
            bool gated = CERTIFICATES.creditRule(credit).passGated;
            if (!gated || _certified(standing, credit)) gates |= _bit(credit);
        }
    }

    /// The site filed the document in time, or its inspectors were as quick: nobody's delay but its own counts.
    function _isLate(IAttestations.Standing calldata standing) private view returns (bool) {
        uint256 limit = uint256(standing.to) + FILING_LIMIT;
        if (standing.standingSince <= limit) return false;
        uint40 filedAt = ATTESTATIONS.filedAt(standing.site, standing.sequence, standing.document);
        return filedAt == 0 || filedAt > limit;
    }

    function _certified(IAttestations.Standing calldata standing, uint8 credit) private view returns (bool) {
        uint40 time = uint40(block.timestamp);
        return CERTIFICATES.inForceAt(standing.site, standing.element, credit, standing.from, standing.to, time);
    }

    function _inCahra(IAttestations.Standing calldata standing) private view returns (bool) {
        bytes32 place = SITES.placeOf(standing.site);
        bytes32 operator = SITES.operatorOf(standing.site);
        return PLACES.isCahra(place, standing.from, standing.to, uint40(block.timestamp), operator);
    }

    function _bit(uint8 credit) private pure returns (uint256) {
        return 1 << (credit - 1);
    }
}
