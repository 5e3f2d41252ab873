"""The portal's addresses, with the unguarded stories in the place of its own."""

from licenses import activation as stories
from licenses.views import computers
from organizations.membership import invitation_mails
from qlmportal.urls import *  # noqa: F403  (the addresses and the error pages)
from tests.races import unguarded

stories.activate = unguarded.activate  # type: ignore[assignment]  # it takes what the page gives and no more
stories.deactivate = unguarded.deactivate  # type: ignore[assignment]
computers.deactivate_several = unguarded.deactivate_several  # type: ignore[assignment]
invitation_mails._lock_address = unguarded.hold_nothing
