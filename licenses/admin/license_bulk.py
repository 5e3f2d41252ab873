"""Renewing licenses and giving them to a user group from their list in Django's admin, by the portal's own stories."""

from django import forms
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin.base import staff_actor
from accounts.audit import Actor
from licenses import issuing
from licenses.admin.asking import Question, ask, chosen, do_one_by_one, is_confirmed
from licenses.ends import end_in_words
from licenses.forms.changing import RenewForm
from licenses.issuers import OPENS, Issuer
from licenses.models import License
from licenses.renewing import renew as renew_license
from licenses.wording import day_in_words
from organizations.models import UserGroup


class GroupForm(forms.Form):
    """Which user group licenses are given to; none takes them from theirs."""

    user_group = forms.ModelChoiceField(
        label=gettext_lazy("User group"),
        queryset=UserGroup.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("None: the vendor serves them"),
        help_text=gettext_lazy("Its members see them from then on. They do not count as issued by the group."),
    )


@admin.action(description=gettext_lazy("Renew…"), permissions=["change"])
def renew(model_admin: "ModelAdmin[License]", request: HttpRequest, queryset: QuerySet[License]) -> HttpResponse | None:
    """Ask until when, then renew the licenses one by one; the limits of user groups do not hold for staff."""
    licenses = chosen(request, queryset.select_related("product_version__product"))
    if not licenses:
        return None
    actor = staff_actor(request)
    issuer = Issuer(actor, None, frozenset(OPENS), enters_customers=False)
    last_edited_at = max(each.edited_at for each in licenses)
    form = RenewForm(issuer, request.POST if is_confirmed(request) else None, last_edited_at=last_edited_at)
    if form.is_valid():
        renewal, seen_at = form.renewal(), form.seen_at
        done, was_done = _("%(row)s is renewed."), _("%(row)s was renewed already.")

        def renew_one(row: License) -> bool:
            return bool(renew_license(row.pk, actor, renewal, edited_at=seen_at))

        do_one_by_one(request, licenses, renew_one, done, was_done)
        return None
    number = len(licenses)
    question = Question(
        action="renew",
        title=_("Renew licenses"),
        sentence=_("License files that were issued are out of date then; new ones use up nothing."),
        button=ngettext("Renew %(number)d license", "Renew %(number)d licenses", number) % {"number": number},
        rows=tuple((license, _end(license)) for license in licenses),
        form=form,
    )
    return ask(model_admin, request, question)


def _end(license: License) -> str:
    if license.expires_on is None:
        return _("%(licensee)s: does not expire on a date.") % {"licensee": license.licensee}
    if license.days_to_begin:
        words = {"licensee": license.licensee, "end": end_in_words(license)}
        return _("%(licensee)s: expires %(end)s.") % words
    words = {"licensee": license.licensee, "day": day_in_words(license.expires_on)}
    return _("%(licensee)s: expires on %(day)s.") % words


@admin.action(description=gettext_lazy("Give to a user group…"), permissions=["change"])
def give_to_group(
    model_admin: "ModelAdmin[License]", request: HttpRequest, queryset: QuerySet[License]
) -> HttpResponse | None:
    """Ask for the user group, then give it the licenses one by one."""
    licenses = chosen(request, queryset.select_related("product_version__product", "user_group"))
    if not licenses:
        return None
    form = GroupForm(request.POST if is_confirmed(request) else None)
    if form.is_valid():
        actor, group = staff_actor(request), form.cleaned_data["user_group"]
        done, was_done = _("%(row)s is given to the user group."), _("%(row)s was the user group’s already.")
        do_one_by_one(request, licenses, lambda row: _is_given(row, group, actor), done, was_done)
        return None
    number = len(licenses)
    question = Question(
        action="give_to_group",
        title=_("Give licenses to a user group"),
        sentence=_("The members of the group that has them now do not see them any more."),
        button=ngettext("Give %(number)d license", "Give %(number)d licenses", number) % {"number": number},
        rows=tuple((license, str(license.user_group or _("No user group"))) for license in licenses),
        form=form,
    )
    return ask(model_admin, request, question)


def _is_given(license: License, group: UserGroup | None, actor: Actor) -> bool:
    """Give one license to `group`; return whether it was another's before."""
    if license.user_group_id == (group.pk if group else None):
        return False
    license.user_group = group
    issuing.edit(license, actor, edited_at=license.edited_at)
    return True
