# ruff: noqa: N803 - Brownie names the fixture of a contract as the contract
"""People, and the registry deployed and peopled, for all contract tests.

Contracts are deployed once per module; every test begins with the same chain.
"""

import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import brownie
import pytest
from web3.exceptions import TransactionNotFound

from tests.contracts.people import GOVERNOR, PEOPLE, STRANGER, Role, word
from tests.contracts.rights import let_note, let_write
from tests.contracts.rows import require_rows

COBALT, NICKEL, MANGANESE = 27, 28, 25
DAY = 86_400
QUORUM = 3
CHAIN_OF_CUSTODY = 9
ALL_SCHEMES = 2**64 - 2


LIMIT = 900
"""Seconds of one test with its fixtures: Brownie's environment has no pytest-timeout."""


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test that hangs fails, and the next one runs."""

    def too_long(*_: object) -> None:
        pytest.fail(f"{item.nodeid} took longer than {LIMIT} s", pytrace=True)

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session", autouse=True)
def coverage_of_immutables(request: pytest.FixtureRequest) -> None:
    """With --coverage: Brownie takes a contract with immutables for another one, and drops it."""
    if request.config.getoption("--coverage"):
        brownie.network.contract._verify_deployed_code = lambda *_: True


@pytest.fixture(scope="session", autouse=True)
def patience_with_a_busy_node() -> Iterator[None]:
    """anvil 1.x counts a nonce a moment before it finds its transaction; Brownie 1.22.2 takes
    a transaction that is not found then for dropped."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("get_transaction", "get_transaction_receipt"):
            patch.setattr(brownie.web3.eth, name, _asked_again(getattr(brownie.web3.eth, name)))
        yield


def _asked_again(ask: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def patient(transaction: Any) -> Any:
        for pause in (0.02, 0.1, 0.5):
            try:
                return ask(transaction)
            except TransactionNotFound:
                time.sleep(pause)
        return ask(transaction)

    return patient


@pytest.fixture(scope="module", autouse=True)
def clean_chain(module_isolation: None) -> None:
    """Module fixtures start from an empty chain."""


@pytest.fixture(autouse=True)
def clean_start(fn_isolation: None) -> None:
    """Every test starts where the module's fixtures ended."""


@pytest.fixture(scope="session")
def governor(accounts: Any) -> Any:
    """Stands where the council's address stands."""
    return accounts[GOVERNOR]


@pytest.fixture(scope="session")
def stranger(accounts: Any) -> Any:
    """An account of nobody."""
    return accounts[STRANGER]


def _person(name: str) -> Any:
    def person(accounts: Any) -> Any:
        return accounts[PEOPLE[name].index]

    person.__doc__ = f"The account of the {name.replace('_', ' ')}, a member with its role."
    return pytest.fixture(scope="session", name=name)(person)


miner = _person("miner")
cooperative = _person("cooperative")
refiner = _person("refiner")
cathode_maker = _person("cathode_maker")
cell_maker = _person("cell_maker")
car_maker = _person("car_maker")
recycler = _person("recycler")
certifier = _person("certifier")
node_1 = _person("node_1")
node_2 = _person("node_2")
node_3 = _person("node_3")
node_4 = _person("node_4")
observer = _person("observer")
second_observer = _person("second_observer")
auditor = _person("auditor")
umpire = _person("umpire")
affiliate = _person("affiliate")
price_reporter = _person("price_reporter")


@pytest.fixture(scope="session")
def nodes(node_1: Any, node_2: Any, node_3: Any, node_4: Any) -> list[Any]:
    """Four oracle nodes of four groups; three are a quorum."""
    return [node_1, node_2, node_3, node_4]


@pytest.fixture(scope="module")
def journal(Journal: Any, governor: Any) -> Any:
    """A journal without an entry."""
    return governor.deploy(Journal, governor)


@pytest.fixture
def rows_add_up(journal: Any) -> Iterator[None]:
    """After the test every word of the journal is that of its row."""
    yield
    require_rows(journal)


@pytest.fixture(scope="module")
def deploy_noted(journal: Any, governor: Any) -> Callable[..., Any]:
    """Deploys a contract that may note what it says; it finds the journal by itself."""

    def deploy(contract: Any, *arguments: Any) -> Any:
        deployed = governor.deploy(contract, *arguments)
        let_note(journal, deployed, governor)
        return deployed

    return deploy


@pytest.fixture(scope="module")
def bare_members(Members: Any, journal: Any, deploy_noted: Any, governor: Any) -> Any:
    """Members without a member."""
    return deploy_noted(Members, governor, journal)


@pytest.fixture(scope="module")
def members(bare_members: Any, accounts: Any, governor: Any) -> Any:
    """Members with everybody."""
    for person in PEOPLE.values():
        bare_members.register(
            person.organisation,
            person.group,
            person.roles,
            word(f"profile {person.name}"),
            accounts[person.index],
            person.viewing_key,
            {"from": governor},
        )
        if person.roles & Role.CERTIFIER:
            bare_members.accredit(person.organisation, ALL_SCHEMES, {"from": governor})
    return bare_members


@pytest.fixture(scope="module")
def bare_sites(
    Sites: Any, members: Any, settings_contract: Any, deploy_noted: Any, governor: Any
) -> Any:
    """Sites without a site."""
    return deploy_noted(Sites, governor, members, settings_contract)


def site_details(
    operator: str, place: str, kind: int, materials: list[int], continuous: bool = False
) -> tuple[Any, ...]:
    """ISites.Site, tolerance 0.5 %, losses to 4 %, scrap to 10 %, for the three battery metals."""
    elements = [MANGANESE, COBALT, NICKEL]
    capacity = word(f"capacity {operator}")
    organisation = PEOPLE[operator].organisation
    return (
        organisation, place, kind, 5_000, 0, 40_000, 100_000, False, 0, capacity, elements,
        materials, continuous,
    )  # fmt: skip


MINE, COOPERATIVE_MINE, REFINERY = (
    word("site mine"),
    word("site cooperative"),
    word("site refinery"),
)
CATHODE_PLANT, RECYCLING_PLANT = word("site cathode plant"), word("site recycling plant")
LABORATORY, DISMANTLER = word("site laboratory"), word("site dismantler")
PLANT = word("site continuous plant")
OPERATORS = {
    MINE: "miner",
    COOPERATIVE_MINE: "cooperative",
    REFINERY: "refiner",
    CATHODE_PLANT: "cathode_maker",
    RECYCLING_PLANT: "recycler",
    LABORATORY: "umpire",
    DISMANTLER: "recycler",
    PLANT: "refiner",
}
LUALABA, SATAKUNTA = word("place CD-LU"), word("place FI-04")


@pytest.fixture(scope="module")
def sites(bare_sites: Any, governor: Any) -> Any:
    """Mine, cooperative, refinery, cathode plant, recycling plant, laboratory, dismantler."""
    for site, details in (
        (MINE, (LUALABA, 1, [1, 2, 3])),
        (COOPERATIVE_MINE, (LUALABA, 2, [1, 3])),
        (REFINERY, (SATAKUNTA, 3, [4, 100])),
        (CATHODE_PLANT, (SATAKUNTA, 5, [6, 7, 100])),
        (RECYCLING_PLANT, (SATAKUNTA, 9, [4, 100])),
        (LABORATORY, (SATAKUNTA, 10, [3, 4])),
        (DISMANTLER, (SATAKUNTA, 11, [])),
    ):
        bare_sites.register(site, site_details(OPERATORS[site], *details), {"from": governor})
    return bare_sites


@pytest.fixture(scope="module")
def settings_contract(Settings: Any, journal: Any, deploy_noted: Any, governor: Any) -> Any:
    """Settings as they are at first, with a quorum of three."""
    deployed = deploy_noted(Settings, governor, journal)
    deployed.setQuorum(QUORUM, {"from": governor})
    return deployed


@pytest.fixture(scope="module")
def places(
    Places: Any, members: Any, settings_contract: Any, deploy_noted: Any, governor: Any
) -> Any:
    """Places without a determination."""
    return deploy_noted(Places, governor, members, settings_contract)


@pytest.fixture(scope="module")
def certificates(
    Certificates: Any,
    members: Any,
    sites: Any,
    settings_contract: Any,
    deploy_noted: Any,
    governor: Any,
) -> Any:
    """Certificates without a certificate.

    Credit 1: scheme 1 or 2 at births, passes. Credit 2: scheme 8 at births and at processing. Every
    model is proven by scheme 9.
    """
    deployed = deploy_noted(Certificates, governor, members, sites, settings_contract)
    deployed.setCreditRule(1, 1 << 1 | 1 << 2, False, {"from": governor})
    deployed.setCreditRule(2, 1 << 8, True, {"from": governor})
    for model in range(3):
        deployed.setModelRule(model, 1 << CHAIN_OF_CUSTODY, {"from": governor})
    return deployed


@pytest.fixture(scope="module")
def lot_book(LotBook: Any, members: Any, deploy_noted: Any, governor: Any) -> Any:
    """A book that the governor may write."""
    book = deploy_noted(LotBook, governor, members)
    let_write(book, governor, governor)
    return book


@pytest.fixture(scope="module")
def attestations(
    Attestations: Any,
    members: Any,
    sites: Any,
    settings_contract: Any,
    lot_book: Any,
    deploy_noted: Any,
    governor: Any,
) -> Any:
    """Attestations, a writer of the book."""
    registry = (members, sites, settings_contract, lot_book)
    deployed = deploy_noted(Attestations, governor, *registry)
    let_write(lot_book, deployed, governor)
    return deployed


@pytest.fixture
def file(attestations: Any, sites: Any, accounts: Any) -> Callable[..., None]:
    """Files a document as the operator of its site; again, changes nothing."""

    def by_operator(site: str, sequence: int, document: str, register: Any = attestations) -> None:
        if register.filedAt(site, sequence, document) == 0:
            operator = str(sites.operatorOf(site))
            (index,) = (each.index for each in PEOPLE.values() if each.organisation == operator)
            register.file(site, sequence, document, {"from": accounts[index]})

    return by_operator


@pytest.fixture(scope="module")
def gates(
    Gates: Any, sites: Any, certificates: Any, places: Any, attestations: Any, governor: Any
) -> Any:
    """Gates over the registry."""
    return governor.deploy(Gates, sites, certificates, places, attestations)


@pytest.fixture
def freeze(members: Any, observer: Any, auditor: Any) -> Callable[[str], int]:
    """Two judges freeze somebody's group; until when."""

    def frozen(name: str) -> int:
        group = PEOPLE[name].group
        members.freeze(group, {"from": observer})
        members.freeze(group, {"from": auditor})
        until: int = members.frozenUntil(group)
        return until

    return frozen
