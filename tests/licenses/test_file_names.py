"""Names of files that people download: any language, nothing that misleads, the same on every computer."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licenses.file_names import attachment, clean_file_name, name_refusal


@pytest.mark.parametrize(
    "name",
    [
        "spectra-4.1.5.zip",
        "Spectra 4.1.5 (x64).msi",
        "Messgerät-Übersicht.exe",
        "光谱仪-4.1.5.dmg",
        "مطياف-4.1.5.zip",
        "نرم\u200cافزار-4.1.5.zip",
        "спектр-4.1.5.tar.gz",
    ],
)
def test_names_of_any_language_stay_as_they_are(name: str) -> None:
    assert clean_file_name(name) == name
    assert name_refusal(name) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.zip", "passwd.zip"),
        ("C:\\Users\\anna\\spectra.zip", "spectra.zip"),
        ("/spectra.zip", "spectra.zip"),
        ("..", ""),
        (".hidden.zip", "hidden.zip"),
        ("spectra.zip. . ", "spectra.zip"),
        ("spectra\x00.zip", "spectra.zip"),
        ("spectra\r\nSet-Cookie: a=b.zip", "spectraSet-Cookie_ a=b.zip"),
        ("spectra\u202egnp.zip", "spectragnp.zip"),
        ("\u200bspectra\u200d.zip", "spectra.zip"),
        ("spectra\u2028new.zip", "spectra new.zip"),
        ('a<b>c:d"e|f?g*h.zip', "a_b_c_d_e_f_g_h.zip"),
        ("con.zip", "_con.zip"),
        ("  many   blanks.zip ", "many blanks.zip"),
        ("e\u0301te\u0301.zip", "été.zip"),
    ],
)
def test_what_could_mislead_is_taken_out_of_a_name(typed: str, kept: str) -> None:
    assert clean_file_name(typed) == kept


def test_long_name_keeps_its_ending_and_finds_room_on_every_computer() -> None:
    assert clean_file_name("x" * 500 + ".tar.gz") == "x" * 193 + ".tar.gz"
    name = clean_file_name("仪" * 150 + ".tar.gz")
    assert len(name.encode()) <= 240
    assert name.endswith("仪.tar.gz")


@given(st.text())
def test_a_cleaned_name_is_clean(typed: str) -> None:
    name = clean_file_name(typed)
    assert clean_file_name(name) == name
    assert len(name) <= 200
    assert "/" not in name
    assert "\\" not in name
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in name)


@pytest.mark.parametrize("name", ["", "spectra", "spectra.html", "spectra.zip.svg", ".zip", "spectra.js"])
def test_what_is_no_program_and_no_archive_is_refused(name: str) -> None:
    assert "has to end in one of: .tar.gz" in name_refusal(name)


@pytest.mark.parametrize("name", ["spectra.ZIP", "spectra.AppImage"])
def test_endings_in_capitals_are_the_same(name: str) -> None:
    assert name_refusal(name) == ""


def test_plain_name_needs_no_second_form() -> None:
    assert attachment("Spectra 4.1.5.zip") == 'attachment; filename="Spectra 4.1.5.zip"'


def test_name_of_another_language_comes_in_both_forms() -> None:
    expected = "attachment; filename=\"Messger_t.zip\"; filename*=UTF-8''Messger%C3%A4t.zip"
    assert attachment("Messgerät.zip") == expected


@given(st.text())
def test_header_stays_one_line_of_plain_characters(typed: str) -> None:
    header = attachment(clean_file_name(typed))
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
