"""Light, dark, or as the system has it: chosen once, kept, and in the page as the server sends it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.people import MEMBER

LIGHT, DARK = 200, 80
STATIC = Path(settings.BASE_DIR, "static")
A_COLOUR = r"(?:#[0-9a-f]{3,8}|rgb\([\d\s./]+\))"
PAIR = re.compile(rf"light-dark\({A_COLOUR}, {A_COLOUR}\)")
BY_THEME = re.compile(r'\[data-theme="(light|dark)"\] \{ color-scheme: \1; \}')


def brightness(page: Page) -> float:
    """Return how bright the page's background is, from 0 to 255."""
    numbers = page.evaluate(
        """() => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }"""
    )
    return sum(numbers) / 3


@pytest.mark.parametrize("has_java_script", [True, False])
def test_chosen_theme_stays_and_is_in_the_html_itself(visit: Visit, has_java_script: bool) -> None:
    page = visit(MEMBER, java_script_enabled=has_java_script)
    page.goto("/licenses/")
    assert brightness(page) > LIGHT
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url("/licenses/")
    assert brightness(page) < DARK
    for path in ("/licenses/", "/nothing/here/", "/accounts/logout/"):
        answer = page.goto(path)
        assert answer
        assert 'data-theme="dark"' in answer.text()
        assert brightness(page) < DARK


def test_chosen_theme_outlives_signing_out(visit: Visit) -> None:
    page = visit(MEMBER)
    page.goto("/licenses/")
    page.get_by_role("banner").locator("summary").click()
    page.get_by_role("button", name="Dark").click()
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert brightness(page) < DARK


def test_system_theme_follows_the_system(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    page.goto("/accounts/login/")
    assert brightness(page) < DARK
    page.emulate_media(color_scheme="light")
    assert brightness(page) > LIGHT
    page.get_by_role("button", name="Dark").click()
    assert brightness(page) < DARK
    page.get_by_role("button", name="System").click()
    assert brightness(page) > LIGHT


def test_dark_differs_from_light_in_colours_alone() -> None:
    for path in STATIC.glob("css/*.css"):
        style = path.read_text(encoding="utf-8")
        assert style.count("light-dark(") == len(PAIR.findall(style)), path
        assert style.count("data-theme") == len(BY_THEME.findall(style)), path
        assert "prefers-color-scheme" not in style, path
    for path in STATIC.glob("js/*.js"):
        assert "prefers-color-scheme" not in path.read_text(encoding="utf-8"), path
