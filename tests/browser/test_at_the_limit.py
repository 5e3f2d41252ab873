"""When something is not possible at present: what the page says, and the way on that it offers."""

import io
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from licenses.quota import quota_of
from tests.browser.conftest import Visit
from tests.browser.jobs import computer_id_for, in_use, message, type_computer, verified
from tests.browser.people import GLOBEX, MEMBER, PRIMARY, RESELLER, SECONDARY, bought, computer


def door(page: Page, name: str) -> str:
    """Return where a way on leads."""
    return page.get_by_role("main").get_by_role("link", name=name).get_attribute("href") or ""


def test_contact_replaces_a_computer_when_none_is_left(visit: Visit) -> None:
    license = bought("NW-5052")
    page = visit(SECONDARY)
    page.goto(license.get_absolute_url())
    page.get_by_role("link", name="Replace a computer").click()
    quota = quota_of(license)
    assert quota
    expect(page.get_by_role("main")).to_contain_text(quota.text)
    type_computer(page, computer_id_for(license, 9), "HALL3-BENCH-01")
    page.get_by_role("button", name="Replace HALL2-BENCH-11").click()
    expect(message(page)).to_have_text("HALL3-BENCH-01 is activated.")
    assert in_use(license) == license.max_activations
    assert not license.activations.in_use().filter(computer_name="HALL2-BENCH-11").exists()
    now = quota_of(license)
    assert now
    assert now.left == quota.left - 1


def test_replacing_keeps_what_was_typed_when_the_computer_id_is_refused(visit: Visit) -> None:
    license = bought("NW-5052")
    page = visit(PRIMARY)
    page.goto(f"{license.get_absolute_url()}activate/")
    type_computer(page, "two words", "New bench")
    page.get_by_role("button", name="Replace HALL2-BENCH-12").click()
    expect(page.get_by_label("Computer ID")).to_have_value("two words")
    expect(page.get_by_label("Computer name")).to_have_value("New bench")
    page.get_by_label("Computer ID").fill("not-of-this-product")
    page.get_by_role("button", name="Replace HALL2-BENCH-12").click()
    page.get_by_label("The program shows exactly this computer ID").check()
    page.get_by_role("button", name="Replace HALL2-BENCH-12").click()
    expect(message(page)).to_have_text("New bench is activated.")
    assert in_use(license) == license.max_activations


def test_computer_in_use_gets_its_license_file_again_though_none_is_left(visit: Visit) -> None:
    license = bought("NW-5048")
    active = license.activations.in_use().get(computer_name="GLX-HIL-1")
    page = visit(GLOBEX)
    page.goto(f"{license.get_absolute_url()}activate/")
    type_computer(page, f"  {active.computer_id} ", "another name")
    again = page.get_by_role("button", name="Activate again").or_(
        page.get_by_role("button", name="Activate", exact=True)
    )
    again.click()
    expect(message(page)).to_contain_text("GLX-HIL-1 was active already, so nothing was used up.")


def test_quota_that_is_used_up_closes_no_door(visit: Visit) -> None:
    page = visit(PRIMARY)
    page.goto(f"{computer('NW-5127', 'HIL-RACK-D')}deactivate/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("No deactivation is left: 3 of 3 were used within 30 days. The next one comes back on")
    expect(main.get_by_role("button")).to_have_count(0)
    assert door(page, "Buy more activations") == "https://store.northwind.example/bench-pilot/activations"
    assert door(page, "Write to support@vendor.example").startswith("mailto:support@vendor.example?subject=Bench")


def test_full_license_without_quota_says_both_and_offers_no_replacing(visit: Visit) -> None:
    page = visit(MEMBER)
    page.goto(f"{bought('NW-5140').get_absolute_url()}activate/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("The one activation is in use.")
    expect(main).to_contain_text("No deactivation is left: 1 of 1 were used within 90 days.")
    expect(main.get_by_role("button", name="Replace")).to_have_count(0)
    assert door(page, "Buy more activations")


def test_expired_license_leads_to_whoever_renews_it(visit: Visit) -> None:
    license = bought("N-10166")
    page = visit(GLOBEX)
    page.goto(license.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("This license has expired. Renew it to activate it again.")
    expect(page.get_by_role("link", name="Activate a computer")).to_have_count(0)
    assert door(page, "Renew this license") == "https://store.northwind.example/bench-pilot/renew"
    assert door(page, "Write to licenses@north.example").startswith("mailto:licenses@north.example?subject=")
    assert license.activation_key not in page.content()


def test_license_files_out_of_date_come_as_one_archive_and_verify(visit: Visit) -> None:
    license = bought("N-10189")
    page = visit(RESELLER)
    page.goto(license.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("2 computers need a new license file.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download new license files (ZIP)").click()
    assert download.value.suggested_filename.endswith("-license-files.zip")
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    texts = [archive.read(name).decode() for name in archive.namelist()]
    names = {str(dict(verified(page, text, license)["computer"])["name"]) for text in texts}  # type: ignore[arg-type]  # an object
    assert names == {"fjl-ledger", "fjl-ledger-reserve"}
    page.reload()
    expect(page.get_by_text("need a new license file")).to_have_count(0)
    expect(page.get_by_text("Out of date")).to_have_count(0)
