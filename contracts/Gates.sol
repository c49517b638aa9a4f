// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAttestations} from "./interfaces/IAttestations.sol";
import {ICertificates} from "./interfaces/ICertificates.sol";
import {IGates} from "./interfaces/IGates.sol";
import {IPlaces} from "./interfaces/IPlaces.sol";
import {ISites} from "./interfaces/ISites.sol";

/// @title Gates
contract Gates is IGates {
    uint40 public constant FILING_LIMIT = 30 days; // from the end of an event until it stands
    uint8 private constant CREDITS = 5;
    uint256 private constant CAHRA_BIT = 1 << CREDITS;

    ISites public immutable SITES;
    ICertificates public immutable CERTIFICATES;
    IPlaces public immutable PLACES;

    constructor(address sites, address certificates, address places) {
        SITES = ISites(sites);
        CERTIFICATES = ICertificates(certificates);
        PLACES = IPlaces(places);
    }

    /// @inheritdoc IGates
    function atBirth(IAttestations.Standing calldata standing) external view returns (uint256 gates) {
        bool late = standing.standingSince > uint256(standing.to) + FILING_LIMIT;
        for (uint8 credit = 1; credit <= CREDITS && (!late || standing.excused); ++credit) {
            if (_certified(standing, credit)) gates |= _bit(credit);
        }
        if (_inCahra(standing)) gates |= CAHRA_BIT;
    }

    /// @inheritdoc IGates
    function atProcessing(IAttestations.Standing calldata standing) external view returns (uint256 gates) {
        for (uint8 credit = 1; credit <= CREDITS; ++credit) {
            bool gated = CERTIFICATES.creditRule(credit).passGated;
            if (!gated || _certified(standing, credit)) gates |= _bit(credit);
        }
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
