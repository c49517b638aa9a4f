"""One group fills a site's list of certificates, or a place's of determinations, with junk.

Nothing more could be recorded there, and every question would pay for it.
"""

from tests.contracts.conftest import DAY, LUALABA, MINE
from tests.contracts.people import word
from tests.contracts.reverts import reverts
from tests.contracts.scoped_ids import scoped_of

IRMA, GROUP_LIMIT = 2, 32


def test_half_of_a_sites_certificates_at_most(certificates, certifier, affiliate, now):
    def issue(number, by):
        terms = (word(f"junk {number}"), MINE, IRMA, 0, now, now + DAY, word("document"))
        return certificates.issue(*terms, {"from": by})

    for number in range(GROUP_LIMIT):
        issue(number, certifier)
    with reverts("TooManyCertificates", MINE, GROUP_LIMIT):
        issue(GROUP_LIMIT, certifier)
    issue(0, affiliate)
    assert certificates.sequenceOf(scoped_of("affiliate", word("junk 0"))) == 1


def test_a_quarter_of_a_places_determinations_at_most(places, observer, second_observer, now):
    def warn(number, by):
        says = (LUALABA, now, now + number + 1, True, False, False, word("junk"))
        return places.determine(*says, {"from": by})

    for number in range(GROUP_LIMIT):
        warn(number, observer)
    with reverts("TooManyDeterminations", LUALABA, GROUP_LIMIT):
        warn(GROUP_LIMIT, observer)
    warn(0, second_observer)
    assert len(places.determinationsOf(LUALABA)) == GROUP_LIMIT + 1
