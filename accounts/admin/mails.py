"""Mails in Django's admin: whom they are for and what became of them, never what they say."""

from importlib import import_module
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from post_office.models import STATUS, Attachment, Email, EmailTemplate, Log

from accounts.admin.base import ReadOnlyAdmin
from accounts.admin.lists import LONGEST_SEARCH, having_any, part_or_whole
from accounts.mail import ON_HOLD, Lane
from accounts.models import Mail

# django-post-office's own pages would show what mails say, change them, and send them again.
import_module("post_office.admin")
admin.site.unregister([Attachment, Email, EmailTemplate, Log])

_STATES = {
    "waiting": [STATUS.queued, STATUS.requeued],
    "held": [ON_HOLD],
    "sent": [STATUS.sent],
    "failed": [STATUS.failed],
}
_LANES = {
    Lane.SIGN_IN: gettext_lazy("sign-in"),
    Lane.NOTICE: gettext_lazy("notice"),
    Lane.BULK: gettext_lazy("bulk"),
}


class StateFilter(admin.SimpleListFilter):
    """What became of a mail."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """Return the states."""
        return [("waiting", _("waiting")), ("held", _("on hold")), ("sent", _("sent")), ("failed", _("not sent"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Mail]") -> "QuerySet[Mail]":
        """Return the mails in that state."""
        chosen = _STATES.get(self.value() or "")
        return queryset.filter(status__in=chosen) if chosen else queryset


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin[Mail]):
    """Mails that wait, were sent, or could not be sent."""

    list_display = ["created", "recipient", "subject_shown", "lane", "state", "tries"]
    list_display_links = ["created"]
    list_filter = [StateFilter]
    ordering = ["-id"]
    sortable_by = ()
    search_fields = ["to"]
    search_help_text = gettext_lazy("Part of the recipient’s address, of three letters or more.")
    fields = ["created", "recipient", "subject_shown", "lane", "state", "tries", "next_try", "expires_at", "reasons"]

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Mail]", search_term: str
    ) -> "tuple[QuerySet[Mail], bool]":
        """Find mails by parts of the recipient's address."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if len(term) > LONGEST_SEARCH:
            return queryset.none(), False
        return having_any(queryset, self.get_queryset(request), part_or_whole(self.search_fields, term)), False

    def trail_of(self, row: Mail) -> UUID:
        """Return an id under which nothing is told: mails are no part of the audit trail."""
        return UUID(int=row.pk)

    @admin.display(description=gettext_lazy("recipient"))
    def recipient(self, mail: Mail) -> str:
        """Return the address."""
        return ", ".join(mail.to)

    @admin.display(description=gettext_lazy("subject"))
    def subject_shown(self, mail: Mail) -> str:
        """Return the subject; a sign-in mail gets it when it is sent."""
        return str(mail.subject) or _("(written when it is sent)")

    @admin.display(description=gettext_lazy("kind"))
    def lane(self, mail: Mail) -> str:
        """Return in which lane the mail goes."""
        return str(_LANES[Lane(mail.priority or 0)])

    @admin.display(description=gettext_lazy("state"))
    def state(self, mail: Mail) -> str:
        """Return what became of the mail."""
        match mail.status:
            case STATUS.sent:
                return _("sent")
            case STATUS.failed:
                return _("not sent")
        return _("on hold") if mail.status == ON_HOLD else _("waiting")

    @admin.display(description=gettext_lazy("tries"))
    def tries(self, mail: Mail) -> int:
        """Return how often it was tried."""
        return mail.number_of_retries or 0

    @admin.display(description=gettext_lazy("next try not before"))
    def next_try(self, mail: Mail) -> object:
        """Return when it is tried again."""
        return mail.scheduled_time if mail.status in _STATES["waiting"] else None

    @admin.display(description=gettext_lazy("why it was not taken"))
    def reasons(self, mail: Mail) -> str:
        """Return the last reasons: what kind of refusal, and the mail server's code."""
        notes = mail.logs.order_by("-id")[:5]
        return "; ".join(f"{each.date:%Y-%m-%d %H:%M} {each.exception_type} {each.message}".strip() for each in notes)
