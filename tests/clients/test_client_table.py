"""docs/clients.md says what the tests say."""

import os
import subprocess
import sys

from clients.client_table import DOCUMENT, ROOT


def test_the_committed_table_is_that_of_the_tests(tmp_path):
    written = tmp_path / "clients.md"
    command = [sys.executable, "-m", "pytest", "-p", "clients.client_table", "--client-table", str(written), "--collect-only", "-q",
               str(ROOT / "tests" / "clients")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert DOCUMENT.read_text() == written.read_text(), "run scripts/client-table and commit docs/clients.md"
