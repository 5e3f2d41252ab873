"""Several licenses at once, selected in the list: renewed, revoked, exported."""

import csv
import io
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.mail import waiting
from licenses.models import License, MailTemplate, Purpose
from organizations.models import UserGroup
from tests.cast import make_customer, make_group, make_license, make_member, make_product
from tests.licenses.pages import message_after, words
from tests.licenses.reselling import SUBSCRIPTION, P, in_days, make_reseller

pytestmark = pytest.mark.django_db


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(P.RENEW, P.REVOKE, P.EXPORT, P.SET_EXPIRY_DATE, default_expiry_days=365)


@pytest.fixture
def licenses(north: UserGroup) -> list[License]:
    """Three subscriptions of the group that expire on three days."""
    product = make_product("Spectra")
    return [
        make_license(
            user_group=north, product=product, license_model=SUBSCRIPTION, expires_on=in_days(days), licensee=f"L{days}"
        )
        for days in (3, 2, 1)
    ]


@pytest.fixture
def nina(client: Client, north: UserGroup) -> Client:
    client.force_login(make_member(north, "Nina Northern"))
    return client


def selected(licenses: list[License], **besides: object) -> dict[str, object]:
    return {"license": [str(each.pk) for each in licenses], **besides}


def days_of(licenses: list[License]) -> list[object]:
    return [License.objects.get(pk=each.pk).expires_on for each in licenses]


RENEW, REVOKE, EXPORT = (reverse(f"licenses:{name}_selected") for name in ("renew", "revoke", "export"))


def test_list_has_boxes_and_buttons_for_what_the_group_may(nina: Client, licenses: list[License]) -> None:
    page = nina.get(reverse("licenses:list"), {"order": "expires"}).content.decode()
    assert page.count('type="checkbox" name="license"') == 3
    assert all(f'formaction="{each}"' in page for each in (RENEW, REVOKE, EXPORT))


def test_list_of_a_customer_and_of_a_group_that_only_looks_has_no_boxes(client: Client) -> None:
    group = make_reseller(P.EXPORT)
    mira = make_customer("Mira", user_group=group)
    make_license(customer=mira, user_group=group)
    for user in (mira.user, make_member(group)):
        client.force_login(user)
        assert 'name="license"' not in client.get(reverse("licenses:list")).content.decode()


def test_selected_licenses_are_renewed_after_a_look(nina: Client, licenses: list[License]) -> None:
    form = selected(licenses, order="expires")
    preview = nina.post(RENEW, form)
    assert "Renew 3 licenses" in words(preview)
    assert words(preview).index("L1") < words(preview).index("L3"), "those that expire soonest come first"
    assert days_of(licenses) == [in_days(3), in_days(2), in_days(1)]
    answer = nina.post(RENEW, {**form, "expires_on": in_days(400).isoformat(), "do": "renew"})
    assert answer["Location"] == f"{reverse('licenses:list')}?order=expires"
    assert message_after(nina, answer) == "3 licenses are renewed."
    assert days_of(licenses) == [in_days(400)] * 3


def test_group_that_may_not_choose_renews_by_its_usual_days(client: Client, licenses: list[License]) -> None:
    north = licenses[0].user_group
    assert north is not None
    UserGroup.objects.filter(pk=north.pk).update(privileges=[P.RENEW])
    client.force_login(make_member(north))
    client.post(RENEW, selected(licenses, do="renew"))
    assert days_of(licenses) == [in_days(368), in_days(367), in_days(366)]


def test_what_cannot_be_renewed_is_left_out_with_the_reason_and_nothing_happens_unasked(
    nina: Client, licenses: list[License]
) -> None:
    forever = make_license(user_group=licenses[0].user_group, licensee="Forever")
    form = selected([*licenses, forever], expires_on=in_days(2).isoformat(), do="renew")
    answer = nina.post(RENEW, form)
    assert "Nothing was renewed" in words(answer)
    assert "Renewing sets a later date than" in words(answer)
    assert days_of(licenses) == [in_days(3), in_days(2), in_days(1)]


def test_renewing_beyond_a_limit_renews_none(nina: Client, licenses: list[License], north: UserGroup) -> None:
    UserGroup.objects.filter(pk=north.pk).update(latest_expiry_on=in_days(300))
    answer = nina.post(RENEW, selected(licenses, expires_on=in_days(301).isoformat(), do="renew"))
    assert "at the latest" in words(answer)
    assert days_of(licenses) == [in_days(3), in_days(2), in_days(1)]


def test_licenses_of_others_are_not_there(nina: Client, licenses: list[License]) -> None:
    theirs = make_license(user_group=make_group(name="South"), license_model=SUBSCRIPTION, expires_on=in_days(5))
    for page in (RENEW, REVOKE):
        answer = nina.post(page, selected([theirs], do="renew", reason="x"))
        assert message_after(nina, answer) == "Select the licenses in the list first."
    assert days_of([theirs]) == [in_days(5)]
    assert nina.post(RENEW, {"license": ["x", str(uuid4())]}).status_code == 302


def test_group_without_the_privilege_is_refused(client: Client, licenses: list[License], north: UserGroup) -> None:
    UserGroup.objects.filter(pk=north.pk).update(privileges=[P.CREATE])
    client.force_login(make_member(north))
    for page in (RENEW, REVOKE):
        answer = client.post(page, selected(licenses, do="renew", reason="x"))
        assert answer.status_code == 403
        assert "is not yours to do" in words(answer)
    assert client.post(EXPORT, selected(licenses)).status_code == 403
    assert days_of(licenses) == [in_days(3), in_days(2), in_days(1)]


def test_selected_licenses_are_revoked_with_one_reason(nina: Client, licenses: list[License]) -> None:
    assert "Revoke 3 licenses?" in words(nina.post(REVOKE, selected(licenses)))
    assert not License.objects.filter(revoked_at__isnull=False).exists()
    answer = nina.post(REVOKE, selected(licenses, reason="", do="revoke"))
    assert b'id="id_reason_error"' in answer.content
    answer = nina.post(REVOKE, selected(licenses, reason="Unpaid", do="revoke"))
    assert message_after(nina, answer) == "3 licenses are revoked."
    assert set(License.objects.values_list("revoked_reason", "revoked_as")) == {("Unpaid", "group")}


def test_selected_licenses_are_exported_and_no_others(nina: Client, licenses: list[License]) -> None:
    answer = nina.post(EXPORT, selected(licenses[:2]))
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    keys = [row["Activation key"][-5:] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert sorted(keys) == sorted(each.key_tail for each in licenses[:2])


def test_licenses_are_renewed_and_mailed_in_one_step(nina: Client, licenses: list[License], north: UserGroup) -> None:
    UserGroup.objects.filter(pk=north.pk).update(privileges=[*north.privileges, P.SEND_MAIL])
    mira = make_customer("Mira Lindholm", user_group=north)
    License.objects.filter(pk__in=[each.pk for each in licenses]).update(customer=mira)
    MailTemplate.objects.filter(purpose=Purpose.RENEWED).delete()
    made = MailTemplate.objects.create(
        name="Renewed", purpose=Purpose.RENEWED, subject="Renewed", body="{product} expires on {expires_on}."
    )
    form = selected(licenses[:1], expires_on=in_days(400).isoformat())
    assert "Renew and mail" in words(nina.post(RENEW, form))
    answer = nina.post(RENEW, {**form, "template": str(made.pk), "do": "mail"})
    assert message_after(nina, answer) == "1 license is renewed. 1 mail is on its way."
    assert len(waiting()) == 1
    assert days_of(licenses[:1]) == [in_days(400)]
