// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel} from "../interfaces/Types.sol";

/// What a lot is: its second slot. Writers of the book make one for a new lot, and are told it when they end one.
///
/// | bits    | field      |                                                                     |
/// |---------|------------|---------------------------------------------------------------------|
/// | 0–31    | count      |                                                                     |
/// | 32–71   | time       |                                                                     |
/// | 72–87   | element    |                                                                     |
/// | 88–95   | schema     |                                                                     |
/// | 96–111  | material   |                                                                     |
/// | 112–119 | model      |                                                                     |
/// | 120–127 | revision   | the book's                                                          |
/// | 128–159 | bornAt     | the book's; until 2106                                              |
/// | 160–175 | birthplace | the book's: number of the place, 0 once the lot was sold            |
/// | 176–183 | format     |                                                                     |
/// | 184–215 | root       | number of the document, or of the run over several roots            |
/// | 216–223 | index      | of the output that the lot descends from                            |
/// | 224     | mixed      | the root is a run over several roots                                |
/// | 225     | charge     | of whole lots; it is processed, and nothing else                    |
/// | 226     | reworked   | not to be reworked again                                            |
/// | 227     | young      | retired soon: recovered as manufacturing waste                      |
type LotTraits is uint256;

using LotTraitsLib for LotTraits global;

/// @title LotTraitsLib: makes and reads LotTraits
library LotTraitsLib {
    uint256 private constant TIME_AT = 32;
    uint256 private constant ELEMENT_AT = 72;
    uint256 private constant SCHEMA_AT = 88;
    uint256 private constant MATERIAL_AT = 96;
    uint256 private constant MODEL_AT = 112;
    uint256 private constant REVISION_AT = 120;
    uint256 private constant BORN_AT = 128;
    uint256 private constant BIRTHPLACE_AT = 160;
    uint256 private constant FORMAT_AT = 176;
    uint256 private constant ROOT_AT = 184;
    uint256 private constant INDEX_AT = 216;
    uint256 private constant MIXED = 1 << 224;
    uint256 private constant CHARGE = 1 << 225;
    uint256 private constant REWORKED = 1 << 226;
    uint256 private constant YOUNG = 1 << 227;
    uint256 internal constant PLACE_MAX = type(uint16).max;
    uint256 private constant BOOKS_MASK = ((1 << (FORMAT_AT - REVISION_AT)) - 1) << REVISION_AT;

    error RevisionsExhausted();

    /// @notice What the lots that a birth or run makes have in common.
    function create(CustodyModel model_, uint40 time_, uint16 element_, uint8 schema_, uint8 format_)
        internal
        pure
        returns (LotTraits)
    {
        return LotTraits.wrap(
            (uint256(time_) << TIME_AT) | (uint256(element_) << ELEMENT_AT) | (uint256(schema_) << SCHEMA_AT)
                | (uint256(model_) << MODEL_AT) | (uint256(format_) << FORMAT_AT)
        );
    }

    /// @notice Only for what create() made.
    function ofRoot(LotTraits common, uint32 root_) internal pure returns (LotTraits) {
        return LotTraits.wrap(LotTraits.unwrap(common) | (uint256(root_) << ROOT_AT));
    }

    function asMixed(LotTraits traits) internal pure returns (LotTraits) {
        return LotTraits.wrap(LotTraits.unwrap(traits) | MIXED);
    }

    function asCharge(LotTraits traits) internal pure returns (LotTraits) {
        return LotTraits.wrap(LotTraits.unwrap(traits) | CHARGE);
    }

    function asReworked(LotTraits traits) internal pure returns (LotTraits) {
        return LotTraits.wrap(LotTraits.unwrap(traits) | REWORKED);
    }

    function asYoung(LotTraits traits) internal pure returns (LotTraits) {
        return LotTraits.wrap(LotTraits.unwrap(traits) | YOUNG);
    }

    /// @notice One of those lots; only for what create() made.
    function forOutput(LotTraits common, uint32 count_, uint16 material_, uint8 index_)
        internal
        pure
        returns (LotTraits)
    {
        return LotTraits.wrap(
            LotTraits.unwrap(common) | count_ | (uint256(material_) << MATERIAL_AT) | (uint256(index_) << INDEX_AT)
        );
    }

    /// @notice With the fields that are the book's own, whatever the writer put there.
    function atBirth(LotTraits traits, uint256 place) internal view returns (LotTraits) {
        uint256 made = LotTraits.unwrap(traits) & ~BOOKS_MASK;
        return LotTraits.wrap(made | (uint256(uint32(block.timestamp)) << BORN_AT) | (place << BIRTHPLACE_AT));
    }

    function withoutBirthplace(LotTraits traits) internal pure returns (LotTraits) {
        return LotTraits.wrap(LotTraits.unwrap(traits) & ~(PLACE_MAX << BIRTHPLACE_AT));
    }

    /// @notice Reverts (RevisionsExhausted) after 255 revisions.
    function nextRevision(LotTraits traits) internal pure returns (LotTraits) {
        if (revision(traits) == type(uint8).max) revert RevisionsExhausted();
        return LotTraits.wrap(LotTraits.unwrap(traits) + (1 << REVISION_AT));
    }

    function count(LotTraits traits) internal pure returns (uint32) {
        return uint32(LotTraits.unwrap(traits));
    }

    function time(LotTraits traits) internal pure returns (uint40) {
        return uint40(LotTraits.unwrap(traits) >> TIME_AT);
    }

    function element(LotTraits traits) internal pure returns (uint16) {
        return uint16(LotTraits.unwrap(traits) >> ELEMENT_AT);
    }

    function schema(LotTraits traits) internal pure returns (uint8) {
        return uint8(LotTraits.unwrap(traits) >> SCHEMA_AT);
    }

    function format(LotTraits traits) internal pure returns (uint8) {
        return uint8(LotTraits.unwrap(traits) >> FORMAT_AT);
    }

    function material(LotTraits traits) internal pure returns (uint16) {
        return uint16(LotTraits.unwrap(traits) >> MATERIAL_AT);
    }

    function model(LotTraits traits) internal pure returns (CustodyModel) {
        return CustodyModel(uint8(LotTraits.unwrap(traits) >> MODEL_AT));
    }

    function revision(LotTraits traits) internal pure returns (uint8) {
        return uint8(LotTraits.unwrap(traits) >> REVISION_AT);
    }

    function bornAt(LotTraits traits) internal pure returns (uint40) {
        return uint32(LotTraits.unwrap(traits) >> BORN_AT);
    }

    function birthplace(LotTraits traits) internal pure returns (uint256 number) {
        return (LotTraits.unwrap(traits) >> BIRTHPLACE_AT) & PLACE_MAX;
    }

    function root(LotTraits traits) internal pure returns (uint32) {
        return uint32(LotTraits.unwrap(traits) >> ROOT_AT);
    }

    function index(LotTraits traits) internal pure returns (uint8) {
        return uint8(LotTraits.unwrap(traits) >> INDEX_AT);
    }

    function isMixed(LotTraits traits) internal pure returns (bool) {
        return LotTraits.unwrap(traits) & MIXED != 0;
    }

    function isCharge(LotTraits traits) internal pure returns (bool) {
        return LotTraits.unwrap(traits) & CHARGE != 0;
    }

    function isReworked(LotTraits traits) internal pure returns (bool) {
        return LotTraits.unwrap(traits) & REWORKED != 0;
    }

    function isYoung(LotTraits traits) internal pure returns (bool) {
        return LotTraits.unwrap(traits) & YOUNG != 0;
    }
}
