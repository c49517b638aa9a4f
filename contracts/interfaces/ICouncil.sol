// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Council: governance acts of the consortium
/// @notice An act is a list of calls. It needs the majority of ownership groups and a delay in seconds between the
/// decision and its execution. An act that changes who sits, who judges, who speaks for a member, who operates a site,
/// who writes the book, the quorum or a credit rule is constitutional: it needs two thirds of the groups without the
/// one that it affects and waits twice the delay; whoever it affects is heard for at least 7 days. Never fewer than
/// three groups decide. Several accounts of one ownership group count once. An act ends 120 days after its proposal.
/// A seat belongs to an account: whoever signs for the account speaks for the seat. An account that was removed and an
/// organisation that is suspended neither decide nor count; a freeze changes nothing here.
/// @dev Not guaranteed: that the groups are independent of each other; admission is a human decision.
interface ICouncil {
    struct Call {
        address target;
        bytes data;
    }

    /// @param approvals groups whose approval counts
    /// @param needed how many have to
    /// @param executableAt 0 while undecided
    /// @param affected the group that a constitutional act affects; 0 for none
    // solhint-disable-next-line gas-struct-packing
    struct ActState {
        uint256 approvals;
        uint256 needed;
        uint40 executableAt;
        uint40 expiresAt;
        bool constitutional;
        bool executed;
        bytes32 affected;
    }

    event SeatGranted(address indexed seat, bytes32 indexed group);
    event SeatTaken(address indexed seat, bytes32 indexed group);
    event DelaySet(uint40 delay);
    event MembersNamed(address members);
    event ActProposed(
        bytes32 indexed actId,
        address indexed seat,
        Call[] calls,
        bytes32 salt,
        bool constitutional,
        bytes32 affected,
        uint40 expiresAt
    );
    event ActApproved(bytes32 indexed actId, address indexed seat, bytes32 indexed group, uint256 approvals);
    event ApprovalRevoked(bytes32 indexed actId, address indexed seat, bytes32 indexed group, uint256 approvals);
    event ActDecided(bytes32 indexed actId, uint40 executableAt);
    /// @param words the hash of what the affected group says
    event ObjectionRaised(bytes32 indexed actId, address indexed by, bytes32 indexed group, bytes32 words);
    event ActExecuted(bytes32 indexed actId);
    event PauseVoted(address indexed seat, bytes32 indexed group, uint256 votes, uint256 needed);

    error NotSeated(address caller);
    error SeatSilent(address seat, bytes32 group);
    error ActUnknown(bytes32 actId);
    error ActExists(bytes32 actId);
    error ActExpired(bytes32 actId, uint40 expiresAt, uint256 time);
    error ActAffectsTwoGroups(bytes32 group, bytes32 another);
    error GroupHasApproved(bytes32 actId, bytes32 group);
    error NotApproved(bytes32 actId, bytes32 group);
    error ActUndecided(bytes32 actId, uint256 approvals, uint256 needed);
    error ActIsDecided(bytes32 actId, uint40 executableAt);
    error DecisionOutdated(bytes32 actId);
    error ActTooEarly(bytes32 actId, uint40 executableAt, uint256 time);
    error ActAlreadyExecuted(bytes32 actId);
    error ActBindsOtherwise(bytes32 actId);
    error NotAffected(bytes32 actId, address caller, bytes32 affected);
    error ObjectionExists(bytes32 actId);
    error CallFailed(uint256 index, address target, bytes reason);
    error OnlyCouncil(address caller);
    error TooFewGroups(uint256 groups, uint256 least);
    error TooManySeats(uint256 limit);
    error GroupTooSoon(bytes32 group, uint40 next, uint256 time);
    error AlreadySeated(address seat);
    error SeatInvalid(address seat, bytes32 group);
    error MembersUnknown(address members);
    error DelayTooLong(uint40 delay, uint40 limit);
    error LengthMismatch(uint256 seats, uint256 groups);

    /// @notice Proposes an act and approves it for the caller's group. The same calls with another salt are another
    /// act. A constitutional act affects at most one group.
    /// @return actId keccak256(abi.encode(calls, salt))
    function propose(Call[] calldata calls, bytes32 salt) external returns (bytes32 actId);

    /// @notice An approval counts while the seat that gave it is held and speaks. A group approves again once its
    /// approval was revoked or its approving seat taken.
    function approve(bytes32 actId) external;

    /// @notice A group takes its approval back, by any of its seats. An act that loses its majority by it is decided
    /// anew, with a new delay.
    function revoke(bytes32 actId) external;

    /// @notice Anyone: decides an act that has its majority, but whose decision was made by a council that sat
    /// otherwise. The delay starts anew.
    function decide(bytes32 actId) external;

    /// @notice The group that a constitutional act affects is heard once, by any of its accounts, suspended or not, or
    /// by a seat of it. `words` is a code, or a salted commitment to a text that it hands to the others (ReasonInvalid): what
    /// is said of people stays off the chain.
    function objectTo(bytes32 actId, bytes32 words) external;

    /// @notice Anyone may execute a decided act after its delay; all calls succeed or none. The majority has to stand
    /// at the time of execution, and the council has to sit and speak as it did at the decision (DecisionOutdated). An
    /// act that has come to bind otherwise since its proposal is proposed anew (ActBindsOtherwise).
    function execute(Call[] calldata calls, bytes32 salt) external;

    /// @notice A vote for pausing births, runs and claims; it counts for a day. A third of the groups, at least two,
    /// pause the network at once, for 72 hours, once in 30 days.
    function votePause() external;

    /// @dev Only by an act of the council itself. The account's ownership group is read from Members. At most one
    /// group that had no seat enters in 30 days.
    function grantSeat(address seat) external;

    /// @dev Only by an act of the council itself. At least four groups remain.
    function takeSeat(address seat) external;

    /// @dev Only by an act of the council itself: the register that says whose account belongs to which group.
    function nameMembers(address members) external;

    /// @dev Only by an act of the council itself. Seconds, at most 30 days; holds for acts decided afterwards.
    function setDelay(uint40 delay_) external;

    /// @notice The group that a seat speaks for. 0 for no seat, for a seat whose account was removed or whose
    /// organisation is suspended, and for one whose organisation went to another group since it was granted: it is
    /// silent until it is granted anew.
    function groupOf(address seat) external view returns (bytes32);

    /// @notice The seat that somebody speaks for: of the account that he signs for, or a founding seat at his own
    /// address; 0 for none.
    function seatOf(address signer) external view returns (address seat);

    /// @notice Groups that a seat speaks for.
    function groupCount() external view returns (uint256);

    function delay() external view returns (uint40);

    /// @notice The register of members; 0 before it is named.
    function members() external view returns (address);

    /// @notice The majority of the groups that speak now; never fewer than three.
    function approvalsNeeded() external view returns (uint256);

    /// @notice Two thirds of the groups that speak now but the affected one (0 for none); never fewer than three.
    function constitutionalApprovalsNeeded(bytes32 affected) external view returns (uint256);

    function pauseVotesNeeded() external view returns (uint256);

    function actIdOf(Call[] calldata calls, bytes32 salt) external pure returns (bytes32);

    function actOf(bytes32 actId) external view returns (ActState memory);
}
