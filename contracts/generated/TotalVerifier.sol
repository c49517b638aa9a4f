// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Written by zk_circuits/verifier_template.py from keys/development/total.vkey.json and verifier.sol.in: change those, not this.
// The function is long because it folds in one public input after the other.
// solhint-disable function-max-lines

/// @title Verifier of the circuit `total`
/// @notice Checks Groth16 proofs over BN254 under one fixed key. What a proof states: zk_circuits/SPEC.md.
/// @dev Proofs are malleable: nothing may use a proof, or its hash, as an identity.
contract TotalVerifier {
    /// @notice keccak256 of the key as `abi.encode(uint256[])`, in the order of zk_circuits/SPEC.md, section 4.
    bytes32 public constant VERIFYING_KEY_HASH = 0x9d7190da548579e5bae6b41e5c0a5a2eea1c01643a436c3ae33f53774862bb64;

    /// @notice Whether the key comes from a development ceremony: its secrets are public, so anybody can forge.
    bool public constant DEVELOPMENT_KEY = true;

    /// @notice A precompile gave no answer: a point of the proof is not on its curve or not in its subgroup,
    ///         or gas ran out.
    /// @param precompile 6 addition, 7 multiplication, 8 pairing.
    error PrecompileFailed(uint256 precompile);

    /// @notice Whether a proof holds. A proof that cannot be read reverts, and so does a lack of gas: false always
    ///         means that everything was computed, so no gas estimate settles on a limit at which a proof is false.
    /// @param proof A.x, A.y, B.x_c1, B.x_c0, B.y_c1, B.y_c0, C.x, C.y.
    /// @param inputs The public inputs in the circuit's order: ctx, tag, total, totals, weights (4), part (16).
    /// @return holds True when the proof holds for these inputs; false as well when an input is not below the
    ///         order of the field.
    function verify(uint256[8] calldata proof, uint256[24] calldata inputs) external view returns (bool holds) {
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
            mstore(sum, 0x1c34d7db0e53df707b08b9a6814a28ff134b9c461041cb22b74236f32b2b56b2)
            mstore(add(sum, 0x20), 0x035336bb2dfaf57a9a479521d6cb5062dcf22cfdf8114ee5ad7d161c6b8b58eb)
            holds := 1
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x000)),
                    0x1784f8aec5c2e7d71bb45414df193547b8068534fc9743e9034d8da283eeddfd,
                    0x0496289b9996f4f3f7fbfb08f0f8e359e703fe2077d3c39481cdc77101e9f84c
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x020)),
                    0x0446d05686e829e3265eab95e44b50307b1967d6820f96daad215839b9a1887e,
                    0x16bf53b69e17f68e6782bac063b609f3ac826e6583bce6feb0e8beaf3347a119
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x040)),
                    0x13c1003ee221e5e404ae0acccfa7223eeeae36a5d5da73f33ac1f33d52f1cff5,
                    0x2c608c05864bccd157b61342c50fb7d2736765f9c78856d321d52983b269ae5c
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x060)),
                    0x0e77f4bbd337da8fe77697a01f62ac20363ab5afd0624209d76ec8fce90a1d09,
                    0x14043bc016f31a9f0c11919ac5e583a6d9548027578c2a41f398b450240ea818
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x080)),
                    0x27a008a20fe02c1d1cf7a12a29965ee6c65810be22ace7982616d02966a31b82,
                    0x2f21be764c8241fe051eafe89cec9bb7daad7f3ace5b463de562268142d79483
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0a0)),
                    0x05215d6d551ad8c8b5e38f8ca0884f89b72c2eb284b55da8f03b25b3958f1a73,
                    0x1e7a07e2f3d919d188429750fb2c7f280e0366fee2357c0c09710042623b6a15
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0c0)),
                    0x0aab548940d5edc1d19a5ee5b468c9b97a23cb67b712ce44f5d46691b0d61394,
                    0x056587afbd434e64d4c89cfbfff06df8c39616ccd3aa5c142c2f604692a9fd61
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0e0)),
                    0x295a921d2700a348432e2dcf7388fbe5fbbd002d28df204e70175ffd4e6459c6,
                    0x11aef6524e4b9821756860eadf2e2080a18288b7af4e2242344240ae996f1307
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x100)),
                    0x2e19517c735b90f718cfd5b41a7a00efb9843c1080686d4d706931f876cd633f,
                    0x21f025ce4940062ce05fcd9995992b338e1cf115ca382132babf66d73698a14d
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x120)),
                    0x0aa4b3cdec10324a2c0b2fa4f9b128c5996761391615b1667460b0f883ee3ee9,
                    0x1539bcbc383a3087a0cf5c3a3faf923fed64dd9dcf5427e83b75597a4695bf13
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x140)),
                    0x1b9c613ea7a2239cd8d1d0196af9a9ad729c42e5e6863b2b74ce31cdf0b27b93,
                    0x2d447b364978ac22bf98bd2f3f844897224f73fb37f2187357a24ce120771a7a
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x160)),
                    0x1ada0800f95f9203cfced92ee76fffe2cf3c827d40d354505a6e83383909682a,
                    0x27ec32d2974a996a9b562747cc4bf39cab0f11daa31824c702b71765ddb03365
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x180)),
                    0x2d2a6de87d7b21167c85733d2c4feb5f88214cb85b30413dbc92c831ae87b0b0,
                    0x0d9d791d4ec11aa2d7451dd38cedfe1e0ba017840cd92f81461d2faa22ed1109
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x1a0)),
                    0x128f62f527e70a6dd1af6b8b24ecb4f0afc2eacc0b7cc68ccd9814f20ee8d683,
                    0x23dcb8b3b21b3b8b1f7108f41e2d7c5d22d5326f3b5a47d0aab3f24263b87c9e
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x1c0)),
                    0x03bfc0fd10ed0b66b243e4d8fca200f6983a8045409b084b9b76a6b411b51704,
                    0x19465625ae01d0aa2d9ee6930190eb87658723aac5d2816089365469ae49c92b
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x1e0)),
                    0x2430b3ff51e60869c7b3db5003a9604a295d1a6aa94a54419680b4798c5aece9,
                    0x06bbb99c04ccb963f11dd1d07eaab2761e3abf666d7827806d77af0723e771e4
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x200)),
                    0x0d84b8afda60fed3b29ea4492eb05169cd3f81514e2fe7f38aacf83c25113143,
                    0x1c1bb486885fcd73ca624fbfd5d39304c4875c32e115c793f7ec4c1181461321
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x220)),
                    0x2f2b03d4a96c44a43b0b5566b5c1b62a061f865e28e486de4145d215dae151ff,
                    0x0325c601f294af3f6bc19dcf2a1d5878c765aeae48946074d6bf484e4ebe0368
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x240)),
                    0x10404d336d9015940b881a13a56325bffb6d913d54856c9dd8a8bd32a9e449fd,
                    0x0f98e82a7e9422bcb7ff23fed822afc83e827374f215a5f5c7d644564b30cd81
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x260)),
                    0x2856428234089d5da4b9704abc4730b8ab18a9ce42244f6f28355f96d6cb8d4d,
                    0x02562802573efaaaffca4c77ee50be49b834f232c456f87aa379d96884c55191
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x280)),
                    0x28667bc390b32c46a373e77e3f99db560f3f9974763db5879f911e59a9f0ce14,
                    0x28aad47dc8a107bf11bf513b36a58f0db71d13a29e5ceb35298ec05a4f240ec8
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x2a0)),
                    0x2c0c6826307c0fd176acc99e008ebcf3ee8b2952044da9d0d276dfefc7643880,
                    0x2d86b238562007a7c000fe178377565be86ad6498dba32b3482f9090b816189b
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x2c0)),
                    0x18ad73d21d2616a6cc2518bbb4bb5dce5e4afef2ceb48b5646c5c0e9f7be8b59,
                    0x300b11cdad8d6ef92539ff1d66c5d4ccd42b533d099a744acc9250e399687530
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x2e0)),
                    0x03d80d58521f6ad6b1783689e309901ac308890fc6f52ef346a8492cd178831f,
                    0x12d8ce8fc3b0ac7fc3ee5fabc0af039e7084641e617d5f46c3de3ce32e028d43
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
            mstore(add(pairs, 0x280), 0x293350df7387d634fac3a5753a2970e1ccb6243890844b8e886f47ba2725a028)
            mstore(add(pairs, 0x2a0), 0x04b39cc6600ba68a7ec928aaeeed504d4852393492bfc1e0de8b21234e386ccc)
            mstore(add(pairs, 0x2c0), 0x2ad7267d74875eb2cb00b96ea1273f79f4bc7952f273c9ceabd7b9233780acef)
            mstore(add(pairs, 0x2e0), 0x2d8bae97924ed37e8a569cf6ade9cfcbe22fa2d28d242223bbd25865bae13a12)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            run(8, pairs, 0x300, 0x00, 0x20)
            holds := and(holds, eq(mload(0x00), 1))
        }
    }
}
