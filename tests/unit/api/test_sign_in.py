"""Sign-In with Ethereum: what signs somebody in, and everything next to it that does not."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siwe import SiweMessage

from api.access.nonces import NONCE_SECONDS, Nonces
from api.access.sign_in import CLOCKS_APART, LONGEST_MESSAGE, SignInPlace, signed_in
from api.access.store import open_access_store, writing_access
from api.errors import SignInRefused
from lodetrace.secp256k1 import ORDER
from lodetrace.text import iso_time
from tests.conftest import SHARED
from tests.support.readers import PLACE
from tests.support.required import absent, references_required
from tests.support.wallet import Wallet, message

NOW = 1_800_000_000
WALLET, OTHER = Wallet.named("reader"), Wallet.named("somebody else")
NONCE = "ab12" * 16
GOOD = message(WALLET.address, NONCE, NOW)
ADDRESS = WALLET.address


# --- the standard's own suite --------------------------------------------------------------------


SPELLED = {"chainId": "chain_id", "issuedAt": "issued_at", "requestId": "request_id",
           "expirationTime": "expiration_time", "notBefore": "not_before"}  # fmt: skip
"""Fields of the suite, as the library calls them."""


def reference(name: str) -> dict[str, Any]:
    path = SHARED / "reference" / "siwe" / f"test__{name}_positive.json"
    if not path.is_file():
        absent(f"no {path}", required=references_required())
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_every_message_of_the_reference_parses_into_its_fields() -> None:
    cases = reference("parsing")
    assert len(cases) > 5
    for name, case in cases.items():
        said = SiweMessage.from_message(case["message"])
        told = said.model_dump(mode="json")
        for field, value in case["fields"].items():
            assert str(told[SPELLED.get(field, field)]) == str(value), (name, field)
        assert said.prepare_message() == case["message"], name


def test_every_signature_of_the_reference_verifies() -> None:
    cases = reference("verification")
    assert len(cases) > 3
    for case in cases.values():
        signature, time = case.pop("signature"), case.pop("time", None)
        at = None if time is None else datetime.fromisoformat(time)
        fields = {SPELLED.get(name, name): value for name, value in case.items()}
        SiweMessage.model_validate(fields).verify(signature, timestamp=at)


# --- what signs in -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        GOOD,
        GOOD.replace("Read what members read.\n", ""),
        f"{GOOD}\nExpiration Time: {iso_time(NOW + 60)}\nNot Before: {iso_time(NOW)}",
        f"{GOOD}\nRequest ID: a-b\nResources:\n- https://gateway.example/lots",
        GOOD.replace("127.0.0.1:8000 wants", "http://127.0.0.1:8000 wants"),
    ],
)
def test_a_message_for_this_gateway_and_for_now_signs_in(said: str) -> None:
    found = signed_in(PLACE, said, WALLET.sign(said), NOW)
    assert (found.signer, found.nonce) == (ADDRESS, NONCE)


def test_a_session_ends_with_its_message_where_that_ends() -> None:
    said = f"{GOOD}\nExpiration Time: {iso_time(NOW + 60)}"
    assert signed_in(PLACE, said, WALLET.sign(said), NOW).end == NOW + 60
    assert signed_in(PLACE, GOOD, WALLET.sign(GOOD), NOW).end is None


# --- the grammar, each rule broken once ----------------------------------------------------------

LINES = GOOD.split("\n")


def without(start: str) -> str:
    return "\n".join(line for line in LINES if not line.startswith(start))


def swapped(first: str, second: str) -> str:
    found = [*LINES]
    one, two = (next(i for i, line in enumerate(LINES) if line.startswith(s))
                for s in (first, second))  # fmt: skip
    found[one], found[two] = found[two], found[one]
    return "\n".join(found)


BROKEN = {
    "scheme begins with a digit": "1" + "https://" + GOOD,
    "scheme is empty": "://" + GOOD,
    "domain is empty": GOOD.replace("127.0.0.1:8000 wants", " wants", 1),
    "domain has a path": GOOD.replace("127.0.0.1:8000 wants", "127.0.0.1:8000/a wants", 1),
    "domain has a blank": GOOD.replace("127.0.0.1:8000 wants", "127.0.0.1 :8000 wants", 1),
    "sentence in other capitals": GOOD.replace("wants you", "Wants you"),
    "sentence without its end": GOOD.replace("account:\n", "account\n"),
    "lines end with CR LF": GOOD.replace("\n", "\r\n"),
    "address without 0x": GOOD.replace(ADDRESS, ADDRESS[2:]),
    "address with 0X": GOOD.replace(ADDRESS, "0X" + ADDRESS[2:]),
    "address one digit short": GOOD.replace(ADDRESS, ADDRESS[:-1]),
    "address one digit long": GOOD.replace(ADDRESS, ADDRESS + "0"),
    "address with a letter that is no digit": GOOD.replace(ADDRESS, ADDRESS[:-1] + "g"),
    "address in lower case": GOOD.replace(ADDRESS, ADDRESS.lower()),
    "address in upper case": GOOD.replace(ADDRESS, "0x" + ADDRESS[2:].upper()),
    "address with another checksum": GOOD.replace(ADDRESS, ADDRESS.swapcase().replace("X", "x")),
    "no blank line after the address": GOOD.replace(f"{ADDRESS}\n\n", f"{ADDRESS}\n"),
    "no blank line after the statement": GOOD.replace("read.\n\n", "read.\n"),
    "statement of two lines": GOOD.replace("members read", "members\nread"),
    "statement with a quote": GOOD.replace("members read", 'members "read"'),
    "statement with a letter beyond ASCII": GOOD.replace("members", "mémbers"),
    "statement with a tab": GOOD.replace("members", "members\t"),
    "URI is relative": GOOD.replace("URI: http://127.0.0.1:8000/session", "URI: /session"),
    "URI is empty": GOOD.replace("URI: http://127.0.0.1:8000/session", "URI: "),
    "URI with a blank": GOOD.replace("8000/session", "8000/ses sion"),
    "URI named in lower case": GOOD.replace("URI:", "uri:"),
    "URI without a blank after its name": GOOD.replace("URI: ", "URI:"),
    "version is another": GOOD.replace("Version: 1", "Version: 2"),
    "version has a leading zero": GOOD.replace("Version: 1", "Version: 01"),
    "chain is hexadecimal": GOOD.replace("Chain ID: 1337", "Chain ID: 0x539"),
    "chain is empty": GOOD.replace("Chain ID: 1337", "Chain ID: "),
    "chain is negative": GOOD.replace("Chain ID: 1337", "Chain ID: -1337"),
    "chain with a leading zero": GOOD.replace("Chain ID: 1337", "Chain ID: 01337"),
    "chain in other digits": GOOD.replace("1337", "١٣٣٧"),
    "nonce of seven letters": GOOD.replace(NONCE, "abcdefg"),
    "nonce with a dash": GOOD.replace(NONCE, NONCE[:-1] + "-"),
    "nonce is empty": GOOD.replace(NONCE, ""),
    "issued without a zone": GOOD.replace(iso_time(NOW), iso_time(NOW)[:-1]),
    "issued with a blank": GOOD.replace(iso_time(NOW), iso_time(NOW).replace("T", " ")),
    "issued on no day": GOOD.replace(iso_time(NOW), "2027-02-30T08:00:00Z"),
    "issued at no hour": GOOD.replace(iso_time(NOW), "2027-01-15T24:00:00Z"),
    "issued in a leap second": GOOD.replace(iso_time(NOW), "2027-01-15T07:59:60Z"),
    "issued in seconds": GOOD.replace(iso_time(NOW), str(NOW)),
    "issued beyond the calendar": GOOD.replace(iso_time(NOW), "0000-01-15T08:00:00Z"),
    "expiration is no time": f"{GOOD}\nExpiration Time: tomorrow",
    "not before is no time": f"{GOOD}\nNot Before: yesterday",
    "expiration after not before": (
        f"{GOOD}\nNot Before: {iso_time(NOW)}\nExpiration Time: {iso_time(NOW + 60)}"
    ),
    "request id with a blank": f"{GOOD}\nRequest ID: a b",
    "resources without a dash": f"{GOOD}\nResources:\nhttps://gateway.example",
    "resource that is no URI": f"{GOOD}\nResources:\n- gateway",
    "resources before the request id": f"{GOOD}\nResources:\n- a:b\nRequest ID: a",
    "an unknown line": f"{GOOD}\nRole: council",
    "a line twice": f"{GOOD}\nIssued At: {iso_time(NOW)}",
    "a line end at the end": f"{GOOD}\n",
    "a blank at the beginning": f" {GOOD}",
    "a byte order mark": f"\ufeff{GOOD}",
    "nothing": "",
    "too long": GOOD.replace("members", "members " + "a" * LONGEST_MESSAGE),
    **{f"without {name}": without(name) for name in
       ("URI", "Version", "Chain ID", "Nonce", "Issued At", "0x", "127")},
    "URI after version": swapped("URI", "Version"),
    "chain after nonce": swapped("Chain ID", "Nonce"),
    "issued before nonce": swapped("Nonce", "Issued At"),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_message_that_breaks_a_rule_signs_nobody_in(broken: str) -> None:
    """Though its address signed it: nothing but the rule is wrong."""
    said = BROKEN[broken]
    assert said != GOOD
    with pytest.raises(SignInRefused) as caught:
        signed_in(PLACE, said, WALLET.sign(said), NOW)
    assert caught.value.status == 401


@given(st.text(max_size=300))
def test_any_text_is_refused_and_never_fails_otherwise(text: str) -> None:
    with pytest.raises(SignInRefused):
        signed_in(PLACE, text, "0x" + "11" * 65, NOW)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="utf-8"))
def test_one_other_character_is_another_message(place: int, character: str) -> None:
    """What was signed before does not sign it."""
    said = GOOD[:place] + character + GOOD[place + 1 :]
    if said != GOOD:
        with pytest.raises(SignInRefused):
            signed_in(PLACE, said, WALLET.sign(GOOD), NOW)


# --- another place, another time -----------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"domain": "gateway.example"},
        {"domain": "https://127.0.0.1:8000"},
        {"domain": "HTTP://127.0.0.1:8000"},
        {"domain": "127.0.0.1"},
        {"domain": "127.0.0.1:8001"},
        {"uri": "http://127.0.0.1:8000/"},
        {"uri": "https://127.0.0.1:8000/session"},
        {"uri": "http://127.0.0.1:8000/session/"},
        {"uri": "http://127.0.0.1:8000/session?x=1"},
        {"chain": "1"},
        {"chain": "13370"},
    ],
)
def test_a_message_for_another_place_signs_nobody_in(said: dict[str, str]) -> None:
    elsewhere = message(ADDRESS, NONCE, NOW, **said)
    with pytest.raises(SignInRefused, match="another"):
        signed_in(PLACE, elsewhere, WALLET.sign(elsewhere), NOW)


@pytest.mark.parametrize(
    ("apart", "good"),
    [
        (CLOCKS_APART, True),
        (CLOCKS_APART + 1, False),
        (3_600, False),
        (-(NONCE_SECONDS + CLOCKS_APART) + 1, True),
        (-(NONCE_SECONDS + CLOCKS_APART), False),
        (-3_600, False),
    ],
)
def test_clocks_may_be_a_minute_apart(apart: int, good: bool) -> None:
    said = message(ADDRESS, NONCE, NOW + apart)
    if good:
        assert signed_in(PLACE, said, WALLET.sign(said), NOW).signer == ADDRESS
    else:
        with pytest.raises(SignInRefused, match="clock"):
            signed_in(PLACE, said, WALLET.sign(said), NOW)


@pytest.mark.parametrize(
    ("line", "seconds", "good"),
    [
        ("Expiration Time", 1, True),
        ("Expiration Time", 0, False),
        ("Expiration Time", -3_600, False),
        ("Not Before", 0, True),
        ("Not Before", 1, False),
        ("Not Before", 3_600, False),
    ],
)
def test_the_bounds_of_a_message_are_kept(line: str, seconds: int, good: bool) -> None:
    said = f"{GOOD}\n{line}: {iso_time(NOW + seconds)}"
    if good:
        assert signed_in(PLACE, said, WALLET.sign(said), NOW).signer == ADDRESS
    else:
        with pytest.raises(SignInRefused):
            signed_in(PLACE, said, WALLET.sign(said), NOW)


def test_the_place_follows_from_the_address_that_readers_use() -> None:
    place = SignInPlace.at("https://gateway.example/lodetrace/", 5)
    assert place == SignInPlace("gateway.example", "https://gateway.example/lodetrace/session", 5)


# --- signatures ----------------------------------------------------------------------------------


def raw() -> bytes:
    return bytes.fromhex(WALLET.sign(GOOD)[2:])


def high_s(signature: bytes) -> bytes:
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


def compact(signature: bytes) -> bytes:
    """As EIP-2098 writes it."""
    s = bytearray(signature[32:64])
    s[0] |= (signature[64] - 27) << 7
    return signature[:32] + bytes(s)


SIGNATURES: dict[str, Callable[[], str]] = {
    "of another key": lambda: OTHER.sign(GOOD),
    "of another message": lambda: WALLET.sign(GOOD.replace("members", "everybody")),
    "with the upper s": lambda: "0x" + high_s(raw()).hex(),
    "compact": lambda: "0x" + compact(raw()).hex(),
    "one byte longer": lambda: "0x" + raw().hex() + "00",
    "v is 29": lambda: "0x" + raw()[:64].hex() + "1d",
    "v is of EIP-155": lambda: "0x" + raw()[:64].hex() + "25",
    "the other v": lambda: "0x" + raw()[:64].hex() + bytes([55 - raw()[64]]).hex(),
    "r is 0": lambda: "0x" + bytes(32).hex() + raw()[32:].hex(),
    "s is 0": lambda: "0x" + raw()[:32].hex() + bytes(32).hex() + raw()[64:].hex(),
    "s is the order": lambda: "0x" + raw()[:32].hex() + f"{ORDER:064x}" + raw()[64:].hex(),
    "without 0x": lambda: raw().hex(),
    "no hexadecimal digits": lambda: "0x" + "zz" * 65,
    "empty": lambda: "",
    "of a contract (EIP-6492)": lambda: "0x" + raw().hex() + "6492" * 16,
}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_only_the_one_signature_of_the_address_counts(kind: str) -> None:
    with pytest.raises(SignInRefused):
        signed_in(PLACE, GOOD, SIGNATURES[kind](), NOW)


def test_a_wallet_may_end_with_the_recovery_bit_itself() -> None:
    bare = "0x" + raw()[:64].hex() + bytes([raw()[64] - 27]).hex()
    assert signed_in(PLACE, GOOD, bare, NOW).signer == ADDRESS


# --- nonces --------------------------------------------------------------------------------------


@pytest.fixture
def nonces(database_url: str) -> Nonces:
    return Nonces.of(open_access_store(database_url))


def test_a_nonce_is_good_for_five_minutes(nonces: Nonces) -> None:
    nonce = nonces.make(NOW)
    assert nonce.isalnum()
    assert nonces.require_fresh(nonce, NOW + NONCE_SECONDS - 1) == NOW + NONCE_SECONDS
    with pytest.raises(SignInRefused, match="older"):
        nonces.require_fresh(nonce, NOW + NONCE_SECONDS)


def test_a_nonce_is_used_once_by_all_gateways_of_a_database(
    nonces: Nonces, database_url: str
) -> None:
    beside = open_access_store(database_url)
    assert Nonces.of(beside) == nonces
    nonce = nonces.make(NOW)
    with writing_access(beside) as connection:
        nonces.use(connection, nonce, NOW + NONCE_SECONDS, NOW)
    with (
        writing_access(beside) as connection,
        pytest.raises(SignInRefused, match="used before"),
    ):
        nonces.use(connection, nonce, NOW + NONCE_SECONDS, NOW + 1)
    with writing_access(beside) as connection:  # and what is over needs no place
        nonces.use(connection, nonces.make(NOW), NOW + 900, NOW + NONCE_SECONDS)
        assert connection.exec_driver_sql("SELECT count(*) FROM used_nonces").scalar_one() == 1
    beside.dispose()


@pytest.mark.parametrize("change", ["time", "random", "mark", "case", "short", "foreign"])
def test_a_nonce_that_was_not_made_here_is_refused(
    nonces: Nonces, tmp_path: Path, change: str
) -> None:
    nonce = nonces.make(NOW)
    other = Nonces.of(open_access_store(f"sqlite:///{tmp_path / 'other.db'}"))
    changed = {
        "time": (NOW + 60).to_bytes(8, "big").hex() + nonce[16:],
        "random": nonce[:16] + bytes(8).hex() + nonce[32:],
        "mark": nonce[:32] + bytes(16).hex(),
        "case": nonce.upper(),
        "short": nonce[:-2],
        "foreign": other.make(NOW),
    }[change]
    assert changed != nonce
    with pytest.raises(SignInRefused, match="not made here"):
        nonces.require_fresh(changed, NOW)
