"""What was read and whether it can be trusted comes first; forms not understood stand apart."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from indicators.catalogue import builtin_rules
from indicators.pipeline import Checker, Options
from indicators.records import Note, Report
from indicators.report import render
from indicators.report.trust import trust
from indicators.scoring import ranking
from tests.forms.test_forms import FORM


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(options=Options(classifier=False))


@pytest.fixture
def apart(checker: Checker, tmp_path: Path) -> Report:
    """A document whose only form is not understood."""
    path = tmp_path / "预算.txt"
    path.write_text(FORM, encoding="utf-8")
    extraction = checker.check_file(path).extraction
    form = replace(
        extraction.forms[0], reading="not understood", doubts=(Note(code="columns", message="指标值一列认不出"),)
    )
    judged = checker.check_extraction(replace(extraction, forms=(form,)), path=str(path))
    return checker.report([judged])


def test_the_first_line_says_what_was_read(checker: Checker, tmp_path: Path) -> None:
    path = tmp_path / "预算.txt"
    path.write_text(FORM, encoding="utf-8")
    document = checker.check_file(path)
    assert trust(document).sure
    assert trust(document).text == "1 张表，可信"
    shown = render(checker.report([document]), "table", rules=builtin_rules())
    assert isinstance(shown, str)
    assert shown.splitlines()[1] == "1 张表，可信"


def test_a_form_not_understood_has_no_score_and_stands_apart(apart: Report) -> None:
    document = apart.documents[0]
    assert document.scores == ()
    assert ranking(apart.documents) == []
    assert "1 张待人工识别" in trust(document).text
    for kind in ("table", "html"):
        shown = render(apart, kind, rules=builtin_rules())
        assert isinstance(shown, str)
        shown = "".join(shown.split())
        assert "待人工识别" in shown
        assert "指标值一列认不出" in shown
        assert "参考分" not in shown.split("待人工识别")[1].split("指标值一列认不出")[0]
    data = json.loads(render(apart, "json", rules=builtin_rules()))["documents"][0]
    assert data["forms"][0]["reading"] == "not understood"
    assert data["forms"][0]["doubts"][0]["message"] == "指标值一列认不出"


def test_many_files_are_listed_one_a_line(checker: Checker, tmp_path: Path) -> None:
    paths = []
    for number in range(8):
        path = tmp_path / f"预算{number}.txt"
        path.write_text(
            FORM.replace("社会效益指标\t保护人口\t≥2万人", "社会效益指标\t防洪能力\t提高"), encoding="utf-8"
        )
        paths.append(path)
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.7 nothing of the kind")
    report = checker.report([checker.check_file(path) for path in (*paths, bad)])
    shown = render(report, "table", rules=builtin_rules())
    assert isinstance(shown, str)
    assert all(sum(line.lstrip().startswith(path.name) for line in shown.splitlines()) == 1 for path in paths)
    assert "没有读出来" in shown
    assert "9 个文件（1 个没有读出来）" in shown
    assert "问题最多的" in shown
    assert len(shown) < 4000
