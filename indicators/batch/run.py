"""A batch from beginning to end: find, hand out, write, look across, sum up."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Protocol
from uuid import uuid4

from indicators.batch.discovery import Finder
from indicators.batch.loading import digest_of
from indicators.batch.local import LocalWorkers
from indicators.batch.tasks import Limits, Result, Settings, Task
from indicators.batch.versions import Versions, versions_of
from indicators.config import Config
from indicators.pipeline import Options
from indicators.store import Store
from indicators.store.cross import refresh
from indicators.store.rows import Known

__all__ = ["Progress", "Summary", "Workers", "WorkersFactory", "default_processes", "run_batch"]

_WAIT = 0.5
#: Results written in one transaction at most.
_TOGETHER = 32
#: Documents looked up in the store at a time.
_ASKED = 100
#: Seconds a result waits for others at most.
_GATHER = 0.2
_NOTHING = object()
_MOST_NAMED = 100


class Workers(Protocol):
    """What judges tasks: processes on this machine, or a cluster."""

    @property
    def window(self) -> int:
        """Tasks that may be out at a time."""

    def submit(self, task: Task) -> None:
        """Hand out a task."""

    def result(self, timeout: float) -> Result | None:
        """Return the next result, ``None`` if there is none in time."""

    def close(self, *, kill: bool = False) -> None:
        """End the work."""


WorkersFactory = Callable[[Settings, Limits, Versions], Workers]


@dataclass(slots=True)
class Summary:
    """What a run did.

    Parameters
    ----------
    counts
        Documents by status: those of the store, and ``unchanged``.
    forms, pages, bytes
        Of the documents judged in this run.
    failed
        ``(document, status, reason)`` of the first hundred failures.
    seconds
        Wall time.
    spent
        Seconds of worker processes by step.
    state
        ``finished`` or ``interrupted``.
    cross
        Findings across documents, by rule.
    repeated
        Documents that could not be judged in an earlier run and are unchanged.
    gone
        Documents that are not there any more and were taken out of the store.
    """

    run: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    forms: int = 0
    pages: int = 0
    bytes: int = 0
    failed: list[tuple[str, str, str]] = field(default_factory=list)
    seconds: float = 0.0
    spent: Counter[str] = field(default_factory=Counter)
    writing: float = 0.0
    megabytes: float = 0.0
    state: str = "running"
    cross: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    gone: int = 0

    @property
    def documents(self) -> int:
        """How many documents were dealt with, unchanged ones included."""
        return self.counts.total()

    @property
    def judged(self) -> int:
        """How many documents were judged in this run, failures included."""
        return self.documents - self.counts["unchanged"] - self.repeated

    @property
    def failures(self) -> int:
        """How many documents of this run have no result, those that had none before included."""
        return self.judged + self.repeated - self.counts["ok"]

    def repeat(self, key: str, status: str, reason: str) -> None:
        """Count a document that has no result from before."""
        self.counts[status] += 1
        self.repeated += 1
        if len(self.failed) < _MOST_NAMED:
            self.failed.append((key, status, reason))

    def add(self, result: Result) -> None:
        """Count a document that was judged."""
        rows = result.rows
        self.counts[rows.status] += 1
        self.forms += rows.document["forms"]
        self.pages += rows.document["pages"] or 0
        self.bytes += rows.document["bytes"]
        if rows.status != "ok" and len(self.failed) < _MOST_NAMED:
            self.failed.append((rows.key, rows.status, rows.document["reason"]))
        for name, value in asdict(result.spent).items():
            self.spent[name] += value
        self.megabytes = max(self.megabytes, result.spent.megabytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of a run: the document just dealt with, its status and reason, and the sums so far."""

    document: str
    status: str
    reason: str
    summary: Summary


def default_processes() -> int:
    """Return how many processes this machine carries: the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def run_batch(
    tasks: Iterable[Task],
    store: Store,
    *,
    config: Config | None = None,
    options: Options | None = None,
    limits: Limits | None = None,
    processes: int = 1,
    workers: WorkersFactory | None = None,
    force: bool = False,
    retry: bool = False,
    on_step: Callable[[Progress], None] | None = None,
) -> Summary:
    """Judge many documents and keep the results in a store; each is there whole or not at all.

    Parameters
    ----------
    tasks
        The documents, usually a :class:`indicators.batch.Finder`; read as a stream.
    store
        Where results go. What it already holds for the same content and versions is not judged again.
    config, options
        How to judge.
    limits
        What one document may cost.
    processes
        Worker processes on this machine.
    workers
        Makes other workers, e.g. those of a cluster; ``None`` = processes on this machine.
    force
        Whether everything is judged again.
    retry
        Whether documents that failed before are judged again.
    on_step
        Called after each document was written or found unchanged.

    Returns
    -------
    Summary
        Its ``state`` is ``interrupted`` after Ctrl-C: what was written stays, and the same call continues.

    Raises
    ------
    IndicatorsError
        If no document can be judged (broken packs) or nothing can be written.
    """
    config, options, limits = config or Config(), options or Options(), limits or Limits()
    versions = versions_of(config, options)
    settings = Settings(config=config, options=options, versions=versions.digest)
    summary = Summary(run=f"{_now()} {uuid4().hex[:8]}")
    started = time.monotonic()
    made = workers(settings, limits, versions) if workers else LocalWorkers(settings, limits, processes)
    store.begin_run(summary.run, _now(), versions.digest, asdict(versions))
    job = _Job(store=store, workers=made, versions=versions.digest, force=force, retry=retry, summary=summary)
    job.on_step = on_step
    kill = True
    try:
        job.work(iter(tasks))
        kill = False
        summary.state = "finished"
    except KeyboardInterrupt:
        summary.state = "interrupted"
        job.write()
    finally:
        made.close(kill=kill)
        summary.seconds = time.monotonic() - started
        state = summary.state if summary.state != "running" else "failed"
        store.end_run(summary.run, _now(), state, {**asdict(versions), **_facts(summary)})
    if summary.state == "finished":
        if isinstance(tasks, Finder):
            summary.gone = store.forget(tuple(tasks.gone(store.documents())))
        summary.cross = refresh(store)
        summary.seconds = time.monotonic() - started
    return summary


@dataclass(slots=True, kw_only=True)
class _Job:
    """A run under way."""

    store: Store
    workers: Workers
    versions: str
    force: bool
    retry: bool
    summary: Summary
    on_step: Callable[[Progress], None] | None = None
    _ready: list[Result] = field(default_factory=list)
    _since: float = 0.0

    def work(self, tasks: Iterator[Task]) -> None:
        """Keep the window of the workers full and write what comes back, until nothing is left."""
        due = self._due(tasks)
        out = 0
        exhausted = False
        while not exhausted or out:
            if not exhausted and out < self.workers.window:
                task = next(due, _NOTHING)
                exhausted = task is _NOTHING
                if isinstance(task, Task):
                    self.workers.submit(task)
                    out += 1
                wait = 0.0
            else:
                wait = _GATHER if self._ready else _WAIT
            if out and (result := self.workers.result(wait)) is not None:
                out -= 1
                self._ready.append(result)
                self._since = self._since or time.monotonic()
            if self._ready and (len(self._ready) >= _TOGETHER or time.monotonic() - self._since >= _GATHER):
                self.write()
        self.write()

    def write(self) -> None:
        """Write the results that have gathered.

        A commit waits for the disk, so what comes within a moment is written together; a slow run still writes document
        by document.
        """
        results, self._ready, self._since = self._ready, [], 0.0
        if not results:
            return
        started = time.monotonic()
        now = _now()
        self.store.write(*((result.rows, self._processing(result, now)) for result in results))
        self.summary.writing += time.monotonic() - started
        for result in results:
            self.summary.add(result)
        for result in results:
            self._tell(result.rows.key, result.rows.status, result.rows.document["reason"])

    def _due(self, tasks: Iterator[Task]) -> Iterator[Task | None]:
        """Yield what must be judged (content or versions are new, or it is asked for), ``None`` for all else."""
        for task, known in self._with_known(tasks):
            if known is None or known.versions != self.versions or (self.retry and known.status != "ok"):
                yield task
            elif known.digest and known.digest == (task.expected or digest_of(task)):
                self._skip(task, known)
                yield None
            else:
                yield task

    def _skip(self, task: Task, known: Known) -> None:
        """Count a document that is as it was; one that could not be judged then is missing from the results still."""
        if known.status == "ok":
            self.summary.counts["unchanged"] += 1
            self._tell(task.key, "unchanged")
            return
        reason = "上次没能检查，内容没有改动；加 --retry 再试"
        self.summary.repeat(task.key, known.status, reason)
        self._tell(task.key, known.status, reason)

    def _with_known(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Known | None]]:
        """Look some documents up at a time: a question costs the store more than the answer."""
        while some := list(islice(tasks, _ASKED)):
            known = {} if self.force else self.store.known([task.key for task in some])
            yield from ((task, known.get(task.key)) for task in some)

    def _processing(self, result: Result, now: str) -> dict[str, object]:
        spent = {name: round(value, 4) for name, value in asdict(result.spent).items()}
        return {"run": self.summary.run, "finished": now, **spent}

    def _tell(self, document: str, status: str, reason: str = "") -> None:
        if self.on_step is not None:
            self.on_step(Progress(document=document, status=status, reason=reason, summary=self.summary))


def _facts(summary: Summary) -> dict[str, object]:
    return {
        "counts": dict(summary.counts), "forms": summary.forms, "pages": summary.pages,
        "seconds": round(summary.seconds, 1),
    }  # fmt: skip


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
