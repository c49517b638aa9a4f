// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title AnsweringVerifier: for tests alone, verifies nothing
/// @notice Stands where a generated verifier stands and answers what it is told, so that every access rule is tested
/// without a proof. What proofs decide is tested with the generated verifiers (tests/contracts/lots/proven).
/// @dev Never deployed by lodetrace/contracts/plan.py.
contract AnsweringVerifier {
    bytes32 public constant VERIFYING_KEY_HASH = keccak256("answering verifier");

    bool public answer = true;

    function setAnswer(bool answer_) external {
        answer = answer_;
    }

    function verify(uint256[8] calldata, uint256[5] calldata) external view returns (bool) {
        return answer;
    }

    function verify(uint256[8] calldata, uint256[7] calldata) external view returns (bool) {
        return answer;
    }

    function verify(uint256[8] calldata, uint256[13] calldata) external view returns (bool) {
        return answer;
    }

    function verify(uint256[8] calldata, uint256[24] calldata) external view returns (bool) {
        return answer;
    }

    function verify(uint256[8] calldata, uint256[4] calldata) external view returns (bool) {
        return answer;
    }
}
