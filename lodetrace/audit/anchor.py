"""The trust anchor: what the reader believes before he reads any evidence.

A JSON file (docs/audit-bundle.md, section 3): the genesis block, or a later checkpoint that
members co-signed, with the validators that seal the next block; in format 2 also with the witnesses
of later heads.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from lodetrace.chain.errors import EvidenceInvalid, ExtraDataMalformed
from lodetrace.chain.header import Header, require_child
from lodetrace.chain.qbft import Vote, block_hash, extra_data_of
from lodetrace.chain.strict_rlp import encode
from lodetrace.chain.validators import ValidatorSet
from lodetrace.contracts.deployment import Deployment
from lodetrace.errors import InputError, StorageError
from lodetrace.strict_json import unique_keys
from lodetrace.text import ADDRESS_BYTES, hex_of, parse_address, parse_hex
from zk_circuits.keccak import keccak256

FORMAT: Final = "lodetrace-anchor/1"
WITNESSED_FORMAT: Final = "lodetrace-anchor/2"
"""Of an anchor that names witnesses."""

MOST_WITNESSES: Final = 64
BESU_EPOCH: Final = 30_000
"""Blocks between two forgettings of all votes, where a genesis file says nothing else."""

FIELDS: Final = frozenset({
    "format", "chain_id", "genesis", "consensus", "epoch", "header", "validators", "votes",
    "contracts", "signatures",
})  # fmt: skip
FIELDS_OF: Final = {FORMAT: FIELDS, WITNESSED_FORMAT: FIELDS | {"witnesses", "sealers"}}

MOST_BYTES: Final = 1 << 20
"""Of the file."""

T = TypeVar("T")


class AnchorUnreadable(InputError):
    """A file that is no trust anchor."""

    template = "no trust anchor in {path}: {reason}"
    advice = "Ask the person or body whom you trust for the anchor file of the chain."


class AnchorInconsistent(InputError):
    """An anchor whose parts contradict one another."""

    template = "the trust anchor contradicts itself: {reason}"
    advice = "Do not use it: ask for the anchor again, over another way."


class AnchorUnwritable(StorageError):
    """The anchor could not be written."""

    template = "cannot write the trust anchor {path}: {reason}"
    advice = "Make room or fix permissions, then write it again."


class Consensus(StrEnum):
    """How blocks of the chain become final. NONE: they do not, on a development chain."""

    QBFT = "qbft"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AnchoredContract:
    """A contract that the reader expects. address: 20 bytes; code_hash: 32 bytes."""

    version: int
    address: bytes
    code_hash: bytes


@dataclass(frozen=True, slots=True)
class Witness:
    """Who signs heads. key: address of 20 bytes; group: of ownership, 32 bytes.

    since, until: seconds since 1970 between which its word counts; until None: for good.
    """

    key: bytes
    group: bytes
    since: int = 0
    until: int | None = None

    def counts_at(self, time: int) -> bool:
        """Whether a head that it saw then counts."""
        return self.since <= time and (self.until is None or time < self.until)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A trust anchor.

    header: of the anchor block. validators: who seal the next block, sorted, 20 bytes each; votes:
    standing ones of the running epoch, by proposer and candidate; both empty without consensus.
    signatures: of members over the anchor's digest (cosign.py), 65 bytes each. witnesses: in the
    order in which they were added, none is ever taken out: a bundle names them by their place.
    sealers: groups of validators, by validator, as far as the signers know them.
    """

    chain_id: int
    genesis: bytes
    consensus: Consensus
    epoch: int
    header: Header
    validators: tuple[bytes, ...]
    votes: tuple[tuple[bytes, Vote], ...]
    contracts: Mapping[str, AnchoredContract]
    signatures: tuple[bytes, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    sealers: tuple[tuple[bytes, bytes], ...] = ()

    def __post_init__(self) -> None:
        """Raises AnchorInconsistent."""
        sealed = self.consensus is Consensus.QBFT
        _require(sealed == bool(self.validators), "validators belong to a chain with seals")
        _require(sealed or not self.votes, "votes belong to a chain with seals")
        _require(self.epoch > 0, f"an epoch of {self.epoch} blocks")
        _require(_sorted(self.validators), "validators are not sorted, or one is named twice")
        standing = [(voter, vote.validator) for voter, vote in self.votes]
        _require(_sorted(standing), "votes are not sorted, or one is given twice")
        at_genesis = self.header.number == 0
        _require(not at_genesis or self.hash == self.genesis, "block 0 is not the genesis block")
        self._require_witnesses()

    def _require_witnesses(self) -> None:
        keys = [witness.key for witness in self.witnesses]
        _require(len(set(keys)) == len(keys), "a witness is named twice")
        _require(len(keys) <= MOST_WITNESSES, f"more than {MOST_WITNESSES} witnesses")
        for witness in self.witnesses:
            ends = witness.until is None or witness.until > witness.since
            _require(ends, f"witness {hex_of(witness.key)} ends before it begins")
        named = not self.witnesses or "Directory" in self.contracts
        _require(named, "witnesses sign for a Directory, and none is named")
        _require(bool(self.validators) or not self.sealers, "sealers belong to a chain with seals")
        _require(
            _sorted([validator for validator, _ in self.sealers]),
            "sealers are not sorted, or one is named twice",
        )

    @property
    def format(self) -> str:
        """Of its file."""
        return WITNESSED_FORMAT if self.witnesses or self.sealers else FORMAT

    @property
    def number(self) -> int:
        """Height of the anchor block."""
        return self.header.number

    @property
    def hash(self) -> bytes:
        """Identity of the anchor block."""
        return hash_of(self.header, self.consensus)

    @property
    def validator_set(self) -> ValidatorSet:
        """Who seals the block after the anchor, and the votes that stand."""
        return ValidatorSet(frozenset(self.validators), self.epoch, frozenset(self.votes))

    @classmethod
    def of_genesis(
        cls,
        header: Header,
        chain_id: int,
        contracts: Mapping[str, AnchoredContract],
        consensus: Consensus,
        epoch: int = BESU_EPOCH,
    ) -> Self:
        """The anchor of a chain's block 0."""
        validators: tuple[bytes, ...] = ()
        if consensus is Consensus.QBFT:
            validators = tuple(sorted(extra_data_of(header).validators))
        return cls(
            chain_id=chain_id,
            genesis=hash_of(header, consensus),
            consensus=consensus,
            epoch=epoch,
            header=header,
            validators=validators,
            votes=(),
            contracts=contracts,
        )

    def advanced(self, headers: Sequence[Header]) -> "Anchor":
        """The checkpoint at the last of the headers, without signatures yet.

        They come from the caller's own node and have no gap between them: votes and sets are
        replayed, seals are not asked for. The first one follows this anchor, or is an epoch block:
        all votes before it are forgotten, and the set in force is the one that it lists.
        Raises EvidenceInvalid.
        """
        found, last, last_hash = self.validator_set, self.header, self.hash
        if headers and self._skips_to(headers[0]):
            last, last_hash = headers[0], hash_of(headers[0], self.consensus)
            found = ValidatorSet.of_genesis(last, self.epoch)
            headers = headers[1:]
        for header in headers:
            require_child(last, last_hash, header)
            if self.consensus is Consensus.QBFT:
                found = found.after(header)
            last, last_hash = header, hash_of(header, self.consensus)
        return replace(
            self,
            header=last,
            validators=tuple(sorted(found.validators)),
            votes=_votes(found),
            signatures=(),
        )

    def naming(
        self, witnesses: Sequence[Witness], sealers: Sequence[tuple[bytes, bytes]]
    ) -> "Anchor":
        """The anchor with these witnesses, not yet signed; raises AnchorInconsistent.

        Those of before keep their places, keys, groups and beginnings: bundles name them by place.
        """
        before = [(one.key, one.group, one.since) for one in self.witnesses]
        kept = [(one.key, one.group, one.since) for one in witnesses[: len(before)]]
        _require(kept == before, "a witness of before has lost its place, or became another one")
        return replace(
            self,
            witnesses=tuple(witnesses),
            sealers=tuple(sorted(sealers)),
            signatures=(),
        )

    def _skips_to(self, header: Header) -> bool:
        if self.consensus is Consensus.NONE or header.number <= self.number + 1:
            return False
        return header.number % self.epoch == 0

    def to_json(self) -> dict[str, Any]:
        """As the file has it."""
        return {
            "format": self.format,
            "chain_id": self.chain_id,
            "genesis": hex_of(self.genesis),
            "consensus": self.consensus.value,
            "epoch": self.epoch,
            "header": hex_of(encode(self.header.fields)),
            "validators": [hex_of(validator) for validator in self.validators],
            "votes": [
                [hex_of(voter), hex_of(vote.validator), vote.add] for voter, vote in self.votes
            ],
            "contracts": {
                name: {
                    "version": contract.version,
                    "address": hex_of(contract.address),
                    "code_hash": hex_of(contract.code_hash),
                }
                for name, contract in sorted(self.contracts.items())
            },
            "signatures": [hex_of(signature) for signature in self.signatures],
            **(self._witnesses_json() if self.format == WITNESSED_FORMAT else {}),
        }

    def _witnesses_json(self) -> dict[str, Any]:
        return {
            "witnesses": [
                [hex_of(one.key), hex_of(one.group), one.since, one.until] for one in self.witnesses
            ],
            "sealers": [[hex_of(validator), hex_of(group)] for validator, group in self.sealers],
        }

    def save(self, path: Path) -> None:
        """Writes the file; raises AnchorUnwritable."""
        try:
            path.write_text(json.dumps(self.to_json(), indent=2) + "\n", "utf-8")
        except OSError as error:
            raise AnchorUnwritable(path=path, reason=error.strerror or error) from error

    @classmethod
    def load(cls, path: Path) -> Self:
        """From a file; raises AnchorUnreadable or AnchorInconsistent."""
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise ValueError(f"it has more than {MOST_BYTES} bytes")
            return cls.from_json(json.loads(content.decode(), object_pairs_hook=unique_keys))
        except OSError as error:
            raise AnchorUnreadable(path=path, reason=error.strerror or error) from error
        except (ValueError, RecursionError) as error:
            raise AnchorUnreadable(path=path, reason=f"malformed: {error}") from error

    @classmethod
    def from_json(cls, document: object) -> Self:
        """From what a file holds; raises ValueError or AnchorInconsistent."""
        given = document.get("format") if isinstance(document, dict) else None
        if not isinstance(document, dict) or not isinstance(given, str) or given not in FIELDS_OF:
            raise ValueError(f"its format is none of {', '.join(FIELDS_OF)}")
        if document.keys() != FIELDS_OF[given]:
            raise ValueError(f"fields {', '.join(sorted(document.keys() ^ FIELDS_OF[given]))}")
        try:
            found = cls(
                chain_id=_number(document["chain_id"]),
                genesis=parse_hex(document["genesis"], 32),
                consensus=Consensus(document["consensus"]),
                epoch=_number(document["epoch"]),
                header=Header.decode(parse_hex(document["header"])),
                validators=_each(document["validators"], lambda item: parse_hex(item, 20)),
                votes=_each(document["votes"], _vote),
                contracts=_contracts(document["contracts"]),
                signatures=_each(document["signatures"], lambda item: parse_hex(item, 65)),
                witnesses=_each(document.get("witnesses", []), witness_of),
                sealers=_each(document.get("sealers", []), sealer_of),
            )
        except (EvidenceInvalid, KeyError, TypeError) as error:
            raise ValueError(str(error)) from error
        if found.format != given:
            raise ValueError(f"it names no witness and no sealer: its format is {FORMAT}")
        return found


def contracts_of(deployment: Deployment) -> dict[str, AnchoredContract]:
    """The contracts of a deployment record, as an anchor names them."""
    return {
        name: AnchoredContract(
            contract.version,
            parse_hex(parse_address(contract.address), ADDRESS_BYTES),
            parse_hex(contract.code_hash, 32),
        )
        for name, contract in sorted(deployment.contracts.items())
    }


def hash_of(header: Header, consensus: Consensus) -> bytes:
    """A block's identity; under QBFT without seals and round."""
    if consensus is Consensus.QBFT:
        return block_hash(header)
    return keccak256(encode(header.fields))


def consensus_of(header: Header) -> Consensus:
    """What the chain of a header is made final by: a block of QBFT names its validators."""
    try:
        return Consensus.QBFT if extra_data_of(header).validators else Consensus.NONE
    except ExtraDataMalformed:
        return Consensus.NONE


def _votes(found: ValidatorSet) -> tuple[tuple[bytes, Vote], ...]:
    return tuple(sorted(found.tally, key=lambda standing: (standing[0], standing[1].validator)))


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise AnchorInconsistent(reason=reason)


def _sorted(found: Sequence[Any]) -> bool:
    return all(before < after for before, after in pairwise(found))


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 64:
        raise ValueError(f"{str(value)[:80]!r} is no whole number below 2^64")
    return value


def _each(value: object, read: Callable[[Any], T]) -> tuple[T, ...]:
    if not isinstance(value, list):
        raise ValueError("a list is expected")
    return tuple(read(item) for item in value)


def _vote(value: object) -> tuple[bytes, Vote]:
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[2], bool):
        raise ValueError("a vote is proposer, candidate, and true or false")
    return parse_hex(value[0], 20), Vote(parse_hex(value[1], 20), value[2])


def witness_of(value: object) -> Witness:
    """[key, group, from, until] of a file; raises ValueError."""
    if not isinstance(value, list) or len(value) != 4:
        raise ValueError("a witness is key, group, from and until")
    key, group, since, until = value
    ends = None if until is None else _number(until)
    return Witness(parse_hex(key, 20), parse_hex(group, 32), _number(since), ends)


def sealer_of(value: object) -> tuple[bytes, bytes]:
    """[validator, group] of a file; raises ValueError."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("a sealer is validator and group")
    return parse_hex(value[0], 20), parse_hex(value[1], 32)


def _contracts(value: object) -> dict[str, AnchoredContract]:
    if not isinstance(value, dict):
        raise ValueError("contracts are an object")
    return {
        name: AnchoredContract(
            _number(found["version"]),
            parse_hex(found["address"], 20),
            parse_hex(found["code_hash"], 32),
        )
        for name, found in value.items()
    }
