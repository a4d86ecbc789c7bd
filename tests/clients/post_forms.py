"""Form uploads made by hand: policies, their signatures, and multipart bodies of every kind."""

import base64
import datetime
import hashlib
import hmac
import json
from dataclasses import dataclass

from clients.raw_http import read_answer

BOUNDARY = "----form-boundary"


def policy_of(conditions, seconds=300):
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    document = {"expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ"), "conditions": conditions}
    return base64.b64encode(json.dumps(document).encode()).decode()


def signed_v2(server, conditions, fields, seconds=300):
    """`fields` and those that sign a policy of `conditions`."""
    policy = policy_of(conditions, seconds)
    mac = hmac.new(server.secret_key.encode(), policy.encode(), hashlib.sha1).digest()
    return {**fields, "AWSAccessKeyId": server.access_key, "policy": policy, "signature": base64.b64encode(mac).decode()}


def part(name, value, file_name=None):
    disposition = f'form-data; name="{name}"' + (f'; filename="{file_name}"' if file_name is not None else "")
    head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n"
    return head.encode() + (value if isinstance(value, bytes) else str(value).encode()) + b"\r\n"


def form_body(fields, *files, after=()):
    """Fields, files, and fields after them. `fields` may be pairs, so that one can be there twice."""
    pairs = fields.items() if isinstance(fields, dict) else fields
    text = b"".join(part(name, value) for name, value in pairs)
    text += b"".join(part("file", data, "photo.png") for data in files)
    text += b"".join(part(name, value) for name, value in after)
    return text + f"--{BOUNDARY}--\r\n".encode()


@dataclass
class RawForms:
    """Sends forms over a bare connection."""

    raw: object  # RawS3

    def post(self, bucket, pieces, headers, end_early=False):
        sent = {"host": self.raw.authority, "content-type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
        with self.raw.connect() as connection:
            connection.sendall(self.raw.head("POST", f"/{bucket}", sent))
            for piece in pieces:
                connection.sendall(piece)
            if end_early:
                return None
            return read_answer(connection)

    def post_whole(self, bucket, body):
        return self.post(bucket, [body], {"content-length": len(body)})
