"""A reason goes on chain in clear, or as a hash that a dictionary of complaints opens."""

import pytest

from tests.contracts.conftest import COBALT, DAY, MINE
from tests.contracts.lots.clock import latest
from tests.contracts.lots.making import RECEIVED, sealed
from tests.contracts.people import PEOPLE, spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

CLEAR = "0x" + b"seal broken".hex().ljust(64, "0")
HASHED = word("grievance about under-age workers at pit B under inquiry")
UNSAID, UNLISTED, LARGEST = ("0x" + number.to_bytes(32, "big").hex() for number in (0, 24, 23))
SUSPENDED = 2


@pytest.fixture
def acts(request, custody, holds, members, certificates, attestations, make_lot):
    """By name, a call with a reason that is refused for nothing else."""
    names = ("miner", "refiner", "observer", "certifier", "node_1", "governor")
    people = {name: request.getfixturevalue(name) for name in names}
    miner, refiner = people["miner"], people["refiner"]
    lots = {name: make_lot(name, miner) for name in ("reject", "dispute", "hold")}
    for name in ("reject", "dispute"):
        until = latest() + DAY
        custody.offer(lots[name], refiner, until, sealed("box"), {"from": miner})
    certificate = scoped_of("certifier", word("certificate"))
    now = latest()
    terms = (word("certificate"), MINE, 1, COBALT, now, now + 30 * DAY, word("document"))
    certificates.issue(*terms, {"from": people["certifier"]})
    withdrawn = (MINE, 1, COBALT, word("document"), word("declaration"))
    organisation = PEOPLE["car_maker"].organisation
    return {
        "reject": lambda why: custody.reject([lots["reject"]], why, {"from": refiner}),
        "dispute": lambda why: custody.dispute([lots["dispute"]], RECEIVED, why, {"from": refiner}),
        "hold": lambda why: holds.hold(lots["hold"], why, {"from": people["observer"]}),
        "suspend": lambda why: members.suspend(organisation, why, {"from": people["governor"]}),
        "certificate": lambda why: certificates.setStatus(
            certificate, SUSPENDED, now, why, {"from": people["certifier"]}
        ),
        "withdraw": lambda why: attestations.withdraw(
            (*withdrawn, why, []), {"from": people["node_1"]}
        ),
    }


@pytest.mark.parametrize("act", ["reject", "dispute", "hold", "suspend", "certificate", "withdraw"])
def test_words_in_clear_or_hashed_without_a_salt_are_refused(acts, act):
    for reason in (CLEAR, HASHED, UNSAID, UNLISTED):
        with reverts("ReasonInvalid", reason):
            acts[act](reason)
    acts[act](spoken("only whom it was told knows") if act != "withdraw" else LARGEST)
