"""Each filter of the list is what the pages say of a license, whatever its facts: held against a reading by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.audit import Kind
from accounts.models import User
from licenses import filters
from licenses.activation_key import make
from licenses.filters import Criteria, Filters, Updates, Within
from licenses.listing import license_count, license_page
from licenses.models import Activation, License, LicenseModel, Product
from licenses.ordering import Place
from licenses.status import Status, status_q
from licenses.terms import ends_soon, has_ended, today
from organizations import paging
from organizations.access import Action, may, viewer_for
from organizations.models import Customer, Organization, UserGroup
from organizations.privileges import Privilege
from organizations.viewer import Viewer
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_member,
    make_organization,
    make_product,
    make_staff,
)
from tests.licenses.moments import NOW, TODAY, Clock

MOMENTS = (NOW, datetime(2026, 3, 10, 11, 59, tzinfo=UTC), datetime(2026, 3, 10, 12, 0, tzinfo=UTC))
"""In the afternoon, and before and after yesterday has ended everywhere on earth."""

DAYS = st.none() | st.sampled_from([-60, -33, -32, -31, -30, -2, -1, 0, 1, 7, 8, 30, 31, 90, 91, 365, 366])


@dataclass(frozen=True)
class Facts:
    """A license; dates as days from today, organization, customer and product by number."""

    is_revoked: bool = False
    expires: int | None = 5
    updates: int | None = 5
    allowed: int = 2
    in_use: int = 1
    model: LicenseModel = LicenseModel.TRIAL
    product: int = 0
    organization: int | None = 0
    customer: int | None = 0
    is_of_group: bool = True
    file: str = "outdated"


FILES = ("none", "current", "outdated", "renamed", "ended", "outdated before deactivating")
NUMBERS = st.none() | st.integers(0, 1)
FACTS = st.builds(
    Facts,
    st.sampled_from([False, False, True]),
    DAYS,
    DAYS,
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(LicenseModel),
    st.integers(0, 1),
    NUMBERS,
    NUMBERS,
    st.booleans(),
    st.sampled_from(FILES),
)


class People:
    """Two organizations with a customer each, a group, and those who look at their licenses."""

    def __init__(self) -> None:
        self.products: list[Product] = [make_product("Spectra"), make_product("Ledger")]
        self.organizations: list[Organization] = [make_organization("Acme"), make_organization("Globex")]
        self.customers: list[Customer] = [
            make_customer("Mira Lindholm", organization=self.organizations[0]),
            make_customer("Greta Novak", organization=self.organizations[1]),
        ]
        self.group: UserGroup = make_group(Privilege.VIEW_ALL, Privilege.ACTIVATE, name="North")
        member, contact = make_member(self.group), make_contact(self.organizations[0])
        Customer.objects.filter(pk=self.customers[0].pk).update(user_group=self.group)
        self.viewers = [self.customers[0].user, contact.user, member, make_staff("Vic View", "view"), make_staff("S")]

    def make_licenses(self, *rows: Facts) -> None:
        for facts in rows:
            license = self._license(facts)
            license.save(force_insert=True)
            if facts.file != "none":
                self._activation(license, facts.file).save(force_insert=True)

    def _license(self, facts: Facts) -> License:
        return License(
            activation_key=make(),
            product_version=self.products[facts.product].versions.get(),
            license_model=facts.model,
            licensee="Somebody",
            organization=None if facts.organization is None else self.organizations[facts.organization],
            customer=None if facts.customer is None else self.customers[facts.customer],
            user_group=self.group if facts.is_of_group else None,
            max_activations=max(facts.allowed, facts.in_use),
            activations_in_use=facts.in_use,
            expires_on=None if facts.expires is None else TODAY + timedelta(facts.expires),
            expires_after_days=30,
            maintenance_until=None if facts.updates is None else TODAY + timedelta(facts.updates),
            revoked_at=NOW if facts.is_revoked else None,
            terms_changed_at=NOW - timedelta(5),
        )

    def _activation(self, license: License, file: str) -> Activation:
        outdated = file.startswith("outdated")
        return Activation(
            license=license,
            computer_id="ID-1",
            activated_as=Kind.SYSTEM,
            license_file_id=license.pk.hex,
            license_file_issued_at=NOW - timedelta(10 if outdated else 3),
            license_file_ends_at=NOW - timedelta(1) if file == "ended" else None,
            renamed_at=NOW - timedelta(1) if file == "renamed" else None,
            deactivated_at=NOW if file.endswith("deactivating") else None,
        )


@pytest.fixture
def people(db: None, clock: Clock) -> People:
    return People()


def is_outdated(viewer: Viewer, license: License) -> bool:
    computers = [computer for computer in license.activations.all() if computer.is_in_use]
    return may(viewer, Action.GET_LICENSE_FILE, license) and any(each.needs_license_file for each in computers)


def expires_within(license: License, within: Within) -> bool:
    if license.revoked_at is not None or license.expires_on is None:
        return False
    days = (license.expires_on - today()).days
    if within is Within.RECENTLY:
        return license.is_expired and not has_ended(license.expires_on + timedelta(days=30))
    return not license.is_expired and days <= within


def has_updates(license: License, updates: Updates) -> bool:
    if updates is Updates.ENDED:
        return has_ended(license.maintenance_until)
    goes_on = license.status not in {Status.REVOKED, Status.EXPIRED}
    return goes_on and ends_soon(license.maintenance_until)


Reading = Callable[[Viewer, License], bool]


def readings(people: People) -> Iterator[tuple[dict[str, str], Reading]]:
    """Yield the parameters of every filter, and which licenses a person would say that it leaves."""
    yield {"files": "outdated"}, is_outdated
    for status in Status:
        yield {"status": status.slug}, partial(_has, lambda row, each: row.status is each, status)
    for product in people.products:
        yield {"product": str(product.pk)}, partial(_has, lambda row, each: row.product == each, product)
    for model in LicenseModel:
        yield {"model": model.value}, partial(_has, lambda row, each: row.license_model == each, model)
    for within in Within:
        yield {"expires": str(within.value)}, partial(_has, expires_within, within)
    for updates in Updates:
        yield {"updates": updates.value}, partial(_has, has_updates, updates)


ValueT = TypeVar("ValueT")


def _has(test: Callable[[License, ValueT], bool], value: ValueT, _viewer: Viewer, license: License) -> bool:
    return test(license, value)


def differences(people: People) -> list[str]:
    """Apply every filter for everybody, and tell where it does not leave what it should."""
    found = []
    for user in people.viewers:
        viewer = viewer_for(User.objects.get(pk=user.pk))
        visible = list(License.objects.visible_to(viewer).select_related("product_version__product").order_by("-pk"))
        for parameters, is_left in readings(people):
            criteria = Criteria.read(viewer, parameters)
            if not criteria.is_narrowed:
                continue  # a product of which they see no license
            right = [row for row in visible if is_left(viewer, row)]
            if license_page(viewer, criteria, Place()).rows != right or license_count(viewer, criteria) != str(
                len(right)
            ):
                found.append(f"{user}: {parameters}")
    return found


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(FACTS, max_size=12))
def test_every_filter_leaves_what_the_page_of_each_license_says(
    people: People, clock: Clock, moment: datetime, rows: list[Facts]
) -> None:
    clock.move_to(moment)
    with transaction.atomic():
        people.make_licenses(*rows)
        assert differences(people) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("status_q", lambda status: status_q(Status.EXPIRED)),
        ("_expires_q", lambda within: filters.Q(expires_on__gt=TODAY)),
        ("_updates_q", lambda updates: filters.Q()),
        ("narrowed", lambda viewer, action: viewer),
    ],
)
def test_control_filter_that_leaves_something_else_is_noticed(
    people: People, monkeypatch: pytest.MonkeyPatch, rule: str, wrong: object
) -> None:
    people.make_licenses(Facts(), Facts(expires=-5), Facts(is_revoked=True), Facts(updates=None))
    assert differences(people) == []
    monkeypatch.setattr(filters, rule, wrong)
    assert differences(people) != []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=FACTS, moment=st.sampled_from(MOMENTS))
@example(facts=Facts(allowed=0, in_use=0), moment=NOW)
@example(facts=Facts(is_revoked=True, expires=-60), moment=NOW)
def test_every_license_is_in_the_list_of_its_own_status_alone(
    people: People, clock: Clock, facts: Facts, moment: datetime
) -> None:
    clock.move_to(moment)
    with transaction.atomic():
        people.make_licenses(facts)
        license = License.objects.get()
        assert [status for status in Status if License.objects.filter(status_q(status)).exists()] == [license.status]
        transaction.set_rollback(True)


def test_filters_together_leave_what_passes_all_of_them(people: People) -> None:
    people.make_licenses(Facts(), Facts(model=LicenseModel.PERMANENT), Facts(product=1))
    viewer = viewer_for(people.customers[0].user)
    criteria = Criteria.read(viewer, {"model": "trial", "product": str(people.products[0].pk), "status": "x"})
    page = license_page(viewer, criteria, Place())
    assert [(row.license_model, row.product) for row in page.rows] == [("trial", people.products[0])]


@pytest.mark.parametrize("name", ["product", "organization", "customer"])
def test_what_does_not_exist_for_the_viewer_is_no_filter(people: People, name: str) -> None:
    people.make_licenses(Facts())
    viewer = viewer_for(User.objects.get(pk=people.customers[0].user_id))
    hidden = {"product": people.products[1], "organization": people.organizations[1], "customer": people.customers[1]}
    for text in (str(hidden[name].pk), "", "x", "0", str(people.group.pk)):
        assert Criteria.read(viewer, {name: text}) == Criteria.read(viewer, {})


def test_state_of_the_list_survives_its_own_address(people: People) -> None:
    people.make_licenses(Facts())
    viewer = viewer_for(people.customers[0].user)
    parameters = {
        "status": "partly-activated",
        "product": str(people.products[0].pk),
        "model": "trial",
        "expires": "30",
        "updates": "ending",
        "files": "outdated",
        "organization": str(people.organizations[0].pk),
        "customer": str(people.customers[0].pk),
        "q": "acme",
        "order": "expires",
    }
    criteria = Criteria.read(viewer, parameters)
    assert criteria.parameters() == parameters
    assert criteria.is_narrowed
    assert not Criteria.read(viewer, {"order": "expires"}).is_narrowed
    assert criteria.filters != Filters()


def test_counts_of_what_is_filtered_stop_at_the_limit(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people.make_licenses(*[Facts()] * 4, Facts(model=LicenseModel.PERMANENT))
    monkeypatch.setattr(paging, "COUNT_LIMIT", 3)
    viewer = viewer_for(people.customers[0].user)
    assert license_count(viewer, Criteria.read(viewer, {"model": "trial"})) == "3+"
    assert license_count(viewer, Criteria.read(viewer, {"model": "permanent"})) == "1"
