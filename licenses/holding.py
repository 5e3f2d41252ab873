"""What one person has: how much it is, and the part of it that a page shows, however much it is."""

from typing import TypeVar

from django.db.models import Count, Model, Q, QuerySet, Sum

from accounts.fields import has_part
from accounts.names import fold
from licenses import activation_key as keys
from licenses.models import Activation
from licenses.querysets import ActivationQuerySet, LicenseQuerySet
from licenses.searching import versions_named
from organizations.licenses_of import Holding, Look, Possession

MOST_SHOWN = 25
LONGEST_TEXT = 200

RowT = TypeVar("RowT", bound=Model)


def holding(licenses: LicenseQuerySet, look: Look) -> Holding:
    """Return somebody's `licenses`, deleted ones apart, and the computers in use on them: the newest, or those found.

    They are found by product, licensee, or the end of the key, and by ID or name of a computer
    in use, as in the lists.
    """
    rows = licenses.filter(deleted_at=None)
    computers = Activation.objects.in_use().filter(license__in=rows.values("pk"))
    numbers = rows.aggregate(licenses=Count("pk"), computers=Sum("activations_in_use", default=0))
    text = look.text.strip()[:LONGEST_TEXT]
    of_license, of_computer = (_license_q(text, computers), _computer_q(text)) if text else (Q(), Q())
    on_found = Q(license__in=rows.filter(of_license).values("pk")) if text else Q()
    return Holding(
        numbers["licenses"],
        numbers["computers"],
        [
            Possession(each.pk, in_short(str(each.product_version), each.key_tail), each.get_absolute_url())
            for each in _shown(rows.select_related("product_version__product"), of_license, look, "-pk")
        ],
        [
            Possession(each.pk, _computer_in_short(each), each.license.get_absolute_url())
            for each in _shown(
                computers.select_related("license__product_version__product"),
                of_computer | on_found,
                look,
                "-license_id",
                "-pk",
            )
        ],
    )


def in_short(version: str, key: str) -> str:
    """Return such as "Workbench 4.1 …K7Q2X"."""
    return f"{version} …{key[-5:]}" if version else key


def _computer_in_short(activation: Activation) -> str:
    license = activation.license
    return f"{activation.label} · {in_short(str(license.product_version), license.key_tail)}"


def _shown(rows: "QuerySet[RowT]", condition: Q, look: Look, *order: str) -> list[RowT]:
    """Return the rows that are named, and the first others that fit."""
    named = list(rows.filter(pk__in=look.named).order_by(*order)) if look.named else []
    return [*named, *rows.filter(condition).exclude(pk__in=look.named).order_by(*order)[:MOST_SHOWN]]


def _license_q(text: str, computers: ActivationQuerySet) -> Q:
    """Return the condition on a license that the text finds."""
    tail = keys.tail(text)
    found = has_part("folded_licensee", fold(text)) | Q(product_version__in=versions_named(text))
    found |= Q(pk__in=computers.filter(_computer_q(text)).values("license_id"))
    return found | Q(key_tail=tail) if len(tail) == keys.GROUP else found


def _computer_q(text: str) -> Q:
    """Return the condition on a computer that the text finds."""
    ids = sorted({text, text.lower(), text.upper()})
    return Q(computer_id__in=ids) | has_part("folded_computer_name", fold(text))
