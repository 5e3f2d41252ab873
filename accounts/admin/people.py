"""People in Django's admin."""

from functools import cache
from importlib import import_module
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ManyToManyField, Model, Q, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import AuditedAdmin, staff_actor
from accounts.admin.fields import FieldNames, Fieldsets
from accounts.admin.forms import StaffForm
from accounts.admin.second_step import SecondStepPages
from accounts.forms.fields import AddressField
from accounts.forms.passwords import NewPasswordForm
from accounts.models import AuditEvent, User
from accounts.own_password import PasswordChangedMeanwhile, give_password
from accounts.people import create_person

PORTAL_APPS = ("accounts", "organizations", "licenses")
_WITHOUT_PAGES = ("demomark", "invitation", "invitationblock", "licensefile", "reservedlicense")
_ONLY_SEEN = ("activation", "auditevent", "mail", "signingkey")
_BY_MODEL = ("content_type__app_label", "content_type__model", "codename")
_RIGHTS = ("is_staff", "is_superuser", "user_permissions")

# Addresses come and go with their person, and rights are ticked person by person, so neither has pages of its own.
# Ways of signing in are their owner’s, and nobody else sees them (Product rules, section 5).
# All are registered by modules that may be imported after this one.
for _registering in (
    "allauth.account.admin",
    "allauth.mfa.admin",
    "allauth.socialaccount.admin",
    "allauth.usersessions.admin",
    "django.contrib.auth.admin",
):
    import_module(_registering)
admin.site.unregister([Authenticator, EmailAddress, Group, SocialAccount, SocialApp, SocialToken, UserSession])


@cache
def _time_zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones())]


class PermissionsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for type checkers only
    """Django's permissions on what this portal has pages for, in its words."""

    def label_from_instance(self, obj: Model) -> str:
        """Return such as "license: can change"."""
        if not isinstance(obj, Permission):
            return str(obj)
        model, verb = obj.content_type.model_class(), obj.codename.partition("_")[0]
        return _("%(model)s: can %(verb)s") % {"model": model._meta.verbose_name if model else "", "verb": verb}

    def clean(self, value: list[str]) -> "QuerySet[Model]":
        """Refuse an id that is too big for the database as one that does not exist."""
        try:
            return super().clean(value)
        except OverflowError:
            choice = {"value": max(value, key=len)}
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params=choice) from None


class PersonForm(StaffForm):
    """A person. The address is typed once, when the person is added."""

    editor: User

    email = AddressField(label=gettext_lazy("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=_time_zones)

    def clean(self) -> dict[str, object]:
        """Keep people from locking themselves out."""
        cleaned = super().clean()
        if self.instance.pk == self.editor.pk:
            for name in ("is_active", "is_staff", "is_superuser"):
                if name in self.changed_data and not cleaned.get(name):
                    self.add_error(name, _("You cannot take this away from yourself. Ask a colleague."))
        return cleaned


@admin.register(User)
class UserAdmin(SecondStepPages, AuditedAdmin[User]):
    """People who can sign in. Only superusers decide who is staff, and change people who are."""

    event_name = "person"
    form = PersonForm
    list_display = ["email", "full_name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["email"]
    searched_parts = ("email", "folded_name")
    search_help_text = gettext_lazy("Address or name, or parts of them, of which one or two letters begin a word.")
    ordering = ["email"]
    sortable_by = ()  # sorting by what no index orders reads everybody

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Fieldsets:
        """Return the fields, fewer of them for a new person."""
        person: FieldNames = ["email", "full_name", "language", "time_zone"]
        if obj is not None:
            person += ["is_active", "password_state", "second_step_state", "last_login", "created_at"]
        rights = _("Staff of the vendor")
        return [(None, {"fields": person}), (rights, {"fields": [*_RIGHTS], "description": _rights_help()})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Leave the address to its owner, and staff's rights to superusers."""
        fixed = [] if obj is None else ["email", "password_state", "second_step_state", "last_login", "created_at"]
        return fixed if _is_superuser(request) else [*fixed, *_RIGHTS]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: object
    ) -> "type[ModelForm[User]]":
        """Return the form, which knows who fills it in."""
        form = super().get_form(request, obj, change, **kwargs)
        form.editor = request.user  # type: ignore[attr-defined]  # a PersonForm
        return form

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Model, Model]", request: HttpRequest, **kwargs: object
    ) -> "forms.ModelMultipleChoiceField[Model] | None":
        """Offer the permissions on what this portal has pages for."""
        offered = Permission.objects.filter(content_type__app_label__in=PORTAL_APPS).select_related("content_type")
        kwargs["form_class"] = PermissionsField
        kwargs["queryset"] = offered.exclude(_without_effect()).order_by(*_BY_MODEL)
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: "ModelForm[User]", change: bool) -> None:
        """Make a new person by the one maker of people."""
        if change:
            super().save_model(request, obj, form, change)
            return
        person = create_person(
            obj.email,
            obj.full_name,
            is_staff=obj.is_staff,
            is_superuser=obj.is_superuser,
            language=obj.language,
            time_zone=obj.time_zone,
        )
        obj.pk = person.pk
        obj.refresh_from_db()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let only superusers, and they themselves, change people who are staff."""
        may_touch = obj is None or not obj.is_staff or obj == request.user or _is_superuser(request)
        return may_touch and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let nobody delete a person who ever did something: such people are switched off."""
        if obj is not None and (obj == request.user or has_history(obj)):
            return False
        return self.has_change_permission(request, obj) and super().has_delete_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses, with that of giving a password."""
        give = path(
            "<path:object_id>/password/", self.admin_site.admin_view(self.password_view), name="accounts_user_password"
        )
        return [give, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show the form, with the way to giving a password for those who may."""
        person = self.get_object(request, unquote(object_id))
        may_give = person is not None and self.may_give_password(request, person)
        password_url = self._address("password", object_id) if may_give else ""
        return super().change_view(
            request, object_id, form_url, {"password_url": password_url, **(extra_context or {})}
        )

    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give a person a password, which they have to change at the first sign-in."""
        person = self.get_object(request, unquote(object_id))
        if person is None:
            raise Http404
        if not self.may_give_password(request, person):
            raise PermissionDenied
        form = NewPasswordForm(person, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                give_password(person, form.cleaned_data["new_password1"], staff_actor(request))
            except PasswordChangedMeanwhile:
                messages.error(request, _("The password changed meanwhile, so yours was not given. Try again."))
            else:
                messages.success(request, _("The password was given to %(person)s. Tell them.") % {"person": person})
            return HttpResponseRedirect(self._address("change", str(person.pk)))
        return TemplateResponse(request, "admin/ask.html", self._password_question(request, person, form))

    def may_give_password(self, request: HttpRequest, person: User) -> bool:
        """Return whether the person of the request may give `person` a password: never oneself, nobody switched off."""
        is_somebody_else = person.pk != request.user.pk and person.is_active
        return is_somebody_else and self.has_change_permission(request, person)

    def _password_question(self, request: HttpRequest, person: User, form: NewPasswordForm) -> dict[str, object]:
        question = {
            "sentence": _(
                "Type a password for this person and tell it to them. Everywhere they are signed in they are signed "
                "out, get a mail about it, and choose a password of their own at the next sign-in."
            ),
            "button": _("Give this password"),
            "rows": [(person, person.full_name)],
        }
        context = self.admin_site.each_context(request)
        return {**context, "opts": self.opts, "title": _("Give a password"), "question": question, "form": form}

    @admin.display(description=gettext_lazy("password"))
    def password_state(self, user: User) -> str:
        """Return whether there is a password, and how staff get one."""
        if not user.has_usable_password():
            state = _("None yet; the person gets a link by mail from the sign-in page.")
        elif user.must_change_password:
            state = _("Given by staff, to be changed at the next sign-in.")
        else:
            state = _("Set; nobody can see it.")
        if not user.is_staff:
            return state
        hint = _("On the server, python3 portal.py add-staff %(address)s makes a link to set one, and a superuser.")
        return f"{state} {hint % {'address': user.email}}"


def has_history(user: User) -> bool:
    """Return whether the audit trail names `user` as somebody who did something."""
    return user.last_login is not None or AuditEvent.objects.filter(actor_id=user.pk).exists()


def _is_superuser(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


def _without_effect() -> Q:
    """Return which permissions open nothing: there is no page, or only stories change what is on it."""
    is_more_than_view = Q(content_type__model__in=_ONLY_SEEN) & ~Q(codename__startswith="view_")
    return Q(content_type__model__in=_WITHOUT_PAGES) | is_more_than_view


def _rights_help() -> str:
    return _(
        "Staff enter these pages and do what is ticked here; superusers do everything. Only superusers change this."
    )
