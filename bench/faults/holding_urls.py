"""The portal's addresses; activating a computer whose name begins with HELD stays in its transaction for a while."""

import os
import time
from datetime import datetime

from django.conf import settings

from accounts.audit import Actor
from bench.faults.names import HELD, HELD_BY
from licenses import activation as stories
from licenses.models import Activation, License
from qlmportal.urls import *  # noqa: F403  (the addresses and the error pages)

HELD_SECONDS = 60

open_on = stories.open_on


def open_and_wait(
    license: License, actor: Actor, computer_id: str, computer_name: str, client_version: str, now: datetime
) -> Activation:
    """Change everything that activating changes; then tell which process holds the transaction, and wait."""
    activation = open_on(license, actor, computer_id, computer_name, client_version, now)
    if computer_name.startswith(HELD):
        (settings.PORTAL_DATA_DIR / HELD_BY).write_text(str(os.getpid()))
        time.sleep(HELD_SECONDS)
    return activation


stories.open_on = open_and_wait
