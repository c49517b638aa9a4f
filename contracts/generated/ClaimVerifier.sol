// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Written by zk_circuits/verifier_template.py from keys/development/claim.vkey.json and verifier.sol.in: change those, not this.
// The function is long because it folds in one public input after the other.
// solhint-disable function-max-lines

/// @title Verifier of the circuit `claim`
/// @notice Checks Groth16 proofs over BN254 under one fixed key. What a proof states: zk_circuits/SPEC.md.
/// @dev Proofs are malleable: nothing may use a proof, or its hash, as an identity.
contract ClaimVerifier {
    /// @notice keccak256 of the key as `abi.encode(uint256[])`, in the order of zk_circuits/SPEC.md, section 4.
    bytes32 public constant VERIFYING_KEY_HASH = 0xc7ce0440d563f6c40a63ad25acddaad6cdb1faf2373b16de449e58537a272d10;

    /// @notice Whether the key comes from a development ceremony: its secrets are public, so anybody can forge.
    bool public constant DEVELOPMENT_KEY = true;

    /// @notice A precompile gave no answer: a point of the proof is not on its curve or not in its subgroup,
    ///         or gas ran out.
    /// @param precompile 6 addition, 7 multiplication, 8 pairing.
    error PrecompileFailed(uint256 precompile);

    /// @notice Whether a proof holds. A proof that cannot be read reverts, and so does a lack of gas: false always
    ///         means that everything was computed, so no gas estimate settles on a limit at which a proof is false.
    /// @param proof A.x, A.y, B.x_c1, B.x_c0, B.y_c1, B.y_c0, C.x, C.y.
    /// @param inputs The public inputs in the circuit's order: ctx, tag, subject, statement.
    /// @return holds True when the proof holds for these inputs; false as well when an input is not below the
    ///         order of the field.
    function verify(uint256[8] calldata proof, uint256[4] calldata inputs) external view returns (bool holds) {
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
            mstore(sum, 0x1d2fc92352fb9cfe4f3d19e27cad9868c1af47c9111be6074d04294075049589)
            mstore(add(sum, 0x20), 0x17c69abd5ab6a62fe77f68aab9512a2518bd6fb2f311b8779df221632c6fb0a5)
            holds := 1
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x000)),
                    0x0f013d4b445568d4758bca37191065a683002551dfff4832f00b60915ee60ef1,
                    0x0e302b03f10cc80ec6faeddfbed32183a2095165f292647273eda2318240fdd0
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x020)),
                    0x0aa4d564130a01bb92b3da5a347ff965188388cf025c72ec530fe9c07efd6d71,
                    0x0d5ee01cf1dcaa66da6fd6911bac21312eb99e6686bae66d19a5c933ddd5cfb9
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x040)),
                    0x1cb8bac84a7059c3fd69034cb56f2ef98bac753bb9a13aedb501ef5ffd390c1a,
                    0x1055893a893ca17abedc450846da964b5292de77eca73e20b91c402f08dcdf2c
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x060)),
                    0x01413015c5130a87af47ba38fcb715cd5731f47dc63812ae746005d250b1aa0c,
                    0x0a50e32fb4f12d4e4a9a8c6ab9eea0f82ebb512558a0ea757ddc847f6bc694bf
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
            mstore(add(pairs, 0x280), 0x14bb99958ab8e45cb3d3be1a8b7ac87008f9e3d2cb464f205f162294279292e1)
            mstore(add(pairs, 0x2a0), 0x2d7c4dace65a249cad6266887fa939b67e5562bfe70c378a86edbf0275e6826b)
            mstore(add(pairs, 0x2c0), 0x01b63ea3bd3b3fd68fee59822ecccdbb8efc9da84085b757074bfeb7d1ff576c)
            mstore(add(pairs, 0x2e0), 0x28380fa22dd20a9f1dbd34f0d771dfa26a053d7ff9e3bae93e409b03fa94fb58)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            run(8, pairs, 0x300, 0x00, 0x20)
            holds := and(holds, eq(mload(0x00), 1))
        }
    }
}
