"""Arrangements of heads, goals, amounts and columns met on forms nobody had shown, each in a wording of our own."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from indicators import read
from indicators.forms import find_forms
from indicators.forms.header_rows import join_headers
from indicators.forms.rows import stream
from indicators.forms.trust import judge
from indicators.readers.html import read_html
from indicators.readers.text import read_text
from indicators.records import Cell, Document, Grid, Location, Table
from indicators.vocabulary import level1_label
from tests.forms.pages import forms, only, rows
from tests.forms.test_layouts import HEADER, HEADING, LEVELS, READ
from tests.layouts.record import records

KINDS = Path(__file__).parents[1] / "kinds"


@pytest.mark.parametrize(
    ("goals", "lifetime", "annual"),
    [
        # 总体 and a goal of the year in rows of their own: the first is that of the whole project.
        (
            "<tr><td>总体目标<td colspan=3>建成灌区<tr><td>本年度绩效目标<td colspan=3>清淤8公里",
            "建成灌区",
            "清淤8公里",
        ),
        (
            "<tr><td>项目总体目标(2025年-2027年)<td colspan=3>建成灌区<tr><td>年度绩效目标<td colspan=3>清淤8公里",
            "建成灌区",
            "清淤8公里",
        ),
        # 项目总目标 as the only one is the goal of the year.
        ("<tr><td>项目总目标<td colspan=3>清淤8公里", "", "清淤8公里"),
        ("<tr><td>实施期目标<td colspan=3>建成灌区", "建成灌区", ""),
        # A side under a word nobody met beside a known one.
        (
            "<tr><td>绩效目标<td colspan=2>三年攻坚目标（2025年—2027年）<td>年度目标<tr><td><td colspan=2>建成灌区<td>清淤8公里",
            "建成灌区",
            "清淤8公里",
        ),
    ],
)
def test_goals_are_given_to_the_side_their_labels_leave_them(goals: str, lifetime: str, annual: str) -> None:
    form = only(f"<table>{HEADING}{goals}{HEADER}{LEVELS}</table>")
    assert (form.text("goal.lifetime"), form.text("goal.annual")) == (lifetime, annual)
    assert rows(form) == READ


@pytest.mark.parametrize(("grid", "joined"), [("guessed", True), ("exact", False)])
@pytest.mark.parametrize("parts", [("年度总体", "目标"), ("年度", "总体", "目标")])
def test_a_label_that_wraps_beside_its_text_is_one_where_cells_were_inferred(
    parts: tuple[str, ...], grid: Grid, joined: bool
) -> None:
    texts = ("围绕春灌，全年清淤渠道8公里，改善灌溉面积，", "保障群众用水，", "农户满意度不低于90%。")[: len(parts)]
    cells = tuple(
        Cell(text=text, at=Location(row=row, column=column))
        for row, line in enumerate(zip(parts, texts))
        for column, text in enumerate(line)
    )
    table = Table(cells=cells, rows=len(parts), columns=2, at=Location(), grid=grid)
    found = join_headers(
        list(stream(Document(name="a", media_type="text/plain", sha256="", reader="text", blocks=(table,))))
    )
    first = [cell.text for cell in found[0].cells]
    assert first == (["".join(parts), "".join(texts)] if joined else [parts[0], texts[0]])


@pytest.mark.parametrize(
    ("heading", "lifetime", "annual", "other"),
    [
        ("<tr><td>项目名称<td>渠道清淤<td>五年规划投入（万元）<td>90<td>今年投入（万元）<td>30", "90", "30", None),
        ("<tr><td>项目名称<td>渠道清淤<td>资金总额<td colspan=3>30万元，其中县级财政30万元", None, "30", None),
        ("<tr><td>项目名称<td>渠道清淤<td>三年市财政投入（万元）<td>90<td>本年安排（万元）<td>30", "90", "30", None),
        ("<tr><td>项目名称<td colspan=5>渠道清淤<tr><td>年度资金（万元）<td colspan=5>总额：30 财政拨款：26 其他资金：4", None, "30", "4"),
    ],
)  # fmt: skip
def test_amounts_beside_the_name_or_in_one_cell(
    heading: str, lifetime: str | None, annual: str, other: str | None
) -> None:
    form = only(f"<table>{heading}<tr><td>主管部门<td colspan=5>云溪县水利局{HEADER}{LEVELS}</table>")
    found = [form.amount("lifetime", "total"), form.amount("annual", "total"), form.amount("annual", "other")]
    assert found == [Decimal(text) if text else None for text in (lifetime, annual, other)]
    assert form.project_name == "渠道清淤"


def test_a_code_behind_the_name_of_a_project_is_no_part_of_it() -> None:
    text = "项目名称\t渠道清淤\t\t立项编码\t42010025\n主管部门\t云溪县水利局\n一级指标\t二级指标\t三级指标\t指标值\n"
    text += "产出指标\t数量指标\t清淤渠道长度\t≥8公里\n\t质量指标\t验收合格率\t100%\n效益指标\t社会效益指标\t受益农户\t≥900户\n"
    form = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms[0]
    assert form.project_name == "渠道清淤"


LIST = (
    "<p>项目支出绩效目标表（单位：万元）<table>"
    "<tr><td>序号<td>项目名称<td>总投资<td>2026年预算<td>其中：财政拨款<td>绩效目标<td>一级指标<td>二级指标<td>三级指标<td>指标值"
    "{numbers}"
    "<tr><td rowspan=3>1<td rowspan=3>渠道清淤<td rowspan=3>90<td rowspan=3>30<td rowspan=3>26<td rowspan=3>清淤8公里"
    "<td>产出指标<td>数量指标<td>清淤渠道长度<td>≥8公里<tr><td>效益指标<td>社会效益指标<td>受益农户<td>≥900户"
    "<tr><td>满意度指标<td>服务对象满意度指标<td>农户满意度<td>≥90%"
    "<tr><td rowspan=2>2<td rowspan=2>机井检修<td rowspan=2>18<td rowspan=2>18<td rowspan=2>18<td rowspan=2>检修机井68眼"
    "<td>产出指标<td>数量指标<td>检修机井<td>68眼<tr><td>效益指标<td>社会效益指标<td>灌溉面积<td>≥1万亩</table>"
)


@pytest.mark.parametrize(
    "numbers",
    [
        "",
        "<tr>" + "".join(f"<td>{n}" for n in range(1, 11)),
        "<tr><td>甲<td>乙" + "".join(f"<td>{n}" for n in range(1, 9)),
    ],
)
def test_a_list_gives_every_amount_to_its_side_and_a_row_that_counts_columns_is_no_project(numbers: str) -> None:
    first, second = forms(LIST.format(numbers=numbers))
    assert (first.project_name, second.project_name) == ("渠道清淤", "机井检修")
    assert [first.amount(*key) for key in (("lifetime", "total"), ("annual", "total"), ("annual", "fiscal"))] == [
        90,
        30,
        26,
    ]
    assert second.amount("lifetime", "total") == 18


def test_cells_of_a_list_stand_under_the_level_that_heads_their_column() -> None:
    first, second = forms(
        "<table><tr><td>项目名称<td>预算（万元）<td>绩效目标<td>产出指标<td>效益指标<td>满意度指标"
        "<tr><td>渠道清淤<td>30<td>清淤8公里<td>1.数量指标：清淤渠道长度≥8公里；2.质量指标：验收合格率=100%；"
        "<td>1.社会效益指标：受益农户≥900户；<td>农户满意度≥90%"
        "<tr><td>机井检修<td>18<td>检修机井68眼<td>1.数量指标：检修机井=68眼；2.时效指标：完成时间：2026年4月底；"
        "<td>1.经济效益指标：节约电费≥3万元；<td>用水户满意度≥92%</table>"
    )
    assert rows(first)[2:] == [("社会效益指标", "受益农户", "≥900户"), ("服务对象满意度指标", "农户满意度", "≥90%")]
    assert [level for level, _, _ in rows(second)] == ["数量指标", "时效指标", "经济效益指标", "服务对象满意度指标"]
    assert {first.reading, second.reading} == {"understood"}


@pytest.mark.parametrize(
    ("header", "places"),
    [
        (("一级指标", "二级指标", "绩效指标", "年度目标"), (0, 1, 2, 3)),
        (("考核指标名称", "指标大类", "指标类别", "年度目标"), (2, 0, 1, 3)),
    ],
)
@pytest.mark.parametrize("bars", [False, True])
def test_a_goal_behind_the_levels_heads_the_values(
    header: tuple[str, ...], places: tuple[int, ...], bars: bool
) -> None:
    table = [("产出", "数量", "清淤渠道长度", "≥8公里"), ("产出", "质量", "工程验收合格率", "100%"),
             ("效益", "社会效益", "受益农户", "≥900户"), ("满意度", "服务对象满意度", "农户满意度", "≥90%")]  # fmt: skip
    body = [[row[place] for place in places] for row in table]
    lines = [("项目名称", "渠道清淤", "主管部门", "云溪县水利局"), ("年度绩效目标", "清淤8公里", "", ""), header, *body]
    if bars:
        text = "".join("| " + " | ".join(line) + " |\n" for line in lines)
        form = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms[0]
    else:
        form = only(
            "<table>" + "".join("<tr>" + "".join(f"<td>{cell}" for cell in line) for line in lines) + "</table>"
        )
    assert rows(form) == READ


def test_a_header_of_a_level_and_values_leaves_the_third_column_as_the_names() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>一级指标<td>绩效指标<td>目标值<td>完成时限"
        "<tr><td>产出指标<td>清淤渠道长度<td>≥8公里<td>2026年6月<tr><td>产出指标<td>整修闸门<td>12座<td>全年"
        "<tr><td>效益指标<td>受益农户<td>≥900户<td>长期<tr><td>满意度指标<td>农户满意度<td>≥90%<td>2026年12月</table>"
    )
    assert [name for _, name, _ in rows(form)] == ["清淤渠道长度", "整修闸门", "受益农户", "农户满意度"]
    assert form.sides == ("annual",)


@pytest.mark.parametrize(
    ("sign", "value"), [(">=", ">=8公里"), ("≥", "≥8公里"), ("大于等于", "≥8公里"), ("定量", "8公里")]
)
def test_a_printed_sign_stays_and_a_word_becomes_one(sign: str, value: str) -> None:
    body = f"<tr><td>产出指标<td>数量指标<td>清淤渠道长度<td>{sign}<td>8<td>公里<tr><td>产出指标<td>质量指标<td>验收合格率<td>{sign}<td>98<td>%"
    body += f"<tr><td>效益指标<td>社会效益指标<td>受益农户<td>{sign}<td>900<td>户"
    form = only(
        f"<table>{HEADING}<tr><td>一级指标<td>二级指标<td>三级指标<td>运算符号<td>指标值<td>度量单位{body}</table>"
    )
    assert rows(form)[0] == ("数量指标", "清淤渠道长度", value)
    quantity = form.indicators[0].quantity
    assert quantity is not None
    assert quantity.number == 8


def comparable(forms: list[dict[str, Any]]) -> list[Any]:
    return [json.loads(json.dumps(form, default=float)) for form in forms]


@pytest.mark.parametrize("stem", ["keyed_lines", "head_in_lines", "scoring_scheme"])
def test_small_documents_are_read_as_recorded(stem: str) -> None:
    path = next(path for path in KINDS.iterdir() if path.stem == stem and path.suffix in (".txt", ".html"))
    found = find_forms(read(path)).forms
    gold = [json.loads(line) for line in (KINDS / f"{stem}.gold.jsonl").read_text(encoding="utf-8").splitlines()]
    assert comparable(records(path)) == comparable(gold)
    assert all(form.reading == "understood" for form in found)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (f"<table><tr><td>经办股室<td colspan=3>农水股{HEADER}{LEVELS}</table>", "没有读出项目名称和单位"),
        (f"<table>{HEADING}<tr><td>上级下达数<td colspan=3>1,234.50{HEADER}{LEVELS}</table>", "印有金额，没有读出资金"),
        (
            f"<table>{HEADING}<tr><td>年度资金总额<td>38,000 24,000<td>其他资金<td>300{HEADER}{LEVELS}</table>",
            "一个单元格里有两个金额，没有分开",
        ),
        (
            f"<table>{HEADING}<tr><td><td>批复数<td>核增后<tr><td>年度资金总额<td>4200<td>3150{HEADER}{LEVELS}</table>",
            "印出的金额没有全部读出：3150",
        ),
        (
            f"<table>{HEADING}<tr><td>年度资金总额<td colspan=3>42.00"
            f"<tr><td>年度总体目<td>其他资金<td colspan=2>维护预警系统，保障汛期正常运行。{HEADER}{LEVELS}</table>",
            "印出的绩效目标没有分别读出",
        ),
        (
            f"<table>{HEADING}<tr><td>绩效目标<td>长期目标<td colspan=2>年度目标"
            f"<tr><td>建成完整的防护林体系，林木保存率达标。<td>新植固沙林，配套节水滴灌，<td colspan=2>新植固沙林，配套。"
            f"<tr><td colspan=4>减轻风沙危害，改善职工群众生产生活环境。{HEADER}{LEVELS}</table>",
            "印出的绩效目标没有分别读出",
        ),
    ],
)
def test_what_is_printed_above_the_indicators_and_not_read_is_a_doubt(page: str, reason: str) -> None:
    form = only(page)
    assert reason in [note.message for note in form.doubts]


@pytest.mark.parametrize(
    "beside",
    [
        # Points, texts of fields nobody asks for, sources nobody knows, and remarks with the amount are no doubts.
        "<tr><td>年度资金总额<td>4200.00<td>执行率分值<td>10",
        "<tr><td>年度资金总额<td colspan=3>4200.00<tr><td>资金投向<td colspan=3>用于渠道清淤，购置清淤设备，支付人工。",
        "<tr><td>年度资金总额<td>4200.00<td>其中：专项债券<td>2400.00",
        "<tr><td>年度资金总额<td colspan=3>168.00万元（其中：区级财政118.00万元，街道50.00万元）",
    ],
)
def test_what_stands_beside_amounts_and_is_none_is_no_doubt(beside: str) -> None:
    form = only(f"<table>{HEADING}{beside}<tr><td>年度目标<td colspan=3>清淤8公里{HEADER}{LEVELS}</table>")
    assert form.reading == "understood", form.doubts


def test_the_label_of_a_goal_beside_the_last_amount_leaves_both_their_own() -> None:
    page = f"<table>{HEADING}<tr><td>项目资金<td>年度资金总额<td colspan=2>42.00"
    page += (
        f"<tr><td rowspan=2>年度目标<td>其他资金<td colspan=2>2.00<tr><td colspan=3>清淤8公里{HEADER}{LEVELS}</table>"
    )
    form = only(page)
    assert form.text("goal.annual") == "清淤8公里"
    assert [(line.source, line.amount) for line in form.funds if line.amount] == [("other", 2), ("total", 42)]
    assert form.reading == "understood"


@pytest.mark.parametrize(("figure", "reading"), [("8", "not understood"), ("", "understood")])
def test_targets_below_a_header_nobody_recognised_are_not_passed_over(figure: str, reading: str) -> None:
    block = (
        "<tr><td>衡量什么<td>怎样比较<td>到多少<td>按什么计" + f"<tr><td>清淤渠道<td>大于等于<td>{figure}<td>公里" * 3
    )
    page = f"<table>{HEADING}{block}</table>"
    trust = judge(list(stream(read_html(page.encode(), "a.html"))), [], [])
    assert trust.reading == reading


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("2、高素质农民培育绩效目标表", "高素质农民培育"),
        ("12.渠道清淤项目支出绩效目标表", "渠道清淤"),
        ("3、部门项目绩效目标表", ""),
        ("高素质农民培育绩效目标表", ""),
    ],
)
def test_a_numbered_title_names_the_project_of_a_form_that_does_not(title: str, name: str) -> None:
    head = "<tr><td rowspan=2>预算规模及资金用途<td>预算数<td>526.00<td>其中：财政资金<tr><td colspan=3>用于厕所改造"
    form = only(f"<p>{title}</p><p>312001云溪县水利局  单位：万元</p><table>{head}{HEADER}{LEVELS}</table>")
    assert form.text("project_name") == name
    form = only(f"<p>{title}</p><table>{HEADING}{HEADER}{LEVELS}</table>")
    assert form.text("project_name") == "渠道清淤"


def test_a_side_whose_columns_are_blank_and_a_goal_left_of_its_label_are_no_doubts() -> None:
    goal = "<tr><td>清淤渠道八公里，维修闸门六处，改善灌溉条件，保障沿线。<td colspan=3>年度绩效目标"
    assert only(f"<table>{HEADING}{goal}{HEADER}{LEVELS}</table>").reading == "understood"
    head = "<tr><td>一级指标<td>二级指标(长期)<td>三级指标(长期)<td>指标值(长期)<td>二级指标(年度)<td>三级指标(年度)<td>指标值(年度)"
    rows = "".join(
        f"<tr><td>{first}<td>{second}<td><td><td>{second}<td>{name}<td>≥{number}"
        for first, second, name, number in (
            ("产出指标", "数量指标", "清淤渠道长度", "8公里"),
            ("产出指标", "质量指标", "渠道验收合格率", "98%"),
            ("效益指标", "社会效益指标", "受益农户数量", "900户"),
        )
    )
    form = only(f"<table>{HEADING}{head}{rows}</table>")
    assert [item.value for item in form.side("annual")] == ["≥8公里", "≥98%", "≥900户"]
    assert form.reading == "understood", form.doubts


@pytest.mark.parametrize(("word", "level2", "reading"), [("进度管控", "", "doubtful"), ("", "数量指标", "understood")])
def test_a_level_of_the_bureaus_own_ends_the_one_above_it(word: str, level2: str, reading: str) -> None:
    own = f"<td rowspan=2>{word}" if word else ""
    body = f"<tr><td rowspan=3>产出指标<td rowspan={1 if word else 3}>数量指标<td>清淤渠道长度<td>≥8公里"
    body += f"<tr>{own}<td>按期完工率<td>≥98%<tr><td>资料归档率<td>≥95%"
    body += "<tr><td>效益指标<td>社会效益指标<td>受益农户数量<td>≥900户"
    form = only(f"<table>{HEADING}{HEADER}{body}</table>")
    assert [item.level2 for item in form.indicators] == ["数量指标", level2, level2, "社会效益指标"]
    assert {item.level1 for item in form.indicators[:3]} == {"产出指标"}
    assert form.reading == reading


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        ("≤20万元<br>≤15万元", "doubtful"),
        ("≥2次<br>≤4次", "understood"),
        ("≥2次；<br>≥4次", "understood"),
        ("1小时30分", "understood"),
    ],
)
def test_values_below_one_another_without_numbers_are_a_doubt(value: str, reading: str) -> None:
    body = f"<tr><td>产出指标<td>成本指标<td>单个工坊补助<br>礼堂改造补助<td>{value}"
    assert only(f"<table>{HEADING}{HEADER}{LEVELS}{body}</table>").reading == reading


def test_satisfaction_with_points_of_its_own_is_a_level() -> None:
    assert level1_label("四、社会满意度10分") == "满意度指标"
    assert level1_label("社会满意度90分") is None


@pytest.mark.parametrize(("column", "found"), [("考评要点", 0), ("年度目标值", 1)])
def test_levels_with_points_and_no_values_set_no_targets(column: str, found: int) -> None:
    body = "<tr><td>工作质量<td>质量<td>办件差错率<td>≤1%<td>30<tr><td>工作效率<td>时效<td>按时办结率<td>≥99%<td>30"
    body += "<tr><td>服务满意度<td>服务对象满意度<td>好评率<td>≥95%<td>40"
    heads = (
        ("一级指标", "二级指标", "三级指标", column, "分值")
        if found
        else ("一级指标", "二级指标", column, "扣分标准", "分值")
    )
    assert (
        len(forms("<p>窗口人员季度考评细则<table><tr>" + "".join(f"<td>{head}" for head in heads) + body + "</table>"))
        == found
    )


def test_a_word_that_names_the_block_is_no_part_of_the_goal_above_it() -> None:
    lines = ["项目名称：渠道清淤", "主管部门：云溪县水利局", "年度目标：清淤8公里，", "改善灌溉。", "绩效指标"]
    lines += ["一级指标：产出指标", "二级指标：数量指标", "指标名称：清淤渠道长度；目标值：≥8；计量单位：公里"]
    lines += ["指标名称：整修闸门；目标值：12；计量单位：座", "指标名称：清理淤泥；目标值：≥3000；计量单位：立方米"]
    form = only("".join(f"<p>{line}</p>" for line in lines))
    assert form.text("goal.annual") == "清淤8公里，改善灌溉。"
    assert [value for _, _, value in rows(form)] == ["≥8公里", "12座", "≥3000立方米"]
