"""R1 and R1b for several computers at once: nobody waits for ever, no quota is exceeded, all or nothing."""

from datetime import UTC, datetime, timedelta

from accounts.models import AuditEvent
from licenses.models import Activation
from tests.races.racing import Crowd, activations_of, assert_counter_was_right, press_at_once, rounds_of, watching
from tests.races.several import QUOTA, deactivating_several, moments_told, race_for_several_quotas

AT_ONCE = 16
LICENSES, COMPUTERS = 6, 4


def test_everything_deactivated_by_16_at_once_is_deactivated_once(crowd: Crowd) -> None:
    licenses = [crowd.license(allowed=COMPUTERS, in_use=COMPUTERS, quota=COMPUTERS) for _ in range(LICENSES)]
    everything = [each for license in licenses for each in activations_of(license)]
    with watching(licenses[0]) as seen:
        answers = press_at_once([deactivating_several(each, everything) for each in crowd.visitors(AT_ONCE)])
    assert_counter_was_right(seen, licenses[0])
    assert [each.answer.status for each in answers] == [302] * AT_ONCE
    assert len(moments_told(answers)) >= 1
    assert Activation.objects.in_use().count() == 0
    assert AuditEvent.objects.filter(action="license.deactivated").count() == len(everything)
    for license in licenses:
        license.refresh_from_db()
        assert license.activations_in_use == 0
        assert license.activations.filter(counts_for_quota=True).count() == COMPUTERS


def test_overlapping_selections_exceed_no_quota_and_what_is_refused_changes_nothing(crowd: Crowd) -> None:
    for _ in range(rounds_of(10)):
        done_before = set(Activation.objects.exclude(deactivated_at=None).values_list("pk", flat=True))
        outcome = race_for_several_quotas(crowd)
        assert outcome.counters == outcome.open_rows
        assert max(outcome.used) <= QUOTA
        freed = Activation.objects.exclude(deactivated_at=None).exclude(pk__in=done_before)
        epoch, instant = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
        moments = {str((at - epoch) // instant) for at in freed.values_list("deactivated_at", flat=True) if at}
        assert moments <= moments_told(outcome.answers)
        refused = [each.answer for each in outcome.answers if each.answer.status == 200]
        assert refused
        assert all("Nothing was deactivated, because something has changed meanwhile" in page.text for page in refused)
        assert len(moments) + len(refused) <= len(outcome.answers)
