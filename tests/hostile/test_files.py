"""Things that are no files, files that change, and one file that must not cost the others their result."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from indicators.batch import Finder, run_batch
from indicators.cli import main
from indicators.errors import ReadError
from indicators.guarding import Guarded
from indicators.pipeline import Checker, Options, expand
from indicators.readers import file_bytes
from indicators.store import open_store
from tests.forms.test_forms import FORM

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")
FAST = Options(classifier=False, ocr=False)


def test_one_file_that_makes_the_program_fail_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("一.txt", "二.txt", "三.txt"):
        (tmp_path / name).write_text(FORM, encoding="utf-8")
    real = Checker.check_document

    def check_document(self: Checker, document: object, *, path: str = "") -> object:
        if "二" in path:
            raise OverflowError("a number of 5000 digits")
        return real(self, document, path=path)  # type: ignore[arg-type]

    monkeypatch.setattr(Checker, "check_document", check_document)
    main(["check", str(tmp_path), "--format", "json", "--no-classifier", "--no-ocr", "--no-guard"])
    documents = json.loads(capsys.readouterr().out)["documents"]
    assert [len(item["forms"]) for item in documents] == [1, 0, 1] or len(documents) == 3
    broken = next(item for item in documents if "二" in item["path"])
    assert [item["rule"] for item in broken["findings"]] == ["X101"]
    assert "程序出错" in broken["findings"][0]["message"]


def test_a_picture_without_the_extra_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from indicators.errors import MissingExtraError
    from indicators.readers import ocr

    def require() -> None:
        raise MissingExtraError("没有安装文字识别")

    monkeypatch.setattr(ocr, "require_ocr", require)
    (tmp_path / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    (tmp_path / "表.txt").write_text(FORM, encoding="utf-8")
    for command in (["check", "--no-classifier"], ["extract"]):
        main([*command, str(tmp_path), "--format", "json", "--no-guard"])
        documents = json.loads(capsys.readouterr().out)["documents"]
        assert sorted(len(item["forms"]) for item in documents) == [0, 1]


def test_a_crash_of_the_program_has_an_exit_status_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*args: object, **given: object) -> object:
        raise AssertionError("138 0013 8000")

    (tmp_path / "表.txt").write_text(FORM, encoding="utf-8")
    monkeypatch.setattr(Checker, "report", fails)
    assert main(["check", str(tmp_path), "--no-classifier", "--no-ocr"]) == 70
    told = capsys.readouterr().err
    assert "程序内部出错（AssertionError" in told
    assert "8000" not in told


def _special(folder: Path) -> dict[str, Path]:
    made = {"fifo": folder / "管道.pdf", "loop": folder / "环.pdf", "device": folder / "零.pdf"}
    os.mkfifo(made["fifo"])
    made["loop"].symlink_to(made["loop"])
    made["device"].symlink_to("/dev/zero")
    made["socket"] = folder / "s.pdf"
    here = Path.cwd()
    os.chdir(folder)  # names of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as made_socket:
            made_socket.bind("s.pdf")
    finally:
        os.chdir(here)
    made["gone"] = folder / "空链.pdf"
    made["gone"].symlink_to(folder / "没有.pdf")
    return made


@posix
@pytest.mark.parametrize("kind", ["fifo", "loop", "device", "socket", "gone"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = _special(tmp_path)[kind]
    with pytest.raises(ReadError) as caught:
        file_bytes(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy


@posix
@pytest.mark.parametrize("command", ["check", "extract", "rank", "annotate"])
def test_commands_refuse_what_is_no_file(tmp_path: Path, command: str) -> None:
    _special(tmp_path)
    target = str(tmp_path / "管道.pdf") if command == "annotate" else str(tmp_path)
    extra = ["-o", str(tmp_path / "x.pdf")] if command == "annotate" else []
    code = f"import sys; from indicators.cli import main; sys.exit(main({[command, target, *extra, '--no-ocr']!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 2)


@posix
@pytest.mark.parametrize("guard", [(), ("--no-guard",)])
def test_what_cannot_be_read_cannot_be_annotated(
    guard: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "坏.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    assert main(["annotate", str(broken), "-o", str(tmp_path / "out.pdf"), *guard]) == 2
    assert "没有读出来" in capsys.readouterr().err
    assert not (tmp_path / "out.pdf").exists()


def test_a_folder_with_special_files_is_accounted_for(tmp_path: Path) -> None:
    made = _special(tmp_path)
    (tmp_path / "表.txt").write_text(FORM, encoding="utf-8")
    assert len(list(expand([str(tmp_path)]))) == len(made) + 1
    with open_store(tmp_path / "结果.db") as store:
        summary = run_batch(Finder(paths=(str(tmp_path),)), store, options=FAST)
    assert summary.counts == {"ok": 1, "unreadable": len(made)}


@posix
def test_folders_a_thousand_deep_are_walked() -> None:
    import tempfile

    root = tempfile.mkdtemp()
    here = Path.cwd()
    try:
        os.chdir(root)
        for _ in range(1000):
            Path("深").mkdir()
            os.chdir("深")
        os.chdir(here)
        assert len(list(expand([root]))) <= 1
        assert len(list(Finder(paths=(root,)))) <= 1
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-rf", root], check=True)


@posix
def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "表.txt"
    path.write_text(FORM, encoding="utf-8")
    real, calls = os.fstat, []

    def fstat(number: int) -> os.stat_result:
        if calls:
            with path.open("a") as more:
                more.write("又一行")
        calls.append(number)
        return real(number)

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(ReadError, match="变动"):
        file_bytes(path)


def hang(task: str) -> str:
    if task == "hang":
        time.sleep(3600)
    if task == "grow":
        held = []
        while True:
            held.append(bytearray(b"x" * (8 << 20)))
    if task == "die":
        os._exit(3)
    if task == "fail":
        raise ZeroDivisionError("x")
    return task.upper()


@pytest.mark.parametrize(
    ("task", "what"), [("hang", "超时"), ("grow", "内存"), ("die", "意外退出"), ("fail", "程序出错")]
)
def test_a_single_run_outlives_its_reader(task: str, what: str) -> None:
    # A test runner is large, and what it starts inherits that: only the task that eats memory is held to little.
    guarded = Guarded(hang, seconds=1.0 if task == "hang" else 60.0, megabytes=8000.0 if task == "hang" else 600.0)
    try:
        assert guarded("a", "a") == "A"
        with pytest.raises(ReadError, match=what):
            guarded(task, "文件.pdf")
        assert guarded("b", "b") == "B"
    finally:
        guarded.close()


def test_names_of_one_zip_are_each_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as packed:
        packed.writestr("表.txt", FORM)
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("表.txt", "没有表")
        packed.writestr("../外.txt", FORM)
        packed.writestr("内.tar", b"x")
    (tmp_path / "旧.tar.gz").write_bytes(b"\x1f\x8b")
    with open_store(tmp_path / "结果.db") as store:
        summary = run_batch(Finder(paths=(str(tmp_path),)), store, options=FAST)
        forms = [store.report(key)["forms"] for key in sorted(store.documents()) if "表.txt" in key]  # type: ignore[index]
    assert sorted(map(len, forms)) == [0, 1]
    assert summary.counts == {"ok": 3, "unreadable": 2}


def test_a_second_run_does_not_call_missing_documents_unchanged(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "坏.pdf").write_bytes(b"%PDF-1.4\nnothing")
    (docs / "好.txt").write_text(FORM, encoding="utf-8")
    arguments = ["batch", str(docs), "--store", str(tmp_path / "r.db"), "-j", "1", "--no-classifier", "--no-ocr", "-q"]
    assert main(arguments) == 1
    assert main(arguments) == 1
    (docs / "坏.pdf").unlink()
    assert main(arguments) == 0


def test_what_is_deleted_leaves_the_store(tmp_path: Path) -> None:
    docs, other = tmp_path / "docs", tmp_path / "other"
    for folder in (docs, other):
        folder.mkdir()
        for name in ("一.txt", "二.txt"):
            (folder / name).write_text(FORM, encoding="utf-8")
    with zipfile.ZipFile(docs / "包.zip", "w") as packed:
        packed.writestr("内.txt", FORM)
    with open_store(tmp_path / "r.db") as store:
        run_batch(Finder(paths=(str(docs), str(other))), store, options=FAST)
        (docs / "一.txt").unlink()
        (docs / "包.zip").unlink()
        shutil.rmtree(other)
        other.mkdir()
        summary = run_batch(Finder(paths=(str(docs),)), store, options=FAST)
        assert summary.gone == 2
        assert [Path(key).name for key in store.documents()] == ["二.txt", "一.txt", "二.txt"]


def test_runs_that_start_together_on_one_new_store_all_open_it(tmp_path: Path) -> None:
    code = f"from indicators.store import open_store; open_store({str(tmp_path / '新.db')!r}).close()"
    started = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(6)]
    assert [done.communicate()[1] for done in started] == [""] * 6


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_new_store_that_another_run_holds_is_waited_for(tmp_path: Path, lock: str) -> None:
    # Turning a new file to WAL was refused at once beside a writer, and after five seconds on a loaded machine.
    path = tmp_path / "新.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute(f"BEGIN {lock}")
    other.execute("CREATE TABLE held (a)")
    held = 6.0 if lock == "EXCLUSIVE" else 0.5
    release = threading.Timer(held, lambda: (other.execute("ROLLBACK"), other.close()))
    release.start()
    open_store(path).close()
    release.join()
    with open_store(path, create=False) as store:
        assert list(store.documents()) == []


@posix
def test_a_log_is_not_written_into_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "一.txt"
    path.write_text(FORM, encoding="utf-8")
    pipe = tmp_path / "管道"
    os.mkfifo(pipe)
    for log in (path, pipe):
        status = main(
            ["batch", "--no-config", "-j", "1", "--store", str(tmp_path / "库.db"), "--log", str(log), str(path)]
        )
        assert status == 2
        assert "日志写不进去" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == FORM
    log = tmp_path / "经过.txt"
    for _ in range(2):
        main(["batch", "--no-config", "-j", "1", "--store", str(tmp_path / "库.db"), "--log", str(log), str(path)])
    assert log.read_text(encoding="utf-8").count("\n") >= 2


def test_a_pattern_that_is_none_fits_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--no-config", "[" * 300 + "*" * 50]) == 2
    assert "程序内部出错" not in capsys.readouterr().err


@posix
@pytest.mark.parametrize(("closed", "status"), [(">&-", 2), ("2>&-", 0)])
def test_closed_streams(tmp_path: Path, closed: str, status: int) -> None:
    path = tmp_path / "一.txt"
    path.write_text(FORM, encoding="utf-8")
    command = f"{sys.executable} -m indicators check --no-config --exit-zero {path} {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert ("标准输出是关闭的" in done.stderr) == (status == 2)
