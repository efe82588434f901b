"""List tables whose columns are kept apart by blanks only: many projects below one header row."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.forms import find_forms
from indicators.grid import solve
from indicators.readers.text import read_text
from indicators.records import Form

LIST = """\
                                       项目支出绩效目标表
部门：云溪县水利局                                                                  单位：万元
项目名称         预算数      年度绩效目标                一级指标    二级指标     三级指标          指标性质  指标值   计量单位
灌区渠道清淤与闸门   35.00    清淤渠道8公里，维修闸门6处，保     产出指标    数量指标     清淤渠道长度        ≥     8     公里
维修                    证春灌用水。                产出指标    质量指标     清淤验收合格率       =     100   %
                                            产出指标    时效指标     清淤完成时间        =     2026年4月3
                                                                                   0日前
                                            满意度指标   服务对象满意    受益农户满意度       ≥     90    %
                                                    度指标
农村饮水管护      12.50    管护供水站15处。             产出指标    数量指标     管护供水站数量       =     15    处

                                               — 21 —
项目名称         预算数      年度绩效目标                一级指标    二级指标     三级指标          指标性质  指标值   计量单位
                                            产出指标    成本指标     单站管护成本        ≤     8000  元
                                            效益指标    社会效益指标   供水保证率         ≥     95    %
                                            满意度指标   服务对象满意    用水户满意度        ≥     90    %
                                                    度指标
"""

#: The cells of a project stand in the middle of its rows.
CENTRED = """\
项目名称         预算数      年度绩效目标                一级指标    二级指标     三级指标          指标值
                                            产出指标    数量指标     清淤渠道长度        ≥8公里
灌区渠道清淤       35.00    清淤渠道8公里。             产出指标    质量指标     清淤验收合格率       100%
                                            满意度指标   服务对象满意度指标 受益农户满意度      ≥90%
                                            产出指标    数量指标     管护供水站数量       15处
农村饮水管护       12.50    管护供水站15处。            产出指标    成本指标     单站管护成本        ≤8000元
                                            满意度指标   服务对象满意度指标 用水户满意度       ≥90%
"""

#: Every cell in the middle of its height and width, that of the second project between two rows.
AMID = """\
2025年度项目绩效目标公开表
部门名称：河湾县综合局      单位：万元
序号      项目名称       预算数               绩效目标               一级指标        二级指标           三级指标          指标值

                                                                                     数量指标         清淤渠道长度       ≥8公里

                                                                                                        维修水闸           6处

                                                                     产出指标        质量指标        清淤验收合格率        100%

 1        渠道清淤       560.00         清淤渠道，改善灌溉。                         时效指标         清淤完成时间        ≤60天

                                                                     成本指标      经济成本指标        清淤总成本        ≤84万元

                                                                     效益指标      社会效益指标         受益农户         ≥900户

                                                                    满意度指标  服务对象满意度指标     农户满意度         ≥90%

                                                                                     数量指标          护林员人数          32人

                                                                     产出指标        质量指标       护林员考核合格率      ≥98%

                                                                                     时效指标        补助发放及时率        100%
 2       护林员补助      18.00        保障护林员补助按时发放。
                                                                     成本指标      经济成本指标       人均补助标准       ≤1万元

                                                                     效益指标      生态效益指标      森林火灾受害率      ≤0.9‰

                                                                    满意度指标  服务对象满意度指标    护林员满意度        ≥85%

                                                                                     数量指标         施划标线面积     ≥2100平方米

                                                                     产出指标        质量指标        标线验收合格率        100%

 3        道路标线       23.00          维护标线，预防事故。                         时效指标         设施修复时限       ≤2小时

                                                                     效益指标      社会效益指标        事故下降率          ≥5%

                                                                    满意度指标  服务对象满意度指标    驾驶人满意度        ≥88%
"""

IN_CELL = """\
                           2026年项目绩效目标表
单位：万元
项目名称        预算金额    绩效目标              绩效指标
灌区渠道清淤      35.00   清淤渠道8公里，保证春     【产出指标-数量指标】
                    灌用水。              指标1：清淤渠道长度（≥8公里）
                                      指标2：维修闸门（6处）
                                      【满意度指标-服务对象满意度指标】
                                      指标1：受益农户满意度（≥90%）
农村饮水管护      12.50   管护供水站15处。         【产出指标-数量指标】
                                      指标1：管护供水站数量（15处）
"""


def forms(text: str) -> tuple[Form, ...]:
    return find_forms(read_text(text.encode(), "list.txt", sha256="")).forms


def rows(form: Form) -> list[tuple[str, str, str]]:
    return [(item.level2, item.name, item.value) for item in form.indicators]


def test_projects_of_a_list_keep_their_rows_over_a_page_break() -> None:
    first, second = forms(LIST)
    assert [form.project_name for form in (first, second)] == ["灌区渠道清淤与闸门维修", "农村饮水管护"]
    assert [form.yuan("annual") for form in (first, second)] == [350000, 125000]
    assert first.text("goal.annual") == "清淤渠道8公里，维修闸门6处，保证春灌用水。"
    assert rows(first) == [
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("质量指标", "清淤验收合格率", "=100%"),
        ("时效指标", "清淤完成时间", "=2026年4月30日前"),
        ("服务对象满意度指标", "受益农户满意度", "≥90%"),
    ]
    assert [name for _, name, _ in rows(second)] == ["管护供水站数量", "单站管护成本", "供水保证率", "用水户满意度"]


def test_cells_in_the_middle_of_their_rows_name_the_project_of_all_of_them() -> None:
    found = forms(CENTRED)
    assert [form.project_name for form in found] == ["灌区渠道清淤", "农村饮水管护"]
    assert [len(form.indicators) for form in found] == [3, 3]
    assert [form.yuan("annual") for form in found] == [350000, 125000]


def test_cells_amid_their_rows_on_the_line_of_one_or_between_two() -> None:
    found = forms(AMID)
    assert [(form.project_name, form.yuan("annual")) for form in found] == [
        ("渠道清淤", 5600000), ("护林员补助", 180000), ("道路标线", 230000),
    ]  # fmt: skip
    assert [[name for _, name, _ in rows(form)] for form in found] == [
        ["清淤渠道长度", "维修水闸", "清淤验收合格率", "清淤完成时间", "清淤总成本", "受益农户", "农户满意度"],
        ["护林员人数", "护林员考核合格率", "补助发放及时率", "人均补助标准", "森林火灾受害率", "护林员满意度"],
        ["施划标线面积", "标线验收合格率", "设施修复时限", "事故下降率", "驾驶人满意度"],
    ]


def test_indicators_in_one_cell() -> None:
    first, second = forms(IN_CELL)
    assert rows(first) == [
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("数量指标", "维修闸门", "6处"),
        ("服务对象满意度指标", "受益农户满意度", "≥90%"),
    ]
    assert rows(second) == [("数量指标", "管护供水站数量", "15处")]
    assert first.text("goal.annual") == "清淤渠道8公里，保证春灌用水。"


@settings(max_examples=60, deadline=None)
@given(st.permutations([line for line in (LIST + IN_CELL).split("\n") if line.strip()]))
def test_any_order_of_lines_is_read_without_failure(lines: list[str]) -> None:
    for table in solve(read_text("\n".join(lines).encode(), "list.txt", sha256="")).tables:
        assert min(table.rows, table.columns) > 0
