"""Why a bundle is refused: one closed family, each error naming the step, the item and the values.

Errors of the light client, of the circuits and of the decoders are turned into it by `refusing`,
so that nothing else leaves the verifier.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from lodetrace.chain.errors import EvidenceInvalid
from lodetrace.contracts.abi_codec import AnswerMalformed
from lodetrace.errors import Refused
from zk_circuits.errors import ZkError


class BundleRefused(Refused):
    """A bundle that does not prove what it is given for.

    step: of docs/audit-bundle.md, section 5. item: what in the bundle it is about.
    """

    step: ClassVar[int] = 0
    template = "step {step}, {item}: {reason}"
    advice = (
        "Do not rely on this bundle: ask its sender for another one, and say which step failed."
    )

    def __init__(self, *, item: str, **values: object) -> None:
        self.item = item
        super().__init__(step=self.step, item=item, **values)


class BundleTooLarge(BundleRefused):
    """A part with more bytes than the format allows: the file, its content, a node, documents."""

    step = 1
    template = "step {step}, {item}: {actual} bytes, at most {most}"
    advice = (
        "Ask for a bundle about less: a lot or product with a shorter history, fewer documents."
    )


class TooMany(BundleRefused):
    """More of something than the format allows: headers, entries, nodes, subjects, keys."""

    step = 1
    template = "step {step}, {item}: {actual}, at most {most}"
    advice = BundleTooLarge.advice


class FileMalformed(BundleRefused):
    """A file that is no bundle, was cut short, or has something behind its end."""

    step = 1


class VersionUnknown(BundleRefused):
    """A bundle of a version that this program does not know."""

    step = 1
    template = "step {step}, {item}: version {actual}, this program knows {expected}"
    advice = "Install a newer release of the verifier, or ask for a bundle of this version."


class VersionOutdated(BundleRefused):
    """A bundle of a version that is no longer read: the chain still has all that it showed."""

    step = 1
    template = (
        "step {step}, {item}: version {actual} is no longer read, an older release exported it;"
        " version {expected} is"
    )
    advice = (
        "Export it anew, or ask its sender to export it anew: `lodetrace audit export`, with a"
        " release of today. The chain still has all that it showed."
    )


class ChecksumMismatch(BundleRefused):
    """A content that is not the one that was packed: damaged on its way."""

    step = 1
    template = "step {step}, {item}: its checksum is {actual}, expected {expected}"
    advice = "The file was damaged: fetch it again."


class PackingMalformed(BundleRefused):
    """Bytes that are not the one packing of a content."""

    step = 1


class ContentMalformed(BundleRefused):
    """A content that is not the canonical encoding of a bundle."""

    step = 1


class OrderBroken(BundleRefused):
    """A list that is not strictly increasing: out of order, or with something twice."""

    step = 1
    template = "step {step}, {item}: entry {index} does not come after the one before it"


class ChainMismatch(BundleRefused):
    """A bundle of another chain than the reader's anchor."""

    step = 2
    template = "step {step}, {item}: the bundle says {actual}, the anchor {expected}"
    advice = "Use the trust anchor of the chain that the bundle is about."


class HeaderBeforeAnchor(BundleRefused):
    """A header older than the anchor: nothing that the reader trusts vouches for it."""

    step = 2
    template = "step {step}, {item}: it is older than the anchor, block {anchor}"
    advice = "Use an earlier anchor: the genesis block serves every bundle of its chain."


class HeaderMissing(BundleRefused):
    """A header that is needed and not shown."""

    step = 2


class HeaderRefused(BundleRefused):
    """A header that is malformed, or does not fit the ones beside it or the anchor."""

    step = 2


class ValidatorsUnproven(BundleRefused):
    """A header that names a validator set to which no shown votes lead."""

    step = 3


class SealsRefused(BundleRefused):
    """Seals that are not those of a quorum of the set in force, in their one order and form."""

    step = 3


class CoSignatureRefused(BundleRefused):
    """A co-signature of the head that its witness did not make, or that breaks its rules."""

    step = 3


class StateRefused(BundleRefused):
    """A word that the head's state root does not prove."""

    step = 4


class CodeMismatch(BundleRefused):
    """A Journal whose code in the state is not the one of the trust anchor."""

    step = 4
    template = "step {step}, {item}: its code hashes to {actual}, expected {expected}"


class RowIncomplete(BundleRefused):
    """Entries that are not all that was noted about a subject, in their order, and nothing else."""

    step = 4
    template = (
        "step {step}, {item}: {shown} entries are shown, the chain noted {noted}; "
        "they add up to {actual}, not to {expected}"
    )


class RowTooLong(TooMany):
    """More entries about one subject than its row can have."""

    step = 4


class EventRefused(BundleRefused):
    """A log of one of the contracts that is none of its events."""

    step = 5


class WriterNotAllowed(BundleRefused):
    """An entry by a contract that was not allowed to write into the row then."""

    step = 5
    template = "step {step}, {item}: {writer} was not allowed to write into rows of {kind}"


class ContractMismatch(BundleRefused):
    """A contract that the Directory knows otherwise than the anchor."""

    step = 5
    template = "step {step}, {item}: {actual} is registered, expected {expected}"


class JournalReplaced(BundleRefused):
    """A second Journal: what these rules say of rows is not known to hold for it."""

    step = 5
    template = "step {step}, {item}: version {actual} is registered beside version {known}"
    advice = "Install a newer release of the verifier, or use a later trust anchor."


class TooManySubjects(TooMany):
    """A provenance of more subjects than the format allows."""

    step = 6


class EntryUnused(BundleRefused):
    """An entry of no row that the subject needs."""

    step = 6
    template = "step {step}, {item}: {count} of them belong to nothing that the subject needs"


class NodeUnused(BundleRefused):
    """A trie node on the way to nothing: only one proof of a fact is accepted."""

    step = 6
    template = "step {step}, {item}: {count} of them prove nothing, the first is {first}"


class KeyForgeable(BundleRefused):
    """A verifying key without a second phase: anybody forges proofs under it."""

    step = 7


class KeyNotOfTheChain(BundleRefused):
    """A proof whose ctx no key of the bundle reproduces.

    Either the key is missing, or the act is not the one that was proven: another account,
    contract, chain, lot or box.
    """

    step = 7
    template = "step {step}, {item}: none of {keys} keys reproduces its ctx {ctx}"


class KeyUnused(BundleRefused):
    """A verifying key under which no recorded proof was made."""

    step = 7
    template = "step {step}, {item}: no proof in the bundle was made under it"


class ProofRefused(BundleRefused):
    """A recorded proof that is malformed, or does not hold for its public signals."""

    step = 7


class ValueMissing(BundleRefused):
    """An event that a proof speaks of and that is not shown before it."""

    step = 8
    template = "step {step}, {item}: {missing} is not shown before it"


class SignalMismatch(BundleRefused):
    """A public signal that is not what the events say."""

    step = 8
    template = "step {step}, {item}: signal {signal} is {actual}, the events say {expected}"


class StatementMalformed(BundleRefused):
    """An act that the contract cannot have recorded as it is shown."""

    step = 8


@contextmanager
def refusing(cls: type[BundleRefused], item: str) -> Iterator[None]:
    """Turns an error of a lower part into one of this family, with its values."""
    try:
        yield
    except (EvidenceInvalid, AnswerMalformed, ZkError) as error:
        reserved = {"item", "reason", "step", "cause"}
        values = {name: value for name, value in error.values.items() if name not in reserved}
        cause = type(error).__name__
        raise cls(item=item, reason=str(error), cause=cause, **values) from error
