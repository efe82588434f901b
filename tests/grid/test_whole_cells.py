"""Tables without rules, or with horizontal ones, read by where their cells stand."""

from __future__ import annotations

import pytest

from indicators.forms import find_forms
from indicators.grid import solve
from indicators.readers.pdf import read_pdf
from indicators.readers.text import read_text
from indicators.records import Document, Table
from tests.layouts import generate
from tests.layouts.score import judge
from tests.samples.page import Grid, GridCell, Sample, Text
from tests.samples.render_pdf import Look, render_pdf

#: Row, column, text, rows, columns. Labels wrap, one level has no indicator, one spans both columns of levels.
CELLS = (
    (0, 0, "项目名称", 1, 1), (0, 1, "灌区渠道清淤", 1, 3),
    (1, 0, "一级指标（必填）", 1, 1), (1, 1, "二级指标（必填）", 1, 1), (1, 2, "三级指标", 1, 1), (1, 3, "指标值", 1, 1),
    (2, 0, "一、产出指标（权重50%）", 3, 1), (2, 1, "1.数量目标(核心)", 2, 1), (2, 2, "清淤渠道长度", 1, 1),
    (2, 3, "≥8公里", 1, 1), (3, 2, "维修水闸闸门", 1, 1), (3, 3, "6处", 1, 1),
    (4, 1, "2.质量目标(核心)", 1, 1), (4, 2, "渠道清淤验收一次合格率", 1, 1), (4, 3, "100%", 1, 1),
    (5, 0, "二、效益指标（权重30%）", 2, 1), (5, 1, "1.社会效益目标", 1, 1), (5, 2, "受益农户数量", 1, 1),
    (5, 3, "≥900户", 1, 1), (6, 1, "2.生态效益目标", 1, 1),
    (7, 0, "满意度指标", 1, 2), (7, 2, "受益农户满意度", 1, 1), (7, 3, "≥90%", 1, 1),
)  # fmt: skip


def drawn(*, above: int = 0, **look: object) -> Document:
    grid = Grid(tuple(GridCell(*cell) for cell in CELLS), 8, (2.0, 2.0, 2.2, 4.0))
    lines = [Text("说明文字一行。") for _ in range(above)]
    sample = Sample("", (*lines, Text("项目支出绩效目标表", "title"), grid), ())
    return solve(read_pdf(render_pdf(sample, Look(**look)), "表.pdf"))  # type: ignore[arg-type]


def read(table: Table) -> dict[str, tuple[int, int]]:
    """Return the row and the rows of each cell by its text."""
    return {cell.text: (cell.at.row or 0, cell.row_span) for cell in table.cells}


@pytest.mark.parametrize("middle", [False, True])
@pytest.mark.parametrize("rules", ["none", "horizontal"])
def test_cells_that_wrap_stand_in_their_rows(rules: str, middle: bool) -> None:
    (table,) = drawn(rules=rules, middle=middle).tables
    assert read(table) == {text: (row, rows) for row, _, text, rows, _ in CELLS}
    across = next(cell for cell in table.cells if cell.text == "满意度指标")
    second = next(cell for cell in table.cells if cell.text == "1.社会效益目标")
    assert (across.at.column or 0) + across.column_span > (second.at.column or 0)


@pytest.mark.parametrize("above", [24, 26, 28])
def test_labels_reach_over_the_end_of_a_page(above: int) -> None:
    forms = find_forms(drawn(above=above, rules="none", middle=True)).forms
    rows = [
        (item.level1, item.level2, item.name, item.value) for form in forms for item in form.indicators if item.name
    ]
    assert [row[1] for row in rows[:4]] == ["数量指标", "数量指标", "质量指标", "社会效益指标"]
    assert [row[2] for row in rows] == [
        "清淤渠道长度", "维修水闸闸门", "渠道清淤验收一次合格率", "受益农户数量", "受益农户满意度"
    ]  # fmt: skip


LAID = """\
                项目支出绩效目标表
项目名称    灌区渠道清淤
主管部门    云溪县水利局
一级指标    二级指标        三级指标      指标值
产出指标    数量指标（至少  清淤渠道长度  ≥8公里
            一项）          维修水闸闸门  6处
            质量指标（至少  渠道清淤验收  100%
            一项）          合格率
效益指标    社会　效益      受益农户数量  ≥900户
            生态　效益
满意度指标  服务对象满意度  受益农户满意  ≥90%
                            度
"""


def test_closely_set_text_goes_on_where_it_fills_its_column() -> None:
    (form,) = find_forms(read_text(LAID.encode(), "表.txt", sha256="")).forms
    assert [(item.level1, item.level2, item.name, item.value) for item in form.indicators if item.name] == [
        ("产出指标", "数量指标", "清淤渠道长度", "≥8公里"),
        ("产出指标", "数量指标", "维修水闸闸门", "6处"),
        ("产出指标", "质量指标", "渠道清淤验收合格率", "100%"),
        ("效益指标", "社会效益指标", "受益农户数量", "≥900户"),
        ("满意度指标", "服务对象满意度指标", "受益农户满意度", "≥90%"),
    ]


@pytest.mark.parametrize("kind", ["pdf-none", "pdf-horizontal", "laid"])
def test_random_layouts_are_read_by_their_places(kind: str, tmp_path: object) -> None:
    """Layouts nobody looked at: the mean may fall only where the same forms in HTML are misread as well."""
    from bench.layouts import extracted

    scores = []
    for seed in range(900_000, 900_008):
        layout = generate(seed, unusual=0.25, fixed={"format": kind})
        if layout.gold:
            scores.append(judge(layout.gold, extracted(layout.write(tmp_path))).f1)  # type: ignore[arg-type]
    assert sum(scores) / len(scores) >= 0.93


#: Cells of a form with the columns where they begin.
ROWS_LAID = (
    {0: "项目名称", 12: "灌区渠道清淤"},
    {0: "项目资金", 12: "项目总投资", 32: "120.5", 52: "本年安排", 68: "80"},
    {12: "其中：自筹资金", 32: "20.5", 52: "其中：自筹资金", 68: "10"},
    {0: "绩效目标", 12: "项目总目标", 52: "本年度目标"},
    {12: "三年清淤24公里。", 52: "全年清淤8公里。"},
    {0: "一级指标", 12: "二级指标", 32: "三级指标", 52: "总目标值", 68: "本年目标值"},
    {0: "产出指标", 12: "数量指标", 32: "清淤长度", 52: "24公里", 68: "8公里"},
    {12: "质量指标", 32: "合格率", 52: "100%", 68: "100%"},
    {0: "满意度指标", 12: "服务对象满意度指标", 32: "农户满意度", 52: "≥90%", 68: "≥88%"},
)


def laid(row: dict[int, str]) -> str:
    line = ""
    for column, text in row.items():
        line = line.ljust(column) + text
    return line


@pytest.mark.parametrize(
    "above", [{0: "填报单位：云溪县水利局"}, {0: "填报单位：云溪县水利局", 52: "金额单位：万元"}, {}]
)
def test_a_caption_close_above_the_first_row_does_not_set_rows_around_a_middle(above: dict[int, str]) -> None:
    text = "\n".join(["2025年项目绩效目标申报表", laid(above), *("\n" + laid(row) for row in ROWS_LAID)]).replace(
        "\n\n", "\n", 1
    )
    (form,) = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms
    assert (form.text("goal.lifetime"), form.text("goal.annual")) == ("三年清淤24公里。", "全年清淤8公里。")
    assert [str(line.amount) for line in form.funds if line.source == "self"] == ["20.5", "10"]


#: A head typed in lines of label and text, below a title that is none of a table.
TYPED = (
    "河湾县2025年部门项目绩效目标", "项目名称：灌区渠道清淤", "主管单位：河湾县水利局", "资金总额（万元）：84.00", "其中：财政拨款：80.00",
    "年度绩效目标：清淤渠道8公里，维修水闸6处。",
)  # fmt: skip

#: The block below it, every cell in the middle of its height and width.
BELOW_TYPED = """
   一级指标            二级指标       三级指标        指标值

                            清淤渠道长度         ≥8公里

                   数量指标      维修水闸闸门         6处

   产出指标                        新建量水堰          5座

                   质量指标     清淤验收合格率       100%

                   时效指标    渠道清淤完成时间   2025年8月底前

   成本指标           经济成本指标      清淤总成本       ≤84万元

                              受益农户数量       ≥900户
                  社会效益指标
   效益指标                        灌溉保证率        ≥85%

              可持续影响指标        渠道管护制度       健全

  满意度指标      服务对象满意度指标       农户满意度       ≥92%
"""


def test_a_block_below_a_head_typed_in_lines_is_a_block() -> None:
    (form,) = find_forms(read_text(("\n".join(TYPED) + BELOW_TYPED).encode(), "a.txt", sha256="")).forms
    assert form.project_name == "灌区渠道清淤"
    assert [(item.level1, item.level2, item.value) for item in form.indicators] == [
        ("产出指标", "数量指标", "≥8公里"), ("产出指标", "数量指标", "6处"), ("产出指标", "数量指标", "5座"),
        ("产出指标", "质量指标", "100%"), ("产出指标", "时效指标", "2025年8月底前"),
        ("成本指标", "经济成本指标", "≤84万元"), ("效益指标", "社会效益指标", "≥900户"),
        ("效益指标", "社会效益指标", "≥85%"), ("效益指标", "可持续影响指标", "健全"),
        ("满意度指标", "服务对象满意度指标", "≥92%"),
    ]  # fmt: skip
