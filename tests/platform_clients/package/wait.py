"""Runs until it is stopped: it has nothing to do, and ten minutes are the end in any case."""

import time

print("waiting to be stopped", flush=True)
time.sleep(600)
