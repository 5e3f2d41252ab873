"""The portal's own settings, but for contacts, who must have a second step."""

from qlmportal.settings import *  # noqa: F403  # all of them

PORTAL_SECOND_STEP_FOR = frozenset({"contacts"})
