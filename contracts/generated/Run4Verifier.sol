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
    bytes32 public constant VERIFYING_KEY_HASH = 0x457ec2ed6624e5bbaba99b359cea3aff03afb1bcc31d4cc864d7ab3a0fc3bc6f;

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
            mstore(sum, 0x30513bf1cb7b075dbf0260ab809ec6fe950b4a7407beaa2387cf6ea6e8c1319d)
            mstore(add(sum, 0x20), 0x2de91dae0d0910606d958687ee970473f70321e0fa855ef0b46cdee184e425ca)
            holds := 1
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x000)),
                    0x251ffdb7eaa6e38c8c9f9ede63c588a57fe4e705b607679e098bc490ab1e0a9f,
                    0x1f4a7a848cb921c95635222375852e96784f392b967667e8e867b6cdfb17f7ec
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x020)),
                    0x01a2570caf04791846904ec052da99b5a97b3e31d0a7c0cb85641c369d694bbb,
                    0x0a73c8715bc2c3b8ec0b847a57fa065ece01b22905de36812b12c635cd5319d2
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x040)),
                    0x0d0348cfc68f2cc0e1dffe46969aaf62343aec81d9c753ad6cc923f03b3bb73a,
                    0x12ad33d594dbf0214863dd4e3b91ee2663b5dfca2c1e68710bf61131900e6899
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x060)),
                    0x09756c2ab09044af0241db58daaca8073f250fee17bd46bcfb6a39bb1c974ae5,
                    0x26bb3a0aedf91f328a1dbfb0ef19f624e41f83d11516af6fe8c67e74fe8d7206
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x080)),
                    0x2a5ce950ec0f002a5ab9c60a25048356d8cc1b7c6c1dda1a653390ce28bdbfaf,
                    0x206d01172b33ff1399f3a6b4830fc496bda6eb538b5dec383e0b45df74c5cc58
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0a0)),
                    0x25c16dd94ad427fe23101b3bf1295b03eee163371e3bec2c8f226b50e4db2061,
                    0x03854d8275b542db4ffbf65d3d2a65e2fd99e0284a9ed9c5430823feb4c777f3
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0c0)),
                    0x283b79b34c47dcff194c08198e1a36aca6e0e5a921e501d2cbdf663fdedb2a95,
                    0x2ed7f2c2a636444260f19d62511a485f8491d6b4672b49d311b61598d71ea514
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x0e0)),
                    0x2e02ada068cf9ae01efbbb500633e50b92fb1ad5151259a372ba53587c0da953,
                    0x2173c24138ada61427e3db76c09599a32472c2602afe0aab73a44f0576b85bc5
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x100)),
                    0x1ab4f9f5f8fdb59677b5c1e7e8d097876ef1d7eb232e1509e2890e758be315a6,
                    0x08b0a754c101413625f54e0dfad6694d273752bbab67cec1cd062042eaba8fa7
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x120)),
                    0x096bc7c59e517f08bafe3088a1ebd31f24fe7470c4c8dac8f5ca21a4fa4b207f,
                    0x0bce2e645bfadc721adb2ad20eff0da41095dd25faf69a7a14033edcabcaad01
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x140)),
                    0x0f52ae473506bbd43c7366d70f90bf096e4ab436cf82799f7c7321ed1f8c8689,
                    0x2628cc79d1aae66f4f48b9ecf80d0693b091de8e840fefb74523f07d8e0deeab
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x160)),
                    0x074a39575c65eda0be5f250dc05aad8d93034cee225283517d11148a22bfebfb,
                    0x26efa562cc38e5da6f06db58999b2c6f74c0fec5f900a8348fd41636a4a75a48
                )
            )
            holds := and(
                holds,
                fold(
                    sum,
                    calldataload(add(inputs, 0x180)),
                    0x1e03159d3bbf1d4eecd3c086b50108eb914c109ec0650150c96312682164850d,
                    0x1899cb636738d69e1f40734de35f4367e2db8c9881f889a6c4e8b5e7e175d686
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
