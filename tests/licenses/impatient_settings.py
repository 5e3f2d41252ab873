"""The portal's settings, and no patience with connections that take nothing."""

from licenses import streams
from qlmportal.settings import *  # noqa: F403  (the portal's settings, all of them)

streams.STALLED_SECONDS = 1
