"""Places: determinations of conflict-affected and high-risk areas."""

import pytest

from lodetrace.contracts.enums import RowKind
from tests.contracts.conftest import DAY
from tests.contracts.conftest import LUALABA as PLACE
from tests.contracts.lots.clock import pass_time, wait
from tests.contracts.people import PEOPLE, ZERO_WORD, Role, word
from tests.contracts.reverts import reverts
from tests.contracts.values import emitted, plain

pytestmark = pytest.mark.usefixtures("rows_add_up")

DOCUMENT = word("method and sources")
YEAR = 366 * DAY
START = 2_000_000_000
FOREVER = 2**40 - 1
NOBODY = "0x" + "0" * 40


@pytest.fixture(autouse=True)
def the_day_before():
    """What is determined now counts from START on."""
    pass_time(START - DAY)


@pytest.fixture
def determine(places, observer, second_observer):
    """Records a determination, which two groups make if no criterion is met."""

    def record(first, last, conflict=False, governance=False, human_rights=False, by=observer):
        said = (PLACE, first, last, conflict, governance, human_rights, DOCUMENT)
        if not (conflict or governance or human_rights):
            places.determine(*said, {"from": second_observer})
        return places.determine(*said, {"from": by})

    return record


@pytest.fixture
def is_cahra(places):
    def ask(first, last, known_at=FOREVER, operator=ZERO_WORD):
        return places.isCahra(PLACE, first, last, known_at, operator)

    return ask


@pytest.mark.parametrize("criteria", [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1)])
def test_determination(places, determine, is_cahra, observer, second_observer, criteria):
    met = [bool(criterion) for criterion in criteria]
    tx = determine(START, START + YEAR, *met)
    stored = (START, START + YEAR, tx.timestamp, START, FOREVER, *met, DOCUMENT)
    emitted(
        tx,
        "PlaceDetermined",
        place=PLACE,
        sequence=1,
        by=observer,
        proposer=NOBODY if any(met) else second_observer,
        determination=stored,
    )
    assert plain(places.determinationsOf(PLACE)) == plain((stored,))
    assert places.sequenceOf(PLACE) == 1
    assert is_cahra(START, START + YEAR) == any(met)


def test_only_the_risk_role_determines(places, miner, stranger):
    arguments = (PLACE, START, START + 1, False, False, False, DOCUMENT)
    with reverts("RoleMissing", miner, Role.RISK, PEOPLE["miner"].roles):
        places.determine(*arguments, {"from": miner})
    with reverts("NotActive", stranger):
        places.determine(*arguments, {"from": stranger})


def test_place_is_named(places, observer):
    with reverts("PlaceMissing"):
        places.determine(
            ZERO_WORD, START, START + 1, False, False, False, DOCUMENT, {"from": observer}
        )


@pytest.mark.parametrize("last", [START - 1, START, START + YEAR + 1])
def test_validity_is_at_most_a_year(determine, last):
    with reverts("DeterminationInvalid", START, last):
        determine(START, last)


def test_undetermined_place_is_a_cahra(places, is_cahra):
    assert is_cahra(START, START)
    assert not places.isDetermined(PLACE, START)
    assert places.sequenceOf(PLACE) == 0


def test_whole_interval_has_to_be_covered(determine, is_cahra, places):
    determine(START, START + 10)
    assert not is_cahra(START, START + 10)
    assert is_cahra(START - 1, START + 10)
    assert is_cahra(START, START + 11)
    for time, valid in ((START - 1, 0), (START, 1), (START + 10, 1), (START + 11, 0)):
        assert places.isDetermined(PLACE, time) == bool(valid)


def test_interval_the_wrong_way_round_is_a_cahra(determine, is_cahra):
    determine(START, START + 10)
    assert is_cahra(START + 2, START + 1)


def test_neighbouring_determinations_join(determine, is_cahra):
    determine(START + 11, START + 20)
    determine(START, START + 10)
    assert not is_cahra(START, START + 20)


def test_gap_between_determinations_is_a_cahra(determine, is_cahra):
    determine(START, START + 10)
    determine(START + 12, START + 20)
    assert is_cahra(START, START + 20)


def test_later_recorded_counts(places, determine, is_cahra):
    determine(START, START + 20)
    determine(START + 5, START + 10, governance=True)
    assert not is_cahra(START, START + 4)
    assert is_cahra(START + 4, START + 5)
    assert is_cahra(START + 10, START + 11)
    assert not is_cahra(START + 11, START + 20)
    assert places.isDetermined(PLACE, START + 7)
    determine(START, START + 20)
    assert not is_cahra(START, START + 20)


def test_known_at(determine, is_cahra):
    first = determine(START, START + 20).timestamp
    wait(100)
    second = determine(START, START + 20, conflict=True).timestamp
    assert is_cahra(START, START + 20, first - 1)
    assert not is_cahra(START, START + 20, first)
    assert not is_cahra(START, START + 20, second - 1)
    assert is_cahra(START, START + 20, second)


def test_pieces_are_bounded(determine, is_cahra):
    for i in range(17):
        determine(START + 10 * i, START + 10 * i + 9)
    assert not is_cahra(START, START + 159)  # 16 pieces
    assert is_cahra(START, START + 160)  # 17
    assert not is_cahra(START + 10, START + 169)


def test_warnings_of_one_group_are_bounded(determine, is_cahra, second_observer):
    """Nobody fills a place alone, so that nobody else's word is taken any more."""
    for _ in range(32):
        determine(START, START + 1, conflict=True)
    with reverts("TooManyDeterminations", PLACE, 32):
        determine(START, START + 1, conflict=True)
    determine(START, START + 1, conflict=True, by=second_observer)
    determine(START + 10, START + 20)
    assert not is_cahra(START + 10, START + 20)


def test_determinations_are_bounded(determine, places, second_observer):
    """A quarter is left for what speaks against a place."""
    for _ in range(96):
        determine(START, START + 1)
    with reverts("RowFull", RowKind.PLACE, PLACE, 96):
        determine(START, START + 1)
    for _ in range(32):
        determine(START, START + 1, conflict=True)
    with reverts("TooManyDeterminations", PLACE, 128):
        determine(START, START + 1, conflict=True, by=second_observer)
    assert places.sequenceOf(PLACE) == 128


def test_an_excused_determination_counts_from_its_beginning_on(
    places, determine, is_cahra, governor, stranger
):
    first = START - 100 * DAY
    recorded = determine(first, START + DAY).timestamp
    assert not is_cahra(recorded - 7 * DAY, START + DAY)
    assert is_cahra(recorded - 7 * DAY - 1, START)
    with reverts("OnlyCouncil", stranger):
        places.excuseLateRecording(PLACE, 1, {"from": stranger})
    tx = places.excuseLateRecording(PLACE, 1, {"from": governor})
    emitted(tx, "DeterminationExcused", place=PLACE, sequence=2, number=1)
    assert places.sequenceOf(PLACE) == 2
    assert not is_cahra(first, START + DAY)
    excused = (first, tx.timestamp, tx.timestamp, first, FOREVER, False, False, False, DOCUMENT)
    assert plain(places.determinationsOf(PLACE))[1] == plain(excused)


def test_an_excuse_bridges_no_finding_against_the_place(
    places, determine, is_cahra, governor, second_observer
):
    first = START - 100 * DAY
    determine(first, START + DAY)
    determine(first, first + 10, conflict=True)
    determine(first, first + 10, conflict=True, by=second_observer)
    places.excuseLateRecording(PLACE, 1, {"from": governor})
    assert is_cahra(first + 10, START)
    assert not is_cahra(first + 11, START)


def test_only_a_determination_for_the_place_is_excused(places, determine, governor):
    determine(START, START + DAY, human_rights=True)
    with reverts("DeterminationNotFavourable", PLACE, 1):
        places.excuseLateRecording(PLACE, 1, {"from": governor})
    for number in (0, 2):
        with reverts("DeterminationUnknown", PLACE, number):
            places.excuseLateRecording(PLACE, number, {"from": governor})
