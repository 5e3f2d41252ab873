"""Every page, as every kind of person: its structure, what it asks for, its weight, accessibility, and its looks.

As a by-product each page is drawn at two widths, light and dark, into `var/screenshots`.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, include, path
from django.views.generic import TemplateView
from playwright.sync_api import Page

from tests.browser import looks
from tests.browser.conftest import Visit
from tests.browser.pages import NOT_PAGES, VIEWS, View
from tests.support.portal_server import PortalServer
from tests.support.strict_html import inline_parts

Scheme = Literal["light", "dark"]
SCHEMES: dict[Scheme, Sequence[str]] = {"light": (), "dark": looks.ABOUT_COLOURS}
"""By which rules axe-core looks at each: dark differs in colours alone, as `test_theme.py` sees to."""
SIZES = {1440: 900, 390: 844}
IS_DRAWN = "CI" not in os.environ
"""Nobody looks at pictures on a machine that only checks, and drawing them takes long."""
SCREENSHOTS = Path(settings.BASE_DIR) / "var" / "screenshots"

urlpatterns = [path("forgotten/", TemplateView.as_view(), name="forgotten"), path("", include("qlmportal.urls"))]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_page_is_as_every_page_must_be(view: View, visit: Visit, request: pytest.FixtureRequest) -> None:
    server: PortalServer = request.getfixturevalue("failing_portal" if view.fails else "portal")
    page = visit(view.person, server=server, reduced_motion="reduce")
    watch = looks.Watch(page)
    page.goto(view.address())
    view.arrive(page)
    assert watch.answer.status == view.status
    assert list(faults(view, page, watch)) == []


def faults(view: View, page: Page, watch: looks.Watch, pictures: Path = SCREENSHOTS) -> Iterator[str]:
    """Tell everything that is wrong with a page, and draw it into the folder `pictures`."""
    yield from looks.structure(page, has_navigation=view.has_navigation)
    yield from inline_parts(watch.answer.text())
    yield from watch.strangers()
    yield from watch.excess_weight()
    page.set_viewport_size({"width": looks.NARROWEST, "height": 740})
    yield from looks.sideways(page, looks.NARROWEST)
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        yield from looks.sideways(page, width)
        for scheme, rules in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            if IS_DRAWN:
                picture = pictures / f"{view.name}-{width}-{scheme}.jpeg"
                page.screenshot(path=picture, full_page=True, quality=90)
            yield from looks.axe(page, f"{scheme} at {width} px", rules)
    yield from watch.complaints


def forgotten_addresses() -> set[str]:
    """Return the names in which the table and the URL resolver differ, the admin apart."""
    known = {view.url_name for view in VIEWS if view.url_name} | set(NOT_PAGES)
    return known ^ set(address_names(get_resolver()))


def address_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Yield the names of all addresses, the admin's apart."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        elif pattern.namespace != "admin":
            yield from address_names(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)


def test_table_knows_every_address() -> None:
    assert forgotten_addresses() == set()
    assert len({view.name for view in VIEWS}) == len(VIEWS)


@pytest.mark.urls(__name__)
def test_control_page_missing_from_the_table_is_noticed() -> None:
    assert forgotten_addresses() == {"forgotten"}
