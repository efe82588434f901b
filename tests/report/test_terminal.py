"""The report on the screen: complete, aligned for Chinese, without anything a terminal would obey."""

from __future__ import annotations

import re

import pytest

from indicators.report.folding import columns_of, fold
from indicators.report.terminal import write_terminal
from tests.report.making import HOSTILE, PHONE, form_text, from_text, hostile_report, report_of

ESCAPE = "\x1b"


@pytest.fixture(scope="module")
def report():
    return report_of(from_text(form_text(3)))


def test_shows_what_where_and_what_to_do(report):
    text = write_terminal(report, width=110)
    assert "资金 说明" in text
    assert "第7行" in text
    assert "年度资金总额" in text
    assert "请更正。" in text
    assert "错误 3，警告 4，提示 3" in text


def test_worst_form_first(report):
    first = report.documents[0]
    without = tuple(item for item in first.findings if item.form != 0)
    text = write_terminal(report_of(type(first)(**{**_fields(first), "findings": without})))
    assert "■ [1]" not in text
    assert text.index("■ [2]") < text.index("■ 全文")
    assert "其余 1 张表没有发现错误或警告" in text


def _fields(record):
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def test_notes_only_when_asked(report):
    assert "目标 说明" not in write_terminal(report)
    assert "加 -v 显示" in write_terminal(report)
    verbose = write_terminal(report, verbose=True)
    assert verbose.count("目标 说明") == 3
    assert "已接受：V999" in verbose


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_is_wider_than_the_screen(report, width):
    assert max(columns_of(line) for line in write_terminal(report, width=width, verbose=True).splitlines()) <= width


def test_columns_stand_below_their_headings(report):
    lines = write_terminal(report, width=100).splitlines()
    head = next(line for line in lines if "怎么改" in line)
    start = columns_of(head[: head.index("怎么改")])
    rows = [line for line in lines if re.match(r"  (错误|警告) ", line)]
    assert rows
    for line in rows:
        assert columns_of(line[: line.index("请更正")] if "请更正" in line else line[: line.rindex("说明")]) == start


def test_colour_only_where_wanted(report, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert ESCAPE not in write_terminal(report, colour=False)
    assert ESCAPE in write_terminal(report, colour=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert ESCAPE not in write_terminal(report, colour=True)


def test_columns_hold_whatever_the_terminal_makes_of_quotes(monkeypatch):
    """On a terminal the cursor is moved to each column, and no column can run into the next."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    report = report_of(from_text(form_text(1), words="“引号”≥…·“引号”≥…·“引号”≥…·“引号”≥…·“引号”≥"))
    text = write_terminal(report, colour=True, width=100)
    rows = [line for line in text.splitlines() if "“" in line]
    assert rows
    for line in rows:
        pieces = re.split(r"\x1b\[(\d+)G", re.sub(r"\x1b\[[0-9;]*m", "", line))
        used = columns_of(pieces[0], paper=True)
        for start, piece in zip(pieces[1::2], pieces[2::2]):
            assert used <= int(start) - 1
            used = int(start) - 1 + columns_of(piece.rstrip(), paper=True)
        assert used <= 100


def test_one_form_in_full(report):
    text = write_terminal(report, form=2)
    assert "■ [2]" in text
    assert "■ [1]" not in text
    for words in ("清淤4公里。", "云水〔2024〕3号", "清淤长度", "≤17万元", "参考分（机器初审）", "目标 说明"):
        assert words in text
    assert "没有第 9 张表" in write_terminal(report, form=9)


def test_document_text_gives_no_orders():
    text = write_terminal(hostile_report(), colour=False, verbose=True)
    assert "<script>" in text.replace("\n", "").replace(" ", "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", text)
    marked = report_of(from_text(form_text(1, name="[red]清淤[/red]\x1b[2J:smile:")))
    shown = write_terminal(marked)
    assert "[red]清淤[/red]" in shown
    assert ":smile:" in shown
    assert ESCAPE not in shown


def test_no_phone_and_no_name():
    text = write_terminal(report_of(from_text(form_text(1))), form=1, verbose=True)
    assert PHONE not in text
    assert "甲乙丙" not in text
    assert "138****1234" in text


def test_fold_keeps_signs_and_numbers_in_their_place():
    folded = fold("共需资金1234567.89万元，其中“中央”资金（含结转）一半。", 12)
    lines = folded.splitlines()
    assert "".join(lines) == "共需资金1234567.89万元，其中“中央”资金（含结转）一半。"
    assert all(columns_of(line) <= 12 for line in lines)
    assert not any(line[0] in "，。）”" or line[-1] in "（“" for line in lines)
    assert fold("", 10) == ""


def test_hostile_constant_is_hostile():
    assert "\x00" in HOSTILE
    assert "]]>" in HOSTILE
