// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Council: governance acts of the consortium
/// @notice An act is a list of calls. It needs the majority of ownership groups, at least two, and a delay in seconds
/// between the deciding approval and its execution. Several accounts of one ownership group count once.
/// @dev Not guaranteed: that the groups are independent of each other; admission is a human decision.
interface ICouncil {
    struct Call {
        address target;
        bytes data;
    }

    event SeatGranted(address indexed seat, bytes32 indexed group);
    event SeatTaken(address indexed seat, bytes32 indexed group);
    event DelaySet(uint40 delay);
    event ActProposed(bytes32 indexed actId, address indexed seat, Call[] calls, bytes32 salt);
    event ActApproved(bytes32 indexed actId, address indexed seat, bytes32 indexed group, uint256 approvals);
    event ActDecided(bytes32 indexed actId, uint40 executableAt);
    event ActExecuted(bytes32 indexed actId);

    error NotSeated(address caller);
    error ActUnknown(bytes32 actId);
    error ActExists(bytes32 actId);
    error GroupHasApproved(bytes32 actId, bytes32 group);
    error ActUndecided(bytes32 actId, uint256 approvals, uint256 needed);
    error ActTooEarly(bytes32 actId, uint40 executableAt, uint256 time);
    error ActAlreadyExecuted(bytes32 actId);
    error CallFailed(uint256 index, address target, bytes reason);
    error OnlyCouncil(address caller);
    error TooFewGroups(uint256 groups);

    /// @notice Proposes an act and approves it for the caller's group. The same calls with another salt are another act.
    /// @return actId keccak256(abi.encode(calls, salt))
    function propose(Call[] calldata calls, bytes32 salt) external returns (bytes32 actId);

    function approve(bytes32 actId) external;

    /// @notice Anyone may execute a decided act after its delay; all calls succeed or none.
    function execute(Call[] calldata calls, bytes32 salt) external;

    /// @dev Only by an act of the council itself.
    function grantSeat(address seat, bytes32 group) external;

    function takeSeat(address seat) external;

    function setDelay(uint40 delay) external;

    function groupOf(address seat) external view returns (bytes32);

    function groupCount() external view returns (uint256);

    /// @return approvals groups that approved; executableAt 0 while undecided; executed
    function actOf(bytes32 actId) external view returns (uint256 approvals, uint40 executableAt, bool executed);
}
