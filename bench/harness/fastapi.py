"""The peer of the predictions: FastAPI under uvicorn, with Python's TensorFlow and the same files."""

import contextlib
import os

from harness.context import BENCH, ROOT
from harness.process import accepts, free_port, running, wait_until


@contextlib.contextmanager
def serving(context, model_dir, workers):
    """Yields its URL. Ready when every worker has loaded the model, which happens before it accepts."""
    port = free_port()
    log = context.temporary / f"fastapi-{workers}-{port}.log"
    environment = {**os.environ, "MODEL_DIR": str(model_dir), "PYTHONPATH": f"{BENCH / 'peers'}:{ROOT / 'python'}", "TF_CPP_MIN_LOG_LEVEL": "2"}
    command = [context.peer_python(), "-m", "uvicorn", "fastapi_app:app", "--host", "127.0.0.1", "--port", port, "--workers", workers,
               "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "info"]
    with running(command, log, env=environment, cwd=BENCH / "peers") as process:
        wait_until(lambda: log.read_text(errors="replace").count("Application startup complete") >= workers and accepts(port),
                   "start of FastAPI", seconds=120, every=0.05, process=process)
        yield f"http://127.0.0.1:{port}/"
