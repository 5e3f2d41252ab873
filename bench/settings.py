"""The settings of the measurements: the portal's own, with the floor beside it and the commands of this folder.

PORTAL_DATA_DIR and DATABASE_URL come from `python -m bench`; BENCH_SMALL_DATABASE_URL names the
small database for the measuring command, which signs people in on both.
"""

from qlmportal.database import database_settings
from qlmportal.settings import *  # noqa: F403  (the portal's settings, all of them)
from qlmportal.settings import DATABASES, INSTALLED_APPS, environment

ROOT_URLCONF = "bench.urls"
INSTALLED_APPS.append("bench")
if "BENCH_SMALL_DATABASE_URL" in environment:
    DATABASES["small"] = database_settings(environment.str("BENCH_SMALL_DATABASE_URL"))
