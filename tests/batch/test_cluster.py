"""The same batch on a cluster: the same store, even where a worker is lost; nothing where versions differ."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indicators.batch import Finder, Limits, run_batch
from indicators.errors import ConfigError
from indicators.pipeline import Options
from indicators.store import open_store, schema
from tests.batch.making import make_damaged, make_documents

pytestmark = pytest.mark.slow
distributed = pytest.importorskip("distributed")
OPTIONS = Options(classifier=False, ocr=False)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two workers in processes of their own, one thread each."""
    folder = tmp_path_factory.mktemp("dask")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(folder),
        memory_limit=0, silence_logs=50,
    ) as made:  # fmt: skip
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("documents")
    made = make_documents(root, 20)
    make_damaged(root / "damaged", 2, made)
    return root


def workers(cluster: Any) -> Any:
    from indicators.batch.cluster import dask_workers

    return dask_workers(cluster.scheduler_address)


def test_a_lost_worker_changes_nothing(cluster: Any, folder: Path, tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one(progress: object) -> None:
        if not killed:
            with distributed.Client(cluster.scheduler_address) as client:
                killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    finder = Finder(paths=(str(folder),))
    with open_store(tmp_path / "local.db") as local, open_store(tmp_path / "dask.db") as remote:
        run_batch(finder, local, options=OPTIONS, processes=2)
        summary = run_batch(finder, remote, options=OPTIONS, workers=workers(cluster), on_step=kill_one)
        assert killed
        assert summary.documents == 22
        assert remote.digest() == local.digest()


def test_addresses_of_object_stores_are_read_on_the_workers(cluster: Any, folder: Path, tmp_path: Path) -> None:
    finder = Finder(paths=(f"file://{folder}",))
    with open_store(tmp_path / "dask.db") as store:
        summary = run_batch(finder, store, options=OPTIONS, workers=workers(cluster))
        assert summary.counts["ok"] >= 20
        assert all(row["document"].startswith("file://") for row in store.rows(schema.documents))


def test_other_rules_on_a_worker_stop_the_run(cluster: Any, folder: Path, tmp_path: Path) -> None:
    def other(settings: Any, limits: Limits, versions: Any) -> Any:
        return workers(cluster)(settings, limits, replace(versions, rules="0" * 32))

    with open_store(tmp_path / "dask.db") as store:
        with pytest.raises(ConfigError, match=r"版本不一致.*规则"):
            run_batch(Finder(paths=(str(folder),)), store, options=OPTIONS, workers=other)
        assert list(store.rows(schema.documents)) == []
        assert [row["state"] for row in store.rows(schema.runs)] == ["failed"]


def test_bytes_that_differ_between_client_and_worker_are_refused(cluster: Any, tmp_path: Path) -> None:
    from indicators.batch.cluster import DaskWorkers

    (path,) = make_documents(tmp_path / "docs", 1)

    class Stale(DaskWorkers):
        """A client whose view of the shared folder is older than the workers'."""

        def submit(self, task: Any) -> None:
            super().submit(replace(task, expected="0" * 64))

    def stale(settings: Any, limits: Limits, versions: Any) -> Any:
        return Stale(cluster.scheduler_address, settings, limits, versions)

    with open_store(tmp_path / "dask.db") as store:
        run_batch(Finder(paths=(str(path),)), store, options=OPTIONS, workers=stale)
        (row,) = store.rows(schema.documents)
        assert (row["status"], "摘要不符" in row["reason"]) == ("unreadable", True)


def test_a_scheduler_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.batch import cluster as module

    monkeypatch.setattr(module, "PATIENCE", 1.0)
    with open_store(tmp_path / "dask.db") as store, pytest.raises(ConfigError, match="连不上"):
        run_batch(
            Finder(paths=(str(tmp_path),)), store, options=OPTIONS, workers=module.dask_workers("tcp://127.0.0.1:9")
        )
