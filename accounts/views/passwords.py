"""Setting a password by a mailed link, and changing it."""

from allauth.core.ratelimit import clear, consume_or_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.browsers import note_password_set
from accounts.forms.passwords import ChangePasswordForm, FirstPasswordForm, PasswordLinkForm
from accounts.mail import can_send
from accounts.models import User
from accounts.own_password import PasswordChangedMeanwhile
from accounts.password_links import request_link
from accounts.sessions import keep_this_session
from accounts.support import whom_to_ask


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for an address and answer alike whoever it belongs to; the mail says the rest (S4)."""
    form = PasswordLinkForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "account/password_reset.html", {"form": form, "can_send": can_send()})
    address = form.cleaned_data["email"]
    if too_many := consume_or_429(request, action="reset_password", key=address):
        return too_many
    request_link(address)
    typed = {"address": form.data["email"].strip(), "whom_to_ask": whom_to_ask()}
    return render(request, "account/password_reset_done.html", typed)


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
        try:
            response = super().form_valid(form)
        except PasswordChangedMeanwhile:
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        clear(self.request, action="login_failed", key=form.user.email)
        logout(self.request)
        note_password_set(self.request, form.user)
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return response

    def render_to_response(self, context: dict[str, object], **options: object) -> HttpResponse:
        """Answer 410 when the link is used up, too old or wrong; its 128 bits are beyond guessing."""
        if not self.validlink:
            options["status"] = 410
        return super().render_to_response(context, **options)


first_password = login_not_required(FirstPasswordView.as_view())


@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Let people change their password, who know the present one; those without are sent to the mailed link."""
    user = request.user
    if not isinstance(user, User) or not user.has_usable_password():
        return redirect("account_reset_password")
    if request.method == "POST" and (too_many := consume_or_429(request, action="change_password", user=user)):
        return too_many
    form = ChangePasswordForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            form.save()
        except PasswordChangedMeanwhile:
            return redirect("account_login")
        keep_this_session(request, user)
        messages.success(request, _("Your password is changed. Other browsers are signed out."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "account/password_change.html", {"form": form, "is_given": user.must_change_password})
