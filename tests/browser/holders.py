"""Somebody who has many licenses: of an organization that they may leave, and of their own."""

from accounts.people import create_person
from licenses.activation_key import make
from licenses.models import License, LicenseModel, ProductVersion
from organizations.models import Customer, Organization
from tests.browser.people import HOLDER

MANY = 40


def make_holder() -> None:
    """Make somebody who belongs to an organization, with forty licenses of it and as many personal ones."""
    organization = Organization.objects.create(name="Many Instruments")
    holder = Customer.objects.create(user=create_person(HOLDER, "Hanna Holder"), organization=organization)
    version = ProductVersion.objects.order_by("pk")[0]
    License.objects.bulk_create(
        License(
            activation_key=make(),
            product_version=version,
            license_model=LicenseModel.PERMANENT,
            licensee="Many Instruments",
            customer=holder,
            organization=owner,
        )
        for owner in (organization, None)
        for _ in range(MANY)
    )
