"""Every error of the zero-knowledge package: one family, each carrying its values.

A name says what is wrong; that it is an error is said by the family.
"""

from typing import ClassVar

from zk_circuits.quantity_text import exact_mass


class ZkError(Exception):
    """Root of the family.

    `values` holds what the message was made of, for callers that decide by numbers;
    `advice` says what to do about it.
    """

    template: ClassVar[str] = "zero-knowledge error"
    advice: ClassVar[str] = ""

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.template.format(**values))


class MassError(ZkError):
    """Root of those about amounts: value and limit in mg, which their sentences say in units."""

    def __init__(self, **values: object) -> None:
        said, bound = _mass(values["value"]), f"at most {_mass(values['limit'])}"
        super().__init__(**{"said": said, "bound": bound, **values})
        self.values = values


def _mass(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_mass, value)) or "none"
    return exact_mass(value) if isinstance(value, int) else str(value)


class NotAnInteger(ZkError):
    """Something that is no int (a bool, a float, a string) where an int belongs."""

    template = "{name} is a {kind}, not an integer"
    advice = "Give whole milligrams."


class AmountOutOfRange(MassError):
    """An amount in mg that is negative or does not fit in 64 bits."""

    template = "{name} is {said}, possible is 0 mg to 18.4 billion t"
    advice = "Amounts are whole milligrams, and not below 0."


class WordOutOfRange(ZkError):
    """An integer that does not fit the bits of its place in a word, a tag or an ABI type."""

    template = "{name} is {value}, which does not fit in {bits} bits"
    advice = "See the widths in zk_circuits/SPEC.md."


class FieldElementOutOfRange(ZkError):
    """An integer that is negative or at least the modulus of its field."""

    template = "{name} is {value:#x}, not below the modulus {modulus:#x}"
    advice = "A value at or above the modulus is never reduced silently: find where it came from."


class BalanceInconsistent(MassError):
    """A part of a balance that is larger than its whole."""

    template = "{part} is {said}, more than {whole}: {bound}"
    advice = (
        "CAHRA metal and each credit are parts of the metal; credits 2 and 3 exclude each other."
    )


class RangeInvalid(ZkError):
    """Ends of a price range that are none."""

    template = "a price range from {low:,} to {high:,} fen per metric ton is none"
    advice = "Prices are fen per metric ton, at least 1, the low end not above the high one."


class CreditCountWrong(ZkError):
    """Not exactly five credit amounts."""

    template = "{name} has {count} amounts, expected {expected}"
    advice = "Give an amount for each credit of the schema, 0 for a free one."


class TagInvalid(ZkError):
    """A tag of an unknown type, format, schema or element."""

    template = "tag {field} is {value}, known: {known}"
    advice = "A new format or schema needs a newer version of this software."


class SaltOutOfRange(ZkError):
    """A salt that has not 248 bits."""

    template = "a salt has 248 bits, this one has {bits}"
    advice = "A salt is derived from a secret, a document and an index: SPEC.md, section 2."


class SaltSourceInvalid(ZkError):
    """A secret, an anchor or a nonce of a wrong length."""

    template = "{name} has {length} bytes, expected {expected}"
    advice = "The secret has at least 16 bytes, the anchor exactly 32 and the nonce exactly 16."


class OpeningMismatch(ZkError):
    """An opening whose commitment is not the one that stands on the chain."""

    template = "the opening has commitment {actual:#066x}, expected {expected:#066x}"
    advice = "Refuse it: the sender does not hold what was offered, or the message was altered."


class KindMismatch(ZkError):
    """A balance or an opening of one type where another one belongs."""

    template = "{name} is of type {actual}, expected {expected}"
    advice = "Lots and totals hold a Balance, events a Measurement; each circuit fixes its types."


class ArityRefused(ZkError):
    """A statement with too few or too many parts."""

    template = "{count} {name}, expected 1 to {limit}"
    advice = "A run takes up to 4 lots a side (plan larger ones as a tree), a total 16 parts."


class ModelRefused(ZkError):
    """A chain-of-custody model that this version does not run."""

    template = "custody model {value} is not available"
    advice = "Models 0 to 3 are run; book and claim is refused until it has a design."


class AllocationImpossible(MassError):
    """A run whose wanted outputs break a rule of SPEC section 6, with the numbers."""

    template = "{rule}: {name} is {said}, possible is {bound}"
    advice = "Lower the wanted output or credit, or name more inputs."


class WitnessRefused(ZkError):
    """A statement that is not true: no proof of it exists."""

    template = "{circuit}: {rule} ({detail})"
    advice = "What it states is not so: check amounts, credits and thresholds."


class ProofMalformed(ZkError):
    """A proof or its public signals that cannot be read strictly."""

    template = "malformed proof: {name} {reason}"
    advice = "Ask for the proof again; nothing was verified."


class ProofRejected(ZkError):
    """A well-formed proof that does not hold."""

    template = "the proof does not hold under verifying key {key}"
    advice = "It belongs to other public signals or to another verifying key."


class ProofOfBatchRefused(ZkError):
    """One of many proofs that were verified together: malformed, or false."""

    template = "proof {index} of {count} (counted from 0) is refused: {reason}"
    advice = "Verify it alone to see the same; the others before it hold or were not reached."


class ProverUnavailable(ZkError):
    """A proving program or one of its files that is not there, or that broke."""

    template = "prover {prover} is not available: {reason}"
    advice = "Run `make setup`; groth16py is optional, snarkjs needs node."


class KeyUnusable(ZkError):
    """A verifying key that must not be used."""

    template = "verifying key refused: {reason}"
    advice = "Take the key of the circuit version that the Directory names."
