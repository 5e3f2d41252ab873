"""Where files of releases lie, from PORTAL_FILES: a folder or a bucket."""

import re
from pathlib import Path
from typing import TypedDict
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from qlmportal.environment import is_loopback_host

MEGABYTE = 1_000_000
_EXAMPLES = "file:///srv/portal-files or s3://bucket/folder?region=eu-central-1&endpoint=https://s3.example.com"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ACCEL = re.compile(r"/[a-z0-9/_-]*[a-z0-9_-]/")


class StorageSettings(TypedDict):
    """What Django's STORAGES takes."""

    BACKEND: str
    OPTIONS: dict[str, object]


def release_files(environment: Env, data_dir: Path) -> StorageSettings:
    """Return the storage that PORTAL_FILES names, the folder `files` in the data folder by default.

    Raises ImproperlyConfigured, without repeating the keys, for what cannot be one.
    """
    url, accel = environment.str("PORTAL_FILES", default=""), parse_accel(environment)
    parts = _split(url) if url else SplitResult("file", "", str(data_dir / "files"), "", "")
    if parts.scheme == "file":
        return _folder(parts, shared=bool(accel), is_default=not url)
    if parts.scheme != "s3":
        raise ImproperlyConfigured(f"PORTAL_FILES begins with “{parts.scheme}”, but has to look like {_EXAMPLES}.")
    if accel:
        raise ImproperlyConfigured("PORTAL_FILES_ACCEL is for files in a folder; a bucket delivers by itself.")
    return _bucket(parts, environment)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url.strip())
    except ValueError:
        raise ImproperlyConfigured(f"PORTAL_FILES cannot be read; it has to look like {_EXAMPLES}.") from None


def _folder(parts: SplitResult, *, shared: bool, is_default: bool) -> StorageSettings:
    """Return a folder, whose files a web server of the same group reads too if it is `shared`."""
    path = Path(parts.path if is_default else unquote(parts.path))
    if parts.netloc or parts.query or parts.fragment or not path.is_absolute() or path == Path("/"):
        raise ImproperlyConfigured(f"PORTAL_FILES names no folder; it has to look like {_EXAMPLES}.")
    modes = (0o640, 0o750) if shared else (0o600, 0o700)
    options = {"location": path, "file_permissions_mode": modes[0], "directory_permissions_mode": modes[1]}
    return {"BACKEND": "licenses.folder_storage.FolderStorage", "OPTIONS": options}


def _bucket(parts: SplitResult, environment: Env) -> StorageSettings:
    values, folder = dict(parse_qsl(parts.query)), unquote(parts.path).strip("/")
    if not _BUCKET.fullmatch(parts.netloc) or values.keys() - {"endpoint", "region"} or ".." in folder:
        raise ImproperlyConfigured(f"PORTAL_FILES names no bucket; it has to look like {_EXAMPLES}.")
    options = {"bucket": parts.netloc, "folder": folder, **_keys(environment)}
    options |= {"endpoint": _endpoint(values.get("endpoint", "")), "region": values.get("region", "")}
    return {"BACKEND": "licenses.bucket_storage.BucketStorage", "OPTIONS": options}


def _endpoint(url: str) -> str:
    parts = _split(url)
    is_sound = parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(parts.hostname or ""))
    if url and not (is_sound and parts.hostname):
        raise ImproperlyConfigured(f"The endpoint in PORTAL_FILES is “{url}”, but has to be an https address.")
    return url


def _keys(environment: Env) -> dict[str, object]:
    """Return the keys of the bucket; without any, those that the machine itself has."""
    key_id, secret = (environment.str(f"PORTAL_FILES_{name}", default="") for name in ("KEY_ID", "SECRET"))
    if bool(key_id) != bool(secret):
        raise ImproperlyConfigured("PORTAL_FILES_KEY_ID and PORTAL_FILES_SECRET belong together: set both, or neither.")
    return {"key_id": key_id, "secret": secret}


def parse_accel(environment: Env) -> str:
    """Return the address at which nginx serves the folder to nobody but the portal; nothing when it does not."""
    path = environment.str("PORTAL_FILES_ACCEL", default="")
    if path and not _ACCEL.fullmatch(path):
        raise ImproperlyConfigured(f"PORTAL_FILES_ACCEL is “{path}”, but has to look like /portal-files/.")
    return path


def parse_largest_file(environment: Env) -> int:
    """Return how many bytes a file of a release may have, from PORTAL_MAX_RELEASE_FILE in megabytes."""
    text = environment.str("PORTAL_MAX_RELEASE_FILE", default="4096")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise ImproperlyConfigured(
            f"PORTAL_MAX_RELEASE_FILE is “{text}”, but has to be a number of megabytes from 1 to 999999."
        )
    return int(text) * MEGABYTE
