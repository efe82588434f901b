"""Where one form, side, project or column ends and the next begins, in documents that differ in one thing only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicators.forms import find_forms
from indicators.forms.header_rows import _parted_values
from indicators.forms.layout import Slot
from indicators.forms.roles import Content, _one_level1, _one_name
from indicators.forms.rows import Row, stream
from indicators.forms.suspected import suspected
from indicators.readers.html import read_html
from indicators.readers.text import read_text
from indicators.records import Cell, Document, Form, Location, Table
from tests.forms.pages import only


def table(*rows: tuple[str, ...]) -> str:
    return "<table>" + "".join("<tr>" + "".join(f"<td>{text}" for text in row) for row in rows) + "</table>"


# --- trees: projects with their labels and indicators below each other ---------------------------------------------------


def tree(*, amounts: bool = True) -> tuple[Form, ...]:
    rows = [("单位/项目/指标名称", "指标值", "绩效金额"), ("云溪县水利局", "", "90")]
    for name, amount, level1, level2 in (
        ("渠道清淤", "60", "产出指标", "数量指标"), ("水闸维修", "30", "产出指标", "质量指标"),
    ):  # fmt: skip
        rows += [(name, "", amount if amounts else ""), (level1, "", ""), (level2, "", ""), (f"{name}一", "8", "")]
        rows += [
            (f"{name}二", "6", ""),
            ("满意度指标", "", ""),
            ("服务对象满意度指标", "", ""),
            ("农户满意度", "90", ""),
        ]
    html = f"<body><p>项目绩效目标批复表{table(*rows)}</body>"
    return find_forms(read_html(html.encode(), "a.html")).forms


@pytest.mark.parametrize("amounts", [True, False])
def test_each_project_of_a_tree_begins_at_its_name_whether_its_amount_is_printed(amounts: bool) -> None:
    found = [(form.project_name, [item.name for item in form.indicators]) for form in tree(amounts=amounts)]
    assert found == [
        ("渠道清淤", ["渠道清淤一", "渠道清淤二", "农户满意度"]),
        ("水闸维修", ["水闸维修一", "水闸维修二", "农户满意度"]),
    ]


# --- lists: a project cut by the end of a page ---------------------------------------------------------------------------

HEAD = ("项目名称", "预算数", "年度目标", "一级指标", "二级指标", "三级指标", "指标值")
FIRST = ("渠道清淤及", "12.50", "清淤8公里。", "产出指标", "数量指标", "清淤长度", "≥8公里")


def paged(*rows: tuple[str, ...], cut: int) -> tuple[Form, ...]:
    """Return the forms of a list whose rows from one on stand on the next page."""
    document = read_html(f"<body><p>项目绩效目标表{table(HEAD, *rows)}</body>".encode(), "a.html")
    cells = lambda of: tuple(  # noqa: E731
        replace(cell, at=replace(cell.at, page=1 if (cell.at.row or 0) <= cut else 2)) for cell in of.cells
    )
    blocks = tuple(
        replace(block, cells=cells(block)) if isinstance(block, Table) else block for block in document.blocks
    )
    return find_forms(replace(document, blocks=blocks)).forms


def test_a_name_cut_by_the_end_of_a_page_goes_on_where_no_amount_is_printed_again() -> None:
    rest = ("水闸维修", "", "维修水闸6处。", "产出指标", "质量指标", "验收合格率", "100%")
    [form] = paged(FIRST, rest, cut=1)
    assert (form.project_name, form.text("goal.annual")) == ("渠道清淤及水闸维修", "清淤8公里。维修水闸6处。")
    assert [item.name for item in form.indicators] == ["清淤长度", "验收合格率"]
    own = ("水闸维修", "7.00", *rest[2:])
    assert [item.project_name for item in paged(FIRST, own, cut=1)] == ["渠道清淤及", "水闸维修"]
    assert [item.project_name for item in paged(FIRST, rest, cut=9)] == ["渠道清淤及", "水闸维修"], "on one page"


# --- blocks below one another --------------------------------------------------------------------------------------------


def stacked(*blocks: tuple[str, str]) -> Form:
    """Return a form with blocks below one another, each with the head of its values and its first value."""
    rows = [("项目名称", "渠道清淤", "", "")]
    for head, value in blocks:
        rows += [("一级指标", "二级指标", "三级指标", head), ("产出指标", "数量指标", "清淤长度", value)]
        rows += [
            ("产出指标", "质量指标", "验收合格率", "100%"),
            ("满意度指标", "服务对象满意度指标", "农户满意度", "≥90%"),
        ]
    return only(f"<p>项目支出绩效目标表{table(*rows)}")


@pytest.mark.parametrize(
    ("blocks", "sides"),
    [
        ((("指标值", "≥24公里"), ("指标值", "≥8公里")), {"lifetime": "≥24公里", "annual": "≥8公里"}),
        ((("中期指标值", "≥24公里"), ("年度指标值", "≥8公里")), {"lifetime": "≥24公里", "annual": "≥8公里"}),
        ((("年度指标值", "≥8公里"), ("中期指标值", "≥24公里")), {"lifetime": "≥24公里", "annual": "≥8公里"}),
        ((("指标值", "≥8公里"),), {"annual": "≥8公里"}),
    ],
)
def test_the_first_of_two_blocks_is_that_of_all_years_unless_they_say_otherwise(
    blocks: tuple[tuple[str, str], ...], sides: dict[str, str]
) -> None:
    form = stacked(*blocks)
    assert {side: form.side(side)[0].value for side in form.sides} == sides


# --- columns -------------------------------------------------------------------------------------------------------------


def roles_of(before: str, headers: str = "", *, named: dict[int, float] | None = None) -> str:
    """Return the roles after one column of names was seen to; ``named`` is how well a column suits as names."""
    roles = before.split()
    slots = [Slot("other", n, n, header) for n, header in enumerate(headers.split() or roles)]
    scores = [{role: 1.0, "name": (named or {}).get(n, float(role == "name"))} for n, role in enumerate(roles)]
    _one_name(slots, roles, scores, [Content() for _ in roles])
    return " ".join(roles)


def test_each_group_of_columns_has_one_of_names() -> None:
    assert roles_of("level2 name value") == "level2 name value"
    # What stands behind the values explains.
    assert roles_of("level2 name value name") == "level2 name value explanation"
    assert roles_of("level2 name value name value level2") == "level2 name value name value level2"
    # Of several the one that is numbered as a level, or that suits best, or the first.
    assert roles_of("name name value", "指标描述 三级指标 指标值") == "explanation name value"
    assert roles_of("name name value", "甲 乙 指标值", named={1: 2.0}) == "explanation name value"
    assert roles_of("name name value", "甲 乙 指标值") == "name explanation value"


def test_without_a_column_of_names_the_one_that_loses_least_is() -> None:
    assert roles_of("level2 explanation value") == "level2 name value"
    assert roles_of("level2 explanation note value", named={2: 0.5}) == "level2 explanation name value"
    assert roles_of("level2 explanation") == "level2 name", "there need be no values"
    assert roles_of("explanation level2 value") == "explanation level2 value", "it stands behind the levels"
    assert roles_of("level2 value explanation note", named={3: 0.1}) == "level2 value explanation name"
    assert roles_of("level2 note value explanation", named={3: 0.1}) == "level2 name value explanation"
    assert roles_of("level2 value") == "level2 value", "the only values are no names"


def test_of_two_columns_of_first_levels_the_one_that_holds_them_counts() -> None:
    for held, expected in (
        ((0, 2), ["other", "level1", "name"]),
        ((2, 0), ["level1", "other", "name"]),
        ((2, 2), ["level1", "other", "name"]),
    ):
        roles = ["level1", "level1", "name"]
        _one_level1(roles, [Content(filled=3, first_levels=count) for count in held] + [Content(filled=3)])
        assert roles == expected
    roles = ["level1", "level1", "name"]
    _one_level1(roles, [Content(filled=3, first_levels=2), Content(), Content(filled=3)])
    assert roles == ["level1", "level1", "name"], "an empty one says nothing"


def row(texts: str, start: int = 0, *, columns: int = 9) -> Row:
    cells = [Cell(text=text, at=Location(row=1, column=start + n)) for n, text in enumerate(texts.split())]
    return Row(cells, Table(cells=tuple(cells), rows=2, columns=columns, at=Location()), 1, Location(row=1))


@pytest.mark.parametrize(
    ("upper", "lower", "columns", "expected"),
    [
        # Below the head they part.
        (row("二级指标 三级指标 指标值"), row("指标性质 指标值", 2), 9, "二级指标 三级指标 指标性质 指标值"),
        # At the left end, where cells that spans cover were left out; wherever that is.
        (row("二级指标 三级指标 指标值 备注"), row("指标性质 指标值"), 9, "二级指标 三级指标 指标性质 指标值 备注"),
        (row("二级指标 三级指标 指标值", 1), row("指标性质 指标值", 1), 9, "二级指标 三级指标 指标性质 指标值"),
        (row("二级指标 三级指标 指标值", 1), row("指标性质 指标值"), 9, None),
        (row("二级指标 三级指标 指标值"), row("指标性质 指标值"), 4, "二级指标 三级指标 指标性质 指标值"),
        (row("二级指标 三级指标 指标值"), row("指标性质 指标值"), 3, None),  # there is no room
        (row("二级指标 指标值 指标值"), row("指标性质 指标值"), 9, None),  # of two heads none is the one
        (row("二级指标 三级指标 备注"), row("指标性质 指标值"), 9, None),
        (row("二级指标 三级指标 指标值"), row("指标值", 2), 9, None),
        (row("二级指标 三级指标 指标值"), row("三级指标 指标值", 2), 9, None),  # no part of values
        (row("二级指标 三级指标 指标值"), row("指标性质 计量单位", 2), 9, None),
    ],
)
def test_the_head_of_the_values_may_be_parted_in_the_row_below(
    upper: Row, lower: Row, columns: int, expected: str | None
) -> None:
    narrow = row(" ".join(cell.text for cell in lower.cells), lower.cells[0].at.column or 0, columns=columns)
    found = _parted_values(upper, narrow)
    assert (found and " ".join(cell.text for cell in found.cells)) == expected
    if found is not None:
        first = upper.cells[0].at.column or 0
        assert [cell.at.column for cell in found.cells][:2] == [first, first + 1]


# --- places that look like forms -----------------------------------------------------------------------------------------

SIGNS = (
    "产出指标#数量指标#清淤渠道长度#≥8公里\n#质量指标#验收合格率#100%\n满意度指标#服务对象满意度指标#农户满意度#≥90%"
)


def places(text: str) -> list[tuple[int, str]]:
    document: Document = read_text(text.encode(), "a.txt", sha256="")
    rows = list(stream(document))
    return [(number, form.title) for number, form in suspected(rows, set())]


def test_a_suspected_form_begins_with_its_title() -> None:
    title = "项目绩效目标申报表"
    assert places(f"前言\n说明\n{title}\n项目名称#清淤\n{SIGNS}") == [(2, title)]
    assert places(f"{title}\n{SIGNS}\n{title}\n{SIGNS}") == [(0, title), (4, title)]
    assert places(f"前言\n{title}\n说明") == []


@pytest.mark.parametrize(("between", "found"), [(0, True), (15, True), (16, False)])
def test_signs_far_below_a_title_are_no_form_of_it(between: int, found: bool) -> None:
    text = "项目绩效目标申报表\n" + "此处为说明文字。\n" * between + SIGNS
    assert bool(places(text)) == found
