"""What is refused in a set-up, by name."""

from zk_circuits.errors import ZkError


class SetupFileMalformed(ZkError):
    """A file of a set-up that cannot be read strictly."""

    template = "{name} cannot be read: {reason}"
    advice = "It is truncated, damaged or of another kind: have it sent again and compare hashes."


class PowersRefused(ZkError):
    """Phase 1 that no sequence of contributions can have made."""

    template = "phase 1 is refused: {reason}"
    advice = "Take a published file, and compare its BLAKE2b hash with the table of its ceremony."


class InitialKeyRefused(ZkError):
    """An initial key that does not follow from the constraints and from phase 1."""

    template = "{circuit}: the initial key is refused, {reason}"
    advice = "Make it again with `snarkjs groth16 setup` from the r1cs and the ptau of the plan."


class ContributionRefused(ZkError):
    """A step from one key to the next that is none."""

    template = "{circuit}: the contribution is refused, {reason}"
    advice = "Go on from the step before it; nothing after it counts."
