# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""A council of five seats and four groups, and the register that it reads groups from."""

import pytest

from tests.contracts.people import Role, word
from tests.contracts.registry.council.acts import call, carry
from tests.contracts.rights import let_note

DELAY = 3_600
SALT = word("salt")
NORTH, SOUTH, EAST, WEST, FAR = (
    word(f"group {name}") for name in ("north", "south", "east", "west", "far")
)
KEY = word("viewing key")
NAMES = ("ada", "bob", "cleo", "dan", "eve")


@pytest.fixture(scope="module")
def seats(accounts):
    """ada and bob of one group, cleo, dan and eve of three others."""
    return dict(zip(NAMES, accounts[:5], strict=True))


@pytest.fixture(scope="module")
def council(Council, seats, stranger):
    groups = [NORTH, NORTH, SOUTH, EAST, WEST]
    return stranger.deploy(Council, list(seats.values()), groups, DELAY)


@pytest.fixture(scope="module")
def journal(Journal, stranger):
    """A journal whose rights somebody else gives."""
    return stranger.deploy(Journal, stranger)


@pytest.fixture(scope="module")
def members(Members, council, journal, stranger):
    """The register of members, that the council reads groups from."""
    deployed = stranger.deploy(Members, council, journal)
    let_note(journal, deployed, stranger)
    return deployed


@pytest.fixture
def named(council, members, ada, cleo, dan):
    """A council that has named its register."""
    carry(council, [call(council.nameMembers, members)], ada, cleo, dan, salt=word("name"))
    return council


@pytest.fixture
def registered(named, members, ada, cleo, dan):
    """Registers an organisation of a group with one account, by an act that binds."""

    def register(account, group, roles=Role.TRADER):
        organisation = word(f"organisation of {account}")
        arguments = (organisation, group, roles, word("profile"), account, KEY)
        carry(named, [call(members.register, *arguments)], ada, cleo, dan, salt=word(str(account)))
        return organisation

    return register


@pytest.fixture
def ada(seats):
    return seats["ada"]


@pytest.fixture
def bob(seats):
    return seats["bob"]


@pytest.fixture
def cleo(seats):
    return seats["cleo"]


@pytest.fixture
def dan(seats):
    return seats["dan"]


@pytest.fixture
def eve(seats):
    return seats["eve"]
