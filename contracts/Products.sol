// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "./interfaces/ILotBook.sol";
import {IMembers} from "./interfaces/IMembers.sol";
import {IProducts} from "./interfaces/IProducts.sol";
import {Materials} from "./interfaces/Materials.sol";
import {Roles} from "./interfaces/Roles.sol";
import {Lot, LotState} from "./interfaces/Types.sol";
import {ScopedIds} from "./libraries/ScopedIds.sol";
import {LotTraits} from "./types/LotTraits.sol";

/// @title Products
contract Products is IProducts {
    struct Product {
        address owner;
        bool isSealed;
        mapping(uint16 element => Part[]) parts;
    }

    IMembers public immutable MEMBERS;
    ILotBook public immutable LOT_BOOK;

    mapping(bytes32 id => Product) private _products;

    constructor(address members, address lotBook) {
        MEMBERS = IMembers(members);
        LOT_BOOK = ILotBook(lotBook);
    }

    /// @inheritdoc IProducts
    function declare(bytes32 label) external returns (bytes32 product) {
        address account = _maker();
        product = ScopedIds.idOf(account, label);
        if (_products[product].owner != address(0)) revert ProductExists(product);
        _products[product].owner = account;
        emit ProductDeclared(product, account, label);
    }

    /// @inheritdoc IProducts
    function assign(bytes32 product, bytes32 lot, uint32 units) external {
        address account = _maker();
        _requireOpen(product, account);
        (uint32 sequence, LotTraits traits) = LOT_BOOK.assign(lot, account, units);
        _requireAssignable(lot, traits.material());
        uint16 element = traits.element();
        Part[] storage parts = _products[product].parts[element];
        parts.push(Part(lot, units));
        emit UnitsAssigned(product, lot, sequence, element, units, uint32(parts.length - 1));
    }

    /// @inheritdoc IProducts
    function seal(bytes32 product) external {
        _requireOpen(product, _maker());
        _products[product].isSealed = true;
        emit ProductSealed(product);
    }

    /// @inheritdoc IProducts
    function retire(bytes32 lot) external {
        address account = _maker();
        Lot memory retired = LOT_BOOK.lotOf(lot);
        if (retired.account != account) revert ILotBook.NotHolder(lot, account, retired.account);
        bool whole = retired.state == LotState.Assigned && LOT_BOOK.assignedUnits(lot) == retired.count;
        if (!whole) revert NotAssigned(lot);
        uint32 sequence = LOT_BOOK.setMaterial(lot, Materials.RETIRED);
        emit LotRetired(lot, account, sequence, Materials.RETIRED);
    }

    /// @inheritdoc IProducts
    function isSealed(bytes32 product) external view returns (bool) {
        return _products[product].isSealed;
    }

    /// @inheritdoc IProducts
    function ownerOf(bytes32 product) external view returns (address) {
        return _products[product].owner;
    }

    /// @inheritdoc IProducts
    function partsOf(bytes32 product, uint16 element) external view returns (Part[] memory) {
        return _products[product].parts[element];
    }

    function _maker() private view returns (address) {
        return MEMBERS.resolveWithRole(msg.sender, Roles.MAKER);
    }

    function _requireOpen(bytes32 id, address account) private view {
        Product storage product = _products[id];
        if (product.owner == address(0)) revert ProductUnknown(id);
        if (product.owner != account) revert NotProductOwner(id, account);
        if (product.isSealed) revert ProductIsSealed(id);
    }

    function _requireAssignable(bytes32 lot, uint16 material) private pure {
        if (material == Materials.SCRAP || material == Materials.RETIRED) revert NotAssignable(lot, material);
    }
}
