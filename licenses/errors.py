"""Why something could not be done: a sentence for people, and a reason for the page."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a story refused; decides which way on the page offers (*No closed door*)."""

    BAD_COMPUTER_ID = "bad_computer_id"
    UNUSUAL_COMPUTER_ID = "unusual_computer_id"
    BAD_COMPUTER_NAME = "bad_computer_name"
    BAD_CLIENT_VERSION = "bad_client_version"
    BAD_REQUEST_FILE = "bad_request_file"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NONE_LEFT = "none_left"
    QUOTA_USED_UP = "quota_used_up"
    NOT_IN_USE = "not_in_use"
    STALE = "stale"
    BELOW_IN_USE = "below_in_use"
    BAD_REASON = "bad_reason"
    BAD_KEY = "bad_key"
    NEEDS_DATE = "needs_date"
    LIMIT_OF_NUMBER = "limit_of_number"
    LIMIT_OF_CUSTOMER = "limit_of_customer"
    LIMIT_OF_ACTIVATIONS = "limit_of_activations"
    LIMIT_OF_EXPIRY = "limit_of_expiry"
    NOT_LATER = "not_later"
    UNKNOWN_CUSTOMER = "unknown_customer"
    NO_RECIPIENT = "no_recipient"
    MAILED_OFTEN = "mailed_often"
    NOT_OFFERED = "not_offered"
    REVOKED_BY_VENDOR = "revoked_by_vendor"
    WAS_ACTIVATED = "was_activated"
    GENERIC = "generic"
    DELETED = "deleted"
    NOT_COVERED = "not_covered"
    WITHDRAWN = "withdrawn"
    BAD_RELEASE = "bad_release"
    BAD_FILE = "bad_file"
    FILE_IS_THERE = "file_is_there"
    FILE_NOT_STORED = "file_not_stored"
    FILE_UNAVAILABLE = "file_unavailable"
    RELEASE_IS_PUBLISHED = "release_is_published"
    TOO_MANY_DOWNLOADS = "too_many_downloads"


class LicenseError(Exception):
    """A story refused and changed nothing. `sentence` says what happened and what to do next.

    `about` names the license where the story was about several.
    """

    def __init__(self, reason: Reason, sentence: str, about: str = "") -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence
        self.about = about
