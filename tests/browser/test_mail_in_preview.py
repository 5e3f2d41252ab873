"""The mail beside an order and a renewal follows what is typed; nothing is made or sent by looking at it."""

from playwright.sync_api import Page, expect

from accounts.models import Mail
from licenses.models import License
from tests.browser.conftest import Visit
from tests.browser.people import RESELLER, bought, press, sign_in

NEW, SHOW = "/licenses/new/", "Show the mail as filled in"


def shown(page: Page) -> str:
    return page.locator("#mail-preview").inner_text()


def test_mail_follows_what_is_typed_without_loading_the_page(visit: Visit) -> None:
    before = License.objects.count(), Mail.objects.count()
    page = visit(RESELLER)
    page.goto(NEW)
    expect(page.locator("#mail-preview")).to_contain_text("Dear Anna Berg,")
    page.get_by_label("Name (optional)", exact=True).fill("Ada Lund")
    page.get_by_label("E-mail address").fill("ada.lund@new.example")
    page.get_by_label("How many licenses").fill("2")
    expect(page.locator("#mail-preview")).to_contain_text("Dear Ada Lund,")
    page.get_by_label("What the mail says").select_option("Your activation key")
    expect(page.locator("#mail-preview")).to_contain_text("Your activation key for")
    page.get_by_role("button", name=SHOW).click()
    expect(page.get_by_label("Name (optional)", exact=True)).to_have_value("Ada Lund")
    assert page.url.endswith(NEW)
    assert (License.objects.count(), Mail.objects.count()) == before


def test_without_javascript_a_button_shows_the_mail(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    sign_in(page, RESELLER)
    page.goto(NEW)
    page.get_by_label("Name (optional)", exact=True).fill("Ada Lund")
    page.get_by_label("E-mail address").fill("ada.lund@new.example")
    press(page, SHOW)
    assert "Dear Ada Lund," in shown(page)
    expect(page.get_by_label("E-mail address")).to_have_value("ada.lund@new.example")


def test_renewal_shows_the_mail_with_the_new_date_and_folds_on_a_phone(visit: Visit) -> None:
    license, before = bought("N-10482"), Mail.objects.count()
    page = visit(RESELLER)
    page.goto(f"{license.get_absolute_url()}renew/")
    page.locator("[name=expires_after_days]").fill("")
    page.locator("[name=expires_on]").fill("2031-05-06")
    page.locator("[name=expires_on]").press("Tab")
    expect(page.locator("#mail-preview")).to_contain_text("6 May 2031")
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    expect(page.locator("#mail-preview")).to_be_hidden()
    page.get_by_text("The mail in preview").click()
    expect(page.locator("#mail-preview")).to_be_visible()
    assert License.objects.get(pk=license.pk).expires_on == license.expires_on
    assert Mail.objects.count() == before
