"""Make the people, organizations, resellers and products of the demo, and remember them by name."""

import ipaddress
import zlib
from datetime import datetime

from django.contrib.auth.hashers import make_password

from accounts.audit import Actor
from accounts.demo import DEMO_PASSWORD, DEMO_PEOPLE
from accounts.models import User
from accounts.people import create_person
from licenses.demo.moments import moment
from licenses.demo.people import (
    COLLEAGUES,
    CUSTOMERS,
    GROUPS,
    ORGANIZATIONS,
    STELLA,
    CustomerPlan,
    GroupPlan,
    OrganizationPlan,
)
from licenses.demo.products import PRODUCTS, ProductPlan
from licenses.models import Feature, Product, ProductVersion
from licenses.signing import create_product
from organizations.access import viewer_for
from organizations.mail_domains import normalize_domain
from organizations.models import Customer, GroupMember, Organization, OrganizationDomain, UserGroup
from organizations.viewer import Viewer

_FIRST_DAY = 880
_DOCUMENTATION_NETWORKS = ("192.0.2.0", "198.51.100.0", "203.0.113.0")


class Registry:
    """Everybody and everything the demo licenses are about, by address, name or slug."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.users: dict[str, User] = {}
        self.customers: dict[str, Customer] = {}
        self.organizations: dict[str, Organization] = {}
        self.groups: dict[str, UserGroup] = {}
        self.products: dict[str, Product] = {}
        self.plans: dict[str, ProductPlan] = {}
        self.viewers: dict[str, Viewer] = {}

    def fill(self) -> None:
        """Make everybody and everything, in the order in which one needs the other."""
        self._make_people()
        for group in GROUPS:
            self._make_group(group)
        for organization in ORGANIZATIONS:
            self._make_organization(organization)
        for customer in CUSTOMERS:
            self._make_customer(customer)
        for organization in ORGANIZATIONS:
            self._name_contacts(organization)
        for product in PRODUCTS:
            self._make_product(product)

    def viewer(self, address: str) -> Viewer:
        """Return the person with this address, with their roles; nobody's roles change in the demo."""
        if address not in self.viewers:
            self.viewers[address] = viewer_for(self.users[address])
        return self.viewers[address]

    def _make_people(self) -> None:
        """Make the eight whom everybody may sign in as, and the others, who cannot sign in."""
        names = COLLEAGUES | {plan.address: plan.name for plan in CUSTOMERS}
        names |= {person.address: person.name for person in DEMO_PEOPLE}
        plans = {plan.address: plan for plan in CUSTOMERS}
        for address, name in names.items():
            is_staff, plan = address == STELLA, plans.get(address)
            zone = plan.time_zone if plan else "Europe/Copenhagen"
            user = create_person(address, name, is_staff=is_staff, is_superuser=is_staff, time_zone=zone)
            user.created_at = moment(self.now, plan.known_for if plan else _FIRST_DAY, address)
            user.save(update_fields=["created_at"])
            self.users[address] = user
        everybodys = make_password(DEMO_PASSWORD)  # made once: it is public, and making it is slow on purpose
        User.objects.filter(email__in=[person.address for person in DEMO_PEOPLE]).update(password=everybodys)

    def _make_group(self, plan: GroupPlan) -> None:
        group = UserGroup.objects.create(name=plan.name, email=plan.email, privileges=list(plan.privileges))
        self.groups[plan.name] = group
        for number, address in enumerate(plan.members):
            is_manager = plan.has_manager and number == 0
            GroupMember.objects.create(user=self.users[address], user_group=group, is_manager=is_manager)

    def _make_organization(self, plan: OrganizationPlan) -> None:
        served_by = self.groups.get(plan.group)
        organization = Organization.objects.create(name=plan.name, user_group=served_by, notes=plan.notes)
        self.organizations[plan.name] = organization
        for domain in map(normalize_domain, plan.domains):
            OrganizationDomain.objects.create(organization=organization, domain=domain)

    def _make_customer(self, plan: CustomerPlan) -> None:
        user = self.users[plan.address]
        self.customers[plan.address] = Customer.objects.create(
            user=user,
            organization=self._organization_of(plan.address),
            user_group=self.groups.get(plan.group),
            phone=plan.phone,
            company=plan.company,
            address=plan.street,
            country=plan.country,
            external_id=plan.external_id,
            staff_notes=plan.notes,
            created_at=user.created_at,
        )

    def _organization_of(self, address: str) -> Organization | None:
        domain = address.partition("@")[2]
        found = (plan.name for plan in ORGANIZATIONS if domain in plan.domains)
        return self.organizations.get(next(found, ""))

    def _name_contacts(self, plan: OrganizationPlan) -> None:
        organization = self.organizations[plan.name]
        organization.primary_contact = self.customers[plan.primary]
        organization.secondary_contact = self.customers.get(plan.secondary)
        organization.save()

    def _make_product(self, plan: ProductPlan) -> None:
        product = plan.product()
        first_released = max(ago for _major, _minor, ago in plan.versions)
        vendor = Actor.vendor(self.users[STELLA])
        create_product(product, vendor, moment(self.now, first_released, product.slug))
        for major, minor, ago in plan.versions:
            released_on = moment(self.now, ago, product.slug).date()
            ProductVersion.objects.create(product=product, major=major, minor=minor, released_on=released_on)
        Feature.objects.bulk_create(Feature(product=product, code=code, name=name) for code, name in plan.features)
        self.products[product.slug], self.plans[product.slug] = product, plan


def network_address(address: str) -> str:
    """Return where requests of the person with this address come from: a network for documentation (RFC 5737)."""
    number = zlib.crc32(address.encode())
    network = ipaddress.IPv4Address(_DOCUMENTATION_NETWORKS[number % len(_DOCUMENTATION_NETWORKS)])
    return str(network + 1 + number // 3 % 254)
