"""Staff look after organizations, domains, contacts and user groups in Django's admin."""

from django.test import Client
from django.urls import reverse

from accounts.mail import waiting
from accounts.models import AuditEvent
from licenses.models import Activation
from organizations.models import GroupMember, Organization, OrganizationDomain, OrganizationTenant, UserGroup
from organizations.privileges import Privilege
from tests.admin.pages import address, form_of, save, told
from tests.cast import (
    make_contact,
    make_customer,
    make_group,
    make_license,
    make_member,
    make_organization,
    make_person,
)


def test_an_organization_begins_with_its_name_and_domains(everything: Client) -> None:
    save(
        everything,
        address(Organization, "add"),
        name="Acme",
        **{"domains-TOTAL_FORMS": "1", "domains-0-domain": "@Müller.Example"},
    )

    organization = Organization.objects.get()
    assert [each.domain for each in organization.domains.all()] == ["xn--mller-kva.example"]
    event = AuditEvent.objects.get(action="organization.created")
    assert event.organization_id == organization.pk
    assert event.details["domains"] == {"added": ["xn--mller-kva.example"]}


def test_names_are_unique_within_a_user_group_however_they_are_written(everything: Client) -> None:
    group = make_group()
    make_organization("Acme Engineering", user_group=group)
    add = address(Organization, "add")

    page = save(everything, add, name="ACME  Engineering", user_group=group.pk)
    save(everything, add, name="ACME Engineering")

    assert "There is an organization of this name already, with the same user group." in told(page)
    assert Organization.objects.count() == 2


def test_contacts_are_chosen_among_the_members(everything: Client) -> None:
    acme = make_organization("Acme")
    member, outsider = make_customer("Mira", organization=acme), make_customer("Oscar Outside")
    page = address(Organization, "change", acme.pk)

    refused = save(everything, page, primary_contact=outsider.pk)
    save(everything, page, primary_contact=member.pk)

    assert "Oscar Outside is no member of this organization" in told(refused)
    acme.refresh_from_db()
    assert acme.primary_contact == member
    assert AuditEvent.objects.get(action="organization.edited").details == {
        "primary_contact": {"before": None, "after": str(member.pk)}
    }


def test_contacts_whom_staff_name_and_remove_are_told_by_mail(everything: Client) -> None:
    acme = make_organization("Acme")
    paula, mira = make_contact(acme, "Paula Brandt"), make_customer("Mira Lindholm", organization=acme)

    save(everything, address(Organization, "change", acme.pk), primary_contact=mira.pk)
    save(everything, address(Organization, "change", acme.pk), notes="Nothing about contacts")

    told_by_mail = {mail.to[0]: mail.subject for mail in waiting()}
    assert told_by_mail == {
        paula.user.email: "You are no longer a contact of Acme",
        mira.user.email: "You are a contact of Acme now",
    }


def test_the_two_contacts_differ(everything: Client) -> None:
    acme = make_organization("Acme")
    contact = make_contact(acme, "Paula Brandt")

    page = save(everything, address(Organization, "change", acme.pk), secondary_contact=contact.pk)

    assert "Primary and secondary contact must be two people." in told(page)


def test_only_members_are_offered_as_contacts(everything: Client) -> None:
    acme = make_organization("Acme")
    member = make_customer("Mira", organization=acme)
    make_customer("Oscar Outside")
    page = everything.get(address(Organization, "change", acme.pk)).content.decode()
    lookup = f"{reverse('admin:autocomplete')}?organization={acme.pk}"
    assert f'data-ajax--url="{lookup}"' in page

    known = {
        "app_label": "organizations",
        "model_name": "organization",
        "field_name": "primary_contact",
        "organization": str(acme.pk),
    }
    found = everything.get(reverse("admin:autocomplete"), known).json()

    assert [each["id"] for each in found["results"]] == [str(member.pk)]


def test_a_domain_belongs_to_one_organization(everything: Client) -> None:
    OrganizationDomain.objects.create(organization=make_organization("Acme"), domain="acme.example")

    page = save(
        everything,
        address(Organization, "add"),
        name="Globex",
        **{"domains-TOTAL_FORMS": "1", "domains-0-domain": "ACME.example"},
    )

    assert "already exists" in told(page)
    assert Organization.objects.count() == 1


def test_a_domain_is_removed_and_the_trail_says_so(everything: Client) -> None:
    acme = make_organization("Acme")
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")

    save(everything, address(Organization, "change", acme.pk), **{"domains-0-DELETE": "on"})

    assert not OrganizationDomain.objects.exists()
    assert AuditEvent.objects.get(action="organization.edited").details == {"domains": {"removed": ["acme.example"]}}


def test_a_microsoft_tenant_is_entered_once_in_one_form(everything: Client) -> None:
    tenant = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
    rows = {"tenants-TOTAL_FORMS": "1", "tenants-0-tenant_id": tenant.upper()}
    save(everything, address(Organization, "add"), name="Acme", **rows)
    page = save(everything, address(Organization, "add"), name="Globex", **rows)

    assert OrganizationTenant.objects.get().tenant_id == tenant
    assert AuditEvent.objects.get(action="organization.created").details["tenants"] == {"added": [tenant]}
    assert "already exists" in told(page)


def test_a_tenant_that_is_open_to_anybody_is_refused(everything: Client) -> None:
    for tenant, answer in (
        ("9188040d-6c67-4c5b-b112-36a304b66dad", "Anybody can have an account in this tenant"),
        ("acme.onmicrosoft.com", "Enter a tenant id such as"),
    ):
        rows = {"tenants-TOTAL_FORMS": "1", "tenants-0-tenant_id": tenant}
        assert answer in told(save(everything, address(Organization, "add"), name="Acme", **rows))
    assert not OrganizationTenant.objects.exists()


def test_a_stale_organization_is_told_so(everything: Client) -> None:
    page = address(Organization, "change", make_organization("Acme").pk)
    stale = form_of(everything.get(page))

    save(everything, page, name="Acme Engineering")
    answer = everything.post(page, stale | {"notes": "from me"})

    assert "Somebody else changed this meanwhile." in told(answer)
    assert Organization.objects.get().name == "Acme Engineering"


def test_an_organization_leads_to_its_members(everything: Client) -> None:
    acme = make_organization("Acme")
    make_customer(organization=acme)

    page = everything.get(address(Organization, "change", acme.pk)).content.decode()

    assert f'<a href="/admin/organizations/customer/?organization={acme.pk}">1 member</a>' in page


def test_privileges_are_ticked_each_with_its_meaning(everything: Client) -> None:
    group = make_group()
    page = everything.get(address(UserGroup, "change", group.pk)).content.decode()
    for privilege in Privilege:
        assert str(privilege.label).replace("'", "&#x27;") in page
    assert page.count('class="tick-help"') == len(Privilege)

    save(everything, address(UserGroup, "change", group.pk), privileges=["activate", "view_all"])

    group.refresh_from_db()
    assert group.privileges == ["activate", "view_all"]
    event = AuditEvent.objects.get(action="user_group.edited")
    assert event.user_group_id == group.pk
    assert event.details == {"privileges": {"before": [], "after": ["activate", "view_all"]}}


def test_no_privilege_is_ticked_in_a_new_group(everything: Client) -> None:
    save(everything, address(UserGroup, "add"), name="North", email="north@resellers.example")

    assert UserGroup.objects.get().privileges == []


def test_who_only_looks_reads_privileges_in_words(looking: Client) -> None:
    group = make_group(Privilege.ACTIVATE)

    assert "Activate licenses" in looking.get(address(UserGroup, "change", group.pk)).content.decode()


def test_members_are_added_and_made_managers_on_the_groups_page(everything: Client) -> None:
    group, person = make_group(), make_person("Rasmus North")
    page = address(UserGroup, "change", group.pk)

    save(
        everything,
        page,
        **{"members-TOTAL_FORMS": "1", "members-0-user": str(person.pk), "members-0-user_group": str(group.pk)},
    )
    save(everything, page, **{"members-0-is_manager": "on"})

    assert GroupMember.objects.get().is_manager
    added, promoted = AuditEvent.objects.filter(action="user_group.edited").order_by("id")
    label = f"Rasmus North <{person.email}>"
    assert added.details == {"members": {"added": [label]}}
    assert promoted.details == {"members": {"edited": {label: {"is_manager": {"before": False, "after": True}}}}}


def test_a_person_belongs_to_one_group(everything: Client) -> None:
    person = make_member(make_group())

    page = save(everything, address(GroupMember, "add"), user=person.pk, user_group=make_group().pk)

    assert "already exists" in told(page)
    assert GroupMember.objects.count() == 1


def test_a_big_group_leads_to_its_members_instead(everything: Client) -> None:
    group = make_group()
    for _number in range(51):
        make_member(group)

    page = everything.get(address(UserGroup, "change", group.pk))

    assert GroupMember not in [inline.formset.model for inline in page.context["inline_admin_formsets"]]
    assert f'<a href="/admin/organizations/groupmember/?user_group={group.pk}">51 members</a>' in page.content.decode()


def test_a_new_name_puts_the_license_files_that_hold_the_old_one_out_of_date(everything: Client) -> None:
    acme, globex = make_organization("Acme"), make_organization("Globex")
    for organization in (acme, globex):
        make_license(customer=make_contact(organization), organization=organization, computers=("PC",))
    page = address(Organization, "change", acme.pk)

    save(everything, page, notes="A good one.")
    assert Activation.objects.needing_license_file().count() == 0

    save(everything, page, name="Acme Instruments")
    assert [each.license.organization for each in Activation.objects.needing_license_file()] == [acme]
