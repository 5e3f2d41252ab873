"""One page as one person sees it, and how they get there."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.people import bought, press

Arrival = Callable[[Page], None]


@dataclass(frozen=True)
class View:
    """One page as one person sees it.

    `name` is the screenshot's, `url_name` the resolver's (empty for a page that any address can
    answer with). `path` is opened and then `arrive` done. `is_plain` pages know nobody. `fails`
    is for the server whose addresses fail.
    """

    name: str
    url_name: str
    person: str
    path: str | Callable[[], str]
    status: int = 200
    arrive: Arrival = lambda page: None
    is_plain: bool = False
    fails: bool = False

    def address(self) -> str:
        """Return the path to open, as the database has it now."""
        return self.path if isinstance(self.path, str) else self.path()

    @property
    def has_navigation(self) -> bool:
        """Whether the page has the main navigation: where somebody is signed in, error pages apart."""
        return bool(self.person) and not self.is_plain


def pressed(button: str) -> Arrival:
    """Return an arrival that presses one button."""
    return lambda page: press(page, button)


def typed(button: str, **fields: str) -> Arrival:
    """Return an arrival that types into fields by name, past what the browser itself would refuse, and sends."""

    def arrive(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"main [name={name}]:visible").first.evaluate(
                "(field, value) => { field.value = value }", value
            )
        press(page, button)

    return arrive


def license_page(order_id: str, below: str = "") -> Callable[[], str]:
    """Return how to find the page of the license of that order, or one below it."""
    return lambda: f"{bought(order_id).get_absolute_url()}{below}"
