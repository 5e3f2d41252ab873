"""Names of time zones that a person may choose, from the IANA time zone database."""

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

UTC = "UTC"


@cache
def _all_zones() -> frozenset[str]:
    """Return every zone of the database; it is read from the disk once, not for each of many people."""
    return frozenset(available_timezones())


def is_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is a zone of the IANA time zone database."""
    if name not in _all_zones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose one such as Europe/Berlin."), params={"name": name}
        )


@cache
def zones_by_region() -> dict[str, list[str]]:
    """Return the zones that people choose from, by region: those of places, without old names; and UTC by itself."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    names = {line.split("\t")[2] for line in lines if line and not line.startswith("#")}
    found: dict[str, list[str]] = {"": [UTC]}
    for name in sorted(names & _all_zones()):
        found.setdefault(name.partition("/")[0], []).append(name)
    return found


def place_of(name: str) -> str:
    """Return what a zone is called within its region, such as "Argentina, Buenos Aires"."""
    return name.partition("/")[2].replace("/", ", ").replace("_", " ") or name
