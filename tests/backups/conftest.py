"""A portal with people, licenses, files and waiting mails, and where its backup goes."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.backups.portals import make_busy_portal
from tests.cast import Cast


@pytest.fixture
def portal(transactional_db: None) -> Cast:
    """What a backup is made of; a backup reads what is committed."""
    call_command("createcachetable")
    return make_busy_portal()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Where a backup goes; it is not there yet."""
    return tmp_path / "2026-11-22"


@pytest.fixture
def files() -> Path:
    """Where the files of releases lie."""
    return Path(settings.PORTAL_DATA_DIR) / "files"
