"""The served portal tells under which time limits it asks the database; one that is off is noticed."""

import json

import pytest
from django.db import connection
from django.test import Client, override_settings

from bench.limits import PATH, missing

ON = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "1min",
    "connect_timeout": "2",
}


def test_limits_that_are_on_are_fine_and_one_that_is_off_is_named() -> None:
    assert missing(ON) == []
    assert missing({**ON, "lock_timeout": "0"}) == ["the served portal has no lock_timeout"]
    assert missing({**ON, "connect_timeout": "None"}) == ["the served portal has no connect_timeout"]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL has such limits")
@override_settings(ROOT_URLCONF="bench.urls")
def test_page_tells_what_the_database_knows(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '7s'")
    told = json.loads(client.get(f"/{PATH}").content)
    assert told["lock_timeout"] == "7s"
    assert set(told) == set(ON)
    assert missing({**told, "statement_timeout": "30s", "idle_in_transaction_session_timeout": "1min"}) == []
