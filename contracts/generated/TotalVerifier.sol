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
    bytes32 public constant VERIFYING_KEY_HASH = 0xe7d09f84dc9300f84cb62002cd42fda4129162434caa07863ec40eb9d3dcaf23;

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
            mstore(sum, 0x23dff3afa7ead6004e042dd0c6ff51dc449b81e48a128b51d25feb50d8e6d654)
            mstore(add(sum, 0x20), 0x28054e2d6c00829035dad3f7fcfc51abded463cb103b3ae25aac6ab9c6db2101)
            holds := 1
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x000)),
                    0x229562aab7ae471d70923d12ba0d875e496bf0b373dc6d946f39c69b1433bc00,
                    0x2b2dabfa898dfb8330dd78635fd7a5a9656eca2ec2ae68ec3347431c4ebf4a95
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x020)),
                    0x02a1fa4dd31fdbffddee2c502ddd66f417ef1e2db90320c0bdb00305322eb66b,
                    0x1e1a0053a4819051329f80a0617fc5ab27ddf6141b4d02e9346c811e9586885f
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x040)),
                    0x23798cd78526e5c651fb28459e0aa2f9a77beffcfa7bfabc48dde9ccd0a6641f,
                    0x065fa78ac0fe1c168c58c4c826409d3170029c01e74df474be185e30793b21b8
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x060)),
                    0x1c25f867bca6d9f3a238ae1de7785a5d3bdb40f74d043e662c18af7b673bdadb,
                    0x25599b6e60e2948064ac7e3a6d7fc16318621f4c37d7045ef9860f28510e27fa
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x080)),
                    0x088784169e06a30f19b24117195f405576378809d871014db5a4f33e692abbbb,
                    0x0d7568d83a0800efaa441a1f24c536fdd7bdf538a3887b78a9185db60733cfa5
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0a0)),
                    0x08aab1152ab1f9d636a2583a07e18a5704e57b3514a22a052a4651c1c9dbc1b0,
                    0x2b3f002b4229fc587bf2305e9b58239c6cab93ca5f26692d853865ad9315961e
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0c0)),
                    0x00cd542403f1806a903c8d9dd9cc08e0b6ee5705c3361825cfb7e4a887c5aa5f,
                    0x167f4d6c251bd757dabac6b992a5eeb0988dc3d7fe69372afac752998dbf4ca6
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0e0)),
                    0x0d9d1cf0bde92abc23d7088272d5e13244bde8f4b1c0fef65e2246bf7104a1fc,
                    0x14a73780c8ef750f75e3d17571d1328cb62115a6808c605d9fbf43aedb021cba
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x100)),
                    0x26ec8b1434ad94aa16b78dec158841a70f401b162d6278f81cc5b9aac4624b80,
                    0x299ba44cfc18012b95dcb6f4b3f6261bbf20a96ff6b360fe4531a3bd770e398a
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x120)),
                    0x0ab18107846337c8b356cf14e471943149e9e3941e6a1d4cbeac55d7c414330f,
                    0x0f61130cf242554ba165538264994ac05e94df394d22720fc441ff509c62e3a6
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x140)),
                    0x292bb416b2f03feeca35e8bb7d01c8a142fb9cf24d5aea865cb11470dac51702,
                    0x23913c3bcc5b924484cc05e21dbe7e1082873d1fa1c682a1504d3c807d738b04
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x160)),
                    0x12de53b2f21b224421f4af965b7d7c303f597108bf6ac58e082a9658bb8d64a9,
                    0x054c9c786f153229b253ecca38961327e6cabf609682d07d7ea35200fb507851
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x180)),
                    0x2b0e113fdc566807010fd74ef065467ec9b0b5a8e5214864c81b9a5a5e6a2619,
                    0x0a9b896f65cd9296dd56dfd3eab71dbd3e471d645f789c26dc035b501923c2ed
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x1a0)),
                    0x26c5e954f960b85d6c60bcb5731db233e25ffdfc70df5e49ead004dae1d383a7,
                    0x1e60d8439a22596ad419d48e5ed7154b26056de54c368706cde63c6050ed54d8
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x1c0)),
                    0x15ef06e246386ca9c43b5b10561880c9c4b8481755fa3ad4d236e636f0b74a03,
                    0x108c6d6b57dfac017bd64c38313f6ac90ea798e4d5435d7e90c78a357aaa8e39
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x1e0)),
                    0x1a6d5870bd7ffcca7c2d1ab9ea37320d80db6277bd59915cb1a2e21a284199d3,
                    0x06c06fc783ca0f35c6952b240d6c515544475751ea64c42ca1fb3997ceef80f5
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x200)),
                    0x07330b51a9020b6573c47dbf19de86765b9c9aeac382ff9c07fc5ca6bfeda7b5,
                    0x2480edd3ef26c318b3ed66bf9f81f776f5a75225b0d9930e63e563230b858160
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x220)),
                    0x0a9f378402080f02c9ee481eb9a6c192009099313e0f07b4aa97b16a3599d267,
                    0x1873bce2f5cbd0701058bd0c162ac7c2378f707c7cf1785815ae4673798bca5b
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x240)),
                    0x1ce6431d7332bd24c000460ceb749a91cc804dfb3e20c06a80b9863a56505ad2,
                    0x18c67cebdec6cd9998e9066f17237af27292ff993f3cd9b47e945f500983ad50
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x260)),
                    0x064b97919650863a5ca43dc55899218a750b5852199f553e289760beeea6ad1d,
                    0x0918e4526266aba351cea04fd3caed482213cf8c63018462dcb51236322aeb53
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x280)),
                    0x170942c4c319e9b3197b70cff43f2e6450ee6c9fb595005b05593d5652def3fb,
                    0x1d759d5444a0a27ead772c36666edf28d10420b4df5dd48c7731505c2e4de589
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x2a0)),
                    0x22603c15048bdd235cbe7728b4a2258ff81d4c3ccdba7236f3cba029f1c69e36,
                    0x19ca74d4f0bebb06d413e57ec05a305a6a2588e409007190c6d72a50dbeeb194
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x2c0)),
                    0x2e68b0831f7d455b7df3d399e73b2f4220d4bd5f62892c6c5d4a699126f0c41b,
                    0x0c2d5f00013385bd1db45b564f2a6a5a5866ee481d56576e7cfa1b84e758d1a0
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x2e0)),
                    0x056e85380e4a98b71518d07e776e3ca8cdcc6b638af3531783ffe23dc5b40a54,
                    0x2238aaed76ec27a15ee00f3cf35ebc292ddca2993c3dde423f08889ba58cc4d0
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
