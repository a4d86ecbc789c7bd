"""A small disk of its own for one server, mounted where only that server sees it."""

import errno
import os
import pathlib
import shutil
import subprocess

import pytest

import conftest


class LimitedDisk:
    """Lives in a mount namespace that a waiting process holds, so that a server can be started on it again."""

    def __init__(self, directory, mount):
        """`mount`: shell commands that mount a file system on $1."""
        if os.geteuid() != 0 or shutil.which("unshare") is None or shutil.which("nsenter") is None:
            pytest.skip("mounting a disk of its own needs root, unshare and nsenter")
        directory.mkdir()
        self.directory = directory
        self.servers = []
        script = f"set -e; {mount}; echo mounted; exec sleep infinity"
        self.holder = subprocess.Popen(["unshare", "--mount", "sh", "-c", script, "sh", str(directory)],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.holder.stdout.readline().strip() != "mounted":
            reason = self.holder.stderr.read().strip()
            self.close()
            pytest.skip(f"this machine does not let a test mount a disk: {reason}")

    @property
    def root(self):
        return pathlib.Path(f"/proc/{self.holder.pid}/root")

    @property
    def seen(self):
        """The disk, from outside."""
        return self.root / self.directory.relative_to("/")

    def run(self, *command):
        return subprocess.run(["nsenter", f"--target={self.holder.pid}", "--mount", *map(str, command)],
                              capture_output=True, text=True, timeout=60)

    def start(self, *arguments):
        prefix = ["nsenter", f"--target={self.holder.pid}", "--mount"]
        server = conftest.start_server(self.directory, *arguments, prefix=prefix, root=self.root)
        self.servers.append(server)
        return server

    def fill(self, spare=0):
        """Takes every block but about `spare` bytes."""
        step = 1 << 20
        with open(self.seen / "filler", "ab", buffering=0) as filler:
            while step >= 4096:
                try:
                    filler.write(bytes(step))
                except OSError as error:
                    assert error.errno == errno.ENOSPC, error
                    step //= 2
            if spare:
                filler.truncate(filler.tell() - spare)

    def fill_inodes(self):
        (self.seen / "inodes").mkdir()
        number = 0
        while True:
            try:
                (self.seen / "inodes" / str(number)).touch()
            except OSError as error:
                assert error.errno == errno.ENOSPC, error
                return
            number += 1

    def close(self):
        """A failed test has not stopped its server."""
        for server in self.servers:
            if server.process.poll() is None:
                server.process.kill()
                server.process.wait()
        self.holder.kill()
        self.holder.wait()
        self.holder.stdout.close()
        self.holder.stderr.close()


def loop_device(disk):
    """The name of the disk's loop device, such as loop0."""
    source = disk.run("findmnt", "-n", "-o", "SOURCE", disk.directory).stdout.strip()
    return pathlib.Path(source).name
