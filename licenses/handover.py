"""What the organizations app needs of licenses: fulfils `organizations/licenses_of.py`."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import Actor
from accounts.models import AuditEvent
from licenses.assigning import arrive, hand_over, settle
from licenses.errors import LicenseError
from licenses.holding import holding, in_short
from licenses.in_numbers import organization_in_numbers
from licenses.limits import meters
from licenses.models import Feature, License, MailTemplate, Product, ProductVersion, Release, ReservedLicense
from licenses.querysets import LicenseQuerySet
from licenses.sharing import knows_holder, knows_person, person_called
from licenses.timeline import SENTENCES, TOLD_TO_ALL, sentence
from organizations.events import shows_internal
from organizations.licenses_of import (
    CannotSettle,
    Counted,
    Heirs,
    Holding,
    Look,
    Meter,
    Possession,
    Several,
    Telling,
    Topic,
    register,
)
from organizations.models import UserGroup
from organizations.paging import Cursor, Page, page_of
from organizations.telling import Words, about, changes_in_words
from organizations.viewer import Viewer

RELATED = (
    "product_version__product",
    "customer__user",
    "entered",
    "organization__primary_contact",
    "organization__secondary_contact",
)

OTHERS = {
    "licenses.exported": Words(Topic.EXPORTS, _("exported licenses as %(format)s: %(number)s")),
    "user_group.credit_given": Words(Topic.PEOPLE, _("credited licenses to the user group, %(number)s: %(reason)s")),
    "product.created": Words(Topic.PRODUCTS, _("added a product")),
    "product.edited": Words(Topic.PRODUCTS, _("changed %(changes)s"), Product),
    "product.deleted": Words(Topic.PRODUCTS, _("deleted a product")),
    "product_version.created": Words(Topic.PRODUCTS, _("added a product version")),
    "product_version.edited": Words(Topic.PRODUCTS, _("changed %(changes)s"), ProductVersion),
    "product_version.deleted": Words(Topic.PRODUCTS, _("deleted a product version")),
    "feature.created": Words(Topic.PRODUCTS, _("added a feature")),
    "feature.edited": Words(Topic.PRODUCTS, _("changed %(changes)s"), Feature),
    "feature.deleted": Words(Topic.PRODUCTS, _("deleted a feature")),
    "mail_template.created": Words(Topic.PRODUCTS, _("wrote a mail about licenses")),
    "mail_template.edited": Words(Topic.PRODUCTS, _("changed %(changes)s"), MailTemplate),
    "mail_template.deleted": Words(Topic.PRODUCTS, _("deleted a mail about licenses")),
    "release.created": Words(Topic.PRODUCTS, _("drafted a release")),
    "release.edited": Words(Topic.PRODUCTS, _("changed %(changes)s"), Release),
    "release.deleted": Words(Topic.PRODUCTS, _("deleted a draft")),
    "release.published": Words(Topic.PRODUCTS, _("published a release")),
    "release.taken_back": Words(Topic.PRODUCTS, _("made a release a draft again")),
    "release.withdrawn": Words(Topic.PRODUCTS, _("withdrew a release: %(reason)s")),
    "release.announced": Words(Topic.PRODUCTS, _("put the mails about a release on their way")),
    "release_file.added": Words(Topic.PRODUCTS, _("added a file: %(file)s")),
    "release_file.replaced": Words(Topic.PRODUCTS, _("replaced a file by %(file)s")),
    "release_file.removed": Words(Topic.PRODUCTS, _("removed a file: %(file)s")),
    "signing_key.made": Words(Topic.PRODUCTS, _("made the key that signs license files")),
    "signing_key.rotated": Words(Topic.PRODUCTS, _("replaced the key that signs license files")),
}
"""What this app records besides what happens to a license (`timeline.py`)."""


class LicensesInWords:
    """Tells what the licenses app recorded."""

    topics: Mapping[str, Topic] = {
        **dict.fromkeys(SENTENCES, Topic.LICENSES),
        **{action: words.topic for action, words in OTHERS.items()},
    }
    told_to_all: Mapping[str, Sequence[str]] = {"license.edited": TOLD_TO_ALL}

    def tellings(self, viewer: Viewer, events: Sequence[AuditEvent]) -> Mapping[UUID, Telling]:
        """Return the `events` in words; their licenses are fetched by one query."""
        ids = {event.target_id for event in events if event.action in SENTENCES}
        rows = License.objects.visible_to(viewer).filter(pk__in=ids).select_related(*RELATED).defer("comment")
        licenses = {license.pk: license for license in rows}
        return {
            event.pk: _of_license(viewer, event, licenses.get(event.target_id))
            if event.action in SENTENCES
            else _of_other(viewer, event)
            for event in events
        }

    def meters(self, group: UserGroup) -> Sequence[Meter]:
        """Return how many licenses a user group has issued of those it may."""
        return meters(group)

    def products_of(self, group: UserGroup) -> Sequence[str]:
        """Return the products that a user group may issue, by name."""
        products = Product.objects.order_by("name", "pk")
        if not group.may_issue_all_products:
            products = products.filter(pk__in=group.products.values("product"))
        return list(products.values_list("name", flat=True))

    def licenses_for(
        self, viewer: Viewer, customer_id: UUID, cursor: Cursor, entered_id: UUID | None = None
    ) -> Page[Possession]:
        """Return one page of a customer's licenses that exist for `viewer`, or those issued to them as entered."""
        rows = License.objects.visible_to(viewer).filter(customer=customer_id)
        return _page_of(rows.filter(entered=entered_id) if entered_id is not None else rows, cursor)

    def has_licenses_of(self, customer_id: UUID, group_id: UUID | None, entered_id: UUID | None = None) -> bool:
        """Return whether a customer has licenses that the user group sees, or, of no group, any at all."""
        rows = License.objects.filter(customer=customer_id)
        if entered_id is not None:
            rows = rows.filter(entered=entered_id)
        return rows.filter(user_group=group_id, deleted_at=None).exists() if group_id is not None else rows.exists()

    def organization_licenses_are_of(self, organization_id: UUID, group_id: UUID) -> bool:
        """Return whether every license of an organization is that user group's."""
        others = License.objects.filter(organization=organization_id).exclude(user_group=group_id)
        return not others.exists()

    def organization_renamed(self, organization_id: UUID) -> None:
        """Put the license files of the organization's licenses out of date."""
        License.objects.filter(organization=organization_id).update(terms_changed_at=timezone.now())

    def personal(self, customer_id: UUID, look: Look) -> Holding:
        """Return the licenses of a customer that are no organization's."""
        return holding(License.objects.filter(customer=customer_id, organization=None), look)

    def held(self, customer_id: UUID, organization_id: UUID, look: Look) -> Holding:
        """Return the licenses of the organization that one of its members has, and the computers in use on them."""
        return holding(License.objects.filter(customer=customer_id, organization=organization_id), look)

    def counted(self, viewer: Viewer, organization_id: UUID) -> Sequence[Counted]:
        """Return the organization's licenses that exist for `viewer` in numbers."""
        return organization_in_numbers(viewer, organization_id)

    def hand_over(self, customer_id: UUID, organization_id: UUID, chosen: Several, actor: Actor) -> None:
        """Let the organization have those of the customer's own licenses."""
        hand_over(customer_id, organization_id, chosen, actor)

    def settle(self, customer_id: UUID, organization_id: UUID, heirs: Heirs, freed: Several, actor: Actor) -> None:
        """Take the organization's licenses from who leaves it."""
        try:
            settle(customer_id, organization_id, heirs, freed, actor)
        except LicenseError as error:
            raise CannotSettle(f"{error.about}: {error.sentence}" if error.about else error.sentence) from None

    def invitation_accepted(self, invitation_id: UUID, customer_id: UUID, actor: Actor) -> None:
        """Give the customer the licenses that waited for the invitation."""
        arrive(invitation_id, customer_id, actor)

    def invitations_ended(self, invitation_ids: Sequence[UUID]) -> None:
        """Let no license wait for these invitations any more."""
        ReservedLicense.objects.filter(invitation__in=invitation_ids).delete()


def _page_of(rows: LicenseQuerySet, cursor: Cursor) -> Page[Possession]:
    """Return one page of these licenses, newest first, by one query."""
    page = page_of(rows.select_related("product_version__product").defer("comment"), cursor)
    found = [
        Possession(each.pk, in_short(str(each.product_version), each.key_tail), each.get_absolute_url())
        for each in page.rows
    ]
    return Page(found, page.previous_url, page.next_url)


def _of_license(viewer: Viewer, event: AuditEvent, license: License | None) -> Telling:
    """Return what happened to a license; where it exists for `viewer`, it is named as it is called now."""
    is_holder_known = knows_holder(viewer, license, event)
    words = sentence(event, shows_internal=shows_internal(viewer, event), shows_holder=is_holder_known)
    if license is None:
        return Telling(words, in_short(*event.target_label.rpartition(" · ")[::2]))
    ways = viewer.ways_to(license)
    is_known = knows_person(viewer, ways, license, event.actor_id, event.organization_id)
    called = in_short(str(license.product_version), license.key_tail)
    return Telling(words, called, license.get_absolute_url(), is_known, person_called(viewer, license, event.actor_id))


def _of_other(viewer: Viewer, event: AuditEvent) -> Telling:
    words = OTHERS[event.action]
    changes = changes_in_words(words.model, event.details) if words.model else ""
    return Telling(str(words.sentence) % {**event.details, "changes": changes}, about(viewer, event))


register(LicensesInWords())
