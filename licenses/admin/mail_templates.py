"""Mails about licenses in Django's admin: written by staff, with every variable explained and a preview."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.admin.base import AuditedAdmin
from accounts.admin.fields import FieldNames
from accounts.admin.forms import EditedForm
from accounts.letters import paragraphs_of
from licenses.mail_variables import VARIABLES, fill
from licenses.models import MailTemplate

EXAMPLE = {
    "customer": "Anna Berg",
    "licenses": "Workbench 4.1: ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2",
    "product": "Workbench 4.1",
    "model": "Subscription",
    "activation_key": "ABCDE-FGHJK-LMNPQ-RSTUV-WXYZ2",
    "licensee": "Berg Engineering",
    "activations": "3",
    "expires_on": "31 Dec 2030",
    "updates_until": "31 Dec 2030",
    "link": "https://portal.example/licenses/1/",
    "group": "North",
    "group_address": "help@north.example",
    "portal": "License Portal",
}
"""Whom the preview is about: nobody real."""


@admin.register(MailTemplate)
class MailTemplateAdmin(AuditedAdmin[MailTemplate]):
    """What mails about licenses say."""

    event_name = "mail_template"
    form = EditedForm
    list_display = ["name", "purpose", "subject"]
    list_filter = ["purpose"]
    search_fields = ["name", "subject"]
    search_help_text = gettext_lazy("Name or subject, or parts of them.")

    def get_fields(self, request: HttpRequest, obj: MailTemplate | None = None) -> FieldNames:
        """Return the fields; the preview of what is saved."""
        hidden = ["last_edited_at"] if obj is not None and self.has_change_permission(request, obj) else []
        shown = ["variables", "preview"] if obj is not None else ["variables"]
        return ["name", "purpose", "subject", "body", *shown, *hidden]

    def get_readonly_fields(self, request: HttpRequest, obj: MailTemplate | None = None) -> list[str]:
        """Explain the variables and show the mail."""
        return ["variables"] if obj is None else ["variables", "preview"]

    @admin.display(description=gettext_lazy("variables"))
    def variables(self, template: MailTemplate) -> SafeString:
        """Return what can stand in braces."""
        rows = format_html_join("", "<li><code>{{{}}}</code> {}</li>", VARIABLES.items())
        return format_html("<ul>{}</ul>", rows)

    @admin.display(description=gettext_lazy("preview, as saved"))
    def preview(self, template: MailTemplate) -> SafeString:
        """Return the mail about somebody who does not exist."""
        paragraphs = [[each] for each in paragraphs_of(fill(template.body, EXAMPLE))]
        subject = fill(template.subject, EXAMPLE)
        return format_html("<h3>{}</h3>{}", subject, format_html_join("", "<p>{}</p>", paragraphs))
