"""R2 and R3 in short: processes are killed, the database's server is stopped and crashed, and the portal goes on.

`python -m bench faults` breaks more, and for longer. The portal under fault has a server of its own.
"""

import pytest
from django.db import connection

from bench.faults.running import break_portal

ENGINE = connection.vendor


@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite has no server to take away; the run on PostgreSQL tests it")
def test_nothing_acknowledged_is_lost_and_the_portal_serves_again_by_itself() -> None:
    rows = break_portal(ENGINE, ["R2", "R3"], is_short=True)
    assert len(rows) == 5
    assert [row for row in rows if row[-1] != "holds"] == []
