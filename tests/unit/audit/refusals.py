"""How the tests of the story expect a refusal."""

from typing import TypeVar

import pytest

from lodetrace.audit.evidence import Evidence
from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.audit.replay.history import replay

E = TypeVar("E", bound=HistoryRefused)


def refused(error: type[E], evidence: Evidence) -> E:
    """The story is refused with just this error, of step 9 and with its values."""
    with pytest.raises(HistoryRefused) as caught:
        replay(evidence)
    assert type(caught.value) is error
    assert caught.value.step == 9
    return caught.value
