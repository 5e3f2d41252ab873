"""The one gate: the same 404 for what is missing and what is hidden, and the action table."""

from uuid import uuid4

import pytest
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from licenses.models import Activation, License
from organizations.access import RULES, Action, get_visible_or_404, may, viewer_for
from organizations.models import Customer, Organization
from organizations.privileges import Privilege
from tests.cast import make_activation, make_customer, make_group, make_license, make_member, make_person


def test_gate_opens_to_who_sees_the_row(db: None) -> None:
    anna = make_customer("Anna Acme")
    license = make_license(customer=anna)
    assert get_visible_or_404(License.objects, viewer_for(anna.user), license.pk) == license


def test_gate_fetches_related_rows_along(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    anna = make_customer("Anna Acme")
    license = make_license(customer=anna)
    viewer = viewer_for(anna.user)
    with django_assert_num_queries(1):
        found = get_visible_or_404(License.objects, viewer, license.pk, "customer__user", "product_version__product")
        assert found.customer == anna
        assert found.product.name


def test_gate_is_shut_alike_for_hidden_and_missing_rows(db: None) -> None:
    nobody = viewer_for(make_person())
    license = make_license(customer=make_customer(), computers=("PC",), user_group=make_group())
    for key in (license.pk, uuid4()):
        with pytest.raises(Http404, match=r"^$"):
            get_visible_or_404(License.objects, nobody, key)
    for key in (license.activations.get().pk, uuid4()):
        with pytest.raises(Http404, match=r"^$"):
            get_visible_or_404(Activation.objects, nobody, key)


def test_gate_is_shut_when_the_row_hangs_under_another(db: None) -> None:
    anna = make_customer("Anna Acme")
    mine, other = make_license(customer=anna), make_license(customer=anna)
    activation = make_activation(mine)
    viewer = viewer_for(anna.user)
    assert get_visible_or_404(Activation.objects, viewer, activation.pk, license_id=mine.pk) == activation
    with pytest.raises(Http404):
        get_visible_or_404(Activation.objects, viewer, activation.pk, license_id=other.pk)


def test_every_action_has_its_rule() -> None:
    assert set(RULES) == set(Action)


def test_one_way_that_allows_an_action_is_enough(db: None) -> None:
    watcher = make_member(make_group(Privilege.VIEW_ALL))
    own = make_license(customer=Customer.objects.create(user=watcher))
    others = make_license()
    viewer = viewer_for(watcher)
    assert may(viewer, Action.ACTIVATE, own)
    assert may(viewer, Action.SEE, others)
    assert not may(viewer, Action.ACTIVATE, others)


def test_what_is_allowed_on_one_license_says_nothing_of_another(db: None) -> None:
    north, south = make_group(*Privilege, name="North"), make_group(name="South")
    northerner = viewer_for(make_member(north))
    served, not_served = make_license(user_group=north), make_license(user_group=south)
    assert may(northerner, Action.REVOKE, served)
    assert may(northerner, Action.SEE, not_served)
    assert not [action for action in Action if action is not Action.SEE and may(northerner, action, not_served)]


@pytest.mark.parametrize(
    ("privileges", "allowed"),
    [
        ((), set()),
        ((Privilege.ACTIVATE,), {Action.ACTIVATE, Action.SHOW_KEY, Action.GET_LICENSE_FILE, Action.DOWNLOAD_RELEASE}),
        ((Privilege.DEACTIVATE,), {Action.DEACTIVATE}),
        ((Privilege.VIEW_ALL, Privilege.VIEW_ALL_ORGANIZATIONS), set()),
        ((Privilege.SEND_MAIL,), {Action.MAIL}),
        ((Privilege.EXPORT,), {Action.EXPORT}),
        ((Privilege.MANAGE_ORGANIZATIONS, Privilege.EDIT_CUSTOMERS), set()),
    ],
)
def test_privilege_allows_its_actions_and_no_others(
    db: None, privileges: tuple[Privilege, ...], allowed: set[Action]
) -> None:
    group = make_group(*privileges)
    license, viewer = make_license(user_group=group), viewer_for(make_member(group))
    named_computer = {Action.RENAME_COMPUTER} if Privilege.ACTIVATE in privileges else set()
    assert {action for action in Action if may(viewer, action, license)} == allowed | {Action.SEE} | named_computer


def test_organizations_without_viewer_are_nobodys(db: None) -> None:
    assert list(Organization.objects.visible_to(viewer_for(make_person()))) == []
