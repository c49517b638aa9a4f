// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";

/// @title RunSignals: the public signals of a run, in the circuit's order (zk_circuits/SPEC.md, section 6)
library RunSignals {
    uint256 internal constant NARROW = 9; // signals of the circuit `run2`
    uint256 internal constant WIDE = 13; // and of `run4`
    uint256 private constant HEAD = 5; // inBand, ctx, tag, event, rule

    /// @notice With room for `width` inputs and outputs; unused slots stay 0.
    function create(uint256 width, bytes32[] memory commitments, IRuns.Output[] calldata outputs)
        internal
        pure
        returns (uint256[] memory signals)
    {
        signals = new uint256[](HEAD + 2 * width);
        for (uint256 i = 0; i < commitments.length; ++i) {
            signals[HEAD + i] = uint256(commitments[i]);
        }
        for (uint256 i = 0; i < outputs.length; ++i) {
            _put(signals, HEAD + width, i, outputs[i].id);
        }
    }

    function setHead(uint256[] memory signals, bool inBand, uint256 ctx, uint256 tag, bytes32 event_, uint256 rule)
        internal
        pure
    {
        (signals[0], signals[1], signals[2]) = (inBand ? 1 : 0, ctx, tag);
        (signals[3], signals[4]) = (uint256(event_), rule);
    }

    /// @dev The words of a dynamic array follow its length, those of a fixed one are all there is: no copy is needed.
    function asNine(uint256[] memory signals) internal pure returns (uint256[9] memory nine) {
        assert(signals.length == NARROW);
        assembly ("memory-safe") {
            nine := add(signals, 0x20)
        }
    }

    function asThirteen(uint256[] memory signals) internal pure returns (uint256[13] memory thirteen) {
        assert(signals.length == WIDE);
        assembly ("memory-safe") {
            thirteen := add(signals, 0x20)
        }
    }

    /// Beside all others before it, each a different lot.
    function _put(uint256[] memory signals, uint256 first, uint256 index, bytes32 id) private pure {
        uint256 last = first + index;
        for (uint256 at = first; at < last; ++at) {
            if (signals[at] == uint256(id)) revert IRuns.OutputsEqual(id);
        }
        signals[last] = uint256(id);
    }
}
