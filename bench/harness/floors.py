"""What the machine itself can do, measured beside the server: the disk's sync and one core's MD5."""

import hashlib
import os
import time

MIB = 1 << 20


def md5_rate(seconds=1.0):
    """MB/s of one core: what bounds a single PUT, whose ETag is the MD5 of its body."""
    block = os.urandom(MIB)
    digest, begin, count = hashlib.md5(), time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        digest.update(block)
        count += 1
    return count * MIB / 1e6 / (time.monotonic() - begin)


def sync_rate(folder, size=4096, seconds=1.0):
    """Times per second that one thread appends `size` bytes to a file and waits for the disk: what bounds durable PUTs that come one by one."""
    block, count = os.urandom(size), 0
    path = folder / "sync-floor"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            os.write(descriptor, block)
            os.fdatasync(descriptor)
            count += 1
        return count / (time.monotonic() - begin)
    finally:
        os.close(descriptor)
        path.unlink()
