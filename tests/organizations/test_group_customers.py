"""User groups enter, edit and delete customers, and look after their organizations (Product rules, section 5)."""

import pytest
from django.test import Client

from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from organizations.access import viewer_for
from organizations.customers import NotAllowedNow, delete_customer, edit_customer, enter_customer, known_values
from organizations.membership.contacts import name_first_contact
from organizations.membership.invitations import invite
from organizations.membership.joining import accept
from organizations.membership.managing import NoLongerYours, Refused
from organizations.membership.naming import Stale, create_organization, edit_organization, mark_of
from organizations.models import Customer, EnteredCustomer, Organization, UserGroup
from organizations.privileges import Privilege
from organizations.profile import Overtaken
from organizations.profile import mark_of as mark_of_profile
from organizations.viewer import Viewer
from tests.cast import make_contact, make_customer, make_group, make_license, make_member, make_organization
from tests.organizations.test_membership import TOKEN

WANTED = {"full_name": "Nina New", "phone": "1", "company": "New Ltd", "address": "Street 1", "country": "NO"}
NEW = "nina@new.example"
P = Privilege


@pytest.fixture
def north(db: None) -> UserGroup:
    return make_group(P.EDIT_CUSTOMERS, P.DELETE_CUSTOMERS, P.MANAGE_ORGANIZATIONS, name="North")


@pytest.fixture
def rasmus(north: UserGroup) -> User:
    return make_member(north, "Rasmus North")


def seeing(user: User) -> Viewer:
    return viewer_for(User.objects.get(pk=user.pk))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def take_away(group: UserGroup, *privileges: Privilege) -> None:
    group.privileges = [each for each in group.privileges if each not in privileges]
    group.save()


# customers


@pytest.mark.parametrize("is_known", [False, True])
def test_entered_customer_is_listed_shown_and_edited(rasmus: User, *, is_known: bool) -> None:
    if is_known:
        make_customer("Kim Known", email=NEW)
    client = browser(rasmus)
    answer = client.post("/customers/new/", {**WANTED, "email": " Nina@New.example "}, follow=True)
    page = answer.content.decode()
    for words in ("Nina New", NEW, "New Ltd", "Street 1"):
        assert words in page, words
    for text in ("", "?q=nina", "?q=new+ltd", f"?q={NEW}"):
        assert [row.full_name for row in client.get(f"/customers/{text}").context["page"].rows] == ["Nina New"], text
    known = answer.context["known"]
    seen = mark_of_profile(known_values(known))
    client.post(f"/customers/{known.pk}/edit/", {**WANTED, "company": "Newer Ltd", "seen": seen})
    assert "Newer Ltd" in client.get(f"/customers/{known.pk}/").content.decode()
    if is_known:
        assert (Customer.objects.get().company, Customer.objects.get().user.full_name) == ("", "Kim Known")


@pytest.mark.parametrize("is_known", [False, True])
def test_customer_is_entered_once(rasmus: User, *, is_known: bool) -> None:
    if is_known:
        make_customer("Kim Known", email=NEW)
    first = enter_customer(seeing(rasmus), NEW, WANTED)
    assert enter_customer(seeing(rasmus), NEW, WANTED).pk == first.pk, "the same form sent twice has one effect"
    with pytest.raises(Refused, match="is one of your customers already"):
        enter_customer(seeing(rasmus), NEW, {**WANTED, "full_name": "Another"})


@pytest.mark.parametrize("is_known", [False, True])
def test_stale_form_changes_nothing(rasmus: User, *, is_known: bool) -> None:
    if is_known:
        make_customer("Kim Known", email=NEW)
    known = enter_customer(seeing(rasmus), NEW, WANTED)
    seen = mark_of_profile(known_values(known))
    edit_customer(seeing(rasmus), known, {**WANTED, "phone": "2"}, seen)
    known.refresh_from_db()
    with pytest.raises(Overtaken):
        edit_customer(seeing(rasmus), known, {**WANTED, "phone": "3"}, seen)


def test_address_is_never_changed(rasmus: User, north: UserGroup) -> None:
    nina = make_customer("Nina", user_group=north)
    client = browser(rasmus)
    sent = {**WANTED, "email": "other@new.example", "seen": mark_of_profile(known_values(nina))}
    assert client.post(f"/customers/{nina.pk}/edit/", sent).status_code == 302
    nina.refresh_from_db()
    assert (nina.user.email, nina.user.full_name) == ("nina@people.example", "Nina New")


def test_other_groups_customers_do_not_exist(rasmus: User) -> None:
    others = make_customer("Sven", user_group=make_group(name="South"))
    contact = make_contact(make_organization("Acme"), "Paula")
    client = browser(rasmus)
    for customer in (others, contact):
        for below in ("", "edit/", "delete/"):
            assert client.get(f"/customers/{customer.pk}/{below}").status_code == 404
    assert client.get("/customers/").context["page"].rows == []


@pytest.mark.parametrize("privilege", [P.EDIT_CUSTOMERS, P.DELETE_CUSTOMERS])
def test_without_the_privilege_nothing_can_be_done_by_page_or_story(
    rasmus: User, north: UserGroup, privilege: Privilege
) -> None:
    nina, viewer = make_customer("Nina", user_group=north), seeing(rasmus)
    take_away(north, privilege)
    pages = {P.EDIT_CUSTOMERS: ["new/", f"{nina.pk}/edit/"], P.DELETE_CUSTOMERS: [f"{nina.pk}/delete/"]}[privilege]
    client = browser(rasmus)
    for page in pages:
        assert client.get(f"/customers/{page}").status_code == 403
        assert client.post(f"/customers/{page}", {**WANTED, "email": NEW}).status_code == 403
        assert page not in client.get(f"/customers/{nina.pk}/").content.decode()
    stories = {
        P.EDIT_CUSTOMERS: [
            lambda: enter_customer(viewer, NEW, WANTED),
            lambda: edit_customer(viewer, nina, WANTED, ""),
        ],
        P.DELETE_CUSTOMERS: [lambda: delete_customer(viewer, nina)],
    }
    for act in stories[privilege]:
        with pytest.raises(NotAllowedNow):
            act()
    assert Customer.objects.filter(pk=nina.pk, user_group=north, user__full_name="Nina").exists()


def test_customer_whom_nobody_else_knows_is_deleted_with_the_person(rasmus: User) -> None:
    nina = enter_customer(seeing(rasmus), NEW, WANTED)
    client = browser(rasmus)
    assert "disappears from the customers" in client.get(f"/customers/{nina.pk}/delete/").content.decode()
    assert client.post(f"/customers/{nina.pk}/delete/", follow=True).status_code == 200
    assert not User.objects.filter(email=NEW).exists()
    assert AuditEvent.objects.filter(action="customer.deleted").count() == 1


def test_deleting_somebody_whom_others_know_takes_them_out_of_the_group_alone(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme")
    nina = make_customer("Nina", user_group=north, organization=acme)
    theirs = make_license(customer=nina, user_group=make_group(name="South"))
    delete_customer(seeing(rasmus), nina)
    nina.refresh_from_db()
    assert (nina.user_group, nina.organization) == (None, acme)
    assert browser(nina.user).get(theirs.get_absolute_url()).status_code == 200
    assert not Customer.objects.visible_to(seeing(rasmus)).filter(pk=nina.pk).exists()


def test_deleting_who_is_only_entered_leaves_them_alone(rasmus: User) -> None:
    kim = make_customer("Kim Known", email=NEW, organization=make_organization("Acme"))
    delete_customer(seeing(rasmus), enter_customer(seeing(rasmus), NEW, WANTED))
    assert not EnteredCustomer.objects.exists()
    assert Customer.objects.filter(pk=kim.pk, organization__name="Acme").exists()


def test_customer_with_licenses_or_a_contacts_role_is_not_deleted(rasmus: User, north: UserGroup) -> None:
    holder = make_customer("Nina", user_group=north)
    make_license(customer=holder, user_group=north)
    contact = make_contact(make_organization("Acme", user_group=north), "Paula")
    Customer.objects.filter(pk=contact.pk).update(user_group=north)
    for customer, why in ((holder, "has licenses of your group"), (contact, "is a contact of Acme")):
        with pytest.raises(Refused, match=why):
            delete_customer(seeing(rasmus), customer)
        page = browser(rasmus).post(f"/customers/{customer.pk}/delete/")
        assert why in page.content.decode()
        assert Customer.objects.filter(pk=customer.pk, user_group=north).exists()


# organizations


def test_group_makes_an_organization_invites_and_names_its_first_contact(rasmus: User, north: UserGroup) -> None:
    client = browser(rasmus)
    client.post("/organizations/new/", {"name": "Umbrella", "notes": "Pays in May"})
    umbrella = Organization.objects.get(name="Umbrella", user_group=north)
    invite(seeing(rasmus), umbrella.pk, NEW, "Nina New")
    accept(TOKEN.findall(take_out(waiting().get())[0])[0], None)
    nina = Customer.objects.get(user__email=NEW)
    assert (nina.organization, nina.user_group) == (umbrella, north)
    page = client.get(f"/organizations/{umbrella.pk}/").content.decode()
    assert "Name the first contact" in page
    assert "Pays in May" in page
    client.post(f"/organizations/{umbrella.pk}/first-contact/", {"contact": str(nina.pk)})
    umbrella.refresh_from_db()
    assert umbrella.primary_contact == nina
    assert viewer_for(nina.user).contact_of == {umbrella.pk}


def test_contact_is_named_only_while_there_is_none(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme", user_group=north)
    make_contact(acme, "Paula")
    other = make_customer("Max", organization=acme, user_group=north)
    with pytest.raises(Refused, match="Acme has a contact"):
        name_first_contact(seeing(rasmus), acme.pk, other.pk)


def test_contact_is_named_only_while_all_licenses_are_the_groups(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme", user_group=north)
    max_plain = make_customer("Max", organization=acme, user_group=north)
    make_license(organization=acme, user_group=north)
    foreign = make_license(organization=acme)
    with pytest.raises(Refused, match="Not every license of Acme is your group’s"):
        name_first_contact(seeing(rasmus), acme.pk, max_plain.pk)
    foreign.user_group = north
    foreign.save()
    name_first_contact(seeing(rasmus), acme.pk, max_plain.pk)
    assert Organization.objects.get(pk=acme.pk).primary_contact == max_plain


def test_nobody_but_a_member_becomes_contact(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme", user_group=north)
    stranger = make_customer("Sol", user_group=north)
    with pytest.raises(Refused, match="Only members"):
        name_first_contact(seeing(rasmus), acme.pk, stranger.pk)
    page = browser(rasmus).post(f"/organizations/{acme.pk}/first-contact/", {"contact": str(stranger.pk)})
    assert page.status_code == 200
    assert Organization.objects.get(pk=acme.pk).primary_contact is None


def test_name_is_unique_within_the_group_and_a_stale_form_changes_nothing(rasmus: User, north: UserGroup) -> None:
    make_organization("Acme")
    acme = create_organization(seeing(rasmus), {"name": "Acme", "notes": ""})
    with pytest.raises(Refused, match="has an organization named “ACME” already"):
        create_organization(seeing(rasmus), {"name": "ACME", "notes": ""})
    license, seen = make_license(organization=acme, user_group=north), mark_of(acme)
    edit_organization(seeing(rasmus), acme.pk, {"name": "Acme North", "notes": "x"}, seen)
    changed_at = license.terms_changed_at
    license.refresh_from_db()
    assert license.terms_changed_at > changed_at
    with pytest.raises(Stale):
        edit_organization(seeing(rasmus), acme.pk, {"name": "Acme South", "notes": ""}, seen)


def test_contacts_members_and_other_groups_do_not_rename(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme", user_group=north)
    contact, vera = make_contact(acme, "Paula"), make_member(make_group(*Privilege, name="South"), "Vera Costa")
    for user in (contact.user, vera):
        with pytest.raises(NoLongerYours):
            edit_organization(seeing(user), acme.pk, {"name": "Mine", "notes": ""}, mark_of(acme))
        assert browser(user).post(f"/organizations/{acme.pk}/edit/", {"name": "Mine"}).status_code in {403, 404}


def test_group_that_sees_all_organizations_sees_names_and_contacts_only(db: None) -> None:
    acme = make_organization("Acme")
    make_contact(acme, "Paula Brandt")
    Organization.objects.filter(pk=acme.pk).update(notes="Secret notes")
    vera = make_member(make_group(P.VIEW_ALL_ORGANIZATIONS, name="South"), "Vera Costa")
    client = browser(vera)
    assert "Acme" in client.get("/organizations/").content.decode()
    page = client.get(f"/organizations/{acme.pk}/").content.decode()
    assert "Paula Brandt" in page
    for hidden in ("Secret notes", "You belong to", "Open invitations", "Edit"):
        assert hidden not in page, hidden


def test_notes_are_for_the_group_and_staff_not_for_contacts(rasmus: User, north: UserGroup) -> None:
    acme = make_organization("Acme", user_group=north)
    contact = make_contact(acme, "Paula")
    Organization.objects.filter(pk=acme.pk).update(notes="Pays late")
    path = f"/organizations/{acme.pk}/"
    assert "Pays late" in browser(rasmus).get(path).content.decode()
    assert "Pays late" not in browser(contact.user).get(path).content.decode()
