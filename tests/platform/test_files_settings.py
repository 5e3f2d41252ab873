"""PORTAL_FILES and what belongs to it: a folder or a bucket, or a sentence that stops the start."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from qlmportal.environment import make_environment
from qlmportal.files import parse_accel, parse_largest_file, release_files

DATA = Path("/srv/portal")
KEYS = {"PORTAL_FILES_KEY_ID": "the-id", "PORTAL_FILES_SECRET": "hush"}


def options(**variables: str) -> dict[str, object]:
    return release_files(make_environment(variables), DATA)["OPTIONS"]


def test_without_a_setting_files_lie_in_the_data_folder_closed_to_others() -> None:
    assert options() == {
        "location": DATA / "files",
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    }


def test_folder_that_nginx_delivers_is_open_to_its_group() -> None:
    found = options(PORTAL_FILES="file:///srv/my%20files", PORTAL_FILES_ACCEL="/portal-files/")
    assert found["location"] == Path("/srv/my files")
    assert (found["file_permissions_mode"], found["directory_permissions_mode"]) == (0o640, 0o750)


def test_bucket_is_named_with_folder_region_and_endpoint() -> None:
    url = "s3://my-bucket/of/the/portal?region=eu-central-1&endpoint=https://s3.example.com"
    assert options(PORTAL_FILES=url, **KEYS) == {
        "bucket": "my-bucket",
        "folder": "of/the/portal",
        "endpoint": "https://s3.example.com",
        "region": "eu-central-1",
        "key_id": "the-id",
        "secret": "hush",
    }


def test_bucket_without_keys_uses_those_of_the_machine() -> None:
    found = options(PORTAL_FILES="s3://my-bucket")
    assert (found["key_id"], found["secret"], found["endpoint"]) == ("", "", "")


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://host/files", "files", "/srv/files", "file://host/files", "file:///", "file:relative", "file:///a?b=c"),
        *(
            "s3://",
            "s3://UPPER",
            "s3://a",
            "s3://bucket?zone=x",
            "s3://bucket/../x",
            "s3://user:hush@bucket",
            "s3://[x",
        ),
        *("s3://bucket?endpoint=http://s3.example.com", "s3://bucket?endpoint=https://"),
    ],
)
def test_what_names_neither_folder_nor_bucket_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"PORTAL_FILES"):
        options(PORTAL_FILES=url, **KEYS)


@pytest.mark.parametrize("name", KEYS)
def test_half_of_the_keys_stops_the_start_without_repeating_it(name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="set both, or neither") as refused:
        options(PORTAL_FILES="s3://my-bucket", **{name: "hush"})
    assert "hush" not in str(refused.value)


def test_nginx_does_not_deliver_from_a_bucket() -> None:
    with pytest.raises(ImproperlyConfigured, match="PORTAL_FILES_ACCEL is for files in a folder"):
        options(PORTAL_FILES="s3://my-bucket", PORTAL_FILES_ACCEL="/portal-files/")


@pytest.mark.parametrize("path", ["portal-files/", "/portal-files", "/", "//", "/a b/", "/../", "http://x/"])
def test_address_for_nginx_is_a_folder_of_this_site(path: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="has to look like /portal-files/"):
        parse_accel(make_environment({"PORTAL_FILES_ACCEL": path}))


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "4 GB", "1000000", "x"])
def test_largest_file_is_a_number_of_megabytes(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="a number of megabytes from 1 to 999999"):
        parse_largest_file(make_environment({"PORTAL_MAX_RELEASE_FILE": text}))


def test_four_gigabytes_are_taken_by_default() -> None:
    assert parse_largest_file(make_environment({})) == 4_096_000_000
