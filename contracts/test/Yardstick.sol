// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

/// @title Yardstick: a plain OpenZeppelin ERC-1155, to measure the gas of custody by
/// @dev For benchmarks alone: anybody mints. Never deployed by lodetrace/contracts/plan.py.
contract Yardstick is ERC1155("") {
    function mint(address to, uint256 id, uint256 amount) external {
        _mint(to, id, amount, "");
    }
}
