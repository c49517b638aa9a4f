// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IMembers} from "../interfaces/IMembers.sol";

/// @title AccountConsents: the owner of an address agrees that it becomes an organisation's account
/// @dev EIP-712. The verifying contract is the register that takes the consent, and not the Directory: a consent is
/// about one register, needs nothing that is deployed before it, and is worth nothing in another deployment on the
/// same chain. An address becomes an account once in its life, so no signature is taken twice.
library AccountConsents {
    bytes32 private constant DOMAIN_TYPE =
        // solhint-disable-next-line gas-small-strings
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant CONSENT_TYPE =
        // solhint-disable-next-line gas-small-strings
        keccak256("AccountConsent(bytes32 organisation,address account,uint32 roles,bytes32 viewingKey)");
    bytes32 private constant NAME = keccak256("Lodetrace");
    bytes32 private constant VERSION = keccak256("2");
    uint256 private constant SIGNATURE_BYTES = 65;

    /// @param signature r, s and v (27 or 28) of the account's own key
    function requireSigned(
        bytes32 organisation,
        address account,
        uint32 roles,
        bytes32 viewingKey,
        bytes calldata signature
    ) internal view {
        bytes32 consent = keccak256(abi.encode(CONSENT_TYPE, organisation, account, roles, viewingKey));
        bytes32 digest = keccak256(abi.encodePacked("\x19\x01", _domain(), consent));
        if (_signerOf(digest, signature) != account) revert IMembers.ConsentMissing(account, organisation);
    }

    function _domain() private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPE, NAME, VERSION, block.chainid, address(this)));
    }

    /// 0 for what is no signature.
    function _signerOf(bytes32 digest, bytes calldata signature) private pure returns (address) {
        if (signature.length != SIGNATURE_BYTES) return address(0);
        return ecrecover(digest, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
    }
}
