"""One worker process and its keeper: time and memory limits, restarts, and what a lost process is recorded as."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from threading import Event, Lock
from typing import Any

from indicators.batch import child
from indicators.batch.failing import failed
from indicators.batch.tasks import Limits, Result, Settings, Task
from indicators.errors import IndicatorsError
from indicators.guarding import TICK, Lost, lost_error, memory_of, watch

__all__ = ["Entry", "Guard", "Stopped", "context"]

_STARTING = Lock()
Entry = Callable[[Connection, Settings, Limits], None]


class Stopped(Exception):  # noqa: N818 - not an error
    """The run was asked to stop while a document was being judged."""


def context(settings: Settings) -> BaseContext:
    """Return how worker processes are started: from a fork server that holds rules and model, else afresh."""
    # One thread a process: processes share the cores already, and a fork must not copy a thread pool.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    chosen = multiprocessing.get_context("forkserver")
    model = "indicators.batch.preload_model" if settings.options.classifier else "indicators.batch.preload"
    chosen.set_forkserver_preload([model])
    return chosen


class Guard:
    """Keeps one worker process and hands it one document at a time.

    Parameters
    ----------
    settings
        How to judge.
    limits
        What one document may cost.
    stop
        Set by another thread to give up at once.
    entry
        What the process runs: :func:`indicators.batch.child.main`.
    """

    def __init__(
        self, settings: Settings, limits: Limits, stop: Event | None = None, *, entry: Entry = child.main
    ) -> None:
        self.settings = settings
        self.limits = limits
        self.stop = stop or Event()
        self._entry = entry
        self._context = context(settings)
        self._process: Any = None
        self._megabytes: Callable[[], float] = _nothing
        self._pipe: Connection | None = None
        self._done = 0

    def run(self, task: Task) -> Result:
        """Judge one document; whatever it does, there is a result.

        Raises
        ------
        Stopped
            If the run was stopped meanwhile.
        IndicatorsError
            If rules or model cannot be loaded: then no document can be judged.
        """
        pipe = self._ready()
        digest, size = "", 0
        peak = 0.0

        def tick(spent: float, megabytes: float) -> None:
            nonlocal peak
            peak = max(peak, megabytes)
            if self.stop.is_set():
                self.close(kill=True)
                raise Stopped

        try:
            pipe.send(task)
            for kind, value in watch(pipe, self._megabytes, self.limits.seconds, self.limits.megabytes, tick):
                if kind == "done":
                    return self._finished(value, peak)
                digest, size = value
        except Lost as lost:
            return self._lost(task, lost.status, digest, size)
        except (EOFError, OSError):
            pass
        return self._lost(task, "crashed", digest, size)

    def close(self, *, kill: bool = False) -> None:
        """End the process, at once or after it has taken leave."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        self._megabytes = _nothing
        if pipe is not None:
            with suppress(OSError, ValueError):
                if not kill:
                    pipe.send(None)
            pipe.close()
        if process is not None:
            if kill:
                process.kill()
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join(5)
            with suppress(ValueError):
                process.close()

    def _ready(self) -> Connection:
        if self._pipe is not None and self._process.is_alive():
            return self._pipe
        self.close(kill=True)
        ours, theirs = self._context.Pipe()
        with _STARTING:
            # The fork server is started by the first process; two threads must not both start it.
            self._process = self._context.Process(  # type: ignore[attr-defined]
                target=self._entry, args=(theirs, self.settings, self.limits), name="indicators-worker"
            )
            with _no_daemon():
                self._process.start()
        theirs.close()
        self._pipe, self._done = ours, 0
        self._megabytes = memory_of(self._process.pid)
        self._await_start(ours)
        return ours

    def _await_start(self, pipe: Connection) -> None:
        end = time.monotonic() + self.limits.start
        try:
            while not pipe.poll(TICK):
                if self.stop.is_set():
                    self.close(kill=True)
                    raise Stopped
                if time.monotonic() > end:
                    raise _no_start(f"{self.limits.start:.0f} 秒内没有就绪")
            kind, value = pipe.recv()
        except (EOFError, OSError) as error:
            raise _no_start("进程启动时退出") from error
        if kind == "broken":
            raise value

    def _finished(self, result: Result, peak: float) -> Result:
        now = self._megabytes()
        self._done += 1
        if self._done >= self.limits.documents or now > 0.6 * self.limits.megabytes:
            self.close()
        return replace(result, spent=replace(result.spent, megabytes=max(peak, now)))

    def _lost(self, task: Task, status: str, digest: str, size: int) -> Result:
        """Record a document whose process had to be ended or ended by itself."""
        if self._process is not None:
            self._process.join(0.5)
        code = self._process.exitcode if self._process is not None else None
        self.close(kill=True)
        limits = self.limits
        error = lost_error(task.key, status, limits.seconds, limits.megabytes, code, "--retry")
        return failed(task, self.settings, error, status, digest=digest, size=size)


def _nothing() -> float:
    return 0.0


def _no_start(why: str) -> IndicatorsError:
    return IndicatorsError("检查进程启动不了", why=why, remedy="请检查内存是否足够、安装是否完整，减少 -j 后重试")


class _no_daemon:  # noqa: N801 - used like a function
    """Let a daemonic process (a Dask worker under its nanny) start a process.

    multiprocessing forbids it because a daemon killed by its parent would leave its children behind; ours end by
    themselves when the pipe to the guard closes.
    """

    def __enter__(self) -> None:
        self.config: dict[str, Any] = getattr(multiprocessing.current_process(), "_config", {})
        self.before = self.config.get("daemon")
        if self.before:
            self.config["daemon"] = False

    def __exit__(self, *error: object) -> None:
        if self.before:
            self.config["daemon"] = self.before
