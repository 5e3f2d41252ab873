"""The readiness report: what makes access that follows from e-mail addresses dangerous (Product rules, section 6)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.db.models import CharField, Exists, ExpressionWrapper, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit_check import unguarded
from accounts.demo import is_demo
from accounts.mail import can_send
from accounts.models import User
from accounts.second_step import required_of
from licenses.models import License
from licenses.stored_files import missing_files
from organizations.mail_domains import PUBLIC_MAIL_DOMAINS
from organizations.models import Customer, Organization, OrganizationDomain

MOST_NAMED = 20
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Row:
    """One thing that a finding is about, and where staff mend it."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Finding:
    """One condition that holds somewhere: what it is, why it matters, where, and how often.

    What staff decided knowingly is only noted: it is no danger.
    """

    what: str
    why: str
    rows: list[Row]
    number: int
    is_danger: bool = True

    @property
    def more(self) -> int:
        """Return in how many places besides those named."""
        return self.number - len(self.rows)


def report() -> list[Finding]:
    """Return what was found, dangers first; nothing means that all is well."""
    found = [finding for check in CHECKS for finding in check() if finding.number]
    return sorted(found, key=lambda finding: not finding.is_danger)


def _outside_contacts() -> Iterator[Finding]:
    is_outside = Q(primary_contact__isnull=False) & ~Q(primary_contact__organization=F("pk"))
    is_outside |= Q(secondary_contact__isnull=False) & ~Q(secondary_contact__organization=F("pk"))
    # A contact without any organization compares as unknown, which ~Q turns into a yes by asking for NULL, too.
    rows = Organization.objects.filter(is_outside).order_by("folded_name")
    what = _("Contacts from outside of their organization")
    why = _("They see and manage all licenses of an organization that they do not belong to.")
    yield _finding(what, why, rows.filter(outside_reason=""))
    yield _finding(what, _("Staff gave a reason for each."), rows.exclude(outside_reason=""), is_danger=False)


def _without_primary_contact() -> Iterator[Finding]:
    members = Exists(Customer.objects.filter(organization=OuterRef("pk")))
    rows = Organization.objects.filter(members, primary_contact=None).order_by("folded_name")
    why = _("Nobody there manages its users, so people who left may still see its licenses.")
    yield _finding(_("Organizations with users and without a primary contact"), why, rows)


def _public_domains() -> Iterator[Finding]:
    rows = OrganizationDomain.objects.filter(domain__in=PUBLIC_MAIL_DOMAINS).order_by("domain")
    yield _finding(_("Public mail domains"), _("Anybody can have an address there."), rows)


def _addresses_outside() -> Iterator[Finding]:
    domains = OrganizationDomain.objects.filter(organization=OuterRef("organization"))
    address = ExpressionWrapper(OuterRef("user__email"), output_field=CharField())
    own = domains.annotate(address=address).filter(address__endswith=Concat(Value("@"), F("domain")))
    rows = Customer.objects.filter(Exists(domains), ~Exists(own), organization__isnull=False)
    why = _("Whoever reads the mail of another domain signs in as a user of the organization.")
    yield _finding(_("Users with an address outside of their organization’s domains"), why, rows.select_related("user"))


def _misplaced_licenses() -> Iterator[Finding]:
    rows = License.objects.filter(deleted_at=None, customer__organization__isnull=False).order_by("pk")
    rows = rows.select_related("product_version__product")
    elsewhere = rows.filter(organization__isnull=False).exclude(organization=F("customer__organization"))
    why = _("The contacts of one organization manage a license that somebody of another one has.")
    yield _finding(_("Licenses whose customer belongs to another organization"), why, elsewhere)
    why = _("Its contacts neither see nor manage them. That is right for licenses people bought for themselves.")
    what = _("Licenses without organization whose customer belongs to one")
    yield _finding(what, why, rows.filter(organization=None), is_danger=False)


def _staff_without_second_step() -> Iterator[Finding]:
    has_one = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
    rows = User.objects.filter(~has_one, is_staff=True, is_active=True).order_by("email")
    yield _finding(_("Staff without a second step"), _("A password alone opens the administration."), rows)


def _missing_files() -> Iterator[Finding]:
    why = _("Whoever downloads them is told to come back later.")
    try:
        files = missing_files()
    except OSError as failure:
        yield Finding(_("The storage of release files cannot be reached"), why, [Row(str(failure))], 1)
        return
    named = [Row(f"{file.release}: {file.name}", _address_of(file)) for file in files[:MOST_NAMED]]
    yield Finding(_("Release files that are missing"), why, named, len(files))


def _audit_trail() -> Iterator[Finding]:
    rows = [Row(misfit.what) for misfit in unguarded(timezone.now())]
    why = _("Whoever changed it would not be found out. manage.py verify_audit compares it with its seals.")
    yield Finding(_("The audit trail is not guarded"), why, rows, len(rows))


def _settings() -> Iterator[Finding]:
    missing = [
        (not settings.PORTAL_URL.startswith("https://"), _("PORTAL_URL is no https address.")),
        (not can_send(), _("EMAIL_URL is not set, so no mail goes out.")),
        (not settings.PORTAL_SUPPORT_ADDRESS, _("PORTAL_SUPPORT_ADDRESS is not set, so nobody is told whom to ask.")),
        (not settings.PORTAL_VENDOR, _("PORTAL_VENDOR is not set, so the vendor has no name.")),
        ("staff" not in required_of(), _("PORTAL_SECOND_STEP_FOR does not ask staff for one.")),
        (connection.vendor == "sqlite", _("The database is SQLite; a portal with many users needs PostgreSQL.")),
        (is_demo(), _("This is a demo: everybody can sign in.")),
    ]
    rows = [Row(sentence) for is_missing, sentence in missing if is_missing]
    yield Finding(_("Settings for production"), _("The README says what each is for."), rows, len(rows))


CHECKS: list[Callable[[], Iterator[Finding]]] = [
    _staff_without_second_step,
    _outside_contacts,
    _misplaced_licenses,
    _addresses_outside,
    _public_domains,
    _without_primary_contact,
    _missing_files,
    _audit_trail,
    _settings,
]


def _finding(what: str, why: str, rows: "QuerySet[Model]", *, is_danger: bool = True) -> Finding:
    named = [Row(str(row), _address_of(row)) for row in rows[:MOST_NAMED]]
    number = rows[: MOST_COUNTED + 1].count() if len(named) == MOST_NAMED else len(named)
    return Finding(what, why, named, number, is_danger)


def _address_of(row: Model) -> str:
    """Return where staff change a row; a domain on the page of its organization."""
    row = row.organization if isinstance(row, OrganizationDomain) else row
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
