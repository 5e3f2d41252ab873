"""Countries by their two letters (ISO 3166-1), as the IANA time zone database lists them."""

from functools import cache
from importlib.resources import files
from unicodedata import normalize


@cache
def countries() -> dict[str, str]:
    """Return the English name of each country, in the order of the names."""
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return dict(sorted(((code, name) for code, name in pairs), key=lambda pair: normalize("NFD", pair[1]).casefold()))
