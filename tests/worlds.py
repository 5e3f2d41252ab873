"""Random small worlds: who is what to whom, as plain numbers. `world_rows.py` makes rows of them.

People, organizations, groups and licenses are numbered; a world says for each what it points to.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

PRIVILEGES = (
    "create activate deactivate delete revoke edit renew view_all view_all_organizations export set_expiry_duration "
    "set_expiry_date set_floating_seats set_generic set_maintenance set_features edit_customers delete_customers "
    "manage_organizations send_mail"
).split()
PERMISSIONS = (
    "licenses.view_license licenses.change_license licenses.add_license licenses.delete_license licenses.view_product "
    "organizations.view_customer organizations.view_organization organizations.view_usergroup accounts.view_auditevent"
).split()


@dataclass(frozen=True)
class GroupFacts:
    """A user group."""

    privileges: frozenset[str] = frozenset()
    is_active: bool = True


@dataclass(frozen=True)
class OrganizationFacts:
    """An organization: its contacts (people who are customers, perhaps from outside) and the group that serves it."""

    primary: int | None = None
    secondary: int | None = None
    group: int | None = None


@dataclass(frozen=True)
class PersonFacts:
    """A person: a customer (of an organization, served by a group), a group's member, staff; any or none of these."""

    is_customer: bool = False
    organization: int | None = None
    served_by: int | None = None
    member_of: int | None = None
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False
    permissions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LicenseFacts:
    """A license: whose it is."""

    customer: int | None = None
    organization: int | None = None
    group: int | None = None
    is_deleted: bool = False


@dataclass(frozen=True)
class EventFacts:
    """An event: who did it, whom it names, and which license or else whose sign-in it is about (None: neither).

    An internal one tells of a license nothing but that its comment changed.
    """

    actor: int | None = None
    customer: int | None = None
    organization: int | None = None
    group: int | None = None
    license: int | None = None
    person: int | None = None
    is_internal: bool = False


@dataclass(frozen=True)
class World:
    """Everybody and everything, by number."""

    groups: tuple[GroupFacts, ...] = ()
    people: tuple[PersonFacts, ...] = ()
    organizations: tuple[OrganizationFacts, ...] = ()
    licenses: tuple[LicenseFacts, ...] = ()
    events: tuple[EventFacts, ...] = ()


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world of at most 2 groups, 5 people, 3 organizations, 7 licenses and 5 events."""
    groups = draw(st.lists(st.builds(GroupFacts, _privileges(), _mostly(True)), max_size=2))
    number_of_organizations = draw(st.integers(0, 3))
    organization, group = _one_of(range(number_of_organizations)), _one_of(range(len(groups)))
    people = draw(st.lists(_people(organization, group), min_size=1, max_size=5))
    customer = _one_of([number for number, person in enumerate(people) if person.is_customer])
    organizations = st.builds(OrganizationFacts, customer, customer, group).filter(_contacts_differ)
    size = number_of_organizations
    licenses = draw(st.lists(st.builds(LicenseFacts, customer, organization, group, _mostly(False)), max_size=7))
    events = st.builds(
        EventFacts,
        _one_of(range(len(people))),
        customer,
        organization,
        group,
        _one_of(range(len(licenses))),
        _one_of(range(len(people))),
        _mostly(False),
    )
    return World(
        tuple(groups),
        tuple(people),
        tuple(draw(st.lists(organizations, min_size=size, max_size=size))),
        tuple(licenses),
        tuple(draw(st.lists(events, max_size=5))),
    )


def _one_of(numbers: range | list[int]) -> st.SearchStrategy[int | None]:
    return st.sampled_from([None, *numbers, *numbers])


def _mostly(usual: bool) -> st.SearchStrategy[bool]:
    return st.sampled_from([usual, usual, usual, not usual])


def _privileges() -> st.SearchStrategy[frozenset[str]]:
    """Draw few privileges, mostly of those that decide about what this part of the portal shows."""
    deciding = ("activate", "deactivate", "view_all", "view_all_organizations")
    return st.frozensets(st.sampled_from(deciding), max_size=2) | st.frozensets(st.sampled_from(PRIVILEGES))


def _contacts_differ(organization: OrganizationFacts) -> bool:
    return organization.primary is None or organization.primary != organization.secondary


def _people(
    organization: st.SearchStrategy[int | None], group: st.SearchStrategy[int | None]
) -> st.SearchStrategy[PersonFacts]:
    nobody = st.none()
    return _mostly(True).flatmap(
        lambda is_customer: st.builds(
            PersonFacts,
            st.just(is_customer),
            organization if is_customer else nobody,
            group if is_customer else nobody,
            group,
            _mostly(True),
            _mostly(False),
            _mostly(False),
            st.frozensets(st.sampled_from(PERMISSIONS)),
        )
    )
