"""Documents of births at the story's first mine, as many as a test wants."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from lodetrace.documents.signed_document import sign_document
from lodetrace.eip712 import Domain
from lodetrace.keys.member_keys import MemberKeys
from lodetrace.strict_json import parse

COBALT = Path(__file__).resolve().parents[2] / "examples" / "cobalt"
MINE_KEYS = 0
"""Development key of the mine's operator."""
Edit = Callable[[dict[str, Any]], None]


def signed_birth(
    domain: Domain, sequence: int, edit: Edit = lambda event: None, revision: int = 0
) -> bytes:
    """A birth, signed by the mine's operator. edit: changes the one event."""
    raw = json.loads((COBALT / "documents" / "mwinda-mine-M01.jsonld").read_text("utf-8"))
    edit(raw["epcisBody"]["eventList"][0])
    keys = _mine()
    signed = sign_document(
        parse(json.dumps(raw).encode()),
        sequence=sequence,
        revision=revision,
        domain=domain,
        private_key=keys.signing_key,
        salt_secret=keys.salt_secret,
    )
    return signed.to_json().encode()


@cache
def _mine() -> MemberKeys:
    return MemberKeys.for_development(MINE_KEYS)


def birth_of(domain: Domain, sequence: int, name: str, kilograms: int) -> bytes:
    """The birth of a lot with a name and a weight: another event than all others."""

    def edit(event: dict[str, Any]) -> None:
        lot_named(name)(event)
        event["quantityList"][0]["quantity"] = kilograms

    return signed_birth(domain, sequence, edit)


def lot_named(name: str) -> Edit:
    """An edit: the event made another lot, so that it is another event."""

    def edit(event: dict[str, Any]) -> None:
        lot = f"https://id.gs1.org/01/09521234000013/10/{name}"
        event["quantityList"][0]["epcClass"] = lot
        event["ilmd"]["lodetrace:analysis"][0]["lodetrace:epcClass"] = lot

    return edit
