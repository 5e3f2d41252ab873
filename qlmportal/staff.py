"""The door to Django's admin."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from allauth.account import views as allauth_views
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.mail import mail_trouble
from licenses.readiness import report

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

SEEN_IN_REPORT = [
    "accounts.view_user",
    "licenses.view_license",
    "organizations.view_customer",
    "organizations.view_organization",
]
NOT_OFFERED = {"password_change", "password_change_done", "view_on_site"}


class StaffSite(AdminSite):
    """Django's admin; it does not exist for people who are not staff, and signs in and out on the portal's pages."""

    site_title = _("Administration")
    site_header = _("Administration")
    index_title = _("Administration")

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Answer 404 to people who are signed in and not staff, before anything else is looked at."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def for_staff(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return cast("View", for_staff)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Return the admin's addresses; without sign-in they lead to the portal's sign-in page, and back afterwards.

        Passwords are not changed here, where nothing would be audited, and rows lead to their
        pages without Django's detour, which fails on ids that are none.
        """
        urls = [url for url in super().get_urls() if getattr(url, "name", None) not in NOT_OFFERED]
        for url in urls:
            if isinstance(url, URLPattern):
                vars(url.callback).pop("login_url", None)
        return [path("readiness/", self.admin_view(self.readiness), name="readiness"), *urls]

    def readiness(self, request: HttpRequest) -> TemplateResponse:
        """Show what makes access dangerous where it follows from e-mail addresses (Product rules, section 6)."""
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])  # type: ignore[return-value]  # an answer all the same
        if not request.user.has_perms(SEEN_IN_REPORT):
            raise PermissionDenied
        context = {**self.each_context(request), "title": _("Readiness report"), "findings": report()}
        return TemplateResponse(request, "admin/readiness.html", context)

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """Show the first page, which says when mails do not go out."""
        return super().index(
            request,
            {
                "mail_trouble": mail_trouble(),
                "may_see_report": request.user.has_perms(SEEN_IN_REPORT),
                **(extra_context or {}),
            },
        )

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Send anybody to the portal's own sign-in page and, signed in, to the admin's first page."""
        index = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(index)

    def logout(  # type: ignore[override]  # any page will do
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponseBase:
        """Sign out on the portal's own page."""
        return allauth_views.logout(request)
