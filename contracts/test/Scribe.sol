// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Scribe: writes into the book whatever it is told to
/// @dev For benchmarks alone: a writer of the book has code. Never deployed by lodetrace/contracts/plan.py.
contract Scribe {
    error WriteRefused(bytes reason);

    function write(address book, bytes calldata data) external {
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory reason) = book.call(data);
        if (!success) revert WriteRefused(reason);
    }
}
