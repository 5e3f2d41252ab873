"""Which products exist for a person: those of which a license does."""

from functools import reduce
from operator import or_

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
