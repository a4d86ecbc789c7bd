"""HTTP by hand: V4 signatures, chunked bodies of every kind, answers byte by byte. For what no SDK would send."""

import datetime
import hashlib
import hmac
import socket
from dataclasses import dataclass, field
from urllib.parse import quote

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"
STREAMING_SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
STREAMING_SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
STREAMING_UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def _mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


@dataclass
class Signature:
    """What signing a request leaves behind for signing its chunks."""

    headers: dict
    signing_key: bytes
    timestamp: str
    scope: str
    seed: str


@dataclass
class Answer:
    status: int
    headers: dict = field(default_factory=dict)  # lower-case names
    body: bytes = b""
    interim: list = field(default_factory=list)  # statuses before the final one

    @property
    def code(self):
        text = self.body.decode()
        return text.split("<Code>")[1].split("</Code>")[0] if "<Code>" in text else None


class RawS3:
    def __init__(self, server):
        self.host, port = server.object_store.rsplit(":", 1)
        self.port = int(port)
        self.keys = (server.access_key, server.secret_key)

    @property
    def authority(self):
        return f"{self.host}:{self.port}"

    def sign(self, method, path, payload_hash, headers=None, query=""):
        access_key, secret_key = self.keys
        now = datetime.datetime.now(datetime.timezone.utc)
        timestamp, date = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        scope = f"{date}/us-east-1/s3/aws4_request"
        signed = {"host": self.authority, "x-amz-date": timestamp, "x-amz-content-sha256": payload_hash}
        signed.update({name.lower(): value for name, value in (headers or {}).items()})
        names = ";".join(sorted(signed))
        lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
        canonical = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{payload_hash}"
        to_sign = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = ("AWS4" + secret_key).encode()
        for text in (date, "us-east-1", "s3", "aws4_request"):
            key = _mac(key, text)
        seed = _mac(key, to_sign).hex()
        signed["authorization"] = (f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, "
                                   f"Signature={seed}")
        return Signature(signed, key, timestamp, scope, seed)

    def connect(self):
        return socket.create_connection((self.host, self.port), timeout=30)

    def head(self, method, target, headers):
        lines = [f"{method} {target} HTTP/1.1"] + [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def put(self, path, body_pieces, payload_hash, signed=None, unsigned=None, end_early=False):
        """Signs and sends a PUT. `body_pieces` is what goes over the wire after the header, or a function of the signature."""
        signature = self.sign("PUT", path, payload_hash, signed)
        pieces = body_pieces(signature) if callable(body_pieces) else body_pieces
        with self.connect() as connection:
            connection.sendall(self.head("PUT", path, {**signature.headers, **(unsigned or {})}))
            for piece in pieces:
                connection.sendall(piece)
            if end_early:
                connection.shutdown(socket.SHUT_WR)
            return read_answer(connection)


def read_answer(connection, to_head=False):
    stream = connection.makefile("rb")
    interim = []
    while True:
        status_line = stream.readline().decode()
        if not status_line:
            raise ConnectionError("the server closed the connection without an answer")
        status = int(status_line.split()[1])
        headers = {}
        while (line := stream.readline().decode().strip()):
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        if status >= 200:
            break
        interim.append(status)
    length = 0 if to_head else int(headers.get("content-length", 0))
    return Answer(status, headers, stream.read(length), interim)


def http_chunks(data, size=1000):
    """Transfer-Encoding: chunked."""
    for start in range(0, len(data), size):
        piece = data[start:start + size]
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


def signed_chunks(signature, data, size=8192, trailer=None, corrupt=False):
    """aws-chunked with a signature per chunk, and a signed trailer if there is one."""
    previous = signature.seed
    pieces = [data[start:start + size] for start in range(0, len(data), size)] + [b""]
    wire = b""
    for piece in pieces:
        to_sign = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", signature.timestamp, signature.scope, previous, EMPTY_SHA256,
                             hashlib.sha256(piece).hexdigest()])
        previous = _mac(signature.signing_key, to_sign).hex()
        shown = "0" * 64 if corrupt else previous
        wire += f"{len(piece):x};chunk-signature={shown}\r\n".encode() + piece
        wire += b"\r\n" if piece or trailer is None else b""
    if trailer is not None:
        lines = "".join(f"{name}:{value}\n" for name, value in trailer.items())
        to_sign = "\n".join(["AWS4-HMAC-SHA256-TRAILER", signature.timestamp, signature.scope, previous,
                             hashlib.sha256(lines.encode()).hexdigest()])
        shown = "".join(f"{name}:{value}\r\n" for name, value in trailer.items())
        wire += f"{shown}x-amz-trailer-signature:{_mac(signature.signing_key, to_sign).hex()}\r\n\r\n".encode()
    return wire


def unsigned_chunks(data, trailer, size=8192):
    """aws-chunked without signatures, ended by a trailer."""
    wire = b""
    for start in range(0, len(data), size):
        piece = data[start:start + size]
        wire += f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    shown = "".join(f"{name}:{value}\r\n" for name, value in trailer.items())
    return wire + f"0\r\n{shown}\r\n".encode()


def path_of(bucket, key):
    return f"/{bucket}/{quote(key, safe='/-._~')}"
