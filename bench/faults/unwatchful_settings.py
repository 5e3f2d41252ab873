"""Settings of a portal that waits for a silent database for ever: the control of R3, and nothing else."""

from qlmportal.database import POOL
from qlmportal.settings import *  # noqa: F403  (a portal like any other, but for its connections)
from qlmportal.settings import DATABASES

options = DATABASES["default"]["OPTIONS"]
if isinstance(options, dict):
    options["pool"] = {name: value for name, value in POOL.items() if name != "connection_class"}
