"""The page on which people look after what the portal knows of them."""

import unicodedata
from zoneinfo import available_timezones

import pytest
from django.test import Client, override_settings
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent, User
from accounts.time_zones import place_of, zones_by_region
from organizations.countries import countries
from organizations.models import Customer
from tests.cast import make_customer, make_group, make_member, make_organization, make_staff
from tests.licenses.pages import fields, message_after, words

PROFILE = "/profile/"


@pytest.fixture
def anna(db: None) -> Customer:
    anna = make_customer("Anna Acme", organization=make_organization("Acme"))
    Customer.objects.filter(pk=anna.pk).update(phone="+49 30 1", address="Messdamm 114\r\n10115 Berlin", country="DE")
    User.objects.filter(pk=anna.user.pk).update(time_zone="Europe/Berlin")
    return anna


@pytest.fixture
def browser_of_anna(client: Client, anna: Customer) -> Client:
    client.force_login(anna.user)
    return client


def form_on(client: Client) -> dict[str, str]:
    """Return what the form would send as it is shown."""
    page = client.get(PROFILE)
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def kept(page: object) -> dict[str, str]:
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_page_shows_what_is_known(browser_of_anna: Client, anna: Customer) -> None:
    page = browser_of_anna.get(PROFILE)
    assert fields(page).items() >= {"full_name": "Anna Acme", "phone": "+49 30 1", "company": ""}.items()
    content = page.content.decode()
    assert "Messdamm 114\n10115 Berlin</textarea>" in content
    assert '<option value="DE" selected>Germany</option>' in content
    assert '<option value="Europe/Berlin" selected>Berlin</option>' in content
    assert anna.user.email in words(page)
    assert "Acme" in words(page)
    assert "In Europe/Berlin it is now " in words(page)


def test_what_is_typed_is_saved_and_told(browser_of_anna: Client, anna: Customer) -> None:
    wanted = {"full_name": " Anna Adams ", "company": "Acme GmbH", "country": "AT", "address": "A\r\nB"}
    answer = browser_of_anna.post(PROFILE, form_on(browser_of_anna) | wanted)
    assert answer["Location"] == PROFILE
    assert message_after(browser_of_anna, answer) == "Your profile is saved."
    anna.refresh_from_db()
    assert (anna.company, anna.country, anna.address) == ("Acme GmbH", "AT", "A\nB")
    assert User.objects.get(pk=anna.user.pk).full_name == "Anna Adams"
    assert "Anna Adams" in words(browser_of_anna.get(PROFILE))


def test_new_time_zone_holds_from_the_next_page_on(browser_of_anna: Client) -> None:
    answer = browser_of_anna.post(PROFILE, form_on(browser_of_anna) | {"time_zone": "Asia/Tokyo"})
    assert "In Asia/Tokyo it is now " in words(browser_of_anna.get(answer["Location"]))


def test_form_sent_twice_has_one_effect(browser_of_anna: Client) -> None:
    sent = form_on(browser_of_anna) | {"phone": "4711"}
    assert browser_of_anna.post(PROFILE, sent).status_code == 302
    assert browser_of_anna.post(PROFILE, sent).status_code == 302
    assert AuditEvent.objects.filter(action="profile.edited").count() == 1


def test_who_was_overtaken_is_told_keeps_what_was_typed_and_can_insist(browser_of_anna: Client, anna: Customer) -> None:
    sent = form_on(browser_of_anna) | {"phone": "4711"}
    Customer.objects.filter(pk=anna.pk).update(company="Acme AG")
    refused = browser_of_anna.post(PROFILE, sent)
    assert refused.status_code == 200
    assert "This was changed elsewhere meanwhile, so nothing was saved." in words(refused)
    assert "Saved meanwhile: Acme AG." in words(refused)
    assert refused.content.decode().count("Saved meanwhile:") == 2  # above the form and beside the field
    assert kept(refused)["phone"] == "4711"
    assert Customer.objects.get(pk=anna.pk).phone == "+49 30 1"
    insisted = browser_of_anna.post(PROFILE, kept(refused) | {"company": "Acme AG"})
    assert insisted.status_code == 302
    anna.refresh_from_db()
    assert (anna.phone, anna.company) == ("4711", "Acme AG")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("full_name", "", "This field is required."),
        ("full_name", "N" * 151, "at most 150 characters"),
        ("full_name", "\ufdfa" * 100, "This name is too long."),
        ("full_name", "Anna\u202e", "characters that cannot be seen"),
        ("full_name", "\u200d", "nothing that can be seen"),
        ("phone", "1\n2", "characters that cannot be seen"),
        ("phone", "1" * 51, "at most 50 characters"),
        ("company", "C" * 201, "at most 200 characters"),
        ("address", "A" * 1_001, "at most 1000 characters"),
        ("address", "A\x07", "characters that cannot be seen"),
        ("country", "Atlantis", "not one of the available choices"),
        ("country", "de", "not one of the available choices"),
        ("time_zone", "Mars/Base", "not one of the available choices"),
        ("time_zone", "", "This field is required."),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    browser_of_anna: Client, field: str, typed: str, sentence: str
) -> None:
    before = form_on(browser_of_anna)
    page = browser_of_anna.post(PROFILE, before | {field: typed})
    assert page.status_code == 200
    assert sentence in " ".join(page.context["form"].errors[field])
    assert "Error:" in page.content.decode().partition("</title>")[0]
    assert kept(page)[field] == typed
    assert form_on(browser_of_anna) == before


@pytest.mark.parametrize("name", ["José Ñandú-O’Neill", "علی‌رضا", "李小龍", "👩‍🔬 Marie", "Ève d'Aix"])
def test_names_of_all_the_world_are_names(browser_of_anna: Client, anna: Customer, name: str) -> None:
    assert browser_of_anna.post(PROFILE, form_on(browser_of_anna) | {"full_name": name}).status_code == 302
    assert User.objects.get(pk=anna.user.pk).full_name == name


def test_address_as_long_as_a_browser_lets_it_be_is_taken(browser_of_anna: Client) -> None:
    """Browsers count a line break as one character and send two."""
    typed = "A\n" * 500
    answer = browser_of_anna.post(PROFILE, form_on(browser_of_anna) | {"address": typed.replace("\n", "\r\n")})
    assert answer.status_code == 302


def test_people_who_are_no_customers_have_name_and_settings(client: Client, db: None) -> None:
    for user in (make_member(make_group(name="North")), make_staff("Stella Berg")):
        client.force_login(user)
        assert set(form_on(client)) == {"full_name", "time_zone", "seen"}
        assert client.post(PROFILE, form_on(client) | {"full_name": "New Name", "phone": "1"}).status_code == 302
        assert User.objects.get(pk=user.pk).full_name == "New Name"


def test_what_staff_note_is_not_on_the_page(browser_of_anna: Client, anna: Customer) -> None:
    Customer.objects.filter(pk=anna.pk).update(staff_notes="Pays late", external_id="K-4711")
    page = browser_of_anna.get(PROFILE).content.decode()
    assert "Pays late" not in page
    assert "K-4711" not in page


def test_forged_fields_change_nothing(browser_of_anna: Client, anna: Customer) -> None:
    forged = {"email": "x@y.example", "is_staff": "on", "staff_notes": "x", "user_group": "x", "id": "x"}
    assert browser_of_anna.post(PROFILE, form_on(browser_of_anna) | forged).status_code == 302
    user = User.objects.get(pk=anna.user.pk)
    assert (user.email, user.is_staff) == (anna.user.email, False)
    assert not AuditEvent.objects.filter(action="profile.edited").exists()


def test_language_is_a_fact_while_there_is_one_and_a_choice_with_more(browser_of_anna: Client, anna: Customer) -> None:
    assert "language" not in form_on(browser_of_anna)
    assert "English" in words(browser_of_anna.get(PROFILE))
    with override_settings(LANGUAGES=[("en", _("English")), ("de", "Deutsch")]):
        sent = form_on(browser_of_anna)
        assert sent["language"] == "en"
        assert browser_of_anna.post(PROFILE, sent | {"language": "de"}).status_code == 302
        assert User.objects.get(pk=anna.user.pk).language == "de"
        assert browser_of_anna.post(PROFILE, sent | {"language": "tlh"}).status_code == 200


def test_zone_and_country_from_before_stay_choices(browser_of_anna: Client, anna: Customer) -> None:
    User.objects.filter(pk=anna.user.pk).update(time_zone="Asia/Calcutta")
    Customer.objects.filter(pk=anna.pk).update(country="XK")
    page = browser_of_anna.get(PROFILE).content.decode()
    assert '<option value="Asia/Calcutta" selected>' in page
    assert '<option value="XK" selected>XK</option>' in page
    assert browser_of_anna.post(PROFILE, form_on(browser_of_anna) | {"phone": "1"}).status_code == 302


def test_every_zone_and_country_that_is_offered_is_one(db: None) -> None:
    offered = [name for names in zones_by_region().values() for name in names]
    assert len(offered) == len(set(offered)) > 400
    assert set(offered) <= available_timezones()
    assert list(zones_by_region())[:2] == ["", "Africa"]
    assert place_of("America/Argentina/Buenos_Aires") == "Argentina, Buenos Aires"
    assert place_of("UTC") == "UTC"
    assert len(countries()) > 240
    assert (countries()["DE"], countries()["CI"]) == ("Germany", "Côte d’Ivoire")
    assert list(countries().values()) == sorted(
        countries().values(), key=lambda name: unicodedata.normalize("NFD", name).casefold()
    )


def test_account_menu_leads_here(browser_of_anna: Client) -> None:
    assert 'href="/profile/"' in browser_of_anna.get("/licenses/").content.decode()
