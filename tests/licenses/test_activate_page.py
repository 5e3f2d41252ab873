"""The page on which one activates a computer."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from accounts.audit import SYSTEM
from licenses import activation as stories
from licenses.issuing import revoke
from licenses.models import Activation, License, Product
from organizations.models import Customer
from organizations.privileges import Privilege
from tests.cast import make_activation, make_group, make_license, make_member, make_product
from tests.licenses.moments import DAY, TODAY, Clock
from tests.licenses.pages import address, fields, links, message_after, words

LAPTOP = {"computer_id": "ID-1", "computer_name": "Anna’s laptop"}


def in_use(license: License) -> int:
    license.refresh_from_db()
    assert license.activations.in_use().count() == license.activations_in_use
    return license.activations_in_use


def test_page_asks_for_computer_id_and_name_and_tells_where_to_find_the_id(
    browser_of_anna: Client, anna: Customer
) -> None:
    product = make_product(
        "Sonar",
        computer_id_help="Menu Help, About.",
        computer_id_example="09AF-09AF",
        license_file_help="Put it there.",
    )
    page = browser_of_anna.get(address("activate", make_license(customer=anna, product=product)))
    assert set(fields(page)) == {"computer_id", "computer_name", "confirm_unusual", "client_version", "request_file"}
    assert set(fields(page).values()) == {""}
    assert "Sonar 4.1 · 3 of 3 activations left" in words(page)
    assert "Menu Help, About." in words(page)
    assert "It looks like 09AF-09AF." in words(page)
    assert "So that you recognize it later: Anna’s laptop." in words(page)


def test_after_activating_the_page_shows_the_license_file_to_copy_and_to_download_and_where_to_put_it(
    browser_of_anna: Client, anna: Customer
) -> None:
    product = make_product("Sonar", license_file_help="Put it beside sonar.exe.")
    license = make_license(customer=anna, product=product)
    answer = browser_of_anna.post(address("activate", license), LAPTOP)
    activation = Activation.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{address('license_file', activation)}?activated"
    page = browser_of_anna.get(answer["Location"])
    assert "Anna’s laptop is activated." in words(page)
    assert activation.license_files.get().text in page.content.decode()
    assert "Put it beside sonar.exe." in words(page)
    assert any("download" in link for link in links(page))


def test_activating_the_same_computer_again_says_that_nothing_was_used_up(
    browser_of_anna: Client, license: License
) -> None:
    make_activation(license, "LAPTOP")
    answer = browser_of_anna.post(address("activate", license), {"computer_id": " ID-LAPTOP "})
    assert message_after(browser_of_anna, answer) == (
        "LAPTOP was active already, so nothing was used up. Its license file was issued anew."
    )
    assert in_use(license) == 1


def test_same_form_sent_twice_has_one_effect(browser_of_anna: Client, license: License) -> None:
    for _ in range(2):
        assert browser_of_anna.post(address("activate", license), LAPTOP).status_code == 302
    assert in_use(license) == Activation.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Enter the computer ID that the program shows."),
        ({"computer_id": " "}, "Enter the computer ID that the program shows."),
        ({"computer_id": "two words"}, "A computer ID has no spaces or invisible characters."),
        ({"computer_id": "x" * 256}, "A computer ID has at most 255 characters; this one has 256."),
        ({"computer_id": "x" * 100_000}, "A computer ID has at most 255 characters"),
        ({"computer_id": "ID\u200b1"}, "A computer ID has no spaces or invisible characters."),
        ({"computer_id": "ID-1", "computer_name": "n" * 101}, "A computer name has at most 100 characters."),
        ({"computer_id": "ID-1", "computer_name": "a\u202eb"}, "A computer name has no line breaks or invisible"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field_and_what_was_typed_is_kept(
    browser_of_anna: Client, license: License, typed: dict[str, str], sentence: str
) -> None:
    page = browser_of_anna.post(address("activate", license), typed)
    assert page.status_code == 200
    assert sentence in words(page)
    assert b'aria-invalid="true"' in page.content
    kept = fields(page)
    assert kept["computer_name"] == typed.get("computer_name", "")
    assert kept["computer_id"].strip() == typed.get("computer_id", "").strip()
    assert in_use(license) == 0


def test_unusual_computer_id_is_asked_about_and_the_tick_activates_it(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, product=make_product("Sonar", computer_id_pattern="[0-9]{4}"))
    page = browser_of_anna.post(address("activate", license), LAPTOP)
    assert "This does not look like a computer ID of Sonar. Compare it with what the program shows." in words(page)
    assert "The program shows exactly this computer ID" in words(page)
    assert b'type="checkbox" name="confirm_unusual"' in page.content
    assert in_use(license) == 0
    answer = browser_of_anna.post(address("activate", license), fields(page) | {"confirm_unusual": "on"})
    assert answer.status_code == 302
    assert in_use(license) == 1


def test_none_left_shows_the_computers_in_use_and_offers_to_replace_one(
    browser_of_anna: Client, anna: Customer, product: Product
) -> None:
    license = make_license(customer=anna, product=product, max_activations=2, computers=("OLD", "OTHER"))
    page = browser_of_anna.get(address("activate", license))
    assert "All 2 activations are in use. Replace a computer that no longer needs the license, or buy more." in words(
        page
    )
    for activation in license.activations.all():
        assert f'formaction="{address("replace", activation)}"' in page.content.decode()
        assert f"Replace {activation.label}" in words(page)
    assert "https://vendor.example/buy" in links(page)
    assert any(link.startswith("mailto:support@vendor.example?subject=") for link in links(page))


def test_who_types_into_a_full_license_keeps_what_was_typed(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, max_activations=1, computers=("OLD",))
    page = browser_of_anna.post(address("activate", license), LAPTOP)
    assert page.status_code == 200
    assert "The one activation is in use." in words(page)
    assert fields(page)["computer_id"] == "ID-1"
    assert "Replace OLD" in words(page)
    assert in_use(license) == 1


def test_who_lost_the_last_activation_to_somebody_else_is_offered_to_replace_at_once(
    browser_of_anna: Client, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    license, activate = make_license(customer=anna, max_activations=1), stories.activate

    def too_late(*args: object, **fields: object) -> object:
        make_activation(license, "QUICKER")
        return activate(*args, **fields)

    monkeypatch.setattr(stories, "activate", too_late)
    page = browser_of_anna.post(address("activate", license), LAPTOP)
    assert "The one activation is in use." in words(page)
    assert "Replace QUICKER" in words(page)
    assert "0 of 1 activations left" in words(page)


@pytest.mark.parametrize(
    ("state", "sentence", "door"),
    [
        ("revoked", "This license was revoked.", "mailto:"),
        ("expired", "This license has expired. Renew it to activate it again.", "https://vendor.example/renew"),
    ],
)
def test_revoked_and_expired_say_so_show_no_form_and_lead_on(
    browser_of_anna: Client, license: License, state: str, sentence: str, door: str
) -> None:
    end(license, state)
    for page in (
        browser_of_anna.get(address("activate", license)),
        browser_of_anna.post(address("activate", license), LAPTOP),
    ):
        assert page.status_code == 200
        assert sentence in words(page)
        assert "computer_id" not in fields(page)
        assert any(link.startswith(door) for link in links(page))
    assert in_use(license) == 0


def end(license: License, state: str) -> None:
    if state == "revoked":
        revoke(license.pk, SYSTEM, reason="Unpaid")
    else:
        License.objects.filter(pk=license.pk).update(expires_on=TODAY - 2 * DAY)


def test_prepared_mail_names_the_license_by_the_end_of_its_key_and_goes_to_the_group_that_serves_it(
    browser_of_anna: Client, anna: Customer
) -> None:
    license = make_license(customer=anna, user_group=make_group(name="North"), max_activations=0)
    page = browser_of_anna.get(address("activate", license))
    (mail,) = [link for link in links(page) if "subject" in link]
    assert mail.startswith("mailto:north@resellers.example?")
    assert license.key_tail in mail
    assert license.activation_key not in page.content.decode()


def test_license_that_expires_after_days_expires_from_now_on(browser_of_anna: Client, anna: Customer) -> None:
    license = make_license(customer=anna, license_model="trial", expires_after_days=30)
    browser_of_anna.post(address("activate", license), LAPTOP)
    license.refresh_from_db()
    assert license.expires_on == TODAY + timedelta(days=30)


def test_without_the_encryption_key_nothing_is_used_up_and_the_log_names_the_setting(
    browser_of_anna: Client, license: License, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    browser_of_anna.raise_request_exception = False
    page = browser_of_anna.post(address("activate", license), LAPTOP)
    assert page.status_code == 500
    assert "PORTAL_ENCRYPTION_KEYS" not in words(page)
    assert "No key of PORTAL_ENCRYPTION_KEYS opens this secret" in caplog.text
    assert in_use(license) == 0


def test_group_member_activates_in_the_groups_name(client: Client, anna: Customer, clock: Clock) -> None:
    north = make_group(Privilege.ACTIVATE, name="North")
    client.force_login(make_member(north))
    license = make_license(customer=anna, user_group=north)
    client.post(address("activate", license), LAPTOP)
    assert Activation.objects.get().activated_as == "group"


@pytest.mark.parametrize("field", ["computer_id", "computer_name"])
@pytest.mark.parametrize(
    "text", ["{{7*7}}", "<script>alert(1)</script>", "../../etc/passwd", "';DROP_TABLE--", "%(x)s"]
)
def test_hostile_text_is_shown_as_the_text_it_is(
    browser_of_anna: Client, license: License, field: str, text: str
) -> None:
    answer = browser_of_anna.post(address("activate", license), LAPTOP | {field: text})
    assert answer.status_code == 302
    page = browser_of_anna.get(address("detail", license))
    assert escape(text) in page.content.decode()
    assert "<script>alert" not in page.content.decode()
