"""Deployed contracts beside what the clone compiles to, on a chain where code can be changed."""

from dataclasses import replace

import pytest

from lodetrace.contracts.deployment import DeployedContract
from lodetrace.contracts.runtime_code import holes
from lodetrace.onchain.contracts import Contracts
from lodetrace.onchain.source import ImmutableForeign, SourceDiffers, require_compiled
from tests.support.consortium import Consortium

pytestmark = pytest.mark.chain


def changed(consortium: Consortium, name: str, at: int, value: bytes) -> None:
    """Other bytes in the code of a contract."""
    address = consortium.deployment.address(name)
    code = bytearray(consortium.node.code(address))
    assert code[at : at + len(value)] != value
    code[at : at + len(value)] = value
    consortium.node.rpc("anvil_setCode", [address, "0x" + code.hex()])


def test_what_was_deployed_is_what_compiles(consortium: Consortium) -> None:
    count = require_compiled(consortium.contracts(), "development")
    assert count > len(consortium.deployment.contracts)


@pytest.mark.parametrize("name", ["LotBook", "Custody", "OriginVerifier"])
def test_one_changed_byte_of_a_contract(consortium: Consortium, name: str) -> None:
    code = consortium.node.code(consortium.deployment.address(name))
    at = len(code) - 60  # in what the compiler appends: no hole, and never run
    changed(consortium, name, at, bytes([code[at] ^ 1]))
    with pytest.raises(SourceDiffers, match=name):
        require_compiled(consortium.contracts(), "development")


def test_a_contract_that_was_bound_to_a_strangers(consortium: Consortium) -> None:
    """Custody of the right code, that keeps its lots in somebody else's book."""
    compiled = consortium.artifacts["Custody"].runtime
    stranger = bytes(12) + b"\xaa" * 20
    changed(consortium, "Custody", next(iter(holes(compiled))), stranger)
    with pytest.raises(ImmutableForeign, match="0x" + "aa" * 20):
        require_compiled(consortium.contracts(), "development")


def test_a_contract_that_asks_the_version_before(consortium: Consortium) -> None:
    """As the next version of Claims does."""
    compiled = consortium.artifacts["Custody"].runtime
    before = DeployedContract(1, "0x" + "aA" * 20, "0x" + "00" * 32, 1)
    changed(consortium, "Custody", next(iter(holes(compiled))), bytes(12) + b"\xaa" * 20)
    record = replace(consortium.deployment, former={"Custody": (before,)})
    require_compiled(Contracts(consortium.node, consortium.artifacts, record), "development")
