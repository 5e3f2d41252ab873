"""Exporting the license list as a person does, and reading the files as their programs do."""

import csv
import io

from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from licenses.activation_key import make
from licenses.models import License, LicenseModel
from organizations.models import Customer
from tests.cast import (
    make_product,
)

EXPORT, LIST = "/licenses/export/", "/licenses/"
Row = dict[str, str]


def downloaded(client: Client, user: User, **parameters: str) -> list[Row]:
    """Export as `user` and read the file as a spreadsheet program does."""
    client.force_login(user)
    response = client.get(EXPORT, parameters)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def downloaded_workbook(client: Client) -> Worksheet:
    """Export as whoever is signed in, and open the workbook."""
    response = client.get(EXPORT, {"format": "xlsx"})
    assert response["Content-Disposition"] == f'attachment; filename="licenses-{timezone.localdate()}.xlsx"'
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    for close in response._resource_closers:
        close()
    assert isinstance(sheet, Worksheet)
    return sheet


def tails(rows: list[Row]) -> list[str]:
    return [row["Activation key"][-5:] for row in rows]


def make_many(number: int, customer: Customer, **fields: object) -> None:
    version = make_product().versions.get()
    License.objects.bulk_create(
        License(
            activation_key=make(),
            product_version=version,
            licensee="Somebody",
            customer=customer,
            **{"license_model": LicenseModel.PERMANENT, **fields},
        )
        for _ in range(number)
    )
