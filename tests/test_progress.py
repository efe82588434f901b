"""What a run says of itself while it goes on and at its end; what a slow file says; which screens get which signs."""

from __future__ import annotations

import io
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from indicators.batch import Finder
from indicators.batch.run import Progress, Summary
from indicators.cli import main, progress
from indicators.cli.progress import Reporter
from indicators.cli.waiting import Shown


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds as the reporter sees them."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def _step(summary: Summary, status: str = "ok") -> Progress:
    summary.counts[status] += 1
    return Progress(document="甲/乙.pdf", status=status, reason="超过限度", summary=summary)


def test_a_long_run_says_now_and_then_how_far_it_is(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    log, summary = io.StringIO(), Summary()
    made = Reporter(log, quiet=False)
    made.total = 100
    for number in range(12):
        clock[0] = 2.0 * number
        made.step(_step(summary, "timeout" if number == 3 else "ok"))
    said = capsys.readouterr().err
    # The first word after fifteen seconds; the log also has each file that could not be judged.
    assert said == "进度 9/100，1 份没能检查；每秒 0.5 份，剩余约 3 分 2 秒\n"
    told = [line.split(" ", 2)[2] for line in log.getvalue().splitlines()]
    assert told == ["超时：甲/乙.pdf：超过限度", said.rstrip("\n")]


def test_nothing_is_said_of_a_pace_that_is_not_known(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    made, summary = Reporter(None, quiet=False), Summary()
    clock[0] = 20.0
    made.step(_step(summary))
    assert capsys.readouterr().err == "进度 1；\n"


def test_the_end_of_a_run_is_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    failed = [(f"{number}.pdf", "crashed", "退出") for number in range(12)]
    summary = Summary(
        counts=Counter(ok=8000, crashed=12), failed=failed, seconds=7260.0, forms=3, pages=9, gone=2, cross={"D201": 4}
    )
    finder = Finder(paths=())
    finder.passed_over[".zzz"] = 5
    Reporter(None, quiet=False).finish(summary, finder, "库.db")
    said = capsys.readouterr().err
    for words in (
        "共 8012 份（已检查 8000，进程退出 12），用时 2 小时 1 分，每秒 1.1 份。",
        "本次检查 9 页、3 张绩效目标表。",
        "进程退出：9.pdf：退出\n …共 12 份没能检查",
        "已不存在的文件 2 份",
        "跳过不是文档的文件 5 个（.zzz 5）。",
        "：4 处（indicators duplicates --store 库.db）。",
    ):
        assert words in said
    assert "10.pdf" not in said


def test_a_slow_file_is_named_ever_more_seldom(capsys: pytest.CaptureFixture[str]) -> None:
    made = Shown(1, silent=False)
    for seconds in range(6, 60):
        made.waiting(Path("甲.pdf"), float(seconds), 300.0)
    said = capsys.readouterr().err.splitlines()
    assert said == [f"仍在读取 甲.pdf：已用 {seconds} 秒、300 MB" for seconds in (6, 12, 24, 48)]
    Shown(1, silent=True).waiting(Path("甲.pdf"), 60.0, 300.0)
    assert capsys.readouterr().err == ""


class _Screen(io.StringIO):
    """A stream of some code page that notes how it is set up."""

    def __init__(self, code: str, *, terminal: bool) -> None:
        super().__init__()
        self.code, self.terminal = code, terminal
        self.set: dict[str, Any] = {}

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self.code

    def isatty(self) -> bool:
        return self.terminal

    def reconfigure(self, **given: Any) -> None:
        self.set = given


@pytest.mark.parametrize(
    ("code", "terminal", "wanted"),
    [
        ("gbk", False, {"encoding": "utf-8", "errors": "backslashreplace"}),
        ("GB18030", True, {"errors": "replace"}),
        ("cp1252", True, {"encoding": "utf-8", "errors": "replace"}),
        ("UTF-8", True, {}),
    ],
)
def test_each_screen_gets_signs_it_can_show(
    code: str, terminal: bool, wanted: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = _Screen(code, terminal=terminal)
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["version"]) == 0
    assert screen.set == wanted
    assert "规则包" in screen.getvalue()


def test_without_standard_output_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    said = _Screen("UTF-8", terminal=True)
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", said)
    assert main(["version"]) == 2
    assert "标准输出是关闭的" in said.getvalue()
    assert sys.stdout.name == "/dev/null" if sys.platform != "win32" else sys.stdout is not None
    sys.stdout.close()
