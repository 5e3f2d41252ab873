"""Answers for load balancers and service managers."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from qlmportal.errors import DATABASE_LOST


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; asks nothing else."""
    return _plain("alive")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether requests can be served: the database is reachable and its migrations are applied."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (*DATABASE_LOST, DatabaseError, InconsistentMigrationHistory):
        return _plain("database not reachable", status=503)
    return _plain("migrations not applied", status=503) if waiting else _plain("ready")


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
