"""Every document is accounted for, whatever it does; what is stored is what a single run says."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from indicators.batch import Finder, Limits, Summary, run_batch
from indicators.batch.loading import load
from indicators.batch.rows import canonical
from indicators.batch.tasks import Task
from indicators.config import Config
from indicators.errors import ConfigError, PackError
from indicators.pipeline import Checker, Options
from indicators.store import Store, open_store, schema
from tests.batch import faults
from tests.batch.making import make_damaged, make_documents, make_faulty

OPTIONS = Options(classifier=False, ocr=False)
LIMITS = Limits(seconds=6, megabytes=500)


def run(store: Store, *paths: Path | str, **given: object) -> Summary:
    finder = Finder(paths=tuple(map(str, paths)))
    return run_batch(finder, store, options=OPTIONS, limits=LIMITS, **{"processes": 2, **given})


def statuses(store: Store) -> dict[str, str]:
    return {Path(row["document"]).name: row["status"] for row in store.rows(schema.documents)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen documents in four formats."""
    root = tmp_path_factory.mktemp("documents")
    make_documents(root, 16)
    return root


@pytest.fixture(scope="module")
def judged(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of them, written without interruption."""
    path = tmp_path_factory.mktemp("store") / "whole.db"
    with open_store(path) as store:
        run(store, folder)
    return path


def test_everything_is_accounted_for(folder: Path, tmp_path: Path) -> None:
    good = sorted(path for path in folder.rglob("*") if path.is_file())[:8]
    for path in good:
        shutil.copy(path, tmp_path / path.name)
    damaged = make_damaged(tmp_path / "damaged", 4, good)
    make_faulty(tmp_path / "faulty", ("hang", "explode", "exit", "kill", "raise"))
    with open_store(tmp_path / "store.db") as store:
        summary = run(store, tmp_path, workers=faults.workers())
        found = statuses(store)
        assert summary.documents == len(found) == 8 + 4 + 5
        assert all(found[path.name] == "ok" for path in good)
        # Scrambled bytes may still open as something; what never happens is that a document is missing.
        assert found[damaged[1].name] == "unreadable"
        faulty = {name.split("-")[1].split(".")[0]: status for name, status in found.items() if "异常" in name}
        assert faulty == {
            "hang": "timeout", "explode": "memory", "exit": "crashed", "kill": "crashed", "raise": "crashed",
        }  # fmt: skip
        findings = [row for row in store.rows(schema.findings) if "异常" in row["document"]]
        assert [row["rule"] for row in findings] == ["X101"] * 5
        assert "超过每份文件 6 秒" in next(row["message"] for row in findings if "hang" in row["document"])
        assert all(row["digest"] for row in store.rows(schema.documents))
        assert not subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True).stdout


def test_good_documents_equal_single_runs_bit_by_bit(folder: Path, judged: Path) -> None:
    checker = Checker(options=OPTIONS)
    with open_store(judged, create=False) as store:
        rows = list(store.rows(schema.documents))
        assert len(rows) == 16
        for row in rows:
            assert zlib.decompress(row["report"]) == canonical(checker.check_file(row["document"]))
            assert store.report(row["document"]) == json.loads(zlib.decompress(row["report"]))


def test_second_run_judges_only_what_is_new_or_changed(folder: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    shutil.copytree(folder, docs)
    with open_store(tmp_path / "store.db") as store:
        assert run(store, docs).counts == {"ok": 16}
        before = store.digest()
        assert run(store, docs).counts == {"unchanged": 16}
        assert store.digest() == before
        changed = next(docs.rglob("*.txt"))
        changed.write_text(changed.read_text(encoding="utf-8") + "\n附注\n", encoding="utf-8")
        make_documents(docs / "new", 1, seed=9)
        assert run(store, docs).counts == {"ok": 2, "unchanged": 15}
        assert run(store, docs, force=True).counts == {"ok": 17}
        other = run_batch(Finder(paths=(str(docs),)), store, config=Config(ignore=("V",)), options=OPTIONS)
        assert other.counts == {"ok": 17}, "other settings are other versions"


def test_failures_are_kept_until_a_retry(tmp_path: Path) -> None:
    make_faulty(tmp_path / "docs", ("exit", "raise"))
    with open_store(tmp_path / "store.db") as store:
        assert run(store, tmp_path / "docs", workers=faults.workers(1)).counts == {"crashed": 2}
        again = run(store, tmp_path / "docs")
        assert again.counts == {"crashed": 2}
        assert (again.judged, again.failures) == (0, 2)
        assert run(store, tmp_path / "docs", retry=True).counts == {"ok": 2}


@pytest.mark.parametrize("seed", [3])
def test_killed_and_resumed_equals_uninterrupted(folder: Path, judged: Path, tmp_path: Path, seed: int) -> None:
    target = tmp_path / "killed.db"
    written = []
    for wanted in (2, 6, 11):
        process = subprocess.Popen([sys.executable, "-m", "tests.batch.resumed", str(target), str(folder)])
        end = time.monotonic() + 60
        while process.poll() is None and _count(target) < wanted and time.monotonic() < end:
            time.sleep(0.02)
        process.kill()
        process.wait()
        written.append(_count(target))
    assert written == sorted(written)
    assert 0 < written[0] < 16
    with open_store(target) as store, open_store(judged, create=False) as whole:
        summary = run(store, folder)
        assert summary.counts["unchanged"] >= written[-1]
        assert store.digest() == whole.digest()


def _count(path: Path) -> int:
    import sqlite3

    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_interrupt_keeps_what_was_written(folder: Path, judged: Path, tmp_path: Path) -> None:
    def interrupt(progress: object) -> None:
        raise KeyboardInterrupt

    with open_store(tmp_path / "store.db") as store:
        summary = run(store, folder, on_step=interrupt)
        assert summary.state == "interrupted"
        assert summary.counts["ok"] == len(list(store.rows(schema.documents))) >= 1
        assert [row["state"] for row in store.rows(schema.runs)] == ["interrupted"]
        run(store, folder)
        with open_store(judged, create=False) as whole:
            assert store.digest() == whole.digest()


def test_archives_and_lists(folder: Path, tmp_path: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())[:4]
    archive = tmp_path / "云溪.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for path in files[:2]:
            made.write(path, f"内层/{path.name}")
        made.writestr("说明.db", b"-")
        made.writestr("炸弹.txt", b"0" * 200_000_000)
        made.writestr("再压.zip", b"PK")
    (tmp_path / "broken.zip").write_bytes(archive.read_bytes()[:500])
    listed = tmp_path / "list.txt"
    right = hashlib.sha256(files[2].read_bytes()).hexdigest()
    listed.write_text(
        f"# 清单\n{right}  {files[2]}\n{'0' * 64}  {files[3]}\n{tmp_path / 'none.pdf'}\n", encoding="utf-8"
    )
    finder = Finder(paths=(str(archive), str(tmp_path / "broken.zip")), lists=(listed,))
    with open_store(tmp_path / "store.db") as store:
        run_batch(finder, store, options=OPTIONS, processes=1)
        found = {row["document"]: (row["status"], row["reason"]) for row in store.rows(schema.documents)}
    assert found[f"{archive}!/内层/{files[0].name}"][0] == "ok"
    assert "压缩炸弹" in found[f"{archive}!/炸弹.txt"][1]
    assert "压缩包内还有压缩包" in found[f"{archive}!/再压.zip"][1]
    assert found[str(tmp_path / "broken.zip")][0] == "unreadable"
    assert found[str(files[2])][0] == "ok"
    assert "摘要不符" in found[str(files[3])][1]
    assert "找不到文件" in found[str(tmp_path / "none.pdf")][1]
    assert finder.passed_over == {".db": 1}
    assert len(found) == 8


def test_names_of_chinese_windows_archives_are_read(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    gbk = "绩效目标.txt".encode("gb18030")
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("x" * 8 + ".txt", "项目支出绩效目标表")
    archive.write_bytes(archive.read_bytes().replace(b"x" * 8 + b".txt", gbk))
    (task,) = Finder(paths=(str(archive),))
    assert task.key.endswith("a.zip!/绩效目标.txt")
    assert "项目支出" in load(task).decode()


def test_a_path_that_names_nothing_stops_the_run(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as store, pytest.raises(ConfigError, match="找不到"):
        run(store, tmp_path / "nothing")


def test_a_broken_pack_stops_the_run(folder: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "F900.toml").write_text("code = 1", encoding="utf-8")
    finder = Finder(paths=(str(folder),))
    with open_store(tmp_path / "store.db") as store, pytest.raises(PackError):
        run_batch(finder, store, config=Config(rules=(pack,)), options=OPTIONS)


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_names_no_encoding_explains_are_stored(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_text("项目支出绩效目标表", encoding="utf-8")
    with open_store(tmp_path / "store.db") as store:
        assert run(store, tmp_path / "*.txt").counts == {"ok": 1}
        (row,) = store.rows(schema.documents)
        assert row["document"].endswith("\\udcff\\udcfe.txt")


def test_tasks_are_found_once_and_in_order(folder: Path) -> None:
    once = [task.key for task in Finder(paths=(str(folder),))]
    assert once == [task.key for task in Finder(paths=(str(folder), f"{folder}/*/*", once[0]))]
    assert len(once) == 16
    assert all(isinstance(task, Task) for task in Finder(paths=(str(folder),)))
