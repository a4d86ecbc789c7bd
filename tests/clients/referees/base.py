"""What all referees share."""

import subprocess
from dataclasses import dataclass, field


class Refused(Exception):
    """The client reports an error; `text` is how it says so (a code, or what it printed)."""

    def __init__(self, text, code=None):
        super().__init__(text)
        self.text = text
        self.code = code


@dataclass
class Head:
    size: int
    etag: str  # without quotes
    metadata: dict = field(default_factory=dict)


class Referee:
    name = ""
    package = ""  # its line in tests/requirements.txt, or where else its version is pinned
    how = ""
    slow = False
    cannot_name = {}  # key -> why the client cannot say it

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder  # for this client's files

    def close(self):
        """Ends what the client has running."""

    @classmethod
    def can(cls, *methods):
        return all(hasattr(cls, method) for method in methods)

    def file_with(self, body):
        path = self.folder / "body"
        path.write_bytes(body)
        return str(path)

    def own_metadata(self, found):
        """Only what a test set: some clients add entries of their own."""
        return {name: value for name, value in found.items() if name.startswith("test-")}


def run(command, environment, stdin=None):
    done = subprocess.run(command, input=stdin, env=environment, capture_output=True, timeout=120)
    if done.returncode != 0:
        text = (done.stderr + done.stdout).decode(errors="replace")
        raise Refused(f"{command[0]} ended with {done.returncode}: {text.strip()[-1500:]}")
    return done.stdout
