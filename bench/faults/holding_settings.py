"""Settings of a portal that stops in the middle of some activations: only the faults serve it."""

from qlmportal.settings import *  # noqa: F403  (a portal like any other, but for one pause)

ROOT_URLCONF = "bench.faults.holding_urls"
