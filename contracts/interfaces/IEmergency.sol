// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Emergency: the pause of everybody and the freeze of one ownership group
/// @notice Both are quick and short, and end by themselves. What is meant to last is an act of the council.
/// @dev Not guaranteed: that whoever votes for a pause or freezes a group is right. A pause stops births, runs and
/// claims, never custody.
interface IEmergency {
    /// @notice Until when nothing is born, run or claimed.
    event Paused(uint40 until);
    event FreezeProposed(bytes32 indexed group, address indexed by);
    /// @notice No signer of the group resolves until then.
    event GroupFrozen(bytes32 indexed group, address indexed by, uint40 until);

    error PauseInForce(uint40 until);
    error PauseTooSoon(uint40 next, uint256 time);
    error GroupIsFrozen(bytes32 group, uint40 until);
    error FreezeTooSoon(bytes32 group, uint40 next, uint256 time);
    error FreezeNotIndependent(bytes32 group, bytes32 judge);
    error GroupUnknown(bytes32 group);
    error SecondGroupRequired(bytes32 group, bytes32 judge);

    /// @dev Only the council, which counts the votes of its groups: 72 hours, once in 30 days.
    function pause() external;

    /// @notice A RISK or AUDITOR account proposes to freeze an ownership group, or joins the proposal of another group
    /// within 3 days: the group is frozen for 7 days, once in 90 days. Neither is of the frozen group. Groups are
    /// those of the second call: a judge that was sold or merged in between has one voice. `judge` in errors is the
    /// calling organisation.
    function freeze(bytes32 group) external;

    /// @notice Reverts (PauseInForce) during a pause.
    function requireRunning() external view;

    function pausedUntil() external view returns (uint40);

    /// @notice 0 for a group that was never frozen.
    function frozenUntil(bytes32 group) external view returns (uint40);
}
