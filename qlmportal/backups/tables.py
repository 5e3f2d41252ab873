"""What a backup has to know of tables, in the words that both databases understand."""

from post_office.models import STATUS

from accounts.mail import ON_HOLD, WAITING, Lane

WITHOUT_ROWS = frozenset({"django_session", "usersessions_usersession", "portal_cache"})
"""Tables of which a backup keeps no rows: who is signed in, codes that were asked for, and what is only cached."""

MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"
STORED_FILES = "SELECT file, sha256 FROM licenses_releasefile ORDER BY file"

STILL_ANNOUNCED = (
    "SELECT product.name, release.version FROM licenses_release AS release "
    "JOIN licenses_productversion AS milestone ON milestone.id = release.product_version_id "
    "JOIN licenses_product AS product ON product.id = milestone.product_id "
    "WHERE release.mail_when_published AND release.announced_at IS NULL AND release.published_at IS NOT NULL "
    "ORDER BY release.published_at"
)
"""Releases whose mails were not all written; asked as text, because the tables may be those of an older version."""

_WAITS = f"status IN ({', '.join(str(int(status)) for status in WAITING)})"
_GIVE_UP = f"SET status = {int(STATUS.failed)}, message = '', html_message = '', context = NULL"
HOLD_MAILS = (
    f"UPDATE post_office_email {_GIVE_UP} WHERE {_WAITS} AND priority >= {int(Lane.SIGN_IN)}",  # numbers
    f"UPDATE post_office_email SET status = {ON_HOLD} WHERE {_WAITS}",  # noqa: S608  # as above
)
"""What waited to be sent is put on hold, since nobody knows what the other portal still sent; links and codes for
signing in are given up, because who asked for them has asked another portal."""
