// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Written by zk_circuits/verifier_template.py from keys/development/run2.vkey.json and verifier.sol.in: change those, not this.
// The function is long because it folds in one public input after the other.
// solhint-disable function-max-lines

/// @title Verifier of the circuit `run2`
/// @notice Checks Groth16 proofs over BN254 under one fixed key. What a proof states: zk_circuits/SPEC.md.
/// @dev Proofs are malleable: nothing may use a proof, or its hash, as an identity.
contract Run2Verifier {
    /// @notice keccak256 of the key as `abi.encode(uint256[])`, in the order of zk_circuits/SPEC.md, section 4.
    bytes32 public constant VERIFYING_KEY_HASH = 0xe329d64ed29340cf2fcb0564a144a2016f451efe3c7825ca67bb27877b6e2d66;

    /// @notice Whether the key comes from a development ceremony: its secrets are public, so anybody can forge.
    bool public constant DEVELOPMENT_KEY = true;

    /// @notice A precompile gave no answer: a point of the proof is not on its curve or not in its subgroup,
    ///         or gas ran out.
    /// @param precompile 6 addition, 7 multiplication, 8 pairing.
    error PrecompileFailed(uint256 precompile);

    /// @notice Whether a proof holds. A proof that cannot be read reverts, and so does a lack of gas: false always
    ///         means that everything was computed, so no gas estimate settles on a limit at which a proof is false.
    /// @param proof A.x, A.y, B.x_c1, B.x_c0, B.y_c1, B.y_c0, C.x, C.y.
    /// @param inputs The public inputs in the circuit's order: inBand, ctx, tag, event, rule, in (2), out (2).
    /// @return holds True when the proof holds for these inputs; false as well when an input is not below the
    ///         order of the field.
    function verify(uint256[8] calldata proof, uint256[9] calldata inputs) external view returns (bool holds) {
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
            mstore(sum, 0x15cadc1202aacf9178cc65771be40b9539248d28492ce4d40fce9ccf783deb77)
            mstore(add(sum, 0x20), 0x212d98681e4db144beadbf3af877fdf14de2f4def5a77ad591c126db5ce962e0)
            holds := 1
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x000)),
                    0x24dd9b8424248d7abcbe884bf1a25b00453d4f39b2c0164c6c08fcd766051626,
                    0x20ad35da43d40956c8a41aea9b2df2544e1e97a000016ee9150093fe3d8adc21
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x020)),
                    0x06f935dbab9172887a363fa0eeb1e67c1f44d988b73e919c6872dd550325ac56,
                    0x14e1b40e4eeb86a8b6d154ce8a16bf11fca6f7ec5e75fa93a9726e55dd5d9754
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x040)),
                    0x02f3f77366956bbf0a469ce5463f5cdafc725a59dafebc49e9d327bf443cda63,
                    0x1020cb4976ef6e1eaa6ee31f47c09f8cbb73c6d86da3776e7fe9b37c8b0aa594
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x060)),
                    0x042b3311b9bb5e266fcfcc9780d8e0fafb70f45e783d1e2bfe8ceeef7113283d,
                    0x2cf30c5ac120a54855ace201f681328b9c3e03eda7143de1a260f93159a2e907
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x080)),
                    0x1895f61d6ae60abd8470c0b2bf6eaeae248e6607e4f5b2482fd06ea425d3e37d,
                    0x2486e4147d87f40d3e34bcb19e2d1714d316d4ae338d4c4c978225225fcb72a4
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0a0)),
                    0x25fdfa963e52866efc36880369af8fc9e45cf8b7856ff501add7efd9c7764799,
                    0x187c930ff1c5be40b069db673dd94584116f4ece8f36a75ad15b79bc712e3142
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0c0)),
                    0x20b8db1d1f2f3282c8dcf5e4fd0161dcdb94664ff41239ad3882069a3bb38a1c,
                    0x1b38d1b29e8b06cf8147b5faa2bf2dbb53356d9d032ad24a5f68d5d90d94491b
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0e0)),
                    0x1faae3214d946ff4bb90d9095294498461d1a051b5af94cc9f460977d814d2bf,
                    0x06d1ad559f20226cf9af9cdee23e0acc5556622d5b8e0065c2e27b883421f2c5
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x100)),
                    0x11089c6fceb96dcd37da8c1eec6670cfca996ce68336e4c755200b1009ab7313,
                    0x07c143f1e1410ad56dec7b6ab06ca16818f676f13895435284bf7f4e58aad92d
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
            mstore(add(pairs, 0x280), 0x2bafe8ac0bf4890009e83cbbbdf9efb936e72268248cd85ec4f033b2acd09a76)
            mstore(add(pairs, 0x2a0), 0x026cfc7ff8b056987808877437a3190e8cb4dde88512371c7c7cefbf0ded9bff)
            mstore(add(pairs, 0x2c0), 0x24d09a022956a5e7689411b0dba3791550707c10ba00d843a995659b25a37ae7)
            mstore(add(pairs, 0x2e0), 0x0d06006bfc60adfe565c3f5f2f30b122db9d9a6a81ca1fc2184b495ed0e329ac)
            calldatacopy(add(pairs, 0x240), add(proof, 0xc0), 0x40)
            run(8, pairs, 0x300, 0x00, 0x20)
            holds := and(holds, eq(mload(0x00), 1))
        }
    }
}
