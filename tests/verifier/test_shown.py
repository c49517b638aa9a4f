"""How the page looks and is used: narrow and wide, dark and light, by keyboard, on paper."""

import pytest

from tests.browser.pages import AXE, unreadable
from tests.support.required import absent
from tests.verifier.page import NOW, STORY, OpenedPage

pytestmark = pytest.mark.slow

UNCLEAR = """() => {
  const shade = (text) => text.match(/[\\d.]+/g).slice(0, 3).map((part) => {
    const one = Number(part) / 255;
    return one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
  });
  const light = (text) => {
    const [r, g, b] = shade(text);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !one.checkVisibility() || one.closest(".unseen") || one.disabled) continue;
    const [a, b] = [light(getComputedStyle(one).color), light(behind(one))];
    const [most, least] = [Math.max(a, b), Math.min(a, b)];
    const ratio = (most + 0.05) / (least + 0.05);
    if (ratio < 4.5) found.push(`${one.textContent.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return found;
}"""
"""Texts with less contrast than 4.5 to 1 (WCAG 2.2, 1.4.3)."""

WIDER = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def judged(opened: OpenedPage) -> OpenedPage:
    """With a verdict on it, asked for by the keyboard alone."""
    opened.give(
        bundle=STORY / "sulphate.bundle", anchor=STORY / "anchor.json", policy=None, names=None
    )
    opened.page.fill("#now", "")
    opened.page.focus("#names")
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.type(NOW)
    opened.page.keyboard.press("Enter")
    opened.page.locator("#verdict").wait_for()
    return opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_its_screen_or_hard_to_read(
    judged: OpenedPage, width: int, scheme: str
) -> None:
    page = judged.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate(WIDER) <= 0
    assert page.evaluate(UNCLEAR) == []
    if not AXE.is_file():
        absent("axe-core is not there: make test-verifier")
    assert unreadable(page) == []


def test_on_paper_stands_the_verdict_and_no_form(judged: OpenedPage) -> None:
    judged.page.emulate_media(media="print")
    try:
        assert judged.page.is_visible("#headline")
        assert not judged.page.is_visible("#form")
        assert judged.page.evaluate(UNCLEAR) == []
    finally:
        judged.page.emulate_media(media="screen")


def test_readers_that_speak_hear_the_steps_and_the_verdict(judged: OpenedPage) -> None:
    page = judged.page
    assert page.get_attribute("#said", "role") == "status"
    assert page.get_attribute("#problem", "role") == "alert"
    assert page.inner_text("#said").startswith("VERIFIED, WITH LIMITS.")
    assert page.evaluate("document.activeElement.id") == "verdict"
    for line in page.locator("#steps li").all():
        assert line.text_content().count(": passed") == 1
    for field in page.locator("input").all():
        assert page.locator(f"label[for='{field.get_attribute('id')}']").count() == 1


def test_another_file_takes_the_verdict_away(judged: OpenedPage) -> None:
    """Nobody reads the verdict of one bundle beside the name of another."""
    judged.give(bundle=STORY / "anchor.json")
    assert not judged.page.is_visible("#verdict")
    assert not judged.page.is_visible("#run")
