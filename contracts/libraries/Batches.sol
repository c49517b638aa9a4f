// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Batches: which lots are of one physical batch, and how many of a batch have not ended
/// @notice A batch is 78 bits of a hash and, in the two lowest bits, the index of the output that it was made as (a
/// run has at most four). The batches of one run or document so share a counter word: four counters of 64 bits.
library Batches {
    uint256 private constant INDEX_BITS = 2;
    uint256 private constant COUNTER_BITS = 64;

    struct Sizes {
        mapping(uint256 hash => uint256 counters) counters;
    }

    /// @notice Of an event's document: equal for all elements of the document. Hashed with the site, so that nobody
    /// else's document makes lots of the same batch.
    /// @return batch of output 0; see at()
    function ofDocument(bytes32 site, bytes32 document) internal pure returns (uint80 batch) {
        return _make(keccak256(abi.encode(site, document)));
    }

    /// @notice Of a rebook: equal for runs over lots of the same batches, in whatever order and number; 0 if none has
    /// one.
    /// @return batch of output 0; see at()
    function ofBatches(uint80[] memory batches) internal pure returns (uint80 batch) {
        uint80[] memory distinct = _sortedDistinct(batches);
        if (distinct[distinct.length - 1] == 0) return 0;
        return _make(keccak256(abi.encode(distinct)));
    }

    /// @notice The batch of another output of the same run.
    function at(uint80 batch, uint256 index) internal pure returns (uint80) {
        return batch == 0 ? 0 : batch | uint80(index);
    }

    function add(Sizes storage sizes, uint80 batch) internal {
        if (batch != 0) sizes.counters[batch >> INDEX_BITS] += _one(batch);
    }

    function remove(Sizes storage sizes, uint80 batch) internal {
        if (batch != 0) sizes.counters[batch >> INDEX_BITS] -= _one(batch);
    }

    function sizeOf(Sizes storage sizes, uint80 batch) internal view returns (uint32) {
        if (batch == 0) return 0;
        return uint32(uint64(sizes.counters[batch >> INDEX_BITS] >> _shift(batch)));
    }

    function _make(bytes32 hash) private pure returns (uint80) {
        return uint80(uint256(hash) << INDEX_BITS);
    }

    function _shift(uint80 batch) private pure returns (uint256) {
        return (batch & ((1 << INDEX_BITS) - 1)) * COUNTER_BITS;
    }

    function _one(uint80 batch) private pure returns (uint256) {
        return 1 << _shift(batch);
    }

    /// Insertion sort: a run has at most four inputs.
    function _sortedDistinct(uint80[] memory batches) private pure returns (uint80[] memory distinct) {
        distinct = new uint80[](batches.length);
        uint256 size = 0;
        for (uint256 i = 0; i < batches.length; ++i) {
            if (_insert(distinct, size, batches[i])) ++size;
        }
        assembly ("memory-safe") {
            mstore(distinct, size) // never more than was allocated
        }
    }

    /// @return isNew whether it was not among the `size` sorted ones
    function _insert(uint80[] memory sorted, uint256 size, uint80 batch) private pure returns (bool isNew) {
        unchecked {
            uint256 place = size;
            while (place != 0 && sorted[place - 1] > batch) --place;
            if (place != 0 && sorted[place - 1] == batch) return false;
            for (uint256 j = size; j > place; --j) {
                sorted[j] = sorted[j - 1];
            }
            sorted[place] = batch;
            return true;
        }
    }
}
