"""The cast: people, organizations, user groups and licenses that tests play with.

The builders make one thing each, by the portal's own stories where there is one. `make_cast` makes
everybody whom the tables about access know, around one license of Acme that all of them look at.
"""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import TypeVar

from django.contrib.auth.models import Permission
from django.db.models import Model
from django.utils.text import slugify

from accounts.audit import SYSTEM, Actor
from accounts.models import User
from accounts.people import create_person
from licenses.activation import activate
from licenses.issuing import issue
from licenses.models import Activation, Batch, License, LicenseModel, Product, ProductVersion, ReleaseFile
from licenses.signing import create_product
from organizations.models import Customer, GroupInvitation, GroupMember, Invitation, Organization, UserGroup
from organizations.privileges import Privilege
from tests.invited import make_group_invitation, make_invitation
from tests.releases import make_release, make_release_file

PASSWORD = "correct horse 4711"

ModelT = TypeVar("ModelT", bound=Model)
_numbers = count(1)


def make_person(name: str = "", *, email: str = "", is_staff: bool = False, is_superuser: bool = False) -> User:
    """Make somebody who can sign in with PASSWORD and has no role at all."""
    name = name or f"Person {next(_numbers)}"
    address = email or f"{slugify(name, allow_unicode=False).replace('-', '.')}@people.example"
    return create_person(address, name, password=PASSWORD, is_staff=is_staff, is_superuser=is_superuser)


def make_staff(name: str = "", *verbs: str) -> User:
    """Make one of the vendor's people with Django's permissions `verbs` (view, change, …) on every portal model."""
    user = make_person(name or "Stella Berg", is_staff=True)
    names = [f"{verb}_" for verb in verbs]
    permissions = Permission.objects.filter(content_type__app_label__in=["accounts", "organizations", "licenses"])
    user.user_permissions.set(each for each in permissions if each.codename.startswith(tuple(names)) and names)
    return user


def make_customer(
    name: str = "", *, organization: Organization | None = None, user_group: UserGroup | None = None, email: str = ""
) -> Customer:
    """Make a customer; with `organization` a plain member of it, with `user_group` served by that reseller."""
    user = make_person(name or f"Customer {next(_numbers)}", email=email)
    return Customer.objects.create(user=user, organization=organization, user_group=user_group)


def make_organization(name: str = "", *, user_group: UserGroup | None = None) -> Organization:
    """Make an organization without members; `make_contact` gives it contacts."""
    return Organization.objects.create(name=name or f"Organization {next(_numbers)}", user_group=user_group)


def make_contact(organization: Organization, name: str = "", *, is_secondary: bool = False) -> Customer:
    """Make a member of `organization` who is its primary or secondary contact."""
    contact = make_customer(name or f"Contact {next(_numbers)}", organization=organization)
    name_contact(organization, contact, is_secondary=is_secondary)
    return contact


def name_contact(organization: Organization, contact: Customer, *, is_secondary: bool = False) -> None:
    """Name anybody, from outside too, as primary or secondary contact of `organization`."""
    field = "secondary_contact" if is_secondary else "primary_contact"
    setattr(organization, field, contact)
    organization.save(update_fields=[field])


def make_group(*privileges: Privilege, name: str = "", is_active: bool = True) -> UserGroup:
    """Make a user group with exactly these privileges and no members."""
    name = name or f"Group {next(_numbers)}"
    email = f"{slugify(name)}@resellers.example"
    return UserGroup.objects.create(name=name, email=email, privileges=sorted(privileges), is_active=is_active)


def make_member(user_group: UserGroup, name: str = "", *, is_manager: bool = False) -> User:
    """Make somebody who signs in as part of `user_group`."""
    user = make_person(name or f"Group member {next(_numbers)}")
    GroupMember.objects.create(user=user, user_group=user_group, is_manager=is_manager)
    return user


def make_product(name: str = "", **fields: object) -> Product:
    """Make a product with a signing key and a version 4.1; `fields` are fields of Product."""
    name = name or f"Product {next(_numbers)}"
    product = create_product(with_fields(Product(name=name, slug=slugify(name)), fields), SYSTEM)
    ProductVersion.objects.create(product=product, major=4, minor=1, released_on=date(2025, 3, 1))
    return product


def make_license(
    *,
    customer: Customer | None = None,
    organization: Organization | None = None,
    user_group: UserGroup | None = None,
    product: Product | None = None,
    max_activations: int = 3,
    computers: tuple[str, ...] = (),
    **fields: object,
) -> License:
    """Issue a permanent license, activate it on `computers` (names; their IDs are `ID-` and the name), and return it.

    Without `organization` it gets its customer's, as the portal does it; without `product` one of its own.
    Other `fields` are fields of License, such as `expires_on` or `license_model`.
    """
    version = (product or make_product()).versions.get()
    license = License(
        product_version=version,
        license_model=LicenseModel.PERMANENT,
        customer=customer,
        organization=organization,
        user_group=user_group,
        licensee=str(customer.user.full_name if customer else organization or "Somebody"),
        max_activations=max_activations,
    )
    issue(with_fields(license, fields), SYSTEM)
    for name in computers:
        make_activation(license, name)
    license.refresh_from_db()
    return license


def make_activation(license: License, computer_name: str = "", *, actor: Actor = SYSTEM) -> Activation:
    """Activate `license` on one more computer."""
    name = computer_name or f"COMPUTER-{next(_numbers)}"
    return activate(license.pk, actor, computer_id=f"ID-{name}", computer_name=name).activation


def with_fields(row: ModelT, fields: dict[str, object]) -> ModelT:
    """Set `fields` on `row`; a name that is no field of it raises FieldDoesNotExist."""
    for name, value in fields.items():
        row._meta.get_field(name)
        setattr(row, name, value)
    return row


@dataclass(frozen=True)
class Role:
    """Somebody of the cast, with the state of the groups and of Acme in which they play.

    `north` and `south` are the privileges of the two groups while this role is on stage;
    `is_acmes_contact` makes an outsider Acme's secondary contact meanwhile, `is_manager` a group
    member its group's manager.
    """

    user: User | None
    north: frozenset[Privilege] = frozenset()
    south: frozenset[Privilege] = frozenset()
    is_north_active: bool = True
    is_acmes_contact: bool = False
    is_manager: bool = False


@dataclass(frozen=True)
class Cast:
    """Everybody of the tables about access, by what they are to `license`, and the things they look at.

    `license` is Acme's, assigned to its member Mira, served by the group North, and in use on one computer.
    """

    roles: dict[str, Role]
    license: License
    activation: Activation
    solo_license: License
    globex_license: License
    south_license: License
    deleted_license: License
    acme: Organization
    globex: Organization
    north: UserGroup
    south: UserGroup
    secondary: Customer
    mira: Customer
    invitation: Invitation
    nina: Customer
    otto: GroupMember
    group_invitation: GroupInvitation
    batch: Batch
    release_file: ReleaseFile

    @property
    def licenses(self) -> dict[str, License]:
        """All licenses, by a short name."""
        return {
            "acme": self.license,
            "solo": self.solo_license,
            "globex": self.globex_license,
            "south": self.south_license,
            "deleted": self.deleted_license,
        }

    def enter(self, role_name: str) -> User | None:
        """Set the stage for that role and return who plays it (None: nobody is signed in)."""
        role = self.roles[role_name]
        outsider = Customer.objects.filter(user=role.user).first() if role.is_acmes_contact else None
        Organization.objects.filter(pk=self.acme.pk).update(secondary_contact=outsider or self.secondary)
        UserGroup.objects.filter(pk=self.north.pk).update(privileges=sorted(role.north), is_active=role.is_north_active)
        UserGroup.objects.filter(pk=self.south.pk).update(privileges=sorted(role.south))
        GroupMember.objects.filter(user=role.user).exclude(pk=self.otto.pk).update(is_manager=role.is_manager)
        return User.objects.get(pk=role.user.pk) if role.user else None


P = Privilege
EVERY_PRIVILEGE = frozenset(Privilege)


def make_cast() -> Cast:
    """Make everybody. Takes about a hundred statements; make it once for a module of tests."""
    north, south = make_group(name="North"), make_group(name="South")
    acme, globex = make_organization("Acme", user_group=north), make_organization("Globex")
    nina = make_customer("Nina Northern", user_group=north)
    make_customer("Sven Southern", user_group=south, organization=make_organization("Umbrella", user_group=south))
    primary, secondary = make_contact(acme, "Paula Brandt"), make_contact(acme, "Samuel Okoro", is_secondary=True)
    mira, member = make_customer("Mira Lindholm", organization=acme), make_customer("Max Plain", organization=acme)
    solo, greta = make_customer("Sol Herrera"), make_contact(globex, "Greta Novak")
    outside = make_customer("Oscar Outside")
    name_contact(globex, outside, is_secondary=True)
    product = make_product("Spectra")
    license = make_license(
        customer=mira, user_group=north, product=product, computers=("MIRAS-LAPTOP",), licensee="Acme Design Team"
    )
    batch = Batch.objects.create(token=license.pk, user_group=north, created_by=primary.user)
    License.objects.filter(pk=license.pk).update(batch=batch)
    deleted = make_license(organization=acme, user_group=north, product=product)
    License.objects.filter(pk=deleted.pk).update(deleted_at=deleted.created_at)
    people = {
        "anonymous": Role(None),
        "nobody": Role(make_person("Nora Norole")),
        "individual": Role(solo.user),
        "customer": Role(mira.user),
        "plain member": Role(member.user),
        "primary contact": Role(primary.user),
        "secondary contact": Role(secondary.user),
        "outside contact": Role(outside.user, is_acmes_contact=True),
        "other contact": Role(greta.user),
    }
    roles = people | _group_roles(north, south) | _vendor_roles(north)
    otto = GroupMember.objects.get(user=roles["switched off"].user)
    return Cast(
        roles,
        license=license,
        activation=license.activations.get(),
        solo_license=make_license(customer=solo, product=product, computers=("SOLO-PC",)),
        globex_license=make_license(organization=globex, product=product),
        south_license=make_license(user_group=south, product=product),
        deleted_license=deleted,
        acme=acme,
        globex=globex,
        north=north,
        south=south,
        secondary=secondary,
        mira=mira,
        invitation=make_invitation(acme, primary.user, "Ina Invited"),
        batch=batch,
        nina=nina,
        otto=otto,
        group_invitation=make_group_invitation(north, otto.user, "Ingo Invited"),
        release_file=make_release_file(make_release(product)),
    )


def _group_roles(north: UserGroup, south: UserGroup) -> dict[str, Role]:
    northerner, southerner = make_member(north, "Rasmus North"), make_member(south, "Vera Costa")
    both = frozenset({P.ACTIVATE, P.DEACTIVATE})
    roles = {
        "north": Role(northerner),
        "north, activate and deactivate": Role(northerner, north=both),
        "north, all but activate, deactivate and view all": Role(
            northerner, north=EVERY_PRIVILEGE - both - {P.VIEW_ALL, P.VIEW_ALL_ORGANIZATIONS}
        ),
        "north, every privilege": Role(northerner, north=EVERY_PRIVILEGE, is_manager=True),
        "north switched off": Role(northerner, north=EVERY_PRIVILEGE, is_north_active=False),
        "south": Role(southerner, north=EVERY_PRIVILEGE),
        "south, view_all": Role(southerner, south=frozenset({P.VIEW_ALL})),
        "south, view_all_organizations": Role(southerner, south=frozenset({P.VIEW_ALL_ORGANIZATIONS})),
        "south, all but view all": Role(southerner, south=EVERY_PRIVILEGE - {P.VIEW_ALL, P.VIEW_ALL_ORGANIZATIONS}),
        "south, every privilege": Role(southerner, south=EVERY_PRIVILEGE, north=both),
    }
    alone = (P.ACTIVATE, P.DEACTIVATE, P.VIEW_ALL, P.VIEW_ALL_ORGANIZATIONS, P.EXPORT)
    return roles | {f"north, {privilege}": Role(northerner, north=frozenset({privilege})) for privilege in alone}


def _vendor_roles(north: UserGroup) -> dict[str, Role]:
    off = make_member(north, "Otto Off", is_manager=True)
    User.objects.filter(pk=off.pk).update(is_active=False, is_staff=True, is_superuser=True)
    return {
        "switched off": Role(off, north=EVERY_PRIVILEGE),
        "staff without permissions": Role(make_staff("Stan Bare")),
        "staff with view": Role(make_staff("Vic View", "view")),
        "staff with view and change": Role(make_staff("Chris Change", "view", "change")),
        "superuser": Role(make_person("Stella Berg", is_staff=True, is_superuser=True)),
    }
