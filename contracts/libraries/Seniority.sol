// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Seniority: ownership groups in the order in which they came
/// @dev A group stays as long as one of its organisations counts; who comes back is last.
library Seniority {
    struct List {
        bytes32[] groups;
        mapping(bytes32 group => uint256) organisations;
    }

    function add(List storage list, bytes32 group) internal {
        if (++list.organisations[group] == 1) list.groups.push(group);
    }

    function remove(List storage list, bytes32 group) internal {
        if (--list.organisations[group] != 0) return;
        bytes32[] storage groups = list.groups;
        uint256 kept = 0;
        for (uint256 i = 0; i < groups.length; ++i) {
            if (groups[i] != group) groups[kept++] = groups[i];
        }
        groups.pop();
    }
}
