"""WHAT customers have: products, licenses, activations, and what signs license files."""

from licenses.models.activations import UNDO_PERIOD, Activation, LicenseFile
from licenses.models.licenses import License
from licenses.models.products import AfterDeactivation, Feature, Product, ProductVersion, QuotaPer
from licenses.models.releases import Download, Platform, Release, ReleaseFile, ReleaseState
from licenses.models.reserved import ReservedLicense
from licenses.models.signing import SigningKey
from licenses.status import LicenseModel

__all__ = [
    "UNDO_PERIOD",
    "Activation",
    "AfterDeactivation",
    "Download",
    "Feature",
    "License",
    "LicenseFile",
    "LicenseModel",
    "Platform",
    "Product",
    "ProductVersion",
    "QuotaPer",
    "Release",
    "ReleaseFile",
    "ReleaseState",
    "ReservedLicense",
    "SigningKey",
]
