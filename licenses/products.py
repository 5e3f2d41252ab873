"""Which products exist for a person: those of which a license does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from licenses.models import Feature, GroupProduct, License, Product, ProductVersion
from licenses.querysets import ways_apart
from organizations.models import UserGroup
from organizations.viewer import Viewer


def visible_products(viewer: Viewer) -> QuerySet[Product]:
    """Return the products of which a license exists for `viewer`, by name; all of them for staff."""
    if viewer.staff_may("view"):
        return Product.objects.all()
    of_this_product = License.objects.filter(product_version__product=OuterRef("pk"))
    visible = [Q(Exists(of_this_product.filter(way))) for way in ways_apart(viewer)]
    return Product.objects.filter(reduce(or_, visible)) if visible else Product.objects.none()


class OfferedVersion(NamedTuple):
    """A version of a product that a list offers."""

    pk: UUID
    major: int
    minor: int


@dataclass(frozen=True)
class OfferedProduct:
    """A product as a list offers it to be narrowed to: with its versions, by which licenses are found and named."""

    pk: UUID
    name: str
    versions: tuple[OfferedVersion, ...]

    def __str__(self) -> str:
        return self.name


def offered_products(viewer: Viewer) -> Sequence[OfferedProduct]:
    """Return the products that exist for `viewer`, by name, with their versions: all by one query."""
    version = "versions__pk", "versions__major", "versions__minor"
    rows = visible_products(viewer).order_by("name", "pk").values_list("pk", "name", *version)
    versions: dict[tuple[UUID, str], list[OfferedVersion]] = {}
    for pk, name, *found in rows:
        versions.setdefault((pk, name), []).extend([] if found[0] is None else [OfferedVersion(*found)])
    return [OfferedProduct(pk, name, tuple(found)) for (pk, name), found in versions.items()]


def name_versions(licenses: Iterable[License], products: Iterable[OfferedProduct]) -> None:
    """Give `licenses` their versions as `products` have them, so that a list joins neither; an unknown one is read."""
    offered = {version.pk: (product, version) for product in products for version in product.versions}
    named: dict[UUID, ProductVersion] = {}
    for license in licenses:
        pk = license.product_version_id
        if pk in offered:
            product, (_pk, major, minor) = offered[pk]
            if pk not in named:
                named[pk] = ProductVersion(pk, major=major, minor=minor, product=Product(product.pk, name=product.name))
            license.product_version = named[pk]


def product_called(slug: str) -> Product | None:
    """Return the product that a program names, with its versions: products are no secret, licenses are."""
    return Product.objects.prefetch_related("versions").filter(slug=slug).first() if slug else None


def versions_to_issue(group: UserGroup | None) -> QuerySet[ProductVersion]:
    """Return the versions of the products that a user group may issue, newest first; for staff of all."""
    versions = ProductVersion.objects.select_related("product").order_by("product__name", "-major", "-minor")
    if group is None or group.may_issue_all_products:
        return versions
    return versions.filter(product__in=GroupProduct.objects.filter(user_group=group).values("product"))


def versions_of(product: Product) -> QuerySet[ProductVersion]:
    """Return the versions of a product, newest first."""
    return ProductVersion.objects.select_related("product").filter(product=product).order_by("-major", "-minor")


def may_issue(group: UserGroup, product: Product) -> bool:
    """Return whether staff let the user group issue `product`."""
    return group.may_issue_all_products or GroupProduct.objects.filter(user_group=group, product=product).exists()


def features_of(products: Iterable[UUID]) -> QuerySet[Feature]:
    """Return the features of these products, by name."""
    found = Feature.objects.select_related("product").filter(product__in=list(products))
    return found.order_by("product__name", "name")
