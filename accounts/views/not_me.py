"""Saying *This was not me*: the page behind the link in every mail about a change of a way to sign in."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.not_me import UsedUp, is_used_up, say_not_me
from accounts.notices import read_token
from accounts.support import whom_to_tell


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def not_me(request: HttpRequest, notice_token: str) -> HttpResponse:
    """Say what the button does; it works once, for who reads the mail, signed in or not."""
    notice = read_token(notice_token)
    context = {"whom_to_tell": whom_to_tell()}
    if notice is None or is_used_up(notice):
        return render(request, "accounts/not_me_outdated.html", context, status=410)
    if request.method != "POST":
        return render(request, "accounts/not_me.html", {**context, "notice": notice})
    try:
        may_go_on = say_not_me(notice)
    except UsedUp:
        return render(request, "accounts/not_me_outdated.html", context, status=410)
    if request.user.is_authenticated and request.user.pk.hex == notice.user_id:
        logout(request)
    return render(request, "accounts/not_me_done.html", {**context, "may_go_on": may_go_on})
