"""What the reseller North may issue in the demo: tight limits, of which a little is left; and what mails say."""

from django.db.models import Count

from licenses.demo.people import NORTH
from licenses.demo.registry import Registry
from licenses.models import GroupProduct, License, MailTemplate, Purpose

LEFT_IN_ALL, LEFT_OF_TRIALS = 12, 3

MAILS = (
    MailTemplate(
        name="New licenses",
        purpose=Purpose.NEW,
        subject="Your new licenses from {group}",
        body=(
            "Dear {customer},\n\n{group} has issued to you:\n\n{licenses}\n\nSign in at {portal} to activate them on "
            "your computers. Questions? Write to {group_address}."
        ),
    ),
    MailTemplate(
        name="Renewed license",
        purpose=Purpose.RENEWED,
        subject="{product} is renewed",
        body=(
            "Dear {customer},\n\n{product} for {licensee} is renewed.\n\nExpires on: {expires_on}\n"
            "Updates included until: {updates_until}\n\n"
            "Get new license files for your computers here:\n\n{link}\n\n{group}, {group_address}"
        ),
    ),
    MailTemplate(
        name="Your activation key",
        subject="Your activation key for {product}",
        body=(
            "Dear {customer},\n\nhere is the activation key of {product} once more:\n\n{activation_key}\n\n{link}\n\n"
            "{group}"
        ),
    ),
)


def set_limits(registry: Registry) -> None:
    """Count what the resellers have issued, and leave North a little."""
    numbers = License.objects.exclude(user_group=None).order_by().values_list("user_group__name", "license_model")
    for name, model, number in numbers.annotate(number=Count("pk")):
        setattr(registry.groups[name], f"issued_{model}", number)
    north = registry.groups[NORTH]
    north.max_licenses = north.issued + LEFT_IN_ALL
    north.max_trial = north.issued_trial + LEFT_OF_TRIALS
    north.longest_trial_days, north.max_activations_per_license, north.max_members = 60, 50, 5
    north.default_expiry_days = north.default_maintenance_days = 365
    north.default_has_maintenance = True
    for group in registry.groups.values():
        group.save()
    GroupProduct.objects.bulk_create(
        GroupProduct(user_group=north, product=product) for product in registry.products.values()
    )


def write_mails() -> None:
    """Write what mails about licenses say."""
    for template in MAILS:
        template.full_clean(exclude=["id"])
        MailTemplate.objects.create(
            name=template.name, purpose=template.purpose, subject=template.subject, body=template.body
        )
