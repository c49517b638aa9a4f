"""A gateway over an index of any size, and every question that it is asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.app import create_app
from api.bundles import Bundles
from api.deps import Gateway
from api.indexer.follow import Indexer
from api.indexer.store import open_store
from tests.support.readers import HERE, access_of
from tests.support.synthetic_index import SyntheticIndex, holder, ident
from tests.unit.api.scripted_chain import ScriptedChain

DESCRIBED: Final = {
    path: methods
    for path, methods in create_app(None, 1).openapi()["paths"].items()  # type: ignore[arg-type]
    if "get" in methods and path != "/session"
}
"""What an open gateway answers without a token; of an application that is not started."""

IDS: Final = {
    "event_id": ident("event", 0),
    "organisation": ident("member", 0),
    "site": ident("site", 0),
    "certificate": ident("paper", 0),
    "claim": ident("claim", 0),
    "record": ident("price", 0),
}
"""By the parameter of a route: one that is there at every size, beside lots and products."""

GRAPHS: Final = ("/lots/{lot}/provenance", "/products/{product}/provenance")
FILTERED: Final = {
    "/lots": (
        "ids={ids}",
        f"account={holder(1)}", f"organisation={ident('member', 1)}", "element=Cu",
        "material=pack", "state=disputed", f"site={ident('site', 1)}", "withdrawn=true",
        "held=true", "root=1", "root=1&index=0",
        "begin=2026-01-01&end=2026-01-01T00:10:00Z",
    ),
    "/events": (
        f"site={ident('site', 1)}", f"organisation={ident('member', 1)}", "element=Cu",
        "withdrawn=true", "begin=2026-01-01&end=2026-01-01T00:10:00Z",
    ),
    "/members": (f"account={holder(1)}", f"signer={holder(1)}"),
    "/sites": (f"organisation={ident('member', 1)}",),
    "/certificates": (f"site={ident('site', 1)}", "scheme=copper mark", "element=Cu"),
    "/claims": (f"subject={ident('lot', 1)}", f"account={holder(1)}"),
    "/prices": (f"commodity={ident('commodity', 1)}",),
    "/products": (f"account={holder(1)}", f"organisation={ident('member', 1)}"),
}  # fmt: skip
"""Each filter of a list alone, for what is rare where there are other rows."""

WALKED: Final = (
    *sorted(FILTERED), "/changes",
    "/lots?withdrawn=false", "/lots?held=false", "/events?withdrawn=false",
)  # fmt: skip
"""Lists of nearly everything: read along the key until the page is full."""

QUESTIONS: Final = (
    *sorted(DESCRIBED.keys() - FILTERED.keys() - {"/search"}),
    f"/search?begins={ident('lot', 1)[:50]}",
    "/changes?after=100",
    "/changes?after=100-1",
    *(f"{path}?{query}" for path, queries in FILTERED.items() for query in queries),
    *(f"{path}?view={view}" for path in GRAPHS for view in ("graph", "sites")),
    *(f"{path}?direction=both" for path in GRAPHS[:1]),
    *WALKED,
)


@dataclass(frozen=True)
class SyntheticGateway:
    """A gateway that follows nothing."""

    client: TestClient
    engine: Engine
    index: SyntheticIndex

    @classmethod
    def over(cls, url: str, lots: int) -> "SyntheticGateway":
        """Over an index in an empty database."""
        engine, chain = open_store(url), ScriptedChain()
        index = SyntheticIndex(lots, lots + 1)
        index.write(engine)
        indexer = Indexer(engine, chain, may_rewind=False)
        bundles = Bundles(lambda subject, ends: b"bundle")
        served = Gateway(engine, chain, indexer, bundles, access_of(engine))
        # without its context the client starts no follower
        return cls(TestClient(create_app(served, 60), HERE), engine, index)

    def largest(self, path: str) -> str:
        """A question for as many rows as an answer may have."""
        return _question(path, {"lot": self.index.root, "product": ident("car", 0)}, 500, 1_000)

    def smallest(self, path: str) -> str:
        """A question for a few of many rows, as nearly every one is to an index of millions."""
        return _question(path, {"lot": self.index.twig, "product": ident("car", 1)}, 5, 10)


def _question(path: str, own: Mapping[str, str], ids: int, limit: int) -> str:
    named = {**IDS, **own, "ids": ",".join(ident("lot", number) for number in range(ids))}
    asked = re.sub(r"{(\w+)}", lambda found: named[found[1]], path)
    told = DESCRIBED[path.split("?")[0]]["get"].get("parameters", ())
    has_pages = "limit" in [one["name"] for one in told] and "view=" not in path
    if not has_pages or "ids=" in path:
        return asked
    return f"{asked}{'&' if '?' in asked else '?'}limit={limit}"
