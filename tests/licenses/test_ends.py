"""When a license ends: days that have not begun are told as days, with the latest day; renewing understands both."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.mail import take_out
from accounts.models import Mail
from licenses.activation import activate, deactivate
from licenses.errors import LicenseError, Reason
from licenses.models import License, MailTemplate
from licenses.renewing import Renewal, renew
from licenses.wording import day_in_words
from organizations.models import UserGroup
from tests.cast import make_license, make_member, make_product
from tests.licenses.exports import downloaded
from tests.licenses.pages import Answer, message_after, words
from tests.licenses.reselling import SUBSCRIPTION, TRIAL, P, actor_of, in_days, issued_by, make_reseller
from tests.licenses.test_order_page import sent

pytestmark = pytest.mark.django_db
MAY = (
    *(P.CREATE, P.EDIT_CUSTOMERS, P.ACTIVATE, P.DEACTIVATE, P.RENEW, P.SEND_MAIL, P.EXPORT),
    *(P.SET_EXPIRY_DATE, P.SET_EXPIRY_DURATION),
)
LATEST = 1500


@pytest.fixture
def north() -> UserGroup:
    return make_reseller(*MAY, latest_expiry_on=in_days(LATEST))


@pytest.fixture
def nina(client: Client, north: UserGroup) -> Client:
    client.force_login(make_member(north, "Nina Northern"))
    return client


def make_lasting(group: UserGroup, days: int = 30) -> License:
    """Issue a subscription that lasts so many days from its first activation on."""
    license = issued_by(group, license_model=SUBSCRIPTION, expires_after_days=days)
    assert (license.expires_on, license.expires_after_days) == (group.latest_expiry_on, days)
    return license


def end_of(days: int, latest: date) -> str:
    return f"{days} days after the first activation, at the latest on {day_in_words(latest)}"


def test_page_list_and_export_say_days_until_they_begin(nina: Client, north: UserGroup) -> None:
    license = make_lasting(north)
    member = make_member(north)
    expected = end_of(30, in_days(LATEST))
    pages = (license.get_absolute_url(), reverse("licenses:list"), reverse("licenses:batch", args=[license.batch_id]))
    assert [expected in words(nina.get(page)) for page in pages] == [True] * 3
    assert [row["Expires on"] for row in downloaded(Client(), member)] == [expected]
    computer = activate(license.pk, actor_of(north), computer_id="PC-1").activation
    deactivate(computer.pk, actor_of(north))
    assert [day_in_words(in_days(30)) in words(nina.get(page)) for page in pages] == [True] * 3
    assert [expected in words(nina.get(page)) for page in pages] == [False] * 3
    assert [row["Expires on"] for row in downloaded(Client(), member)] == [in_days(30).isoformat()]


def test_latest_day_that_has_passed_is_the_day_on_which_it_expired(nina: Client, north: UserGroup) -> None:
    license = make_lasting(north)
    License.objects.filter(pk=license.pk).update(expires_on=in_days(-10))
    page = words(nina.get(license.get_absolute_url()))
    assert day_in_words(in_days(-10)) in page
    assert "after the first activation" not in page


def test_day_that_nobody_knows_yet_is_in_no_calendar(nina: Client, north: UserGroup) -> None:
    license = make_lasting(north)
    calendar = reverse("licenses:calendar_expires", args=[license.pk])
    assert calendar not in nina.get(license.get_absolute_url()).content.decode()
    assert nina.get(calendar).status_code == 404
    activate(license.pk, actor_of(north), computer_id="PC-1")
    assert nina.get(calendar).status_code == 200


def test_mail_says_the_days(nina: Client, north: UserGroup) -> None:
    template = MailTemplate.objects.create(name="New", subject="License", body="It expires: {expires_on}.")
    order = sent(make_product("Spectra"), license_model="trial", expires_after_days="30", template=str(template.pk))
    assert nina.post(reverse("licenses:create"), {**order, "do": "make_and_mail"}).status_code == 302
    assert end_of(30, in_days(LATEST)) in str(take_out(Mail.objects.get()))


def test_list_asks_once_for_all_of_its_rows(nina: Client, north: UserGroup) -> None:
    make_lasting(north)
    found = []
    for number in (0, 5):
        for _number in range(number):
            make_license(user_group=north, license_model=SUBSCRIPTION, expires_on=in_days(9), expires_after_days=3)
        nina.get(reverse("licenses:list"))
        with CaptureQueriesContext(connection) as queries:
            nina.get(reverse("licenses:list"))
        found.append(len(queries))
    assert found[0] == found[1]


def renew_on_page(browser: Client, license: License, **typed: str) -> Answer:
    page = reverse("licenses:renew", args=[license.pk])
    seen = browser.get(page).context["form"]["seen"].value()
    return browser.post(page, {"expires_on": "", "expires_after_days": "", "seen": seen, **typed})


def test_license_that_is_renewed_until_a_day_lasts_until_then(nina: Client, north: UserGroup) -> None:
    license, until = make_lasting(north), in_days(400)
    assert f"instead of {end_of(30, in_days(LATEST))}" in words(nina.get(reverse("licenses:renew", args=[license.pk])))
    answer = renew_on_page(nina, license, expires_on=until.isoformat())
    assert f"It expires on {day_in_words(until)}." in message_after(nina, answer)
    activate(license.pk, actor_of(north), computer_id="PC-1")
    license.refresh_from_db()
    assert (license.expires_on, license.expires_after_days) == (until, None)


def test_day_before_the_days_would_end_is_no_later_one(north: UserGroup) -> None:
    license = make_lasting(north)
    with pytest.raises(LicenseError) as refused:
        renew(license.pk, actor_of(north), Renewal(expires_on=in_days(30)))
    assert refused.value.reason is Reason.NOT_LATER
    assert day_in_words(in_days(30)) in refused.value.sentence


@pytest.mark.parametrize(("model", "days"), [(SUBSCRIPTION, LATEST + 1), (TRIAL, 91)])
def test_limits_hold_for_the_day_that_takes_the_place_of_days(model: str, days: int) -> None:
    north = make_reseller(*MAY, latest_expiry_on=in_days(LATEST), longest_trial_days=90)
    license = issued_by(north, license_model=model, expires_after_days=30)
    with pytest.raises(LicenseError) as refused:
        renew(license.pk, actor_of(north), Renewal(expires_on=in_days(days)))
    assert refused.value.reason is Reason.LIMIT_OF_EXPIRY
    assert renew(license.pk, actor_of(north), Renewal(expires_on=in_days(days - 1))).expires_after_days is None


def test_days_become_more_and_say_so(nina: Client, north: UserGroup) -> None:
    license = make_lasting(north)
    answer = renew_on_page(nina, license, expires_after_days="10")
    assert f"It expires {end_of(40, in_days(LATEST))}." in message_after(nina, answer)


def test_latest_day_makes_room_for_more_days(north: UserGroup) -> None:
    license = make_license(
        user_group=north, license_model=SUBSCRIPTION, expires_after_days=30, expires_on=in_days(-5), licensee="L"
    )
    after = renew(license.pk, actor_of(north), Renewal(expiry_days=10))
    assert (after.expires_after_days, after.expires_on) == (40, in_days(40))


def test_day_on_which_it_expires_already_is_no_renewal(nina: Client, north: UserGroup) -> None:
    license = issued_by(north, license_model=SUBSCRIPTION, expires_on=in_days(10))
    template = MailTemplate.objects.create(name="Renewed", purpose="renewed", subject="License", body="{expires_on}")
    form = {"expires_on": in_days(10).isoformat(), "template": str(template.pk)}
    for do in ("renew", "mail"):
        answer = renew_on_page(nina, license, **form, do=do)
        assert "Renewing sets a later date than" in words(answer)
    assert not Mail.objects.exists()


def test_form_that_is_sent_twice_says_the_same_twice(nina: Client, north: UserGroup) -> None:
    license = issued_by(north, license_model=SUBSCRIPTION, expires_on=in_days(10))
    page = reverse("licenses:renew", args=[license.pk])
    form = {"expires_on": in_days(50).isoformat(), "seen": nina.get(page).context["form"]["seen"].value()}
    said = [message_after(nina, nina.post(page, form)) for _time in range(2)]
    assert said == [f"The license is renewed. It expires on {day_in_words(in_days(50))}."] * 2
