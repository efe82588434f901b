"""Where the library has no neighbour: what is usually counted, out of the library itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from indicators.classify.suggest import LIBRARY, patterns, suggest
from indicators.cli import main
from indicators.packs import models_dir


def entries() -> list[dict[str, str]]:
    with (models_dir() / LIBRARY).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_patterns_are_those_of_the_library() -> None:
    assert suggest("社会效益指标", "夯实基层基础", "") == ()
    found = patterns("社会效益指标", "夯实基层基础")
    assert found
    assert [item.count for item in found] == sorted((item.count for item in found), reverse=True)
    names = {row["name"] for row in entries() if row["category"] == "社会效益指标"}
    for item in found:
        assert item.sector == ""
        assert "N" in item.value
        assert item.names
        assert set(item.names) <= names


def test_patterns_of_the_sector_of_the_project() -> None:
    found = patterns("社会效益指标", "夯实基层基础", "农村中小学校舍维修改造")
    assert {item.sector for item in found} == {"教育"}
    own = {row["name"] for row in entries() if row["category"] == "社会效益指标" and row["sector"] == "教育"}
    assert {name for item in found for name in item.names} <= own
    assert {item.sector for item in patterns("社会效益指标", "夯实基层基础", "龘龘龘")} == {""}


def test_the_command_names_countable_things(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", "夯实基层基础", "--category", "社会效益指标"]) == 0
    printed = capsys.readouterr().out
    assert "没有与“夯实基层基础”相近的写法" in printed
    assert "N%" in printed
    assert main(["suggest", "夯实基层基础", "--category", "社会效益指标", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["names"]


HEADS = "二级指标,三级指标,指标值\n"
ROW = "数量指标,维修堤防长度,3公里\n"


def test_lists_with_the_headers_of_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "清单.csv", tmp_path / "结果.csv"
    source.write_text(HEADS + ROW, encoding="utf-8")
    assert main(["score", str(source), "-o", str(target)]) == 0
    with target.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["三级指标"], row["具体程度（0—3）"]) == ("维修堤防长度", "3")
    assert row["理由"]
    assert main(["score", str(tmp_path / "没有.csv"), "-o", str(target)]) == 2
    source.write_text("二级指标,说明\n数量指标,无\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["score", str(source)]) == 2
    assert "三级指标" in capsys.readouterr().err


def test_the_workbook_of_a_check_is_a_list(tmp_path: Path) -> None:
    import openpyxl

    from tests.forms.test_forms import FORM

    form, book, target = tmp_path / "预算.txt", tmp_path / "审核.xlsx", tmp_path / "结果.xlsx"
    form.write_text(FORM, encoding="utf-8")
    assert main(["check", str(form), "-o", str(book), "--exit-zero", "--no-config", "-q"]) == 0
    assert main(["score", str(book), "-o", str(target), "-q"]) == 0
    before = openpyxl.load_workbook(book)["指标明细"]
    after = openpyxl.load_workbook(target).active
    heads = [cell.value for cell in after[1]]
    assert heads[: before.max_column] == [cell.value for cell in before[1]]
    assert after.max_row - 1 >= before.max_row - 1
    at = heads.index("具体性得分")
    for row in range(2, before.max_row + 1):
        assert float(after.cell(row, at + 1).value) == pytest.approx(float(before.cell(row, at + 1).value), abs=0.06)


def test_a_list_through_a_pipe() -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "indicators", "score", "-", "-q"], input=(HEADS + ROW).encode(), capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    head, row = done.stdout.decode().splitlines()
    assert head.startswith("二级指标,三级指标,指标值,具体程度")
    assert row.startswith("数量指标,维修堤防长度,3公里,3,")
