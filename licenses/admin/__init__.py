"""Products, licenses and activations in Django's admin, one file per family."""

from licenses.admin.activations import ActivationAdmin
from licenses.admin.licenses import LicenseAdmin
from licenses.admin.products import FeatureAdmin, ProductAdmin, ProductVersionAdmin
from licenses.admin.release_files import ReleaseFileAdmin
from licenses.admin.releases import ReleaseAdmin
from licenses.admin.signing_keys import SigningKeyAdmin

__all__ = [
    "ActivationAdmin",
    "FeatureAdmin",
    "LicenseAdmin",
    "ProductAdmin",
    "ProductVersionAdmin",
    "ReleaseAdmin",
    "ReleaseFileAdmin",
    "SigningKeyAdmin",
]
