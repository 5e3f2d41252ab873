"""Mails about a release: to everybody whose license includes it and who wants them, once each."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import chores
from accounts.audit import Actor
from accounts.letters import Letter
from accounts.mail import Lane, due, queue, take_out
from accounts.models import AuditEvent, Mail, User
from licenses import announcing
from licenses.announcing import announce_next, entitled
from licenses.models import License, Product, Release
from licenses.releasing import withdraw
from organizations.mail_choices import Wish, choose_mails
from organizations.models import Customer
from tests.cast import make_contact, make_customer, make_license, make_organization, make_product, name_contact
from tests.licenses.moments import Clock
from tests.releases import make_release


def announce_all() -> None:
    while announce_next():
        pass


def addressees() -> Counter[str]:
    return Counter(mail.to[0] for mail in Mail.objects.all())


@pytest.fixture
def release(product: Product, license: License) -> Release:
    """A release that Anna's license includes, published with the wish to tell."""
    return make_release(product, mails=True)


def test_customer_gets_one_mail_however_many_licenses_include_the_release(
    release: Release, anna: Customer, product: Product
) -> None:
    for _ in range(3):
        make_license(customer=anna, product=License.objects.latest("pk").product)
    announce_all()
    assert addressees() == {"anna@acme.example": 1}
    release.refresh_from_db()
    assert release.announced_at is not None
    assert AuditEvent.objects.filter(action="release.announced", target_id=release.pk).count() == 1


def test_contacts_get_one_for_the_licenses_of_their_organizations_and_members_none(product: Product) -> None:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    contact = make_contact(acme, "Paula")
    make_contact(acme, "Samuel", is_secondary=True)
    name_contact(globex, contact)
    make_customer("Max Plain", organization=acme)
    for organization in (acme, acme, globex):
        make_license(organization=organization, product=product)
    make_release(product, mails=True)
    announce_all()
    assert addressees() == {"paula@people.example": 1, "samuel@people.example": 1}


def test_who_is_not_entitled_or_does_not_want_it_gets_none(product: Product) -> None:
    names = ("Rita Revoked", "Tina Trial", "Nora Notcovered", "Oscar Out", "Otto Off", "Della Deleted", "Olaf Other")
    people = {name: make_customer(name) for name in names}
    wanted = make_customer("Wanda Wanted")
    for name, person in {**people, "Wanda": wanted}.items():
        license = make_license(customer=person, product=make_product("Other") if name == "Olaf Other" else product)
        changes: dict[str, dict[str, object]] = {
            "Rita Revoked": {"revoked_at": timezone.now()},
            "Tina Trial": {"license_model": "trial", "expires_on": date(2026, 1, 1)},
            "Nora Notcovered": {"maintenance_until": date(2026, 3, 1)},
            "Della Deleted": {"deleted_at": timezone.now()},
            "Wanda": {"maintenance_until": date(2026, 3, 2)},
        }
        License.objects.filter(pk=license.pk).update(**changes.get(name, {}))
    Customer.objects.filter(pk=people["Oscar Out"].pk).update(has_opted_out_of_mail=True)
    User.objects.filter(pk=people["Otto Off"].user_id).update(is_active=False)
    release = make_release(product, "4.2.0", mails=True)
    assert [customer.user.full_name for customer in entitled(release)] == ["Wanda Wanted"]
    announce_all()
    assert addressees() == {"wanda.wanted@people.example": 1}


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn", "nobody asked for it"])
def test_nobody_is_told_of_what_does_not_exist_for_customers(product: Product, license: License, state: str) -> None:
    make_release(
        product,
        mails=state != "nobody asked for it",
        is_draft=state == "draft",
        published_at=timezone.now() + timedelta(hours=1) if state == "scheduled" else None,
        withdrawn="Broken." if state == "withdrawn" else "",
    )
    assert not announce_next()
    assert not addressees()


def test_scheduled_release_is_told_of_when_its_time_comes(product: Product, license: License, clock: Clock) -> None:
    make_release(product, mails=True, published_at=timezone.now() + timedelta(hours=1))
    assert not announce_next()
    clock.pass_by(timedelta(hours=1))
    announce_all()
    assert addressees() == {"anna@acme.example": 1}


class KilledError(Exception):
    """What ends a worker in the middle of its work."""


@pytest.mark.parametrize("after", [0, 1, 2, 5, 6])
def test_worker_killed_half_way_leaves_nobody_out_and_tells_nobody_twice(
    product: Product, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    people = [make_customer(f"Person {number}") for number in range(7)]
    for person in people:
        make_license(customer=person, product=product)
    make_release(product, mails=True)
    monkeypatch.setattr(announcing, "PORTION", 3)
    written, mail = [0], announcing._mail

    def killed(release: Release, customer: Customer) -> None:
        if written[0] == after:
            raise KilledError
        written[0] += 1
        mail(release, customer)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(announcing, "_mail", killed)
        with pytest.raises(KilledError):
            announce_all()
    assert len(addressees()) == after - after % 3
    announce_all()
    assert addressees() == dict.fromkeys((person.user.email for person in people), 1)


def test_release_that_is_withdrawn_meanwhile_is_told_to_nobody_more(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_license(customer=make_customer(f"Person {number}"), product=product)
    release = make_release(product, mails=True)
    monkeypatch.setattr(announcing, "PORTION", 2)
    assert announce_next()
    Release.objects.filter(pk=release.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="Broken.")
    assert not announce_next()
    assert len(addressees()) == 2
    Release.objects.filter(pk=release.pk).update(withdrawn_at=None, withdrawn_reason="")
    announce_all()
    assert sorted(addressees().values()) == [1, 1, 1, 1]


def test_mail_names_release_and_license_and_ends_with_one_click(
    release: Release, license: License, client: Client, anna: Customer
) -> None:
    announce_all()
    mail = Mail.objects.get()
    text, html = take_out(mail)
    assert mail.subject == "Spectra 4.1.5 is out, and your license includes it"
    assert f"http://127.0.0.1:8000/licenses/{license.pk}/updates/" in text.split()
    assert mail.headers is not None
    link = mail.headers["List-Unsubscribe"].strip("<>")
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in text.split()
    assert f'<a href="{link}">' in html
    assert license.activation_key not in text + html + mail.subject
    path = link.removeprefix("http://127.0.0.1:8000")
    pressed = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    anna.refresh_from_db()
    assert anna.has_opted_out_of_mail


def test_mails_that_wait_are_taken_back_from_who_wants_no_more(release: Release, anna: Customer) -> None:
    announce_all()
    queue(Letter("Your address", "Hello.", "<p>Hello.</p>"), "anna@acme.example")
    queue(Letter("Another", "Hello.", "<p>Hello.</p>"), "bea@acme.example", Lane.BULK)
    choose_mails(anna.pk, Wish.NO)
    assert [(mail.to, mail.subject) for mail in Mail.objects.order_by("pk")] == [
        (["anna@acme.example"], "Your address"),
        (["bea@acme.example"], "Another"),
    ]


def test_mails_that_wait_are_taken_back_when_their_release_is_withdrawn(
    release: Release, product: Product, actor: Actor
) -> None:
    make_release(product, "4.1.6", mails=True)
    announce_all()
    withdraw(release.pk, actor, reason="It deletes files.")
    assert [mail.subject for mail in Mail.objects.all()] == ["Spectra 4.1.6 is out, and your license includes it"]


def test_mails_about_releases_go_after_all_others(release: Release) -> None:
    announce_all()
    letter = Letter("About something", "Hello.", "<p>Hello.</p>")
    for lane in (Lane.NOTICE, Lane.SIGN_IN):
        queue(letter, "bea@acme.example", lane)
    assert [mail.priority for mail in due(timezone.now())] == [Lane.SIGN_IN, Lane.NOTICE, Lane.BULK]


def test_worker_does_it_a_portion_at_a_time(release: Release) -> None:
    assert chores.do_next_portions()
    assert not chores.do_next_portions()
    assert addressees() == {"anna@acme.example": 1}
