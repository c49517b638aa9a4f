"""How the parts of a story take part in its replay."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from lodetrace.audit.evidence import ProvenEvent
from lodetrace.contracts.events import Event

Handler: TypeAlias = Callable[[Any, ProvenEvent], None]
"""Takes an event of its type, and where and when the chain recorded it."""

Handlers: TypeAlias = Mapping[type[Event], Handler]
