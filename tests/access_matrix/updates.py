"""The addresses of updates and calendars in the table of S1, and what customers choose about mails."""

from tests.access_matrix.addresses import BUTTON, READING, Address

NO_DATE = dict.fromkeys(READING, 404)
"""The license of the cast never expires and includes its own version only: there is no day to put into a calendar."""

ADDRESSES = {
    "updates": Address("licenses:updates", READING, "license"),
    "expiry in calendar": Address("licenses:calendar_expires", NO_DATE, "license"),
    "updates in calendar": Address("licenses:calendar_updates", NO_DATE, "license"),
    "choose mails": Address("organizations:choose_mails", BUTTON, fields={"wants": "no"}),
}

LIKE = {
    "updates": "detail",
    "expiry in calendar": "detail",
    "updates in calendar": "detail",
    "choose mails": "list",
}
"""Addresses that answer to everybody as another one does: who sees a license reads of its updates."""

OPEN = {"organizations:no_more_mails": dict.fromkeys(("GET", "HEAD", "POST"), 404)}
"""Addresses for anybody who knows their link; nobody's link leads anywhere."""
