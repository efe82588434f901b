"""``indicators batch`` as people run it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indicators.cli import main
from indicators.store import open_store, schema
from tests.batch.making import make_documents

FAST = ("-j", "1", "--no-classifier", "--no-ocr", "--no-config")


def test_a_folder_into_a_store_and_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_documents(tmp_path / "docs", 4)
    (tmp_path / "docs" / "说明.zzz").write_text("-", encoding="utf-8")
    call = ["batch", str(tmp_path / "docs"), "--store", str(tmp_path / "a.db"), "--log", str(tmp_path / "log"), *FAST]
    assert main([*call, "--export", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().err
    assert "共 4 份（已检查 4）" in said
    assert "跳过不是文档的文件 1 个（.zzz 1）" in said
    assert "已导出到" in said
    assert (tmp_path / "out" / "forms").is_dir()
    (tmp_path / "docs" / "坏.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert main(call) == 1
    said = capsys.readouterr().err
    assert "共 5 份（未改动 4，无法读取 1）" in said
    assert "坏.pdf" in said
    assert main([*call, "-q"]) == 1, "what failed is still missing"
    assert capsys.readouterr().err == ""
    assert "无法读取" in (tmp_path / "log").read_text(encoding="utf-8")


def test_mistakes_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", str(tmp_path / "a.db")]
    assert main(["batch", *store]) == 2
    assert "没有给出要检查的文件" in capsys.readouterr().err
    assert main(["batch", str(tmp_path / "none"), *store, *FAST]) == 2
    assert "找不到文件或文件夹" in capsys.readouterr().err
    assert main(["batch", str(tmp_path), *store, "--engine", "dask"]) == 2
    assert "--scheduler" in capsys.readouterr().err
    assert main(["batch", str(tmp_path), *store, "--select", "Q9"]) == 2
    assert "没有规则" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_asked_to_stop_says_how_to_go_on(tmp_path: Path, number: int) -> None:
    made = make_documents(tmp_path / "docs", 20)
    for number_of_copy in range(100):
        for path in made:
            shutil.copy(path, path.with_name(f"{number_of_copy}-{path.name}"))
    log = tmp_path / "log"
    command = [sys.executable, "-m", "indicators", "batch", str(tmp_path / "docs"), "--store", str(tmp_path / "a.db")]
    with (tmp_path / "said").open("wb") as said:
        # A shell that runs the tests in the background has Ctrl-C ignored, and children inherit that.
        process = subprocess.Popen(
            [*command, *FAST, "--log", str(log)], stderr=said, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        end = time.monotonic() + 300
        while time.monotonic() < end and process.poll() is None and _written(tmp_path / "a.db") < 2:
            time.sleep(0.02)
        os.killpg(process.pid, number)  # Ctrl-C reaches the workers as well
        assert process.wait(300) == 130
    assert "再次运行同一命令即从这里继续" in (tmp_path / "said").read_text(encoding="utf-8")
    with open_store(tmp_path / "a.db", create=False) as store:
        assert {row["status"] for row in store.rows(schema.documents)} == {"ok"}
        assert [row["state"] for row in store.rows(schema.runs)] == ["interrupted"]


def _written(path: Path) -> int:
    import sqlite3

    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.Error:
        return 0
