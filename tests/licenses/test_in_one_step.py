"""*Create and mail*, *Renew and mail*: one button, all of it or nothing; the mail stands in preview before."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.mail import take_out, waiting
from licenses.models import License, MailTemplate, Product, Purpose
from organizations.models import UserGroup
from tests.cast import make_customer, make_license, make_member, make_organization, make_product
from tests.licenses.pages import Answer, address, message_after, words
from tests.licenses.reselling import SUBSCRIPTION, P, in_days, make_reseller
from tests.licenses.test_order_page import page_address, sent

pytestmark = pytest.mark.django_db
MAY = (P.CREATE, P.EDIT_CUSTOMERS, P.RENEW, P.SET_EXPIRY_DATE)
TEXT = "Dear {customer},\n\n{product} for {licensee} on {activations} computers until {expires_on}: {activation_key}"
MANY = reverse("licenses:renew_selected")


@pytest.fixture
def spectra() -> Product:
    return make_product("Spectra")


@pytest.fixture
def north(spectra: Product) -> UserGroup:
    return make_reseller(*MAY, P.SEND_MAIL, product=spectra, default_expiry_days=365)


@pytest.fixture
def nina(client: Client, north: UserGroup) -> Client:
    client.force_login(make_member(north, "Nina Northern"))
    return client


@pytest.fixture
def template(db: None) -> MailTemplate:
    MailTemplate.objects.create(name="Aside", subject="News", body="Hello.")
    return MailTemplate.objects.create(name="Welcome", purpose=Purpose.NEW, subject="Your {product}", body=TEXT)


@pytest.fixture
def license(north: UserGroup) -> License:
    return make_license(
        customer=make_customer("Mira Lindholm", user_group=north),
        user_group=north,
        license_model=SUBSCRIPTION,
        expires_on=in_days(5),
    )


def without_mail(north: UserGroup) -> None:
    UserGroup.objects.filter(pk=north.pk).update(privileges=sorted(MAY))


def ordered(product: Product, template: MailTemplate, **changed: object) -> dict[str, object]:
    return sent(product, **{"template": str(template.pk), "do": "make_and_mail", **changed})


def renewal(about: License, template: MailTemplate, **changed: object) -> dict[str, object]:
    seen = License.objects.get(pk=about.pk).edited_at.isoformat()
    return {"seen": seen, "expires_on": in_days(99).isoformat(), "template": str(template.pk), "do": "mail", **changed}


def preview_in(answer: Answer) -> str:
    """Return what the mail in preview says."""
    part = answer.content.decode().partition('id="mail-preview"')[2].partition("<button")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", part.partition(">")[2]).split())


def mails() -> list[tuple[str, str]]:
    return [(mail.to[0], take_out(mail)[0]) for mail in waiting().order_by("id")]


def test_licenses_are_made_and_mailed_with_one_button(nina: Client, spectra: Product, template: MailTemplate) -> None:
    answer = nina.post(page_address(), ordered(spectra, template, number="2"))
    assert message_after(nina, answer) == "2 licenses are made. 2 mails are on their way."
    told = [text for to, text in mails() if to == "anna@buyer.example"]
    for license in License.objects.all():
        assert any(license.activation_key in text for text in told)


def test_order_form_shows_the_mail_with_an_example_before_anything_is_typed(
    nina: Client, template: MailTemplate, north: UserGroup
) -> None:
    shown = preview_in(nina.get(page_address()))
    assert "To Anna Berg" in shown
    assert "Dear Anna Berg, Spectra 4.1 for Anna Berg on 1 computers until never: •••••" in shown


def test_mail_in_preview_says_what_is_typed_and_nothing_is_made(
    nina: Client, spectra: Product, template: MailTemplate
) -> None:
    typed = ordered(spectra, template, full_name="Berta B", number="nine", license_model="trial", do="show_mail")
    answer = nina.post(page_address(), typed)
    assert "Dear Berta B, Spectra 4.1 for Berta B on 2 computers until 365 days after" in preview_in(answer)
    assert "<title>Error" not in answer.content.decode()
    assert b'value="nine"' in answer.content
    assert not License.objects.exists()
    assert mails() == []


def test_another_mail_is_chosen_and_shown(nina: Client, spectra: Product, template: MailTemplate) -> None:
    aside = MailTemplate.objects.get(name="Aside")
    assert "Hello." in preview_in(nina.post(page_address(), ordered(spectra, aside, do="show_mail")))


def test_customer_of_the_group_is_named_in_preview_as_the_group_knows_them(
    nina: Client, spectra: Product, template: MailTemplate, north: UserGroup
) -> None:
    acme = make_organization("Acme", user_group=north)
    make_customer("Mira Lindholm", user_group=north, organization=acme, email="mira@acme.example")
    typed = ordered(spectra, template, email="mira@acme.example", full_name="", do="show_mail")
    assert "Dear Mira Lindholm, Spectra 4.1 for Acme" in preview_in(nina.post(page_address(), typed))


def test_preview_tells_nothing_of_somebody_whom_the_group_does_not_serve(
    nina: Client, spectra: Product, template: MailTemplate
) -> None:
    make_customer("Hana Secret", organization=make_organization("Globex"), email="hana@globex.example")
    shown = [
        preview_in(nina.post(page_address(), ordered(spectra, template, email=each, full_name="Hana", do="show_mail")))
        for each in ("hana@globex.example", "nobody@globex.example")
    ]
    assert shown[0] == shown[1]
    assert "Secret" not in shown[0]


def test_order_beyond_a_limit_makes_and_mails_nothing(
    nina: Client, spectra: Product, template: MailTemplate, north: UserGroup
) -> None:
    UserGroup.objects.filter(pk=north.pk).update(max_permanent=1)
    answer = nina.post(page_address(), ordered(spectra, template, number="2"))
    assert "0 of 1 permanent licenses issued; you asked for 2." in words(answer)
    assert (License.objects.count(), mails()) == (0, [])


def test_mail_that_cannot_be_queued_takes_the_licenses_back(
    nina: Client, spectra: Product, template: MailTemplate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_parts: object) -> None:
        raise OSError("the queue is gone")

    monkeypatch.setattr("licenses.mailing.queue_many", fail)
    with pytest.raises(OSError, match="the queue is gone"):
        nina.post(page_address(), ordered(spectra, template))
    assert (License.objects.count(), mails()) == (0, [])
    assert UserGroup.objects.get(name="North").issued_permanent == 0


def test_form_sent_twice_makes_and_mails_once(nina: Client, spectra: Product, template: MailTemplate) -> None:
    form = ordered(spectra, template)
    nina.post(page_address(), form)
    number = len(mails())
    again = nina.post(page_address(), form)
    assert message_after(nina, again).endswith("This form was sent before, so nothing was made again.")
    assert (License.objects.count(), len(mails())) == (1, number)


def test_order_for_nobody_is_not_mailed(nina: Client, spectra: Product, template: MailTemplate) -> None:
    answer = nina.post(page_address(), ordered(spectra, template, email="", full_name="", licensee="Stock"))
    assert "a mail needs somebody who gets it" in words(answer)
    assert b'id="id_email_error"' in answer.content
    assert not License.objects.exists()


def test_pasted_list_is_looked_at_before_it_is_made_and_mailed(
    nina: Client, spectra: Product, template: MailTemplate
) -> None:
    people = "Ben Buyer, ben@buyer.example\nCarla Buyer; carla@buyer.example"
    form = ordered(spectra, template, email="", full_name="", people=people)
    look = nina.post(page_address(), form)
    assert "Gets 1 license" in words(look)
    assert "Dear Ben Buyer" in preview_in(look)
    assert not License.objects.exists()
    answer = nina.post(page_address(), {**form, "do": "mail", "looked_at": look.context["form"].digest})
    assert message_after(nina, answer) == "2 licenses are made. 2 mails are on their way."


def test_without_the_privilege_the_form_is_as_before_and_mailing_is_refused(
    nina: Client, spectra: Product, template: MailTemplate, north: UserGroup, license: License
) -> None:
    without_mail(north)
    before = License.objects.count()
    for page in (page_address(), address("renew", license)):
        answer = nina.get(page)
        assert "and mail" not in words(answer)
        assert not {"template", "mail-preview"} & set(re.findall(r'(?:name|id)="([^"]*)"', answer.content.decode()))
    refused = [
        nina.post(page_address(), ordered(spectra, template)),
        nina.post(address("renew", license), renewal(license, template)),
        nina.post(MANY, renewal(license, template, license=str(license.pk))),
    ]
    assert all("Nothing was done. Mailing licenses is not yours to do." in words(answer) for answer in refused)
    license.refresh_from_db()
    assert (License.objects.count(), license.expires_on, mails()) == (before, in_days(5), [])


def test_without_any_mail_of_the_vendor_there_is_no_button_and_mailing_is_refused(
    nina: Client, spectra: Product, license: License
) -> None:
    for page in (page_address(), address("renew", license)):
        assert "and mail" not in words(nina.get(page))
    answer = nina.post(page_address(), sent(spectra, do="make_and_mail"))
    assert "The vendor has not written a mail yet" in words(answer)
    assert License.objects.count() == 1


def test_mail_that_nobody_chose_is_asked_for(nina: Client, spectra: Product, template: MailTemplate) -> None:
    answer = nina.post(page_address(), sent(spectra, do="make_and_mail"))
    assert "Choose what the mail says." in words(answer)
    assert not License.objects.exists()


def test_one_license_is_renewed_and_mailed_in_one_step(nina: Client, license: License, template: MailTemplate) -> None:
    page = address("renew", license)
    shown = nina.post(page, renewal(license, template, do="show_mail"))
    assert "Dear Mira Lindholm" in preview_in(shown)
    license.refresh_from_db()
    assert license.expires_on == in_days(5), "the mail is only shown"
    form = renewal(license, template)
    answer = nina.post(page, form)
    assert message_after(nina, answer).endswith("1 mail is on its way.")
    license.refresh_from_db()
    assert license.expires_on == in_days(99)
    [(_to, text)] = mails()
    assert license.activation_key in text
    nina.post(page, form)
    assert len(mails()) == 1


def test_renewal_that_is_sent_again_an_hour_later_mails_nobody_again(
    nina: Client, license: License, template: MailTemplate
) -> None:
    page, form = address("renew", license), renewal(license, template)
    nina.post(page, form)
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        nina.post(page, form)
        assert len(mails()) == 1
        assert "Renewing sets a later date than" in words(nina.post(page, renewal(license, template)))
        assert len(mails()) == 1, "a form that was opened anew asks for a later date"


def test_renewal_that_is_refused_mails_nothing(nina: Client, license: License, template: MailTemplate) -> None:
    nina.post(address("renew", license), renewal(license, template, expires_on=in_days(1).isoformat()))
    nina.post(address("renew", license), renewal(license, template, seen=in_days(-9).isoformat()))
    assert mails() == []


def test_license_of_nobody_is_renewed_without_a_mail(nina: Client, north: UserGroup, template: MailTemplate) -> None:
    license = make_license(user_group=north, license_model=SUBSCRIPTION, expires_on=in_days(5))
    page = address("renew", license)
    assert "and mail" not in words(nina.get(page))
    assert "nobody to mail it to" in words(nina.post(page, renewal(license, template)))
    license.refresh_from_db()
    assert license.expires_on == in_days(5)


def test_selection_is_renewed_and_mailed_with_the_mail_in_preview(
    nina: Client, license: License, north: UserGroup, template: MailTemplate
) -> None:
    nobodys = make_license(user_group=north, license_model=SUBSCRIPTION, expires_on=in_days(5))
    form = renewal(license, template, license=[str(license.pk), str(nobodys.pk)])
    form["seen"] = License.objects.get(pk=nobodys.pk).edited_at.isoformat()
    assert "Dear Mira Lindholm" in preview_in(nina.post(MANY, {**form, "do": "show_mail"}))
    answer = nina.post(MANY, form)
    assert message_after(nina, answer) == "2 licenses are renewed. 1 mail is on its way."
    assert [to for to, _text in mails()] == ["mira.lindholm@people.example"]
