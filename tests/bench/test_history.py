"""What happened to the reference data, on a tiny scale: the portal can tell all of it, and it agrees with the rows."""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEvent, Mail, User
from bench.history import FAILED, OPEN_IN_LARGEST, SENT, WAITING, load_history
from bench.loading import load
from bench.reference.sizes import CONTACT_OF_LARGEST, STAFF
from licenses.handover import OTHERS
from licenses.models import License
from licenses.timeline import SENTENCES
from organizations.access import viewer_for
from organizations.activity import recent_activity
from organizations.models import Invitation, Organization
from organizations.models.invitations import OPEN
from organizations.telling import ACTIONS
from tests.bench.test_loading import TINY

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="the reference data is loaded by COPY, which PostgreSQL alone knows"
)


@pytest.fixture
def loaded(transactional_db: None) -> Iterator[None]:
    """The tiny data set with its history, in the database of the test."""
    load(TINY)
    load_history()
    yield
    ContentType.objects.clear_cache()


def test_everything_that_happened_can_be_told_and_names_what_it_was_about(loaded: None) -> None:
    events = list(AuditEvent.objects.order_by("id"))
    assert len(events) > TINY.licenses
    assert {event.action for event in events} <= {*SENTENCES, *OTHERS, *ACTIONS}
    assert [event.at for event in events] == sorted(event.at for event in events)
    licenses = License.objects.in_bulk()
    for event in events:
        event.clean_fields(exclude=["details", "address", *(f.name for f in event._meta.fields if f.null)])
        if event.target_type == "license":
            license = licenses[event.target_id]
            named = (event.target_label, event.customer_id, event.organization_id, event.user_group_id)
            whose = (license.customer_id, license.organization_id, license.user_group_id)
            assert named == (str(license), *whose)


def test_people_read_what_happened_in_words(loaded: None) -> None:
    for address in (CONTACT_OF_LARGEST, STAFF):
        entries = recent_activity(viewer_for(User.objects.get(email=address)), 20)
        assert len(entries) == 20
        assert all(entry.sentence and entry.actor for entry in entries)


def test_mails_and_invitations_are_there(loaded: None) -> None:
    assert Mail.objects.count() == round(SENT * TINY.licenses) + FAILED + WAITING
    largest = Organization.objects.get(primary_contact__user__email=CONTACT_OF_LARGEST)
    waiting = Invitation.objects.filter(OPEN)
    assert waiting.filter(organization=largest).count() == OPEN_IN_LARGEST
    assert waiting.exclude(organization=largest).count() == TINY.organizations - 1


def test_history_is_written_anew_in_place_and_stays_append_only(loaded: None) -> None:
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    load_history()
    assert set(AuditEvent.objects.values_list("pk", flat=True)) == before
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.all().delete()
