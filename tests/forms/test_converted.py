"""Forms in text that programs wrote: cells parted by commas, in quotes, copied over spans, marked up."""

from __future__ import annotations

import json

import pytest

from indicators import read
from indicators.forms import find_forms
from indicators.forms.mending import mended
from indicators.readers.delimited import comma_rows, split_quoted, unmarked, whole_quoted
from tests.forms.test_arrangements import KINDS, comparable
from tests.forms.test_arrival import only, rows
from tests.layouts.record import records


@pytest.mark.parametrize(
    "stem",
    [
        "copies_of_merged_cells",
        "comma_separated",
        "overall_without_levels",
        "damaged_labels",
        "kinds_of_benefit",
        "overall_cell_by_cell",
        "glued_preview",
        "article_with_marks",
        "list_with_equal_blanks",
        "upright_label",
        "labels_between_rows",
        "slipped_levels",
        "glued_signed",
        "bought_service",
        "two_in_a_cell",
        "signed_by_others",
        "levels_before_names",
    ],
)
def test_small_documents_are_read_as_recorded(stem: str) -> None:
    path = KINDS / f"{stem}.txt"
    gold = [json.loads(line) for line in (KINDS / f"{stem}.gold.jsonl").read_text(encoding="utf-8").splitlines()]
    assert comparable(records(path)) == comparable(gold)
    assert all(form.reading == "understood" for form in find_forms(read(path)).forms)


def test_cells_of_a_pasted_sheet_that_hold_line_breaks_are_whole() -> None:
    form = only(
        '项目支出绩效目标表\t\t\t~项目名称\t渠道清淤\t主管部门\t云溪县水利局~"年度\n目标"\t"清淤8公里，\n保障灌溉。"\t\t'
        '~一级指标\t二级指标\t三级指标\t指标值~产出指标\t数量指标\t"清淤\n渠道长度"\t≥8公里~\t质量指标\t验收合格率\t100%'
        "~满意度指标\t服务对象满意度指标\t农户满意度\t≥90%"
    )
    assert form.text("goal.annual") == "清淤8公里，保障灌溉。"
    assert rows(form)[0] == ("数量指标", "清淤渠道长度", "≥8公里")


def test_commas_part_cells_only_where_lines_agree_on_them() -> None:
    assert comma_rows(["a,b,c", "d,,", "e,f,g"]) == {0, 1, 2}
    assert comma_rows(["一是改造,二是扩建,三是管护", "四是改造,五是扩建,六是管护", "七,八,九"]) == set()
    assert comma_rows(["合计  1,234,567.00  1,234,567.00"] * 9) == set()
    assert comma_rows(["甲,乙,丙,丁"] * 8) == set(range(8))


def test_quotes_of_a_text_stay_and_those_of_a_cell_go() -> None:
    assert split_quoted('"甲,""乙""",丙,"丁"戊', ",") == ['甲,"乙"', "丙", '"丁"戊']
    assert whole_quoted(['"年度', '目标",甲,乙', "丙"]) == ['"年度目标",甲,乙', "", "丙"]
    assert whole_quoted(['"一句话', '两行"。']) == ['"一句话', '两行"。']


def test_marks_of_a_text_program_are_not_printed() -> None:
    assert unmarked("### **绩效目标表**") == "绩效目标表"
    assert unmarked("| 清淤<br>长度 | 3**2 |") == "| 清淤长度 | 3**2 |"
    assert unmarked("发表**领域影响因子大于**分的论文\t≥**篇") == "发表**领域影响因子大于**分的论文\t≥**篇"
    assert unmarked("#1泵站") == "#1泵站"


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("年庋资金总额", "年度资金总额"),
        ("—级指标", "一级指标"),
        ("中长期绩效指杯", "中长期绩效指标"),
        ("按实际种植面积", "按实际种植面积"),
        ("时间", "时间"),
        ("质量指标", "质量指标"),
    ],
)
def test_only_labels_are_mended_where_characters_were_taken_for_others(printed: str, label: str) -> None:
    assert mended(printed) == label


def test_two_words_of_kinds_above_short_levels_are_told_by_what_stands_below_them() -> None:
    form = only(
        "项目绩效目标表~|项目名称|渠道清淤||||~|主管部门|云溪县水利局|实施单位|云溪县灌区站||~|年度目标|清淤8公里。||||"
        "~|目标分类|指标类别|指标名称|目标值|备注|~|成本|生态环境|淤泥外运处置率|100%||~|产出|数量|清淤长度|≥8公里|合同|"
        "~||质量|验收合格率|100%||~|效益|社会|受益人口|≥2万人||~||生态|水质|改善|监测|~|满意度|服务对象满意度|农户满意度|≥90%||"
    )
    assert [item.level2 for item in form.indicators] == [
        "生态环境成本指标", "数量指标", "质量指标", "社会效益指标", "生态效益指标", "服务对象满意度指标",
    ]  # fmt: skip
    assert form.indicators[4].value == "改善"
    assert form.reading == "understood"


@pytest.mark.parametrize("note", ["注：带★的为约束性指标。", "备注：以批复为准", "说明：预算执行率10分不在本表设置。"])
def test_a_note_below_the_rows_is_no_indicator(note: str) -> None:
    table = (
        "项目绩效目标表~项目名称 | 渠道清淤 | ~主管部门 | 云溪县水利局 | 实施单位 | 云溪县灌区站~年度目标 | 清淤8公里。 | "
        "~一级指标 | 二级指标 | 三级指标 | 指标值~产出指标 | 数量指标 | ★清淤长度 | ≥8公里~ | 质量指标 | 验收合格率 | 100%"
        f"~满意度指标 | 服务对象满意度指标 | 农户满意度 | ≥90%~{note} |  | "
    )
    form = only(table)
    assert [item.name for item in form.indicators] == ["★清淤长度", "验收合格率", "农户满意度"]
    assert any(note[:4] in item.message for item in form.notes)


def test_a_name_that_repeats_its_category_is_no_copy_of_a_merged_cell() -> None:
    lines = [
        "项目支出绩效目标表", "项目名称\t\t渠道清淤\t\t\t实施单位\t云溪县灌区站",
        "绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值",
        "\t产出指标\t数量指标\t清淤长度\t8公里\t数量指标\t清淤长度\t8公里", "\t\t\t质量指标\t质量指标\t\t保质保量\t质量指标\t质量指标\t保质保量",
        "\t满意度指标\t服务对象满意度指标\t农户满意度\t90%\t服务对象满意度指标\t农户满意度\t90%",
    ]  # fmt: skip
    assert rows(only("\n".join(lines)))[1] == ("质量指标", "质量指标", "保质保量")
