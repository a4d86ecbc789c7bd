"""Signatures of requests, written down once more from the documents: V4, V2 and OBS, in headers and in queries."""

import base64
import datetime
import hashlib
import hmac
from email.utils import format_datetime
from urllib.parse import quote

# The sub-resources that V2 and OBS sign.
SUB_RESOURCES = set("""
    accelerate acl analytics append attname backtosource cors customdomain delete directcoldaccess disPolicy encryption inventory length
    lifecycle location logging metadata metrics modify name notification object-lock obsalias obscompresspolicy partNumber policy policyStatus
    position publicAccessBlock quota rename replication requestPayment response-cache-control response-content-disposition
    response-content-encoding response-content-language response-content-type response-expires restore retention select select-type
    storageClass storageinfo storagePolicy tagging torrent truncate uploadId uploads versionId versioning versions website x-image-process
""".split())


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def escape(text):
    return quote(text, safe="-._~")


def query_text(query):
    """As it goes over the wire: a value of None means a name without an equals sign."""
    return "&".join(escape(name) if value is None else f"{escape(name)}={escape(str(value))}" for name, value in query.items())


def v4_signature(keys, method, path, query, headers, payload_hash, *, timestamp, region, day):
    """(signature, scope, signed names) for `headers`, all of which are signed."""
    signed = {name.lower(): " ".join(str(value).split()) for name, value in headers.items()}
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    pairs = sorted((escape(name), escape(str("" if value is None else value))) for name, value in query.items())
    canonical_query = "&".join(f"{name}={value}" for name, value in pairs)
    canonical = "\n".join([method, path, canonical_query, lines, names, payload_hash])
    scope = f"{day}/{region}/s3/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", timestamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + keys[1]).encode()
    for part in (day, region, "s3", "aws4_request"):
        key = mac(key, part)
    return mac(key, to_sign).hex(), scope, names


def sign_v4(keys, method, path, query, headers, payload_hash="UNSIGNED-PAYLOAD", *, when=None, region="us-east-1", separator=", ",
            unsigned=(), day=None):
    """Adds what V4 needs to `headers`; the names of `unsigned` go along without being signed."""
    timestamp = (when or now()).strftime("%Y%m%dT%H%M%SZ")
    if "date" not in {name.lower() for name in headers}:
        headers = {**headers, "x-amz-date": timestamp}
    if payload_hash is not None:
        headers = {**headers, "x-amz-content-sha256": payload_hash}
    signed = {name: value for name, value in headers.items() if name.lower() not in unsigned}
    signature, scope, names = v4_signature(keys, method, path, query, signed, payload_hash or "UNSIGNED-PAYLOAD", timestamp=timestamp,
                                           region=region, day=day or timestamp[:8])
    fields = [f"Credential={keys[0]}/{scope}", f"SignedHeaders={names}", f"Signature={signature}"]
    return {**headers, "authorization": "AWS4-HMAC-SHA256 " + separator.join(fields)}


def presign_v4(keys, method, path, query, headers, *, when=None, expires=300, region="us-east-1", payload_hash="UNSIGNED-PAYLOAD"):
    timestamp = (when or now()).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{timestamp[:8]}/{region}/s3/aws4_request"
    query = {**query, "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{keys[0]}/{scope}", "X-Amz-Date": timestamp,
             "X-Amz-Expires": str(expires), "X-Amz-SignedHeaders": ";".join(sorted(name.lower() for name in headers))}
    signature, _, _ = v4_signature(keys, method, path, query, headers, payload_hash, timestamp=timestamp, region=region,
                                   day=timestamp[:8])
    return {**query, "X-Amz-Signature": signature}


def old_signature(keys, method, resource, query, headers, date_line, prefix):
    """V2 and OBS: the same string, under another prefix."""
    lower = {name.lower(): str(value).strip() for name, value in headers.items()}
    named = "".join(f"{name}:{lower[name]}\n" for name in sorted(lower) if name.startswith(prefix))
    subs = sorted(name for name in query if name in SUB_RESOURCES or name.lower().startswith(prefix))
    shown = "&".join(name if query[name] in (None, "") else f"{name}={query[name]}" for name in subs)
    to_sign = "\n".join([method, lower.get("content-md5", ""), lower.get("content-type", ""), date_line,
                         named + resource + (f"?{shown}" if shown else "")])
    return base64.b64encode(hmac.new(keys[1].encode(), to_sign.encode(), hashlib.sha1).digest()).decode()


def sign_old(keys, method, resource, query, headers, *, scheme="AWS", when=None, date_header="date"):
    """scheme AWS is V2, OBS is OBS; with date_header x-amz-date the date stands among the named headers."""
    date = format_datetime(when or now(), usegmt=True)
    if date_header:
        headers = {**headers, date_header: date}
    prefix = "x-obs-" if scheme == "OBS" else "x-amz-"
    signature = old_signature(keys, method, resource, query, headers, date if date_header == "date" else "", prefix)
    return {**headers, "authorization": f"{scheme} {keys[0]}:{signature}"}


def presign_old(keys, method, resource, query, headers, *, scheme="AWS", expires):
    prefix = "x-obs-" if scheme == "OBS" else "x-amz-"
    signature = old_signature(keys, method, resource, query, headers, str(expires), prefix)
    name = "AccessKeyId" if scheme == "OBS" else "AWSAccessKeyId"
    return {**query, name: keys[0], "Expires": str(expires), "Signature": signature}
