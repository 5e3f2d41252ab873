"""The portal's settings, with two addresses more that fail."""

from qlmportal.settings import *  # noqa: F403  (all of them)

ROOT_URLCONF = "tests.browser.failing_urls"
