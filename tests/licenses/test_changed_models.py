"""A changed license model counts as issuing one of the new model: with its rights, its limits and its end."""

import pytest
from django.test import Client

from accounts.audit import Actor
from licenses.activation import activate
from licenses.errors import LicenseError, Reason
from licenses.issuing import edit
from licenses.models import GroupProduct, License, LicenseModel
from organizations.models import UserGroup
from tests.cast import make_license, make_member, make_product, make_staff
from tests.licenses.pages import address, message_after, words
from tests.licenses.reselling import PERMANENT, SUBSCRIPTION, TRIAL, P, actor_of, in_days, issued_by, make_reseller

pytestmark = pytest.mark.django_db
MAY = (P.CREATE, P.EDIT_CUSTOMERS, P.EDIT, P.ACTIVATE)


def typed(client: Client, license: License, **changed: object) -> dict[str, object]:
    """Return what the form sends, as it was shown and then `changed`."""
    form = client.get(address("edit", license)).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changed


def signed_in(client: Client, group: UserGroup) -> Client:
    client.force_login(make_member(group, "Nina Northern"))
    return client


def refused(license: License, model: LicenseModel) -> LicenseError:
    """Change the model as a member of the license's group, and return why that is refused."""
    group = license.user_group
    assert group is not None
    license.license_model = model
    with pytest.raises(LicenseError) as refusal:
        edit(license, actor_of(group))
    return refusal.value


def test_without_the_privilege_to_create_the_model_stays(client: Client) -> None:
    north = make_reseller(P.EDIT)
    license = make_license(user_group=north, license_model=TRIAL, expires_on=in_days(30), licensee="Mira")
    nina = signed_in(client, north)
    form = typed(nina, license)
    assert "license_model" not in form
    assert "lacks the privilege: Create" in words(
        nina.post(address("edit", license), form | {"license_model": "trial"})
    )
    assert nina.post(address("edit", license), form | {"licensee": "Mira & Co"}).status_code == 302
    assert refused(License.objects.get(pk=license.pk), PERMANENT).reason is Reason.NOT_OFFERED


def test_model_of_a_product_that_the_group_may_not_issue_any_more_stays() -> None:
    product = make_product("Spectra")
    north = make_reseller(*MAY, product=product)
    license = issued_by(north, product=product, license_model=TRIAL, expires_on=in_days(30))
    GroupProduct.objects.all().delete()
    assert refused(license, PERMANENT).sentence == "North may not issue Spectra any more."


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"max_activations": 500}, "at most 2 activations; you asked for 500"),
        ({"expires_on": in_days(60)}, "at the latest"),
        ({"expires_after_days": 60, "expires_on": None}, "at the latest"),
    ],
)
def test_every_limit_holds_for_another_model(fields: dict[str, object], sentence: str) -> None:
    north = make_reseller(*MAY, max_activations_per_license=2, latest_expiry_on=in_days(50))
    license = make_license(
        user_group=north, **{"license_model": TRIAL, "expires_on": in_days(30), "max_activations": 2, **fields}
    )
    assert sentence in refused(license, SUBSCRIPTION).sentence
    north.refresh_from_db()
    assert north.issued_subscription == 0


def test_days_that_have_begun_are_not_counted_again() -> None:
    north = make_reseller(*MAY, longest_trial_days=30)
    license = make_license(user_group=north, license_model=SUBSCRIPTION, expires_after_days=365)
    activate(license.pk, actor_of(north), computer_id="PC-1")
    License.objects.filter(pk=license.pk).update(expires_on=in_days(20))
    license.refresh_from_db()
    license.license_model = TRIAL
    assert edit(license, actor_of(north)).license_model == TRIAL


def test_trial_that_becomes_permanent_does_not_expire_any_more(client: Client) -> None:
    north = make_reseller(*MAY, default_expiry_days=30)
    license = issued_by(north, license_model=TRIAL)
    activate(license.pk, actor_of(north), computer_id="PC-1")
    nina = signed_in(client, north)
    assert "What becomes permanent does not expire any more" in words(nina.get(address("edit", license)))
    form = typed(nina, license, license_model="permanent")
    answer = nina.post(address("edit", license), form)
    assert message_after(nina, answer).endswith("It is permanent now and does not expire any more.")
    license.refresh_from_db()
    assert (license.license_model, license.expires_on, license.expires_after_days) == (PERMANENT, None, None)
    assert nina.post(address("edit", license), form).status_code == 302, "the same form sent twice has one effect"
    north.refresh_from_db()
    assert north.issued_permanent == 1


def test_end_that_is_entered_for_what_becomes_permanent_stays(client: Client) -> None:
    north = make_reseller(*MAY, P.SET_EXPIRY_DATE, latest_expiry_on=in_days(50))
    license = issued_by(north, license_model=TRIAL, expires_on=in_days(30))
    nina, page = signed_in(client, north), address("edit", license)
    form = typed(nina, license, license_model="permanent")
    assert "at the latest" in words(nina.post(page, form | {"expires_on": in_days(51).isoformat()}))
    answer = nina.post(page, form | {"expires_on": in_days(40).isoformat()})
    assert message_after(nina, answer) == "The license is saved."
    license.refresh_from_db()
    assert (license.license_model, license.expires_on) == (PERMANENT, in_days(40))


def test_staff_make_a_trial_permanent_likewise() -> None:
    license = make_license(license_model=TRIAL, expires_on=in_days(30))
    license.license_model = PERMANENT
    assert edit(license, Actor.vendor(make_staff("Stella", "change"))).expires_on is None
