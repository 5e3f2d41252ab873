"""The steps of the main job, as a person does them in a browser."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from licenses.license_file import Claim, public_key, verify
from licenses.models import License

COMPUTER_IDS = {
    "spectra-desk": "{:04X}-2C3D-4E5F-6071",
    "bench-pilot": "BP-ABCDEFGHIJKLMN{}",
    "calibration-ledger": "{:032x}",
}
_BENCH_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def computer_id_for(license: License, number: int) -> str:
    """Return a computer ID as the license's product makes them, a different one for each number below 1024."""
    if license.product.slug == "bench-pilot":
        return COMPUTER_IDS["bench-pilot"].format(_BENCH_LETTERS[number // 32] + _BENCH_LETTERS[number % 32])
    return COMPUTER_IDS[license.product.slug].format(number)


def open_license(page: Page, license: License) -> None:
    """Open the license from the list, turning pages until it is there, and wait for its own page."""
    page.goto("/licenses/")
    link = page.locator(f".row-link[href='{license.get_absolute_url()}']")
    while not link.count():
        with page.expect_navigation():
            page.get_by_role("navigation", name="License pages").get_by_role("link", name="Next").click()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(str(license.product_version))


def type_computer(page: Page, computer_id: str, name: str = "") -> None:
    """Fill the form that asks for a computer."""
    page.get_by_label("Computer ID").fill(computer_id)
    page.get_by_label("Computer name").fill(name)


def activate(page: Page, computer_id: str, name: str) -> None:
    """From the license's page: activate one more computer, and arrive at its license file."""
    page.get_by_role("link", name="Activate a computer").click()
    type_computer(page, computer_id, name)
    page.get_by_role("button", name="Activate", exact=True).click()
    expect(message(page)).to_have_text(f"{name} is activated.")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"License file of {name}")


def message(page: Page) -> Locator:
    """Return where the page says what happened."""
    return page.get_by_role("status")


def shown_license_file(page: Page) -> str:
    """Return the text of the license file on the page."""
    return page.get_by_role("region", name="Text of the license file").text_content() or ""


def downloaded_license_file(page: Page) -> str:
    """Download the license file and return its text."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download license file").click()
    assert download.value.suggested_filename.endswith(".lic")
    return Path(download.value.path()).read_text(encoding="utf-8")


def verified(page: Page, text: str, license: License) -> dict[str, Claim]:
    """Verify a license file with the keys that the portal publishes, as a program does, and return its claims."""
    published = page.request.get("/.well-known/jwks.json").json()["keys"]
    keys = {key["kid"]: public_key(key["x"]) for key in published}
    own = page.url.partition("/licenses/")[0]
    return verify(text, keys, product=license.product.slug, issuer=own)


def in_use(license: License) -> int:
    """Return how many activations the database has open, which its counter must agree with."""
    license.refresh_from_db()
    open_rows = license.activations.in_use().count()
    assert license.activations_in_use == open_rows
    return open_rows
