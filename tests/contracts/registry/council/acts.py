"""Acts of the council in tests: proposed, approved, waited for, carried out."""

from typing import Any

from brownie import chain

from tests.contracts.people import word

SALT = word("salt")
Call = tuple[str, str]


def call(method: Any, *arguments: Any) -> Call:
    """A call of an act."""
    return (method._address, method.encode_input(*arguments))


def proposed(council: Any, calls: list[Call], salt: str, *voters: Any) -> Any:
    """Proposed by the first, approved by the others."""
    act_id = council.propose(calls, salt, {"from": voters[0]}).return_value
    for voter in voters[1:]:
        council.approve(act_id, {"from": voter})
    return act_id


def decided(council: Any, calls: list[Call], salt: str, *voters: Any) -> Any:
    """Old enough as well."""
    act_id = proposed(council, calls, salt, *voters)
    pass_time(max(0, council.actOf(act_id)[2] - chain[-1].timestamp))
    return act_id


def carry(council: Any, calls: list[Call], *voters: Any, salt: str = SALT) -> Any:
    """The act from its proposal to its execution."""
    decided(council, calls, salt, *voters)
    return council.execute(calls, salt, {"from": voters[0]})


def pass_time(seconds: int) -> None:
    """Later blocks are later by so much and a second."""
    chain.sleep(seconds + 1)
    chain.mine()
