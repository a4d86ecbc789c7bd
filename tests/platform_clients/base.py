"""What the clients of the platform interface share; README.md lists the methods that journeys use."""

import json
import os
import pathlib
import subprocess

from conftest import ROOT

HERE = pathlib.Path(__file__).resolve().parent
ENVIRONMENT = pathlib.Path(os.environ.get("ATELIER_CLIENT_ENVIRONMENT", ROOT / "build" / "platform-venv"))
FLAVOR = "modelarts.vm.cpu.1u"
COMMAND_SECONDS = 300  # a command that waits for a service included


class Refused(Exception):
    """The server said no, and the client says so."""

    def __init__(self, text, status=None, code=None):
        super().__init__(text)
        self.text = text
        self.status = status
        self.code = code


class Broken(Exception):
    """The client fails by itself."""


def client_environment(**more):
    """Of a client's process: nothing of the tester's own clouds, keys or proxies."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OS_", "HUAWEICLOUD_", "ATELIER_", "S3_"))}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        kept.pop(name, None)
    return {**kept, **more}


class Client:
    name = ""  # the column of docs/platform-clients.md
    packages = ()  # with their versions, as pinned in requirements.txt
    how = ""  # how it is pointed at a server

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder  # for this client's files

    def close(self):
        """Ends what the client has running."""

    @classmethod
    def can(cls, *methods):
        return all(hasattr(cls, method) for method in methods)


class Driver:
    """A program of drivers/ that runs in the clients' environment and answers line by line."""

    def __init__(self, program, arguments, environment):
        command = [str(ENVIRONMENT / "bin" / "python"), str(HERE / "drivers" / program), *arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Broken(f"the client's program ended with {self.process.wait(30)} at {request}")
        answer = json.loads(line)
        if "broken" in answer:
            raise Broken(answer["broken"])
        if "refused" in answer:
            said = answer["refused"]
            raise Refused(f"{said['status']} {said['code']} {said['message']}", said["status"], said["code"])
        return answer["result"]

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(30)
        self.process.stdout.close()
        assert status == 0, f"the client's program ended with {status}"


def run(command, environment, seconds=COMMAND_SECONDS):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds)
    if done.returncode != 0:
        raise Refused(f"{' '.join(command[:6])} ... ended with {done.returncode}: {(done.stdout + done.stderr).strip()[-1500:]}")
    return done.stdout
