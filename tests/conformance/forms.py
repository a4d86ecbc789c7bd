"""Form uploads: multipart bodies, and the fields that sign them in each of three ways."""

import base64
import datetime
import hashlib
import hmac
import json

from conformance import signing
from conformance.store import path_of

BOUNDARY = "form-boundary"


def policy_of(conditions, seconds=300):
    until = signing.now() + datetime.timedelta(seconds=seconds)
    document = {"expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ"), "conditions": conditions}
    return base64.b64encode(json.dumps(document).encode()).decode()


def old_fields(keys, policy, name):
    signature = base64.b64encode(hmac.new(keys[1].encode(), policy.encode(), hashlib.sha1).digest()).decode()
    return {name: keys[0], "policy": policy, "signature": signature}


def sign(keys, bucket, fields, scheme="v4", seconds=300, day=None):
    """`fields` and those that sign a policy of exactly them. scheme: v4, v2 or obs."""
    conditions = [{"bucket": bucket}, *({name: value} for name, value in fields.items())]
    if scheme != "v4":
        return {**fields, **old_fields(keys, policy_of(conditions, seconds), "AccessKeyId" if scheme == "obs" else "AWSAccessKeyId")}
    timestamp = signing.now().strftime("%Y%m%dT%H%M%SZ")
    scope = f"{day or timestamp[:8]}/us-east-1/s3/aws4_request"
    named = {"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": f"{keys[0]}/{scope}", "x-amz-date": timestamp}
    policy = policy_of(conditions + [{name: value} for name, value in named.items()], seconds)
    key = ("AWS4" + keys[1]).encode()
    for part in scope.split("/"):
        key = signing.mac(key, part)
    return {**fields, **named, "policy": policy, "x-amz-signature": signing.mac(key, policy).hex()}


def post(store, bucket, fields, data=b"0123456789", headers=None):
    pairs = [*fields.items(), ("file", data)]
    body = b"".join(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'.encode() + (b'; filename="photo.png"' if name == "file" else b"")
                    + b"\r\n\r\n" + (value if isinstance(value, bytes) else value.encode()) + b"\r\n" for name, value in pairs)
    sent = {"host": store.address, "content-type": f"multipart/form-data; boundary={BOUNDARY}", **(headers or {})}
    return store.exchange("POST", path_of(bucket), sent, body + f"--{BOUNDARY}--\r\n".encode())
