"""*No closed door*: every refusal comes with a way on."""

from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from accounts.models import User
from licenses.doors import Door, doors, serving_address
from licenses.errors import LicenseError, Reason
from licenses.models import License
from organizations.access import viewer_for
from organizations.viewer import Viewer
from tests.cast import make_group, make_license, make_member, make_product

RENEW, BUY = "https://vendor.example/renew", "https://vendor.example/buy"
SUPPORT = "support@vendor.example"
STRANGER = Viewer(User())


@pytest.fixture
def license(db: None) -> License:
    product = make_product("Spectra", renew_url=RENEW, buy_more_url=BUY)
    return make_license(product=product, user_group=make_group(name="North"))


def refused(reason: Reason) -> LicenseError:
    return LicenseError(reason, "It cannot be done. 100% sure & final?")


def found(license: License, reason: Reason) -> dict[str, str]:
    return {door.kind: door.url for door in doors(STRANGER, license, refused(reason))}


def test_nothing_refused_needs_no_door(license: License) -> None:
    assert doors(STRANGER, license, None) == []


@pytest.mark.parametrize(
    ("reason", "kinds"),
    [
        (Reason.EXPIRED, ["renew", "mail"]),
        (Reason.NONE_LEFT, ["buy", "mail"]),
        (Reason.QUOTA_USED_UP, ["buy", "mail"]),
        (Reason.REVOKED, ["mail"]),
    ],
)
def test_refusals_offer_the_products_link_and_a_mail(license: License, reason: Reason, kinds: list[str]) -> None:
    assert list(found(license, reason)) == kinds


def test_links_are_the_products_own(license: License) -> None:
    assert found(license, Reason.EXPIRED)["renew"] == RENEW
    assert found(license, Reason.NONE_LEFT)["buy"] == BUY


@pytest.mark.parametrize("reason", [Reason.EXPIRED, Reason.NONE_LEFT, Reason.REVOKED])
def test_product_without_links_leaves_the_mail(db: None, reason: Reason) -> None:
    assert list(found(make_license(), reason)) == ["mail"]


def test_mail_goes_to_the_group_that_serves_the_license(license: License) -> None:
    assert serving_address(STRANGER, license) == "north@resellers.example"


def test_mail_goes_to_the_vendor_when_no_group_serves_the_license(db: None) -> None:
    assert serving_address(STRANGER, make_license()) == SUPPORT


def test_mail_goes_to_the_vendor_when_the_group_is_switched_off(license: License) -> None:
    assert license.user_group is not None
    license.user_group.is_active = False
    assert serving_address(STRANGER, license) == SUPPORT


def test_members_of_the_group_that_serves_it_write_to_the_vendor(license: License) -> None:
    assert license.user_group is not None
    assert serving_address(viewer_for(make_member(license.user_group)), license) == SUPPORT
    assert serving_address(viewer_for(make_member(make_group(name="South"))), license) == "north@resellers.example"


def test_mail_is_prepared_and_holds_the_end_of_the_key_only(license: License) -> None:
    mail = urlsplit(found(license, Reason.REVOKED)["mail"])
    fields = parse_qs(mail.query, strict_parsing=True)
    assert (mail.scheme, mail.path) == ("mailto", "north@resellers.example")
    assert fields["subject"] == [f"Spectra 4.1, license ending in {license.key_tail}"]
    assert fields["body"] == ["The portal says: It cannot be done. 100% sure & final?"]
    assert license.activation_key not in mail.query
    assert license.folded_key not in mail.query


def test_portal_without_support_address_offers_what_is_left(db: None, settings: Settings) -> None:
    settings.PORTAL_SUPPORT_ADDRESS = ""
    product = make_product(buy_more_url=BUY)
    assert doors(STRANGER, make_license(product=product), refused(Reason.NONE_LEFT)) == [
        Door("Buy more activations", BUY, "buy")
    ]
    assert doors(STRANGER, make_license(), refused(Reason.REVOKED)) == []
