"""All license files that are out of date, issued anew as one archive."""

import io
import zipfile

import pytest
from django.test import Client

from accounts.audit import Actor
from licenses.issuing import edit, revoke
from licenses.models import License, LicenseFile
from organizations.models import Customer
from tests.cast import make_license
from tests.licenses.moments import DAY, HOUR, TODAY, Clock
from tests.licenses.pages import Answer, address, message_after, words


@pytest.fixture
def changed(anna: Customer, actor: Actor, clock: Clock) -> License:
    """Anna's license, changed after its two computers got their files."""
    license = make_license(customer=anna, computers=("ONE", "TWO"))
    clock.pass_by(HOUR)
    license.licensee = "Acme Holding"
    return edit(license, actor)


def archive(answer: Answer) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_license_page_tells_how_many_computers_need_a_new_file(browser_of_anna: Client, changed: License) -> None:
    page = browser_of_anna.get(address("detail", changed))
    assert "2 computers need a new license file." in words(page)
    assert f'action="{address("license_files", changed)}"' in page.content.decode()


def test_archive_holds_a_new_file_for_every_computer(browser_of_anna: Client, changed: License) -> None:
    answer = browser_of_anna.post(address("license_files", changed))
    assert answer["Content-Type"] == "application/zip"
    slug = changed.product.slug
    assert answer["Content-Disposition"] == (f'attachment; filename="{slug}-{changed.key_tail}-license-files.zip"')
    files = archive(answer)
    assert sorted(files) == [
        f"001-{slug}-{changed.key_tail}-one.lic",
        f"002-{slug}-{changed.key_tail}-two.lic",
    ]
    current = {activation.license_file_id for activation in changed.activations.all()}
    assert set(files.values()) == {LicenseFile.objects.get(pk=file_id).text for file_id in current}
    assert LicenseFile.objects.count() == 4
    assert "need a new license file" not in words(browser_of_anna.get(address("detail", changed)))


def test_second_press_is_told_that_all_are_up_to_date(browser_of_anna: Client, changed: License) -> None:
    browser_of_anna.post(address("license_files", changed))
    answer = browser_of_anna.post(address("license_files", changed))
    assert (
        message_after(browser_of_anna, answer)
        == "All license files are up to date. Open a computer’s license file to download it."
    )
    assert LicenseFile.objects.count() == 4


@pytest.mark.parametrize("ended", ["revoked", "expired"])
def test_revoked_and_expired_licenses_get_none_and_are_not_asked_for_any(
    browser_of_anna: Client, changed: License, actor: Actor, ended: str
) -> None:
    if ended == "revoked":
        revoke(changed.pk, actor, reason="Unpaid")
    else:
        License.objects.filter(pk=changed.pk).update(expires_on=TODAY - 2 * DAY)
    assert "need a new license file" not in words(browser_of_anna.get(address("detail", changed)))
    answer = browser_of_anna.post(address("license_files", changed))
    assert answer.status_code == 302
    assert ended in message_after(browser_of_anna, answer)
    assert LicenseFile.objects.count() == 2


def test_files_can_only_be_asked_for_with_a_button(browser_of_anna: Client, changed: License) -> None:
    assert browser_of_anna.get(address("license_files", changed)).status_code == 405
    assert LicenseFile.objects.count() == 2
