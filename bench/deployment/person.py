"""Somebody with a license, who is signed in through nginx, downloads, and activates while secrets are rotated."""

import re
from collections.abc import Iterator
from http.client import HTTPMessage
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import urlencode

from bench.deployment.checking import Visitors, check, is_guarded
from bench.deployment.machine import Machine
from launcher.folder import HERE

EMAIL, PASSWORD = "vera@example.com", "correct horse 4711"
CONTENT = "Spectra 4.1.5, as it was built."
_MAKE = f"""
from django.core.files.uploadedfile import TemporaryUploadedFile
from accounts.audit import SYSTEM
from licenses.file_storage import received
from licenses.models import Platform
from licenses.release_files import add_file
from tests.cast import make_customer, make_license
from tests.licenses.files import make_draft, publish
license = make_license(customer=make_customer(email="{EMAIL}"), max_activations=9000)
upload = TemporaryUploadedFile("spectra.zip", "application/zip", 0, None)
upload.write(b"{CONTENT}")
upload.seek(0)
draft = make_draft(license.product)
publish(file := add_file(draft.pk, SYSTEM, platform=Platform.ANY, name="spectra.zip", received=received(upload)))
print("PATHS", f"/releases/{{file.pk}}/download/{{license.pk}}/", f"/licenses/{{license.pk}}/")
"""


class Person:
    """They exist from when this is first made; what the portal has of them is made by the tests' builders."""

    def __init__(self, machine: Machine) -> None:
        kept = machine.folder / "person"
        if not kept.exists():
            command = f"export PYTHONPATH='{HERE}'\nportal-manage shell --no-imports --command '{_MAKE}'"
            kept.write_text(machine.run(command))
        found = re.search(r"PATHS (\S+) (\S+)", kept.read_text())
        check(found is not None, f"somebody with a license could be made: {kept.read_text()}")
        self.download, self._license = (found[1], found[2]) if found else ("", "")
        self._visitors, self._cookies = Visitors(machine), dict[str, str]()
        self._computers = count()

    def sign_in(self) -> str:
        """Sign in with address and password, and say so."""
        self._cookies.clear()
        self._ask("/accounts/login/")
        status, location = self._send("/accounts/login/", login=EMAIL, password=PASSWORD)
        return check(status == 302 and "login" not in location, "somebody with a license signs in")

    def work(self) -> str:
        """Open a page and activate on one more computer; return 200 when both went as usual, or else what came."""
        status, headers, _text = self._ask(self._license)
        if status != 200:
            return f"{status} {headers.get('Location', '')}".strip()
        name = f"PC-{next(self._computers)}"
        status, location = self._send(f"{self._license}activate/", computer_id=f"ID-{name}", computer_name=name)
        return "200" if status == 302 and "login" not in location else f"form {status} {location}".strip()

    def check_download(self) -> Iterator[str]:
        """Check that the file comes, by nginx, and with what the portal says of safety."""
        status, headers, text = self._ask(self.download)
        yield check(status == 200 and text == CONTENT, "they download a file that staff have uploaded")
        named = (
            "Content-Security-Policy",
            "Cross-Origin-Resource-Policy",
            "Referrer-Policy",
            "X-Frame-Options",
            "ETag",
        )
        is_whole = is_guarded(headers) and all(len(headers.get_all(name, [])) == 1 for name in named)
        yield check(is_whole, "the download has the headers that every page has")

    def _send(self, path: str, **fields: str) -> tuple[int, str]:
        token = next(value for name, value in self._cookies.items() if name.endswith("csrftoken"))
        body = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        status, headers, _text = self._ask(path, body)
        return status, headers.get("Location", "")

    def _ask(self, path: str, body: bytes | None = None) -> tuple[int, HTTPMessage, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._visitors.ask(path, body, headers)
        for line in answer[1].get_all("Set-Cookie", []):
            self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return answer
