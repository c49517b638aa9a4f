"""Two nodes of one inspector, each with its key, disk and machine: either may fail at any time."""

from pathlib import Path

import pytest

from lodetrace.contracts.abi_codec import encode_call
from lodetrace.contracts.enums import Role
from lodetrace.keys.account_consent import sign_consent
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.transactions.outbox import opened
from lodetrace.transactions.sender import Sender
from tests.stateful.service_node import FIRST_ORACLE, MINES, ServiceNode, attested
from tests.support.cobalt_chain import CobaltChain

pytestmark = pytest.mark.chain

SPARE = 30
"""Development key of the second node."""


@pytest.fixture
def pair(cobalt: CobaltChain, tmp_path: Path) -> tuple[ServiceNode, ServiceNode]:
    """The inspector's first node and a second one, whose account it added to its organisation."""
    keys, spare = (MemberKeys.for_development(index) for index in (FIRST_ORACLE, SPARE))
    contracts = cobalt.contracts()
    add = contracts.artifacts["Members"].entry("function", "addAccount")
    organisation = bytes(contracts.call("Members", "organisationOf", keys.account)[0])
    chain, register = contracts.deployment.chain_id, contracts.address("Members")
    consent = sign_consent(spare, organisation, Role.ORACLE, chain, register)
    data = encode_call(add, (spare.account, Role.ORACLE, spare.viewing_key.public, consent.raw))
    with opened(tmp_path / "add.sqlite") as outbox:
        sender = Sender(cobalt.node, outbox, keys.signing_key, contracts.refusals)
        sender.send("spare", contracts.address("Members"), data)
    first = ServiceNode(cobalt, tmp_path / "first", FIRST_ORACLE)
    return first, ServiceNode(cobalt, tmp_path / "second", SPARE)


def test_both_work_and_each_event_is_attested_once(
    cobalt: CobaltChain, pair: tuple[ServiceNode, ServiceNode]
) -> None:
    """They read the same documents in the same rounds."""
    for node in pair:
        node.drop(*MINES)
    with pair[0].opened() as first, pair[1].opened() as second:
        for _ in range(40):
            for running in (first, second):
                running.service.round()
    events = [(found.event_id, found.organisation) for found in attested(cobalt)]
    assert len(events) == len(set(events)) >= len(MINES)
    for node in pair:
        assert set(node.states().values()) == {"attested"}, node.reasons()


def test_one_goes_on_where_the_other_ended(
    cobalt: CobaltChain, pair: tuple[ServiceNode, ServiceNode]
) -> None:
    first, second = pair
    for node in pair:
        node.drop(*MINES[:2])
    first.work()
    done = len(attested(cobalt))
    for node in pair:
        node.drop(*MINES[2:])
    second.work()
    events = [(found.event_id, found.organisation) for found in attested(cobalt)]
    assert len(events) == len(set(events)) > done
    sent = first.sent()
    first.work()
    assert first.sent() == sent, "nothing is left to say"
    assert len(attested(cobalt)) == len(events)
