// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILotBook} from "../interfaces/ILotBook.sol";

/// @title Numbers: words that come again are kept once and numbered from 1; 0 is the empty word
library Numbers {
    struct Book {
        uint256 count;
        mapping(bytes32 word => uint256) numbers;
        mapping(uint256 number => bytes32) words;
    }

    /// @notice The word's number, the next free one where it has none yet; reverts (LimitReached) beyond the limit.
    function numberOf(Book storage book, bytes32 word, uint256 limit) internal returns (uint256 number) {
        if (word == bytes32(0)) return 0;
        number = book.numbers[word];
        if (number != 0) return number;
        if (book.count == limit) revert ILotBook.LimitReached(limit);
        number = ++book.count;
        (book.numbers[word], book.words[number]) = (number, word);
    }

    function at(Book storage book, uint256 number) internal view returns (bytes32) {
        return number == 0 ? bytes32(0) : book.words[number];
    }
}
