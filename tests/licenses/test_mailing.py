"""Mailing licenses to their customers, as staff's templates say it (Product rules, section 5)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.audit import Actor
from accounts.mail import take_out, waiting
from accounts.models import AuditEvent, User
from licenses.errors import LicenseError, Reason
from licenses.issuing import revoke
from licenses.mail_variables import VARIABLES
from licenses.mailing import mail_licenses
from licenses.models import License, MailTemplate
from organizations.mail_choices import Wish, choose_mails
from organizations.models import UserGroup
from organizations.privileges import Privilege
from organizations.serving import customer_for_issue
from tests.cast import make_customer, make_group, make_license, make_member, make_product, make_staff
from tests.licenses.reselling import actor_of

P = Privilege


@pytest.fixture
def north(db: None) -> UserGroup:
    return make_group(P.SEND_MAIL, P.CREATE, P.EDIT_CUSTOMERS, P.REVOKE, name="North")


@pytest.fixture
def rasmus(north: UserGroup) -> Actor:
    return actor_of(north, make_member(north, "Rasmus North"))


@pytest.fixture
def license(north: UserGroup) -> License:
    return make_license(
        customer=make_customer("Nina {activation_key}", user_group=north, email="nina@people.example"),
        user_group=north,
        product=make_product("Spectra"),
        expires_on=date(2030, 12, 31),
    )


def template(
    body: str = "Hello {customer}.\n\n{link}", subject: str = "Your {product}", name: str = "New"
) -> MailTemplate:
    made = MailTemplate(name=name, subject=subject, body=body)
    made.full_clean()
    made.save()
    return made


def mails() -> list[tuple[str, str, str]]:
    return [(mail.to[0], mail.subject, take_out(mail)[0]) for mail in waiting().order_by("id")]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"body": "Hello {name}."}, "There is no variable {name}. There are: {customer}"),
        ({"body": "{customer.user.password}"}, "There is no variable {customer.user.password}"),
        ({"body": "{}"}, "There is no variable {}"),
        ({"body": "A { alone"}, "A brace stands alone"),
        ({"subject": "{nobody}"}, "There is no variable {nobody}"),
        ({"subject": "Key {activation_key}"}, "cannot stand in the subject"),
        ({"body": "{licenses} {expires_on}"}, "{expires_on} is of one and cannot stand here"),
    ],
)
def test_unknown_variables_are_refused_when_saved(db: None, fields: dict[str, str], why: str) -> None:
    facts = {"name": "New", "subject": "Licenses", "body": "Hello."} | fields
    with pytest.raises(ValidationError) as refused:
        MailTemplate(**facts).full_clean()
    assert why in " ".join(refused.value.messages)


def test_every_variable_that_is_listed_is_put_in(license: License, rasmus: Actor) -> None:
    names = [name for name in VARIABLES if name != "licenses"]
    mail_licenses([license.pk], template("\n\n".join(f"{name}={{{name}}}." for name in names)), rasmus)
    text = mails()[0][2]
    for words in ("product=Spectra 4.1.", f"activation_key={license.activation_key}.", "expires_on=31 Dec 2030."):
        assert words in text
    assert all(f"{name}=" in text for name in names)


def test_what_is_put_in_is_never_read_again(license: License) -> None:
    License.objects.update(user_group=None)  # of a group's customers, mails say nothing but plain names
    mail_licenses([license.pk], template("Dear {customer} % now 'Y' %"), Actor.vendor(make_staff()))
    assert "Dear Nina {activation_key} % now 'Y' %" in mails()[0][2]
    assert license.activation_key not in mails()[0][2]


def test_mail_goes_to_the_customer_and_the_trail_names_no_key(license: License, rasmus: Actor) -> None:
    assert mail_licenses([license.pk], template("{activation_key}"), rasmus) == 1
    [(to, subject, text)] = mails()
    assert (to, subject) == ("nina@people.example", "Your Spectra 4.1")
    assert license.activation_key in text
    event = AuditEvent.objects.get(action="license.mailed")
    assert (event.target_id, event.details) == (license.pk, {"template": "New"})


def test_many_licenses_stand_in_one_mail_to_each_customer(license: License, north: UserGroup, rasmus: Actor) -> None:
    others = [make_license(customer=license.customer, user_group=north) for _number in range(3)]
    another = make_license(customer=make_customer("Ola", user_group=north), user_group=north)
    ids = [each.pk for each in (license, *others, another)]
    assert mail_licenses(ids, template("{customer}\n\n{licenses}", "Licenses"), rasmus) == 2
    assert mail_licenses(ids, template("{product}", "Licenses", "Each"), rasmus) == 5
    texts = [text for _to, subject, text in mails() if "nina" in _to and license.activation_key in text]
    assert all(each.activation_key in texts[0] for each in others)
    assert another.activation_key not in texts[0]


def test_same_mail_sent_twice_goes_once(license: License, rasmus: Actor) -> None:
    made = template()
    assert [mail_licenses([license.pk], made, rasmus), mail_licenses([license.pk], made, rasmus)] == [1, 0]
    assert mail_licenses([license.pk], template(name="Another"), rasmus) == 1


def test_license_of_nobody_and_revoked_one_are_not_mailed(license: License, north: UserGroup, rasmus: Actor) -> None:
    nobodys = make_license(user_group=north)
    with pytest.raises(LicenseError, match="nobody to mail it to"):
        mail_licenses([license.pk, nobodys.pk], template(), rasmus)
    revoke(license.pk, rasmus, reason="Not paid")
    with pytest.raises(LicenseError, match="was revoked"):
        mail_licenses([license.pk], template(name="Other"), rasmus)
    assert mails() == []


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_page_shows_the_mail_with_the_key_masked_and_sends_it(license: License, north: UserGroup) -> None:
    made = template("Hello {customer}: {activation_key}")
    client, path = browser(make_member(north, "Rasmus")), f"{license.get_absolute_url()}mail/"
    page = client.get(path).content.decode()
    assert license.masked_key in page
    assert license.activation_key not in page
    client.post(path, {"template": str(made.pk), "do": "show"})
    assert mails() == []
    client.post(path, {"template": str(made.pk), "do": "send"})
    assert len(mails()) == 1
    assert "mailed the license to its customer" in client.get(license.get_absolute_url()).content.decode()


def test_preview_tells_nothing_of_a_customer_whom_the_group_does_not_serve(north: UserGroup, rasmus: Actor) -> None:
    make_customer("Kim Known", email="kim@known.example")
    kim = customer_for_issue(north, "Typed Name", "kim@known.example", rasmus)
    license = make_license(customer=kim, user_group=north, licensee="Typed Name")
    template("Hello {customer}, {licensee}.")
    page = browser(make_member(north, "Rasmus")).get(f"{license.get_absolute_url()}mail/").content.decode()
    assert "Kim" not in page
    assert "Hello Typed Name, Typed Name." in page


def test_without_the_privilege_nobody_mails(license: License, north: UserGroup) -> None:
    made = template()
    north.privileges = [each for each in Privilege if each != Privilege.SEND_MAIL]
    north.save()
    path = f"{license.get_absolute_url()}mail/"
    sent = {"template": str(made.pk), "do": "send"}
    assert license.customer is not None
    answers = [browser(user).post(path, sent).status_code for user in (make_member(north), license.customer.user)]
    assert answers == [403, 403]
    assert mails() == []


def test_page_without_any_template_says_so(license: License, north: UserGroup) -> None:
    page = browser(make_member(north, "Rasmus")).get(f"{license.get_absolute_url()}mail/").content.decode()
    assert "has not written a mail yet" in page


def test_licenses_of_an_order_arrive_at_who_wants_no_mails_about_releases(
    license: License, north: UserGroup, rasmus: Actor
) -> None:
    nina = license.customer
    assert nina is not None
    second = make_license(customer=nina, user_group=north)
    mail_licenses([license.pk, second.pk], template("Hello. {licenses}", "Your licenses"), rasmus)
    choose_mails(nina.pk, Wish.NO)
    assert [mail.to for mail in waiting()] == [["nina@people.example"]]


def test_nothing_is_mailed_to_somebody_who_is_switched_off_and_the_group_reads_the_same(
    license: License, north: UserGroup
) -> None:
    client, made = browser(make_member(north, "Rasmus")), template()
    other = make_license(customer=make_customer("Otto Off", user_group=north), user_group=north)
    assert other.customer is not None
    User.objects.filter(pk=other.customer.user_id).update(is_active=False)
    for each in (license, other):
        answer = client.post(f"{each.get_absolute_url()}mail/", {"template": str(made.pk), "do": "send"}, follow=True)
        assert "is on its way." in answer.content.decode()
        assert "mailed the license to its customer" in answer.content.decode()
    assert [to for to, _subject, _text in mails()] == ["nina@people.example"]


def test_group_mails_the_same_about_a_license_three_times_a_day_and_no_more(
    license: License, north: UserGroup, rasmus: Actor
) -> None:
    made, other, start = template(), template(name="Another"), timezone.now()
    another = actor_of(north)
    for number in range(3):
        assert mail_licenses([license.pk], made, (rasmus, another)[number % 2], start + timedelta(hours=number)) == 1
    with pytest.raises(LicenseError, match="mailed 3 times within 24 hours") as refused:
        mail_licenses([license.pk], made, another, start + timedelta(hours=23))
    assert refused.value.reason is Reason.MAILED_OFTEN
    assert len(mails()) == 3
    assert mail_licenses([license.pk], other, rasmus, start + timedelta(hours=23)) == 1
    assert mail_licenses([license.pk], made, Actor.vendor(make_staff()), start + timedelta(hours=23)) == 1
    assert mail_licenses([license.pk], made, rasmus, start + timedelta(hours=49)) == 1


def test_order_is_mailed_without_those_of_its_licenses_that_were_mailed_often(
    license: License, north: UserGroup, rasmus: Actor
) -> None:
    made, start = template(), timezone.now()
    second = make_license(customer=make_customer("Otto", user_group=north, email="otto@x.example"), user_group=north)
    for number in range(3):
        mail_licenses([license.pk], made, rasmus, start + timedelta(hours=number))
    assert mail_licenses([license.pk, second.pk], made, rasmus, start + timedelta(hours=5)) == 1
    assert [to for to, _subject, _text in mails()][3:] == ["otto@x.example"]
