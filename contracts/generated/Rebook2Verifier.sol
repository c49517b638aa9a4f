// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Written by zk_circuits/verifier_template.py from keys/development/rebook2.vkey.json and verifier.sol.in: change those, not this.
// The function is long because it folds in one public input after the other.
// solhint-disable function-max-lines

/// @title Verifier of the circuit `rebook2`
/// @notice Checks Groth16 proofs over BN254 under one fixed key. What a proof states: zk_circuits/SPEC.md.
/// @dev Proofs are malleable: nothing may use a proof, or its hash, as an identity.
contract Rebook2Verifier {
    /// @notice keccak256 of the key as `abi.encode(uint256[])`, in the order of zk_circuits/SPEC.md, section 4.
    bytes32 public constant VERIFYING_KEY_HASH = 0xf933f0bf0281216489e3d94605a660152ecac9807eae0a3fe3df4e02140d2090;

    /// @notice Whether the key comes from a development ceremony: its secrets are public, so anybody can forge.
    bool public constant DEVELOPMENT_KEY = true;

    /// @notice A precompile gave no answer: a point of the proof is not on its curve or not in its subgroup,
    ///         or gas ran out.
    /// @param precompile 6 addition, 7 multiplication, 8 pairing.
    error PrecompileFailed(uint256 precompile);

    /// @notice Whether a proof holds. A proof that cannot be read reverts, and so does a lack of gas: false always
    ///         means that everything was computed, so no gas estimate settles on a limit at which a proof is false.
    /// @param proof A.x, A.y, B.x_c1, B.x_c0, B.y_c1, B.y_c0, C.x, C.y.
    /// @param inputs The public inputs in the circuit's order: ctx, tag, rule, in (2), out (2).
    /// @return holds True when the proof holds for these inputs; false as well when an input is not below the
    ///         order of the field.
    function verify(uint256[8] calldata proof, uint256[7] calldata inputs) external view returns (bool holds) {
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
            mstore(sum, 0x20694b0ab89f2c4def64c37df3463034a79436280a7e17900270676859e2df1e)
            mstore(add(sum, 0x20), 0x2de333fba9cc02386a440ef6836546d077a5ea991960db92930c559443f4e8bd)
            holds := 1
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x000)),
                    0x2e60512d9a841b4d840680a2dee1625ac383c45924612ce97ee5c05f07bcf154,
                    0x152e84a447ccb3ca84222ccd3e91330bc6a6d227dc3a2af281e5918d958eaa5e
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x020)),
                    0x1d1ec66d7eadeae2b4d10d93db02b0fd04ba234a7ffc2f03855a94b409aec967,
                    0x24fd32c8d972ab1d9be84af7eb67d7ae785ab4be8276faf8040a54a603943ae3
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x040)),
                    0x0d6f359be4ebbe8094b8fe178308a312d970f5a9ea60b8ee74e61409a6a3e5ca,
                    0x076140864f371e4ab514ad1317b570e691b4f47acb8081149271abacd55798d2
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x060)),
                    0x2354ecff7091705260e3c73d8d1b17077484d97a1158e2776a8a62615ddddfcf,
                    0x299e04dfc0da260e6a015a6b4b9f1241c2cf2dee861fb3003767dc0968d7342c
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x080)),
                    0x1bc5ce7e47e7e15826d572befea6bdd443e94c0faca95ee664c27b1b568bb842,
                    0x1378cd9b043df9419f8e7b07156e2382eeb84a80e5ca7389659eb72224ae1ce7
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0a0)),
                    0x238a2c4f133de83a7edbd4e33ea07409260b7353067ec4258fff8f8683bf2cfb,
                    0x1c9ba25dbb58f024342cf09fcb42547ca762c4ad2cc975d788d6b9b4cde1e43a
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0c0)),
                    0x1b3582229c610a247acc25bf5f916dfaa6e65f6bedffe5afe736d6330fbc0069,
                    0x1f75cf6dda847fbde1956c50be9f75410c4fc9cc530be54b3a410a9e9405a0bf
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
            mstore(add(pairs, 0x280), 0x0c11e5581c1bc16355c88075ec006e0756a0a761327ad86a896294801db36b3a)
            mstore(add(pairs, 0x2a0), 0x0aff4e7c4074c8786324db52c63a52c124c0c6421fb767dad0dca23772e8f3af)
            mstore(add(pairs, 0x2c0), 0x1de900d3371a09695fd0858f8cc51de554f18e38b9b86ffe1962927a4fa62f34)
            mstore(add(pairs, 0x2e0), 0x0453874427cf0232b646ec98a6b9cc36dd90c24e36ecdeeb706dd554203b9a33)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            run(8, pairs, 0x300, 0x00, 0x20)
            holds := and(holds, eq(mload(0x00), 1))
        }
    }
}
