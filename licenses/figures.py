"""What the overview counts: in one pass over the licenses that exist for a person, and two over their computers.

Somebody who sees more licenses than a list counts (10,000) gets figures that are at most ten
minutes old, and is told of when they are. They are kept by what the person sees and may do, so
that nobody is shown the figures of others. Everybody else's are always fresh.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from hashlib import sha256
from itertools import groupby, pairwise
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.utils import timezone

from licenses.models import Activation, License
from licenses.needs import FirstFew, Need, criteria_of, first_few, named_again
from licenses.new_updates import Coverage, best_license
from licenses.status import Status, status_q
from licenses.terms import last_ended_date, today
from organizations import paging
from organizations.access import RULES, Action, narrowed
from organizations.viewer import Viewer

MONTHS = 12
KEPT_SECONDS = 600


@dataclass(frozen=True)
class ProductFigures:
    """One product: the computers that use it, and how many may."""

    product_id: UUID
    name: str
    in_use: int
    allowed: int


@dataclass(frozen=True)
class Figures:
    """Everything that is counted, in no language: statuses by slug, needs by value, months from the earliest on."""

    counted_at: datetime
    licenses: int
    statuses: dict[str, int]
    needs: dict[str, int]
    computers_needing_files: int
    products: tuple[ProductFigures, ...]
    expiring: tuple[tuple[date, int], ...]
    activated: tuple[tuple[date, int], ...]
    coverages: tuple[Coverage, ...]

    @property
    def in_use(self) -> int:
        """How many computers use the licenses."""
        return sum(product.in_use for product in self.products)

    @property
    def allowed(self) -> int:
        """On how many computers the licenses may be used at once."""
        return sum(product.allowed for product in self.products)

    @property
    def are_kept(self) -> bool:
        """Whether the figures are too many to be counted at each visit."""
        return self.licenses > paging.COUNT_LIMIT


def figures_for(viewer: Viewer) -> tuple[Figures, FirstFew]:
    """Return the figures over everything that exists for `viewer`, and the first few licenses of each need."""
    key = _key(viewer)
    kept: tuple[Figures, dict[str, list[UUID]]] | None = cache.get(key)
    if kept is not None:
        figures, keys = kept
        return figures, named_again(viewer, keys)
    figures = _count(viewer)
    few = first_few(viewer, [need for need in Need if figures.needs[need]])
    if figures.are_kept:
        cache.set(key, (figures, {need: [row.pk for row in rows] for need, rows in few.items()}), KEPT_SECONDS)
    return figures, few


def _key(viewer: Viewer) -> str:
    """Return what figures are kept by: everything that decides which rows are counted, and the figures' form."""
    allows = RULES[Action.GET_LICENSE_FILE].allows
    sees = [
        (reach.way.value, reach.column, sorted(map(str, reach.ids)), allows(viewer, [reach.way]))
        for reach in viewer.reaches()
    ]
    form = [each.name for each in fields(Figures)]
    facts = (viewer.staff_may("view"), viewer.staff_may("change"), sees, form)
    return f"figures-{sha256(repr(facts).encode()).hexdigest()}"


def _count(viewer: Viewer) -> Figures:
    """Count everything, with three statements."""
    now = timezone.now()
    to_expire, past = _months_from(today(now)), _months_from(_months_before(today(now), MONTHS - 1))
    conditions = {
        **{f"status_{status.name}": status_q(status) for status in Status},
        **{f"need_{need}": criteria_of(need, viewer).filters.as_q() for need in Need if need is not Need.FILES},
        **{f"month_{at}": condition for at, condition in enumerate(_expiring_in(to_expire, now))},
    }
    rows = list(
        License.objects.visible_to(viewer)
        .order_by("product_version__product__name", "product_version__product")
        .values_list("product_version__product", "product_version__product__name", "product_version")
        .annotate(
            best=best_license(viewer),
            licenses=Count("pk"),
            in_use=Sum("activations_in_use"),
            allowed=Sum("max_activations"),
            **{name: Count("pk", filter=condition) for name, condition in conditions.items()},
        )
    )
    counts = dict(
        zip(conditions, (sum(column) for column in zip(*(row[7:] for row in rows), strict=True)), strict=False)
    )
    computers, needing_files = _count_files(viewer, now)
    needs = {need.value: counts.get(f"need_{need}", 0) for need in Need} | {Need.FILES.value: needing_files}
    return Figures(
        counted_at=now,
        licenses=sum(row[4] for row in rows),
        statuses={status.slug: counts.get(f"status_{status.name}", 0) for status in Status},
        needs=needs,
        computers_needing_files=computers,
        products=tuple(_by_product(ProductFigures(row[0], row[1], row[5], row[6]) for row in rows)),
        expiring=tuple((month, counts.get(f"month_{at}", 0)) for at, month in enumerate(to_expire[:-1])),
        activated=tuple(zip(past[:-1], _activations_in(viewer, past), strict=True)),
        coverages=tuple(each for row in rows for each in Coverage.read(row[0], row[2], row[3])),
    )


def _by_product(versions: Iterable[ProductFigures]) -> Iterator[ProductFigures]:
    """Yield the figures of each product, those of its versions, which follow each other, taken together."""
    for (product_id, name), each in groupby(versions, key=lambda version: (version.product_id, version.name)):
        amounts = [(version.in_use, version.allowed) for version in each]
        yield ProductFigures(product_id, name, *(sum(column) for column in zip(*amounts, strict=True)))


def _count_files(viewer: Viewer, now: datetime) -> tuple[int, int]:
    """Return how many computers need a license file that `viewer` may get, and how many licenses they use."""
    computers = Activation.objects.visible_to(narrowed(viewer, Action.GET_LICENSE_FILE)).needing_license_file(now)
    by_license = computers.order_by().values("license").annotate(number=Count("pk"))
    found = by_license.aggregate(computers=Sum("number", default=0), licenses=Count("license"))
    return found["computers"], found["licenses"]


def _activations_in(viewer: Viewer, months: list[date]) -> list[int]:
    """Return how many activations there were in each of `months` (UTC); the last of them only ends the one before."""
    begins = [datetime.combine(month, time(), tzinfo=UTC) for month in months]
    found = (
        Activation.objects.visible_to(viewer)
        .filter(activated_at__gte=begins[0])
        .aggregate(
            **{
                f"month_{at}": Count("pk", filter=Q(activated_at__gte=begin, activated_at__lt=end))
                for at, (begin, end) in enumerate(pairwise(begins))
            }
        )
    )
    return [found[f"month_{at}"] for at in range(MONTHS)]


def _expiring_in(months: list[date], now: datetime) -> list[Q]:
    """Return for each month the condition that a license expires in it; the first has all that goes on until then."""
    starts = [last_ended_date(now), *months[1:]]
    first = Q(revoked_at=None, expires_on__gt=starts[0], expires_on__lt=starts[1])
    later = pairwise(starts[1:])
    return [first, *(Q(revoked_at=None, expires_on__gte=start, expires_on__lt=end) for start, end in later)]


def _months_from(day: date) -> list[date]:
    """Return the first days of the MONTHS months from that of `day` on, and of the month after them."""
    return [_months_before(day, -ahead) for ahead in range(MONTHS + 1)]


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)
