"""The settings of the tests: the portal's own, on the database of TEST_DATABASE_URL or else on a SQLite file.

Nothing of an installation on the same machine comes in, and everything made lies in one temporary folder.
Servers that tests start inherit this environment and run under `qlmportal.settings`, or under a settings
module of the tests that begins with `from qlmportal.settings import *`; never under this one.
"""

import os
import tempfile
from pathlib import Path

TESTS_FOLDER = Path(tempfile.gettempdir()) / f"portal-tests-{os.getpid()}"
OF_AN_INSTALLATION = ("PORTAL_", "CACHE_URL", "EMAIL_URL", "DJANGO_", "GOOGLE_", "FACEBOOK_", "AZURE_")
NOBODY_ANSWERS = "http://127.0.0.1:9"
PROVIDERS = {
    "GOOGLE": ("AUTHORIZE_URL", "TOKEN_URL", "KEYS_URL", "ISSUER"),
    "FACEBOOK": ("AUTHORIZE_URL", "GRAPH_URL"),
    "AZURE": ("AUTHORIZE_URL", "TOKEN_URL", "KEYS_URL"),
}
"""The providers are switched on, and lead to where nobody answers."""

for name in [name for name in os.environ if name.startswith(OF_AN_INSTALLATION)]:
    del os.environ[name]
os.environ.update(
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{TESTS_FOLDER / 'unused.sqlite3'}",
    PORTAL_DATA_DIR=str(TESTS_FOLDER),
    EMAIL_URL="smtp://127.0.0.1:9",
    PORTAL_ENCRYPTION_KEYS="dGhlIHRlc3RzIGVuY3J5cHQgd2l0aCB0aGlzIGtleSE=",
    PORTAL_MAIL_FROM="License Portal <portal@vendor.example>",
    PORTAL_SECOND_STEP_FOR="",  # tests about the duty to have one name whose it is
    PORTAL_SECRET_KEY="the tests sign with this key, which protects nothing at all",
    PORTAL_SUPPORT_ADDRESS="support@vendor.example",
    PORTAL_VENDOR="Northwind Instruments",
    AZURE_ISSUER=f"{NOBODY_ANSWERS}/{{tenantid}}/v2.0",
)
for name, addresses in PROVIDERS.items():
    os.environ.update({f"{name}_CLIENT_ID": f"portal-at-{name.lower()}", f"{name}_SECRET": f"hush-{name.lower()}"})
    os.environ.update({f"{name}_{address}": f"{NOBODY_ANSWERS}/{name.lower()}" for address in addresses})

from qlmportal.settings import *  # noqa: E402, F403  (they read the environment made above)
from qlmportal.settings import DATABASES, PASSWORD_HASHERS, STORAGES  # noqa: E402  (by name, for the changes below)

DATABASES["default"]["TEST"] = {
    "NAME": "test_portal" if os.environ.get("TEST_DATABASE_URL") else str(TESTS_FOLDER / "tests.sqlite3")
}
PASSWORD_HASHERS.insert(0, "tests.support.hashers.QuickPasswordHasher")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
