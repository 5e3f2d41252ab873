"""The main job from beginning to end, by every person of the demo who may do it, with JavaScript and without."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from licenses.models import License
from licenses.quota import quota_of
from tests.browser.conftest import Visit
from tests.browser.jobs import (
    activate,
    computer_id_for,
    downloaded_license_file,
    in_use,
    message,
    open_license,
    shown_license_file,
    verified,
)
from tests.browser.people import (
    GLOBEX,
    MEMBER,
    PRIMARY,
    RESELLER,
    SECONDARY,
    SEEN,
    SOLO,
    STAFF,
    bought,
    sign_in,
)

NAME, NEW_NAME = "ANNAS-LAPTOP", "Anna’s laptop (green)"


@dataclass(frozen=True)
class Job:
    """Who does it, with which license, which has an activation left."""

    person: str
    license: Callable[[], License]
    has_java_script: bool = True

    def __str__(self) -> str:
        return f"{self.person}{'' if self.has_java_script else ' without JavaScript'}"


JOBS = (
    Job(PRIMARY, lambda: bought("NW-4208")),
    Job(SECONDARY, lambda: bought("N-10482")),
    Job(MEMBER, lambda: bought("N-10517")),
    Job(SOLO, lambda: bought("NW-4270")),
    Job(GLOBEX, lambda: bought("NW-5044")),
    Job(RESELLER, lambda: bought("N-10433")),
    Job(STAFF, lambda: bought("NW-5080")),
    Job(PRIMARY, lambda: bought("NW-5039"), has_java_script=False),
    Job(MEMBER, lambda: bought("NW-4377"), has_java_script=False),
)


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_person_does_the_main_job(job: Job, visit: Visit) -> None:
    page = visit(java_script_enabled=job.has_java_script, permissions=["clipboard-read", "clipboard-write"])
    license = job.license()
    before, quota = in_use(license), quota_of(license)
    sign_in(page, job.person)
    open_license(page, license)
    activate(page, computer_id_for(license, 1), NAME)
    assert in_use(license) == before + 1
    get_license_file(page, license, job)
    rename(page)
    deactivate(page, license, job)
    assert in_use(license) == before
    undo(page)
    assert in_use(license) == before + 1
    assert quota_of(license) == quota


def test_every_person_who_may_act_does_the_main_job() -> None:
    assert {job.person for job in JOBS} == {person for person, seen in SEEN.items() if seen.may_act}


def get_license_file(page: Page, license: License, job: Job) -> None:
    """Read, copy and download the license file; all are the same and verify with the published key."""
    expect(page.get_by_role("main")).to_contain_text(license.product.license_file_help[:40])
    text = shown_license_file(page)
    assert downloaded_license_file(page) == text
    claims = verified(page, text, license)
    assert claims["sub"] == str(license.pk)
    id_hash = hashlib.sha256(computer_id_for(license, 1).encode()).hexdigest()
    assert claims["computer"] == {"id_sha256": id_hash, "name": NAME}
    copy = page.get_by_role("button", name="Copy")
    if job.has_java_script:
        copy.click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        expect(message(page)).to_contain_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == text
    else:
        assert copy.count() == 0
    page.get_by_role("link", name="Back to the license").click()


def rename(page: Page) -> None:
    """Give the computer another name."""
    page.get_by_role("link", name=f"Rename {NAME}").click()
    expect(page.get_by_label("Computer name")).to_have_value(NAME)
    page.get_by_label("Computer name").fill(NEW_NAME)
    page.get_by_role("button", name="Save the name").click()
    expect(message(page)).to_have_text(f"The computer is now called {NEW_NAME}.")
    row = page.get_by_role("row").filter(has_text=NEW_NAME)
    expect(row.get_by_text("Out of date")).to_be_visible()


def deactivate(page: Page, license: License, job: Job) -> None:
    """Take the computer's activation back, having read what is left of the quota and what becomes of the computer."""
    page.get_by_role("link", name=f"Deactivate {NEW_NAME}").click()
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Deactivate {NEW_NAME}?")
    quota = None if SEEN[job.person].is_staff else quota_of(license)
    expect(main.get_by_text(re.compile("deactivations? within"))).to_have_count(1 if quota else 0)
    if quota:
        expect(main).to_contain_text(quota.text)
    expect(main).to_contain_text(license.product.get_after_deactivation_display())
    page.get_by_role("button", name=f"Deactivate {NEW_NAME}").click()
    expect(message(page)).to_have_text(f"{NEW_NAME} is deactivated. Its activation is free again.")
    expect(page.get_by_role("link", name=f"Rename {NEW_NAME}")).to_have_count(0)


def undo(page: Page) -> None:
    """Think better of it."""
    page.get_by_role("button", name=f"Undo deactivating {NEW_NAME}").click()
    expect(message(page)).to_have_text(f"{NEW_NAME} is activated.")
