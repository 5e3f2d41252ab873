"""WHAT customers have: products, licenses, activations, and what signs license files."""

from licenses.models.licenses import Activation, License, LicenseFile
from licenses.models.products import AfterDeactivation, Feature, Product, ProductVersion, QuotaPer
from licenses.models.signing import SigningKey
from licenses.status import LicenseModel

__all__ = [
    "Activation",
    "AfterDeactivation",
    "Feature",
    "License",
    "LicenseFile",
    "LicenseModel",
    "Product",
    "ProductVersion",
    "QuotaPer",
    "SigningKey",
]
