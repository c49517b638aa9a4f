"""Who signs in the scripts: accounts of a consortium's files, as Brownie's accounts."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import brownie
from Crypto.PublicKey import ECC
from eth_account import Account

from lodetrace.contracts.enums import Role
from lodetrace.errors import KeysError
from lodetrace.keys.account_consent import AccountConsent
from lodetrace.settings import NETWORKS_FILE, Network, NetworksFile, read_networks
from lodetrace.text import parse_typed_hex
from scripts.consortium import AccountEntry, MemberEntry

ROOT = Path(__file__).resolve().parents[1]
# As lodetrace.keys derives them: worth nothing, by design.
_VIEWING_DOMAIN = b"lodetrace/development/viewing"


class DevelopmentAccountRefused(KeysError):
    """An account of the mnemonic that everybody knows, where something is at stake."""

    template = "{name} is account {index} of the development mnemonic, {network} is no such network"
    advice = "Give the account an address and a viewing_key; Brownie keeps its key under its name."


class NoSeatHere(KeysError):
    """A council act without anybody to begin it."""

    template = "no key of a seat is on this machine; seats: {seats}"
    advice = "Run the script where a seat's key is: Brownie keeps it under the account's name."


class NotACopy(KeysError):
    """A rehearsal on a chain where acts count."""

    template = "a rehearsal runs on a copy of the chain that anvil makes, not on {client}"
    advice = "Start it with scripts/rehearse.sh."


class SignerMismatch(KeysError):
    """Brownie's key of that name is another account's."""

    template = "Brownie's account {name} is {actual}, the file says {expected}"
    advice = "See `brownie accounts list`; correct the file or import the right key."


def active_network() -> Network:
    """The network that the script runs on, as networks.yaml describes it."""
    return read_networks(networks_file())[brownie.network.show_active()]


def networks_file() -> Path:
    """The file that Brownie's networks were taken from."""
    return Path(os.environ.get("LODETRACE_NETWORKS") or ROOT / NETWORKS_FILE)


def address_of(account: AccountEntry) -> str:
    """The account's address; needs no key."""
    return account.address or str(_development_account(account).address)


def viewing_key_of(account: AccountEntry) -> bytes:
    """The account's public viewing key."""
    return account.viewing_key or _development_viewing_key(account)


def is_here(account: AccountEntry) -> bool:
    """Whether its key is on this machine; in a rehearsal everybody is."""
    return account.address is None or is_rehearsal() or account.name in brownie.accounts.load()


def is_rehearsal() -> bool:
    """Whether this is a copy of a chain, on which anvil lets anybody sign. Raises NotACopy."""
    if not os.environ.get("LODETRACE_REHEARSAL"):
        return False
    client = str(brownie.web3.client_version)
    if not client.startswith("anvil/"):
        raise NotACopy(client=client)
    return True


def seats_here(members: Sequence[MemberEntry]) -> list[Any]:
    """Signers of the council's seats whose keys are here; each member runs the script with his.

    Raises NoSeatHere.
    """
    seats = [member.admin for member in members if member.seat]
    found = [signer(seat) for seat in seats if is_here(seat)]
    if not found:
        raise NoSeatHere(seats=", ".join(seat.name for seat in seats))
    return found


def signer(account: AccountEntry) -> Any:
    """The account's key: of the development mnemonic, or from Brownie's keystore.

    From then on Brownie pays what the network's description says: nothing where gas is free.
    """
    if active_network().kind.free_gas:
        brownie.network.gas_price(0)
    if account.address is None:
        return _development_account(account)
    if is_rehearsal():
        return brownie.accounts.at(account.address, force=True)
    loaded = brownie.accounts.load(account.name)
    if loaded.address.lower() != account.address.lower():
        raise SignerMismatch(name=account.name, actual=loaded.address, expected=account.address)
    return loaded


def consent_of(account: AccountEntry, registry: Any, member: MemberEntry) -> bytes | None:
    """That it becomes an account of the member: as the file says, or signed here by its own key.

    None where the file has none and the key is elsewhere. In a rehearsal nobody's key is here.
    """
    elsewhere = account.address is not None and (is_rehearsal() or not is_here(account))
    if account.consent is not None or elsewhere:
        return account.consent
    consent = AccountConsent(
        member.id,
        address_of(account),
        Role(member.roles),
        viewing_key_of(account),
        brownie.chain.id,
        registry.address,
    )
    key = parse_typed_hex(signer(account).private_key, 32)
    return bytes(Account.unsafe_sign_hash(consent.digest(), key).signature)


@cache
def _development_account(account: AccountEntry) -> Any:
    network = active_network()
    if not network.development:
        raise DevelopmentAccountRefused(name=account.name, index=account.index, network=network.id)
    launched = NetworksFile.read(networks_file()).launched[0]["cmd_settings"]
    mnemonic = launched.section(("mnemonic",), None)["mnemonic"].text()
    return brownie.accounts.from_mnemonic(mnemonic, count=1, offset=account.index)


def _development_viewing_key(account: AccountEntry) -> bytes:
    signing_key = parse_typed_hex(_development_account(account).private_key, 32)
    secret = hmac.new(signing_key, _VIEWING_DOMAIN, hashlib.sha256).digest()
    key = ECC.construct(curve="Curve25519", seed=secret)  # type: ignore[arg-type]  # the stub knows no bytes
    return bytes(key.public_key().export_key(format="raw"))
