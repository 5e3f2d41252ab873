"""The settings of the process that does the damage: the portal's own, with this folder's commands and more patience.

It has no pool, which would go on connecting to a server that was stopped on purpose.
"""

from qlmportal.settings import *  # noqa: F403  (the portal's settings, all of them)
from qlmportal.settings import DATABASES, INSTALLED_APPS, PASSWORD_HASHERS

CONNECT_SECONDS = 30

INSTALLED_APPS.append("bench")
PASSWORD_HASHERS.insert(0, "tests.support.hashers.QuickPasswordHasher")
options = DATABASES["default"]["OPTIONS"]
if isinstance(options, dict) and options.pop("pool", None):
    options["connect_timeout"] = CONNECT_SECONDS
