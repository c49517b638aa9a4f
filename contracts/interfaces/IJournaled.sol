// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IJournal} from "./IJournal.sol";

/// @title Journaled: a contract that notes what it says
interface IJournaled {
    /// @notice Where its events are noted, in the rows of their subjects.
    function JOURNAL() external view returns (IJournal); // solhint-disable-line func-name-mixedcase
}
