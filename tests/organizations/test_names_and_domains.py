"""How names are compared, which mail domains there are, and what is a privilege."""

import pytest
from django.core.exceptions import ValidationError

from accounts.names import fold
from organizations.mail_domains import PUBLIC_MAIL_DOMAINS, normalize_domain
from organizations.privileges import Privilege, are_privileges


@pytest.mark.parametrize(
    "name", ["acme gmbh", "ACME GmbH", "  Acme   GmbH ", "Ａｃｍｅ GmbH", "Acme\u00a0GmbH", "Acme\tGmbH"]
)
def test_names_that_people_read_as_the_same_are_the_same(name: str) -> None:
    assert fold(name) == "acme gmbh"


def test_names_are_folded_beyond_ascii() -> None:
    assert fold("STRASSE") == fold("Straße")
    assert fold("ÉCOLE") == fold("e\u0301cole")
    assert fold("Acme") != fold("Acne")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Acme.Example", "acme.example"),
        (" @acme.example ", "acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_domains_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalize_domain(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", " ", "acme", "acme..example", "a b.example", "@", "-.example", "acme.example\n.x", "x" * 300]
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        normalize_domain(typed)


@pytest.mark.parametrize("typed", ["gmail.com", "GMAIL.com", "@outlook.com", "googlemail.com"])
def test_public_domains_belong_to_nobody(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        normalize_domain(typed)
    assert "public mail domain" in refusal.value.message % refusal.value.params


def test_public_domains_are_in_the_form_the_database_keeps() -> None:
    assert all(domain == domain.lower() and domain.isascii() and "." in domain for domain in PUBLIC_MAIL_DOMAINS)
    assert len(set(PUBLIC_MAIL_DOMAINS)) == len(PUBLIC_MAIL_DOMAINS)


def test_privileges_are_those_of_the_product_rules() -> None:
    assert set(Privilege.values) == set(
        "create activate deactivate delete revoke edit renew view_all view_all_organizations export "
        "set_expiry_duration set_expiry_date set_floating_seats set_generic set_maintenance set_features "
        "edit_customers delete_customers manage_organizations send_mail".split()
    )


@pytest.mark.parametrize("names", [[], ["activate"], list(Privilege.values)])
def test_lists_of_privileges_are_accepted(names: list[str]) -> None:
    are_privileges(names)


@pytest.mark.parametrize(
    "names", ["activate", None, {}, {"activate": True}, ["owner"], ["activate", "activate"], [1], [["activate"]]]
)
def test_anything_else_is_refused(names: object) -> None:
    with pytest.raises(ValidationError):
        are_privileges(names)
