"""Requests without a pause, from several clients, while something is done to the service."""

import threading

import requests

CLIENTS = 2


class Load:
    def __init__(self, api, address):
        self.api, self.address = api, address
        self.answers, self.failures = [], []
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(CLIENTS)]

    def _run(self):
        session = requests.Session()
        while not self._stopping.is_set():
            response = session.post(self.address, json={"x": 1}, headers={"X-Auth-Token": self.api.token}, timeout=60)
            with self._lock:
                if response.status_code == 200:
                    self.answers.append(response.json()["y"][0][0])
                else:
                    self.failures.append((response.status_code, response.text))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        for thread in self._threads:
            thread.join(90)
