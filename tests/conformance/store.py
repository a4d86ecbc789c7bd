"""A server to be tested, and requests to it: signed as asked, sent as they are, answered with every byte."""

import http.client
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from urllib.parse import quote

from conformance import signing


@dataclass
class Answer:
    status: int
    pairs: list  # header names in lower case, and values, as they came
    body: bytes

    def header(self, name):
        values = [value for key, value in self.pairs if key == name]
        assert len(values) <= 1, f"the header {name} came {len(values)} times: {values}"
        return values[0] if values else None

    @property
    def root(self):
        """The document without its namespace; see `namespace`."""
        root = ElementTree.fromstring(self.body)
        for element in root.iter():
            element.tag = element.tag.split("}", 1)[-1]
        return root

    @property
    def namespace(self):
        tag = ElementTree.fromstring(self.body).tag
        return tag[1:].split("}", 1)[0] if tag.startswith("{") else ""

    def text(self, path):
        return self.root.findtext(path)

    def texts(self, path):
        return [element.text or "" for element in self.root.findall(path)]

    @property
    def code(self):
        return self.root.findtext("Code") if self.body.startswith(b"<?xml") and self.root.tag == "Error" else None

    @property
    def refusal(self):
        return self.status, self.code


@dataclass
class Version:
    """An entry of a listing of versions."""

    key: str
    id: str
    marker: bool
    latest: bool


def path_of(bucket="", key=""):
    """Path style; the key percent-encoded once."""
    return f"/{bucket}" + (f"/{quote(key, safe='/-._~')}" if key else "")


class Store:
    def __init__(self, address, keys, base_domain="localhost", security_token=None):
        self.host, port = address.rsplit(":", 1)
        self.port = int(port)
        self.address = address
        self.keys = keys
        self.base_domain = base_domain
        self.security_token = security_token  # of a temporary key

    def token_under(self, name):
        return {name: self.security_token} if self.security_token else {}

    def exchange(self, method, target, headers, body=b""):
        """Sends exactly this: no header but those given and the length of a body."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            given = {name.lower() for name in headers}
            for name, value in headers.items():
                connection.putheader(name, value.encode() if isinstance(value, str) else str(value))
            if not given & {"content-length", "transfer-encoding"} and (body or method in ("PUT", "POST")):
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body or None)
            response = connection.getresponse()
            pairs = [(name.lower(), value) for name, value in response.getheaders()]
            return Answer(response.status, pairs, response.read())
        finally:
            connection.close()

    def send(self, method, path, query=None, headers=None, body=b"", scheme="v4", **options):
        """Path style. scheme: v4, v2, or None for an anonymous request; `options` go to the signature."""
        query, headers = query or {}, {"host": self.address, **(headers or {})}
        if scheme:
            headers.update(self.token_under("x-amz-security-token"))
        if scheme == "v4":
            headers = signing.sign_v4(self.keys, method, path, query, headers, **options)
        elif scheme == "v2":
            headers = signing.sign_old(self.keys, method, path, query, headers, **options)
        return self.exchange(method, self.target(path, query), headers, body)

    def obs(self, method, bucket, key="", query=None, headers=None, body=b"", **options):
        """In OBS's dialect, with the bucket in the host name."""
        query, raw = query or {}, f"/{quote(key, safe='/-._~')}"
        host = f"{bucket}.{self.base_domain}:{self.port}" if bucket else f"{self.base_domain}:{self.port}"
        headers = {"host": host, **(headers or {}), **self.token_under("x-obs-security-token")}
        resource = f"/{bucket}{raw}" if bucket else "/"
        headers = signing.sign_old(self.keys, method, resource, query, headers, scheme="OBS", **options)
        return self.exchange(method, self.target(raw, query), headers, body)

    def link(self, query, path, method="GET", headers=None, body=b""):
        """A signed URL, as a stranger sends it."""
        return self.exchange(method, self.target(path, query), {"host": self.address, **(headers or {})}, body)

    @staticmethod
    def target(path, query):
        return path + (f"?{signing.query_text(query)}" if query else "")

    # The requests that most tests begin with.

    def put(self, bucket, key, body=b"", headers=None, **options):
        return self.send("PUT", path_of(bucket, key), headers=headers, body=body, **options)

    def get(self, bucket, key="", query=None, headers=None, **options):
        return self.send("GET", path_of(bucket, key), query, headers, **options)

    def head(self, bucket, key="", query=None, headers=None, **options):
        return self.send("HEAD", path_of(bucket, key), query, headers, **options)

    def delete(self, bucket, key="", query=None, headers=None, **options):
        return self.send("DELETE", path_of(bucket, key), query, headers, **options)

    def keys_of(self, bucket, **query):
        return self.get(bucket, query=query).texts("Contents/Key")

    def versions_of(self, bucket, **query):
        """As they are listed: by key, the newest first."""
        entries = self.get(bucket, query={"versions": None, **query}).root
        return [Version(entry.findtext("Key"), entry.findtext("VersionId"), entry.tag == "DeleteMarker", entry.findtext("IsLatest") == "true")
                for entry in entries if entry.tag in ("Version", "DeleteMarker")]

    def set(self, bucket, setting, body=b"", key="", headers=None, query=None, **options):
        """PUT of a sub-resource."""
        return self.send("PUT", path_of(bucket, key), {setting: None, **(query or {})}, headers, body, **options)

    def setting(self, bucket, setting, key="", **options):
        return self.get(bucket, key, {setting: None}, **options)

    def begin_upload(self, bucket, key, headers=None):
        return self.send("POST", path_of(bucket, key), {"uploads": None}, headers).text("UploadId")

    def put_part(self, bucket, key, upload, number, body, headers=None):
        return self.send("PUT", path_of(bucket, key), {"partNumber": number, "uploadId": upload}, headers, body)

    def complete(self, bucket, key, upload, parts, headers=None):
        listed = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>" for number, etag in parts)
        body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
        return self.send("POST", path_of(bucket, key), {"uploadId": upload}, headers, body)
