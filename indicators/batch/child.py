"""The process that judges documents: it may crash, hang or grow without harm to the run."""

from __future__ import annotations

import faulthandler
import hashlib
import os
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath
from time import perf_counter

from indicators.batch.failing import failed
from indicators.batch.loading import load
from indicators.batch.rows import rows_of
from indicators.batch.tasks import Limits, Result, Settings, Spent, Task
from indicators.errors import IndicatorsError, ReadError
from indicators.guarding import fault
from indicators.pipeline import Checker, forms_of, unreadable
from indicators.readers import read_bytes
from indicators.records import Extraction, Specificity
from indicators.store.rows import storable

__all__ = ["Judge", "main"]


class _TimedChecker(Checker):
    """A checker that says how long the classifier took."""

    scoring = 0.0

    def specificity(self, extraction: Extraction) -> tuple[tuple[Specificity | None, ...], ...]:
        started = perf_counter()
        levels = super().specificity(extraction)
        self.scoring = perf_counter() - started
        return levels


class Judge:
    """Judges tasks one after another; holds rules and model.

    Parameters
    ----------
    settings
        How to judge.

    Raises
    ------
    PackError
        If rules or model cannot be loaded.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.checker = _TimedChecker(config=settings.config, options=settings.options)
        _ = self.checker.rules, self.checker.weights, self.checker.classifier

    def load(self, task: Task) -> tuple[bytes, str]:
        """Return the bytes of a task and their SHA-256.

        Raises
        ------
        ReadError
            If they cannot be had, or are not those that were expected.
        """
        data = load(task)
        digest = hashlib.sha256(data).hexdigest()
        if task.expected and digest != task.expected:
            why = "读到的内容与登记的 SHA-256 不同，可能是传输中断、缓存陈旧，或文件已被更换"
            raise ReadError("内容与登记的摘要不符", where=task.key, why=why, remedy="请核对文件后重试")
        return data, digest

    def judge(self, task: Task, data: bytes, digest: str, started: float) -> Result:
        """Judge the bytes of a task.

        Parameters
        ----------
        started
            When work on the task began (``perf_counter``).
        """
        marks = [perf_counter()]
        inside = task.member or task.remote
        name = storable(task.name or (PurePosixPath(task.key).name if inside else Path(task.path).name))
        status, reason = "ok", ""
        self.checker.scoring = 0.0
        options = self.settings.options
        try:
            document = read_bytes(data, name, engine=options.engine, ocr=options.ocr)
            marks.append(perf_counter())
            extraction = forms_of(document)
            marks.append(perf_counter())
            report = self.checker.check_extraction(extraction, path=task.shown)
        except IndicatorsError as error:
            report, status, reason = unreadable(task.shown, error, self.checker.rules), "unreadable", str(error)
        except Exception as error:  # whatever a document provokes costs this document only
            wrong = fault(task.key, error)
            report, status, reason = unreadable(task.shown, wrong, self.checker.rules), "crashed", str(wrong)
        marks.append(perf_counter())
        rows = rows_of(
            report, key=task.key, versions=self.settings.versions, digest=digest, size=len(data), status=status,
            reason=reason,
        )  # fmt: skip
        end = perf_counter()
        reading, finding = marks[1] - marks[0], marks[2] - marks[1] if len(marks) > 3 else 0.0
        judging = max(0.0, marks[3] - marks[2] - self.checker.scoring) if len(marks) > 3 else 0.0
        spent = Spent(
            seconds=end - started, reading=reading + marks[0] - started, finding=finding, scoring=self.checker.scoring,
            judging=judging, packing=end - marks[-1],
        )  # fmt: skip
        return Result(rows=rows, spent=spent)


def main(pipe: Connection, settings: Settings, limits: Limits) -> None:
    """Judge what comes through the pipe until ``None`` comes.

    Sends ``("ready", None)``, then for each task ``("loaded", (digest, size))`` and ``("done", Result)``;
    ``("broken", error)`` where rules or model cannot be loaded.
    """
    _behave()
    try:
        judge = Judge(settings)
    except IndicatorsError as error:
        pipe.send(("broken", error))
        return
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        pipe.send(("ready", None))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        while (task := pipe.recv()) is not None:
            # The guard ends this process in time; should the guard itself be gone, the process ends by itself.
            faulthandler.dump_traceback_later(limits.seconds * 2 + 60, exit=True, file=nowhere)
            pipe.send(("done", _judged(judge, task, pipe)))
            faulthandler.cancel_dump_traceback_later()


def _judged(judge: Judge, task: Task, pipe: Connection) -> Result:
    started = perf_counter()
    try:
        data, digest = judge.load(task)
    except IndicatorsError as error:
        return failed(task, judge.settings, error, "unreadable")
    pipe.send(("loaded", (digest, len(data))))
    return judge.judge(task, data, digest, started)


def _behave() -> None:
    """Leave requests to stop to the guard, and be the first that a machine short of memory ends.

    Ctrl-C and the end of a cluster job reach all processes of a group; a worker that obeyed would make the guard take
    its document for a deadly one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
