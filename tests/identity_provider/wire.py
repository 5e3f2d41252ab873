"""Answers to the portal that are none."""

import time

from django.http import HttpResponse

HANG_SECONDS = 60


def wrong_answer(fault: str) -> HttpResponse | None:
    """Return the answer that this fault puts in place of the right one, or nothing."""
    if fault == "hang":
        time.sleep(HANG_SECONDS)
        return HttpResponse(status=504)
    if fault == "nonsense":
        return HttpResponse("<html><p>Welcome to the hotel’s network. Please accept our conditions.</p></html>")
    return None
