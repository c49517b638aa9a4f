"""Sessions of readers, over HTTP: they begin with a signature and end with a reader's standing."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from api.access.nonces import NONCE_SECONDS
from api.access.sessions import SESSION_SECONDS
from api.access.tables import sessions, used_nonces
from lodetrace.contracts import events as ev
from lodetrace.contracts.enums import SubjectKind
from lodetrace.text import iso_time
from tests.support.audit_world import address, word
from tests.support.wallet import Wallet
from tests.unit.api.members_gateway import MembersGateway

ALPHA = Wallet.named("alpha")


@pytest.fixture
def served(database_url: str) -> Iterator[MembersGateway]:
    made = MembersGateway.over(database_url)
    yield made
    made.gateway.access.engine.dispose()
    made.engine.dispose()


def bearing(token: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_a_signature_opens_a_session_of_the_account(served: MembersGateway) -> None:
    begun = served.sign_in(ALPHA)
    assert begun.status_code == 201, begun.text
    assert begun.headers["cache-control"] == "no-store"
    told = begun.json()
    assert told["reader"]["account"] == address("alpha")
    assert told["reader"]["roles"] == ["trader", "operator", "maker"]
    assert told["expires_at"] == iso_time(served.now + SESSION_SECONDS)
    with_token = bearing(told["token"])
    assert served.client.get("/lots").status_code == 401
    assert served.client.get("/lots", **with_token).status_code == 200
    assert served.client.get("/session", **with_token).json() == told["reader"]


def test_a_token_is_256_random_bits_and_kept_as_its_hash(served: MembersGateway) -> None:
    token = served.sign_in(ALPHA).json()["token"]
    assert len(token) == 43  # of 32 bytes in base64
    with served.gateway.access.engine.connect() as connection:
        (row,) = connection.execute(select(sessions)).mappings().all()
    assert row["token_hash"] == sha256(token.encode()).hexdigest()
    assert token not in repr(row)


def test_a_session_ends_after_its_time(served: MembersGateway) -> None:
    token = served.sign_in(ALPHA).json()["token"]
    served.now += SESSION_SECONDS - 1
    assert served.client.get("/lots", **bearing(token)).status_code == 200
    served.now += 1
    over = served.client.get("/lots", **bearing(token))
    assert (over.status_code, over.json()["code"]) == (401, "TokenInvalid")


def test_a_session_ends_with_its_message(served: MembersGateway) -> None:
    more = f"\nExpiration Time: {iso_time(served.now + 60)}"
    begun = served.sign_in(ALPHA, more=more).json()
    assert begun["expires_at"] == iso_time(served.now + 60)


def test_a_session_ends_when_its_reader_says_so(served: MembersGateway) -> None:
    tokens = [served.sign_in(ALPHA).json()["token"] for _ in range(2)]
    assert served.client.delete("/session", **bearing(tokens[0])).status_code == 204
    assert served.client.get("/lots", **bearing(tokens[0])).json()["code"] == "TokenInvalid"
    assert served.client.delete("/session", **bearing(tokens[0])).status_code == 401
    assert served.client.get("/lots", **bearing(tokens[1])).status_code == 200


@pytest.mark.parametrize(
    "said", ["Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Token x", "", "Bearer é"]
)
def test_another_token_is_none(served: MembersGateway, said: str) -> None:
    asked = served.client.get("/lots", headers=[(b"authorization", said.encode("latin-1"))])
    assert (asked.status_code, asked.json()["code"]) == (401, "TokenInvalid")
    assert asked.headers["www-authenticate"] == "Bearer"


def test_two_tokens_at_once_are_none(served: MembersGateway) -> None:
    token = served.sign_in(ALPHA).json()["token"]
    lines = [("authorization", f"Bearer {token}"), ("authorization", "Bearer x")]
    assert served.client.get("/lots", headers=lines).status_code == 401


# --- nonces and messages -------------------------------------------------------------------------


def test_a_nonce_signs_in_once(served: MembersGateway) -> None:
    nonce = served.nonce()
    assert served.sign_in(ALPHA, nonce).status_code == 201
    again = served.sign_in(ALPHA, nonce)
    assert (again.status_code, again.json()["code"]) == (401, "SignInRefused")
    assert "used before" in again.json()["detail"]


def test_what_signs_nobody_in_uses_no_nonce(served: MembersGateway) -> None:
    nonce = served.nonce()
    assert served.sign_in(Wallet.named("a stranger"), nonce).status_code == 403
    assert served.sign_in(ALPHA, nonce, chain="1").status_code == 401
    with served.gateway.access.engine.connect() as connection:
        assert connection.execute(select(used_nonces)).all() == []
    assert served.sign_in(ALPHA, nonce).status_code == 201


def test_a_nonce_of_five_minutes_ago_is_over(served: MembersGateway) -> None:
    nonce = served.nonce()
    served.now += NONCE_SECONDS
    assert "older" in served.sign_in(ALPHA, nonce).json()["detail"]


def test_the_place_is_of_settings_whatever_the_host_says(served: MembersGateway) -> None:
    told = served.client.post("/session/nonce", headers={"Host": "evil.example"}).json()
    assert told["domain"] == "127.0.0.1:8000"
    assert told["uri"] == "http://127.0.0.1:8000/session"
    evil = served.sign_in(ALPHA, domain="evil.example", uri="http://evil.example/session")
    assert evil.status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"message": 1, "signature": 2}', b'{"message": "x"}',
     b'{"message": "x", "signature": "0x12"}', b"\xff\xfe"],
)  # fmt: skip
def test_another_body_is_refused(served: MembersGateway, body: bytes) -> None:
    asked = served.client.post("/session", content=body)
    assert (asked.status_code, asked.json()["code"]) == (422, "QueryInvalid")


# --- standing ------------------------------------------------------------------------------------


def out(served: MembersGateway, token: str, block: int, why: str) -> None:
    """Refused with the block that says so, also when the index has read further."""
    for _ in range(2):
        refused = served.client.get("/lots", **bearing(token))
        assert (refused.status_code, refused.json()["code"]) == (403, "ReaderOut")
        assert refused.json()["values"]["block"] == str(block)
        assert why in refused.json()["detail"]
        served.chain.world.tx(ev.QuorumSet(2))
        served.catch_up()


def test_a_suspended_organisation_is_out_until_it_is_reinstated(served: MembersGateway) -> None:
    token = served.sign_in(ALPHA).json()["token"]
    served.chain.world.suspend("alpha")
    out(served, token, served.catch_up(), "suspended")
    assert served.sign_in(ALPHA).status_code == 403
    served.chain.world.reinstate("alpha")
    served.catch_up()
    assert served.client.get("/lots", **bearing(token)).status_code == 200


def test_a_key_that_was_rotated_away_is_out(served: MembersGateway) -> None:
    token = served.sign_in(ALPHA).json()["token"]
    fresh = Wallet.named("alpha's new key")
    served.rotate("alpha", fresh)
    out(served, token, served.catch_up(), "another key")
    assert served.sign_in(ALPHA).json()["code"] == "ReaderOut"
    assert served.sign_in(fresh).status_code == 201


def test_a_removed_account_is_out(served: MembersGateway) -> None:
    token = served.sign_in(ALPHA).json()["token"]
    organisation, account = word("alpha"), address("alpha")
    number = served.chain.world.chain.count(SubjectKind.MEMBER, organisation)
    served.chain.world.tx(ev.AccountRemoved(account, organisation, number, account))
    out(served, token, served.catch_up(), "removed")


def test_roles_are_what_the_chain_says_now(served: MembersGateway) -> None:
    token = served.sign_in(ALPHA).json()["token"]
    before = served.client.get("/session", **bearing(token)).json()
    served.chain.world.tx(ev.QuorumSet(2))
    after = served.catch_up()
    assert served.client.get("/session", **bearing(token)).json() == {**before, "block": after}


def test_a_stranger_with_a_good_signature_is_nobody(served: MembersGateway) -> None:
    refused = served.sign_in(Wallet.named("a stranger"))
    assert (refused.status_code, refused.json()["code"]) == (403, "ReaderOut")
