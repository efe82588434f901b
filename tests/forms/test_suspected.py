"""Places that look like forms and could not be read: they are named, and what is no form is not."""

from __future__ import annotations

import pytest

from indicators.forms import find_forms
from indicators.readers.html import read_html
from indicators.readers.text import read_text
from indicators.records import Extraction
from tests.forms.pages import forms

#: Cells parted by a sign no reader takes for a border.
_UNPARTED = (
    "云溪县水利局\n项目绩效目标申报表\n项目名称#渠道清淤#主管部门#云溪县水利局\n"
    "产出指标#数量指标#清淤渠道长度#≥8公里\n#质量指标#验收合格率#100%\n"
    "效益指标#社会效益指标#受益农户#≥900户\n满意度指标#服务对象满意度指标#农户满意度#≥90%\n"
)


def _of_text(text: str) -> Extraction:
    return find_forms(read_text(text.encode(), "a.txt", sha256=""))


def test_a_titled_form_whose_cells_nobody_can_part_is_named() -> None:
    (form,) = _of_text(_UNPARTED).forms
    assert (form.reading, form.title, form.indicators) == ("not understood", "项目绩效目标申报表", ())
    assert form.at.line == 2
    assert "未能还原成行和列" in form.doubts[0].message


def test_forms_read_and_places_suspected_are_numbered_in_their_order() -> None:
    table = (
        "<table><tr><td>项目名称<td colspan=3>水闸维修<tr><td>一级指标<td>二级指标<td>三级指标<td>指标值"
        "<tr><td>产出指标<td>数量指标<td>维修水闸<td>6处<tr><td><td>质量指标<td>验收合格率<td>100%"
        "<tr><td>满意度指标<td>服务对象满意度指标<td>农户满意度<td>≥90%</table>"
    )
    html = "".join(f"<p>{line}</p>" for line in _UNPARTED.splitlines()) + f"<p>项目支出绩效目标表</p>{table}"
    first, second = find_forms(read_html(f"<body>{html}</body>".encode(), "a.html")).forms
    assert [(form.index, form.reading) for form in (first, second)] == [(0, "not understood"), (1, "understood")]


@pytest.mark.parametrize(
    "text",
    [
        # What speaks of indicators.
        "绩效目标设置情况\n2026年9个项目均设置了数量指标、质量指标和满意度指标，完成率达到97%、98%、99%。\n",
        "名词解释\n数量指标：反映产出的数量。\n质量指标：反映产出达到的标准。\n时效指标：反映产出的时间。\n",
        # A form nobody filled in.
        _UNPARTED.replace("≥8公里", "").replace("100%", "").replace("≥900户", "").replace("≥90%", ""),
        # What tells results.
        _UNPARTED.replace("项目绩效目标申报表", "项目支出绩效自评表"),
    ],
    ids=["prose", "glossary", "blank", "results"],
)
def test_what_is_no_form_is_not_suspected(text: str) -> None:
    assert not _of_text(text).forms


def test_a_tree_whose_indentation_stands_in_columns() -> None:
    lines = [
        ("名称", "", "", "指标值", "绩效金额（万元）"), ("云溪县水利局", "", "", "", "158"), ("渠道清淤", "", "", "", "60"),
        ("产出指标", "", "", "", ""), ("", "数量指标", "", "", ""), ("", "", "清淤渠道长度（公里）", "8", ""),
        ("", "质量指标", "", "", ""), ("", "", "工程验收合格率（%）", "100", ""), ("满意度指标", "", "", "", ""),
        ("", "服务对象满意度指标", "", "", ""), ("", "", "农户满意度（%）", "90", ""),
    ]  # fmt: skip
    body = "".join("<tr>" + "".join(f"<td>{cell}" for cell in line) for line in lines)
    (form,) = forms(f"<p>项目支出绩效目标表<table>{body}</table>")
    assert (form.reading, form.project_name, form.amount("annual")) == ("understood", "渠道清淤", 60)
    assert [(item.level2, item.name, item.value) for item in form.indicators] == [
        ("数量指标", "清淤渠道长度（公里）", "8"),
        ("质量指标", "工程验收合格率（%）", "100"),
        ("服务对象满意度指标", "农户满意度（%）", "90"),
    ]
