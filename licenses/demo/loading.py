"""Load the demo: everything happens through the portal's own stories, at moments of the last two years."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.audit import Actor, Origin, origin
from licenses import issuing, terms
from licenses.demo import acme, direct, resold
from licenses.demo.moments import in_order, moment
from licenses.demo.plan import LicensePlan
from licenses.demo.registry import Registry, network_address
from licenses.demo.releases import make_releases
from licenses.demo.reselling import set_limits, write_mails
from licenses.demo.steps import Activate, Course, Replace, Seen, Step
from licenses.models import Feature, License
from organizations.access import RULES, Action

LICENSES = acme.LICENSES + direct.LICENSES + resold.LICENSES


def load(now: datetime | None = None) -> None:
    """Make the people, products and licenses of the demo; call it in a transaction, on an empty database."""
    registry = Registry(now or timezone.now())
    registry.fill()
    make_releases(registry)
    for number, plan in enumerate(LICENSES):
        _live(registry, plan, f"license {number}")
    set_limits(registry)
    write_mails()


def _live(registry: Registry, plan: LicensePlan, seed: str) -> None:
    """Issue the license of `plan` and let everything happen to it."""
    moments = in_order(registry.now, [plan.issued, *(step.ago for step in plan.steps)], seed)
    license = _new_license(registry, plan)
    codes = Feature.objects.filter(product=license.product, code__in=plan.features)
    with _acting(registry, plan.by, Action.CREATE, license) as actor:
        issuing.issue(license, actor, features=tuple(codes), now=moments[0])
    course = Course(license.pk, registry.now, _computer_ids(registry, plan))
    happenings = [*zip(moments[1:], plan.steps, strict=True), *_sightings(registry.now, plan, seed)]
    for at, step in sorted(happenings, key=lambda happening: happening[0]):
        with _acting(registry, step.by or plan.customer or plan.by, step.action, license) as actor:
            step.happen(course, actor, at)


def _new_license(registry: Registry, plan: LicensePlan) -> License:
    product = registry.products[plan.product]
    major, minor = plan.version
    customer = registry.customers.get(plan.customer)
    organization = registry.organizations.get(plan.organization) or (customer.organization if customer else None)
    whose = organization.name if organization else (customer.company or customer.user.full_name) if customer else ""
    license = License(
        activation_key=plan.key,
        product_version=product.versions.select_related("product").get(major=major, minor=minor),
        license_model=plan.model,
        customer=customer,
        organization=organization,
        licensee=whose,
        user_group=registry.groups.get(plan.group),
        max_activations=plan.activations,
        floating_seats=plan.floating_seats,
        expires_on=_day(registry.now, plan.expires),
        expires_after_days=plan.expires_after,
        maintenance_until=_day(registry.now, plan.updates),
        order_id=plan.order,
        comment=plan.comment,
    )
    if plan.quota:
        license.deactivations_allowed, license.deactivation_days = plan.quota.allowed, plan.quota.days
        license.deactivations_per = plan.quota.per
    return license


def _day(now: datetime, ahead: int | None) -> date | None:
    return None if ahead is None else terms.today(now) + timedelta(days=ahead)


def _computer_ids(registry: Registry, plan: LicensePlan) -> dict[str, str]:
    computer_id_of = registry.plans[plan.product].computer_id_of
    return {step.computer: computer_id_of(step.computer) for step in _starts(plan)}


def _starts(plan: LicensePlan) -> list[Activate | Replace]:
    return [step for step in plan.steps if isinstance(step, Activate | Replace)]


def _sightings(now: datetime, plan: LicensePlan, seed: str) -> Iterator[tuple[datetime, Step]]:
    """Yield when the programs on the computers last asked for their license file's state."""
    for step in _starts(plan):
        if step.seen is not None:
            yield moment(now, step.seen, f"{seed}/{step.computer}"), Seen(step.seen, step.computer)


@contextmanager
def _acting(registry: Registry, address: str, action: Action, license: License) -> Iterator[Actor]:
    """Give the role in which the person with this address acts on `license`, and their network address meanwhile.

    Raises ValueError when the portal would not let them: the demo tells nothing that could not happen.
    """
    viewer = registry.viewer(address)
    ways = viewer.ways_to(license)
    if not RULES[action].allows(viewer, ways):
        raise ValueError(f"{address} may not {action} {license.licensee}: {license.product_version}")
    before = origin.set(Origin(address=network_address(address)))
    try:
        yield viewer.actor_on(ways)
    finally:
        origin.reset(before)
