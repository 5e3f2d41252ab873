"""Which products exist for a person: those of which a license does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from licenses.models import License, Product
from licenses.querysets import ways_apart
from organizations.viewer import Viewer


def visible_products(viewer: Viewer) -> QuerySet[Product]:
    """Return the products of which a license exists for `viewer`, by name; all of them for staff."""
    if viewer.staff_may("view"):
        return Product.objects.all()
    of_this_product = License.objects.filter(product_version__product=OuterRef("pk"))
    visible = [Q(Exists(of_this_product.filter(way))) for way in ways_apart(viewer)]
    return Product.objects.filter(reduce(or_, visible)) if visible else Product.objects.none()


@dataclass(frozen=True)
class OfferedProduct:
    """A product as a list offers it to be narrowed to: with the ids of its versions, by which licenses are found."""

    pk: UUID
    name: str
    versions: tuple[UUID, ...]

    def __str__(self) -> str:
        return self.name


def offered_products(viewer: Viewer) -> Sequence[OfferedProduct]:
    """Return the products that exist for `viewer`, by name, with their versions: all by one query."""
    rows: Iterable[tuple[UUID, str, UUID | None]] = (
        visible_products(viewer).order_by("name", "pk").values_list("pk", "name", "versions__pk")
    )
    versions: dict[tuple[UUID, str], list[UUID]] = {}
    for pk, name, version in rows:
        versions.setdefault((pk, name), []).extend([] if version is None else [version])
    return [OfferedProduct(pk, name, tuple(found)) for (pk, name), found in versions.items()]


def product_called(slug: str) -> Product | None:
    """Return the product that a program names, with its versions: products are no secret, licenses are."""
    return Product.objects.prefetch_related("versions").filter(slug=slug).first() if slug else None
