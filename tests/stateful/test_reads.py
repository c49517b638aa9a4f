"""Every typed view answers on a real deployment, and the whole surface is spoken."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lodetrace.contracts.enums import (
    CustodyModel,
    LotState,
    Material,
    MemberStatus,
    Role,
    Scheme,
    SiteKind,
)
from lodetrace.contracts.events import (
    ContractRegistered,
    EventNotReported,
    LotBorn,
    LotMade,
    OrganisationRegistered,
    RunRecorded,
    SeatGranted,
    first_of,
)
from lodetrace.contracts.plan import NAMED, directory_name
from lodetrace.contracts.price_structs import CheckRequest
from lodetrace.contracts.refusals.decoder import ContractRefused
from lodetrace.contracts.structs import NOBODY, ZERO32
from lodetrace.member.births import file_birth
from lodetrace.member.price_checks import prove_settlement
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.reads import Reads, is_unset
from lodetrace.trading_day import day_number, name_id
from tests.stateful.market import COMMODITY, LOW, METHODOLOGY, Market
from tests.stateful.paths import birth_order, born, offered
from tests.support.consortium import (
    ALL_SCHEMES,
    COBALT,
    ORACLES,
    SEATS,
    Consortium,
    word,
)
from tests.support.whole_module import all_run

pytestmark = pytest.mark.chain


ELSEWHERE = {"run_ctx", "total_ctx", "claim_ctx", "run_rule", "verify_claim", "assigned_units"}
"""Views that test_member_path asks with proofs, and test_member_claims with packs."""


@pytest.fixture(scope="module", autouse=True)
def every_view_is_asked(request: pytest.FixtureRequest) -> Iterator[None]:
    """So that a view that no test asks does not slip in."""
    views = {
        name: view
        for name, view in vars(Reads).items()
        if inspect.isfunction(view) and not name.startswith("_")
    }
    asked = set()

    def noted(name: str) -> Callable[..., Any]:
        def view(*words: Any, **named: Any) -> Any:
            asked.add(name)
            return views[name](*words, **named)

        return view

    with pytest.MonkeyPatch.context() as patch:
        for name in views:
            patch.setattr(Reads, name, noted(name))
        yield
    if all_run(request):
        assert views.keys() - asked == ELSEWHERE


@pytest.fixture
def reads(consortium: Consortium) -> Reads:
    return Reads(consortium.contracts())


def test_registers(consortium: Consortium, reads: Reads) -> None:
    mine = reads.organisation(word("mine"))
    assert mine.status is MemberStatus.ACTIVE
    assert mine.roles == Role.TRADER | Role.OPERATOR
    assert mine.admin == consortium.account("mine")
    account = reads.account(mine.admin)
    assert account.signer == mine.admin
    assert account.viewing_key == consortium.member("mine").keys.viewing_key.public
    assert reads.account_of(mine.admin) == mine.admin
    assert reads.is_active(mine.admin)
    assert reads.accreditation(word("mine")) == 0
    assert reads.accreditation(word("certifier")) == ALL_SCHEMES
    assert reads.season(word("risk"))[0] == Role(0), "what its role says counts already"
    site = reads.site(word("mine"))
    assert site.kind is SiteKind.INDUSTRIAL_MINE
    assert COBALT in site.elements
    assert site.materials == (Material.HYDROXIDE,)
    speak = tuple(reads.organisation(word(name)).group for name in ORACLES)
    assert reads.inspectors() == speak
    assert reads.panel(word("mine")) == speak


def test_certificates_and_places(consortium: Consortium, reads: Reads) -> None:
    schemes = (Scheme.RMI_RMAP, Scheme.CHAIN_OF_CUSTODY)
    expected = tuple(consortium.certificate(scheme, "mine") for scheme in schemes)
    assert reads.certificates(word("mine")) == expected
    assert tuple(reads.certificate(one).scheme for one in expected) == schemes
    assert reads.determinations(word("likasi"))[0].conflict
    assert not reads.determinations(word("kolwezi"))[0].conflict


def test_lots(consortium: Consortium, reads: Reads) -> None:
    order = birth_order(consortium)
    standing = reads.standing(order.event_id)
    assert standing.element == COBALT
    sequence = consortium.sequences["mine"]
    assert reads.event_id(word("mine"), sequence, COBALT) == order.event_id
    assert reads.quorum() == 3
    assert reads.gates_at_birth(standing) == 1
    assert reads.gates_at_processing(standing, standing.to) == 15
    assert reads.standing(word("nothing")).standing_since == 0
    assert not reads.is_withdrawn(order.event_id, standing.document)
    assert not reads.is_used(order.event_id)
    lot = file_birth(consortium.member("mine"), order).lot
    assert reads.is_used(order.event_id)
    found = reads.lot(lot)
    assert (found.state, found.model) == (LotState.ACTIVE, CustodyModel.SEGREGATED)
    assert reads.commitment(lot) == lot
    assert reads.birthplace(lot) == word("kolwezi")
    assert reads.origin(lot) == lot, "it is its own"
    assert reads.lot(word("nothing")).state is LotState.NONE
    assert reads.settlement(lot).approved_at == 0
    assert reads.offer(lot).to == NOBODY
    assert reads.elements_of(found.root) == 0, "nothing of it comes in units"
    assert reads.hold_sequence(word("nothing")) == 0
    assert reads.continuous_since(word("mine")) == 0
    assert reads.period(word("mine"), COBALT).end == 0


def test_filings(consortium: Consortium, reads: Reads) -> None:
    number = (word("mine"), 1, word("document"))
    assert reads.filed_at(*number) == 0
    consortium.member("mine").send("file", "Attestations", "file", *number)
    assert reads.filed_at(*number) == consortium.now()
    with pytest.raises(ContractRefused, match="was filed"):
        consortium.member("mine").send("file again", "Attestations", "file", *number)


def test_nothing_is_claimed_or_produced_yet(consortium: Consortium, reads: Reads) -> None:
    assert reads.claimed_at(word("nothing")) == 0
    assert reads.total(word("nothing")).product == ZERO32
    assert reads.product_owner(word("car")) == NOBODY
    assert not reads.is_sealed(word("car"))
    assert reads.parts(word("car"), COBALT) == ()


def test_prices(consortium: Consortium, reads: Reads) -> None:
    market = Market.opened(consortium)
    commodity, day = name_id(COMMODITY), day_number(market.today)
    assert reads.commodity(commodity).material is Material.HYDROXIDE
    (version,) = reads.methodologies(commodity)
    assert (version.id, version.applies_from) == (name_id(METHODOLOGY), 0)
    assert is_unset(reads.current_price(commodity, day))
    record = market.publish(market.record(), ("mine",))
    assert reads.current_price(commodity, day) == record
    published = reads.price(record)
    assert is_unset(published.corrected_by)
    assert reads.price_record_id(published.publication) == record
    assert reads.price_releaser(record) == market.manager.account
    lot = born(consortium).lot
    offered(consortium, "mine", "refinery", [lot])
    made = prove_settlement(consortium.member("mine"), lot, record, LOW).event
    found = reads.price_check(made.check_id)
    assert (found.price, found.inside) == (made.price, True)
    sealed, proof = made.sealed_to_counterparty, made.proof
    request = CheckRequest(lot, record, made.price, True, sealed, proof)
    assert reads.check_ctx(made.account, made.transfer, request) == made.public_signals[0]
    reads.verify_check(made.account, made.transfer, request)


def test_unknown_things_are_refused_by_name(reads: Reads) -> None:
    for view, said in (
        (reads.organisation, "is not registered"),
        (reads.site, "is not registered"),
        (reads.certificate, "does not exist"),
        (reads.commitment, "does not exist"),
        (reads.commodity, "is not registered"),
        (reads.price, "was not released"),
    ):
        with pytest.raises(ContractRefused, match=said):
            view(word("nothing"))
    with pytest.raises(ContractRefused, match="is no account"):
        reads.account("0x" + "11" * 20)


def test_views_of_a_past_block(consortium: Consortium, reads: Reads) -> None:
    before = consortium.node.head()
    lot = born(consortium).lot
    assert reads.at(before).lot(lot).state is LotState.NONE
    assert reads.lot(lot).state is LotState.ACTIVE


def test_views_that_are_asked_together(consortium: Consortium, reads: Reads) -> None:
    """They say what each says alone, also of a past block; what one refuses, all refuse."""
    lots = [born(consortium).lot, born(consortium).lot]
    for at in (reads, reads.at(consortium.node.head())):
        assert at.held(lots[0]) == (at.lot(lots[0]), at.hold_on(lots[0]))
        assert at.offered(lots) == [(at.lot(lot), at.offer(lot)) for lot in lots]
    assert reads.offered([]) == []
    with pytest.raises(ContractRefused, match="does not exist"):
        reads.held(word("nothing"))


def test_the_verifiers_say_which_keys_they_have(reads: Reads) -> None:
    assert reads.contracts.call("ClaimVerifier", "DEVELOPMENT_KEY") == (True,)
    assert len(reads.verifying_key_hash("ClaimVerifier")) == 32


def test_events_from_the_first_block(consortium: Consortium) -> None:
    contracts = consortium.contracts()
    registered = contracts.happened(ContractRegistered)
    assert [found.name for found in registered] == [directory_name(name) for name in NAMED]
    assert {found.at for found in registered} == {contracts.address(name) for name in NAMED}
    assert len(contracts.happened(SeatGranted)) == len(SEATS)
    mine = contracts.happened(OrganisationRegistered, organisation=word("mine"))
    assert [found.admin for found in mine] == [consortium.account("mine")]


def test_events_are_narrowed_by_several_values(consortium: Consortium) -> None:
    lots = [born(consortium).lot for _ in range(3)]
    contracts: Contracts = consortium.contracts()
    found = contracts.happened(LotBorn, lot=lots[:2], account=consortium.account("mine"))
    assert [event.lot for event in found] == lots[:2]
    assert contracts.happened(LotBorn, account=consortium.account("refinery")) == []
    with pytest.raises(TypeError, match="LotBorn has no indexed field time"):
        contracts.events(LotBorn, time=b"\1")
    with pytest.raises(EventNotReported):
        first_of(LotBorn, [])
    either = contracts.events((LotMade, LotBorn), lot=lots[:2])
    assert [found.event.lot for found in either if isinstance(found.event, LotBorn)] == lots[:2]
    with pytest.raises(TypeError, match="run_id is another indexed field of each event"):
        contracts.events((LotMade, RunRecorded), run_id=lots[0])


def test_logs_of_others_are_left_out(consortium: Consortium) -> None:
    decoder = consortium.contracts().decoder
    log = {"address": "0x" + "11" * 20, "topics": [b"\x22" * 32], "data": b""}
    assert decoder.decode(log) is None
    assert decoder.decode({**log, "address": consortium.contracts().address("Runs")}) is None
