// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// Material codes, generic over metals. Scrap is manufacturing waste; Retired is a product at its end of life.
///
/// | code | material                            | rank | in units |
/// |------|-------------------------------------|------|----------|
/// | 1    | ore                                 | 1    |          |
/// | 2    | concentrate                         | 2    |          |
/// | 3    | hydroxide and other crude compounds | 3    |          |
/// | 4    | sulphate and other refined salts    | 4    |          |
/// | 5    | metal                               | 4    |          |
/// | 6    | precursor                           | 5    |          |
/// | 7    | cathode                             | 6    | yes      |
/// | 8    | cell                                | 7    | yes      |
/// | 9    | module                              | 8    | yes      |
/// | 10   | pack                                | 9    | yes      |
/// | 100  | scrap                               |      |          |
/// | 101  | retired product                     |      | yes      |
///
/// A process makes materials of a higher rank than all that goes in, or scrap. Materials of no rank are never higher.
library Materials {
    uint16 internal constant ORE = 1;
    uint16 internal constant CONCENTRATE = 2;
    uint16 internal constant HYDROXIDE = 3;
    uint16 internal constant SULPHATE = 4;
    uint16 internal constant METAL = 5;
    uint16 internal constant PRECURSOR = 6;
    uint16 internal constant CATHODE = 7;
    uint16 internal constant CELL = 8;
    uint16 internal constant MODULE = 9;
    uint16 internal constant PACK = 10;
    uint16 internal constant SCRAP = 100;
    uint16 internal constant RETIRED = 101;

    /// @notice 0 for scrap, retired products and unknown materials.
    function rankOf(uint16 material) internal pure returns (uint256) {
        if (material <= SULPHATE) return material;
        return material <= PACK ? material - 1 : 0;
    }

    /// @notice What a product has in it when it is dismantled: cells, modules, packs.
    function retires(uint16 material) internal pure returns (bool) {
        return material >= CELL && material <= PACK;
    }

    /// @notice Manufacturing waste or a product at its end of life: what Recover takes, and nothing else does.
    function isWaste(uint16 material) internal pure returns (bool) {
        return material == SCRAP || material == RETIRED;
    }
}
