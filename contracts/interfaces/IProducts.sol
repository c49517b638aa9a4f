// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Products: units of lots are assigned to products (vehicles), each unit once
/// @dev Callers need the maker role.
interface IProducts {
    struct Part {
        bytes32 lot;
        uint32 units;
    }

    event ProductDeclared(bytes32 indexed product, address indexed account, bytes32 label);
    event UnitsAssigned(
        bytes32 indexed product, bytes32 indexed lot, uint32 sequence, uint16 element, uint32 units, uint32 part
    );
    event ProductSealed(bytes32 indexed product);
    event LotRetired(bytes32 indexed lot, address indexed account, uint32 sequence, uint16 material);

    error ProductExists(bytes32 product);
    error ProductUnknown(bytes32 product);
    error ProductIsSealed(bytes32 product);
    error NotProductOwner(bytes32 product, address account);
    error NotAssigned(bytes32 lot);
    /// @notice Scrap and retired products go to recovery, not into products.
    error NotAssignable(bytes32 lot, uint16 material);

    /// @param label keccak256 of the product's identifier and a salt of its maker
    /// @return product its id: keccak256(abi.encode(account of the maker, label))
    function declare(bytes32 label) external returns (bytes32 product);

    /// @notice Assigns units (at least 1) of a lot that the caller's account holds free; from then on the lot can
    /// only be assigned further or retired.
    function assign(bytes32 product, bytes32 lot, uint32 units) external;

    /// @notice No further parts: totals over a sealed product are complete.
    function seal(bytes32 product) external;

    /// @notice End of life, of a whole lot at once: all its units are assigned (NotAssigned) and become retired
    /// material, free to be offered to a recycler. A series whose units retire at different times is split (rebook)
    /// before it is assigned.
    function retire(bytes32 lot) external;

    function isSealed(bytes32 product) external view returns (bool);

    /// @notice 0 for an unknown product.
    function ownerOf(bytes32 product) external view returns (address);

    /// @notice In the order of assignment.
    function partsOf(bytes32 product, uint16 element) external view returns (Part[] memory);
}
