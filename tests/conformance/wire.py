"""Bodies byte by byte: chunked in every way, cut short, held back until 100 Continue. For what http.client would not send."""

import hashlib
import socket

from conformance import signing
from conformance.store import Answer

NOTHING = hashlib.sha256(b"").hexdigest()
SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


class ChunkSigner:
    """The chain of signatures that begins with that of the request."""

    def __init__(self, keys, headers):
        scope = headers["authorization"].split("Credential=")[1].split(",")[0].split("/", 1)[1]
        self.about = [headers["x-amz-date"], scope]
        self.previous = headers["authorization"].split("Signature=")[1]
        self.key = ("AWS4" + keys[1]).encode()
        for part in scope.split("/"):
            self.key = signing.mac(self.key, part)

    def chunk(self, data):
        digests = [NOTHING, hashlib.sha256(data).hexdigest()]
        return self.sign("AWS4-HMAC-SHA256-PAYLOAD", digests)

    def trailer(self, lines):
        return self.sign("AWS4-HMAC-SHA256-TRAILER", [hashlib.sha256(lines.encode()).hexdigest()])

    def sign(self, word, digests):
        self.previous = signing.mac(self.key, "\n".join([word, *self.about, self.previous, *digests])).hex()
        return self.previous


def pieces_of(data, size):
    return [data[start:start + size] for start in range(0, len(data), size)]


def signed_chunks(signer, data, size=8192, trailer=None, hexadecimal="{:x}", forged=None):
    """`forged` is the number of the chunk whose signature is wrong."""
    wire = b""
    for number, piece in enumerate([*pieces_of(data, size), b""]):
        signature = "0" * 64 if number == forged else signer.chunk(piece)
        wire += f"{hexadecimal.format(len(piece))};chunk-signature={signature}\r\n".encode() + piece
        wire += b"\r\n" if piece or not trailer else b""
    if trailer:
        lines = "".join(f"{name}:{value}\n" for name, value in trailer.items())
        wire += f"{lines}x-amz-trailer-signature:{signer.trailer(lines)}\n\n".replace("\n", "\r\n").encode()
    return wire


def unsigned_chunks(data, trailer, size=8192, end="\r\n", last="\r\n", hexadecimal="{:x}"):
    wire = b"".join(f"{hexadecimal.format(len(piece))}\r\n".encode() + piece + b"\r\n" for piece in pieces_of(data, size))
    return wire + ("0\r\n" + "".join(f"{name}:{value}{end}" for name, value in trailer.items()) + last).encode()


def http_chunks(data, size=1000):
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces_of(data, size)) + b"0\r\n\r\n"


def head_of(method, target, headers):
    return ("\r\n".join([f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]) + "\r\n\r\n").encode()


class Wire:
    """One connection to the store."""

    def __init__(self, store):
        self.socket = socket.create_connection((store.host, store.port), timeout=30)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def no_more(self):
        self.socket.shutdown(socket.SHUT_WR)

    def status(self):
        """The next status line with its headers: (status, pairs)."""
        line = self.stream.readline().decode()
        assert line, "the server closed the connection without an answer"
        pairs = []
        while text := self.stream.readline().decode().strip():
            name, value = text.split(":", 1)
            pairs.append((name.lower(), value.strip()))
        return int(line.split()[1]), pairs

    def answer(self):
        """The final answer."""
        status, pairs = self.status()
        while status < 200:
            status, pairs = self.status()
        return Answer(status, pairs, self.stream.read(int(dict(pairs).get("content-length", 0))))


def put(store, path, payload_hash, body, signed=None, framing=None, ends=False):
    """A signed PUT; `body` is the wire form, or a function of the chunk signer."""
    headers = signing.sign_v4(store.keys, "PUT", path, {}, {"host": store.address, **(signed or {})}, payload_hash)
    data = body(ChunkSigner(store.keys, headers)) if callable(body) else body
    with Wire(store) as wire:
        wire.send(head_of("PUT", path, {**headers, **(framing or {"content-length": len(data)})}) + data)
        if ends:
            wire.no_more()
        return wire.answer()
