"""The portal's addresses, and two that fail as views do: by a mistake, and by losing the database."""

from typing import NoReturn

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest
from django.urls import include, path

from qlmportal import urls

handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500


@login_not_required
def mistake(request: HttpRequest) -> NoReturn:
    """Fail as a view with a bug does."""
    raise ZeroDivisionError


@login_not_required
def database_lost(request: HttpRequest) -> NoReturn:
    """Fail as a view does whose database is gone."""
    raise OperationalError


urlpatterns = [path("mistake/", mistake), path("database-lost/", database_lost), path("", include("qlmportal.urls"))]
