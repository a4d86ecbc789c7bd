"""A server that is killed and started again, and what the fault tests ask about it."""

import concurrent.futures
import hashlib
import os
import pathlib
import random
import signal
import socket
import threading
import time

import boto3
import requests
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

import conftest
from platform_api import ApiError

BUCKET = "faults"
TRANSIENT = (requests.RequestException, AssertionError)
PARTS = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=1)


def s3(server):
    return boto3.client(
        "s3",
        endpoint_url=server.s3_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name=server.region,
        config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=20),
    )


def steady_ports(source, count):
    """Free ports below the range from which clients get theirs: there a client could take the port of a killed server."""
    lowest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = []
    for _ in range(1000):
        port = source.randrange(10_000, lowest)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue  # taken: try another
        if port not in ports:
            ports.append(port)
        if len(ports) == count:
            return ports
    raise RuntimeError("no free port")


class Seat:
    """The one server on one data directory and one pair of ports, killed and started again."""

    def __init__(self, directory, source):
        self.directory = directory
        self.kills = 0
        platform, store = steady_ports(source, 2)
        self.addresses = {"listen": f"127.0.0.1:{platform}", "obs_listen": f"127.0.0.1:{store}"}
        self.server = conftest.start_server(directory, **self.addresses)

    def kill(self):
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait(30)
        self.kills += 1
        self.server = conftest.start_server(self.directory, **self.addresses)


class Uploader(threading.Thread):
    """Puts objects of all sizes; remembers those that the server acknowledged, with their digest. Keys are written once."""

    def __init__(self, seat, number, seed):
        super().__init__(daemon=True)
        self.seat = seat
        self.number = number
        self.source = random.Random(f"{seed}/{number}")
        self.acknowledged = {}
        self.stopping = threading.Event()

    def put(self, client, key, body):
        if len(body) < PARTS.multipart_threshold:
            client.put_object(Bucket=BUCKET, Key=key, Body=body)
            return
        path = self.seat.directory / f"upload-{self.number}"
        path.write_bytes(body)
        client.upload_file(str(path), BUCKET, key, Config=PARTS)

    def run(self):
        client, count = s3(self.seat.server), 0
        while not self.stopping.is_set():
            body = self.source.randbytes(self.source.choice([0, 100, 4096, 200_000, 3_000_000, 6_000_000]))
            key = f"objects/{self.number}/{count:06}"
            count += 1
            try:
                self.put(client, key, body)
            except Exception:  # noqa: BLE001 the server was killed: not acknowledged, so nothing is promised
                self.stopping.wait(0.02)
                continue
            self.acknowledged[key] = hashlib.sha256(body).hexdigest()


def persistent(call, timeout=60):
    """Repeats a call that a killed server did not answer."""
    end = time.monotonic() + timeout
    while True:
        try:
            return call()
        except ApiError:
            raise
        except TRANSIENT:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)  # between two tries


def through_a_kill(seat, source, create, find):
    """Kills the server while it handles `create`, which answers an id. What it acknowledged holds; what it did not is there
    whole, which `find` tells by its id, or not at all, and is then made again."""
    delay = source.uniform(0.0, 0.05)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        kill = pool.submit(lambda: (time.sleep(delay), seat.kill()))  # the random moment
        try:
            made = create()
        except requests.RequestException:
            made = None
        kill.result()
    found = persistent(find)
    assert made is None or found == made, f"{made} was acknowledged; after the kill there is {found}"
    return found if found is not None else create()


def check_objects(seat, acknowledged):
    client = s3(seat.server)
    assert acknowledged, "nothing was uploaded: the test tested nothing"
    for key, digest in acknowledged.items():
        body = client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        assert hashlib.sha256(body).hexdigest() == digest, key


def processes_of(directory):
    """Processes of the data directory: named on the command line, or mounted. In a sandbox only the mounts tell."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            mounts = (folder / "mountinfo").read_text(errors="replace")
        except OSError:
            continue  # it has ended
        if int(folder.name) != os.getpid() and (str(directory) in line or f"{directory}/" in mounts):
            found.append(f"{folder.name}: {line}")
    return found


def no_process_left(directory, timeout=30):
    end = time.monotonic() + timeout
    while left := processes_of(directory):
        assert time.monotonic() < end, left
        time.sleep(0.05)  # between two looks
