"""The overview: for every kind of person what needs doing first, how many there are of what, and where that leads."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import SYSTEM
from accounts.models import User
from licenses import overview as telling
from licenses.issuing import edit
from licenses.models import License, LicenseModel
from licenses.needs import Need
from organizations import paging
from organizations.models import Customer, UserGroup
from organizations.privileges import Privilege
from tests.cast import (
    Cast,
    make_activation,
    make_cast,
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_person,
    make_product,
    make_staff,
    name_contact,
)
from tests.licenses.moments import TODAY
from tests.licenses.pages import Answer, links, words

OVERVIEW = "/"


@pytest.fixture(autouse=True)
def _nothing_is_kept_from_before(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def in_days(number: int) -> object:
    return TODAY + timedelta(days=number)


def page_of(user: User) -> Answer:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client.get(OVERVIEW)


def tasks(answer: Answer) -> dict[Need, telling.Task]:
    return {task.need: task for task in answer.context["tasks"]}


def make_files_old(*licenses: License) -> None:
    License.objects.filter(pk__in=[each.pk for each in licenses]).update(
        terms_changed_at=timezone.now() + timedelta(seconds=1)
    )


@pytest.fixture
def busy_cast(clock: object) -> Cast:
    """The cast, with every need on the licenses of everybody."""
    cast = make_cast()
    for days in (-3, 5):
        for whose in (
            {"customer": cast.license.customer, "organization": cast.acme, "user_group": cast.north},
            {"organization": cast.globex},
            {"user_group": cast.south},
            {"customer": cast.solo_license.customer},
        ):
            make_license(product=cast.license.product, expires_on=in_days(days), maintenance_until=in_days(9), **whose)
    for license in (cast.south_license, cast.globex_license):
        make_activation(license, "ONLY-PC")
        License.objects.filter(pk=license.pk).update(max_activations=1)
    make_files_old(*cast.licenses.values())
    return cast


def everybody(cast: Cast) -> Iterator[tuple[str, Client]]:
    for role in cast.roles:
        user = cast.enter(role)
        if user is not None and user.is_active:
            client = Client()
            client.force_login(user)
            yield role, client


def number_differences(cast: Cast) -> Iterator[str]:
    """Follow every number of everybody's overview, and yield those that the list behind it does not have."""
    for role, client in everybody(cast):
        context = client.get(OVERVIEW).context
        numbers = [(task.url, str(task.count)) for task in context.get("tasks", ())]
        numbers += [
            (tally.url, tally.text.split()[0]) for tally in [*context.get("totals", ()), *context.get("tallies", ())]
        ]
        for url, number in numbers:
            page = client.get(url).context["page"]
            if (page.count_text or "0", len(page.rows)) != (number, int(number)):
                yield f"{role}: {url} has {page.count_text}, not {number}"


def test_every_number_is_that_of_the_list_it_leads_to_for_everybody(busy_cast: Cast) -> None:
    assert list(number_differences(busy_cast)) == []


def test_control_number_of_another_list_is_noticed(busy_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    criteria = telling.criteria_of
    monkeypatch.setattr(telling, "criteria_of", lambda need, viewer: criteria(Need.NONE_LEFT, viewer))
    assert any(
        each.startswith("primary contact: /licenses/?status=activated") for each in number_differences(busy_cast)
    )


NEEDS = {
    "individual": "files expired expiring updates",
    "customer": "files expired expiring updates",
    "primary contact": "files expired expiring updates",
    "other contact": "files expired expiring updates none_left",
    "north": "expired expiring updates",
    "north, activate": "files expired expiring updates",
    "north, view_all": "expired expiring updates none_left",
    "north, every privilege": "files expired expiring updates none_left",
    "south, all but view all": "files expired expiring updates none_left",
    "staff with view": "expired expiring updates none_left",
    "staff with view and change": "files expired expiring updates none_left",
}


@pytest.mark.parametrize("role", NEEDS)
def test_everybody_is_told_what_they_can_do_something_about_the_most_urgent_first(busy_cast: Cast, role: str) -> None:
    user = busy_cast.enter(role)
    assert user is not None
    assert " ".join(tasks(page_of(user))) == NEEDS[role]


def test_each_need_is_a_sentence_with_its_number_and_leads_to_its_list(anna: Customer, browser_of_anna: Client) -> None:
    product = make_product("Spectra")
    busy = make_license(customer=anna, product=product, computers=("ONE", "TWO"))
    for days in (-29, -2):
        make_license(customer=anna, product=product, expires_on=in_days(days))
    make_license(customer=anna, product=product, expires_on=in_days(30), license_model=LicenseModel.TRIAL)
    make_license(customer=anna, product=product, maintenance_until=in_days(0))
    make_license(customer=anna, product=product, max_activations=1, computers=("FULL",))
    make_files_old(busy)
    page = browser_of_anna.get(OVERVIEW)
    said = {task.sentence: task.url for task in page.context["tasks"]}
    assert said == {
        "2 computers on 1 license need a new license file": "/licenses/?files=outdated",
        "2 licenses expired in the last 30 days": "/licenses/?expires=-30&order=expires",
        "1 license expires within 30 days": "/licenses/?expires=30&order=expires",
        "Updates of 1 license end within 30 days": "/licenses/?updates=ending&order=updates",
        "1 license has all its activations in use": "/licenses/?status=activated",
    }
    for sentence, url in said.items():
        assert sentence in words(page)
        assert url in links(page)
    assert "Nothing needs doing" not in words(page)


def test_what_is_over_or_far_away_needs_nothing(anna: Customer, browser_of_anna: Client) -> None:
    for days in (-32, 31):
        make_license(customer=anna, expires_on=in_days(days), maintenance_until=in_days(days))
    revoked = make_license(customer=anna, expires_on=in_days(3), maintenance_until=in_days(3), computers=("ONE",))
    make_files_old(revoked)
    License.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())
    page = browser_of_anna.get(OVERVIEW)
    assert page.context["tasks"] == []
    assert "Nothing needs doing" in words(page)


def test_activations_all_in_use_are_good_to_know_and_nothing_to_do(anna: Customer, browser_of_anna: Client) -> None:
    make_license(customer=anna, max_activations=1, computers=("ONE",))
    page = browser_of_anna.get(OVERVIEW)
    assert "Nothing needs doing" in words(page)
    assert "1 license has all its activations in use" in words(page)


def test_the_first_three_licenses_are_named_in_the_order_of_their_list(anna: Customer, browser_of_anna: Client) -> None:
    licenses = [make_license(customer=anna, expires_on=in_days(days)) for days in (20, 4, 12, 8, 16)]
    page = browser_of_anna.get(OVERVIEW)
    [task] = page.context["tasks"]
    assert [each.license for each in task.licenses] == [licenses[1], licenses[3], licenses[2]]
    assert "in 4 days" in words(page)
    assert "and 2 more" in words(page)
    assert {each.get_absolute_url() for each in (licenses[1], licenses[3], licenses[2])} <= set(links(page))


def test_license_seen_in_several_ways_counts_once(client: Client, clock: object) -> None:
    acme, north = make_organization("Acme"), make_group(Privilege.VIEW_ALL, name="North")
    member = make_member(north)
    paula = Customer.objects.create(user=member, organization=acme)
    name_contact(acme, paula)
    make_license(customer=paula, organization=acme, user_group=north, expires_on=in_days(3))
    page = page_of(member)
    assert page.context["totals"][0].text == "1"
    assert [len(task.licenses) for task in page.context["tasks"]] == [1]
    assert words(page).count("Your own licenses, the licenses of Acme, the licenses of the user group North") == 1


def test_page_shows_no_whole_key(anna: Customer, browser_of_anna: Client) -> None:
    license = make_license(customer=anna, expires_on=in_days(3))
    page = browser_of_anna.get(OVERVIEW).content.decode()
    assert license.key_tail in page
    assert license.activation_key not in page


def test_group_that_does_not_serve_the_customer_reads_the_licensee(clock: object) -> None:
    stranger = make_customer("Mira Lindholm")
    viewer = make_member(make_group(Privilege.VIEW_ALL))
    make_license(customer=stranger, licensee="Design Team", expires_on=in_days(3))
    page = words(page_of(viewer))
    assert "Design Team" in page
    assert "Mira" not in page
    License.objects.update(licensee="Mira Lindholm")
    assert "Mira" in words(page_of(viewer))


def people() -> dict[str, User]:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    north = make_group(name="North")
    paula, oscar = make_contact(acme), make_contact(globex, "Oscar Outside")
    name_contact(acme, oscar, is_secondary=True)
    make_license(customer=paula, organization=acme, user_group=north)
    make_license(customer=oscar, organization=globex)
    return {
        "contact": paula.user,
        "contact of two": oscar.user,
        "member": make_member(north),
        "viewer": make_member(make_group(Privilege.VIEW_ALL, name="South")),
        "staff": make_staff("Vic View", "view"),
    }


def test_page_says_whose_licenses_it_counts() -> None:
    said = {name: page_of(user).context["whose"] for name, user in people().items()}
    assert said == {
        "contact": "Your own licenses and the licenses of Acme",
        "contact of two": "Your own licenses, the licenses of Acme and the licenses of Globex",
        "member": "The licenses of the user group North",
        "viewer": "The licenses of the user group South and those of everybody else",
        "staff": "The licenses of everybody",
    }


def test_contact_of_many_organizations_reads_the_first_names_and_how_many_more() -> None:
    holding = make_customer("Holly Holding")
    for number in range(5):
        organization = make_organization(f"Company {number}")
        name_contact(organization, holding)
        make_license(organization=organization)
    assert (
        page_of(holding.user)
        .context["whose"]
        .endswith(
            "the licenses of Company 0, the licenses of Company 1, the licenses of Company 2 "
            "and the licenses of 2 more organizations"
        )
    )


def test_counts_are_exact_up_to_the_limit_and_say_of_when_they_are_above(
    anna: Customer, browser_of_anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        make_license(customer=anna, max_activations=2, computers=("ONE", "TWO"))
    monkeypatch.setattr(paging, "COUNT_LIMIT", 3)
    exact = browser_of_anna.get(OVERVIEW)
    assert [tally.text for tally in exact.context["totals"]] == ["3", "3+ of 3+"]
    assert "As of" not in words(exact)
    monkeypatch.setattr(paging, "COUNT_LIMIT", 2)
    many = browser_of_anna.get(OVERVIEW)
    assert many.context["totals"][0].text == "2+"
    assert "As of 15:30" in words(many)


def test_the_moment_of_counting_is_told_in_the_time_zone_of_the_person(
    anna: Customer, browser_of_anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNT_LIMIT", 0)
    make_license(customer=anna)
    User.objects.update(time_zone="Asia/Tokyo")
    assert "As of 00:30" in words(browser_of_anna.get(OVERVIEW))


def test_kept_figures_name_licenses_only_as_long_as_they_exist_for_the_person(
    anna: Customer, browser_of_anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNT_LIMIT", 0)
    license = make_license(customer=anna, expires_on=in_days(3))
    assert [each.license for each in tasks(browser_of_anna.get(OVERVIEW))[Need.EXPIRING].licenses] == [license]
    License.objects.update(customer=None)
    assert tasks(browser_of_anna.get(OVERVIEW))[Need.EXPIRING].licenses == []


def test_three_pictures_say_what_they_show_and_have_their_numbers_as_a_table(
    anna: Customer, browser_of_anna: Client
) -> None:
    spectra = make_product("Spectra <Desk>")
    make_license(customer=anna, product=spectra, computers=("ONE", "TWO"), expires_on=in_days(40))
    page = browser_of_anna.get(OVERVIEW)
    markup = page.content.decode()
    assert re.findall(r'<svg class="chart"[^>]* aria-label="([^"]*)"', markup) == [
        "2 of 3 activations are in use.",
        "1 license expires in the next 12 months.",
        "2 activations in the last 12 months.",
    ]
    said = words(page)
    assert "Product In use Allowed Spectra <Desk> 2 3" in said
    assert "April 2026 1" in said
    assert "March 2026 2" in said
    assert f"/licenses/?product={spectra.pk}" in links(page)
    assert "Spectra &lt;Desk&gt;: 2 of 3 in use" in markup
    assert "style=" not in markup


def test_what_expires_within_a_year_leads_to_that_list(anna: Customer, browser_of_anna: Client) -> None:
    make_license(customer=anna, expires_on=in_days(40))
    assert "/licenses/?expires=365&order=expires" in links(browser_of_anna.get(OVERVIEW))


def test_recent_activity_is_the_newest_that_exists_for_the_person(anna: Customer, browser_of_anna: Client) -> None:
    with time_machine.travel(datetime(2026, 3, 1, tzinfo=UTC)) as moment:
        mine = make_license(customer=anna, max_activations=20)
        make_license(customer=make_customer("Somebody Else"), computers=("NOT-MINE",))
        for number in range(10):
            moment.shift(60)
            make_activation(mine, f"PC-{number}")
    page = browser_of_anna.get(OVERVIEW)
    said = words(page)
    assert [each for each in range(10) if f"activated PC-{each}" in said] == list(range(2, 10))
    assert said.index("activated PC-9") < said.index("activated PC-8")
    assert "NOT-MINE" not in said
    assert reverse("organizations:activity") in links(page)


def test_comment_is_not_told_to_the_customer(anna: Customer, browser_of_anna: Client) -> None:
    license = make_license(customer=anna)
    license.comment = "difficult customer"
    edit(license, SYSTEM)
    assert "difficult" not in words(browser_of_anna.get(OVERVIEW))


Situation = Callable[[], User]


def individual() -> User:
    return make_customer("Anna Acme", email="anna@home.example").user


def contact() -> User:
    return make_contact(make_organization("Acme")).user


def plain_member() -> User:
    acme = make_organization("Acme")
    make_contact(acme, "Paula Brandt")
    make_contact(acme, "Samuel Okoro", is_secondary=True)
    return make_customer(organization=acme).user


def plain_member_of_an_organization_without_contacts() -> User:
    return make_customer("Max Plain", organization=make_organization("Acme"), email="max@acme.example").user


def group_member() -> User:
    return make_member(make_group(Privilege.CREATE, name="North"))


def member_of_a_group_switched_off() -> User:
    member = make_member(make_group(name="North", is_active=False))
    make_license(user_group=UserGroup.objects.get())
    return member


def nobody() -> User:
    return make_person("Nora Norole", email="nora@home.example")


def staff_without_permission() -> User:
    return make_staff("Stan Bare")


@pytest.mark.parametrize(
    ("situation", "sentences"),
    [
        (individual, ["No licenses here yet", "Licenses issued to anna@home.example", "Ask support@vendor.example"]),
        (contact, ["No licenses here yet", "issued to Acme or to one of its members", "Ask support@vendor.example"]),
        (plain_member, ["The licenses of Acme are seen by its contacts: ask Paula Brandt or Samuel Okoro."]),
        (plain_member_of_an_organization_without_contacts, ["Licenses issued to max@acme.example"]),
        (group_member, ["Your user group has no license yet", "belongs to North", "Ask support@vendor.example"]),
        (member_of_a_group_switched_off, ["Your user group North was switched off", "No licenses here yet"]),
        (nobody, ["No licenses here yet", "Licenses issued to nora@home.example"]),
        (staff_without_permission, ["without permission to see licenses"]),
    ],
)
def test_who_has_no_license_is_told_the_first_step(situation: Situation, sentences: list[str]) -> None:
    page = page_of(situation())
    said = words(page)
    assert [sentence for sentence in sentences if sentence not in said] == []
    assert "What needs doing" not in said
    assert "<svg class=" + '"chart"' not in page.content.decode()


def test_staff_in_an_empty_portal_are_led_to_the_first_license() -> None:
    staff = make_staff("Stella Berg", "view", "add")
    page = page_of(staff)
    assert "No license has been issued yet" in words(page)
    steps = [
        reverse(f"admin:{name}_add") for name in ("licenses_product", "organizations_customer", "licenses_license")
    ]
    assert [link for link in links(page) if link in steps] == steps
    assert [step.is_done for step in page.context["first_steps"].steps] == [False, False, False]
    make_product()
    make_customer()
    assert [step.is_done for step in page_of(staff).context["first_steps"].steps] == [True, True, False]


def test_staff_who_may_add_nothing_get_no_links_that_refuse() -> None:
    page = page_of(make_staff("Vic View", "view"))
    assert [step.url for step in page.context["first_steps"].steps] == ["", "", ""]
    assert [link for link in links(page) if link.endswith("/add/")] == []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "Overview"),
        ("/licenses/", "Licenses"),
        ("/licenses/?status=expired", "Licenses"),
        ("/computers/", "Computers"),
        ("/activity/", "Activity"),
        ("/accounts/logout/", None),
    ],
)
def test_navigation_marks_exactly_where_one_is(browser_of_anna: Client, path: str, current: str | None) -> None:
    navigation = browser_of_anna.get(path).context["navigation"]
    assert [entry.label for entry in navigation] == ["Overview", "Licenses", "Computers", "Activity"]
    assert [entry.label for entry in navigation if entry.is_current] == ([current] if current else [])


def test_license_page_belongs_to_the_licenses(anna: Customer, browser_of_anna: Client) -> None:
    page = browser_of_anna.get(make_license(customer=anna).get_absolute_url())
    assert [entry.label for entry in page.context["navigation"] if entry.is_current] == ["Licenses"]


def test_staff_find_the_administration_in_the_navigation() -> None:
    navigation = page_of(make_staff("Vic View", "view")).context["navigation"]
    assert [(entry.label, entry.url) for entry in navigation][-1] == ("Administration", "/admin/")
