"""Runs TensorBoard on a socket file of its working directory: only who may open that file reaches it.

    python serve.py <log folder> <path prefix> <title>

The socket gets its name, board.sock, when TensorBoard listens: whoever sees the name can connect.
"""

import os
import socket
import sys

from tensorboard import default, program
from werkzeug import serving

SOCKET = "board.sock"
WAITING_CONNECTIONS = 128
# Seconds between two looks at the log folder.
RELOAD_SECONDS = 3


class _Handler(serving.WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code="-", size="-"):
        """The platform keeps the access log."""


class SocketServer(serving.ThreadedWSGIServer, program.TensorBoardServer):
    """What TensorBoard asks of a server, on a socket file."""

    daemon_threads = True

    def __init__(self, wsgi_app, flags):
        self._path_prefix = flags.path_prefix
        new = SOCKET + ".new"
        if os.path.exists(new):
            os.unlink(new)
        # By a relative name: the absolute one may be longer than an address can be.
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
            listening.bind(new)
            listening.listen(WAITING_CONNECTIONS)
            serving.ThreadedWSGIServer.__init__(self, "unix://" + SOCKET, 0, wsgi_app, _Handler, fd=listening.fileno())
        os.rename(new, SOCKET)

    def get_url(self):
        return "http://localhost:0" + self._path_prefix + "/"

    def print_serving_message(self):
        sys.stderr.write("TensorBoard listens\n")
        sys.stderr.flush()


def main(log_folder, path_prefix, title):
    board = program.TensorBoard(default.get_plugins(), server_class=SocketServer)
    board.configure(
        argv=[
            "tensorboard",
            "--logdir", log_folder,
            "--path_prefix", path_prefix,
            "--window_title", title,
            "--reload_interval", str(RELOAD_SECONDS),
            # A log folder may hold several event files that grow; and one process is enough for a board.
            "--reload_multifile", "true",
            "--load_fast", "false",
        ]
    )
    return board.main()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("expected: serve.py <log folder> <path prefix> <title>")
    sys.exit(main(*sys.argv[1:]))
