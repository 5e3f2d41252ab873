"""The pages of signing in that are not allauth's, and the theme."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.forms import FirstPasswordForm
from accounts.models import User
from accounts.theme import THEMES

THEME_COOKIE_SECONDS = 365 * 24 * 3600


class FirstPasswordView(PasswordResetConfirmView):
    """Lets a person set a password by a link that works for one hour, once (Product rules, section 7).

    The token moves from the address into the session before the form is shown.
    """

    form_class = FirstPasswordForm
    template_name = "accounts/first_password.html"
    success_url = reverse_lazy("account_login")
    title = ""

    def get_user(self, uidb64: str) -> User | None:
        """Return the person the link is for; nobody when the person is switched off."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active else None

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        """Set the password, end the session of whoever is signed in in this browser, and ask to sign in."""
        with transaction.atomic():
            response = super().form_valid(form)
            audit.record(audit.Actor.person(form.user), "password_set", form.user)
        logout(self.request)
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return response

    def render_to_response(self, context: dict[str, object], **options: object) -> HttpResponse:
        """Answer 410 when the link is used up, too old or wrong."""
        if not self.validlink:
            options["status"] = 410
        return super().render_to_response(context, **options)


first_password = FirstPasswordView.as_view()


@require_POST
@login_not_required
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back; an unknown one changes nothing."""
    response = HttpResponseRedirect(_next_path(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            settings.THEME_COOKIE_NAME,
            chosen,
            max_age=THEME_COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _next_path(request: HttpRequest) -> str:
    path = request.POST.get("next", "")
    is_own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_own else resolve_url(settings.LOGIN_REDIRECT_URL)
