// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Hours: times of custody, which the book keeps in whole hours
library Hours {
    function roundedUp(uint40 time) internal pure returns (uint40) {
        uint40 over = time % 1 hours;
        return over == 0 ? time : time - over + 1 hours;
    }
}
