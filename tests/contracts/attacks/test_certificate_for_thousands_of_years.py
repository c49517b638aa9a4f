"""A certificate that never ends covers whatever becomes of the site, also without its certifier."""

import pytest

from tests.contracts.conftest import COBALT, DAY, MINE
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

LABEL, IRMA, RESPONSIBLE = word("certificate"), 2, 1
CERTIFICATE = scoped_of("certifier", LABEL)
FOREVER = 2**40 - 1  # the year 36812
THREE_YEARS = 1_098 * DAY


@pytest.fixture
def issue(certificates, certifier):
    def record(first, last):
        arguments = (LABEL, MINE, IRMA, 0, first, last, word("document"))
        return certificates.issue(*arguments, {"from": certifier})

    return record


@pytest.mark.parametrize("term", [THREE_YEARS + 1, FOREVER - 1_700_000_000])
def test_no_term_is_longer_than_three_years(certificates, issue, term):
    first = 1_700_000_000
    with reverts("TermTooLong", first, first + term):
        issue(first, first + term)
    assert certificates.sequenceOf(CERTIFICATE) == 0


def test_three_years_to_the_second(certificates, issue, now):
    first = now - DAY
    issue(first, first + THREE_YEARS)
    question = (MINE, COBALT, RESPONSIBLE, first)
    assert certificates.inForceAt(*question, first + THREE_YEARS, FOREVER)
    assert not certificates.inForceAt(*question, first + THREE_YEARS + 1, FOREVER)
