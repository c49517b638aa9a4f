"""Lots and totals named by their id, or by the first 8 or more digits of a known one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from lodetrace.errors import InputError, NotFound
from lodetrace.text import TextMalformed, hex_of, parse_bare_hex, typed_digits

if TYPE_CHECKING:
    from lodetrace.member.session import MemberSession

LEAST: Final = 8
"""Hexadecimal digits of a prefix: 4 billion different ones."""

ID_DIGITS: Final = 64


class NameMalformed(InputError):
    """Neither an id nor the beginning of one."""

    template = "{text!r} names no lot"
    advice = (
        "A lot is named by its id (0x and 64 hexadecimal digits), by its first 8 digits, or by a"
        " label that `lodetrace lot list` shows."
    )


class NameUnknown(NotFound):
    """A prefix that no known lot has."""

    template = "no lot that you know begins with {text}"
    advice = "See `lodetrace lot list --ended` and `lodetrace lot inbox`, or give the full id."


class NameAmbiguous(InputError):
    """A prefix of several lots."""

    template = "{text} may be any of {found}"
    advice = "Give more digits."


def named_lots(member: "MemberSession", texts: Sequence[str], inbox: bool = False) -> list[bytes]:
    """The lots that were named, by id, label or the beginning of an id.

    Prefixes are of lots in the vault, or also of those ever offered.

    Raises NameMalformed, NameUnknown or NameAmbiguous.
    """

    def known() -> Iterable[bytes]:
        yield from member.vault.subjects()
        if inbox:
            from lodetrace.contracts.events import LotOffered

            offered = member.contracts.happened(LotOffered, to=member.account)
            yield from (one.lot for one in offered)

    labels = member.vault.labels()

    def one_named(text: str) -> bytes:
        called = labelled(text, labels)
        if not called:
            return named(text, known, lambda one: _is_lot(member, one))
        begun = [] if _digits_or_none(text) is None else list(known())
        return named_or_called(text, called, begun)

    return [one_named(text) for text in texts]


def labelled(text: str, labels: Mapping[bytes, Sequence[str]]) -> set[bytes]:
    """Lots that are called so; neither case nor blanks make another label."""
    from lodetrace.documents.identity import seal_number

    wanted = seal_number(text)
    return {lot for lot, called in labels.items() if wanted in map(seal_number, called)}


def fitting(labels: Sequence[str], pattern: str) -> bool:
    """Whether one of them is like a pattern with * and ?; case makes no difference."""
    return any(fnmatchcase(one.upper(), pattern.strip().upper()) for one in labels)


def named_or_called(text: str, called: set[bytes], begun: Iterable[bytes]) -> bytes:
    """The one lot that is called so, or whose id begins so; raises NameAmbiguous."""
    digits = _digits_or_none(text)
    fits = {one for one in begun if digits is not None and one.hex().startswith(digits)}
    found = sorted(called | fits)
    if len(found) > 1:
        raise NameAmbiguous(text=text[:80], found=", ".join(hex_of(one) for one in found))
    return found[0]


def named_lot(member: "MemberSession", text: str, inbox: bool = False) -> bytes:
    """One lot; raises as named_lots."""
    return named_lots(member, [text], inbox)[0]


def named_subject(member: "MemberSession", text: str) -> bytes:
    """A lot or a total, what claims speak of; raises as named_lots."""

    def is_subject(one: bytes) -> bool:
        return _is_lot(member, one) or member.reads.total(one).recorded_at > 0

    called = labelled(text, member.vault.labels())
    if called:
        return named_or_called(text, called, member.vault.subjects())
    return named(text, member.vault.subjects, is_subject)


def full_id(text: str) -> bytes | None:
    """The 32 bytes of a full id, else None; raises NameMalformed for what is no id at all."""
    digits = _digits(text)
    if not LEAST <= len(digits) <= ID_DIGITS:
        raise NameMalformed(text=text[:80])
    return parse_bare_hex(digits) if len(digits) == ID_DIGITS else None


def required_id(text: str, malformed: type[InputError]) -> bytes:
    """The 32 bytes of a full id; raises `malformed`, whose message takes the text."""
    try:
        given = full_id(text)
    except NameMalformed as error:
        raise malformed(text=text[:80]) from error
    if given is None:
        raise malformed(text=text[:80])
    return given


def named(text: str, known: Callable[[], Iterable[bytes]], fits: Callable[[bytes], bool]) -> bytes:
    """What a text names: an id as it stands, else the one known id that begins so and fits.

    Raises NameMalformed, NameUnknown or NameAmbiguous.
    """
    given = full_id(text)
    if given is not None:
        return given
    digits = _digits(text)
    begun = {one for one in known() if one.hex().startswith(digits)}
    found = sorted(one for one in begun if fits(one))
    if not found:
        raise NameUnknown(text="0x" + digits)
    if len(found) > 1:
        raise NameAmbiguous(text="0x" + digits, found=", ".join(hex_of(one) for one in found))
    return found[0]


def _digits(text: str) -> str:
    try:
        return typed_digits(text)
    except TextMalformed as error:
        raise NameMalformed(text=text[:80]) from error


def _digits_or_none(text: str) -> str | None:
    """The digits of what could be the beginning of an id."""
    try:
        digits = typed_digits(text)
    except TextMalformed:
        return None
    return digits if LEAST <= len(digits) <= ID_DIGITS else None


def _is_lot(member: "MemberSession", one: bytes) -> bool:
    from lodetrace.contracts.enums import LotState

    return member.reads.lot(one).state is not LotState.NONE
