"""What the vendor has: products with versions, user groups with members, and staff. Few rows, made by the portal."""

from datetime import timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from accounts.models import User
from accounts.people import create_person
from bench.reference.moments import Span
from bench.reference.sizes import MEMBER_OF_LARGEST_GROUP, STAFF, Size
from bench.reference.words import PRODUCT_NAMES, person_name
from licenses.models import Product, ProductVersion
from organizations.models import GroupMember, UserGroup
from organizations.privileges import Privilege

NOBODYS_PASSWORD = make_password(None)
VERSIONS_EACH = 6
_USUAL_PRIVILEGES = [Privilege.ACTIVATE, Privilege.DEACTIVATE, Privilege.EXPORT]


def make_products(size: Size, span: Span) -> list[list[ProductVersion]]:
    """Make the products and return the versions of each, the oldest first."""
    names = [PRODUCT_NAMES[index] for index in range(size.products)]
    products = Product.objects.bulk_create(Product(name=name, slug=slugify(name)) for name in names)
    return [
        ProductVersion.objects.bulk_create(
            ProductVersion(
                product=product,
                major=1 + number // 2,
                minor=number % 2 * 5,
                released_on=span.at(number / VERSIONS_EACH).date() - timedelta(days=index),
            )
            for number in range(VERSIONS_EACH)
        )
        for index, product in enumerate(products)
    ]


def make_user_groups(size: Size, random: Random) -> list[UserGroup]:
    """Make the user groups, each with a member, and return them; the first one is the largest."""
    groups = UserGroup.objects.bulk_create(
        UserGroup(name=f"Reseller {number}", email=f"office@group{number}.example", privileges=_USUAL_PRIVILEGES)
        for number in range(1, size.user_groups + 1)
    )
    for number, group in enumerate(groups, start=1):
        person = create_person(f"member@group{number}.example", person_name(random))
        GroupMember.objects.create(user=person, user_group=group, is_manager=True)
    assert groups[0].members.get().user.email == MEMBER_OF_LARGEST_GROUP
    return groups


def make_staff() -> User:
    """Make the one who issues and revokes."""
    return create_person(STAFF, "Stella Berg", is_staff=True, is_superuser=True)
