"""``rank``: from files and from a store, by form, unit and department, with reasons in words."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from indicators.cli import main
from indicators.cli.ranking import _grouped, _why
from tests.forms.test_forms import FORM


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Return two documents: of one unit with little money, of another with a thousand times as much."""
    first, second = tmp_path / "小.txt", tmp_path / "大.txt"
    first.write_text(FORM, encoding="utf-8")
    second.write_text(FORM.replace("125,000", "125,000,000").replace("云溪县河道站", "白河县河道站"), encoding="utf-8")
    return [str(first), str(second)]


def ranked(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    call = ["rank", *arguments, "--format", "json", "--no-guard", "--no-config", "--no-ocr", "-q"]
    assert main(call) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_files_are_ranked_by_priority(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    rows = ranked(capsys, *files)
    assert [row["rank"] for row in rows] == [1, 2]
    assert rows[0]["priority"] >= rows[1]["priority"]
    assert {Path(row["path"]).name for row in rows} == {"小.txt", "大.txt"}
    for row in rows:
        assert row["errors"] >= 0
        assert 0 <= row["specificity"] <= 100
        assert row["grade"] in "优良中差"
    amounts = {Path(row["path"]).name: row["amount"] for row in rows}
    assert amounts["大.txt"] > amounts["小.txt"] > 0
    assert ranked(capsys, *files, "--limit", "1") == rows[:1]


@pytest.mark.parametrize(("by", "names"), [("unit", {"云溪县河道站", "白河县河道站"}), ("department", None)])
def test_forms_are_added_up(
    by: str, names: set[str] | None, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    forms, groups = ranked(capsys, *files), ranked(capsys, *files, "--by", by)
    assert sum(group["forms"] for group in groups) == len(forms) == 2
    assert sum(group["errors"] for group in groups) == sum(row["errors"] for row in forms)
    assert names is None or {group[by] for group in groups} == names
    assert [group["priority"] for group in groups] == sorted((g["priority"] for g in groups), reverse=True)


def test_a_group_weighs_its_forms_by_money() -> None:
    rows = [
        {"unit": "甲", "path": "a", "priority": 0.2, "amount": 900.0, "total": 80.0, "errors": 1, "warnings": 0, "specificity": 50.0},
        {"unit": "甲", "path": "b", "priority": 0.8, "amount": 100.0, "total": 60.0, "errors": 2, "warnings": 1, "specificity": None},
        {"unit": "", "path": "c", "priority": 0.9, "amount": None, "total": 40.0, "errors": 0, "warnings": 0, "specificity": None},
    ]  # fmt: skip
    [unnamed, named] = _grouped(rows, "unit")
    assert unnamed["unit"] == "（未写明）"
    assert unnamed["priority"] == 0.9
    assert named["priority"] == pytest.approx((0.2 * 900 + 0.8 * 100) / 1000)
    assert (named["forms"], named["amount"], named["total"], named["errors"]) == (2, 1000.0, 70.0, 3)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"amount": 12_345_678, "errors": 2, "warnings": 1, "specificity": 50.0},
         "资金 1,234.57 万元；错误 2、警告 1；指标具体性 50（满分 100）"),
        ({"amount": None, "errors": 0, "warnings": 0, "specificity": None}, "资金未填；没有错误和警告"),
        ({"amount": 800, "errors": 0, "warnings": 3}, "资金 800 元；警告 3"),
    ],
)  # fmt: skip
def test_reasons_are_told_in_words(row: dict[str, Any], words: str) -> None:
    assert _why(row) == words


def test_reasons_stand_in_the_table(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["rank", *files, "--why", "--format", "csv", "--no-guard", "--no-config", "-q"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out.lstrip("\ufeff"))))
    assert [row["名次"] for row in rows] == ["1", "2"]
    assert all(row["为什么"].startswith("资金 ") for row in rows)
    assert main(["rank", *files, "--format", "table", "--no-guard", "--no-config", "-q"]) == 0
    printed = capsys.readouterr().out
    assert "为什么" not in printed
    assert "优先度是机器给出的阅读次序，不是审核结论" in printed


def test_files_and_a_store_are_one_or_the_other(files: list[str], tmp_path: Path) -> None:
    assert main(["rank"]) == 2
    assert main(["rank", files[0], "--store", str(tmp_path / "a.db")]) == 2
