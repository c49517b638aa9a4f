"""Who signs in the scripts: accounts of a consortium's files, as Brownie's accounts."""

import hashlib
import hmac
from functools import cache
from pathlib import Path
from typing import Any

import brownie
import yaml
from Crypto.PublicKey import ECC

from lodetrace.errors import KeysError
from lodetrace.settings import NETWORKS_FILE, Network, read_networks
from scripts.consortium import Account

ROOT = Path(__file__).resolve().parents[1]
# As lodetrace.keys derives them: worth nothing, by design.
_VIEWING_DOMAIN = b"lodetrace/development/viewing"


class DevelopmentAccountRefused(KeysError):
    """An account of the mnemonic that everybody knows, where something is at stake."""

    template = "{name} is account {index} of the development mnemonic, {network} is no such network"
    advice = "Give the account an address and a viewing_key; Brownie keeps its key under its name."


class SignerMismatch(KeysError):
    """Brownie's key of that name is another account's."""

    template = "Brownie's account {name} is {actual}, the file says {expected}"
    advice = "See `brownie accounts list`; correct the file or import the right key."


def active_network() -> Network:
    """The network that the script runs on, as networks.yaml describes it."""
    return read_networks(ROOT / NETWORKS_FILE)[brownie.network.show_active()]


def address_of(account: Account) -> str:
    """The account's address; needs no key."""
    return account.address or str(_development_account(account).address)


def viewing_key_of(account: Account) -> bytes:
    """The account's public viewing key."""
    return account.viewing_key or _development_viewing_key(account)


def signer(account: Account) -> Any:
    """The account's key: of the development mnemonic, or from Brownie's keystore."""
    if account.address is None:
        return _development_account(account)
    loaded = brownie.accounts.load(account.name)
    if loaded.address.lower() != account.address.lower():
        raise SignerMismatch(name=account.name, actual=loaded.address, expected=account.address)
    return loaded


@cache
def _development_account(account: Account) -> Any:
    network = active_network()
    if not network.development:
        raise DevelopmentAccountRefused(name=account.name, index=account.index, network=network.id)
    networks = yaml.safe_load((ROOT / NETWORKS_FILE).read_text("utf-8"))
    mnemonic = networks["development"][0]["cmd_settings"]["mnemonic"]
    return brownie.accounts.from_mnemonic(mnemonic, count=1, offset=account.index)


def _development_viewing_key(account: Account) -> bytes:
    signing_key = bytes.fromhex(_development_account(account).private_key.removeprefix("0x"))
    secret = hmac.new(signing_key, _VIEWING_DOMAIN, hashlib.sha256).digest()
    key = ECC.construct(curve="Curve25519", seed=secret)
    return bytes(key.public_key().export_key(format="raw"))
