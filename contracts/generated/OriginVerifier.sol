// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Written by zk_circuits/verifier_template.py from keys/development/origin.vkey.json and verifier.sol.in: change those, not this.
// The function is long because it folds in one public input after the other.
// solhint-disable function-max-lines

/// @title Verifier of the circuit `origin`
/// @notice Checks Groth16 proofs over BN254 under one fixed key. What a proof states: zk_circuits/SPEC.md.
/// @dev Proofs are malleable: nothing may use a proof, or its hash, as an identity.
contract OriginVerifier {
    /// @notice keccak256 of the key as `abi.encode(uint256[])`, in the order of zk_circuits/SPEC.md, section 4.
    bytes32 public constant VERIFYING_KEY_HASH = 0x3f220cf0e4549e32c89787643185bbaa24e0e7f30444bd7f76ba1d14449407f0;

    /// @notice Whether the key comes from a development ceremony: its secrets are public, so anybody can forge.
    bool public constant DEVELOPMENT_KEY = true;

    /// @notice A precompile gave no answer: a point of the proof is not on its curve or not in its subgroup,
    ///         or gas ran out.
    /// @param precompile 6 addition, 7 multiplication, 8 pairing.
    error PrecompileFailed(uint256 precompile);

    /// @notice Whether a proof holds. A proof that cannot be read reverts, and so does a lack of gas: false always
    ///         means that everything was computed, so no gas estimate settles on a limit at which a proof is false.
    /// @param proof A.x, A.y, B.x_c1, B.x_c0, B.y_c1, B.y_c0, C.x, C.y.
    /// @param inputs The public inputs in the circuit's order: ctx, tag, event, lot, rule.
    /// @return holds True when the proof holds for these inputs; false as well when an input is not below the
    ///         order of the field.
    function verify(uint256[8] calldata proof, uint256[5] calldata inputs) external view returns (bool holds) {
        assembly ("memory-safe") {
            // Runs a precompile. Only a full answer counts: on a chain that has none, the call succeeds without one.
            function run(precompile, from, size, to, answer) {
                let done := staticcall(gas(), precompile, from, size, to, answer)
                if iszero(and(done, eq(returndatasize(), answer))) {
                    mstore(0x00, shl(224, 0x00a48593)) // PrecompileFailed(uint256)
                    mstore(0x04, precompile)
                    revert(0x00, 0x24)
                }
            }

            // Adds input * (x, y) to the point at sum, using the 96 bytes behind it. below: input < order of the field.
            function fold(sum, input, x, y) -> below {
                below := lt(input, 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001)
                if input {
                    let term := add(sum, 0x40)
                    mstore(term, x)
                    mstore(add(term, 0x20), y)
                    mstore(add(term, 0x40), input)
                    run(7, term, 0x60, term, 0x40)
                    run(6, sum, 0x80, sum, 0x40)
                }
            }

            // 1. The public inputs fold into one point: IC[0] + sum of input * IC[i].
            let pairs := mload(0x40) // four of 192 bytes: a point of G1, a point of G2
            let sum := add(pairs, 0x180)
            mstore(sum, 0x27196e69551a1c2351dcc9ff06262f685144441c1d3f4a309257537e08bb90a1)
            mstore(add(sum, 0x20), 0x285d4b4fed51f28f5518a1e071028b9233fd87dc123acd427798f9dd0c8edd90)
            holds := 1
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x000)),
                    0x13de774b2861bf798cdbfbd2ed84a4a8284f36ee393da4e7334d2d3e7ce7446a,
                    0x18bf6be7f0ab868c286dc831df63b1122ae4aad1d5656b412a8755a31582dd6d
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x020)),
                    0x271d9163f4f61be8736fb8ff5bd88236d19270bac8e9d04a0aa779a278308a9e,
                    0x2804383667e41b4a82aeb46138207fac86955f04c1818b4cddea84e4288b4141
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x040)),
                    0x0542c12bca000abf429c98445a9b8bb3071fb6dacf12f778ef9bb3d35c35c7da,
                    0x1d2b6f91ee2f708af4acab161c853658194da0d0b415a150e4c76e7008022bdc
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x060)),
                    0x2e1e8beb8453f2734799b91e777bb20bf0d60197c4e0de8eec48ce88766a34c1,
                    0x2c175b5884feeed3d040c9acae979e24ae60f973a982683e6d37a85067211e8d
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x080)),
                    0x08060e04ff1b540480814b9056bfce305986b860a34a16e6543d4e5efaf8a29e,
                    0x16c55c6cdee36d9421bde94ba4460a9204d74b30e545eeac51227c3076ad00b0
                )
            )

            // 2. e(A, B) * e(alpha, -beta) * e(sum, -gamma) * e(C, -delta) = 1; the signs are in the constants.
            calldatacopy(pairs, proof, 0xc0)
            mstore(add(pairs, 0x0c0), 0x2dc1e9b425c8ce85e3bc2e7ba7b9d0ebb2c695ec45eb7ec55d5a456caf6565a0)
            mstore(add(pairs, 0x0e0), 0x2f679c5b1e6e16a5734892c44b35049d28800b3f77882d2f2776868cc1585cda)
            mstore(add(pairs, 0x100), 0x222efeb825f26f160bd168947dd53365924c27d1980a9e91fd4a698178dd5656)
            mstore(add(pairs, 0x120), 0x1713c1c2584684e156a0104adf9f7b0e8837fe678ca53deb7649e75b97307a6a)
            mstore(add(pairs, 0x140), 0x05de1799c4bc4a1e0e6458223bf82bc9f69afef7a6318c3412bb1363a0078ed4)
            mstore(add(pairs, 0x160), 0x0932d7bada95cce8b3f44c75802d60178387ff670681b4315baa86f6a05e960d)
            mstore(add(pairs, 0x1c0), 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2)
            mstore(add(pairs, 0x1e0), 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed)
            mstore(add(pairs, 0x200), 0x275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec)
            mstore(add(pairs, 0x220), 0x1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d)
            mstore(add(pairs, 0x280), 0x18b8dbdc785204975a6989f29f09de25ada95e9781944fcf9b07b7a9476c5275)
            mstore(add(pairs, 0x2a0), 0x218ea52c2cd77e158858354dd5e1d3d64e6c808b5318ba334ea21a2f735ba0cf)
            mstore(add(pairs, 0x2c0), 0x03f4fafa3ebf8c1808078ed0a01d3892bbcc49601727e2b8bc5850bb9fcd6a2d)
            mstore(add(pairs, 0x2e0), 0x0c4851646c39e1ab6e682d57118e6c30f1a5fcd1498407b9b9ee013455d31a6d)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            run(8, pairs, 0x300, 0x00, 0x20)
            holds := and(holds, eq(mload(0x00), 1))
        }
    }
}
