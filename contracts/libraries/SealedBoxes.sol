// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title SealedBoxes: which boxes go on chain
/// @notice A box is a byte that names its algorithm, and then what that algorithm made, always as long:
///
/// | byte | algorithm                             | length of the whole                           |
/// |------|---------------------------------------|-----------------------------------------------|
/// | 1    | sealed box: X25519, XSalsa20-Poly1305 | 177 = 1 + 48 + an opening of 128 bytes        |
///
/// A fixed length tells nobody how large an amount is. A further algorithm is a further row, in a new version of the
/// contracts.
/// @dev Not guaranteed: that a box opens. Its reader checks what is inside against the commitment.
library SealedBoxes {
    uint8 private constant X25519 = 1;
    uint256 private constant X25519_LENGTH = 177;

    error SealedBoxInvalid(uint8 algorithm, uint256 length);

    function requireValid(bytes calldata box) internal pure {
        uint8 algorithm = box.length == 0 ? 0 : uint8(box[0]);
        if (algorithm != X25519 || box.length != X25519_LENGTH) revert SealedBoxInvalid(algorithm, box.length);
    }

    function requireValid(bytes[] calldata boxes) internal pure {
        for (uint256 i = 0; i < boxes.length; ++i) {
            requireValid(boxes[i]);
        }
    }
}
