"""Request files: what a program writes is understood, everything else is refused with a sentence of its own."""

import json

import pytest

from licenses.errors import LicenseError, Reason
from licenses.request_file import MOST_BYTES, Wish, read_link, read_request_file

GOOD = {"product": "spectra-desk", "computer_id": "09AF-09AF", "computer_name": "ANNA", "client_version": "4.1.2"}


def written(**changed: object) -> bytes:
    """Return a good request file with some fields changed; None takes one away."""
    return json.dumps({name: value for name, value in {**GOOD, **changed}.items() if value is not None}).encode()


def refused(content: bytes) -> str:
    with pytest.raises(LicenseError) as error:
        read_request_file(content)
    assert error.value.reason is Reason.BAD_REQUEST_FILE
    return error.value.sentence


def test_file_of_a_program_is_understood() -> None:
    assert read_request_file(written()) == Wish(**GOOD)


@pytest.mark.parametrize(
    ("content", "wish"),
    [
        (written(computer_name=None, client_version=None), Wish("spectra-desk", "09AF-09AF")),
        (b"\xef\xbb\xbf" + written(), Wish(**GOOD)),
        (written(computer_id="  09AF-09AF\n"), Wish(**GOOD)),
        (written(later=[1, {"a": None}], comment="x"), Wish(**GOOD)),
        (written(computer_name="Ännas Läptop 😀"), Wish(**{**GOOD, "computer_name": "Ännas Läptop 😀"})),
        (json.dumps(GOOD, indent=4).replace("\n", "\r\n").encode(), Wish(**GOOD)),
    ],
    ids=["only what is needed", "byte order mark", "blanks around", "more than is known", "not ASCII", "lines"],
)
def test_file_may_be_written_in_several_ways(content: bytes, wish: Wish) -> None:
    assert read_request_file(content) == wish


BAD = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \r\n\t ", "The file is empty."),
    "a byte order mark alone": (b"\xef\xbb\xbf", "not JSON"),
    "one byte too many": (written() + b" " * (MOST_BYTES + 1 - len(written())), "The file is too big"),
    "huge": (b"x" * 10_000_000, "The file is too big"),
    "NUL": (written() + b"\x00", "characters that no text has"),
    "UTF-16": (json.dumps(GOOD).encode("utf-16"), "characters that no text has"),
    "latin-1": (json.dumps({**GOOD, "computer_name": "ä"}, ensure_ascii=False).encode("latin-1"), "not text in UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 256)), "not text in UTF-8"),
    "prose": (b"Please activate my computer", "not JSON"),
    "broken off": (written()[:-5], "not JSON"),
    "two objects": (written() + written(), "not JSON"),
    "NaN": (b'{"product": NaN}', "not JSON"),
    "a number without end": (b'{"product": ' + b"9" * 5_000 + b"}", "not JSON"),
    "an array": (json.dumps([GOOD]).encode(), "no request, but other JSON"),
    "a text": (b'"spectra-desk"', "no request, but other JSON"),
    "null": (b"null", "no request, but other JSON"),
    "nested arrays": (b"[" * 60_000, "nested too deeply"),
    "nested objects": (b'{"a":' * 10_000, "nested too deeply"),
    "a name twice": (written()[:-1] + b', "computer_id": "OTHER"}', "says something twice"),
    "no product": (written(product=None), "does not say “product”"),
    "no computer ID": (written(computer_id=None), "does not say “computer_id”"),
    "a blank computer ID": (written(computer_id="  "), "does not say “computer_id”"),
    "an empty object": (b"{}", "does not say “product”"),
    "a number as computer ID": (written(computer_id=7), "“computer_id” is not text"),
    "a list as product": (written(product=["spectra-desk"]), "“product” is not text"),
    "null as name": (json.dumps({**GOOD, "computer_name": None}).encode(), "“computer_name” is not text"),
    "an object as version": (written(client_version={"$ne": 1}), "“client_version” is not text"),
    "blanks in the computer ID": (written(computer_id="a b"), "“computer_id” cannot be right. A computer ID has no"),
    "an escaped NUL": (written(computer_id="a\x00b"), "“computer_id” cannot be right. A computer ID has no spaces"),
    "half a character": (written(computer_id="a\ud800b"), "“computer_id” cannot be right. A computer ID has no spaces"),
    "a long computer ID": (written(computer_id="x" * 256), "“computer_id” cannot be right. A computer ID has at most"),
    "a long name": (written(computer_name="x" * 101), "“computer_name” cannot be right. A computer name has at most"),
    "line breaks in the name": (written(computer_name="a\nb"), "“computer_name” cannot be right."),
    "a long version": (written(client_version="x" * 51), "“client_version” cannot be right."),
    "half a character in the version": (written(client_version="\udfff"), "“client_version” cannot be right."),
    "a product that is no slug": (written(product="Spectra Desk"), "“product” cannot be right."),
    "half a character as product": (written(product="\ud800"), "“product” cannot be right."),
    "a long product": (written(product="x" * 51), "“product” cannot be right."),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_refused_with_a_sentence_that_says_why(name: str) -> None:
    content, why = BAD[name]
    sentence = refused(content)
    assert why in sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()


def test_file_of_exactly_64_kb_is_read() -> None:
    assert read_request_file(written() + b" " * (MOST_BYTES - len(written()))) == Wish(**GOOD)


def test_link_gives_what_it_says_and_leaves_out_what_cannot_be_right() -> None:
    assert read_link(GOOD) == (Wish(**GOOD), [])
    assert read_link({}) == (Wish(), [])
    wish, problems = read_link({**GOOD, "computer_id": "a b", "computer_name": "x" * 101, "other": "y"})
    assert wish == Wish("spectra-desk", client_version="4.1.2")
    assert [problem.split(".")[0] for problem in problems] == [
        "A computer ID has no spaces or invisible characters",
        "A computer name has at most 100 characters",
    ]
