"""Ids that an account declares: made of the account and its label, so that nobody takes them."""

from lodetrace.audit.replay.errors import HistoryRefused
from lodetrace.contracts.scoped_ids import scoped_id
from lodetrace.text import hex_of


class IdOfAnother(HistoryRefused):
    """An id that is not made of the account that declares it and its label."""

    template = "step {step}, {item}: its id is not that of label {label} of account {account}"


def require_scoped(id_: bytes, account: str, label: bytes, item: str) -> None:
    """That an id is made of the account that declares it; raises IdOfAnother."""
    if id_ != scoped_id(account, label):
        raise IdOfAnother(item=item, label=hex_of(label), account=account)
