"""What lots are: what births and runs have to say alike."""

from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.contracts.enums import CustodyModel


class CodeUnknown(HistoryRefused):
    """A code that the contracts of this version do not have."""

    template = "step {step}, {item}: {field} {actual} is none that these contracts know"


class ElementMismatch(HistoryRefused):
    """Two metals where there is one."""

    template = "step {step}, {item}: element {actual} where {expected} is expected"


class TimeMismatch(HistoryRefused):
    """A lot with another time than its event."""

    template = "step {step}, {item}: its time is {actual}, that of its event {expected}"


class HeldSinceMismatch(HistoryRefused):
    """A lot that its holder has had for longer, or shorter, than its past says."""

    template = "step {step}, {item}: held since {actual}, by its past since {expected}"


def require_element(actual: int, expected: int, item: str) -> None:
    """Raises ElementMismatch."""
    if actual != expected:
        raise ElementMismatch(item=item, actual=actual, expected=expected)


def require_time(actual: int, expected: int, item: str) -> None:
    """Raises TimeMismatch."""
    if actual != expected:
        raise TimeMismatch(item=item, actual=actual, expected=expected)


def require_held_since(actual: int, expected: int, item: str) -> None:
    """Raises HeldSinceMismatch."""
    if actual != expected:
        raise HeldSinceMismatch(item=item, actual=actual, expected=expected)


def require_model_known(model: int, item: str) -> CustodyModel:
    """One of the models of ISO 22095 that the contracts know."""
    if model not in list(CustodyModel):
        raise CodeUnknown(item=item, field="model", actual=int(model))
    return CustodyModel(model)
