"""The person's own second step: what there is, the authenticator app, the recovery codes."""

import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import Actor
from accounts.forms.second_step import AppForm
from accounts.fresh import fresh_sign_in_required
from accounts.models import User
from accounts.passkeys import can_have_passkeys
from accounts.qr_code import QrCode
from accounts.second_step import (
    MOST_PASSKEYS,
    STEPS,
    Kind,
    SecondStepMissing,
    SecondStepNeeded,
    SecondStepThere,
    add_app,
    has_second_step,
    is_required_for,
    make_recovery_codes,
    recovery_codes_of,
    remove,
)
from accounts.second_step_codes import new_secret
from accounts.secret_box import SecretUnreadableError, open_sealed, seal
from accounts.sessions import keep_this_session

NEW_SECRET = "second_step_secret"  # noqa: S105  # a name
NEW_SECRET_SECONDS = 1_800
CODES_SHOWN = "recovery_codes_shown"
CODES_SHOWN_SECONDS = 600


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; `LoginRequiredMiddleware` stands before every view that asks."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is signed in")
    return request.user


@require_safe
def second_step(request: HttpRequest) -> HttpResponse:
    """Show what there is, and how to add and remove it."""
    user = person_of(request)
    mine = list(Authenticator.objects.filter(user=user).order_by("pk"))
    passkeys = [each for each in mine if each.type == Kind.WEBAUTHN]
    codes = next((each for each in mine if each.type == Kind.RECOVERY_CODES), None)
    context = {
        "app": next((each for each in mine if each.type == Kind.TOTP), None),
        "passkeys": passkeys,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "has_codes": codes is not None,
        "is_needed": is_required_for(user),
        "can_have_passkeys": can_have_passkeys(request),
        "can_have_more": len(passkeys) < MOST_PASSKEYS,
    }
    return render(request, "mfa/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def app_add(request: HttpRequest) -> HttpResponseBase:
    """Show a new secret to an authenticator app, and take the code that shows that it was read."""
    user = person_of(request)
    if Authenticator.objects.filter(user=user, type=Kind.TOTP).exists():
        return redirect("mfa_index")
    secret = _shown_secret(request) if request.method == "POST" else None
    if secret is None:
        return _show_new_secret(request)
    form = AppForm(request.POST, secret=secret)
    if not form.is_valid():
        return _show_secret(request, form)
    try:
        add_app(user, secret, form.counter, Actor.of(user))
    except SecondStepThere:
        return redirect("mfa_index")
    del request.session[NEW_SECRET]
    messages.success(request, _("Your authenticator app is set up: from now on signing in asks for its code."))
    return after_adding(request, user)


@fresh_sign_in_required
def _show_new_secret(request: HttpRequest) -> HttpResponse:
    """Make another secret each time, so that whoever opened the page in the same session before knows nothing."""
    secret = new_secret()
    request.session[NEW_SECRET] = {"secret": seal(secret.encode()), "at": time.time()}
    return _show_secret(request, AppForm(secret=secret))


def _shown_secret(request: HttpRequest) -> str | None:
    """Return the secret that was shown with a fresh proof; setting up an app may take longer than that stays fresh."""
    shown = request.session.get(NEW_SECRET)
    if shown is None or time.time() - shown["at"] > NEW_SECRET_SECONDS:
        return None
    try:
        return open_sealed(shown["secret"]).decode()
    except SecretUnreadableError:
        return None


def _show_secret(request: HttpRequest, form: AppForm) -> HttpResponse:
    address = get_adapter().build_totp_url(person_of(request), form.secret)
    groups = " ".join(form.secret[start : start + 4] for start in range(0, len(form.secret), 4))
    context = {"form": form, "qr_code": QrCode.of(address), "secret": groups, "address": address}
    return render(request, "mfa/totp/activate_form.html", context)


def after_adding(request: HttpRequest, user: User) -> HttpResponse:
    """Keep this session, while all others ended, and show the recovery codes nobody has seen yet."""
    keep_this_session(request, user)
    codes = recovery_codes_of(user)
    if codes is None or "is_shown" in codes.data:
        return redirect("mfa_index")
    return _show_codes(request, codes)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def app_remove(request: HttpRequest) -> HttpResponse:
    """Ask, and remove the authenticator app."""
    app = Authenticator.objects.filter(user=person_of(request), type=Kind.TOTP).first()
    if app is None:
        return redirect("mfa_index")
    return ask_and_remove(request, app, "mfa/totp/deactivate_form.html")


def ask_and_remove(request: HttpRequest, authenticator: Authenticator, template: str) -> HttpResponse:
    """Ask whether one second step shall go, and let it go; the last one of who must have one stays."""
    user = person_of(request)
    if request.method != "POST":
        others = Authenticator.objects.filter(user=user, type__in=STEPS).exclude(pk=authenticator.pk)
        is_last = not others.exists()
        context = {"authenticator": authenticator, "is_last": is_last, "must_stay": is_last and is_required_for(user)}
        return render(request, template, context)
    try:
        remove(user, authenticator.pk, Actor.of(user))
    except SecondStepNeeded:
        messages.error(request, _("You need a second step, so the last one stays. Add another one first."))
    except SecondStepMissing:
        messages.info(request, _("It was removed already."))
    else:
        keep_this_session(request, user)
        messages.success(request, _("It is removed, and other browsers are signed out."))
    return redirect("mfa_index")


@require_safe
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show recovery codes, for ten minutes and only in the session that made them; later only how many are left."""
    user = person_of(request)
    codes = recovery_codes_of(user)
    if codes is None:
        return redirect("mfa_index")
    unused = codes.wrap().get_unused_codes()
    context = {"codes": unused if _are_shown(request, codes) else [], "left": len(unused)}
    return render(request, "mfa/recovery_codes/index.html", context)


@require_safe
def recovery_codes_download(request: HttpRequest) -> HttpResponse:
    """Send the recovery codes as a text, as long as they are shown."""
    codes = recovery_codes_of(person_of(request))
    if codes is None or not _are_shown(request, codes):
        return redirect("mfa_index" if codes is None else "mfa_view_recovery_codes")
    unused = codes.wrap().get_unused_codes()
    response = render(request, "mfa/recovery_codes/download.txt", {"codes": unused}, content_type="text/plain")
    response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def recovery_codes_make(request: HttpRequest) -> HttpResponse:
    """Ask, and make new recovery codes; those there were do nothing any more."""
    user = person_of(request)
    if not has_second_step(user):
        messages.info(request, _("Recovery codes come with your first second step."))
        return redirect("mfa_index")
    if request.method != "POST":
        return render(request, "mfa/recovery_codes/generate.html")
    try:
        make_recovery_codes(user, Actor.of(user))
    except SecondStepMissing:
        return redirect("mfa_index")
    codes = recovery_codes_of(user)
    return _show_codes(request, codes) if codes else redirect("mfa_index")


def _show_codes(request: HttpRequest, codes: Authenticator) -> HttpResponse:
    codes.data["is_shown"] = True
    codes.save(update_fields=["data"])
    request.session[CODES_SHOWN] = {"codes": codes.pk, "at": time.time()}
    return redirect("mfa_view_recovery_codes")


def _are_shown(request: HttpRequest, codes: Authenticator) -> bool:
    shown = request.session.get(CODES_SHOWN) or {"codes": None, "at": 0}
    return bool(shown["codes"] == codes.pk) and time.time() - shown["at"] < CODES_SHOWN_SECONDS
