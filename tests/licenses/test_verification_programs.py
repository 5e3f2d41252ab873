"""The programs in `docs/` and the lines in the README, by which a vendor's program verifies a license file."""

import hashlib
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.audit import SYSTEM
from licenses import license_file as files
from licenses.signing import rotate_signing_key
from tests.cast import make_customer, make_license, make_product
from tests.licenses.test_license_file import ISSUER, KEY_ID, PUBLIC_TEXT, TERMS, TEXT, signed
from tests.support.node import Node
from tests.support.portal_server import PortalServer

ROOT = Path(__file__).resolve().parents[2]
PYTHON_PROGRAM = ROOT / "docs" / "verify_license_file.py"
NODE_PROGRAM = ROOT / "docs" / "verify_license_file.mjs"
JWKS: dict[str, object] = {"keys": [files.as_jwk(KEY_ID, PUBLIC_TEXT)]}
COMPUTER = TERMS.computer.id if TERMS.computer else ""
ONE_BYTE_CHANGED = TEXT[:400] + ("A" if TEXT[400] != "A" else "B") + TEXT[401:]
Finished = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Case:
    """A license file, what it is verified with, and what the programs say about it."""

    says: str
    text: str = TEXT
    jwks: object = None
    product: str = "spectra"
    issuer: str = ISSUER
    computer_id: str = COMPUTER


YEAR = timedelta(days=365)
NOW = datetime.now(UTC)
OTHER_KEY = files.Signer(KEY_ID, Ed25519PrivateKey.generate())
HMAC = jwt.encode(TERMS.claims(), "x" * 32, algorithm="HS256", headers={"typ": files.FILE_TYPE, "kid": KEY_ID})
NOT_VALID = {
    "nothing": Case("not a license file", text=""),
    "something else": Case("not a license file", text="-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----"),
    "bare token": Case("not a license file", text=files.unwrap(TEXT)),
    "another kind": Case("kind|typ", text=signed(kind=files.STATE_TYPE)),
    "another product": Case("audience|aud", product="sonar"),
    "another portal": Case("issuer|iss", issuer="https://portal.example.org"),
    "another computer": Case("another computer", computer_id="ID-OTHER"),
    "ended": Case("expired|exp", text=signed(replace(TERMS, ends_at=NOW - timedelta(minutes=10)))),
    "for any computer without end": Case("another computer", text=signed(replace(TERMS, computer=None, ends_at=None))),
    "not yet valid": Case("not yet valid|nbf|iat", text=signed(replace(TERMS, issued_at=NOW + YEAR))),
    "no key known": Case(
        "not known|no applicable key|did not contain", jwks={"keys": [files.as_jwk("x", PUBLIC_TEXT)]}
    ),
    "another key": Case("verif", text=signed(signer=OTHER_KEY)),
    "shared secret": Case("alg", text=files.wrap(HMAC)),
}
VALID = {
    "as issued": Case(""),
    "for any computer": Case("", text=signed(replace(TERMS, computer=None))),
    "without end": Case("", text=signed(replace(TERMS, ends_at=None))),
    "clock a minute late": Case("", text=signed(replace(TERMS, issued_at=NOW + timedelta(minutes=1)))),
    "line breaks of Windows": Case("", text=TEXT.replace("\n", "\r\n")),
    "one more key": Case("", jwks={"keys": [files.as_jwk("x", PUBLIC_TEXT), files.as_jwk(KEY_ID, PUBLIC_TEXT)]}),
}


def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_license_file", PYTHON_PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = program()


def run_python(*arguments: str) -> Finished:
    return subprocess.run(
        [sys.executable, str(PYTHON_PROGRAM), *arguments], check=False, capture_output=True, text=True, timeout=60
    )


def run_node(node: Node, *arguments: str) -> Finished:
    return node.run(NODE_PROGRAM.read_text(encoding="utf-8"), *arguments)


def arguments(case: Case, folder: Path) -> list[str]:
    """Write the case into files and return the command line for it."""
    file, keys = folder / "license.lic", folder / "jwks.json"
    file.write_bytes(case.text.encode())
    keys.write_text(json.dumps(case.jwks or JWKS), encoding="utf-8")
    return [str(file), str(keys), case.product, case.issuer, case.computer_id]


@pytest.mark.parametrize("name", VALID)
def test_python_program_prints_what_a_valid_file_says(name: str, tmp_path: Path) -> None:
    finished = run_python(*arguments(VALID[name], tmp_path))
    assert (finished.returncode, finished.stderr) == (0, "")
    assert json.loads(finished.stdout)["license"] == TERMS.claims()["license"]


@pytest.mark.parametrize("name", VALID)
def test_node_program_prints_what_a_valid_file_says(name: str, tmp_path: Path, node: Node) -> None:
    finished = run_node(node, *arguments(VALID[name], tmp_path))
    assert (finished.returncode, finished.stderr) == (0, "")
    assert json.loads(finished.stdout)["license"] == TERMS.claims()["license"]


@pytest.mark.parametrize("name", NOT_VALID)
def test_python_program_says_why_a_file_is_not_valid(name: str, tmp_path: Path) -> None:
    refused(run_python(*arguments(NOT_VALID[name], tmp_path)), NOT_VALID[name])


@pytest.mark.parametrize("name", NOT_VALID)
def test_node_program_says_why_a_file_is_not_valid(name: str, tmp_path: Path, node: Node) -> None:
    refused(run_node(node, *arguments(NOT_VALID[name], tmp_path)), NOT_VALID[name])


def refused(finished: Finished, case: Case) -> None:
    assert (finished.returncode, finished.stdout) == (1, "")
    assert re.search(case.says, finished.stderr, re.IGNORECASE), finished.stderr
    assert "Traceback" not in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


@pytest.mark.parametrize("count", [0, 4, 6])
def test_programs_explain_how_to_call_them(count: int, node: Node) -> None:
    for finished in (run_python(*["x"] * count), run_node(node, *["x"] * count)):
        assert finished.returncode == 2
        assert "FILE KEYS PRODUCT ISSUER COMPUTER-ID" in finished.stderr


def test_programs_say_when_they_cannot_read_a_file(tmp_path: Path, node: Node) -> None:
    command = [str(tmp_path / "missing.lic"), str(tmp_path / "missing.json"), "spectra", ISSUER, COMPUTER]
    for finished in (run_python(*command), run_node(node, *command)):
        assert finished.returncode == 1
        assert "missing.lic" in finished.stderr
        assert "Traceback" not in finished.stderr


# One changed byte


@given(position=st.integers(0, len(TEXT) - 1), character=st.characters(codec="ascii"))
def test_python_program_notices_one_changed_byte_anywhere(position: int, character: str) -> None:
    changed = TEXT[:position] + character + TEXT[position + 1 :]
    assume(changed.split() != TEXT.split())
    with pytest.raises(PROGRAM.NotValid):
        PROGRAM.verified(changed, JWKS, "spectra", ISSUER, COMPUTER)


CHECK_MANY = """
import { text as read } from "node:stream/consumers";
import { verified } from "./verify_license_file.mjs";
const { texts, jwks, product, issuer, computerId } = JSON.parse(await read(process.stdin));
const passed = [];
for (const [number, text] of texts.entries()) {
  try { await verified(text, jwks, product, issuer, computerId); passed.push(number); } catch { /* as it should */ }
}
console.log(JSON.stringify(passed));
"""


def test_node_program_notices_one_changed_byte_at_every_position(node: Node) -> None:
    (node.folder / NODE_PROGRAM.name).write_text(NODE_PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
    positions = [position for position, character in enumerate(TEXT) if character != "\n"]
    changed = [TEXT[:at] + ("A" if TEXT[at] != "A" else "B") + TEXT[at + 1 :] for at in positions]
    last = TEXT.rindex("\n-----END") - 1
    changed += [TEXT[:last] + each + TEXT[last + 1 :] for each in "AQgwBRhxCSiy" if each != TEXT[last]]
    cases = {"texts": [TEXT, *changed], "jwks": JWKS, "product": "spectra", "issuer": ISSUER, "computerId": COMPUTER}
    finished = node.run(CHECK_MANY, text=json.dumps(cases))
    assert json.loads(finished.stdout or "null") == [0], finished.stderr


# The lines in the README


def lines_of_readme(language: str) -> str:
    """Return the block of code about license files, with the values of these tests in place of the examples."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("## Verifying a license file")[2].partition("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1].replace("your-product", "spectra").replace("https://portal.example.com", ISSUER)


def claims_by_readme(text: str) -> object:
    names: dict[str, object] = {"hashlib": hashlib, "jwt": jwt, "text": text, "jwks": JWKS, "computer_id": COMPUTER}
    exec(lines_of_readme("python"), names)
    assert (names["is_license_file"], names["is_for_this_computer"]) == (True, True)
    return names["claims"]


def test_lines_of_the_readme_verify_a_file_in_python() -> None:
    assert claims_by_readme(TEXT) == TERMS.claims()
    with pytest.raises(jwt.InvalidTokenError):
        claims_by_readme(ONE_BYTE_CHANGED)


def test_lines_of_the_readme_verify_a_file_in_javascript(node: Node) -> None:
    head = 'import { createLocalJWKSet, jwtVerify } from "jose"; import { text as read } from "node:stream/consumers";'
    hashing = 'import { createHash } from "node:crypto";'
    given_names = "const { text, jwks, computerId } = JSON.parse(await read(process.stdin));"
    result = "console.log(JSON.stringify([payload, isForThisComputer]));"
    program = "\n".join([head, hashing, given_names, lines_of_readme("js"), result])
    finished = node.run(program, text=json.dumps({"text": TEXT, "jwks": JWKS, "computerId": COMPUTER}))
    assert json.loads(finished.stdout or "null") == [TERMS.claims(), True], finished.stderr
    refused_run = node.run(program, text=json.dumps({"text": ONE_BYTE_CHANGED, "jwks": JWKS, "computerId": COMPUTER}))
    assert "signature verification failed" in refused_run.stderr


# A whole portal


def test_file_downloaded_from_a_portal_verifies_with_the_keys_published_there(
    portal_server: PortalServer, tmp_path: Path, node: Node
) -> None:
    anna = make_customer("Anna Acme")
    product = make_product("Spectra")
    license = make_license(customer=anna, product=product)
    visitor = portal_server.visitor(anna.user)
    answer = visitor.post(f"/licenses/{license.pk}/activate/", {"computer_id": COMPUTER, "computer_name": "LAPTOP"})
    rotate_signing_key(product, SYSTEM)
    download = visitor.get(answer.location.replace("?activated", "?download=1"))
    file = tmp_path / "license.lic"
    file.write_bytes(download.body)
    keys = f"{portal_server.url}/.well-known/jwks.json"
    command = [str(file), keys, "spectra", portal_server.url, COMPUTER]
    runs: list[Callable[[], Finished]] = [lambda: run_python(*command), lambda: run_node(node, *command)]
    for run in runs:
        finished = run()
        assert (finished.returncode, finished.stderr) == (0, "")
        assert json.loads(finished.stdout)["sub"] == str(license.pk)
