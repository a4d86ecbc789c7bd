"""The operations of the object store, each with an example of a request that would do it.

Names and requests come from docs/object-store-operations.md, which the server's own tables write; here stands what a request needs besides.
"""

import hashlib
import pathlib
import re
from dataclasses import dataclass, field

from conformance import documents
from conformance.checksum import md5

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "object-store-operations.md"
_ROW = re.compile(r"\| (?P<name>\w+) \| `(?P<method>[A-Z]+) (?P<path>/(?:b(?:/k)?)?)(?:\?(?P<query>[^ `]+))?(?: with x-\*-(?P<header>[\w-]+))?` \|")


@dataclass
class Example:
    body: object = b""  # or a function of the bucket's name
    headers: dict = field(default_factory=dict)  # named as S3 names them
    query: dict = field(default_factory=dict)


def _with_md5(body):
    return Example(body, {"content-md5": md5(body)})


def _policy(bucket):
    return documents.policy(documents.statement(bucket, "s3:*", resource=["", "/*"]))


NOTHING = Example()
FORM = Example(b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nposted\r\n--x\r\nContent-Disposition: form-data; name="file"; '
               b'filename="f"\r\n\r\ndata\r\n--x--\r\n', {"content-type": "multipart/form-data; boundary=x"})
PUBLIC = Example(headers={"x-amz-acl": "public-read-write"})
DATA = Example(b"overwritten")
PART = b"part"  # the first one of the upload that operations on uploads are about

# What reads needs nothing but the request.
EXAMPLES = {
    "CreateBucket": PUBLIC,
    "DeleteObjects": _with_md5(b"<Delete><Object><Key>k</Key></Object></Delete>"),
    "PostObject": FORM,
    "PreflightCors": Example(headers={"origin": "https://other.example", "access-control-request-method": "PUT"}),
    "SetBucketStorageClass": Example(b"<StorageClass>COLD</StorageClass>"),
    "SetBucketStoragePolicy": Example(b"<StoragePolicy><DefaultStorageClass>GLACIER</DefaultStorageClass></StoragePolicy>"),
    "SetBucketQuota": Example(b"<Quota><StorageQuota>1</StorageQuota></Quota>"),
    "PutBucketAcl": PUBLIC,
    "PutBucketVersioning": Example(documents.versioning("Suspended")),
    "PutBucketPolicy": Example(_policy),
    "PutBucketLifecycleConfiguration": Example(documents.lifecycle("<Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration>")),
    "PutBucketCors": Example(documents.cors_of(documents.cors(AllowedOrigin=["*"], AllowedMethod=["GET"]))),
    "PutBucketTagging": Example(documents.tagging([("taken", "over")])),
    "PutBucketEncryption": Example(b"<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256"
                                   b"</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>"),
    "PutBucketLogging": Example(b"<BucketLoggingStatus/>"),
    "PutBucketNotificationConfiguration": Example(b"<NotificationConfiguration/>"),
    "PutPublicAccessBlock": Example(documents.access_block(BlockPublicAcls=False)),
    "PutBucketRequestPayment": Example(b"<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>"),
    "PutBucketOwnershipControls": Example(documents.ownership("ObjectWriter")),
    "PutObject": DATA,
    "CopyObject": Example(headers={"x-amz-metadata-directive": "REPLACE"}),
    "UploadPart": DATA,
    "CompleteMultipartUpload": Example(f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{hashlib.md5(PART).hexdigest()}</ETag>"
                                       "</Part></CompleteMultipartUpload>".encode()),
    "PutObjectAcl": PUBLIC,
    "PutObjectTagging": Example(documents.tagging([("taken", "over")])),
    "GetObjectAttributes": Example(headers={"x-amz-object-attributes": "ETag,ObjectSize"}),
    "AppendObject": Example(b"more", query={"position": 0}),
    "SetObjectMetadata": Example(headers={"x-amz-metadata-directive": "REPLACE", "x-amz-meta-taken": "over"}),
    "RenameObject": Example(query={"name": "renamed"}),
    **dict.fromkeys(("DeleteBucket", "DeleteBucketCustomDomain", "DeleteBucketPolicy", "DeleteBucketLifecycle", "DeleteBucketCors",
                     "DeleteBucketTagging", "DeleteBucketEncryption", "DeleteBucketWebsite", "DeletePublicAccessBlock",
                     "DeleteBucketReplication", "DeleteBucketOwnershipControls", "DeleteObject", "DeleteObjectTagging",
                     "CreateMultipartUpload", "UploadPartCopy", "AbortMultipartUpload"), NOTHING),
    # Not served, whoever asks; a stranger is not even told that.
    **dict.fromkeys(("SetBucketCustomDomain", "PutBucketWebsite", "PutBucketReplication", "PutObjectLockConfiguration",
                     "PutBucketAccelerateConfiguration", "PutObjectRetention", "PutObjectLegalHold", "RestoreObject",
                     "SelectObjectContent", "ModifyObject", "TruncateObject"), NOTHING),
}


@dataclass(frozen=True)
class Operation:
    """A row of the document."""

    name: str
    method: str
    path: str  # "/", "/b" or "/b/k"
    query: tuple
    header: str  # without its prefix; empty

    def __str__(self):
        return "-".join([self.name, *self.query])

    @property
    def changes(self):
        return self.method not in ("GET", "HEAD", "OPTIONS") and self.name != "SelectObjectContent"


def operations():
    """As the document has them."""
    rows = [_ROW.match(line) for line in DOCUMENT.read_text().splitlines()]
    return [Operation(row["name"], row["method"], row["path"], tuple((row["query"] or "").split("&")) if row["query"] else (), row["header"] or "")
            for row in rows if row]


def names_in_document():
    """Of every row, read without looking at the requests."""
    lines = DOCUMENT.read_text().splitlines()
    return {line.split("|")[1].strip() for line in lines[lines.index("|---|---|---|---|") + 1:] if line.startswith("|")}


@dataclass
class Request:
    """One that would do an operation, in S3's words and not signed yet."""

    method: str
    bucket: str
    key: str
    query: dict
    headers: dict
    body: bytes


def request_of(operation, bucket, upload):
    """On the bucket, on its object `k`, or on the open upload of that key."""
    example = EXAMPLES.get(operation.name, NOTHING)
    values = {"partNumber": 1, "uploadId": upload, "list-type": 2}
    query = {name: values.get(name) for name in operation.query}
    headers = {f"x-amz-{operation.header}": f"{bucket}/k"} if operation.header else {}
    body = example.body(bucket) if callable(example.body) else example.body
    return Request(operation.method, bucket if operation.path != "/" else "", "k" if operation.path == "/b/k" else "",
                   {**query, **example.query}, {**headers, **example.headers}, body)
