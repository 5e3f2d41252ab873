"""People sign in with Google, Microsoft and Facebook, the first time and later: real buttons, the real policy."""

import re

import pytest
from playwright.sync_api import expect

from organizations.models import Organization, OrganizationTenant
from tests.browser.conftest import Visit
from tests.browser.people import MEMBER, SECONDARY, SOLO, sign_in
from tests.browser.providers import (
    FACEBOOK,
    GOOGLE,
    MICROSOFT,
    codes_mailed_to,
    come_back_as,
    expect_code_page,
    expect_signed_in_as,
    expect_signed_out,
    leave_for,
    link_of,
    press_button_of,
    sign_in_with,
    sign_out,
    type_code,
)
from tests.identity_provider.identities import tenant_of
from tests.support.identity_provider import WithProviders

pytestmark = pytest.mark.usefixtures("forgotten")

VOUCHED = [(GOOGLE, "member-acme"), (MICROSOFT, "member-acme")]
NOT_VOUCHED = [(GOOGLE, "private"), (MICROSOFT, "private"), (FACEBOOK, "solo-home")]


@pytest.mark.parametrize(("role", "who"), VOUCHED)
def test_person_whose_address_the_provider_vouches_for_is_in_at_once(visit_with: Visit, role: str, who: str) -> None:
    page = visit_with()
    sign_in_with(page, role, who)
    expect(page).to_have_url(re.compile(r":\d+/$"))
    expect_signed_in_as(page, "Mira Lindholm")
    assert link_of(role, who) == MEMBER


@pytest.mark.parametrize(("role", "who"), NOT_VOUCHED)
def test_person_whose_address_nobody_vouches_for_types_a_mailed_code_once(
    visit_with: Visit, role: str, who: str
) -> None:
    page = visit_with()
    sign_in_with(page, role, who)
    expect_code_page(page)
    expect(page.get_by_role("main")).to_contain_text(SOLO)
    [code] = codes_mailed_to(SOLO)
    type_code(page, code)
    expect_signed_in_as(page, "Sol Herrera")
    assert link_of(role, who) == SOLO
    sign_out(page)
    sign_in_with(page, role, who)
    expect_signed_in_as(page, "Sol Herrera")
    assert len(codes_mailed_to(SOLO)) == 1


@pytest.mark.parametrize(("role", "who"), VOUCHED)
def test_person_stays_the_same_when_their_address_changes_at_the_provider(
    visit_with: Visit, role: str, who: str
) -> None:
    page = visit_with()
    sign_in_with(page, role, who)
    sign_out(page)
    sign_in_with(page, role, who, address=SECONDARY)
    expect_signed_in_as(page, "Mira Lindholm")
    assert link_of(role, who) == MEMBER


def test_tenant_that_staff_entered_vouches_for_the_organization_s_own_people(visit_with: Visit) -> None:
    acme = Organization.objects.get(name="Acme Engineering")
    page = visit_with()
    sign_in_with(page, MICROSOFT, "in-tenant")
    expect_code_page(page)
    entered = OrganizationTenant.objects.create(organization=acme, tenant_id=tenant_of("acme.example"))
    try:
        sign_in_with(page, MICROSOFT, "in-tenant")
        expect_signed_in_as(page, "Samuel Okoro")
        sign_out(page)
        sign_in_with(page, MICROSOFT, "in-tenant", address=SOLO)
        expect_signed_in_as(page, "Samuel Okoro")
    finally:
        entered.delete()


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT, FACEBOOK])
def test_person_without_address_at_the_provider_is_asked_for_one_and_types_a_code(visit_with: Visit, role: str) -> None:
    page = visit_with()
    sign_in_with(page, role, "no-address")
    expect(page.get_by_role("heading", level=1)).to_have_text("Which address are you registered with?")
    page.get_by_label("E-mail address").fill(SOLO)
    page.get_by_role("button", name="Mail me a code").click()
    expect_code_page(page)
    type_code(page, codes_mailed_to(SOLO)[0])
    expect_signed_in_as(page, "Sol Herrera")
    sign_out(page)
    sign_in_with(page, role, "no-address")
    expect_signed_in_as(page, "Sol Herrera")


def test_second_account_at_the_same_provider_needs_a_code_even_when_vouched_for(visit_with: Visit) -> None:
    page = visit_with()
    sign_in_with(page, GOOGLE, "member-acme")
    sign_out(page)
    sign_in_with(page, GOOGLE, "secondary-acme", address=MEMBER)
    expect_code_page(page)
    assert not link_of(GOOGLE, "secondary-acme")
    type_code(page, codes_mailed_to(MEMBER)[0])
    expect_signed_in_as(page, "Mira Lindholm")
    assert link_of(GOOGLE, "secondary-acme") == MEMBER


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT, FACEBOOK])
def test_person_arrives_where_they_wanted_to(visit_with: Visit, role: str) -> None:
    page = visit_with()
    leave_for(page, role, at="/licenses/?after=")
    come_back_as(page, "member-acme")
    if role == FACEBOOK:
        type_code(page, codes_mailed_to(MEMBER)[0])
    expect(page).to_have_url(re.compile(r"/licenses/\?after=$"))


@pytest.mark.parametrize("role", [GOOGLE, MICROSOFT, FACEBOOK])
def test_person_connects_and_disconnects_an_account_while_signed_in(visit_with: Visit, role: str) -> None:
    page = visit_with()
    sign_in(page, SOLO)
    page.goto("/accounts/connections/")
    press_button_of(page, role)
    come_back_as(page, "unknown")
    expect(page).to_have_url(re.compile("/accounts/connections/"))
    expect(page.get_by_role("main")).to_contain_text("stranger@elsewhere.example")
    assert link_of(role, "unknown") == SOLO
    sign_out(page)
    sign_in_with(page, role, "unknown")
    expect_signed_in_as(page, "Sol Herrera")
    page.goto("/accounts/connections/")
    page.get_by_role("button", name=re.compile("Disconnect")).click()
    expect(page.get_by_role("main")).to_contain_text("No account is connected")
    sign_out(page)
    sign_in_with(page, role, "unknown")
    expect_signed_out(page)


def test_only_the_sign_in_page_may_send_forms_to_the_provider(visit_with: Visit, with_providers: WithProviders) -> None:
    page = visit_with()
    policies = {
        path: page.request.get(path).headers["content-security-policy"]
        for path in ("/accounts/login/", "/accounts/password/reset/")
    }
    assert f"form-action 'self' {with_providers.provider_url};" in f"{policies['/accounts/login/']};"
    assert with_providers.provider_url not in policies["/accounts/password/reset/"]
