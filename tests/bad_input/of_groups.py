"""The forms of user groups: customers, organizations, members, mail."""

from uuid import UUID

from django import forms

from accounts.names import is_plain_name
from licenses.forms.mailing import MailForm
from licenses.models import MailTemplate
from organizations.forms.customers import CustomerForm, DeleteForm, NewCustomerForm
from organizations.forms.groups import GroupInviteForm, GroupJoinForm, RemoveForm
from organizations.forms.organizations import FirstContactForm, OrganizationForm
from organizations.membership.naming import mark_of as mark_of_organization
from organizations.models import Customer, GroupMember, Organization
from organizations.profile import mark_of
from tests.bad_input.form import (
    Form,
    anything,
    is_company,
    is_line,
    is_nothing,
    is_person_name,
    is_phone,
    is_postal_address,
    nothing,
)
from tests.cast import Cast, make_person

KNOWN = "018f0000-0000-7000-8000-0000000c0da1"
"""Nora Northern, a customer of North without licenses."""
COLLEAGUE = "018f0000-0000-7000-8000-0000000c0da2"
TEMPLATE = "018f0000-0000-7000-8000-0000000c0da3"

MANAGER = "north, every privilege"
NORAS_PROFILE = {"full_name": "Nora Northern", "phone": "", "company": "", "address": "", "country": ""}
_PERSON = {
    "full_name": is_person_name,
    "phone": is_phone,
    "company": is_company,
    "address": is_postal_address,
    "country": is_nothing,
}
SHOWN_AGAIN = frozenset({200})
"""Acme has contacts, so the page says why none is named, whatever is sent."""


def is_organization_name(text: str) -> bool:
    """Tell whether `text` is what a group may call an organization: mails to strangers carry it."""
    return bool(text.strip()) and is_line(text, 200) and is_plain_name(text)


def is_notes(text: str) -> bool:
    """Tell whether `text` may be notes: several lines that can be read."""
    return is_line(text, 10_000, besides="\n\r\t")


FORMS = (
    Form("organizations:customer_search", MANAGER, {"q": "nora"}, {"q": anything}),
    Form(
        "organizations:customer_create",
        MANAGER,
        {**NORAS_PROFILE, "full_name": "Nils New", "email": "nils@new.example", "country": "NO", "seen": ""},
        {**_PERSON, "email": nothing, "seen": anything},
    ),
    Form(
        "organizations:customer_edit",
        MANAGER,
        {**NORAS_PROFILE, "full_name": "Nora N. Northern", "country": "NO", "seen": mark_of(NORAS_PROFILE)},
        {**_PERSON, "seen": nothing},
    ),
    Form("organizations:customer_delete", MANAGER, {}, {}),
    Form("organizations:list_search", MANAGER, {"q": "acme"}, {"q": anything}),
    Form(
        "organizations:create",
        MANAGER,
        {"name": "Umbrella North", "notes": "", "seen": ""},
        {"name": is_organization_name, "notes": is_notes, "seen": anything},
    ),
    Form(
        "organizations:edit",
        MANAGER,
        {"name": "Acme North", "notes": "x", "seen": mark_of_organization(Organization(name="Acme"))},
        {"name": is_organization_name, "notes": is_notes, "seen": nothing},
    ),
    Form("organizations:first_contact", MANAGER, {"contact": KNOWN}, {"contact": anything}, accepted=SHOWN_AGAIN),
    Form(
        "organizations:group_member_add",
        MANAGER,
        {"full_name": "Nils New", "email": "nils@new.example"},
        {"full_name": is_person_name, "email": nothing},
    ),
    Form("organizations:group_member_remove", MANAGER, {}, {}),
    Form("organizations:group_invitation_resend", MANAGER, {}, {}),
    Form("organizations:group_invitation_withdraw", MANAGER, {}, {}),
    Form("organizations:group_join", "anonymous", {"answer": "accept"}, {"answer": nothing}),
    Form(
        "licenses:mail",
        MANAGER,
        {"template": TEMPLATE, "do": "send"},
        {"template": nothing, "do": anything},
        accepted=frozenset({200, 302}),
    ),
    Form(
        "licenses:batch_mail",
        MANAGER,
        {"template": TEMPLATE, "do": "send"},
        {"template": nothing, "do": anything},
        accepted=frozenset({200, 302}),
    ),
)

PARTS = {
    "organizations:customer_detail": ("known_id",),
    "organizations:customer_edit": ("known_id",),
    "organizations:customer_delete": ("known_id",),
    "organizations:edit": ("organization_id",),
    "organizations:first_contact": ("organization_id",),
    "organizations:group_member_remove": ("colleague_id",),
    "organizations:group_invitation_resend": ("group_invitation_id",),
    "organizations:group_invitation_withdraw": ("group_invitation_id",),
    "organizations:group_join": ("group_token",),
    "licenses:mail": ("license_id",),
    "licenses:batch_mail": ("batch_id",),
}

PARAMETERS = {
    "organizations:customer_list": ("q", "after", "before"),
    "organizations:customer_detail": ("after", "before"),
    "organizations:list": ("q", "after", "before"),
    "organizations:group": ("after", "before", "invited_after", "invited_before"),
}


def make_northerners(cast: Cast) -> dict[str, str]:
    """Make a customer without licenses, a colleague and a mail; return what stands in addresses about them."""
    Customer.objects.create(id=KNOWN, user=make_person("Nora Northern"), user_group=cast.north)
    GroupMember.objects.create(id=COLLEAGUE, user=make_person("Carla Colleague"), user_group=cast.north)
    MailTemplate.objects.create(id=TEMPLATE, name="New", subject="Licenses", body="Hello {customer}.")
    return {
        "known_id": KNOWN,
        "colleague_id": COLLEAGUE,
        "group_invitation_id": str(cast.group_invitation.pk),
        "group_token": "ingo-invited",
    }


def forms_of_groups() -> dict[str, forms.Form]:
    """Return the forms of these addresses."""
    template = MailTemplate(id=UUID(TEMPLATE), name="New")
    return {
        "organizations:customer_create": NewCustomerForm(),
        "organizations:customer_edit": CustomerForm(NORAS_PROFILE),
        "organizations:customer_delete": DeleteForm(),
        "organizations:create": OrganizationForm(None),
        "organizations:edit": OrganizationForm(Organization(name="Acme")),
        "organizations:first_contact": FirstContactForm(()),
        "organizations:group_member_add": GroupInviteForm(),
        "organizations:group_member_remove": RemoveForm(),
        "organizations:group_join": GroupJoinForm(),
        "licenses:mail": MailForm([template]),
        "licenses:batch_mail": MailForm([template]),
    }
