"""Forms whose columns are kept apart by blanks only, as ``pdftotext -layout`` writes them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

import indicators
from indicators.forms import find_forms
from indicators.grid import solve
from indicators.readers.text import read_text
from indicators.records import Form, Line

CENTRED = """\
                          项目支出绩效目标表
                              （2026 年度）

  项目名称                        灌区渠道清淤

  主管部门        云溪县水利局             实施单位     云溪县灌区站

                    年度资金总额：                    35.00

项目资金（万元）           其中：财政拨款                    30.00

                     其他资金                       5.00

 年度总体目标           清淤渠道 8 公里，维修闸门 6 处。

           一级指标    二级指标          三级指标       指标值          分值

                               清淤渠道长度        ≥8 公里       10
                   数量指标
                               维修水闸闸门        6 处         10

                   质量指标       渠道清淤验收合格率      100%        10
           产出指标

                                         2026 年 4 月 23
                   时效指标      汛前清淤完成的时间                   10
                                              日前

  绩效指标
                  经济效益指标

           效益指标      社会效益指标       受益农户数量       ≥900 户      10

           满意度指标 服务对象满意度指标     受益农户满意度      ≥90%         10

                        注：本表由主管部门填写。
"""

TWO_SIDED = """\
        县级部门项目支出绩效目标表（2026年度）
项目名称                          灌区渠道清淤
主管部门及
        云溪县水利局                   实施单位       云溪县灌区站
  代码
         中期资金总额       420,000.00     年度资金总额          210,000.00
项目资金
         省级财政资金            0.00        省级财政资金             0.00
 （元）
                中期目标                            年度目标
总体目标
              清淤渠道24公里。               清淤渠道8公里，维修闸门6处。
        一级指
               二级指标      三级指标        指标值     二级指标    三级指标        指标值
         标
                                     ≥24公            灌区清淤渠
                       清淤渠道长度                              ≥8公里
                                      里              道长度
               数量指标                          数量指标
                       维修水闸闸门        18处                 维修水闸闸门     6处
        产出指
               质量指标    渠道验收合格率       100%    质量指标   渠道验收合格率     100%
         标
                                             生态效益指
              生态效益指标
                                               标
        满意度 服务对象满意                           服务对象满   受益农户满
                   受益农户满意度           ≥90%                        ≥90%
         指标   度指标                             意度指标     意度
负责人：          经办人：
"""


def only(text: str) -> Form:
    forms = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms
    assert len(forms) == 1
    return forms[0]


def rows(form: Form, horizon: str = "annual") -> list[tuple[str, str, str]]:
    return [(item.level2, item.name, item.value) for item in form.side(horizon)]


def test_centred_cells_that_wrap_and_labels_printed_once() -> None:
    form = only(CENTRED)
    assert (form.project_name, form.text("department"), form.text("implementing_unit")) == (
        "灌区渠道清淤",
        "云溪县水利局",
        "云溪县灌区站",
    )
    assert (form.fund_unit, form.amount("annual"), form.amount("annual", "other")) == ("万元", 35, 5)
    assert form.text("goal.annual") == "清淤渠道 8 公里，维修闸门 6 处。"
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "≥8 公里"),
        ("数量指标", "维修水闸闸门", "6 处"),
        ("质量指标", "渠道清淤验收合格率", "100%"),
        ("时效指标", "汛前清淤完成的时间", "2026 年 4 月 23日前"),
        ("经济效益指标", "", ""),
        ("社会效益指标", "受益农户数量", "≥900 户"),
        ("服务对象满意度指标", "受益农户满意度", "≥90%"),
    ]


def test_two_sides_with_labels_and_headers_that_wrap() -> None:
    form = only(TWO_SIDED)
    assert (form.text("department"), form.fund_unit) == ("云溪县水利局", "元")
    assert (form.amount("lifetime"), form.amount("annual"), form.amount("annual", "provincial")) == (420000, 210000, 0)
    assert form.text("goal.annual") == "清淤渠道8公里，维修闸门6处。"
    assert rows(form, "lifetime") == [
        ("数量指标", "清淤渠道长度", "≥24公里"),
        ("数量指标", "维修水闸闸门", "18处"),
        ("质量指标", "渠道验收合格率", "100%"),
        ("生态效益指标", "", ""),
        ("服务对象满意度指标", "受益农户满意度", "≥90%"),
    ]
    assert rows(form)[0] == ("数量指标", "灌区清淤渠道长度", "≥8公里")


def test_labels_at_the_top_of_their_rows_and_two_stacked_blocks() -> None:
    block = """\
              一级指标      二级指标            指标内容                   指标值
  {side}      产出指标      数量指标            清淤渠道的长度           ≥{number} 公里
                                            维修水闸闸门数           6 处
                            质量指标            渠道验收合格率           100%
              满意度指标    服务对象满意度指标  受益农户满意度           ≥90%
"""
    text = "  项目名称                灌区渠道清淤\n  主管部门                云溪县水利局        实施单位           灌区站\n"
    form = only(text + block.format(side="长期指标", number=24) + block.format(side="年度指标", number=8))
    assert [item[2] for item in rows(form, "lifetime")] == ["≥24 公里", "6 处", "100%", "≥90%"]
    assert [item[2] for item in rows(form)] == ["≥8 公里", "6 处", "100%", "≥90%"]
    assert [item[0] for item in rows(form)[:3]] == ["数量指标", "数量指标", "质量指标"]


def test_cells_know_their_lines_and_what_follows_stays_text() -> None:
    document = solve(read_text((CENTRED + "\n第五部分 名词解释\n").encode(), "a.txt", sha256=""))
    (table,) = document.tables
    assert (table.grid, table.at.line) == ("guessed", 4)
    name = next(cell for cell in table.cells if cell.text == "受益农户满意度")
    assert "受益农户满意度" in CENTRED.splitlines()[(name.at.line or 0) - 1]
    assert [block.text for block in document.blocks if isinstance(block, Line)][-1] == "第五部分 名词解释"


def test_prose_and_other_tables_are_left_alone() -> None:
    text = "收支预算总表    单位：万元\n项目        预算数\n合计        12.00\n一级指标和二级指标由单位填写。  指标值见表。\n"
    document = solve(read_text(text.encode(), "a.txt", sha256=""))
    assert not document.tables
    assert len(document.lines) == 4


@given(st.lists(st.sampled_from(CENTRED.splitlines() + TWO_SIDED.splitlines()), max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_order_of_lines_is_read_without_failure(lines: list[str]) -> None:
    for table in solve(read_text(("空\n" + "\n".join(lines)).encode(), "a.txt", sha256="")).tables:
        assert all(0 <= (cell.at.row or 0) < table.rows for cell in table.cells)
        assert all(0 <= (cell.at.column or 0) < table.columns for cell in table.cells)


def test_labels_one_word_a_line_and_titles_with_a_number() -> None:
    form_text = """\
表{number}   项目支出绩效目标表

项目名称   灌区渠道清淤
主管部门   云溪县水利局                实施单位  云溪县灌区站
项目资金   年度资金总额                        60.00
（万元）   其他资金                          0.00
年度     清淤渠道8公里，维修闸门6处，同时健全管理制度，加强资金监管，按季度开展绩效运行监控，确保专款专
绩效     用，不出现渠道安全事故。
目标
绩      一级指标   二级指标   三级指标         指标方向   指标值    计量单位
效      产出指标   数量指标   清淤渠道长度       ≥      8      公里
指                    维修水闸闸门       =      6      处
标      满意度指   服务对象   受益农户满意度      ≥      90     %
       标      满意度指
              标
"""
    text = form_text.format(number=1) + "\n\n\n" + form_text.format(number=2)
    found = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms
    assert len(found) == 2
    for form in found:
        assert form.text("goal.annual").startswith("清淤渠道8公里")
        assert form.text("goal.annual").endswith("安全事故。")
        assert "确保专款专用，不出现" in form.text("goal.annual")
        assert rows(form) == [
            ("数量指标", "清淤渠道长度", "≥8公里"),
            ("数量指标", "维修水闸闸门", "=6处"),
            ("服务对象满意度指标", "受益农户满意度", "≥90%"),
        ]


def test_points_below_labels_and_the_rest_of_a_header_are_no_cells_of_their_own() -> None:
    form = only(
        """\
项目名称   灌区渠道清淤        项目负责人  李某
                        及电话
主管部门   云溪县水利局         实施单位   云溪县灌区站
绩效指标   一级指标    二级指标     三级指标   目标值      绩效目标设   备注
                                        立依据
       产出指标    数量指标     清淤渠道长  8 公里    年度工作要
       （40 分）           度              点
                        维修水闸闸  ≥6 处    年度工作要
                        门               点
       满意度指标    服务对象满   受益农户满   ≥90%      年度工作要
       （10 分）   意度指标    意度                点
"""
    )
    assert (form.text("department"), form.text("leader")) == ("云溪县水利局", "已填")
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "8 公里"),
        ("数量指标", "维修水闸闸门", "≥6 处"),
        ("服务对象满意度指标", "受益农户满意度", "≥90%"),
    ]


def test_findings_on_inferred_columns_accuse_of_nothing(tmp_path):
    """What rests on columns inferred from blanks is at most a warning that asks to compare with the original."""
    lines = [
        "  项目名称                        灌区渠道清淤",
        "  主管部门        云溪县水利局            实施单位     云溪县灌区管理所",
        "           一级指标    二级指标          三级指标       指标值          分值",
        "           产出指标    数量指标      清淤渠道长度        提高             20",
        "                       质量指标      验收合格率          ≥100%          20",
        "                       时效指标      完成时间            ≥18月          20",
        "           效益指标    社会效益指标  保障灌溉            维护             20",
        "           满意度指标  服务对象满意度指标  农户满意度    ≥90%            20",
    ]
    path = tmp_path / "预算.txt"
    path.write_text("\n".join(["项目支出绩效目标表", *lines]), encoding="utf-8")
    report = indicators.check(indicators.read(path))
    found = [finding for finding in report.findings if finding.form is not None]
    assert len(found) > 3
    assert {finding.severity for finding in found} <= {"warning", "note"}
    assert any("请核对原件" in finding.message for finding in found)
