"""An S3 server on loopback that checks keys: moto, run by uv in an environment of its own.

moto needs an older python-dateutil than this project, so it is not among the test dependencies.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

BUCKET = "bucket"
PACKAGE = "moto[s3,iam,server]==5.*"


class S3Server(NamedTuple):
    """A server: its address, and the key that may use its bucket."""

    endpoint: str
    key: str
    secret: str

    def place(self, bucket: str = BUCKET) -> str:
        """Return the address of a folder in a bucket."""
        return f"s3://{bucket}/acme?endpoint_override={self.endpoint}&scheme=http&region=us-east-1"


@contextlib.contextmanager
def s3_server() -> Iterator[S3Server]:
    """Yield a server, which is gone afterwards. Raises OSError if uv or moto is not to be had."""
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "run", "--no-project", "--quiet", "--with", PACKAGE, "python", __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise OSError("the S3 server did not start")
            yield S3Server(**json.loads(line))
        finally:
            # It ends with its standard input.
            process.communicate()


def main() -> None:
    """Serve until standard input ends."""
    import boto3
    from moto.core import set_initial_no_auth_action_count
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options: dict[str, Any] = {
        "endpoint_url": f"http://{host}:{port}",
        "region_name": "us-east-1",
        "aws_access_key_id": "setup",
        "aws_secret_access_key": "setup",
    }
    boto3.client("s3", **options).create_bucket(Bucket=BUCKET)
    iam = boto3.client("iam", **options)
    iam.create_user(UserName="publisher")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="publisher", PolicyName="s3", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="publisher")["AccessKey"]

    @set_initial_no_auth_action_count(0)
    def serve() -> None:
        answer = {
            "endpoint": f"{host}:{port}",
            "key": key["AccessKeyId"],
            "secret": key["SecretAccessKey"],
        }
        print(json.dumps(answer), flush=True)  # noqa: T201
        sys.stdin.read()

    serve()
    server.stop()


if __name__ == "__main__":
    main()
