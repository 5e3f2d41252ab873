"""The parts of a list, as a person finds them in a browser."""

from playwright.sync_api import Locator, Page

SEARCH = "Search licenses"
LATER = 20
"""Milliseconds between two keys of somebody who types fast."""


def box(page: Page) -> Locator:
    return page.get_by_label(SEARCH)


def rows(page: Page) -> Locator:
    return page.locator("#list tbody tr")


def count(page: Page) -> Locator:
    return page.locator("#list-count")


def choose(page: Page, **filters: str) -> None:
    """Open the filters, choose by their labels, and show what passes them."""
    page.locator("summary", has_text="Filter").click()
    for label, choice in filters.items():
        page.get_by_label(label.replace("_", " ").capitalize(), exact=True).select_option(choice)
    page.get_by_role("button", name="Show", exact=True).click()
