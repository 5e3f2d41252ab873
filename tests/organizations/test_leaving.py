"""Somebody leaves who has much: a choice for all of it, others for single things, found however many there are."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from licenses.activation_key import make
from licenses.models import License, LicenseModel, Product
from organizations.access import viewer_for
from organizations.licenses_of import ALL, Heirs, Several
from organizations.membership.leaving import Settlement, end_membership
from organizations.membership.managing import Refused
from organizations.models import Customer, Invitation, Organization
from tests.cast import make_customer, make_invitation, make_license, make_product

MANY = 60
FIELD = re.compile(r'name="(give|free|withdraw)_([0-9a-f-]{36})"')


@pytest.fixture
def mira(acme: Organization, paula: Customer) -> Customer:
    return make_customer("Mira Lindholm", organization=acme)


@pytest.fixture
def spectra(db: None) -> Product:
    return make_product("Spectra")


def make_licenses(member: Customer, product: Product, number: int = MANY) -> list[License]:
    """Give so many licenses of their organization to a member."""
    return License.objects.bulk_create(
        License(
            activation_key=make(),
            product_version=product.versions.get(),
            license_model=LicenseModel.PERMANENT,
            licensee="Acme",
            customer=member,
            organization=member.organization,
        )
        for _ in range(number)
    )


def leaving(paula: Customer, member: Customer, settlement: Settlement | None = None) -> None:
    """Let the member leave."""
    viewer = viewer_for(paula.user)
    assert paula.organization_id is not None
    end_membership(viewer, paula.organization_id, member.pk, settlement or Settlement())


def holders() -> dict[UUID, UUID | None]:
    return dict(License.objects.values_list("pk", "customer_id"))


# what becomes of it


def test_everything_goes_to_one_but_what_was_chosen_otherwise(
    paula: Customer, mira: Customer, spectra: Product
) -> None:
    samuel = make_customer("Samuel Okoro", organization=mira.organization)
    to_samuel, to_nobody, *others = make_licenses(mira, spectra)
    leaving(paula, mira, Settlement(Heirs(paula.pk, {to_samuel.pk: samuel.pk, to_nobody.pk: None})))
    assert holders() == {**{each.pk: paula.pk for each in others}, to_samuel.pk: samuel.pk, to_nobody.pk: None}
    told = AuditEvent.objects.filter(action="license.assigned", target_id=to_samuel.pk)
    assert {(each.details["before"], each.details["after"], each.customer_id) for each in told} == {
        (str(mira), str(samuel), mira.pk),
        (str(mira), str(samuel), samuel.pk),
    }
    assert AuditEvent.objects.filter(action="license.assigned", customer_id=paula.pk).count() == len(others)


def test_all_computers_are_freed_but_those_that_stay(paula: Customer, mira: Customer) -> None:
    first = make_license(customer=mira, computers=("KEPT", "FREED"))
    second = make_license(customer=mira, computers=("FREED-TOO",))
    foreign = make_license(customer=make_customer(), computers=("FOREIGN",))
    kept = first.activations.get(computer_name="KEPT").pk
    leaving(paula, mira, Settlement(freed=Several(frozenset({kept}), is_all_but=True)))
    in_use = {each.pk: each.activations_in_use for each in License.objects.all()}
    assert in_use == {first.pk: 1, second.pk: 0, foreign.pk: 1}
    assert {each.activations.filter(deactivated_at=None).count() for each in (first, second)} == {1, 0}


def test_all_invitations_are_withdrawn_but_those_that_stay(paula: Customer, mira: Customer) -> None:
    assert mira.organization is not None
    kept, *others = [make_invitation(mira.organization, mira.user) for _ in range(3)]
    not_theirs = make_invitation(mira.organization, paula.user)
    leaving(paula, mira, Settlement(withdrawn=Several(frozenset({kept.pk}), is_all_but=True)))
    withdrawn = set(Invitation.objects.exclude(withdrawn_at=None))
    assert withdrawn == set(others)
    assert set(Invitation.objects.open()) == {kept, not_theirs}
    assert AuditEvent.objects.filter(action="invitation.withdrawn").count() == len(others)


def test_what_staff_deleted_is_nobodys_then(paula: Customer, mira: Customer, spectra: Product) -> None:
    [license] = make_licenses(mira, spectra, 1)
    License.objects.filter(pk=license.pk).update(deleted_at=license.created_at)
    leaving(paula, mira, Settlement(Heirs(paula.pk)))
    assert holders() == {license.pk: None}


def test_refusal_names_the_license_whose_quota_is_used_up(paula: Customer, mira: Customer) -> None:
    make_license(customer=mira, computers=("FREE",))
    limited = make_license(customer=mira, computers=("PC",), deactivations_allowed=0, deactivation_days=30)
    with pytest.raises(Refused, match=rf"\({limited.key_tail}\): "):
        leaving(paula, mira, Settlement(freed=ALL))
    assert set(License.objects.values_list("customer", "activations_in_use")) == {(mira.pk, 1)}


@pytest.mark.parametrize(("heir", "sentence"), [("mira", "leaves, so"), ("sol", "to members of Acme only")])
def test_licenses_go_to_members_who_stay(paula: Customer, mira: Customer, heir: str, sentence: str) -> None:
    license = make_license(customer=mira)
    receiver = mira if heir == "mira" else make_customer("Sol Herrera")
    for heirs in (Heirs(receiver.pk), Heirs(named={license.pk: receiver.pk})):
        with pytest.raises(Refused, match=sentence):
            leaving(paula, mira, Settlement(heirs))
    assert holders() == {license.pk: mira.pk}


def test_many_licenses_take_as_many_questions_as_two(paula: Customer, mira: Customer, spectra: Product) -> None:
    olga = make_customer("Olga Other", organization=mira.organization)
    make_licenses(olga, spectra, 2)
    make_licenses(mira, spectra)
    numbers = []
    for member in (olga, mira):
        with CaptureQueriesContext(connection) as queries:
            leaving(paula, member, Settlement(Heirs(paula.pk), ALL, ALL))
        numbers.append(len(queries))
    assert numbers[1] <= numbers[0] + 4, "SQLite writes a few rows of the audit trail with each statement"
    assert License.objects.filter(customer=paula).count() == MANY + 2


# the page


def signed_in(person: Customer) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def path_of(member: Customer) -> str:
    return f"/organizations/{member.organization_id}/users/{member.pk}/leave/"


def test_page_shows_the_newest_of_many_and_how_many_there_are(
    paula: Customer, mira: Customer, spectra: Product
) -> None:
    licenses = make_licenses(mira, spectra)
    page = signed_in(paula).get(path_of(mira)).content.decode()
    shown = {UUID(found) for _kind, found in FIELD.findall(page)}
    assert shown == {each.pk for each in sorted(licenses, key=lambda each: each.pk)[-25:]}
    assert "60 licenses" in page


def test_looking_for_others_changes_nothing_and_keeps_what_was_chosen(
    paula: Customer, mira: Customer, spectra: Product
) -> None:
    oldest, *_others = make_licenses(mira, spectra)
    client, samuel = signed_in(paula), make_customer("Samuel Okoro", organization=mira.organization)
    form = {"look": "yes", "q": oldest.key_tail, "all_to": str(samuel.pk)}
    page = client.post(path_of(mira), form).content.decode()
    assert [UUID(found) for _kind, found in FIELD.findall(page)] == [oldest.pk]
    assert f'<option value="{samuel.pk}" selected>' in page
    chosen = {f"give_{oldest.pk}": str(paula.pk)}
    page = client.post(path_of(mira), {**form, **chosen, "q": "nothing is called so"}).content.decode()
    assert [UUID(found) for _kind, found in FIELD.findall(page)] == [oldest.pk]
    assert f'<option value="{paula.pk}" selected>' in page
    assert set(holders().values()) == {mira.pk}
    del form["look"]
    answer = client.post(path_of(mira), {**form, **chosen}, follow=True)
    assert "Mira Lindholm no longer belongs to Acme." in answer.content.decode()
    assert holders()[oldest.pk] == paula.pk
    assert License.objects.filter(customer=samuel).count() == MANY - 1


@pytest.mark.parametrize("text", ["Spec", "LAPTOP", "ID-LAPTOP", "acme"])
def test_license_and_computer_are_found_by_what_they_are_called(
    paula: Customer, mira: Customer, spectra: Product, text: str
) -> None:
    wanted = make_license(customer=mira, product=spectra, computers=("LAPTOP",), licensee="Acme Ltd")
    make_licenses(mira, make_product("Other"), 30)
    License.objects.exclude(pk=wanted.pk).update(folded_licensee="somebody")
    page = signed_in(paula).post(path_of(mira), {"look": "yes", "q": text}).content.decode()
    assert FIELD.findall(page) == [("give", str(wanted.pk)), ("free", str(wanted.activations.get().pk))]


def test_single_computers_and_invitations_are_left_as_they_are(paula: Customer, mira: Customer) -> None:
    license = make_license(customer=mira, computers=("KEPT", "FREED"))
    kept = license.activations.get(computer_name="KEPT")
    assert mira.organization is not None
    stays, ends = (make_invitation(mira.organization, mira.user) for _ in range(2))
    form = {"all_to": "", "free_all": "on", f"free_{kept.pk}": "no", f"withdraw_{ends.pk}": "yes"}
    signed_in(paula).post(path_of(mira), form)
    assert list(license.activations.filter(deactivated_at=None)) == [kept]
    assert list(Invitation.objects.open()) == [stays]


def test_receivers_are_typed_where_the_users_are_many(
    paula: Customer, mira: Customer, spectra: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("organizations.forms.members.MOST_OFFERED", 1)
    samuel = make_customer("Samuel Okoro", organization=mira.organization)
    first, second, third = make_licenses(mira, spectra, 3)
    form = {
        "all_to": paula.user.email,
        f"give_{first.pk}": f" {samuel.user.email.upper()}",
        f"give_{second.pk}": "-",
        f"give_{third.pk}": "stranger@new.example",
    }
    client = signed_in(paula)
    page = client.post(path_of(mira), form).content.decode()
    assert "“stranger@new.example” is none of the users." in page
    assert 'value="stranger@new.example"' in page
    client.post(path_of(mira), {**form, f"give_{third.pk}": ""})
    assert holders() == {first.pk: samuel.pk, second.pk: None, third.pk: paula.pk}


def test_more_single_choices_than_a_form_carries_are_refused_with_a_way_on(
    paula: Customer, mira: Customer, monkeypatch: pytest.MonkeyPatch, spectra: Product
) -> None:
    monkeypatch.setattr("organizations.forms.leaving.MOST_SINGLE", 2)
    form = {f"give_{each.pk}": "-" for each in make_licenses(mira, spectra, 3)}
    for look in ({}, {"look": "yes"}):
        page = signed_in(paula).post(path_of(mira), {**form, **look}).content.decode()
        assert "At most 2 single things can be settled otherwise than all." in page
    assert set(holders().values()) == {mira.pk}


def test_things_of_others_are_left_alone_whoever_names_them(paula: Customer, mira: Customer) -> None:
    personal, foreign = make_license(customer=mira), make_license(customer=make_customer(), computers=("PC",))
    License.objects.filter(pk=personal.pk).update(organization=None)
    form = {
        f"give_{personal.pk}": str(paula.pk),
        f"give_{foreign.pk}": str(paula.pk),
        f"free_{foreign.activations.get().pk}": "yes",
        "give_x": "y",
        "all_to": str(paula.pk),
        "free_all": "on",
    }
    before = holders()
    signed_in(paula).post(path_of(mira), form)
    assert Customer.objects.get(pk=mira.pk).organization is None
    assert holders() == before
    assert set(License.objects.values_list("activations_in_use", flat=True)) == {0, 1}
