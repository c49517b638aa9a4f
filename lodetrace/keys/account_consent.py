"""What a new account signs: that it becomes an account of an organisation (Members.addAccount)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lodetrace.contracts.enums import Role
from lodetrace.eip712 import Domain, StructType, TypedData
from lodetrace.errors import KeysError

if TYPE_CHECKING:
    from lodetrace.keys.member_keys import MemberKeys
    from lodetrace.secp256k1 import Signature

ACCOUNT_CONSENT: Final = StructType(
    "AccountConsent",
    (
        ("bytes32", "organisation"),
        ("address", "account"),
        ("uint32", "roles"),
        ("bytes32", "viewingKey"),
    ),
)
VERSION: Final = "2"


class AccountOfAnotherKey(KeysError):
    """An account whose signer was rotated: it has been a member's for long."""

    template = "account {account} is signed for by {signer}: a new account signs by its own key"
    advice = "Make keys for a new account: lodetrace keys new."


@dataclass(frozen=True, slots=True)
class AccountConsent:
    """organisation: its id, 32 bytes. register: address of Members, which alone takes it."""

    organisation: bytes
    account: str
    roles: Role
    viewing_key: bytes
    chain_id: int
    register: str

    def digest(self) -> bytes:
        """The 32 bytes that are signed."""
        message = {
            "organisation": self.organisation,
            "account": self.account,
            "roles": int(self.roles),
            "viewingKey": self.viewing_key,
        }
        domain = Domain(self.chain_id, version=VERSION, verifying_contract=self.register)
        return TypedData((ACCOUNT_CONSENT,), domain, message).digest()


def sign_consent(
    keys: "MemberKeys", organisation: bytes, roles: Role, chain_id: int, register: str
) -> "Signature":
    """The consent of the account that the keys are of; raises AccountOfAnotherKey."""
    from lodetrace.secp256k1 import Signature  # not in Brownie's environment

    if keys.signer != keys.account:
        raise AccountOfAnotherKey(account=keys.account, signer=keys.signer)
    viewing_key = keys.viewing_key.public
    consent = AccountConsent(organisation, keys.account, roles, viewing_key, chain_id, register)
    return Signature.make(consent, keys.signing_key)
