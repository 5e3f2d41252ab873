"""The page of a computer's license file: to copy, to download, to issue anew."""

import pytest
from django.test import Client

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses import license_file
from licenses.activation import deactivate, rename_computer
from licenses.issuing import revoke
from licenses.models import Activation, License, LicenseFile, SigningKey
from organizations.models import Customer
from tests.cast import make_activation, make_license, make_product
from tests.licenses.moments import DAY, HOUR, TODAY, Clock
from tests.licenses.pages import address, links, message_after, words


@pytest.fixture
def laptop(license: License) -> Activation:
    """A computer called LAPTOP."""
    return make_activation(license, "LAPTOP")


def test_page_shows_the_file_and_offers_to_copy_and_to_download_it(browser_of_anna: Client, laptop: Activation) -> None:
    page = browser_of_anna.get(address("license_file", laptop))
    assert laptop.license_files.get().text in page.content.decode()
    assert "License file of LAPTOP" in words(page)
    assert f"{address('license_file', laptop)}?download=1" in links(page)
    assert "10 Mar 2026, 15:30" in words(page)


def test_download_is_the_signed_text_in_a_file_named_after_product_license_and_computer(
    browser_of_anna: Client, laptop: Activation
) -> None:
    answer = browser_of_anna.get(address("license_file", laptop), {"download": "1"})
    assert answer.content.decode() == laptop.license_files.get().text
    name = f"spectra-{laptop.license.key_tail}-laptop.lic"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["../../x", 'a"b', "Лэптоп", "x" * 100, "a; filename=evil.exe", ""])
def test_file_name_is_plain_whatever_the_computer_is_called(
    browser_of_anna: Client, laptop: Activation, name: str
) -> None:
    Activation.objects.filter(pk=laptop.pk).update(computer_name=name)
    answer = browser_of_anna.get(address("license_file", laptop), {"download": "1"})
    header = answer["Content-Disposition"]
    assert set(header.partition('"')[2].rstrip('"')) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"
    )


def test_downloaded_file_verifies_for_product_and_portal(browser_of_anna: Client, laptop: Activation) -> None:
    text = browser_of_anna.get(address("license_file", laptop), {"download": "1"}).content.decode()
    keys = {key.key_id: license_file.public_key(key.public_key) for key in SigningKey.objects.all()}
    claims = license_file.verify(text, keys, product="spectra", issuer="http://127.0.0.1:8000")
    assert claims["sub"] == str(laptop.license_id)


def test_new_file_replaces_the_one_before_and_uses_nothing_up(browser_of_anna: Client, laptop: Activation) -> None:
    answer = browser_of_anna.post(address("license_file", laptop))
    assert answer.status_code == 302
    assert answer["Location"] == address("license_file", laptop)
    assert message_after(browser_of_anna, answer) == ("A new license file was issued. The one before is replaced.")
    assert LicenseFile.objects.count() == 2
    assert License.objects.get().activations_in_use == 1


@pytest.mark.parametrize("what", ["shown", "downloaded"])
def test_looking_at_a_file_issues_none(browser_of_anna: Client, laptop: Activation, what: str) -> None:
    events = AuditEvent.objects.count()
    browser_of_anna.get(address("license_file", laptop), {"download": "1"} if what == "downloaded" else {})
    assert (LicenseFile.objects.count(), AuditEvent.objects.count()) == (1, events)


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        ("revoked", "This license was revoked."),
        ("expired", "This license has expired."),
        ("deactivated", "This computer is not in use any more. Activate it again to get a license file."),
    ],
)
def test_there_is_no_file_to_see_or_to_download_or_to_issue_for_what_has_ended(
    browser_of_anna: Client, laptop: Activation, actor: Actor, ended: str, sentence: str
) -> None:
    text = laptop.license_files.get().text
    if ended == "revoked":
        revoke(laptop.license_id, actor, reason="Unpaid")
    elif ended == "expired":
        License.objects.update(expires_on=TODAY - 2 * DAY)
    else:
        deactivate(laptop.pk, actor)
    path = address("license_file", laptop)
    issued = browser_of_anna.post(path)
    for page in (browser_of_anna.get(issued["Location"]), browser_of_anna.get(path, {"download": "1"})):
        assert page.status_code == 200
        assert "Content-Disposition" not in page
        assert sentence in words(page)
        assert text.splitlines()[1] not in page.content.decode()
        assert "BEGIN LICENSE" not in page.content.decode()
    assert LicenseFile.objects.count() == 1


def test_file_out_of_date_says_so_until_a_new_one_is_issued(
    browser_of_anna: Client, laptop: Activation, actor: Actor, clock: Clock
) -> None:
    path = address("license_file", laptop)
    assert "out of date" not in words(browser_of_anna.get(path))
    clock.pass_by(HOUR)
    rename_computer(laptop.pk, actor, name="OFFICE", was="LAPTOP")
    assert "This license file is out of date" in words(browser_of_anna.get(path))
    browser_of_anna.post(path)
    assert "out of date" not in words(browser_of_anna.get(path))


def test_page_says_until_when_a_file_is_valid(browser_of_anna: Client, anna: Customer) -> None:
    endless = make_license(customer=anna, computers=("ONE",)).activations.get()
    assert "Valid without end." in words(browser_of_anna.get(address("license_file", endless)))
    product = make_product("Sonar", license_file_days=14)
    ending = make_license(customer=anna, product=product, computers=("TWO",)).activations.get()
    assert "Valid until 25 Mar 2026, 12:00." in words(browser_of_anna.get(address("license_file", ending)))
