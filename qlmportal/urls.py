"""Every address the portal answers to."""

from allauth.account import views as allauth_views
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from accounts.views import demo_mails, passwords, themes
from qlmportal import brand
from qlmportal.health import healthz, readyz

urlpatterns = [
    path("", include("licenses.urls")),
    path("", include("organizations.urls")),
    path("accounts/login/", allauth_views.login, name="account_login"),
    path("accounts/logout/", login_not_required(allauth_views.logout), name="account_logout"),
    path("accounts/password/reset/", passwords.password_reset, name="account_reset_password"),
    path("accounts/password/change/", passwords.password_change, name="account_change_password"),
    path("accounts/", include("accounts.urls")),
    path("demo/mail/", demo_mails.demo_mail, name="demo_mail"),
    path("demo/mail/<int:mail_id>/", demo_mails.demo_mail_text, name="demo_mail_text"),
    path("theme/", themes.theme, name="theme"),
    path("brand.css", brand.style, name="brand_style"),
    path("brand/logo", brand.logo, name="brand_logo"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
]

handler400 = "qlmportal.errors.bad_request"
handler403 = "qlmportal.errors.permission_denied"
handler404 = "qlmportal.errors.not_found"
handler429 = "qlmportal.errors.too_many_requests"
handler500 = "qlmportal.errors.server_error"
