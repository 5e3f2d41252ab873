"""What can be done with releases from their list in Django's admin: each asks first, then calls its story."""

from django import forms
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.base import staff_actor
from licenses import releasing
from licenses.admin.asking import Question, ask, chosen, do_one_by_one, is_confirmed
from licenses.models import Release
from licenses.releasing import MAX_REASON, state_in_words


class PublishForm(forms.Form):
    """When releases are published."""

    at = forms.DateTimeField(
        label=gettext_lazy("At"),
        required=False,
        widget=forms.DateTimeInput(attrs={"placeholder": "2026-12-24 09:00"}),
        help_text=gettext_lazy("Date and time in your time zone. Empty: at once."),
    )


class WithdrawForm(forms.Form):
    """Why releases are withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Those who downloaded it read this; for everybody else it is not there any more."),
    )


@admin.action(description=gettext_lazy("Publish…"), permissions=["change"])
def publish(
    model_admin: "ModelAdmin[Release]", request: HttpRequest, queryset: QuerySet[Release]
) -> HttpResponse | None:
    """Ask for the moment, then publish the releases one by one."""
    releases = chosen(request, queryset)
    if not releases:
        return None
    form = PublishForm(request.POST if is_confirmed(request) else None)
    if form.is_valid():
        actor, at = staff_actor(request), form.cleaned_data["at"]
        done, was_done = _("%(row)s is published or will be."), _("%(row)s is published already.")
        do_one_by_one(request, releases, lambda row: releasing.publish(row.pk, actor, at=at), done, was_done)
        return None
    question = Question(
        action="publish",
        title=_("Publish releases"),
        sentence=_("From then on everybody with a license of the product reads of it, and downloads it if included."),
        button=ngettext("Publish %(number)d release", "Publish %(number)d releases", len(releases))
        % {"number": len(releases)},
        rows=tuple((release, _consequence(release)) for release in releases),
        form=form,
    )
    return ask(model_admin, request, question)


def _consequence(release: Release) -> str:
    if refusal := releasing.publication_refusal(release):
        return refusal.sentence
    if release.mail_when_published and release.announced_at is None:
        return _("%(state)s. Customers whose licenses include it get a mail.") % {"state": state_in_words(release)}
    return _("%(state)s. Nobody gets a mail.") % {"state": state_in_words(release)}


@admin.action(description=gettext_lazy("Make a draft again…"), permissions=["change"])
def take_back(
    model_admin: "ModelAdmin[Release]", request: HttpRequest, queryset: QuerySet[Release]
) -> HttpResponse | None:
    """Ask, then take releases back that were to be published later."""
    releases = chosen(request, queryset)
    if not releases:
        return None
    if is_confirmed(request):
        actor = staff_actor(request)
        done, was_done = _("%(row)s is a draft again."), _("%(row)s is a draft.")
        do_one_by_one(request, releases, lambda row: releasing.take_back(row.pk, actor), done, was_done)
        return None
    question = Question(
        action="take_back",
        title=_("Make drafts again"),
        sentence=_("They are not published when their time comes."),
        button=ngettext("Take back %(number)d release", "Take back %(number)d releases", len(releases))
        % {"number": len(releases)},
        rows=tuple((release, state_in_words(release)) for release in releases),
    )
    return ask(model_admin, request, question)


@admin.action(description=gettext_lazy("Withdraw…"), permissions=["change"])
def withdraw(
    model_admin: "ModelAdmin[Release]", request: HttpRequest, queryset: QuerySet[Release]
) -> HttpResponse | None:
    """Ask for the reason, then withdraw the releases one by one."""
    releases = chosen(request, queryset)
    if not releases:
        return None
    form = WithdrawForm(request.POST if is_confirmed(request) else None)
    if form.is_valid():
        actor, reason = staff_actor(request), form.cleaned_data["reason"]
        done, was_done = _("%(row)s is withdrawn."), _("%(row)s was withdrawn already.")
        do_one_by_one(request, releases, lambda row: releasing.withdraw(row.pk, actor, reason=reason), done, was_done)
        return None
    question = Question(
        action="withdraw",
        title=_("Withdraw releases"),
        sentence=_("Nobody can download them any more. Publishing again undoes it."),
        button=ngettext("Withdraw %(number)d release", "Withdraw %(number)d releases", len(releases))
        % {"number": len(releases)},
        rows=tuple((release, state_in_words(release)) for release in releases),
        form=form,
    )
    return ask(model_admin, request, question)
