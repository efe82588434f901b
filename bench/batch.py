"""How fast a batch is: documents, pages and forms a second, memory, where the time goes, what 100,000 documents cost.

usage: python -m bench.batch [--documents N] [--folder DIR] [--dask] [--no-classifier]
       python -m bench.batch --acceptance [--documents 2000]

Documents are generated (PDF, DOCX, XLSX, HTML, text in equal parts, one to three forms each, six layouts). One and two
processes judge the same documents into fresh stores; ``--dask`` adds a cluster of two workers on this machine.
``--acceptance`` runs what ``bench/batch_acceptance.py`` says.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from indicators.batch import Finder, Limits, Summary, run_batch
from indicators.pipeline import Options
from indicators.store import open_store
from tests.batch.making import make_documents

STEPS = {
    "reading": "reading (bytes to tables)",
    "finding": "forms",
    "scoring": "classifier",
    "judging": "rules and score",
    "packing": "rows, digest, compression",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One measured run; ``seconds`` counts from the first result, so that loading the model is apart."""

    name: str
    summary: Summary
    processes: int
    start: float
    seconds: float
    own_cpu: float
    store_bytes: int

    def rate(self, count: int) -> float:
        done = self.summary.documents - 1
        return count / self.summary.documents * done / self.seconds if self.seconds else 0.0


def measure(name: str, folder: Path, target: Path, options: Options, processes: int, workers: Any = None) -> Run:
    """Judge a folder into a fresh store."""
    marks: list[float] = []
    own = psutil.Process()
    before = sum(own.cpu_times()[:2])
    started = time.monotonic()
    with open_store(target) as store:
        summary = run_batch(
            Finder(paths=(str(folder),)), store, options=options, limits=Limits(), processes=processes, workers=workers,
            on_step=lambda progress: marks.append(time.monotonic()),
        )  # fmt: skip
    return Run(
        name=name, summary=summary, processes=processes, start=marks[0] - started, seconds=marks[-1] - marks[0],
        own_cpu=sum(own.cpu_times()[:2]) - before, store_bytes=target.stat().st_size,
    )  # fmt: skip


@contextmanager
def cluster() -> Iterator[Any]:
    from distributed import LocalCluster

    from indicators.batch.cluster import dask_workers

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0, silence_logs=50
    ) as made:
        yield dask_workers(made.scheduler_address)


def table(runs: list[Run]) -> Iterator[str]:
    yield "| run | start s | documents/s | pages/s | forms/s | MB a worker (peak) | writing, of wall | client CPU |"
    yield "|---|---|---|---|---|---|---|---|"
    for run in runs:
        s = run.summary
        yield (
            f"| {run.name} | {run.start:.1f} | {run.rate(s.documents):.2f} | {run.rate(s.pages):.2f} "
            f"| {run.rate(s.forms):.2f} | {s.megabytes:.0f} | {s.writing / max(s.seconds, 0.001):.1%} "
            f"| {run.own_cpu / max(s.seconds, 0.001):.1%} |"
        )


def shares(run: Run) -> Iterator[str]:
    spent, documents = run.summary.spent, run.summary.judged
    whole = spent["seconds"] + run.summary.writing
    yield f"time a document ({run.name}): {whole / documents * 1000:.0f} ms"
    for step, word in STEPS.items():
        yield f"  {word}: {spent[step] / whole:.1%}"
    yield f"  writing (in the client): {run.summary.writing / whole:.1%}"


def projection(run: Run) -> Iterator[str]:
    documents = run.summary.judged
    core = (run.summary.spent["seconds"] + run.own_cpu) / documents * 100_000
    size = run.store_bytes / documents * 100_000
    yield f"100,000 such documents: {core / 3600:.1f} core hours; {core / 3600 / 8:.1f} h on 8 cores, " + (
        f"{core / 3600 / 64 * 60:.0f} min on 64; store {size / 1e9:.1f} GB; "
        f"{run.own_cpu / documents * 100_000 / 60:.0f} min of the client, which bounds what a cluster can speed up"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int)
    parser.add_argument("--folder", type=Path, help="judge these documents instead of generated ones")
    parser.add_argument("--dask", action="store_true", help="also a cluster of two workers on this machine")
    parser.add_argument("--no-classifier", action="store_true")
    parser.add_argument("--acceptance", action="store_true")
    parser.add_argument("--step", action="append", help="only these steps of the acceptance")
    args = parser.parse_args()
    options = Options(classifier=not args.no_classifier, ocr=False)
    if args.acceptance:
        from bench.batch_acceptance import accept

        return accept(args.documents or 2000, options, args.step)
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        folder = args.folder or root / "documents"
        if args.folder is None:
            make_documents(folder, args.documents or 200, pdf=True)
        runs = [measure(f"{n} processes", folder, root / f"{n}.db", options, n) for n in (1, 2)]
        if args.dask:
            with cluster() as workers:
                runs.append(measure("Dask, 2 workers", folder, root / "dask.db", options, 2, workers))
        for line in (*table(runs), "", *shares(runs[0]), "", *projection(runs[0])):
            print(line)
        print(f"two processes: {runs[1].rate(1) / runs[0].rate(1):.2f} x one")
    return 0


if __name__ == "__main__":
    sys.exit(main())
