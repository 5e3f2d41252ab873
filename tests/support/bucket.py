"""A bucket of S3 on this machine, in memory, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

HOST = "127.0.0.1"
BUCKET = "portal-files"
KEYS = {"aws_access_key_id": "the-key-id", "aws_secret_access_key": "the-secret"}
REGION = "eu-central-1"


@contextmanager
def running_bucket() -> Iterator[str]:
    """Give the address of an S3 with an empty bucket, and stop it afterwards."""
    server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        s3 = boto3.client("s3", endpoint_url=url, region_name=REGION, **KEYS)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield url
    finally:
        server.stop()
