"""What a batch must show on 2,000 documents, 20 of them damaged and 5 that hang, grow, exit or crash.

Steps: ``accounted`` (every document has a status, memory stays flat), ``single`` (good ones equal single runs bit by
bit), ``killed`` (killed with -9 at five random moments and resumed: the same store), ``postgresql`` (the same rows and
answers), ``dask`` (two workers, one killed: the same store).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any

import psutil

from indicators.batch import Finder, Limits, Summary, run_batch
from indicators.batch.rows import canonical
from indicators.pipeline import Checker, Options
from indicators.store import Store, open_store, schema
from indicators.store.queries import GROUPS, duplicates, outliers, summary
from tests.batch import faults
from tests.batch.making import make_damaged, make_documents, make_faulty

LIMITS = Limits(seconds=15, megabytes=900)
FAULTS = ("hang", "loop", "explode", "exit", "kill")
DAMAGED = 20


def judge(store: Store, folder: Path, options: Options, **given: Any) -> Summary:
    workers = given.pop("workers", None) or faults.workers(2)
    return run_batch(Finder(paths=(str(folder),)), store, options=options, limits=LIMITS, workers=workers, **given)


class Memory:
    """Resident megabytes of this process and of its workers, after each document."""

    def __init__(self) -> None:
        self.own = psutil.Process()
        self.client: list[float] = []
        self.workers: list[float] = []

    def note(self, progress: object) -> None:
        self.client.append(self.own.memory_info().rss / 1048576)
        workers = []
        for child in self.own.children(recursive=True):
            try:
                if any("forkserver" in word for word in child.cmdline()) and child.ppid() != self.own.pid:
                    workers.append(child.memory_info().rss / 1048576)
            except psutil.Error:
                continue
        self.workers.append(max(workers, default=0.0))

    def growth(self, values: list[float]) -> tuple[float, float]:
        """Return the mean of documents 150..250 and of the last 100."""
        return mean(values[150:250] or values), mean(values[-100:])


def accounted(root: Path, options: Options, expected: int) -> bool:
    memory = Memory()
    with open_store(root / "whole.db") as store:
        started = time.monotonic()
        done = judge(store, root / "documents", options, on_step=memory.note)
        seconds = time.monotonic() - started
    print(f"  {dict(done.counts)}; {done.forms} forms, {done.pages} pages in {seconds:.0f} s; cross {dict(done.cross)}")
    flat = True
    for name, values in (("client", memory.client), ("largest worker", memory.workers)):
        early, late = memory.growth(values)
        print(f"  {name}: {early:.0f} MB at document 200, {late:.0f} MB at the end ({late / early - 1:+.1%})")
        flat = flat and late <= 1.1 * early
    failures = {status: done.counts[status] for status in ("timeout", "memory", "crashed")}
    right = failures == {"timeout": 2, "memory": 1, "crashed": 2}
    print(f"  memory flat: {flat}; failures as made: {right}")
    return done.documents == expected and right and flat


def single(root: Path, options: Options, expected: int) -> bool:
    checker = Checker(options=options)
    compared = different = 0
    with open_store(root / "whole.db", create=False) as store:
        for row in store.rows(schema.documents):
            if row["status"] in ("ok", "unreadable"):
                compared += 1
                different += zlib.decompress(row["report"]) != canonical(checker.check_file(row["document"]))
    print(f"  {compared} documents compared with single runs, {different} differ")
    return compared == expected - len(FAULTS) and not different


def killed(root: Path, options: Options, expected: int) -> bool:
    target, draw = root / "killed.db", random.Random(5)
    moments = [(part + draw.uniform(0.1, 0.9)) / 5 for part in range(5)]
    for moment in moments:
        command = [sys.executable, "-m", "bench.batch_acceptance", str(target), str(root / "documents")]
        process = subprocess.Popen([*command, str(int(options.classifier))])
        while process.poll() is None and count(target) < moment * expected:
            time.sleep(draw.uniform(0.05, 0.4))
        process.kill()
        process.wait()
        print(f"  killed after {count(target)} documents")
    with open_store(target) as store, open_store(root / "whole.db", create=False) as whole:
        done = judge(store, root / "documents", options)
        same = store.digest() == whole.digest()
    print(f"  resumed: {dict(done.counts)}; store equals the uninterrupted one: {same}")
    return same


def count(path: Path) -> int:
    import sqlite3

    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.Error:
        return 0


def postgresql(root: Path, options: Options, expected: int) -> bool:
    from tests.batch.conftest import server

    with server() as (address, why):
        if address is None:
            print(f"  skipped: {why}")
            return True
        with open_store(address) as remote, open_store(root / "whole.db", create=False) as whole:
            judge(remote, root / "documents", options)
            same = remote.digest() == whole.digest() and answers(remote) == answers(whole)
    print(f"  rows, ranking, summaries, duplicates and outliers are the same: {same}")
    return same


def answers(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        found: list[Any] = [summary(connection, by) for by in GROUPS]
        return [*found, list(store.rank()), list(duplicates(connection)), outliers(connection)]


def dask(root: Path, options: Options, expected: int) -> bool:
    """Faulty documents are left out: their faults live in the entry function of a local worker process."""
    import distributed

    from indicators.batch.cluster import dask_workers

    folder = root / "documents" / "good"
    killed_at: list[int] = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0, silence_logs=50
    ) as made:

        def kill_one(progress: Any) -> None:
            if not killed_at and progress.summary.documents > 0.3 * expected:
                with distributed.Client(made.scheduler_address) as client:
                    victim = next(iter(client.run(os.getpid).values()))
                os.kill(victim, signal.SIGKILL)
                killed_at.append(progress.summary.documents)

        with open_store(root / "dask.db") as remote, open_store(root / "local.db") as local:
            workers = dask_workers(made.scheduler_address)
            done = judge(remote, folder, options, workers=workers, on_step=kill_one)
            judge(local, folder, options)
            same = remote.digest() == local.digest()
    print(
        f"  {done.documents} documents in {done.seconds:.0f} s, a worker killed after {killed_at}; same store: {same}"
    )
    return same and bool(killed_at)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is kept where ``BATCH_ACCEPTANCE`` names one, so that steps can be run one by one."""
    kept = os.environ.get("BATCH_ACCEPTANCE")
    if kept:
        yield Path(kept)
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


STEPS: dict[str, Callable[[Path, Options, int], bool]] = {
    "accounted": accounted,
    "single": single,
    "killed": killed,
    "postgresql": postgresql,
    "dask": dask,
}


def accept(documents: int, options: Options, steps: list[str] | None) -> int:
    """Run the steps and return 0 where all hold."""
    with scratch() as root:
        if not (root / "documents").exists():
            good = make_documents(
                root / "documents" / "good", documents - DAMAGED - len(FAULTS), pdf=True, forms=(1, 1, 2)
            )
            make_damaged(root / "documents" / "damaged", DAMAGED, good)
            make_faulty(root / "documents" / "faulty", FAULTS)
        held = True
        for name in steps or STEPS:
            print(name, flush=True)
            started = time.monotonic()
            one = STEPS[name](root, options, documents)
            print(f"  {'held' if one else 'DID NOT HOLD'} ({time.monotonic() - started:.0f} s)", flush=True)
            held = held and one
    return 0 if held else 1


if __name__ == "__main__":
    with open_store(sys.argv[1]) as opened:
        judge(opened, Path(sys.argv[2]), Options(classifier=sys.argv[3] == "1", ocr=False))
