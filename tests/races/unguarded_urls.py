"""The portal's addresses, with the unguarded stories in the place of its own."""

from licenses import activation as stories
from licenses.views import computers, creating
from organizations import invitation_links
from organizations.groups import managing
from qlmportal.urls import *  # noqa: F403  (the addresses and the error pages)
from tests.races import unguarded

stories.activate = unguarded.activate  # type: ignore[assignment]  # it takes what the page gives and no more
stories.deactivate = unguarded.deactivate  # type: ignore[assignment]  # likewise
creating.place = unguarded.place  # type: ignore[assignment]  # it takes what the page gives and no more
computers.deactivate_several = unguarded.deactivate_several  # type: ignore[assignment]  # likewise
managing.locked_group_of = unguarded.group_of
invitation_links._lock_address = unguarded.hold_nothing
