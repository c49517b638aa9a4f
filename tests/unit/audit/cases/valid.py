"""What every verifier accepts."""

from dataclasses import replace
from pathlib import Path

from lodetrace.audit.anchor import Consensus
from lodetrace.audit.bundle import BundleSubject, OpeningShown
from lodetrace.chain.qbft import Vote
from lodetrace.contracts.enums import RowKind
from lodetrace.contracts.events import ContractRegistered, JournalWriterSet
from lodetrace.contracts.plan import directory_name
from lodetrace.text import checksummed
from tests.support.audit_events import ACCEPTED, ADDED, BORN, REGISTERED, SITE, STANDING, name
from tests.support.synthetic_chain import CODE, Chain, Validator, validators
from tests.unit.audit.cases.base import Built, accepted, shown, story
from zk_circuits.commitment import commit
from zk_circuits.keccak import keccak256
from zk_circuits.verifying_key import VerifyingKey

JOINING = Validator("joining")
KEYS = Path(__file__).resolve().parents[4] / "zk_circuits" / "keys" / "development"


def joined(chain: Chain, voters: int = 3) -> None:
    """So many votes to add a validator, and the set with it."""
    for voter in chain.set[:voters]:
        chain.seal(vote=Vote(JOINING.address, add=True), proposer=voter)
    chain.set = sorted([*chain.set, JOINING], key=lambda member: member.address)


@accepted("valid")
def the_rows_of_a_lot() -> Built:
    chain = story()
    return shown(chain).encode(), chain.anchor()


@accepted("valid")
def a_head_and_nothing_else() -> Built:
    chain = story()
    return chain.bundle().encode(), chain.anchor()


@accepted("valid", full=True)
def every_header_demanded() -> Built:
    chain = story()
    return shown(chain).encode(), chain.anchor()


@accepted("valid")
def headers_left_out() -> Built:
    chain = Chain()
    chain.grow(9)
    return chain.bundle(headers=[4]).encode(), chain.anchor()


@accepted("valid")
def from_a_checkpoint_on() -> Built:
    chain = story()
    return chain.bundle(name("lot"), headers=[2]).encode(), chain.anchor(1)


@accepted("valid")
def the_checkpoint_itself_is_shown() -> Built:
    chain = story()
    return chain.bundle(name("lot"), headers=[2]).encode(), chain.anchor(2)


@accepted("valid")
def a_validator_added() -> Built:
    chain = Chain()
    joined(chain)
    chain.grow(2)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@accepted("valid", full=True)
def a_validator_added_with_every_header() -> Built:
    chain = Chain()
    joined(chain)
    chain.grow(2)
    return chain.bundle(headers=range(1, 6)).encode(), chain.anchor()


@accepted("valid")
def a_validator_removed() -> Built:
    chain = Chain()
    gone = chain.set[0]
    for voter in chain.set[1:]:
        chain.seal(vote=Vote(gone.address, add=False), proposer=voter)
    chain.set = chain.set[1:]
    chain.grow(2)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@accepted("valid")
def a_standing_vote_of_the_checkpoint_counts() -> Built:
    chain = Chain()
    joined(chain)
    chain.grow(2)
    return chain.bundle(headers=[2, 3, 4]).encode(), chain.anchor(1)


@accepted("valid")
def a_change_that_takes_effect_in_an_epoch_block() -> Built:
    chain = Chain(epoch=4)
    joined(chain)
    chain.grow(2)
    return chain.bundle(headers=[1, 2, 3, 4]).encode(), chain.anchor()


@accepted("valid")
def seals_of_a_second_round() -> Built:
    chain = Chain()
    chain.seal(round_number=1)
    return chain.bundle().encode(), chain.anchor()


@accepted("valid")
def one_validator() -> Built:
    chain = Chain(set=validators(1))
    chain.grow(1)
    return chain.bundle().encode(), chain.anchor()


@accepted("valid")
def seven_validators() -> Built:
    chain = Chain(set=validators(7))
    chain.grow(1)
    return chain.bundle().encode(), chain.anchor()


@accepted("valid")
def a_long_row() -> Built:
    chain = Chain()
    chain.emit(*(replace(ACCEPTED, sequence=at) for at in range(140)))
    return chain.bundle(name("lot")).encode(), chain.anchor()


@accepted("valid")
def entries_of_several_contracts() -> Built:
    chain = Chain()
    chain.emit(REGISTERED, ADDED, SITE, STANDING, BORN, ACCEPTED)
    return chain.bundle(name("lot")).encode(), chain.anchor()


@accepted("valid")
def entries_of_others_between_those_shown() -> Built:
    chain = Chain()
    for lot in ("one", "lot", "two", "lot", "three"):
        chain.emit(replace(ACCEPTED, lot=name(lot)))
    return chain.bundle(name("lot")).encode(), chain.anchor()


@accepted("valid")
def a_lot_about_which_nothing_was_noted() -> Built:
    chain = story()
    return chain.bundle(name("nobody's lot")).encode(), chain.anchor()


@accepted("valid")
def a_contract_registered_later() -> Built:
    second = name("second custody")[12:]
    chain = Chain()
    chain.note(ContractRegistered(directory_name("Custody"), 2, checksummed(second), CODE))
    chain.note(JournalWriterSet(checksummed(second), 1 << RowKind.LOT, CODE))
    chain.note(ACCEPTED, second)
    chain.grow(1)
    return chain.bundle(name("lot")).encode(), chain.anchor()


@accepted("valid")
def a_development_chain() -> Built:
    chain = Chain(consensus=Consensus.NONE)
    chain.emit(ACCEPTED)
    chain.grow(1)
    return chain.bundle(name("lot"), headers=[1]).encode(), chain.anchor()


@accepted("valid")
def a_product_with_keys_openings_and_documents() -> Built:
    chain = story()
    key = VerifyingKey.load(KEYS / "origin.vkey.json")
    values = (5_000, 700, 0, 0, 5_000, 0, 0, 0, 0)
    commitment = commit(1, values, 99).to_bytes(32, "big")
    whole = replace(
        chain.bundle(name("car"), kind=BundleSubject.PRODUCT),
        keys=(key.words(),),
        openings=(OpeningShown(1, commitment, values, 99),),
        documents=tuple(sorted([b"a weighing note", bytes(700) + b"\1"], key=keccak256)),
    )
    return whole.encode(), chain.anchor()
