"""Files of releases in a bucket of S3, or of anything that speaks its protocol; named by PORTAL_FILES."""

from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

SIGNED_SECONDS = 60
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 3, 20, 2
PART_BYTES = 16 * 1_048_576
"""A file is sent in parts, one after the other, so that at most one is in memory: up to 160 GB in all."""


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Let whatever fails at the bucket fail as it would in a folder; nothing of what was sent is told."""
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as failure:
        raise OSError(f"the bucket answers {_name_of(failure)}") from None


def _name_of(failure: Exception) -> str:
    return str(failure.response["Error"]["Code"]) if isinstance(failure, ClientError) else type(failure).__name__


class BucketStorage(S3Storage):  # type: ignore[misc]  # the package has no types
    """A bucket. Its files are private; people get addresses that work for a minute."""

    def __init__(self, *, bucket: str, folder: str, endpoint: str, region: str, key_id: str, secret: str) -> None:
        super().__init__(
            bucket_name=bucket,
            location=folder,
            endpoint_url=endpoint or None,
            region_name=region or None,
            access_key=key_id or None,
            secret_key=secret or None,
            querystring_expire=SIGNED_SECONDS,
            object_parameters={"ContentType": "application/octet-stream"},
            transfer_config=TransferConfig(use_threads=False, multipart_chunksize=PART_BYTES),
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path" if endpoint else "auto"},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            ),
        )

    def _save(self, name: str, content: "File[bytes]") -> str:
        with _as_os_error():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        """Return whether there is such a file."""
        with _as_os_error():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""
        with _as_os_error():
            super().delete(name)

    def size(self, name: str) -> int:
        """Return how many bytes the file has; raise FileNotFoundError when it is missing."""
        with _as_os_error():
            return int(super().size(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Return the folders and files in a folder."""
        with _as_os_error():
            folders, files = super().listdir(name)
            return folders, files

    def pieces(self, name: str, most: int) -> Iterator[bytes]:
        """Give the content of a file in pieces of at most `most` bytes."""
        with _as_os_error():
            yield from self.bucket.Object(self._key(name)).get()["Body"].iter_chunks(most)

    def move(self, name: str, to: str) -> None:
        """Let a file take the place of another one, at one moment; the bucket copies it itself."""
        with _as_os_error():
            source = {"Bucket": self.bucket.name, "Key": self._key(name)}
            self.bucket.Object(self._key(to)).copy(source, Config=self.transfer_config)
        self.delete(name)

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))

    def signed_url(self, name: str, attachment: str, method: str) -> str:
        """Return an address where `method` gets the file within SIGNED_SECONDS, called as `attachment` says."""
        with _as_os_error():
            parameters = {"ResponseContentDisposition": attachment, "ResponseCacheControl": "private, no-store"}
            return str(self.url(name, parameters, SIGNED_SECONDS, method))
