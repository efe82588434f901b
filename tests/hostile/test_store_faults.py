"""A batch on a store that others use, that is full, locked, old or goes away: nothing is lost, nothing twice.

Every case ends with the same question: after a run without the fault, does the store hold what a run that never met it
holds?
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select

from indicators.cli import main
from indicators.store import open_store, opening, schema
from indicators.store import store as store_module
from indicators.store.opening import HEAD, engine_of
from tests.batch.conftest import server
from tests.batch.making import make_documents

ROOT = Path(__file__).parents[2]
FAST = ("-j", "1", "--no-classifier", "--no-ocr", "--no-config")
SLOW = [sys.executable, "-m", "tests.batch.resumed"]
posix = pytest.mark.skipif(os.name == "nt", reason="signals and mounts of POSIX")


def started(folder: Path, store: str) -> subprocess.Popen[str]:
    call = [sys.executable, "-m", "indicators", "batch", str(folder), "--store", store, *FAST]
    return subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def held(store: str) -> list[tuple[str, str, int, int]]:
    """Return what a store holds: each document with its digest and the number of its forms and indicators."""
    table = schema.documents
    query = select(table.c.document, table.c.digest, table.c.forms, table.c.indicators)
    with open_store(store) as opened, opened.engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(query))


def expected(folder: Path, beside: Path) -> list[tuple[str, str, int, int]]:
    """Return what a run without faults holds."""
    clean = beside / "clean.db"
    assert main(["batch", str(folder), "--store", str(clean), "-q", *FAST]) in (0, 1)
    found = held(str(clean))
    assert len(found) == sum(path.is_file() for path in folder.rglob("*"))
    return found


@pytest.mark.parametrize("attempt", range(3))
def test_two_batches_on_one_new_store(tmp_path: Path, attempt: int) -> None:
    make_documents(tmp_path / "docs", 8)
    store = str(tmp_path / "a.db")
    runs = [started(tmp_path / "docs", store) for _ in range(2)]
    said = [run.communicate(timeout=240)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert held(store) == expected(tmp_path / "docs", tmp_path)


def test_a_store_locked_by_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(opening, "_BUSY", 50)
    monkeypatch.setattr(store_module, "_ATTEMPTS", 2)
    make_documents(tmp_path / "docs", 3)
    store = tmp_path / "a.db"
    call = ["batch", str(tmp_path / "docs"), "--store", str(store), *FAST]
    open_store(store).close()
    other = sqlite3.connect(store, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert main(call) == 2
    finally:
        other.execute("ROLLBACK")
        other.close()
    said = capsys.readouterr().err
    assert "正被别的程序占用" in said
    assert "处理办法" in said
    assert main(call) == 0
    assert held(str(store)) == expected(tmp_path / "docs", tmp_path)


def test_a_store_of_an_older_tool_is_brought_up_to_date(tmp_path: Path) -> None:
    store = tmp_path / "a.db"
    engine = engine_of(str(store))
    config = Config()
    config.set_main_option("script_location", str(ROOT / "indicators" / "store" / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    make_documents(tmp_path / "docs", 3)
    assert main(["batch", str(tmp_path / "docs"), "--store", str(store), "-q", *FAST]) == 0
    assert sqlite3.connect(store).execute("select version_num from alembic_version").fetchone() == (HEAD,)
    assert held(str(store)) == expected(tmp_path / "docs", tmp_path)


@contextmanager
def small_disk(size: str, *options: str) -> Iterator[Path]:
    """Mount a small file system, or skip where that is not allowed."""
    folder = Path(tempfile.mkdtemp())
    call = ["mount", "-t", "tmpfs", "-o", ",".join((f"size={size}", *options)), "none", str(folder)]
    if shutil.which("mount") is None or subprocess.run(call, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("no small file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False)
        folder.rmdir()


@posix
@pytest.mark.parametrize("size", ["64k", "300k", "600k"])
def test_a_full_disk(tmp_path: Path, size: str) -> None:
    make_documents(tmp_path / "docs", 40)
    with small_disk(size) as disk:
        run = started(tmp_path / "docs", str(disk / "a.db"))
        said = run.communicate(timeout=240)[1]
        assert run.returncode == 2, said
        assert "磁盘" in said
        assert "Traceback" not in said
        for path in disk.iterdir():
            shutil.copy(path, tmp_path)
    # With room again, the same store goes on.
    assert main(["batch", str(tmp_path / "docs"), "--store", str(tmp_path / "a.db"), "-q", *FAST]) == 0
    assert held(str(tmp_path / "a.db")) == expected(tmp_path / "docs", tmp_path)


@posix
def test_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    make_documents(tmp_path / "docs", 2)
    with small_disk("4m") as disk:
        store = disk / "a.db"
        assert main(["batch", str(tmp_path / "docs"), "--store", str(store), "-q", *FAST]) == 0
        before = held(str(store))
        (tmp_path / "docs" / "新.txt").write_text("-", encoding="utf-8")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        run = started(tmp_path / "docs", str(store))
        said = run.communicate(timeout=240)[1]
        assert run.returncode == 2, said
        assert "只读" in said
        assert "Traceback" not in said
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert held(str(store)) == before


@posix
@pytest.mark.parametrize("seconds", [0.2, 0.7, 1.3])
def test_interrupted_twice(tmp_path: Path, seconds: float) -> None:
    make_documents(tmp_path / "docs", 30)
    store = str(tmp_path / "a.db")
    run = started(tmp_path / "docs", store)
    time.sleep(seconds)
    run.send_signal(signal.SIGINT)
    time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=240)[1]
    assert run.returncode in (0, 130, -signal.SIGINT), said
    assert main(["batch", str(tmp_path / "docs"), "--store", store, "-q", *FAST]) == 0
    assert held(store) == expected(tmp_path / "docs", tmp_path)


def test_a_document_replaced_between_two_runs_with_the_same_size_and_time(tmp_path: Path) -> None:
    made = [path for path in make_documents(tmp_path / "docs", 4) if path.suffix in (".txt", ".html")]
    store = str(tmp_path / "a.db")
    assert main(["batch", str(tmp_path / "docs"), "--store", store, "-q", *FAST]) == 0
    old, facts = made[0].read_bytes(), made[0].stat()
    new = old.replace("绩效".encode(), "成效".encode())
    assert len(new) == len(old)
    assert new != old
    made[0].write_bytes(new)
    os.utime(made[0], ns=(facts.st_atime_ns, facts.st_mtime_ns))
    before = held(store)
    assert main(["batch", str(tmp_path / "docs"), "--store", store, "-q", *FAST]) == 0
    assert held(store) == expected(tmp_path / "docs", tmp_path)
    assert held(store) != before


def test_a_clock_set_back_between_two_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sorted(make_documents(tmp_path / "docs", 3))
    store = str(tmp_path / "a.db")
    assert main(["batch", str(tmp_path / "docs"), "--store", store, "-q", *FAST]) == 0
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 5 * 365 * 86400)
    made[0].unlink()
    os.utime(made[1], (1, 1))
    make_documents(tmp_path / "more", 2)
    for path in (tmp_path / "more").iterdir():
        path.rename(tmp_path / "docs" / f"新{path.name}")  # a folder of a county
    assert main(["batch", str(tmp_path / "docs"), "--store", store, "-q", *FAST]) == 0
    assert held(store) == expected(tmp_path / "docs", tmp_path)


@posix
def test_postgresql_killed_and_back_while_a_batch_runs(tmp_path: Path) -> None:
    make_documents(tmp_path / "docs", 24)
    with server() as (address, why):
        if address is None:
            pytest.skip(why)
        folder = Path(address.partition("host=")[2])
        run = subprocess.Popen([*SLOW, address, str(tmp_path / "docs")], stderr=subprocess.PIPE, text=True, cwd=ROOT)
        time.sleep(4)
        main_process = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(main_process, signal.SIGQUIT)
        time.sleep(1.5)
        restart(folder)
        said = run.communicate(timeout=300)[1]
        assert run.returncode == 0, said
        assert held(address) == expected(tmp_path / "docs", tmp_path)


def restart(folder: Path) -> None:
    """Start the server of a folder again, as the user it belongs to."""
    data = folder / "data"
    facts = data.stat()
    who = {} if os.geteuid() else {"user": facts.st_uid, "group": facts.st_gid, "extra_groups": []}
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    call = ["pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"]
    done = subprocess.run(call, cwd=folder, stdout=subprocess.DEVNULL, timeout=120, check=False, **who)  # type: ignore[call-overload]
    assert done.returncode == 0
