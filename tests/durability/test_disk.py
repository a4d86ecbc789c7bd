"""Disk full, no inode left, a disk that turns read-only: writes are refused with the right words, reads go on, nothing that
was acknowledged is lost, and writes are served again when there is room."""

import contextlib
import os
import threading

import botocore.exceptions
import pytest

import conftest
from durability.limited_disk import LimitedDisk, loop_device
from durability.stored import Objects, s3

MIB = 1 << 20


@contextlib.contextmanager
def disk(directory, mount):
    made = LimitedDisk(directory, mount)
    try:
        yield made
    finally:
        made.close()


def verify(made):
    return made.run(conftest.server_binary(), "--data-dir", made.directory / "data", "obs", "verify", "--json")


def refused(call, *codes):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call()
    response = caught.value.response
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) in codes, response
    return response["Error"]["Message"]


def filled(server):
    objects = Objects(server)
    for number in range(8):
        objects.put(server, f"small-{number}", 1000 + number)
        objects.put(server, f"large-{number}", 200_000 + number)
    return objects


FULL = ("InsufficientStorageSpace", 507)


def test_a_full_disk(tmp_path):
    with disk(tmp_path / "disk", 'mount -t tmpfs -o size=160m tmpfs "$1"') as made:
        server = made.start()
        objects = filled(server)
        made.fill()
        for attempt in range(3):
            refused(lambda n=attempt: objects.put(server, f"too-large-{n}", MIB), FULL)
        objects.check(server)
        # Small objects fit into the segment that is reserved already, as long as their rows find room.
        for number in range(50):
            with contextlib.suppress(botocore.exceptions.ClientError):
                objects.put(server, f"perhaps-{number}", 3000)
        objects.check(server)

        (made.seen / "filler").unlink()
        objects.put(server, "after", MIB)
        objects.put(server, "after-small", 100)
        objects.check(server)
        assert verify(made).returncode == 0
        assert conftest.stop_server(server) == 0
        server = made.start()
        objects.check(server)
        assert conftest.stop_server(server) == 0


def test_deleting_makes_room_on_a_full_disk(tmp_path):
    with disk(tmp_path / "disk", 'mount -t tmpfs -o size=160m tmpfs "$1"') as made:
        server = made.start()
        objects = Objects(server)
        for number in range(20):
            objects.put(server, f"large-{number}", 2 * MIB)
        made.fill()
        refused(lambda: objects.put(server, "too-large", MIB), FULL)
        for number in range(10):
            s3(server).delete_object(Bucket=objects.bucket, Key=f"large-{number}")
            del objects.known[f"large-{number}"]
        for _ in range(600):
            room = os.statvfs(made.seen)
            if room.f_bavail * room.f_frsize >= 10 * MIB:
                break
            threading.Event().wait(0.1)  # the cleaner works in the background
        objects.put(server, "fits", MIB)
        objects.check(server)
        assert conftest.stop_server(server) == 0


def test_no_inode_left(tmp_path):
    with disk(tmp_path / "disk", 'mount -t tmpfs -o size=160m,nr_inodes=400 tmpfs "$1"') as made:
        server = made.start()
        objects = filled(server)
        made.fill_inodes()
        message = refused(lambda: objects.put(server, "needs-a-file", MIB), FULL)
        assert "space" in message
        objects.check(server)
        made.run("rm", "-r", made.directory / "inodes")
        objects.put(server, "needs-a-file", MIB)
        objects.check(server)
        assert conftest.stop_server(server) == 0


def test_a_disk_that_turns_read_only(tmp_path):
    """As ext4 does when it meets an error of the disk below it."""
    image = tmp_path / "image"
    mount = (f'truncate -s 256m "{image}"; mkfs.ext4 -q -F "{image}"; mount -o loop,errors=remount-ro "{image}" "$1"; '
             'test -w /sys/fs/ext4/$(basename $(findmnt -n -o SOURCE "$1"))/trigger_fs_error')
    with disk(tmp_path / "disk", mount) as made:
        server = made.start()
        objects = filled(server)
        with open(f"/sys/fs/ext4/{loop_device(made)}/trigger_fs_error", "w", encoding="ascii") as trigger:
            trigger.write("a test")
        trouble = [("ServiceUnavailable", 503), ("InternalError", 500)]
        for attempt in range(3):
            refused(lambda n=attempt: objects.put(server, f"refused-{n}", MIB), *trouble)
            refused(lambda n=attempt: objects.put(server, f"refused-small-{n}", 10), *trouble)
        objects.check(server)
        server.process.kill()
        server.process.wait()
        remounted = made.run("sh", "-c", f'umount "{made.directory}" && mount -o loop "{image}" "{made.directory}"')
        assert remounted.returncode == 0, remounted.stderr
        server = made.start()
        objects.check(server)
        objects.put(server, "after", MIB)
        objects.check(server)
        assert verify(made).returncode == 0
        assert conftest.stop_server(server) == 0


def test_a_start_on_a_read_only_disk_says_so(tmp_path):
    with disk(tmp_path / "disk", 'mount -t tmpfs -o size=160m tmpfs "$1"') as made:
        server = made.start()
        assert conftest.stop_server(server) == 0
        assert made.run("mount", "-o", "remount,ro", made.directory).returncode == 0
        start = made.run(conftest.server_binary(), "serve", "--data-dir", made.directory / "data", "--listen", "127.0.0.1:0",
                         "--obs-listen", "127.0.0.1:0")
        assert start.returncode == 1
        assert "Read-only file system" in start.stderr
