// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Written by zk_circuits/verifier_template.py from keys/development/run4.vkey.json and verifier.sol.in: change those, not this.
// The function is long because it folds in one public input after the other.
// solhint-disable function-max-lines

/// @title Verifier of the circuit `run4`
/// @notice Checks Groth16 proofs over BN254 under one fixed key. What a proof states: zk_circuits/SPEC.md.
/// @dev Proofs are malleable: nothing may use a proof, or its hash, as an identity.
contract Run4Verifier {
    /// @notice keccak256 of the key as `abi.encode(uint256[])`, in the order of zk_circuits/SPEC.md, section 4.
    bytes32 public constant VERIFYING_KEY_HASH = 0xee615f68c53a37bb61cde4719acd00cbc4c46b08300a86dfd780bf4daadd8fa9;

    /// @notice Whether the key comes from a development ceremony: its secrets are public, so anybody can forge.
    bool public constant DEVELOPMENT_KEY = true;

    /// @notice A precompile gave no answer: a point of the proof is not on its curve or not in its subgroup,
    ///         or gas ran out.
    /// @param precompile 6 addition, 7 multiplication, 8 pairing.
    error PrecompileFailed(uint256 precompile);

    /// @notice Whether a proof holds. A proof that cannot be read reverts, and so does a lack of gas: false always
    ///         means that everything was computed, so no gas estimate settles on a limit at which a proof is false.
    /// @param proof A.x, A.y, B.x_c1, B.x_c0, B.y_c1, B.y_c0, C.x, C.y.
    /// @param inputs The public inputs in the circuit's order: inBand, ctx, tag, event, rule, in (4), out (4).
    /// @return holds True when the proof holds for these inputs; false as well when an input is not below the
    ///         order of the field.
    function verify(uint256[8] calldata proof, uint256[13] calldata inputs) external view returns (bool holds) {
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
            mstore(sum, 0x05a4ef76497e7f7d50f451d2614ae883b0294e33ecea4c7b67e2368b05328bdf)
            mstore(add(sum, 0x20), 0x02b2727ad7f7518e4c7051b727a825f4c71771fae53773e79a1fba1f0c6e5ff3)
            holds := 1
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x000)),
                    0x06eaba4ecbce13d5d2db34e8541371260b3f266c76cfeb048441e33c70bd4788,
                    0x0383455f7c3295815b326ee4bd3ebed42989bbbf7f22961458b7df83375578a2
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x020)),
                    0x0a14ae5d931f19bca9f763eebf28e6a6dd65f1aa427f55c1185abbf45bcdc38b,
                    0x2cc6d93caa5200d910a307b612835e9778319a981c9018436ef46db1000870f8
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x040)),
                    0x0debf2481e6e641ddf47f6217d70a7184f03ebdf787ac1f94679e1a67528b408,
                    0x1d8bf9dd59272015e0935c83eac9d4e74439379e1478a03ef6bd74c77ce93a1d
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x060)),
                    0x1ac1b9119bdd8515692615098ccb5a910ef1b3bac8d06323c5cf3a39f5b64cb7,
                    0x226f162bc7ff14c98f4ddb9c4a7de4511cd15bfffc5a80b43ec8fc45ac69ab85
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x080)),
                    0x02fb908a30125b3cf2affdf88ee4e3432b52ee5672c8a94ab4c6659b180d0773,
                    0x0ea933caf3ee7e6ad9a64a20e345a42c2676b2a431debc2a5e693933f6094a22
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0a0)),
                    0x151a41a0a92c2448149858045b1f9dedbca9a81d82b4c2cfba169c4e7f013477,
                    0x1ff423dee8e92b4ee664927dc505c5a1ee2f652b623be68f998da7843ba0cfce
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0c0)),
                    0x25ea949899e312185cbec25042d8e9e00b561455c53a7c3bdfb96ef9547d3be7,
                    0x00815957a5636d9be8f8a37c3bd47bdfd31c4ee819d3d5f10cfb18f757ac82e3
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0e0)),
                    0x1f33c2b9bd55973eb5eade52bb1ac0475e354c7e27f07cfc1d45a57d61f7f018,
                    0x27477bc536da6c6fc8a2dcbac49fd14395d602cc2ae22ddb7e80f15b3b48628a
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x100)),
                    0x1d542de50ec8aacef6ca0300179d746e26bf13b2e989d3d748311de7135eaaa8,
                    0x119e747b264f2cbebe34695c1a93e20500ee2dab749501b9971ecff0770f4fa5
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x120)),
                    0x27518ae46ac2d7241c3dc19684ed104fa1185b0590fc95537b943cc7f31aef77,
                    0x077edfd3a6c6d580bea4aa9051e5328492202c73ddbe9f51f6c93836f9387a52
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x140)),
                    0x19bfadef50fd4d3fdbdc98f6659868692db49f77968ddde0f96f8009c12f6497,
                    0x085d4ec81bd2e426472c0cfbe222ea29a41add4563def843efb6a13111b9142b
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x160)),
                    0x1cbb968a324b2294e4d733889065c6515b29ce06d17e4950ca71239203ac29c7,
                    0x0644bc9a91b03c7cffae4f0f11b148de0b8a1cdb1f362459d968f3f59fad2e68
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x180)),
                    0x0c222b47613406671a3800f3fb3b9246e7f192726b35d7c537e7b8f32d27c09d,
                    0x2feb6889aeb66668a36e443aca1c12d833055a82184b11ccd40529f5aeb3e808
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
            mstore(add(pairs, 0x280), 0x1d49b83122679c31bd7d37d0afae18c1e4ac9b18e2391e39558ec75601b7d77c)
            mstore(add(pairs, 0x2a0), 0x1b477285c394dbdb58d0ac4760820d486154bf66010666c427dad3751013a068)
            mstore(add(pairs, 0x2c0), 0x0daea08f1d71fae2ecadc2bb724d2f557d6e5815e69601e80d505740b3535e0b)
            mstore(add(pairs, 0x2e0), 0x2c94b1ddccae0e977d0f056e04488e135273ef106a98624993c93bc2c52eb874)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            run(8, pairs, 0x300, 0x00, 0x20)
            holds := and(holds, eq(mload(0x00), 1))
        }
    }
}
