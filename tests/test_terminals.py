"""Every command on a terminal: narrow and wide, with and without colour."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.cli import _COMMANDS
from tests.forms.test_forms import FORM

pty = pytest.importorskip("pty")
ROOT = Path(__file__).parent.parent

# One process a terminal runs them all: starting Python for each would take minutes.
DRIVER = """
import json, sys
from indicators.cli import main
if __name__ == "__main__":  # the workers of a batch import this file again
    for arguments in json.load(open(sys.argv[1], encoding="utf-8")):
        status = main(arguments)
        print("\\n@=", arguments[0], status, flush=True)
"""
#: Takes minutes and the corpus; its help page is tried instead.
LONG = ("train", "evaluate")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents, and the store of their batch: what the first terminal judges is unchanged for the others."""
    folder = tmp_path_factory.mktemp("judged")
    text = FORM.replace("社会效益指标\t保护人口\t≥2万人", "社会效益指标\t防洪能力\t提高")
    (folder / "预算.txt").write_text(text, encoding="utf-8")
    (folder / "坏.pdf").write_bytes(b"%PDF-1.7 nothing of the kind")
    return folder


def _calls(judged: Path, folder: Path) -> list[tuple[list[str], int]]:
    """Return a call of every command with the exit status it should give."""
    text, other, store = judged / "预算.txt", judged / "坏.pdf", str(judged / "库.db")
    rows, one = str(folder / "指标.csv"), str(folder / "结果.json")
    Path(rows).write_text("level2,level3,value\n数量指标,维修堤防长度,3公里\n", encoding="utf-8")
    (folder / "规则").mkdir()
    return [
        (["check", str(text), "--exit-zero"], 0),
        (["check", str(text), str(other), "--exit-zero"], 0),
        (["check", str(text), "--form", "1", "-v", "--statistics", "--exit-zero"], 0),
        (["check", str(text), "-o", one, "--exit-zero"], 0),
        (["extract", str(text)], 0),
        (["rank", str(text)], 0),
        (["annotate", str(text), "-o", str(folder / "标注.html")], 0),
        (["diff", one, one], 0),
        (["compare", one, one], 0),
        (["accept", "0123456789abcdef", "--reason", "试", "--config", str(folder / "indicators.toml")], 0),
        (["batch", str(text), str(other), "--store", store, "-j", "1", "--no-classifier", "--no-config"], 1),
        (["summary", "--store", store], 0),
        (["duplicates", "--store", store], 0),
        (["outliers", "--store", store], 0),
        (["letter", "--store", store, "-o", str(folder / "审核意见.docx")], 2),  # nothing is decided yet
        *(([name, "--help"], 0) for name in ("review", "decide")),
        (["suggest", "防洪能力", "--category", "社会效益指标"], 0),
        (["score", rows, "-o", str(folder / "得分.csv")], 0),
        (["rules", "--family", "F"], 0),
        (["explain", "F101"], 0),
        (["test-rules", str(folder / "规则")], 2),
        *((["help", "check"], 0) for _ in [0] if "help" in _COMMANDS),
        *((["doctor"], 0) for _ in [0] if "doctor" in _COMMANDS),
        *((["completion", "bash"], 0) for _ in [0] if "completion" in _COMMANDS),
        *(([name, "--help"], 0) for name in LONG),
        (["version"], 0),
    ]


def _on_a_terminal(arguments: list[str], columns: int, colour: bool, cwd: Path) -> str:
    """Run a program on a pseudo-terminal and return what it drew."""
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    environment = {key: value for key, value in environment.items() if key not in ("COLUMNS", "LINES", "NO_COLOR")}
    if not colour:
        environment["NO_COLOR"] = "1"
    process = subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=cwd)
    os.close(theirs)
    pieces = []
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    process.wait()
    os.close(ours)
    return b"".join(pieces).decode("utf-8")


@pytest.mark.parametrize("colour", [True, False])
@pytest.mark.parametrize("columns", [60, 80, 160])
def test_every_command_runs_on_a_terminal(columns: int, colour: bool, judged: Path, tmp_path: Path) -> None:
    calls = _calls(judged, tmp_path)
    assert {arguments[0] for arguments, _ in calls} == set(_COMMANDS)
    (tmp_path / "调用.json").write_text(json.dumps([arguments for arguments, _ in calls]), encoding="utf-8")
    (tmp_path / "driver.py").write_text(DRIVER, encoding="utf-8")
    drawn = _on_a_terminal([sys.executable, "driver.py", "调用.json"], columns, colour, tmp_path)
    assert "Traceback" not in drawn, drawn[drawn.index("Traceback") :]
    ended = re.findall(r"@= (\S+) (\d+)", drawn)
    assert ended == [(arguments[0], str(status)) for arguments, status in calls], drawn
    checked = drawn.split("@= check")[0]
    assert ("\x1b[1;31m" in checked or "\x1b[33m" in checked) == colour


@pytest.mark.slow
def test_a_long_file_shows_its_pages(tmp_path: Path) -> None:
    """A scan takes seconds a page: whoever waits sees that it goes on, and nothing of it is left behind."""
    import pypdfium2

    pytest.importorskip("rapidocr")
    document = pypdfium2.PdfDocument(next((ROOT / "corpus" / "samples").glob("*水利局*.pdf")))
    pages = (document[number].render(scale=2).to_pil().convert("L") for number in (7, 8, 9))
    # The head of each page is enough to read for a while.
    first, *others = (page.crop((0, 0, page.width, page.height // 4)) for page in pages)
    path = tmp_path / "扫描件.pdf"
    first.save(path, save_all=True, append_images=others, resolution=144)
    program = [sys.executable, "-m", "indicators", "check", str(path), "--exit-zero", "--no-config"]
    drawn = _on_a_terminal(program, 100, True, tmp_path)
    assert re.search(r"扫描件\.pdf 第 [23] 页", drawn)
    assert re.search(r"[12]/3", drawn)


def test_pages_are_told_through_the_guarded_process() -> None:
    from indicators.pipeline import Checker, Options, guarded_check

    told: list[tuple[str, int, int]] = []
    path = next((ROOT / "corpus" / "samples").glob("*水利局*.pdf"))
    checker = Checker(options=Options(classifier=False, ocr=False))
    with guarded_check(checker, paged=lambda at, number, count: told.append((at.name, number, count))) as judge:
        pages = judge(path).extraction.document.pages
    assert told[0] == (path.name, 1, pages)
    assert [number for _, number, _ in told] == sorted({number for _, number, _ in told})
