"""Who takes part in the contract tests, by the index of their development account.

Every person acts for one organisation of one ownership group. Whoever governs stands in for the
council: the contracts compare an address, and tests/contracts/registry/test_council.py has the
council itself.
"""

from dataclasses import dataclass

from eth_utils import keccak


class Role:
    """Roles.sol, as plain integers: Brownie compares nothing else."""

    TRADER = 1 << 0
    OPERATOR = 1 << 1
    ORACLE = 1 << 2
    CERTIFIER = 1 << 3
    RISK = 1 << 4
    AUDITOR = 1 << 5
    UMPIRE = 1 << 6
    MAKER = 1 << 7
    PRICE_ADMINISTRATOR = 1 << 8
    LABORATORY = 1 << 9


@dataclass(frozen=True)
class Person:
    """group: ownership group, the organisation's own where it has no affiliates."""

    name: str
    index: int
    roles: int
    group_name: str = ""

    @property
    def organisation(self) -> str:
        return word(f"organisation {self.name}")

    @property
    def group(self) -> str:
        return word(f"group {self.group_name or self.name}")

    @property
    def viewing_key(self) -> str:
        return word(f"viewing key {self.name}")


def spoken(text: str) -> str:
    """A stable commitment to words, as a reason is one."""
    return "0x01" + word(text)[2:-2]


def word(text: str) -> str:
    """A stable 32-byte id, in hexadecimal."""
    return "0x" + keccak(text=text).hex()


ZERO_WORD = "0x" + "0" * 64
ZERO_ADDRESS = "0x" + "0" * 40


GOVERNOR, STRANGER = 0, 19
_TRADES = Role.TRADER | Role.OPERATOR

PEOPLE = {
    person.name: person
    for person in (
        Person("miner", 1, _TRADES),
        Person("cooperative", 2, _TRADES),
        Person("refiner", 3, _TRADES),
        Person("cathode_maker", 4, _TRADES),
        Person("cell_maker", 5, _TRADES),
        Person("car_maker", 6, _TRADES | Role.MAKER),
        Person("recycler", 7, _TRADES),
        Person("certifier", 8, Role.CERTIFIER),
        Person("node_1", 9, Role.ORACLE),
        Person("node_2", 10, Role.ORACLE),
        Person("node_3", 11, Role.ORACLE),
        Person("node_4", 12, Role.ORACLE),
        Person("observer", 13, Role.RISK),
        Person("auditor", 14, Role.AUDITOR),
        Person("umpire", 15, Role.UMPIRE | Role.LABORATORY),
        Person("second_observer", 18, Role.RISK),
        Person("price_reporter", 17, Role.PRICE_ADMINISTRATOR),
        Person("affiliate", 16, Role.ORACLE | Role.CERTIFIER | Role.UMPIRE, "umpire"),
    )
}
