"""Section 3 of the product rules, read aloud: V1 to V7, the action table, who sees whom and what happened.

Written from the rules alone, over the plain numbers of a world: nothing here calls the portal. What
`visible_to`, `may` and the pages answer is compared with this.
"""

from tests.worlds import EventFacts, LicenseFacts, PersonFacts, World

ACTIONS = """
action             own   contact  group                 view-all  staff
see                yes   yes      yes                   yes       view
show_key           yes   yes      activate              -         change
get_license_file   yes   yes      activate              -         change
activate           yes   yes      activate              -         change
deactivate         yes   yes      deactivate            -         change
replace            yes   yes      activate+deactivate   -         change
rename_computer    yes   yes      activate              -         change
download_release   yes   yes      activate              -         view
assign             -     yes      -                     -         change
create             -     -        create                -         add
edit               -     -        edit                  -         change
renew              -     -        renew                 -         change
revoke             -     -        revoke                -         change
delete             -     -        delete                -         delete
mail               -     -        send_mail             -         change
export             yes   yes      export                -         view
"""


def action_table() -> dict[str, dict[str, str]]:
    """Return ACTIONS as action → way → what it needs."""
    head, *lines = (line.split() for line in ACTIONS.strip().splitlines())
    ways = [way.replace("-", " ") for way in head[1:]]
    return {action: dict(zip(ways, needs, strict=True)) for action, *needs in lines}


TABLE = action_table()


def is_permitted(person: PersonFacts, permission: str) -> bool:
    """Staff with Django's permission, which a superuser has; nobody else, and nobody switched off (V7)."""
    return person.is_active and person.is_staff and (person.is_superuser or permission in person.permissions)


def group_of(world: World, who: int) -> int | None:
    """The user group whose rights the person has: both must be switched on (V7)."""
    person = world.people[who]
    if person.member_of is None or not person.is_active or not world.groups[person.member_of].is_active:
        return None
    return person.member_of


def privileges_of(world: World, who: int) -> frozenset[str]:
    """What the person's group was given; nothing without a group."""
    group = group_of(world, who)
    return frozenset() if group is None else world.groups[group].privileges


def is_contact(world: World, who: int, organization: int | None) -> bool:
    """Whether the person is primary or secondary contact of the organization."""
    if organization is None or not world.people[who].is_active:
        return False
    facts = world.organizations[organization]
    return who in {facts.primary, facts.secondary}


def ways(world: World, who: int, license: LicenseFacts) -> set[str]:
    """In which ways the person sees the license."""
    person, found = world.people[who], set()
    if is_permitted(person, "licenses.view_license"):
        found.add("staff")  # V4
    if license.is_deleted or not person.is_active:
        return found  # a deleted license exists for staff alone; who is switched off sees nothing (V7)
    if license.customer == who:
        found.add("own")  # V1, and being a plain member adds nothing to it (V6)
    if is_contact(world, who, license.organization):
        found.add("contact")  # V2
    group = group_of(world, who)
    if group is not None and license.group == group:
        found.add("group")  # V3
    elif "view_all" in privileges_of(world, who):
        found.add("view all")  # V3: all others
    return found


def may(world: World, who: int, action: str, license: LicenseFacts) -> bool:
    """Whether one of the ways in which the person sees that license allows the action (V5)."""
    return any(_way_allows(world, who, action, way) for way in ways(world, who, license))


def _way_allows(world: World, who: int, action: str, way: str) -> bool:
    needed = TABLE[action][way]
    if way == "staff":
        return is_permitted(world.people[who], f"licenses.{needed}_license")
    if needed in {"yes", "-"}:
        return needed == "yes"
    return set(needed.split("+")) <= privileges_of(world, who)


def sees_customer(world: World, who: int, other: int) -> bool:
    """Oneself; members of an organization whose contact one is; customers whom one's group serves; staff: all."""
    person, facts = world.people[who], world.people[other]
    if not person.is_active:
        return False
    group = group_of(world, who)
    return (
        who == other
        or is_contact(world, who, facts.organization)
        or (group is not None and facts.served_by == group)
        or is_permitted(person, "organizations.view_customer")
    )


def sees_organization(world: World, who: int, organization: int) -> bool:
    """One's own; whose contact one is; those of one's group, with *view all organizations* every one; staff: all."""
    person, group = world.people[who], group_of(world, who)
    if not person.is_active:
        return False
    return (
        (person.is_customer and person.organization == organization)
        or is_contact(world, who, organization)
        or (group is not None and world.organizations[organization].group == group)
        or "view_all_organizations" in privileges_of(world, who)
        or is_permitted(person, "organizations.view_organization")
    )


def sees_group(world: World, who: int, group: int) -> bool:
    """One's own; staff: all."""
    return group_of(world, who) == group or is_permitted(world.people[who], "organizations.view_usergroup")


def sees_event(world: World, who: int, event: EventFacts) -> bool:
    """Its actor; the customer, contacts and group members it names; whose sign-in it is about; staff.

    Who sees every license sees the timeline of each: *view all*, and staff who may view licenses.
    """
    person, group = world.people[who], group_of(world, who)
    if not person.is_active:
        return False
    sees_every_license = "view_all" in privileges_of(world, who) or is_permitted(person, "licenses.view_license")
    return (
        who in {event.actor, event.customer}
        or (event.license is None and event.person == who)
        or is_contact(world, who, event.organization)
        or (group is not None and event.group == group)
        or (event.license is not None and sees_every_license)
        or is_permitted(person, "accounts.view_auditevent")
    )


def is_told(world: World, who: int, event: EventFacts) -> bool:
    """Whether an event that exists for the person tells them something.

    That a comment changed is for members of the group that the event names, and for staff.
    """
    if event.license is None or not event.is_internal:
        return sees_event(world, who, event)
    person, group = world.people[who], group_of(world, who)
    if not person.is_active:
        return False
    return (
        (group is not None and event.group == group)
        or is_permitted(person, "licenses.view_license")
        or is_permitted(person, "accounts.view_auditevent")
    )


def onlookers(world: World, license: LicenseFacts) -> set[tuple[str, int | None]]:
    """Who can see the license: people by their own ways, groups as groups, and always the vendor."""
    found: set[tuple[str, int | None]] = {("staff", None)}
    for who in range(len(world.people)):
        found |= {(way, who) for way in ways(world, who, license) & {"own", "contact"}}
    for number, group in enumerate(world.groups):
        if group.is_active and not license.is_deleted:
            if license.group == number:
                found.add(("group", number))
            elif "view_all" in group.privileges:
                found.add(("view all", number))
    return found


def knows_customer(world: World, who: int, license: LicenseFacts) -> bool:
    """Whether the person may know whose the license is: as customer, contact or staff, or if their group serves it."""
    if license.customer is None or not ways(world, who, license):
        return False
    group = group_of(world, who)
    is_served = group is not None and world.people[license.customer].served_by == group
    return is_served or bool(ways(world, who, license) & {"own", "contact", "staff"})


def knows_organization(world: World, who: int, license: LicenseFacts) -> bool:
    """Whether the person may know the license's organization: likewise, or with *view all organizations*."""
    if license.organization is None or not ways(world, who, license):
        return False
    group = group_of(world, who)
    is_served = group is not None and world.organizations[license.organization].group == group
    knows_all = "view_all_organizations" in privileges_of(world, who)
    return is_served or knows_all or bool(ways(world, who, license) & {"own", "contact", "staff"})
