"""What later pages transfer (P8); what a first visit does is checked for every page in test_pages."""

from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.looks import LATER_HTML_BYTES
from tests.browser.people import PRIMARY, bought


def transferred_bytes(page: Page, path: str) -> dict[str, int]:
    """Open a page and return what went over the wire, by address."""
    network = page.context.new_cdp_session(page)
    urls: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    network.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    network.send("Network.enable")
    page.goto(path, wait_until="networkidle")
    network.detach()
    return {urls[request]: int(size) for request, size in sizes.items() if request in urls}


def test_later_pages_transfer_nothing_but_their_html(visit: Visit) -> None:
    page = visit(PRIMARY)
    first = transferred_bytes(page, "/licenses/")
    assert len([size for size in first.values() if size]) > 5
    for path in (bought("NW-5071").get_absolute_url(), f"{bought('NW-4208').get_absolute_url()}activate/"):
        later = {url: size for url, size in transferred_bytes(page, path).items() if size}
        assert [url.endswith(path) for url in later] == [True]
        assert sum(later.values()) <= LATER_HTML_BYTES
