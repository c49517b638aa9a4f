"""Rows of the Journal, on Brownie's chain."""

from pathlib import Path
from typing import Any

import brownie
from brownie.network.state import _find_contract

from lodetrace.contracts.abi import Artifacts
from tests.support import rows

ARTIFACTS = Artifacts(Path(__file__).parents[2] / "build" / "contracts")


def require_rows(journal: Any) -> None:
    """Each word is that of its row, and no other word was ever written."""
    rows.require_rows(_request, _name_at, ARTIFACTS, str(journal))


def _request(method: str, parameters: list[Any]) -> Any:
    answer = brownie.web3.provider.make_request(method, parameters)
    assert "error" not in answer, answer
    return answer["result"]


def _name_at(address: str) -> str | None:
    contract = _find_contract(address)
    return contract._name if contract else None
