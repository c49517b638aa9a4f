// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRuns} from "../interfaces/IRuns.sol";

/// @title RunSignals: the public signals of a run, in the circuit's order (zk_circuits/SPEC.md, sections 6 and 7)
library RunSignals {
    uint256 private constant NARROW_HEAD = 3; // of `rebook2`: ctx, tag, rule
    uint256 private constant NARROW = NARROW_HEAD + 2 * 2;
    uint256 private constant WIDE_HEAD = 5; // of `run4`: inBand, ctx, tag, event, rule
    uint256 private constant WIDE = WIDE_HEAD + 2 * 4;

    /// @notice With room for all inputs and outputs; unused slots stay 0.
    function create(bool narrow, bytes32[] memory commitments, IRuns.Output[] calldata outputs)
        internal
        pure
        returns (uint256[] memory signals)
    {
        signals = new uint256[](narrow ? NARROW : WIDE);
        uint256 head = narrow ? NARROW_HEAD : WIDE_HEAD;
        uint256 first = (signals.length + head) / 2; // of the outputs
        for (uint256 i = 0; i < commitments.length; ++i) {
            signals[head + i] = uint256(commitments[i]);
        }
        for (uint256 i = 0; i < outputs.length; ++i) {
            _put(signals, first, i, outputs[i].id);
        }
    }

    function setHead(uint256[] memory signals, uint256 ctx, uint256 tag, uint256 rule) internal pure {
        uint256 first = isNarrow(signals) ? 0 : 1;
        (signals[first], signals[first + 1]) = (ctx, tag);
        signals[isNarrow(signals) ? 2 : 4] = rule;
    }

    /// @notice Only of `run4`: what `rebook2` is silent about.
    function setEvent(uint256[] memory signals, bool inBand, bytes32 event_) internal pure {
        (signals[0], signals[3]) = (inBand ? 1 : 0, uint256(event_));
    }

    function isNarrow(uint256[] memory signals) internal pure returns (bool) {
        return signals.length == NARROW;
    }

    /// @dev The words of a dynamic array follow its length, those of a fixed one are all there is: no copy is needed.
    function asSeven(uint256[] memory signals) internal pure returns (uint256[7] memory seven) {
        assert(signals.length == NARROW);
        assembly ("memory-safe") {
            seven := add(signals, 0x20)
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
