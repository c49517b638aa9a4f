"""Settings of who may read: nobody serves everything to everybody by a slip."""

import pytest

from api.access.rights import Readers
from api.errors import ReadersSettingsUnusable
from api.settings import GatewaySettings


def loaded(**given: str) -> GatewaySettings:
    return GatewaySettings.load({f"LODETRACE_{name}": value for name, value in given.items()})


def test_a_gateway_is_for_members_unless_somebody_says_otherwise() -> None:
    found = loaded()
    assert (found.readers, found.url) == (Readers.MEMBERS, "http://127.0.0.1:8000")
    assert str(found.access_database_url).endswith("build/access.db")


@pytest.mark.parametrize("bind", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_on_this_machine_it_may_be_open(bind: str) -> None:
    assert loaded(READERS="open", BIND=bind, PORT="0").readers is Readers.OPEN


@pytest.mark.parametrize(
    "bind", ["0.0.0.0", "::", "192.168.1.4", "10.0.0.1", "gateway.example", "localhost.example"]
)
def test_where_others_reach_it_it_may_not_be_open(bind: str) -> None:
    with pytest.raises(ReadersSettingsUnusable, match="loopback") as caught:
        loaded(READERS="open", BIND=bind, GATEWAY_URL="https://gateway.example")
    assert "docs/gateway.md" in caught.value.advice


@pytest.mark.parametrize("readers", ["everybody", "OPEN", "open ", "members,open"])
def test_other_words_are_refused_with_those_that_are_known(readers: str) -> None:
    with pytest.raises(ReadersSettingsUnusable, match="known: open, members"):
        loaded(READERS=readers)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://gateway.example", "in the clear"),
        ("http://192.168.1.4:8000", "in the clear"),
        ("https://user@gateway.example", "is expected"),
        ("https://gateway.example?x=1", "is expected"),
        ("https://gateway.example#x", "is expected"),
        ("https://gateway example", "is expected"),
        ("https://", "is expected"),
        ("ftp://gateway.example", "is expected"),
        ("gateway.example", "is expected"),
        ("https://gateway.example:port", "is expected"),
        ("https://gatéway.example", "is expected"),
        ("https://0.0.0.0:8000", "no reader"),
        ("https://[::]", "no reader"),
        ("https://gateway.example:0", "no reader"),
    ],
)
def test_an_address_that_nobody_should_sign_in_for_is_refused(url: str, why: str) -> None:
    with pytest.raises(ReadersSettingsUnusable, match=why):
        loaded(GATEWAY_URL=url)


@pytest.mark.parametrize(
    "url", ["https://gateway.example", "https://gateway.example/lodetrace/", "http://[::1]:8000"]
)
def test_an_address_that_readers_use_is_taken(url: str) -> None:
    assert loaded(GATEWAY_URL=url).url == url.rstrip("/")


@pytest.mark.parametrize("said", [{"BIND": "0.0.0.0"}, {"BIND": "::"}, {"PORT": "0"}])
def test_members_have_to_be_told_an_address(said: dict[str, str]) -> None:
    with pytest.raises(ReadersSettingsUnusable, match="at which they reach"):
        loaded(**said)
    assert loaded(**said, GATEWAY_URL="https://gateway.example").readers is Readers.MEMBERS
