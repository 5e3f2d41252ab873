"""WHAT customers have: products, licenses, activations, and what signs license files."""

from licenses.models.activations import UNDO_PERIOD, Activation, GenericFile, LicenseFile
from licenses.models.batches import Batch
from licenses.models.groups import GroupProduct
from licenses.models.licenses import License
from licenses.models.mail_templates import MailTemplate, Purpose
from licenses.models.products import AfterDeactivation, Feature, Product, ProductVersion, QuotaPer
from licenses.models.releases import Download, Platform, Release, ReleaseFile, ReleaseState
from licenses.models.reserved import ReservedLicense
from licenses.models.signing import SigningKey
from licenses.status import LicenseModel

__all__ = [
    "UNDO_PERIOD",
    "Activation",
    "AfterDeactivation",
    "Batch",
    "Download",
    "Feature",
    "GenericFile",
    "GroupProduct",
    "License",
    "LicenseFile",
    "LicenseModel",
    "MailTemplate",
    "Platform",
    "Product",
    "ProductVersion",
    "Purpose",
    "QuotaPer",
    "Release",
    "ReleaseFile",
    "ReleaseState",
    "ReservedLicense",
    "SigningKey",
]
