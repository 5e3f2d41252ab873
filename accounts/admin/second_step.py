"""Staff take the second step away from somebody who lost theirs."""

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import AuditedAdmin, staff_actor
from accounts.models import User
from accounts.second_step import SecondStepMissing, has_second_step, reset_second_step


class SecondStepPages(AuditedAdmin[User]):
    """What the pages of people have about the second step: whether there is one, and taking it away."""

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses, with that of taking the second step away."""
        view = self.admin_site.admin_view(self.second_step_view)
        return [path("<path:object_id>/second-step/", view, name="accounts_user_second_step"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show the form, with the way to taking the second step away for those who may."""
        person = self.get_object(request, unquote(object_id))
        may_reset = person is not None and self.may_reset(request, person) and has_second_step(person)
        second_step_url = self._address("second_step", object_id) if may_reset else ""
        return super().change_view(
            request, object_id, form_url, {"second_step_url": second_step_url, **(extra_context or {})}
        )

    def second_step_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, and take the second step away."""
        person = self.get_object(request, unquote(object_id))
        if person is None:
            raise Http404
        if not self.may_reset(request, person):
            raise PermissionDenied
        if request.method != "POST":
            return TemplateResponse(request, "admin/ask.html", self._reset_question(request, person))
        try:
            reset_second_step(person, staff_actor(request))
        except SecondStepMissing:
            messages.info(request, _("%(person)s has no second step.") % {"person": person})
        else:
            messages.success(request, _("The second step of %(person)s is taken away.") % {"person": person})
        return HttpResponseRedirect(self._address("change", str(person.pk)))

    def may_reset(self, request: HttpRequest, person: User) -> bool:
        """Return whether the person of the request may take the second step of `person` away.

        Never one's own, and never that of staff: whoever took over one member of the staff would have
        them all. Theirs is taken away on the server.
        """
        is_for_admin = not person.is_staff and not person.is_superuser and person.pk != request.user.pk
        return is_for_admin and self.has_change_permission(request, person)

    def _reset_question(self, request: HttpRequest, person: User) -> dict[str, object]:
        question = {
            "sentence": _(
                "Make sure that it is this person who asks: call them back at a number you know. App, passkeys and "
                "recovery codes are taken away, everywhere they are signed in they are signed out, and they get a "
                "mail about it. They then sign in without a second step and set up a new one."
            ),
            "button": _("Take the second step away"),
            "rows": [(person, person.full_name)],
        }
        context = self.admin_site.each_context(request)
        return {**context, "opts": self.opts, "title": _("Take the second step away"), "question": question}

    @admin.display(description=gettext_lazy("second step"))
    def second_step_state(self, user: User) -> str:
        """Return which second steps there are, and how staff lose theirs."""
        kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        names = {Authenticator.Type.TOTP: _("authenticator app"), Authenticator.Type.WEBAUTHN: _("passkey")}
        state = ", ".join(name for kind, name in names.items() if kind in kinds) or _("none")
        if not (user.is_staff and kinds):
            return state
        hint = _("On the server, manage.py reset_second_step %(address)s takes it away.")
        return f"{state}. {hint % {'address': user.email}}"
