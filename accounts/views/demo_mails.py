"""The mails of a demo, which are shown instead of being sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from accounts.demo import is_demo
from accounts.mail import readable_in_demo, take_out

MAILS_SHOWN = 100


@login_not_required
def demo_mail(request: HttpRequest) -> HttpResponse:
    """List the mails that this demo keeps instead of sending them; there is no such page without the demo mark."""
    return _demo_page(request, "accounts/demo_mails.html", mails=readable_in_demo()[:MAILS_SHOWN])


@login_not_required
def demo_mail_text(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show one of them."""
    mail = readable_in_demo().filter(pk=mail_id).first() if is_demo() else None
    if mail is None:
        raise Http404
    return _demo_page(request, "accounts/demo_mail.html", mail=mail, text=take_out(mail)[0])


def _demo_page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    if not is_demo():
        raise Http404
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return render(request, template, context)
