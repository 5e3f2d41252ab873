"""Ids say when, and in which order, and nothing else."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from accounts.ids import uuid7

MOMENT = datetime(2026, 3, 10, 15, 30, 0, 123_456, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=366 * 1000)).map(lambda since: EPOCH + since)


def milliseconds(identity: UUID) -> int:
    return identity.int >> 80


@given(moments)
def test_id_is_a_uuid_of_version_7_that_tells_its_moment(moment: datetime) -> None:
    identity = uuid7(moment)
    assert (identity.version, identity.variant) == (7, RFC_4122)
    told = EPOCH + timedelta(milliseconds=milliseconds(identity))
    assert abs(told - moment) < timedelta(milliseconds=52)  # in a burst, ids count on into the next 50 ms


def test_ids_made_for_one_moment_sort_in_the_order_in_which_they_were_made() -> None:
    made = [uuid7(MOMENT) for _ in range(1000)]
    assert made == sorted(set(made))


def test_ids_of_later_moments_come_later() -> None:
    made = [uuid7(MOMENT + timedelta(milliseconds=number)) for number in range(1000)]
    assert made == sorted(made)


def test_ids_of_two_threads_for_one_moment_differ() -> None:
    made: list[UUID] = []
    threads = [Thread(target=lambda: made.extend(uuid7(MOMENT) for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


def test_without_a_moment_it_is_the_present() -> None:
    before, identity, after = uuid7(datetime.now(UTC)), uuid7(), uuid7(datetime.now(UTC))
    assert milliseconds(before) <= milliseconds(identity) <= milliseconds(after)
