"""The clock of one network, and which rules an experiment lifts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.model.protocol_2.rules import ActRefused, ActRule


@dataclass
class Ground:
    """now: seconds. lifted: rules that are not enforced, to show what they are for."""

    now: int = 0
    lifted: frozenset[ActRule] = field(default_factory=frozenset)

    def enforces(self, rule: ActRule) -> bool:
        return rule not in self.lifted

    def require(self, holds: bool, rule: ActRule, **values: Any) -> None:
        """Raise ActRefused unless it holds or the rule is lifted."""
        if not holds and self.enforces(rule):
            raise ActRefused(rule, values)
