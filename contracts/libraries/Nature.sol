// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {CustodyModel} from "../interfaces/Types.sol";

/// What a lot is: its second slot. Writers of the book make one for a new lot, and are told it when they end one.
///
/// | bits    | field      |                                                              |
/// |---------|------------|--------------------------------------------------------------|
/// | 0–31    | count      |                                                              |
/// | 32–71   | time       |                                                              |
/// | 72–87   | element    |                                                              |
/// | 88–95   | schema     |                                                              |
/// | 96–111  | material   |                                                              |
/// | 112–119 | model      |                                                              |
/// | 120–127 | revision   | the book's                                                   |
/// | 128–159 | bornAt     | the book's; until 2106                                       |
/// | 160–175 | birthplace | the book's: number of the place, 0 once the lot was sold     |
/// | 176–255 | batch      |                                                              |
type Nature is uint256;

using Natures for Nature global;

/// @title Natures: makes and reads a Nature
library Natures {
    uint256 private constant TIME_AT = 32;
    uint256 private constant ELEMENT_AT = 72;
    uint256 private constant SCHEMA_AT = 88;
    uint256 private constant MATERIAL_AT = 96;
    uint256 private constant MODEL_AT = 112;
    uint256 private constant REVISION_AT = 120;
    uint256 private constant BORN_AT = 128;
    uint256 private constant BIRTHPLACE_AT = 160;
    uint256 private constant BATCH_AT = 176;
    uint256 internal constant PLACE_MAX = type(uint16).max;
    uint256 private constant BOOKS_MASK = ((1 << (BATCH_AT - REVISION_AT)) - 1) << REVISION_AT;

    error RevisionsExhausted();

    /// @notice What the lots that a birth or run makes have in common.
    function create(CustodyModel model_, uint40 time_, uint16 element_, uint8 schema_) internal pure returns (Nature) {
        return Nature.wrap(
            (uint256(time_) << TIME_AT) | (uint256(element_) << ELEMENT_AT) | (uint256(schema_) << SCHEMA_AT)
                | (uint256(model_) << MODEL_AT)
        );
    }

    /// @notice One of those lots; only for what create() made.
    function complete(Nature common, uint32 count_, uint16 material_, uint80 batch_) internal pure returns (Nature) {
        return Nature.wrap(
            Nature.unwrap(common) | count_ | (uint256(material_) << MATERIAL_AT) | (uint256(batch_) << BATCH_AT)
        );
    }

    /// @notice With the fields that are the book's own, whatever the writer put there.
    function bear(Nature nature, uint256 place) internal view returns (Nature) {
        uint256 made = Nature.unwrap(nature) & ~BOOKS_MASK;
        return Nature.wrap(made | (uint256(uint32(block.timestamp)) << BORN_AT) | (place << BIRTHPLACE_AT));
    }

    function leaveBirthplace(Nature nature) internal pure returns (Nature) {
        return Nature.wrap(Nature.unwrap(nature) & ~(PLACE_MAX << BIRTHPLACE_AT));
    }

    function turnInto(Nature nature, uint16 material_) internal pure returns (Nature) {
        uint256 rest = Nature.unwrap(nature) & ~(uint256(type(uint16).max) << MATERIAL_AT);
        return Nature.wrap(rest | (uint256(material_) << MATERIAL_AT));
    }

    /// @notice Reverts (RevisionsExhausted) after 255 revisions.
    function revise(Nature nature) internal pure returns (Nature) {
        if (revision(nature) == type(uint8).max) revert RevisionsExhausted();
        return Nature.wrap(Nature.unwrap(nature) + (1 << REVISION_AT));
    }

    function count(Nature nature) internal pure returns (uint32) {
        return uint32(Nature.unwrap(nature));
    }

    function time(Nature nature) internal pure returns (uint40) {
        return uint40(Nature.unwrap(nature) >> TIME_AT);
    }

    function element(Nature nature) internal pure returns (uint16) {
        return uint16(Nature.unwrap(nature) >> ELEMENT_AT);
    }

    function schema(Nature nature) internal pure returns (uint8) {
        return uint8(Nature.unwrap(nature) >> SCHEMA_AT);
    }

    function material(Nature nature) internal pure returns (uint16) {
        return uint16(Nature.unwrap(nature) >> MATERIAL_AT);
    }

    function model(Nature nature) internal pure returns (CustodyModel) {
        return CustodyModel(uint8(Nature.unwrap(nature) >> MODEL_AT));
    }

    function revision(Nature nature) internal pure returns (uint8) {
        return uint8(Nature.unwrap(nature) >> REVISION_AT);
    }

    function bornAt(Nature nature) internal pure returns (uint40) {
        return uint32(Nature.unwrap(nature) >> BORN_AT);
    }

    function birthplace(Nature nature) internal pure returns (uint256 number) {
        return (Nature.unwrap(nature) >> BIRTHPLACE_AT) & PLACE_MAX;
    }

    function batch(Nature nature) internal pure returns (uint80) {
        return uint80(Nature.unwrap(nature) >> BATCH_AT);
    }
}
