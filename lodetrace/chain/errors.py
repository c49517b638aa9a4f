"""How evidence of a chain can be wrong: one closed family."""

from lodetrace.errors import Refused


class EvidenceInvalid(Refused):
    """Evidence that does not prove what it is given for."""

    template = "the evidence is invalid"
    advice = "Do not rely on it: ask for it again, from another source as well."


class RlpMalformed(EvidenceInvalid):
    """Bytes that are no canonical RLP of the expected shape."""

    template = "{what} is no canonical RLP: {reason}"


class HeaderMalformed(EvidenceInvalid):
    """A block header with fields of another number, length or range."""

    template = "the header of block {number} is malformed: {field} {reason}"


class ExtraDataMalformed(EvidenceInvalid):
    """The field extraData is not that of a QBFT block."""

    template = "extraData of block {number} is not that of QBFT: {reason}"


class ParentMismatch(EvidenceInvalid):
    """Two headers that do not follow one another."""

    template = "block {number} names parent {actual}, the block before it is {expected}"


class SealMalformed(EvidenceInvalid):
    """A seal from which no signer can be recovered."""

    template = "seal {index} of block {number} is malformed: {reason}"


class SealForeign(EvidenceInvalid):
    """A seal of somebody who is no validator of the block."""

    template = "seal {index} of block {number} is by {signer}, who is no validator of it"


class SealRepeated(EvidenceInvalid):
    """Two seals of one validator."""

    template = "seal {index} of block {number} is a second one by {signer}"


class SealsTooFew(EvidenceInvalid):
    """Fewer seals than a quorum."""

    template = "block {number} has {actual} seals of {validators} validators, {required} are needed"


class SealsNotNormal(EvidenceInvalid):
    """Enough seals, but not in the one form in which evidence shows them."""

    template = "the seals of block {number} are not in their one form: {reason}"


class ValidatorsMismatch(EvidenceInvalid):
    """A block that names another validator set than the votes before it make."""

    template = "block {number} names validators {actual}, in force are {expected}"


class ProposerForeign(EvidenceInvalid):
    """A block proposed by somebody who is no validator."""

    template = "block {number} was proposed by {proposer}, who is no validator of it"


class TrieNodeMissing(EvidenceInvalid):
    """A proof that ends before its key does."""

    template = "the proof of {what} lacks node {node}"


class TrieNodeMalformed(EvidenceInvalid):
    """A node that is none of a Merkle-Patricia trie, or no canonical one."""

    template = "node {node} in the proof of {what} is malformed: {reason}"


class TrieKeyAbsent(EvidenceInvalid):
    """A proof that proves the absence of what it is given for."""

    template = "the proof of {what} proves that it is absent"
