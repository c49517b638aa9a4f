"""Every page of the explorer, wide and narrow, dark and light: readable, whole and its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.pages import Seen, named
from tests.support.synthetic_index import SyntheticIndex, ident

WIDE, NARROW = 1280, 390

HOSTILE = (
    (ident("member", 0), "<img src=x onerror=alert(1)><script>alert(2)</script>"),
    (ident("member", 1), "‮evil‬ ​\x07﻿ name"),
    (ident("site", 0), "Ω" * 200),
    (ident("site", 1), "Usine & Fils « l’Étoile » " * 8),
    (ident("site", 2), "金" * 200),
    (ident("car", 0), "مصنع السيارات"),
)
"""Names of a reader's own list, as they may come from anybody."""


def routes(index: SyntheticIndex) -> list[str]:
    """Every kind of page, deep links into the map too."""
    ids = {
        "lots": ident("lot", 0), "organisations": ident("member", 0), "sites": ident("site", 0),
        "certificates": ident("paper", 0), "claims": ident("claim", 0), "events": ident("event", 0),
        "prices": ident("price", 0),
    }  # fmt: skip
    of_ids = [f"{kind}/{one}" for kind, one in ids.items()]
    car = f"products/{ident('car', 0)}"
    places = [
        "",
        "holdings",
        "organisations",
        "prices",
        "chain",
        "settings",
        "sign-in",
        "search/0x0000",
    ]
    return [*places, *of_ids, car, f"{car}?stage=0", f"lots/{index.root}?direction=both", "nowhere"]


@pytest.fixture(params=[WIDE, NARROW])
def seen(request: pytest.FixtureRequest, browser: Any, base: str) -> Iterator[Seen]:
    """One context for all routes: as a reader goes from one to the next."""
    size = {"width": request.param, "height": 800}
    context = browser.new_context(viewport=size, locale="en-GB", reduced_motion="reduce")
    context.add_init_script(named(HOSTILE))
    yield Seen(context.new_page(), base)
    context.close()


def test_every_page_is_readable_and_loads_nothing_of_others(
    seen: Seen, index: SyntheticIndex
) -> None:
    faults = {}
    for route in routes(index):
        seen.page.emulate_media(color_scheme="light")
        seen.open(route)
        found = [*seen.outside(), *seen.overlaps(), *seen.unreadable()]
        seen.page.emulate_media(color_scheme="dark")
        found += seen.unreadable("color-contrast")
        if found:
            faults[route] = found
    assert faults == {}
    assert (seen.errors, seen.foreign) == ([], [])


def test_a_name_is_text_whatever_stands_in_it(seen: Seen) -> None:
    seen.open("organisations")
    text = seen.page.inner_text("main")
    assert "<img src=x onerror=alert(1)>" in text
    assert not set(text) & set("‮‬​\x07﻿")
    assert "evil name" in text
    assert seen.page.query_selector("main img, main script") is None
    seen.open(f"sites/{ident('site', 0)}")
    assert len(seen.page.inner_text("h1 bdi")) == 60
    assert seen.errors == []


@pytest.mark.parametrize("language", ["en", "fr", "zh"])
def test_the_page_speaks_the_readers_language(browser: Any, base: str, language: str) -> None:
    context = browser.new_context(locale=language, viewport={"width": NARROW, "height": 800})
    seen = Seen(context.new_page(), base)
    seen.open(f"products/{ident('car', 0)}")
    proven = {"en": "What is proven", "fr": "Ce qui est prouvé", "zh": "已获证明"}[language]
    assert proven in seen.page.inner_text("main")
    assert seen.page.get_attribute("html", "lang")[:2] == language
    assert (seen.outside(), seen.overlaps(), seen.errors) == ([], [], [])
    context.close()


def test_a_printed_map_fits_its_page(browser: Any, base: str) -> None:
    context = browser.new_context(viewport={"width": 1_600, "height": 900})
    seen = Seen(context.new_page(), base)
    seen.open(f"products/{ident('car', 0)}")
    seen.page.emulate_media(media="print")
    box = seen.page.query_selector(".map").bounding_box()
    assert box["width"] <= 1_600
    assert box["height"] <= 900
    assert not seen.page.is_visible("header")
    context.close()
