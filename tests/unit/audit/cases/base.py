"""What a case of the test vectors is, and the chain that most of them are about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from lodetrace.audit.anchor import Anchor
from lodetrace.audit.bundle import Bundle, frame, open_frame
from lodetrace.audit.packing import pack
from lodetrace.chain.header import Header
from lodetrace.chain.qbft import encode_extra_data, extra_data_of
from lodetrace.chain.strict_rlp import Item, decode_list, encode
from tests.support.audit_events import ACCEPTED, ADDED, BORN, REGISTERED, SITE, STANDING, name
from tests.support.synthetic_chain import Chain

Built: TypeAlias = "tuple[bytes, Anchor]"


@dataclass(frozen=True, slots=True)
class Case:
    """A file and an anchor. refused: step and name of the error; None where it is accepted."""

    group: str
    name: str
    file: bytes
    anchor: Anchor
    full: bool
    refused: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Maker:
    """How a case is made; its name is that of the function."""

    group: str
    refused: tuple[int, str] | None
    full: bool
    make: Callable[[], Built]

    def case(self) -> Case:
        file, anchor = self.make()
        title = self.make.__name__.replace("_", " ")
        return Case(self.group, title, file, anchor, self.full, self.refused)


MAKERS: list[Maker] = []


def accepted(group: str, full: bool = False) -> Callable[[Callable[[], Built]], None]:
    """Registers a case that every verifier accepts."""

    def register(make: Callable[[], Built]) -> None:
        MAKERS.append(Maker(group, None, full, make))

    return register


def refused(
    group: str, step: int, error: str, full: bool = False
) -> Callable[[Callable[[], Built]], None]:
    """Registers a case that every verifier refuses, at this step."""

    def register(make: Callable[[], Built]) -> None:
        MAKERS.append(Maker(group, (step, error), full, make))

    return register


def story() -> Chain:
    """Block 1 registers a member, in block 2 a lot is born at its site, in block 3 it is sold."""
    made = Chain()
    made.emit(REGISTERED, ADDED)
    made.emit(SITE, STANDING, BORN)
    made.emit(ACCEPTED)
    return made


def shown(chain: Chain) -> Bundle:
    """About the story's lot, with every header."""
    return chain.bundle(name("lot"), headers=range(1, len(chain.blocks)))


def items() -> list[Item]:
    """The content of the story's bundle."""
    return decode_list(open_frame(shown(story()).encode()), "content")


def with_item(place: int, item: Item) -> Built:
    """The story's bundle with another item, packed and with a checksum that fits."""
    found = items()
    return packed(encode([*found[:place], item, *found[place + 1 :]]))


def packed(content: bytes) -> Built:
    """A content of any kind in a file that is right about it."""
    return frame(content, pack(content)), story().anchor()


def with_seals(header: Header, seals: Sequence[bytes]) -> Header:
    extra = replace(extra_data_of(header), seals=tuple(seals))
    return Header.of_fields(header.with_extra_data(encode_extra_data(extra)))


def head_with_seals(seals: Callable[[Chain], Sequence[bytes]]) -> Built:
    """A chain of one block after the genesis block, whose head has other seals."""
    chain = Chain()
    chain.grow(1)
    header = with_seals(chain.head, seals(chain))
    return replace(chain.bundle(), headers=(header,)).encode(), chain.anchor()
