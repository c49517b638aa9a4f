"""How a story can be wrong: one error for each rule that its events would break, beside the rule.

The chain enforced these rules when it recorded the events. Whoever finds one broken holds a
bundle that leaves events out, mixes chains, or comes from contracts other than it says.
"""

from typing import ClassVar

from lodetrace.audit.errors import BundleRefused


class HistoryRefused(BundleRefused):
    """Proven events that together tell no story that the rules allow."""

    step: ClassVar[int] = 9
    template = "step {step}, {item}: the story does not hold"
    advice = "Do not rely on it: events are missing, or the contracts are not those of the rules."
