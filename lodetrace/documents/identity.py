"""Which batch, which place: the canonical form of the URIs that documents name them by.

One batch has many spellings: a GTIN of 13 or of 14 digits, another host, http, the words of older
links, an EPC URN, escapes. CBV 2.0 maps them onto one GS1 Digital Link below id.gs1.org before it
hashes an event; what is the same for the event hash is the same here, and every rule compares
these forms, never the texts. Batches are read here, because the reference package gives up on
batch numbers with escapes; all other keys are left to it.
"""

import re
from itertools import pairwise
from typing import Final
from urllib.parse import quote, unquote

from lodetrace.documents.reference_package import silence
from lodetrace.text import parse_bare_hex

HOST: Final = "https://id.gs1.org"

_URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
)
"""The signs of RFC 3986: nothing invisible and no letter that only looks like another."""
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]")
_WEB: Final = re.compile(r"(https?://[^/?#]*)([^?#]*)", re.IGNORECASE)

_BATCH_URN: Final = re.compile(r"urn:epc:class:lgtin:(\d{6,12})\.(\d{1,7})\.(.+)", re.ASCII)
_GTIN: Final = re.compile(r"\d{8}|\d{12,14}", re.ASCII)
_BATCH_NUMBER: Final = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
"""AI 10 of the GS1 General Specifications: character set 82, at most 20 characters."""
_AS_IT_IS: Final = "-._';="
"""Signs, beside letters and digits, that the canonical form does not escape."""

_KEYS: Final = frozenset({"01", "gtin"})
_QUALIFIERS: Final = {"22": "22", "cpv": "22", "10": "10", "lot": "10", "21": "21", "ser": "21"}

_CHECKED: Final = re.compile(rf"{HOST}/(00|01|414|417)/(\d+)(/.*)?", re.ASCII)


def is_uri(text: str) -> bool:
    """Whether the text is a URI of RFC 3986."""
    return _URI.fullmatch(text) is not None


def canonical(uri: str) -> str:
    """The form of CBV 2.0; of a URI without a GS1 key that of RFC 3986, section 6.2.2."""
    plain = _normal(uri)
    return _batch(plain) or _canonical_link(plain) or plain


def is_batch(uri: str) -> bool:
    """Whether a canonical URI names a batch: a GTIN and a batch number, no single item."""
    return _batch(uri) is not None


def wrong_check_digit(uri: str) -> str | None:
    """The key in a canonical URI (GTIN, GLN, SSCC) whose last digit cannot be; else None."""
    from stdnum import ean

    found = _CHECKED.fullmatch(uri)
    if found is None:
        return None
    key = found[2]
    return key if ean.calc_check_digit(key[:-1]) != key[-1] else None


def seal_number(written: str) -> str:
    """A seal as it is compared: it is printed, so neither case nor blanks make another one."""
    return "".join(written.split()).upper()


def is_within(place: str, site: str) -> bool:
    """Whether a canonical place is the site, or a part of it (a GLN with an extension)."""
    return place == site or place.startswith(f"{site}/254/")


def _normal(uri: str) -> str:
    """Case of scheme and host, escapes that need not be: RFC 3986, section 6.2.2."""
    text = re.sub("%([0-9A-Fa-f]{2})", lambda found: _escape(found[1]), uri)
    scheme, _, rest = text.partition(":")
    if scheme.lower() == "urn":
        space, colon, name = rest.partition(":")
        return f"urn:{space.lower()}{colon}{name}"
    web = _WEB.match(text)
    return text if web is None else web[1].lower() + text[web.end(1) :]


def _escape(digits: str) -> str:
    [octet] = parse_bare_hex(digits, 1)
    sign = chr(octet)
    return sign if _UNRESERVED.fullmatch(sign) else f"%{digits.upper()}"


def _canonical_link(plain: str) -> str | None:
    from epcis_event_hash_generator import dl_normaliser

    silence(dl_normaliser)
    found = dl_normaliser.normaliser(plain.partition("#")[0].rstrip("/"))
    return None if found is None else str(found)


def _batch(plain: str) -> str | None:
    """The canonical form of a batch, None where the URI names none."""
    found = _batch_of_urn(plain) or _batch_of_link(plain)
    if found is None or not _BATCH_NUMBER.fullmatch(found[1]):
        return None
    return f"{HOST}/01/{found[0]}/10/{quote(found[1], safe=_AS_IT_IS)}"


def _batch_of_urn(plain: str) -> tuple[str, str] | None:
    """GTIN and batch number of urn:epc:class:lgtin:prefix.item.batch (EPC Tag Data Standard)."""
    from stdnum import ean

    found = _BATCH_URN.fullmatch(plain)
    if found is None or len(found[1]) + len(found[2]) != 13:
        return None
    digits = found[2][0] + found[1] + found[2][1:]
    return digits + ean.calc_check_digit(digits), unquote(found[3])


def _batch_of_link(plain: str) -> tuple[str, str] | None:
    """GTIN and batch number of a GS1 Digital Link, on whatever host and below whatever path."""
    web = _WEB.match(plain)
    parts = web[2].rstrip("/").split("/") if web is not None else []
    for place, (key, value) in enumerate(pairwise(parts)):
        if key in _KEYS and _GTIN.fullmatch(value):
            qualifiers = _qualifiers(parts[place + 2 :])
            if qualifiers is None or "10" not in qualifiers or "21" in qualifiers:
                return None
            return value.zfill(14), unquote(qualifiers["10"])
    return None


def _qualifiers(parts: list[str]) -> dict[str, str] | None:
    """What stands behind a GTIN, by application identifier; None where it is anything else."""
    names = [_QUALIFIERS.get(one) for one in parts[::2]]
    if len(parts) % 2 or len(set(names)) != len(names):
        return None
    found = {name: value for name, value in zip(names, parts[1::2], strict=True) if name}
    return found if len(found) == len(names) else None
