"""Settings of a portal whose stories do not guard the counter: the control of the races. For tests only."""

from qlmportal.settings import *  # noqa: F403  (a portal like any other, but for its stories)

ROOT_URLCONF = "tests.races.unguarded_urls"
