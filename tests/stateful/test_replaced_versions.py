"""What a contract recorded stays readable once another version has taken its place."""

from dataclasses import replace

import pytest

from lodetrace.contracts.events import OrganisationRegistered
from lodetrace.onchain.contracts import Contracts
from lodetrace.text import checksummed
from tests.support.consortium import Consortium

pytestmark = pytest.mark.chain


def test_events_of_the_version_before_are_found(consortium: Consortium) -> None:
    record = consortium.deployment
    before = consortium.contracts().events(OrganisationRegistered)
    assert before
    first = record.contracts["Members"]
    second = replace(first, version=2, address=checksummed(b"\xaa" * 20))
    changed = replace(
        record, contracts={**record.contracts, "Members": second}, former={"Members": (first,)}
    )
    after = Contracts(consortium.node, consortium.artifacts, changed)
    assert after.events(OrganisationRegistered) == before
