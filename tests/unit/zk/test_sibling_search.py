"""Attack: whoever is given the cobalt of a document searches for its nickel and manganese.

What is searched are salts, with the siblings' true amounts granted: a commitment opens to one salt
only, so a candidate that is not the sibling's salt opens nothing. Under the derivation of format 1
a search over amounts with the salt at hand finds the sibling.
"""

import hashlib
import hmac
from collections.abc import Iterator

from zk_circuits.balance import Balance
from zk_circuits.commitment import Opening
from zk_circuits.keccak import keccak256
from zk_circuits.salts import NO_NONCE, SaltKind, SaltSource
from zk_circuits.tags import Tag

KILOGRAM = 10**6
OFFSETS = 4_500_000
"""To either side of the salt at hand."""
KEYED = 500_000
"""Derivations that are keyed by what the opening tells, for each of the other elements."""
OTHERS = (25, 28)
SECRET, NONCE = b"a secret of 32 bytes, one epoch.", b"a random nonce.."


def event_key(element: int) -> bytes:
    return keccak256(b"site, sequence" + bytes([element]))


def given(element: int) -> int:
    """The salt of the first lot of a document in an element, as its maker derives it."""
    return SaltSource(SaltKind.LOT, SECRET, event_key(element), 1, NONCE).salt(element)


def offsets(salt: int) -> range:
    return range(salt - OFFSETS, salt + OFFSETS)


def keyed(salt: int, count: int) -> Iterator[int]:
    """Salts by the formula, with the salt at hand in the secret's place."""
    secret = salt.to_bytes(31, "big")
    for element in OTHERS:
        source = SaltSource(SaltKind.LOT, secret, event_key(element), 1, NO_NONCE)
        head = b"lodetrace/salt/2" + bytes([source.kind]) + source.epoch.to_bytes(4, "big")
        head += source.anchor + element.to_bytes(2, "big")
        yield source.salt(element)
        keyed_by = hmac.new(secret, head, hashlib.sha256)
        for index in range(1, count):
            tried = keyed_by.copy()
            tried.update(index.to_bytes(4, "big") + source.nonce)
            yield int.from_bytes(tried.digest()[:31], "big")


def found(salt: int, siblings: frozenset[int], count: int = KEYED) -> set[int]:
    """Salts of siblings among the candidates: ten million of them, by default."""
    near = {sibling for sibling in siblings if sibling in offsets(salt)}
    return near | siblings.intersection(keyed(salt, count))


def test_an_opening_opens_no_sibling_of_its_document():
    siblings = frozenset(given(element) for element in OTHERS)
    assert len(offsets(given(27))) + KEYED * len(OTHERS) == 10**7
    assert found(given(27), siblings) == set()


def test_the_same_search_finds_a_sibling_of_format_1():
    """One salt for all elements of a document: amounts are the only unknown."""
    message = b"lodetrace/salt/1" + keccak256(b"document") + bytes(4)
    salt = int.from_bytes(hmac.digest(SECRET, message, "sha256")[:31], "big")
    assert found(salt, frozenset([salt]), count=10) == {salt}
    nickel = Opening(Tag(28), Balance(412 * KILOGRAM, 0, 0), salt).commitment
    tried = (Opening(Tag(28), Balance(kg * KILOGRAM, 0, 0), salt) for kg in range(300, 500))
    assert [one.lot.metal for one in tried if one.commitment == nickel] == [412 * KILOGRAM]


def test_the_search_can_find():
    """A sibling whose salt is keyed by the salt at hand, or lies beside it."""
    salt = given(27)
    weak = SaltSource(SaltKind.LOT, salt.to_bytes(31, "big"), event_key(28), 1).salt(28, 9)
    assert found(salt, frozenset([weak, salt + OFFSETS - 1]), count=10) == {
        weak,
        salt + OFFSETS - 1,
    }
