"""The table of S2: which rows every list and page has for each person of the cast."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Rows:
    """What exists for somebody: short names, separated by blanks.

    `events` says of which licenses; `orders` are named after their user groups.
    """

    licenses: str = ""
    computers: str = ""
    customers: str = ""
    organizations: str = ""
    groups: str = ""
    events: str = ""
    orders: str = ""


ACMES = "Paula Samuel Mira Max"
ACMES_CONTACT = Rows("acme", "MIRAS-LAPTOP", ACMES, "Acme", "", "acme deleted")
NORTH = Rows("acme", "MIRAS-LAPTOP", "Nina", "Acme", "North", "acme deleted", "North")
SOUTH = Rows("south", "", "Sven", "Umbrella", "South", "south", "South")
ALL_LICENSES, ALL_COMPUTERS, ALL_EVENTS = (
    "acme solo globex south",
    "MIRAS-LAPTOP SOLO-PC",
    "acme solo globex south deleted",
)
ALL_ORGANIZATIONS = "Acme Globex Umbrella"
EVERYTHING = Rows(
    f"{ALL_LICENSES} deleted",
    ALL_COMPUTERS,
    f"{ACMES} Sol Greta Oscar Nina Sven",
    ALL_ORGANIZATIONS,
    "North South",
    f"{ALL_EVENTS} products",
    "North South",
)

TABLE = {
    "nobody": Rows(),
    "individual": Rows("solo", "SOLO-PC", "Sol", "", "", "solo"),
    "customer": Rows("acme", "MIRAS-LAPTOP", "Mira", "Acme", "", "acme"),
    "plain member": Rows("", "", "Max", "Acme", "", ""),
    "primary contact": ACMES_CONTACT,
    "secondary contact": ACMES_CONTACT,
    "outside contact": Rows(
        "acme globex", "MIRAS-LAPTOP", f"{ACMES} Greta Oscar", "Acme Globex", "", "acme globex deleted"
    ),
    "other contact": Rows("globex", "", "Greta", "Globex", "", "globex"),
    "north": NORTH,
    "north, activate": NORTH,
    "north, deactivate": NORTH,
    "north, activate and deactivate": NORTH,
    "north, export": NORTH,
    "north, all but activate, deactivate and view all": NORTH,
    "north, view_all": Rows(ALL_LICENSES, ALL_COMPUTERS, "Nina", "Acme", "North", ALL_EVENTS, "North"),
    "north, view_all_organizations": replace(NORTH, organizations=ALL_ORGANIZATIONS),
    "north, every privilege": Rows(
        ALL_LICENSES, ALL_COMPUTERS, "Nina", ALL_ORGANIZATIONS, "North", ALL_EVENTS, "North"
    ),
    "north switched off": Rows(),
    "south": SOUTH,
    "south, view_all": Rows(ALL_LICENSES, ALL_COMPUTERS, "Sven", "Umbrella", "South", ALL_EVENTS, "South"),
    "south, view_all_organizations": replace(SOUTH, organizations=ALL_ORGANIZATIONS),
    "south, all but view all": SOUTH,
    "south, every privilege": Rows(
        ALL_LICENSES, ALL_COMPUTERS, "Sven", ALL_ORGANIZATIONS, "South", ALL_EVENTS, "South"
    ),
    "switched off": Rows(),
    "staff without permissions": Rows(),
    "staff with view": EVERYTHING,
    "staff with view and change": EVERYTHING,
    "superuser": EVERYTHING,
}


ACMES_AND_GLOBEX = "acme globex"
EXPORTED_AND_OFFERED = {
    "individual": ("solo", "solo"),
    "customer": ("acme", "acme"),
    "primary contact": ("acme", "acme"),
    "secondary contact": ("acme", "acme"),
    "outside contact": (ACMES_AND_GLOBEX, ACMES_AND_GLOBEX),
    "other contact": ("globex", "globex"),
    "north, activate": ("", "acme"),
    "north, activate and deactivate": ("", "acme"),
    "north, export": ("acme", ""),
    "north, all but activate, deactivate and view all": ("acme", ""),
    "north, every privilege": ("acme", "acme"),
    "south, all but view all": ("south", "south"),
    "south, every privilege": ("south", "south"),
    "staff with view": (f"{ALL_LICENSES} deleted", ""),
    "staff with view and change": (f"{ALL_LICENSES} deleted", ALL_LICENSES),
    "superuser": (f"{ALL_LICENSES} deleted", ALL_LICENSES),
}
"""Which licenses stand in an export, and which are offered where a program asks; none for everybody else."""
