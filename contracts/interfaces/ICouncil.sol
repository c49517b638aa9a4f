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
    error AlreadySeated(address seat);
    error SeatInvalid(address seat, bytes32 group);
    error DelayTooLong(uint40 delay, uint40 limit);
    error LengthMismatch(uint256 seats, uint256 groups);

    /// @notice Proposes an act and approves it for the caller's group. The same calls with another salt are another
    /// act.
    /// @return actId keccak256(abi.encode(calls, salt))
    function propose(Call[] calldata calls, bytes32 salt) external returns (bytes32 actId);

    /// @notice An approval counts while the seat that gave it is held. A group approves again once its approving seat
    /// was taken.
    function approve(bytes32 actId) external;

    /// @notice Anyone may execute a decided act after its delay; all calls succeed or none. The majority has to stand
    /// at the time of execution: an act that lost it with a taken seat waits for another deciding approval and a new
    /// delay.
    function execute(Call[] calldata calls, bytes32 salt) external;

    /// @dev Only by an act of the council itself.
    function grantSeat(address seat, bytes32 group) external;

    /// @dev Only by an act of the council itself. At least two groups remain.
    function takeSeat(address seat) external;

    /// @dev Only by an act of the council itself. Seconds, at most 30 days; holds for acts decided afterwards.
    function setDelay(uint40 delay_) external;

    function groupOf(address seat) external view returns (bytes32);

    function groupCount() external view returns (uint256);

    function delay() external view returns (uint40);

    /// @notice The majority of the groups seated now.
    function approvalsNeeded() external view returns (uint256);

    function actIdOf(Call[] calldata calls, bytes32 salt) external pure returns (bytes32);

    /// @return approvals groups whose approval stands; executableAt 0 while undecided; executed
    function actOf(bytes32 actId) external view returns (uint256 approvals, uint40 executableAt, bool executed);
}
