"""A worker process in which documents can hang, grow, exit, crash or raise: what no sample file does reliably.

The product holds no switch for tests: the guard is handed another entry function, this one.
"""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.connection import Connection
from typing import Any

from indicators.batch import child
from indicators.batch.local import LocalWorkers
from indicators.batch.tasks import Limits, Settings
from indicators.batch.versions import Versions

MARKS = {
    "hang": "@@HANG@@",
    "loop": "@@LOOP@@",
    "explode": "@@EXPLODE@@",
    "exit": "@@EXIT@@",
    "kill": "@@KILL@@",
    "raise": "@@RAISE@@",
}


def main(pipe: Connection, settings: Settings, limits: Limits) -> None:
    """As the worker process, with a reader that does what a document's mark says."""
    real = child.read_bytes

    def read_bytes(data: bytes, name: str, **options: Any) -> Any:
        for kind, mark in MARKS.items():
            if mark.encode() in data:
                misbehave(kind)
        return real(data, name, **options)

    child.read_bytes = read_bytes
    child.main(pipe, settings, limits)


def slow(pipe: Connection, settings: Settings, limits: Limits) -> None:
    """As the worker process, at a pace at which a test can step in."""
    real = child.read_bytes

    def read_bytes(data: bytes, name: str, **options: Any) -> Any:
        time.sleep(0.15)
        return real(data, name, **options)

    child.read_bytes = read_bytes
    child.main(pipe, settings, limits)


def misbehave(kind: str) -> None:
    if kind == "hang":
        time.sleep(3600)
    elif kind == "loop":
        while True:
            pass
    elif kind == "explode":
        hoard = []
        while True:
            hoard.append(bytearray(20_000_000))
    elif kind == "exit":
        os._exit(7)
    elif kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise RuntimeError("a fault nobody foresaw")


def workers(processes: int = 2, entry: Any = main) -> Any:
    def make(settings: Settings, limits: Limits, versions: Versions) -> LocalWorkers:
        return LocalWorkers(settings, limits, processes, entry=entry)

    return make
