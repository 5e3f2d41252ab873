"""`python -m bench.fetching ADDRESS SPEED`: download a file at that many bytes in a second, 0 for as fast as it comes.

It runs in a process of its own, so that it takes no time from who measures meanwhile. The cookie
of who asks stands in FETCHING_COOKIE. Waits where the portal says that all places are taken; in
the end it prints how many bytes came.
"""

import http.client
import os
import sys
import time
from contextlib import closing
from http import HTTPStatus
from urllib.parse import urlsplit

PIECE_BYTES = 65_536
AGAIN_SECONDS = 0.1
ANSWER_SECONDS = 60


def fetch(address: str, speed: int, cookie: str) -> int:
    """Return how many bytes came."""
    parts = urlsplit(address)
    while True:
        with closing(http.client.HTTPConnection(parts.netloc, timeout=ANSWER_SECONDS)) as connection:
            connection.request("GET", parts.path, headers={"Cookie": cookie})
            response = connection.getresponse()
            if response.status == HTTPStatus.OK:
                return read(response, speed)
        if response.status != HTTPStatus.SERVICE_UNAVAILABLE:
            raise RuntimeError(f"{parts.path} answers {response.status} instead of 200.")
        time.sleep(AGAIN_SECONDS)


def read(response: http.client.HTTPResponse, speed: int) -> int:
    """Read to the end, not faster than `speed`, and return how many bytes came."""
    began, number = time.monotonic(), 0
    while piece := response.read(PIECE_BYTES):
        number += len(piece)
        ahead = number / speed - (time.monotonic() - began) if speed else 0
        if ahead > 0:
            time.sleep(ahead)
    return number


if __name__ == "__main__":
    print(fetch(sys.argv[1], int(sys.argv[2]), os.environ["FETCHING_COOKIE"]))
