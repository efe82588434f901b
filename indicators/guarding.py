"""A process that may crash, hang or grow while the one that waits for it says so and goes on.

Both kinds of run use it: the worker processes of a batch, and the single process that reads for ``check``, ``extract``,
``rank`` and ``annotate``.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from indicators.errors import IndicatorsError, ReadError
from indicators.telling import telling

__all__ = ["TICK", "Guarded", "Lost", "fault", "lost_error", "memory_of", "watch"]

TICK = 0.05 if sys.platform != "win32" else 0.1
#: Seconds of silence before the first word on what is being waited for.
_PATIENCE = 5.0
#: What a process says of a page it begins, and seconds between two such words.
_PAGE, _BETWEEN = "page", 0.2

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


class Lost(Exception):  # noqa: N818 - the process is lost, not the run
    """A process that took too long or too much, or ended by itself.

    Parameters
    ----------
    status
        ``timeout``, ``memory`` or ``crashed``.
    """

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def memory_of(process: int | None) -> Callable[[], float]:
    """Return what measures the resident memory of a process, in MB; 0 once it is gone."""
    import psutil  # type: ignore[import-untyped,unused-ignore]

    try:
        meter = psutil.Process(process)
    except psutil.Error:
        return lambda: 0.0

    def megabytes() -> float:
        try:
            return float(meter.memory_info().rss) / 1048576
        except psutil.Error:
            return 0.0

    return megabytes


def watch(
    pipe: Connection, megabytes: Callable[[], float], seconds: float, most: float, tick: Callable[[float, float], None]
) -> Iterator[tuple[str, Any]]:
    """Yield what a process sends, under limits.

    Parameters
    ----------
    pipe
        To the process.
    megabytes
        Measures its memory.
    seconds, most
        Wall time and MB it may take.
    tick
        Called while nothing comes, with the seconds so far and the memory; may raise to give up.

    Raises
    ------
    Lost
        If it takes more, or ends.
    """
    started = time.monotonic()
    try:
        while True:
            if pipe.poll(TICK):
                yield pipe.recv()
                continue
            spent, size = time.monotonic() - started, megabytes()
            tick(spent, size)
            if spent > seconds:
                raise Lost("timeout")
            if size > most:
                raise Lost("memory")
    except (EOFError, OSError) as error:
        raise Lost("crashed") from error


def lost_error(where: str, status: str, seconds: float, most: float, code: int | None, again: str = "") -> ReadError:
    """Return the error for a document whose process was lost.

    Parameters
    ----------
    status
        Of :class:`Lost`.
    seconds, most
        The limits.
    code
        Exit code of the process, if known.
    again
        What must be added to a command to try again (``--retry`` of a batch).
    """
    again = f"用 {again} " if again else ""
    if status == "timeout":
        what, why = "检查超时，已放弃", f"超过每份文件 {seconds:g} 秒的限度"
        remedy = f"可{again}加大 --time-limit 重试，或拆分文件"
    elif status == "memory":
        what, why = "检查占用内存过多，已放弃", f"超过每份文件 {most:g} MB 的限度"
        remedy = f"可{again}加大 --memory-limit 重试，或拆分文件"
    else:
        what, why = "检查这份文件的进程意外退出", f"退出码 {code}" if code is not None else "原因不明"
        remedy = f"可{again}重试；仍失败的，请把文件反馈给维护者"
    return ReadError(what, where=where, why=why, remedy=remedy)


def fault(where: str, error: BaseException) -> ReadError:
    """Return the error for a document on which the program itself failed."""
    why = f"{type(error).__name__}：{error}"[:300]
    return ReadError(
        "检查这份文件时程序出错", where=where, why=why, remedy="其他文件不受影响；请把这份文件和原因反馈给维护者"
    )


class Guarded(Generic[Task, Outcome]):
    """Does work in a process of its own, one task at a time; a lost process is replaced.

    Parameters
    ----------
    work
        What is done; also what the process starts from, so that what it holds need not be loaded again.
    seconds, megabytes
        What one task may take.
    waiting
        Called now and then while a task takes long: with the task, the seconds and the megabytes so far.
    paged
        Called when a page of a task is begun: with the task, the page and the number of pages.
    """

    def __init__(
        self,
        work: Callable[[Task], Outcome],
        *,
        seconds: float,
        megabytes: float,
        waiting: Callable[[Task, float, float], None] | None = None,
        paged: Callable[[Task, int, int], None] | None = None,
    ) -> None:
        self.work = work
        self.seconds = seconds
        self.megabytes = megabytes
        self.waiting = waiting
        self.paged = paged
        self._process: Any = None
        self._pipe: Connection | None = None

    def __call__(self, task: Task, where: str) -> Outcome:
        """Return what came of a task.

        Raises
        ------
        ReadError
            If the process was lost, or the program failed on the task.
        IndicatorsError
            As the work itself raises it.
        """
        if self._pipe is None:
            self._start()
        pipe, process = self._pipe, self._process
        assert pipe is not None

        def tick(spent: float, size: float) -> None:
            if self.waiting is not None and spent > _PATIENCE:
                self.waiting(task, spent, size)

        try:
            pipe.send(task)
            for kind, value in watch(pipe, memory_of(process.pid), self.seconds, self.megabytes, tick):
                if kind != _PAGE:
                    break
                if self.paged is not None:
                    self.paged(task, *value)
        except (Lost, OSError) as error:
            process.join(0.5)
            code = process.exitcode
            self.close(kill=True)
            status = error.status if isinstance(error, Lost) else "crashed"
            raise lost_error(where, status, self.seconds, self.megabytes, code) from None
        except BaseException:
            self.close(kill=True)
            raise
        if kind == "raised":
            raise value
        outcome: Outcome = value
        return outcome

    def close(self, *, kill: bool = False) -> None:
        """End the process: at once, or as the closed pipe ends it where it has nothing to do."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            if not kill:
                process.join(1)
            process.kill()
            process.join(5)
            with suppress(ValueError):
                process.close()

    def _start(self) -> None:
        # Forked, the process holds what is loaded already and starts at once. Elsewhere it loads for itself.
        method = "fork" if sys.platform == "linux" else "spawn"
        chosen = multiprocessing.get_context(method)
        ours, theirs = chosen.Pipe()
        self._process = chosen.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs, ours if method == "fork" else None, self.work), daemon=True
        )
        self._process.start()
        theirs.close()
        self._pipe = ours


def _serve(pipe: Connection, other: Connection | None, work: Callable[[Any], Any]) -> None:
    """Do what comes through the pipe until it closes."""
    import signal

    if other is not None:
        other.close()  # else the end of the waiting process would not be seen
    # Interrupts are the waiting process's to answer; and nothing but results leaves this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    said = 0.0

    def tell(number: int, count: int) -> None:
        nonlocal said
        if number == 1 or time.monotonic() - said > _BETWEEN:
            said = time.monotonic()
            pipe.send((_PAGE, (number, count)))

    with suppress(EOFError, OSError), telling(tell):
        while True:
            task = pipe.recv()
            try:
                message: tuple[str, Any] = ("done", work(task))
            except IndicatorsError as error:
                message = ("raised", error)
            except Exception as error:
                message = ("raised", fault(str(task), error))
            pipe.send(message)
    os._exit(0)
