"""Attack: a refinery that mixes everything calls its metal segregated.

The model was a field of the request. Now the inspectors attest what the site kept apart, and a
certificate has to say so for the whole event.
"""

import pytest

from tests.contracts.conftest import CHAIN_OF_CUSTODY, DAY, REFINERY
from tests.contracts.lots.clock import wait
from tests.contracts.lots.making import (
    BLENDED,
    IDENTITY_PRESERVED,
    MASS_BALANCE,
    PROCESSING,
    SEGREGATED,
)
from tests.contracts.lots.running import made
from tests.contracts.people import spoken, word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

STRONGER = (IDENTITY_PRESERVED, SEGREGATED, BLENDED)


@pytest.fixture
def certify(certificates, certifier, now):
    def issue(scheme=CHAIN_OF_CUSTODY, site=REFINERY):
        validity = (now - DAY, now + 300 * DAY)
        certificate = (word("c"), site, scheme, 0, *validity, word("document"))
        certificates.issue(*certificate, {"from": certifier})

    return issue


@pytest.fixture
def event_of(stand, lots):
    """An event of the last seconds, and its lot."""

    def make(model):
        inputs, end = lots(1, model=IDENTITY_PRESERVED), wait(100)
        said = {"inputs": inputs, "model": model, "from": end - 20, "to": end}
        return stand(PROCESSING, site=REFINERY, **said), inputs

    return make


@pytest.mark.parametrize("model", STRONGER)
def test_what_the_site_mixed_is_not_apart(process, certify, event_of, model):
    certify()
    event, inputs = event_of(MASS_BALANCE)
    with reverts("ModelNotAttested", MASS_BALANCE, model):
        process(inputs, event=event, model=model)


@pytest.mark.parametrize("model", STRONGER)
def test_nor_do_friendly_inspectors_suffice(process, event_of, model):
    event, inputs = event_of(model)
    with reverts("NotKeptApart", REFINERY, model):
        process(inputs, event=event, model=model)


def test_a_certificate_of_something_else_proves_nothing(process, certify, event_of):
    certify(scheme=8)
    event, inputs = event_of(SEGREGATED)
    with reverts("NotKeptApart", REFINERY, SEGREGATED):
        process(inputs, event=event, model=SEGREGATED)


def test_a_suspended_certificate_proves_nothing(
    process, certificates, certifier, certify, event_of
):
    certify()
    event, inputs = event_of(SEGREGATED)
    certificate = scoped_of("certifier", word("c"))
    effective = certificates.certificateOf(certificate)[5]
    certificates.setStatus(certificate, 2, effective, spoken("reason"), {"from": certifier})
    with reverts("NotKeptApart", REFINERY, SEGREGATED):
        process(inputs, event=event, model=SEGREGATED)


@pytest.mark.parametrize("model", STRONGER)
def test_what_was_kept_apart_and_certified_is(process, lot_book, certify, event_of, model):
    certify()
    event, inputs = event_of(model)
    process(inputs, event=event, model=model)
    assert made(lot_book, "sulphate")["model"] == model
