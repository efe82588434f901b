"""One worker process and its keeper: time and memory limits, restarts, and what a lost process is recorded as."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from threading import Event, Lock
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]

from indicators.batch import child
from indicators.batch.failing import failed
from indicators.batch.tasks import Limits, Result, Settings, Task
from indicators.errors import IndicatorsError, ReadError

__all__ = ["Entry", "Guard", "Stopped", "context"]

_TICK = 0.05 if sys.platform != "win32" else 0.1
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
        self._meter: psutil.Process | None = None
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
        digest, size, peak = "", 0, 0.0
        started = time.monotonic()
        try:
            pipe.send(task)
            while True:
                if pipe.poll(_TICK):
                    kind, value = pipe.recv()
                    if kind == "done":
                        return self._finished(value, peak)
                    digest, size = value
                    continue
                peak = max(peak, self._megabytes())
                if self.stop.is_set():
                    self.close(kill=True)
                    raise Stopped
                if time.monotonic() - started > self.limits.seconds:
                    return self._lost(task, "timeout", digest, size)
                if peak > self.limits.megabytes:
                    return self._lost(task, "memory", digest, size)
        except (EOFError, OSError):
            return self._lost(task, "crashed", digest, size)

    def close(self, *, kill: bool = False) -> None:
        """End the process, at once or after it has taken leave."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = self._meter = None
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
        with suppress(psutil.Error):
            self._meter = psutil.Process(self._process.pid)
        self._await_start(ours)
        return ours

    def _await_start(self, pipe: Connection) -> None:
        end = time.monotonic() + self.limits.start
        try:
            while not pipe.poll(_TICK):
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

    def _megabytes(self) -> float:
        try:
            return float(self._meter.memory_info().rss) / 1048576 if self._meter is not None else 0.0
        except psutil.Error:
            return 0.0

    def _lost(self, task: Task, status: str, digest: str, size: int) -> Result:
        """Record a document whose process had to be ended or ended by itself."""
        if self._process is not None:
            self._process.join(0.5)
        code = self._process.exitcode if self._process is not None else None
        self.close(kill=True)
        error = _why(task.key, status, self.limits, code)
        return failed(task, self.settings, error, status, digest=digest, size=size)


def _why(key: str, status: str, limits: Limits, code: int | None) -> ReadError:
    if status == "timeout":
        what, why = "检查超时，已放弃", f"超过每份文件 {limits.seconds:g} 秒的限度"
        remedy = "可用 --retry 加大 --time-limit 重试，或拆分文件"
    elif status == "memory":
        what, why = "检查占用内存过多，已放弃", f"超过每份文件 {limits.megabytes:g} MB 的限度"
        remedy = "可用 --retry 加大 --memory-limit 重试，或拆分文件"
    else:
        what, why = "检查这份文件的进程意外退出", f"退出码 {code}" if code is not None else "原因不明"
        remedy = "可用 --retry 重试；仍失败的，请把文件反馈给维护者"
    return ReadError(what, where=key, why=why, remedy=remedy)


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
