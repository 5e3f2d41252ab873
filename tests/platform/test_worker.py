"""The background process."""

import logging
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import NoReturn

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.management.commands import worker
from accounts.models import User
from tests.support.portal_server import database_url

REPOSITORY = Path(__file__).resolve().parents[2]


def cached_rows() -> int:
    """Return how many values the cache's table holds, expired or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_cache")
        return int(cursor.fetchone()[0])


def test_expired_sessions_and_cached_values_are_removed_and_others_stay(signed_in: Client, anna: User) -> None:
    Client().force_login(anna)
    cache.clear()
    cache.set("old", 1, timeout=1)
    cache.set("new", 1, timeout=3600)
    assert signed_in.session.session_key
    Session.objects.filter(pk=signed_in.session.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    sessions = Session.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_cache SET expires = %s WHERE cache_key LIKE %s",
            [connection.ops.adapt_datetimefield_value(timezone.now() - timedelta(days=1)), "%old"],
        )
    worker.keep_house()
    assert Session.objects.count() == sessions - 1
    assert cached_rows() == 1
    assert cache.get("new") == 1


def test_lost_database_is_waited_for_longer_each_time_and_then_work_goes_on(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lost() -> NoReturn:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(worker, "keep_house", lost)
        rounds = worker.rounds()
        assert list(islice(rounds, 8)) == [1, 2, 4, 8, 16, 32, 60, 60]
    with caplog.at_level(logging.INFO):
        assert next(rounds) == worker.LOOK_EVERY_SECONDS
    assert "removed what has expired" in caplog.text


def test_house_is_kept_once_a_day(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[float] = []
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(worker, "keep_house", lambda: kept.append(clock[0]))
    monkeypatch.setattr(worker, "deliver_due", lambda uninterrupted: 0)
    monkeypatch.setattr(worker, "LOOK_EVERY_SECONDS", 60)
    rounds = worker.rounds()
    for _ in range(3 * 24 * 60):
        clock[0] += next(rounds)
    assert len(kept) == 3


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_worker_stops_at_once_and_does_not_wait_for_its_next_round(
    transactional_db: None, stop_signal: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=REPOSITORY,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "qlmportal.settings", "DATABASE_URL": database_url()},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if "removed what has expired" in line:
                break
        process.send_signal(stop_signal)
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
        process.stderr.close()


def test_mail_goes_first_and_one_portion_of_other_work_follows(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def mail(uninterrupted: object) -> int:
        done.append("mail")
        return 0

    def portion() -> bool:
        done.append("portion")
        return len(done) < 6

    monkeypatch.setattr(worker, "keep_house", lambda: None)
    monkeypatch.setattr(worker, "deliver_due", mail)
    monkeypatch.setattr(worker, "do_next_portions", portion)
    waits = list(islice(worker.rounds(), 3))
    assert done == ["mail", "portion"] * 3
    assert waits == [0, 0, worker.LOOK_EVERY_SECONDS]
