"""Two years of a department, and two checks of one submission."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from indicators.errors import ConfigError
from indicators.report.compare import (
    comparison_csv,
    comparison_json,
    comparison_table,
    comparison_text,
    write_compare,
)
from indicators.report.diff import diff, difference_json, difference_table, difference_text, write_diff
from indicators.report.folding import columns_of
from indicators.report.json import write_json, write_json_lines
from indicators.report.matching import compare, plain_name
from indicators.report.saved import read_saved
from tests.report.making import form_text, from_file, from_text, report_of, sample

OLD = form_text(3, name="2024年河道清淤")
NEW = (
    form_text(3, name="2025年河道清淤")
    .replace("520000", "620000", 2)
    .replace("2025年河道清淤2期", "县城供水管网改造")
    .replace("清淤长度\t3公里\t数量指标\t清淤长度\t3公里", "清淤长度\t2公里\t数量指标\t清淤长度\t2公里", 1)
)


def saved(tmp_path, name, document, lines=False):
    path = tmp_path / name
    write = write_json_lines if lines else write_json
    path.write_text(write(report_of(document)), encoding="utf-8")
    return read_saved(path)


@pytest.fixture
def comparison(tmp_path):
    old, new = from_text(OLD), from_text(NEW)
    kept = tuple(item for item in new.findings if not (item.rule == "F101" and item.form == 1))
    return compare(saved(tmp_path, "2024.json", old), saved(tmp_path, "2025.json", replace(new, findings=kept)))


def test_projects_are_matched_without_their_years(comparison):
    assert [(pair.old.project, pair.new.project) for pair in comparison.pairs] == [
        ("2024年河道清淤", "2025年河道清淤"),
        ("2024年河道清淤1期", "2025年河道清淤1期"),
    ]
    assert [form.project for form in comparison.ended] == ["2024年河道清淤2期"]
    assert [form.project for form in comparison.begun] == ["县城供水管网改造"]
    assert plain_name("2019-2023年BOT取暖服务费(结转23年)") == "BOT取暖服务费"
    assert plain_name("2024年") == "2024年"


def test_money_targets_and_findings(comparison):
    first, second = comparison.pairs
    assert first.money_without_targets
    assert [(item.old.value, item.new.value) for item in first.changed("lowered")] == [("3公里", "2公里")]
    assert not first.carried_over
    assert second.carried_over
    assert not second.money_without_targets
    assert [item.rule for item in second.fixed] == ["F101"]
    assert [item.rule for item in second.recurring] == ["V101", "C103"]
    assert second.fresh == ()


@pytest.mark.parametrize(
    ("level2", "old", "new", "change"),
    [
        ("数量指标", "≥100人", "≥90人", "lowered"),
        ("数量指标", "≥100人", "≥110人", "raised"),
        ("质量指标", "≤5%", "≤8%", "lowered"),
        ("成本指标", "10万元", "12万元", "lowered"),
        ("数量指标", "100人", "100户", "reworded"),
        ("数量指标", "100人", "不少于若干", "reworded"),
        ("质量指标", "≥95%", "≥ 95%", "same"),
        ("质量指标", "≥95%", "=95%", "reworded"),
        ("质量指标", "≥95%", "≤95.5%", "reworded"),
    ],
)
def test_what_counts_as_lowered(tmp_path, level2, old, new, change):
    def document(value):
        row = f"\t\t质量指标\t验收合格率\t{value}\t质量指标\t验收合格率\t{value}"
        text = form_text(1).replace("\t\t质量指标\t验收合格率\t100%\t质量指标\t验收合格率\t100%", row)
        return from_text(text.replace("质量指标\t验收合格率", f"{level2}\t验收合格率"))

    pair = compare(saved(tmp_path, "a.json", document(old)), saved(tmp_path, "b.json", document(new))).pairs[0]
    found = [item for item in pair.indicators if item.new.name == "验收合格率"]
    assert [item.change for item in found] == [change]


def test_words(comparison):
    text = comparison_text(comparison, width=80)
    for words in (
        "资金增加而目标不变 1 个",
        "目标降低：数量指标“清淤长度” 3公里 → 2公里",
        "+19.2%",
        "指标全部照抄上年",
        "上年才有（1）",
    ):
        assert words in text
    assert max(columns_of(line) for line in text.splitlines()) <= 80
    assert "河道清淤1期" in text
    data = json.loads(comparison_json(comparison))
    assert data["schema"] == "indicators.comparison"
    assert data["pairs"][1]["carried_over"] is True
    rows = list(csv.reader(io.StringIO(comparison_csv(comparison).lstrip("\ufeff"))))
    assert len(rows) == 3
    assert len(rows[0]) == len(rows[1])


def test_many_projects_are_matched_one_to_one(tmp_path):
    text = form_text(60, name="道路养护")
    comparison = compare(saved(tmp_path, "a.json", from_text(text)), saved(tmp_path, "b.json", from_text(text)))
    assert len(comparison.pairs) == 60
    assert all(pair.old.project == pair.new.project for pair in comparison.pairs)


def test_diff_by_fingerprint(tmp_path):
    old = from_text(OLD)
    fixed, added = old.findings[1], replace(old.findings[1], fingerprint="ffff", message="新的问题")
    new = replace(old, findings=(*(item for item in old.findings if item is not fixed), added))
    found = diff(saved(tmp_path, "a.json", old), saved(tmp_path, "b.jsonl", new, lines=True))
    assert [item.fingerprint for item in found.gone] == [fixed.fingerprint]
    assert [item.message for item in found.new] == ["新的问题"]
    assert len(found.kept) == len(old.findings) - 1
    text = difference_text(found)
    assert text.startswith("已消除 1，新出现 1，仍存在 9")
    assert "仍存在（9）" not in text
    assert "仍存在（9）" in difference_text(found, verbose=True)
    assert json.loads(difference_json(found))["schema"] == "indicators.diff"


def test_diff_counts_findings_that_stand_twice(tmp_path):
    old = from_text(form_text(1))
    twice = replace(old, findings=(*old.findings, old.findings[1]))
    found = diff(saved(tmp_path, "a.json", twice), saved(tmp_path, "b.json", old))
    assert len(found.gone) == 1
    assert found.new == ()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"schema": "indicators.records", "version": 1}', '{"schema": "indicators.report", "version": 9}',
             '{"schema": "indicators.report", "version": 1, "documents": [{"forms": 3}]}', "\xff\xfe", "1\n2"]
)  # fmt: skip
def test_files_that_are_no_report(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        read_saved(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy


def test_no_such_file(tmp_path):
    with pytest.raises(ConfigError):
        read_saved(tmp_path / "none.json")


def test_from_paths_and_content(tmp_path):
    old, new = tmp_path / "2024.json", tmp_path / "2025.json"
    old.write_text(write_json(report_of(from_text(OLD))), encoding="utf-8")
    new.write_text(write_json(report_of(from_text(NEW))), encoding="utf-8")
    assert "2024.json → 2025.json" in write_compare(old, new)
    content = json.loads(old.read_text(encoding="utf-8"))
    assert json.loads(write_compare(content, str(new), kind="json"))["pairs"]
    assert write_compare(content, content, kind="csv").count("\r\n") == 4
    assert write_diff(content, content).startswith("已消除 0，新出现 0，仍存在 10")
    assert len(json.loads(write_diff(old, new, kind="json"))["kept"]) == 10
    with pytest.raises(ConfigError):
        write_diff({"documents": []}, content)


def two_checks(tmp_path):
    """Return a check and the one after a fault was mended, of the sample with pages."""
    path = sample("水利局")
    document = from_file(path)
    at = next(number for number, item in enumerate(document.findings) if item.at.page is not None)
    return (
        saved(tmp_path, "旧.json", document),
        saved(tmp_path, "新.json", replace(document, findings=document.findings[:at] + document.findings[at + 1 :])),
        document.findings[at],
    )


def test_a_difference_says_on_which_page(tmp_path):
    old, new, gone = two_checks(tmp_path)
    difference = diff(old, new)
    assert [(item.fingerprint, item.page) for item in difference.gone] == [(gone.fingerprint, gone.at.page)]
    assert f"（第{gone.at.page}页）" in difference_text(difference)
    assert json.loads(difference_json(difference))["gone"][0]["page"] == gone.at.page


def test_what_is_kept_is_listed_when_asked(tmp_path):
    old, new, _ = two_checks(tmp_path)
    difference = diff(old, new)
    assert "仍存在（" not in difference_text(difference)
    assert "仍存在（" in difference_text(difference, verbose=True)
    assert {row["change"] for row in difference_table(difference).rows} == {"已消除"}
    rows = difference_table(difference, verbose=True).rows
    assert len(rows) == 1 + len(difference.kept)
    assert {row["change"] for row in rows} == {"已消除", "仍存在"}


@pytest.mark.parametrize("kind", ["html", "xlsx", "docx"])
def test_a_difference_as_page_workbook_and_letter(kind, tmp_path):
    old, new, gone = two_checks(tmp_path)
    data = write_diff(old, new, kind=kind)
    assert data == write_diff(old, new, kind=kind)
    if kind == "html":
        assert gone.message in data
        assert "仍存在 " in data
        return
    if kind == "xlsx":
        openpyxl = pytest.importorskip("openpyxl")
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        cells = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)]
    else:
        import docx

        cells = [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(data)).tables[0].rows]
    assert len(cells) == 2
    row = dict(zip(*cells))
    assert (row["变化"], row["位置"], row["问题"]) == ("已消除", f"第{gone.at.page}页", gone.message)


def test_a_comparison_as_a_table_loses_no_project(comparison):
    rows = comparison_table(comparison).rows
    assert [row["years"] for row in rows] == ["两年都有", "两年都有", "上年才有", "本年新增"]
    assert [row.get("project") or row["project_before"] for row in rows[2:]] == [
        "2024年河道清淤2期",
        "县城供水管网改造",
    ]
    first = next(row for row in rows if row.get("project") == "2025年河道清淤")
    assert "目标降低" in first["said"]
    assert (first["amount_before"], first["amount"], first["lowered"]) == (520000, 620000, 1)
