"""Products, licenses and activations in Django's admin, one file per family."""

from licenses.admin.activations import ActivationAdmin
from licenses.admin.groups import IssuingGroupAdmin
from licenses.admin.licenses import LicenseAdmin
from licenses.admin.mail_templates import MailTemplateAdmin
from licenses.admin.products import FeatureAdmin, ProductAdmin, ProductVersionAdmin
from licenses.admin.release_files import ReleaseFileAdmin
from licenses.admin.releases import ReleaseAdmin
from licenses.admin.signing_keys import SigningKeyAdmin

__all__ = [
    "ActivationAdmin",
    "FeatureAdmin",
    "IssuingGroupAdmin",
    "LicenseAdmin",
    "MailTemplateAdmin",
    "ProductAdmin",
    "ProductVersionAdmin",
    "ReleaseAdmin",
    "ReleaseFileAdmin",
    "SigningKeyAdmin",
]
