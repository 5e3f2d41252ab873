"""Where one is signed in, and signing out there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.audit import Actor
from accounts.models import User
from accounts.sessions import end_session, end_sessions, keep_this_session, sessions_of, write_down
from accounts.views.second_step import person_of

OTHERS = "others"


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """List the person's sessions; end the one that is named, or all others."""
    user = person_of(request)
    if request.method == "POST":
        _end(request, user, request.POST.get("end", ""))
        return redirect("usersessions_list")
    found = sessions_of(user, request.session.session_key)
    if not any(each.is_this for each in found):
        write_down(request, user)
        found = sessions_of(user, request.session.session_key)
    return render(request, "usersessions/usersession_list.html", {"sessions": found})


def _end(request: HttpRequest, user: User, which: str) -> None:
    if which == OTHERS:
        end_sessions(user, Actor.of(user))
        keep_this_session(request, user)
        messages.success(request, _("All other browsers are signed out."))
    elif _is_number(which) and end_session(user, int(which), Actor.of(user)):
        messages.success(request, _("That browser is signed out."))
    else:
        messages.info(request, _("That browser was signed out already."))


def _is_number(text: str) -> bool:
    """Return whether the text is a number that fits into the database."""
    return text.isascii() and text.isdigit() and len(text) <= 18
