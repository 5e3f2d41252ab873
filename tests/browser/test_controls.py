"""The checks of pages find what is wrong with a page in which everything is wrong."""

from pathlib import Path

from playwright.sync_api import Page, Route

from tests.browser import looks
from tests.browser.conftest import Visit
from tests.browser.pages import View
from tests.browser.test_keyboard import keyboard_faults
from tests.browser.test_pages import faults
from tests.support.strict_html import inline_parts

BROKEN = f"""<!DOCTYPE html><html><head><title></title><style>a {{ outline: none !important }}</style></head><body>
<p style="color: #ccc; background: white; width: 2000px">Hardly to be read</p><img src="http://elsewhere.example/x.png">
<a href="javascript:alert(1)" onclick="alert(1)">This</a> <button tabindex="3">Before that</button>
<button>Last</button>
<script>console.error("something went wrong")</script><!-- {"x" * 70_000} --></body></html>"""

EXPECTED = (
    "landmarks main",
    "main navigation",
    "0 h1",
    "title ''",
    "no language",
    "inline <style>",
    "inline <script>",
    "inline onclick on <a>",
    "script as href of <a>",
    "asks elsewhere.example",
    "bytes of HTML",
    "bytes for the first visit",
    "scrolls sideways at 360 px",
    "axe, light at 1440 px: color-contrast",
    "axe, dark at 390 px: color-contrast",
    "image-alt",
    "something went wrong",
)


def open_broken_page(page: Page) -> None:
    """Have the portal's host answer with a page in which everything is wrong."""

    def answer(route: Route) -> None:
        route.fulfill(body=BROKEN, content_type="text/html")

    page.route("**/broken/", answer)
    page.route("http://elsewhere.example/**", lambda route: route.abort())
    page.goto("/broken/")


def test_control_everything_wrong_with_a_page_is_found(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    watch = looks.Watch(page)
    open_broken_page(page)
    view = View("control", "", "staff@vendor.example", "/broken/")
    found = "\n".join(faults(view, page, watch, tmp_path))
    assert [fault for fault in EXPECTED if fault not in found] == []


def test_control_no_rule_about_colours_is_forgotten(visit: Visit) -> None:
    page = visit()
    open_broken_page(page)
    page.evaluate(looks.AXE_SCRIPT)
    about_colours = {rule["ruleId"]: rule["tags"] for rule in page.evaluate("axe.getRules(['cat.color'])")}
    off = {name for name, tags in about_colours.items() if "wcag2aaa" in tags}
    assert set(about_colours) - off == set(looks.ABOUT_COLOURS)


def test_control_what_the_keyboard_cannot_do_is_found(visit: Visit) -> None:
    page = visit()
    open_broken_page(page)
    found = "\n".join(keyboard_faults(page))
    assert "the focus cannot be seen on <a" in found
    assert "Tab goes in the order" in found


def test_control_strict_page_has_no_inline_parts() -> None:
    assert inline_parts('<script src="/static/x.js"></script><p class="style">onclick=</p>') == []
