"""What is refused in a transcript, each by its name."""

from lodetrace.errors import InputError, Refused, StorageError


class PlanMalformed(InputError):
    """A plan that cannot be read strictly, or that could not hold what it promises."""

    template = "the plan {reason}"
    advice = "See docs/ceremony-format.md; a changed plan is another ceremony, and is signed anew."


class TranscriptMalformed(InputError):
    """A file of a transcript that is missing, or that cannot be read strictly."""

    template = "{file}: {reason}"
    advice = "Have the folder sent again by whoever contributed last, and compare it with others'."


class TranscriptRefused(Refused):
    """Root of those about what a transcript claims."""

    template = "{where}: {reason}"
    advice = "Do not contribute to it, and take no key out of it; tell the members which step."


class PlanUnsigned(TranscriptRefused):
    """Fewer than half of the seats signed the plan, or none that the reader knows."""


class PhaseOneRefused(TranscriptRefused):
    """Another phase 1 than the plan's, or one that is none."""


class CircuitRefused(TranscriptRefused):
    """Constraints or an initial key that are not those of the plan, or do not belong together."""


class TurnMissing(TranscriptRefused):
    """A turn that was left out: later ones are there."""


class TurnMisplaced(TranscriptRefused):
    """A contribution in the place of another one: repeated, exchanged, or more than members."""


class OtherCeremony(TranscriptRefused):
    """An attestation that was made for another plan."""


class OtherBranch(TranscriptRefused):
    """A contribution that goes on from something else than the turn before it."""


class NotTheMembersWord(TranscriptRefused):
    """A contribution under a member's name that another key attests."""


class StepRefused(TranscriptRefused):
    """A step that is not the attested one, or that nobody can have made."""


class ContributionsTooFew(TranscriptRefused):
    """Fewer contributions, or fewer ownership groups, than the plan asks for."""


class FinalKeyRefused(TranscriptRefused):
    """A key at the end that nobody may use."""


class NotYourTurn(Refused):
    """Somebody else contributes next, or nobody does."""

    template = "it is the turn of {expected}, and your key is of {actual}"
    advice = "Wait for the folder of the member before you; `lodetrace ceremony status` tells."


class TranscriptUnwritable(StorageError):
    """A folder that cannot be written, or in which the turn is there already."""

    template = "{path}: {reason}"
    advice = "Name a folder that you may write to, with room in it; nothing was written by halves."
