"""The identity of an EPCIS event: its CBV 2.0 hash id, and the hash of its error declaration.

The reference algorithm leaves errorDeclaration out (a withdrawal would look like its original),
hence the pair. The algorithm is that of PyPI's epcis_event_hash_generator (MIT); what would make
its result depend on the day, the network or an earlier document is refused here first.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from lodetrace.canonical_json import canonical_bytes
from lodetrace.documents.contexts import CONTEXTS, PACKAGED, ContextCopies
from lodetrace.documents.epcis import (
    ContextRefused,
    check_context,
    event_list,
    read_time,
    refuse_ignored_fields,
)
from lodetrace.documents.reference_package import silence
from lodetrace.errors import InputError

_TIMES: Final = frozenset({"eventTime", "time", "startTime", "endTime"})
"""Fields that the algorithm reads as times; it would complete a partial one with today's date."""

_VOCABULARIES: Final = ("https://ref.gs1.org/cbv", "https://gs1.org/voc")
"""Of these the algorithm writes words in full."""

Loader = Callable[[str, Mapping[str, Any]], dict[str, Any]]
"""Address of a context and options of pyld to a remote document of JSON-LD."""

_ONE_AT_A_TIME: Final = Lock()
"""The package keeps the prefixes of the document it reads in a module variable."""


class EventHashImpossible(InputError):
    """An event for which the reference algorithm has no answer."""

    template = "event {number} has no CBV hash: {reason}"
    advice = "The event breaks the EPCIS standard; the site corrects and signs it again."


@dataclass(frozen=True, slots=True)
class EventIdentity:
    """Which event this is. error: None unless the event declares an earlier one wrong."""

    hash: str
    error: str | None

    def __str__(self) -> str:
        return self.hash if self.error is None else f"{self.hash}#{self.error}"


def identities(
    document: Mapping[str, Any], copies: ContextCopies = PACKAGED
) -> list[EventIdentity]:
    """Identity of each event of a parsed EPCIS document or query document.

    Raises EventHashImpossible, EpcisInvalid, ContextRefused or ContextMissing.
    """
    context = document.get("@context")
    check_context(context)
    _refuse_rebound(context if isinstance(context, list) else [context], copies)
    found = []
    for number, event in enumerate(_events(document), 1):
        _refuse_ambiguous(event, number)
        alone = {"@context": context, "epcisBody": {"eventList": [event]}}
        hash_id = _hash_id(alone, number, loader_of(copies))
        found.append(EventIdentity(hash_id, error_hash(event)))
    return found


def _refuse_rebound(entries: list[Any], copies: ContextCopies) -> None:
    """Refuses a word of GS1's contexts that is bound to something else: they are protected."""
    taken = {
        word: meaning
        for one in entries
        if isinstance(one, str)
        for word, meaning in copies.of(one)["@context"].items()
    }
    for entry in entries:
        for word, address in entry.items() if isinstance(entry, dict) else ():
            if taken.get(word, address) != address:
                reason = f"{word} is a word of GS1's context, which protects it"
                raise ContextRefused(context=f"{{{word!r}: {address!r:.60}}}", reason=reason)


def error_hash(event: Mapping[str, Any]) -> str | None:
    """SHA-256 of the canonical errorDeclaration as an RFC 6920 name, None without one."""
    if "errorDeclaration" not in event:
        return None
    digest = hashlib.sha256(canonical_bytes(event["errorDeclaration"])).hexdigest()
    return f"ni:///sha-256;{digest}"


def _events(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Events; of a query document without the fields that it says to ignore."""
    if document.get("type") != "EPCISQueryDocument":
        refuse_ignored_fields(document)
        return event_list(document)
    body = document.get("epcisBody")
    results = body.get("queryResults") if isinstance(body, dict) else None
    results = results if isinstance(results, dict) else {}
    ignored = {
        name
        for key, names in results.items()
        if key.endswith(":ignoreFields") and isinstance(names, list)
        for name in names
        if isinstance(name, str)
    }
    entries = event_list({"epcisBody": results.get("resultsBody")})
    return [{key: entry[key] for key in entry if key not in ignored} for entry in entries]


def _refuse_ambiguous(value: Any, number: int) -> None:
    """Nested contexts (they may be fetched) and times without date or zone."""
    if isinstance(value, list):
        for item in value:
            _refuse_ambiguous(item, number)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "@context":
                raise EventHashImpossible(number=number, reason="it has a JSON-LD context inside")
            if key in _TIMES:
                read_time(item, f"event {number}, {key}")
            _refuse_ambiguous(item, number)


def _type_first(value: Any) -> str:
    """JSON whose objects begin with `type`, as the standard orders business transactions.

    The package takes their fields as they stand, so that another order would be another hash.
    """
    if isinstance(value, list):
        return "[" + ",".join(map(_type_first, value)) + "]"
    if not isinstance(value, dict):
        return canonical_bytes(value).decode("utf-8")
    keys = sorted(value, key=lambda key: (key != "type", key))
    pairs = (f"{json.dumps(key)}:{_type_first(value[key])}" for key in keys)
    return "{" + ",".join(pairs) + "}"


def _hash_id(document: Mapping[str, Any], number: int, loader: Loader) -> str:
    from epcis_event_hash_generator import (
        dl_normaliser,
        file_document_loader,
        hash_generator,
        json_to_py,
    )

    silence(dl_normaliser, file_document_loader, hash_generator, json_to_py)
    text = _type_first(document)
    with _ONE_AT_A_TIME:
        json_to_py._namespaces.clear()
        try:
            events = _simple_events(json.loads(text), loader)
            hashes = hash_generator.epcis_hashes_from_events(events)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise EventHashImpossible(number=number, reason=reason[:200]) from error
    if len(hashes) != 1:
        raise EventHashImpossible(number=number, reason="the algorithm gave up on it")
    return str(hashes[0])


def _simple_events(document: dict[str, Any], loader: Loader) -> tuple[str, str, list[Any]]:
    """As the package's event_list_from_epcis_document_str, made of the same pieces.

    The package itself writes each stage out for a log that nobody reads, and learns GS1's
    context anew for each document: together more than half of its time.
    """
    from epcis_event_hash_generator import json_to_py
    from epcis_event_hash_generator.json_xml_model_mismatch_correction import (
        deep_structure_correction,
    )

    words: list[str] = []
    expanded = json_to_py.jsonld.expand(document, {"documentLoader": loader})
    json_to_py._find_expanded_values(expanded, words)
    known = {word for word in words if word.startswith(_VOCABULARIES)}
    document = json_to_py._replace_bare_string_values(document, known)
    json_to_py._collect_namespaces_from_jsonld_context(document["@context"])
    events = document["epcisBody"]["eventList"]
    simple = [deep_structure_correction(json_to_py._json_to_py(event)) for event in events]
    return "EventList", "", simple


def loader_of(copies: ContextCopies) -> Loader:
    """How pyld gets a context: from the copies; `static` lets it keep what it made of one."""

    def load(url: str, options: Mapping[str, Any]) -> dict[str, Any]:
        if url not in CONTEXTS:
            raise ContextRefused(context=url, reason="none is fetched")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": copies.of(url),
            "tag": "static",
        }

    return load
