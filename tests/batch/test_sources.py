"""Where documents come from: addresses, archives, lists; and what is said of those that cannot be had."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indicators.batch import Finder, archives, loading
from indicators.batch.discovery import key_of
from indicators.batch.loading import digest_of, load
from indicators.batch.tasks import Task
from indicators.errors import ConfigError, MissingExtraError, ReadError


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name.replace("_", "."), data)
    return out.getvalue()


@pytest.fixture
def bucket() -> Iterator[str]:
    """An object store in memory."""
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    files = {
        "甲.txt": b"one", "内/乙.txt": b"two", "说明.zzz": b"-", "~$锁.docx": b"-", "旧.rar": b"-", "坏.zip": b"PK",
        "包.zip": zipped(丙_txt=b"three", 注_zzz=b"-"),
    }  # fmt: skip
    for name, data in files.items():
        system.pipe(f"/桶/{name}", data)
    yield "memory://桶"
    system.rm("/桶", recursive=True)


def test_a_folder_behind_an_address_is_as_one_on_disk(bucket: str) -> None:
    finder = Finder(paths=(bucket,))
    tasks = {task.key.removeprefix("memory:///桶/"): task for task in finder}
    assert sorted(tasks) == ["内/乙.txt", "包.zip!/丙.txt", "坏.zip", "旧.rar", "甲.txt"]
    assert finder.passed_over == {".zzz": 2, ".docx": 1}
    assert [load(tasks[name]) for name in ("甲.txt", "内/乙.txt", "包.zip!/丙.txt")] == [b"one", b"two", b"three"]
    assert digest_of(tasks["甲.txt"]) == hashlib.sha256(b"one").hexdigest()
    assert "不能直接打开" in tasks["旧.rar"].fault
    assert tasks["坏.zip"].fault == "压缩包打不开"
    assert digest_of(tasks["坏.zip"]) == ""


def test_an_address_is_taken_as_given(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (task,) = Finder(paths=(f"{bucket}/说明.zzz",))
    assert load(task) == b"-"
    with pytest.raises(ReadError, match="找不到文件"):
        load(Task(key="x", path=f"{bucket}/没有.txt"))
    monkeypatch.setattr(loading, "LARGEST", 0)
    with pytest.raises(ReadError, match="文件太大"):
        load(task)
    # Some stores do not say how large an object is.
    monkeypatch.setattr(type(loading.filesystem(bucket)[0]), "size", lambda self, path: None)
    with pytest.raises(ReadError, match="文件太大"):
        load(task)


def test_an_address_nobody_knows_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingExtraError, match=r"不能读取网络地址.*s3fs"):
        list(Finder(paths=("nosuch://桶/甲.txt",)))
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(MissingExtraError, match=r"没有安装 fsspec"):
        list(Finder(paths=("memory://桶",)))


def test_what_is_gone_or_no_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: str, where: str) -> bytes:
        raise PermissionError(13, "no")

    missing = Task(key="甲", path=str(tmp_path / "没有.zip"), member="a.txt")
    with pytest.raises(ReadError, match="找不到文件"):
        load(missing)
    with pytest.raises(ReadError, match="文件读取失败"):
        load(Task(key="甲", path=str(tmp_path / ("长" * 300)), member="a.txt"))
    monkeypatch.setattr(loading, "file_bytes", closed)
    with pytest.raises(ReadError, match="没有读取权限"):
        load(Task(key="甲", path=str(tmp_path)))


def _locked(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02")
    return data[: at + 8] + b"\x01" + data[at + 9 :]


@pytest.mark.parametrize(
    ("data", "member", "words"),
    [
        (_locked(zipped(a_txt=b"one")), "a.txt", "设有密码"),
        (zipped(b_txt=b"one"), "a.txt", "检查期间有变动"),
        (zipped(a_txt=b"one").replace(b"one", b"two"), "a.txt", "读不出来"),
        (b"PK nothing of the kind", "a.txt", "读不出来"),
    ],
)
def test_members_that_cannot_be_read(data: bytes, member: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "包.zip"
    path.write_bytes(data)
    with pytest.raises(ReadError, match=words) as caught:
        load(Task(key="包.zip!/a.txt", path=str(path), member=member, number=0))
    assert caught.value.where == "包.zip!/a.txt"
    assert caught.value.remedy


def test_an_archive_of_too_many_files_is_one_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1)
    path = tmp_path / "包.zip"
    path.write_bytes(zipped(a_txt=b"1", b_txt=b"2"))
    assert [(task.key, task.fault) for task in Finder(paths=(str(path),))] == [(str(path), "压缩包内文件过多")]


def test_members_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "包.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("../甲.txt", b"1")
        made.writestr("__MACOSX/甲.txt", b"-")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("../甲.txt", b"2")
    tasks = list(Finder(paths=(str(path),)))
    assert [task.key.rpartition("!/")[2] for task in tasks] == ["../甲.txt", "../甲.txt#2"]
    assert [load(task) for task in tasks] == [b"1", b"2"]


def test_archives_in_a_list_are_compared_with_their_digest(tmp_path: Path) -> None:
    path, listed = tmp_path / "包.zip", tmp_path / "清单.txt"
    path.write_bytes(zipped(a_txt=b"1"))
    listed.write_text(f"{'0' * 64}  {path}\n", encoding="utf-8")
    assert [task.fault for task in Finder(paths=(), lists=(listed,))] == ["压缩包与清单中的摘要不符"]
    listed.write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()} *{path}\n", encoding="utf-8")
    assert [task.fault for task in Finder(paths=(), lists=(listed,))] == [""]
    with pytest.raises(ConfigError, match="清单读不出来"):
        list(Finder(paths=(), lists=(tmp_path,)))


def test_very_long_paths_keep_keys_of_their_own() -> None:
    one, other = (key_of("长" * 700 + name) for name in ("甲", "乙"))
    assert one != other
    assert max(len(one), len(other)) <= 600
    assert key_of("短") == "短"


class _Cluster:
    """As a client of Dask whose futures end as a test says."""

    def __init__(self, *ends: BaseException) -> None:
        self.ends = list(ends)
        self.status = "running"
        self.handed = 0

    def wait_for_workers(self, count: int, timeout: float) -> None:
        assert count == 1

    def nthreads(self) -> dict[str, int]:
        return {"a": 2, "b": 1}

    def submit(self, *given: Any, pure: bool) -> Any:
        cluster, number = self, self.handed
        self.handed += 1

        class Future:
            key = number

            def add_done_callback(self, call: Any) -> None:
                call(self)

            def result(self) -> Any:
                raise cluster.ends[min(number, len(cluster.ends) - 1)]

            def release(self) -> None:
                pass

        return Future()

    def close(self, timeout: float) -> None:
        self.status = "closed"


def _workers(made: _Cluster, monkeypatch: pytest.MonkeyPatch) -> Any:
    from indicators.batch.cluster import DaskWorkers
    from indicators.batch.tasks import Limits, Settings
    from indicators.batch.versions import versions_of

    settings = Settings()
    monkeypatch.setattr("distributed.Client", lambda *given, **more: made)
    return DaskWorkers("tcp://x", settings, Limits(), versions_of(settings.config, settings.options))


def test_a_document_on_which_workers_are_lost_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    path = tmp_path / "甲.txt"
    path.write_text("甲", encoding="utf-8")
    (task,) = Finder(paths=(str(path),))

    made = _Cluster(distributed.KilledWorker("甲", None, 3))
    workers = _workers(made, monkeypatch)
    assert workers.window == 9
    workers.submit(task)
    assert "接连退出" in workers.result(1).rows.document["reason"]

    made = _Cluster(RuntimeError("cut"))
    workers = _workers(made, monkeypatch)
    workers.submit(task)
    assert [workers.result(1) for _ in range(2)] == [None, None]
    assert "RuntimeError：cut" in workers.result(1).rows.document["reason"]
    assert made.handed == 3


def test_a_cluster_that_is_gone_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import CancelledError

    pytest.importorskip("distributed")
    made = _Cluster(CancelledError())
    workers = _workers(made, monkeypatch)
    assert workers.result(0.01) is None
    workers.submit(Task(key="甲", path=str(tmp_path / "甲.txt")))
    with pytest.raises(ConfigError, match=r"Dask 集群不可用.*任务被取消"):
        workers.result(1)
    workers.close(kill=True)
    with pytest.raises(ConfigError, match="连接已断开"):
        workers.result(0.01)
