"""What must be true of every page, as functions that return what is wrong: none is what we want to see."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, Response

FIRST_VISIT_BYTES, LATER_HTML_BYTES = 60_000, 12_000
NARROWEST = 360
ABOUT_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe-core that look at colours, all there are among those that are on."""
RUN_AXE = "async only => (await axe.run({resultTypes: ['violations'], ...only})).violations"
OWN_STATUS = re.compile(r"Failed to load resource: the server responded with a status of \d+")


class Watch:
    """Sees everything that a page asks for and complains of, from before it is opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.document: Response | None = None
        page.on("request", self._remember_request)
        page.on("response", self._remember_document)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(f"script fails: {error}"))

    def _remember_request(self, request: Request) -> None:
        self.requests.append(request)

    def _remember_document(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            self.document = response

    def _listen(self, message: ConsoleMessage) -> None:
        about_itself = message.location["url"] == self.page.url and OWN_STATUS.match(message.text)
        if message.type in {"error", "warning"} and not about_itself:
            self.complaints.append(f"console: {message.text}")

    @property
    def answer(self) -> Response:
        """The answer that the browser shows."""
        assert self.document is not None
        return self.document

    def strangers(self) -> Iterator[str]:
        """Tell of requests that leave the portal's own host."""
        own = urlsplit(self.page.url).netloc
        for request in self.requests:
            address = urlsplit(request.url)
            if address.scheme != "data" and address.netloc != own:
                yield f"asks {address.netloc}"

    def excess_weight(self) -> Iterator[str]:
        """Tell what weighs too much (P8): the page compressed, and all that a first visit transfers."""
        html = self.answer.request.sizes()["responseBodySize"]
        last = next(at for at, request in enumerate(self.requests) if request == self.answer.request)
        everything = sum(transferred(request) for request in self.requests[last:])
        if html > LATER_HTML_BYTES:
            yield f"{html} bytes of HTML"
        if everything > FIRST_VISIT_BYTES:
            yield f"{everything} bytes for the first visit"


def transferred(request: Request) -> int:
    """Return how many bytes an answer took on the wire, its head included; none came where the request failed."""
    if request.failure:
        return 0
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def structure(page: Page, *, has_navigation: bool) -> Iterator[str]:
    """Tell what is wrong with headings, landmarks, title and language."""
    for role in ("banner", "main", "contentinfo"):
        if (number := page.get_by_role(role).count()) != 1:  # type: ignore[arg-type]  # all three are roles
            yield f"{number} landmarks {role}"
    if (page.get_by_role("navigation", name="Main").count() == 1) is not has_navigation:
        yield f"main navigation: expected {has_navigation}"
    if (headings := page.locator("h1").count()) != 1:
        yield f"{headings} h1"
    if not re.fullmatch(r"(Error: )?\S.* · License Portal", page.title()):
        yield f"title {page.title()!r}"
    if page.title().startswith("Error:") is not page.locator(".form-errors").is_visible():
        yield "title and error summary disagree"
    if page.locator("html").get_attribute("lang") != "en":
        yield "no language"


def sideways(page: Page, width: int) -> Iterator[str]:
    """Tell whether the page scrolls sideways."""
    needed = page.evaluate("document.documentElement.scrollWidth")
    if needed > width:
        yield f"scrolls sideways at {width} px: needs {needed}"


def axe(page: Page, circumstances: str, rules: Sequence[str] = ()) -> Iterator[str]:
    """Tell of every violation that axe-core finds in the page as it is now, by all its rules or by those given."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    for violation in page.evaluate(RUN_AXE, {"runOnly": list(rules)} if rules else {}):
        nodes = "; ".join(node["html"][:150] + " " + node["failureSummary"] for node in violation["nodes"][:3])
        yield f"axe, {circumstances}: {violation['id']} ({violation['impact']}): {nodes}"
