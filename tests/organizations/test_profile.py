"""What people change of themselves: what is saved, what is written down, and who was first."""

import pytest

from accounts.audit import Actor, Kind
from accounts.models import AuditEvent, User
from licenses.models import License
from organizations.access import viewer_for
from organizations.belonging import MOST_NAMED, Fact, facts_about
from organizations.models import Customer
from organizations.profile import Overtaken, changed_since, edit_profile, mark_of, profile_of
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_person,
    make_staff,
    name_contact,
)


@pytest.fixture
def anna(db: None) -> Customer:
    """A customer of Acme, served by North."""
    north = make_group(name="North")
    return make_customer("Anna Acme", organization=make_organization("Acme"), user_group=north)


def present(user: User) -> dict[str, str]:
    return profile_of(User.objects.select_related("customer").get(pk=user.pk))


def save(user: User, **wanted: str) -> list[str]:
    profile = present(user)
    return edit_profile(user.pk, profile | wanted, mark_of(profile))


def events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="profile.edited").order_by("pk"))


def test_customer_has_name_address_and_settings_and_others_have_name_and_settings(anna: Customer) -> None:
    settings = ["full_name", "time_zone", "language"]
    assert list(profile_of(anna.user)) == [*settings, "phone", "company", "address", "country"]
    for user in (make_member(make_group()), make_staff("Stella Berg"), make_person()):
        assert list(profile_of(user)) == settings


def test_what_was_typed_is_saved(anna: Customer) -> None:
    wanted = {
        "full_name": "Anna Ädams",
        "time_zone": "Europe/Berlin",
        "phone": "+49 30 1",
        "company": "Acme GmbH",
        "address": "Messdamm 114\n10115 Berlin",
        "country": "DE",
    }
    assert set(save(anna.user, **wanted)) == set(wanted)
    assert present(anna.user) == wanted | {"language": "en"}


def test_name_and_company_are_found_by_what_they_are_now(anna: Customer) -> None:
    save(anna.user, full_name="Änna", company="ÄCME")
    assert User.objects.get(pk=anna.user.pk).folded_name == "änna"
    assert Customer.objects.get(pk=anna.pk).folded_company == "äcme"


def test_nothing_but_the_profile_is_written(anna: Customer) -> None:
    Customer.objects.filter(pk=anna.pk).update(staff_notes="Pays late", external_id="K-1")
    profile = profile_of(anna.user)
    User.objects.filter(pk=anna.user.pk).update(is_active=False)
    forged = {"is_staff": "True", "email": "x@y.example", "staff_notes": "", "organization": "", "external_id": "K-2"}
    edit_profile(anna.user.pk, profile | forged | {"phone": "1"}, mark_of(profile))
    anna.refresh_from_db()
    assert (anna.staff_notes, anna.external_id, anna.phone) == ("Pays late", "K-1", "1")
    user = User.objects.get(pk=anna.user.pk)
    assert (user.is_staff, user.is_active, user.email) == (False, False, anna.user.email)


def test_changes_are_written_down_before_and_after(anna: Customer) -> None:
    save(anna.user, phone="+49 30 1", time_zone="Europe/Berlin")
    [event] = events()
    assert event.details == {
        "time_zone": {"before": "UTC", "after": "Europe/Berlin"},
        "phone": {"before": "", "after": "+49 30 1"},
    }
    assert (event.actor_kind, event.actor_id) == (Kind.PERSON, anna.user.pk)
    assert (event.target_type, event.target_id) == ("customer", anna.pk)


def test_colleagues_and_group_are_concerned_by_what_they_may_see(anna: Customer) -> None:
    save(anna.user, phone="1")
    save(anna.user, time_zone="Europe/Berlin")
    shared, private = events()
    assert (shared.customer_id, shared.organization_id, shared.user_group_id) == (
        anna.pk,
        anna.organization_id,
        anna.user_group_id,
    )
    assert (private.customer_id, private.organization_id, private.user_group_id) == (None, None, None)


def test_staff_act_as_the_vendor(db: None) -> None:
    stella = make_staff("Stella Berg")
    save(stella, full_name="Stella Bergmann")
    [event] = events()
    assert (event.actor_kind, event.target_type, event.target_id) == (Kind.VENDOR, "user", stella.pk)


def test_sending_the_same_form_twice_has_one_effect(anna: Customer) -> None:
    profile = profile_of(anna.user)
    wanted, mark = profile | {"phone": "1"}, mark_of(profile)
    assert edit_profile(anna.user.pk, wanted, mark) == ["phone"]
    assert edit_profile(anna.user.pk, wanted, mark) == []
    assert len(events()) == 1


def test_form_that_changes_nothing_writes_nothing(anna: Customer) -> None:
    before = Customer.objects.get(pk=anna.pk).edited_at
    assert save(anna.user) == []
    assert events() == []
    assert Customer.objects.get(pk=anna.pk).edited_at == before


def test_who_was_overtaken_saves_nothing_and_is_told_what_is_there(anna: Customer) -> None:
    profile = profile_of(anna.user)
    Customer.objects.filter(pk=anna.pk).update(company="Acme AG")
    with pytest.raises(Overtaken) as overtaken:
        edit_profile(anna.user.pk, profile | {"phone": "1"}, mark_of(profile))
    assert overtaken.value.values["company"] == "Acme AG"
    assert changed_since(mark_of(profile), overtaken.value.values) == ["company"]
    assert present(anna.user)["phone"] == ""
    assert events() == []
    edit_profile(anna.user.pk, profile | {"phone": "1"}, mark_of(overtaken.value.values))
    assert (present(anna.user)["phone"], present(anna.user)["company"]) == ("1", "")


@pytest.mark.parametrize("mark", ["", "x", "a-b-c", "-" * 6])
def test_form_without_a_mark_of_what_was_seen_changes_nothing(anna: Customer, mark: str) -> None:
    with pytest.raises(Overtaken):
        edit_profile(anna.user.pk, profile_of(anna.user) | {"phone": "1"}, mark)
    assert present(anna.user)["phone"] == ""


def test_what_staff_note_meanwhile_overtakes_nobody(anna: Customer) -> None:
    profile = profile_of(anna.user)
    anna.staff_notes = "Pays late"
    anna.save()
    assert edit_profile(anna.user.pk, profile | {"phone": "1"}, mark_of(profile)) == ["phone"]


def test_staff_who_edit_the_customer_meanwhile_are_overtaken(anna: Customer) -> None:
    before = Customer.objects.get(pk=anna.pk).edited_at
    save(anna.user, full_name="Anna Adams")
    assert Customer.objects.get(pk=anna.pk).edited_at > before


def test_somebody_who_became_a_customer_meanwhile_is_overtaken(db: None) -> None:
    user = make_person("Nora Norole")
    profile = profile_of(user)
    Customer.objects.create(user=user)
    with pytest.raises(Overtaken):
        edit_profile(user.pk, {"full_name": "Nora"}, mark_of(profile))


def test_line_breaks_of_another_kind_are_no_change(anna: Customer) -> None:
    Customer.objects.filter(pk=anna.pk).update(address="A\r\nB")
    assert present(anna.user)["address"] == "A\nB"
    assert save(anna.user) == []


def test_licenses_keep_the_name_they_were_issued_to(anna: Customer) -> None:
    license = make_license(customer=anna)
    save(anna.user, full_name="Anna Adams", company="New")
    assert License.objects.get(pk=license.pk).licensee == "Anna Acme"
    assert License.objects.get(pk=license.pk).terms_changed_at == license.terms_changed_at


# What people are here


def facts(user: User) -> list[Fact]:
    return facts_about(viewer_for(User.objects.get(pk=user.pk)))[2:]


def test_facts_say_what_people_are_here(anna: Customer) -> None:
    paula, acme = make_contact(make_organization("Globex")), anna.organization
    assert acme is not None
    name_contact(acme, paula)
    rasmus, stella = make_member(make_group(name="South")), make_staff("Stella Berg")
    assert facts(anna.user) == [
        Fact("Organization", "Acme", "", f"/organizations/{acme.pk}/"),
        Fact("Served by", "North", "Write to north@resellers.example."),
    ]
    assert [(fact.text, fact.help) for fact in facts(paula.user)] == [
        ("Acme", "You are its contact."),
        ("Globex", "You are its contact."),
    ]
    assert facts(rasmus) == [Fact("User group", "South", "You see the licenses that it serves.")]
    assert facts(stella) == [Fact("Staff", "Northwind Instruments")]
    assert facts(make_person()) == []


def test_facts_begin_with_the_address_and_how_to_change_it(anna: Customer) -> None:
    address, language = facts_about(viewer_for(anna.user))[:2]
    assert (address.label, address.text) == ("E-mail address", anna.user.email)
    assert "You change it under “Signing in”." in address.help
    assert language == Fact("Language", "English")


def test_contact_of_very_many_organizations_sees_the_first(db: None) -> None:
    holding = make_contact(make_organization("A holding"))
    for number in range(MOST_NAMED + 2):
        name_contact(make_organization(f"Branch {number:02}"), holding)
    found = facts(holding.user)
    assert len(found) == MOST_NAMED + 1
    assert found[-1] == Fact("Organization", "3 more", "You are their contact.")


def test_actor_of_a_change_is_the_person_by_name(anna: Customer) -> None:
    save(anna.user, phone="1")
    assert events()[0].actor_name == Actor.person(anna.user).name == "Anna Acme"
