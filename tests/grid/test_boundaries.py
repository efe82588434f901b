"""Where lines become cells, rows, headers and tables: the last place that is still one, and the first that is not."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

import pytest

from indicators.grid.block import Placed
from indicators.grid.budget import solve_budgets
from indicators.grid.columns import assign, between, gutters, is_piece, levels_of, spread
from indicators.grid.form import _headers, _is_head, _is_rest, header_zone, is_header
from indicators.grid.heading import _in_order, _is_amount, _join_labels, _join_unknown, _wrapped, beneath
from indicators.grid.labels import frame_groups, is_page_number, keyed_lines, one_cell, one_label
from indicators.grid.listing import _amounts, _hang_from, _is_header, _pages, _starts
from indicators.grid.parts import Part, beside, joined, merged
from indicators.grid.rows import Band, Walls, cheapest_runs, cut_rows, labels_of, runs_of
from indicators.grid.stacks import _below, chunks_of


def part(text: str, first: float = 0, line: float = 0, *, rise: float = 0, last: float | None = None) -> Part:
    width = sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
    return Part(text, first, first + width if last is None else last, line, rise=rise)


def laid(text: str) -> list[list[Part]]:
    """Return the pieces of lines whose cells two blanks part; a line of nothing is empty."""
    lines = []
    for number, line in enumerate(text.strip("\n").split("\n")):
        pieces = re.finditer(r"\S+(?: \S+)*", line)
        lines.append([part(p[0], part(line[: p.start()]).width, number) for p in pieces])
    return lines


def texts(parts: list[Part]) -> list[str]:
    return [item.text for item in parts]


# --- pieces and cells ------------------------------------------------------------------------------------------------


def test_pieces_of_a_line_are_one_cell_up_to_the_white_between_cells() -> None:
    for white, cells in ((0.5, ["清淤 长度"]), (1.6, ["清淤 长度"]), (1.7, ["清淤", "长度"]), (3, ["清淤", "长度"])):
        assert texts(merged([part("清淤", 0), part("长度", 4 + white)])) == cells


def test_the_lines_of_a_cell_stand_at_their_middle() -> None:
    cell = joined([part("清淤渠", 3, 2), part("道长度", 2, 3), part("公里", 4, 4)])
    assert (cell.text, cell.first, cell.last, cell.line, cell.rise, cell.top) == ("清淤渠道长度公里", 2, 9, 3, 1, 2)
    again = joined([cell, part("以上", 3, 5)])
    assert (again.line, again.rise, again.top) == (3.5, 1.5, 2)
    row = beside([part("≥", 10, 2), part("8公里", 13, 2.5)])
    assert (row.text, row.first, row.last, row.line) == ("≥ 8公里", 10, 18, 2.25)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((10, 20), (13, 17), True),  # centred
        ((10, 20), (10, 14), True),  # flush
        ((10, 20), (10.9, 12), True),
        ((10, 20), (11, 11), False),
        ((10, 20), (15.9, 21.9), True),  # less than four off the middle
        ((10, 20), (16, 22), False),
        ((10, 20), (8, 14.2), True),
        ((10, 20), (8, 14), False),
    ],
)
def test_two_lines_of_a_cell_are_centred_or_flush(
    one: tuple[float, float], other: tuple[float, float], expected: bool
) -> None:
    assert beneath(part("", one[0], last=one[1]), part("", other[0], last=other[1])) == expected


@pytest.mark.parametrize(
    ("pieces", "cell", "label"),
    [
        (("数量", "指标"), True, True),
        (("项目", "名称"), True, True),
        (("项目名称", "清淤"), False, False),
        (("灌区", "清淤"), True, False),
        (("产出", "指标"), True, True),
        (("年度", "指标值"), True, False),
    ],
)
def test_pieces_close_together_are_one_cell_unless_a_label_stands_beside_a_text(
    pieces: tuple[str, ...], cell: bool, label: bool
) -> None:
    parts = [part(text, 10 * number) for number, text in enumerate(pieces)]
    assert (one_cell(parts), one_label(parts)) == (cell, label)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("— 21 —", True), ("第 21 页", True), ("3/18", True), ("第3页，共18页", True), ("21", False), ("", False),
        ("—  2  1  —  ", True), ("—  2  1  3  —", True), ("—  2  1  3  4  —", False),
    ],
)  # fmt: skip
def test_the_number_of_a_page(text: str, expected: bool) -> None:
    assert is_page_number(laid(text)[0]) == expected


def test_rules_stand_around_groups_where_labels_stand_below_each_other() -> None:
    apart, group = [[part("项目名称")], [part("主管部门")], [part("实施单位")]], [part("资金总额"), part("其他资金")]
    assert not frame_groups(apart)
    assert frame_groups([*apart, group])
    # A fourth of the labels is not enough.
    assert not frame_groups([*apart, [part("年度目标")], [part("项目概况")], [part("立项依据")], group])
    assert frame_groups([*apart, [part("年度目标")], [part("项目概况")], group])
    assert not frame_groups([[part("清淤"), part("长度")]])


KEYED = """
项目名称：清淤
主管部门：甲局
三级指标：清淤长度  指标值：8公里
三级指标：维修水闸  指标值：6处
三级指标：受益农户  指标值：900户
备注：无
"""


def test_forms_of_labels_before_their_texts_reach_to_their_last_name() -> None:
    lines = laid(KEYED)
    assert keyed_lines(lines) == {0, 1, 2, 3, 4}
    assert keyed_lines(lines[:4]) == set(), "two names are none"
    assert keyed_lines(lines[1:]) == set(), "without the name of a project"
    table = laid("项目名称  清淤\n三级指标  指标值")
    assert keyed_lines([*lines[:2], *table, *lines[2:]]) == set(), "a label apart from its text"


def test_the_head_of_a_form_in_lines_has_three_labels_above_its_header() -> None:
    header = "一级指标  三级指标  指标值"
    assert keyed_lines(laid(f"项目名称：清淤\n主管部门：甲局\n实施单位：乙站\n{header}")) == {0, 1, 2}
    assert keyed_lines(laid(f"项目名称：清淤\n主管部门：甲局\n{header}")) == set()
    assert keyed_lines(laid("项目名称：清淤\n主管部门：甲局\n实施单位：乙站\n三级指标  备注")) == set()


# --- columns ---------------------------------------------------------------------------------------------------------


def test_white_strips_part_the_columns_unless_too_much_text_crosses_them() -> None:
    row, crossing = [part("清淤长度", 0), part("≥8公里", 20)], [part("按合同约定的期限完成全部任务", 0)]
    assert gutters([row]) == [14]
    assert gutters([row, row, crossing]) == [14]
    assert gutters([row, *[crossing] * 3]) == [], "one line parted, less three that cross"
    assert gutters([row, *[crossing] * 3], crossed=0.2) == [14]
    narrow = [part("清淤长度", 0), part("≥8公里", 9)]
    assert gutters([narrow]) == [], "white inside a cell counts less"
    assert gutters([narrow, narrow]) == [8.5]
    assert gutters([narrow], narrow=0.5) == [8.5]
    touching = [part("清淤长度", 0), part("≥8公里", 8)]
    assert gutters([touching] * 9) == []
    many = [part("甲", 6 * number) for number in range(50)]
    assert len(gutters([many])) == 40


def test_a_header_has_one_strip_between_any_two_of_its_cells() -> None:
    heads = [part("三级指标", 0), part("指标值", 20), part("备注", 40)]
    assert between(heads, [heads]) == [14, 33]
    # The text below says where the white is.
    assert between(heads, [heads, [part("清淤渠道长度", 0), part("≥8公里", 16), part("无", 40)]]) == [14, 33]
    assert between(heads, [heads, *[[part("清淤渠道的长度数", 0), part("≥8", 21), part("无", 44)]] * 3]) == [18, 33]
    # White right of the right column says nothing of its left border.
    assert between(heads[:2], [heads[:2], [part("清淤", 0), part("≥8公里", 22), part("无", 40)]]) == [14]


def test_a_piece_stands_in_the_columns_it_reaches_into() -> None:
    strips = [10.0, 20.0]
    for first, last, expected in (
        (0, 9, (0, 1)), (0, 10.3, (0, 1)), (0, 10.5, (0, 2)), (9.6, 19, (1, 2)), (9.5, 19, (0, 2)), (0, 30, (0, 3)),
        (12, 12.2, (1, 2)), (21, 29, (2, 3)),
    ):  # fmt: skip
        assert spread(part("", first, last=last), strips) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("数量指标", True), ("可持续影", True), ("响指标", True), ("标", True), ("响", False), ("清淤", False), ("", False),
        ("产出", True), ("服务对象满意度", True), ("服务对象满意度指标的说明", False),
    ],
)  # fmt: skip
def test_what_can_be_a_piece_of_a_level_label(text: str, expected: bool) -> None:
    assert is_piece(text) == expected


def test_the_kind_of_a_column_is_that_of_its_labels() -> None:
    columns = (
        ["产出指标", "效益指标"], ["数量指标", "质量指标"], ["产出指标", "数量指标"], ["产出指标", "效益指标", "数量指标"],
        ["数量指标", "清淤长度"], ["数量指标", "清淤长度", "维修水闸"], ["清淤长度"], [],
    )  # fmt: skip
    kinds = ["level1", "level2", "level2", "level1", "level2", "leaf", "leaf", "leaf"]
    assert levels_of([[part(text) for text in column] for column in columns]) == kinds


@pytest.mark.parametrize(
    ("line", "kinds", "columns"),
    [
        ("清淤长度            ≥8公里", ("name", "leaf"), [0, 1]),
        ("清淤 长度           ≥8公里", ("name", "leaf"), [0, 1]),
        ("            ≥8公里", ("name", "leaf"), [1]),
        # A piece that reaches over the strip stands where most of it does.
        ("清淤渠道的长度  ≥8公里", ("name", "leaf"), [0, 1]),
        ("数量指标  清淤长度", ("level2", "leaf"), [0, 1]),
        # No text stands among labels, no label of the first level among those of the second.
        ("清淤长度", ("level2", "leaf"), [1]),
        ("     产出指标", ("level1", "level2"), [0]),
        ("     产出指标", ("level2", "level1"), [1]),
        ("     数量指标", ("leaf", "leaf"), [0]),
        ("     数量指标", ("leaf", "level2"), [1]),
        # Nor does a name begin with an operator.
        ("     清淤长", ("name", "leaf"), [0]),
        ("     ≥8公里", ("name", "leaf"), [1]),
    ],
)
def test_the_pieces_of_a_line_go_to_the_columns_they_suit(
    line: str, kinds: tuple[str, ...], columns: list[int]
) -> None:
    assert sorted(assign(laid(line)[0], [10.0], list(kinds))) == columns


# --- headings --------------------------------------------------------------------------------------------------------


def labels_joined(text: str) -> list[list[str]]:
    lines = laid(text)
    _join_labels(lines)
    return [texts(line) for line in lines]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("项目\n名称  清淤", [[], ["项目名称", "清淤"]]),
        ("年度\n绩效  清淤\n目标", [[], ["年度绩效目标", "清淤"], []]),
        # Two labels below each other are two, and so is what stands beside the amounts.
        ("项目名称\n主管部门", [["项目名称"], ["主管部门"]]),
        ("项目资金\n（万元）  16\n年度目标", [[], ["项目资金（万元）", "16"], ["年度目标"]]),
        ("项目经费\n年度目标", [["项目经费"], ["年度目标"]]),
        ("清淤\n渠道", [["清淤"], ["渠道"]]),
        # Lines far from each other are no label.
        ("项目\n\n\n          清淤\n名称", [["项目"], [], [], ["清淤"], ["名称"]]),
        ("年度资金总\n额  16", [[], ["年度资金总额", "16"]]),
    ],
)  # fmt: skip
def test_a_label_that_wraps_is_one_and_two_labels_are_two(lines: str, expected: list[list[str]]) -> None:
    assert labels_joined(lines) == expected


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("预算规模及资  16\n  金用途      用于清淤", {1}),
        ("预算规模及资\n  金用途      用于清淤", set()),  # nothing beside it
        ("预算规模及资  16\n\n  金用途      用于清淤", set()),
        ("项目名称      清淤\n 金用途       用于清淤", set()),  # a label
        ("预算规模及资  16\n金用途和其他说  用于清淤", set()),  # no rest
        ("预算规模及资  16\n金用            用于清淤", set()),  # neither flush nor centred
        ("预算规模8资  16\n  金用途      用于清淤", set()),  # no label has figures
    ],
)
def test_a_label_nobody_knows_goes_on_beside_the_next_row(lines: str, found: set[int]) -> None:
    assert _join_unknown(laid(lines)) == found


def test_what_is_an_amount_beside_a_label_nobody_knows() -> None:
    assert [_is_amount(laid(line)[0]) for line in ("上级补助  0.00", "上级补助  300", "0.00", "上级补助  0.00  无")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_the_cells_of_a_heading_stand_from_left_to_right_with_their_lines() -> None:
    row = [
        part("清淤渠道", 10, 0),
        part("项目概况", 0, 1),
        part("改善灌溉", 10, 1),
        part("单位", 30, 1),
        part("甲", 40, 1),
    ]
    assert [(cell.column, cell.part.text) for cell in _in_order(row)] == [
        (0, "项目概况"), (1, "清淤渠道改善灌溉"), (2, "单位"), (3, "甲"),
    ]  # fmt: skip


def test_the_rest_of_a_cell_stands_as_far_below_its_label_as_its_beginning_above() -> None:
    above, label, long = part("清淤", 10, 0), part("项目概况", 0, 1), "清淤渠道改善灌溉条件" * 3
    below = [part("渠道", 10, 2), part("灌溉", 10, 3)]
    assert _wrapped([above, label], below) == 1
    assert _wrapped([label, part("清淤", 10, 1)], below) == 0, "its line is not full"
    assert _wrapped([label, part(long, 10, 1)], [part(long, 10, 2), part("灌溉", 10, 3)]) == 2
    assert _wrapped([label, part("清淤", 10, 1)], below, [part("实施单位", 0, 6)]) == 2, "nearer than the next row"
    assert _wrapped([label, part("清淤", 10, 1)], below, [part("实施单位", 0, 4.2)]) == 0


# --- headers ---------------------------------------------------------------------------------------------------------

HEADER = "一级指标  二级指标  三级指标    指标值"


@pytest.mark.parametrize(
    ("above", "header", "expected"),
    [
        (part("年度绩效", 0), HEADER, True),  # the first line of 一级指标
        (part("绩效", -6), HEADER, True),  # beside a header, left of all
        (part("年度", -4), HEADER, True),
        (part("计划", -6), HEADER, False),
        (part("年度", 0), "需要说明的其他事项  二级指标  三级指标  指标值", False),  # above the first, not beside it
        (part("清淤", 3), HEADER, False),
        (part("绩效指标", 12), HEADER, True),
        (part("三级", 20), "一级指标  二级指标  指标    指标值", True),
        (part("清淤", 20), "一级指标  二级指标  指标    指标值", False),
        (part("项目名称", -10), HEADER, False),
        (part("数量指标", 12), HEADER, False),
        (part("（2024年度）", 12), HEADER, False),
        (part("绩效指标绩效指标绩效指标指", 12), HEADER, False),  # too wide
    ],
)
def test_what_belongs_to_a_header_above_it(above: Part, header: str, expected: bool) -> None:
    assert _is_head(above, laid(header)[0]) == expected


@pytest.mark.parametrize(
    ("line", "header", "expected"),
    [
        ("标", HEADER, True),
        ("标        标        标", HEADER, True),
        ("数量指标", HEADER, False),
        ("                            （含单位）", HEADER, False),
        ("          二级指标            指标值", HEADER, True),  # a second row of heads
        ("                                      立依据", f"{HEADER}  绩效设", True),
        ("          清淤渠道            ≥8公里", HEADER, False),
    ],
)
def test_what_belongs_to_a_header_below_it(line: str, header: str, expected: bool) -> None:
    assert _is_rest(laid(line)[0], laid(header)[0]) == expected


def test_a_header_reaches_over_the_lines_that_belong_to_it() -> None:
    lines = laid(
        f"项目名称  清淤\n                    绩效指标\n{HEADER}\n                    名称\n产出指标  数量指标  清淤长度"
    )
    assert header_zone(lines, 2, 0, len(lines), Walls()) == (1, 4)
    assert header_zone(lines, 2, 2, 3, Walls()) == (2, 3)
    # Rules say more than words: what stands between those of the header is header.
    walls = Walls(((0.5, 0, 60), (2.5, 0, 60)))
    assert header_zone(lines, 2, 0, len(lines), walls) == (1, 3)


ROWS = "产出指标  数量指标  清淤长度    ≥8公里"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("级别      类别      内容        目标", [0]),  # short words of headers above the first label
        ("级别      内容", []),  # two are none
        ("甲        乙        内容        丁", []),  # most are no words of headers
        ("级别      类别      内容        项目名称", []),  # a label of a field
        ("级别      类别      内容        数量指标", []),
        ("级别      类别      说明本项目的具体实施内容与目标  目标", []),  # wider than a head
        ("级别      类别      说明本项目的各实施内容与目标  目标", [0]),
    ],
)
def test_a_header_in_words_nobody_knows(line: str, found: list[int]) -> None:
    assert _headers(laid(f"{line}\n{ROWS}")) == found


# --- cells of a page without rules -----------------------------------------------------------------------------------


def below(text: str, *rules: tuple[float, float, float]) -> list[tuple[str, str]]:
    lines = laid(text)
    return [(one.part.text, other.part.text) for one, other in _below(chunks_of(lines), Walls(rules))]


def test_a_piece_goes_with_the_one_below_it_unless_a_rule_or_a_paragraph_stands_there() -> None:
    assert below("清淤渠\n道长度") == [("清淤渠", "道长度")]
    assert below("清淤渠\n道长度", (0.5, 0, 10)) == []
    assert below("清淤渠\n道长度", (0.5, 20, 30)) == [("清淤渠", "道长度")]
    assert below("清淤渠\n          道长度") == []
    assert below("清淤渠\n\n\n道长度") == [("清淤渠", "道长度")]
    assert below("清淤渠\n\n\n\n道长度") == [], "too far"
    for size, cell in ((30, True), (31, False)):  # 60 half-width characters are a cell, more a paragraph
        assert bool(below(f"{'清' * size}\n{'淤' * size}")) == cell
    assert len(below(f"{'清' * 31}  甲\n{'淤' * 31}  乙")) == 2, "of several pieces none is a paragraph"


# --- rows ------------------------------------------------------------------------------------------------------------


def test_rules_part_rows_where_there_are_enough_of_them() -> None:
    heights = [1.0, 2.0, 3.0, 4.0]
    rule = lambda y, x0=0.0, x1=20.0: (y, x0, x1)  # noqa: E731
    assert Walls((rule(1.5), rule(2.5))).regular(heights, 5)
    assert not Walls((rule(1.5),)).regular(heights, 5), "one may frame a group"
    assert not Walls((rule(1.5), rule(2.5))).regular(heights, 25), "not over this place"
    assert not Walls((rule(0.5), rule(4.5))).regular(heights, 5), "around the block"
    assert not Walls((rule(1.0), rule(4.0))).regular(heights, 5)
    assert not Walls((rule(1.5), rule(1.52))).regular(heights, 5), "one rule drawn twice"
    many = [float(number) for number in range(12)]
    assert not Walls((rule(1.5), rule(2.5))).regular(many, 5)
    assert Walls((rule(1.5), rule(2.5), rule(3.5))).regular(many, 5), "a fourth of the lines"
    assert not Walls((rule(0.5), rule(0.7))).regular([0.0], 5)


def test_the_rules_around_a_place() -> None:
    walls = Walls(((1.0, 0, 10), (2.0, 0, 10), (3.0, 0, 10), (2.4, 20, 30)))
    assert walls.around(2.5, 5) == (2, 3)
    assert walls.around(2, 10.5) == (1, 2)
    assert walls.around(2.5, 10.6) == (float("-inf"), float("inf"))
    assert walls.within(2, 3).rules == ((2.0, 0, 10), (3.0, 0, 10), (2.4, 20, 30))


def test_labels_stand_for_the_rows_whose_middle_or_top_they_have() -> None:
    rows = [[part("甲", 20, line)] for line in (0, 1, 2, 3, 4)]
    assert runs_of([part("产出", 0, 1), part("效益", 0, 3.5)], rows, Walls()) == [[0, 1, 2], [3, 4]]
    assert runs_of([part("产出", 0, 0), part("效益", 0, 3)], rows, Walls()) == [[0, 1, 2], [3, 4]]
    assert runs_of([part("产出", 0, 0.5), part("效益", 0, 3)], rows, Walls()) == [[0, 1], [2, 3, 4]]
    ruled = Walls(((1.5, 0, 30), (2.5, 0, 30), (-0.5, 0, 30), (4.5, 0, 30)))
    assert runs_of([part("产出", 0, 1), part("效益", 0, 3)], rows, ruled) == [[0, 1], [3, 4]]


def test_a_row_may_have_no_label_where_places_are_exact() -> None:
    bands = [Band(2.0 * row, 2.0 * row + 2, 1) for row in range(3)]
    assert cheapest_runs([1.0], bands) == (pytest.approx(1.2), [[0]])
    assert cheapest_runs([1.0], bands, bare=1e6) == (2, [[0, 1, 2]])
    assert cheapest_runs([1.0, 5.0], bands) == (pytest.approx(0.6), [[0], [2]])
    assert cheapest_runs([1.0, 4.0], bands) == (0, [[0], [1, 2]])
    assert cheapest_runs([0.0, 2.0], bands, at_top=True) == (0, [[0], [1, 2]])
    # Over the end of a page a label stands at the top of its rows.
    cut = [Band(0, 1, 1, 0.5), Band(1, 2, 1, 1.5), Band(2, 3, 2, 2.5), Band(3, 4, 2, 3.5)]
    assert cheapest_runs([0.5], cut, bare=1e6)[0] == pytest.approx(1.5)
    assert cheapest_runs([0.5], cut, bare=1e6, firsts=[0.5])[0] == pytest.approx(0.2)


def test_the_lines_of_a_label_are_put_together_up_to_a_rule() -> None:
    meaning = lambda text: text if text in ("数量指标", "指标") else None  # noqa: E731
    column = [part("数量", 0, 0), part("指标", 0, 1)]
    assert texts(labels_of(column, meaning, Walls())) == ["数量指标"]
    assert texts(labels_of(column, meaning, Walls(((0.5, 0, 9),)))) == ["指标"]
    assert texts(labels_of([part("数量", 0, 0), part("指标", 0, 4)], meaning, Walls())) == ["数量指标"]
    assert texts(labels_of([part("数量", 0, 0), part("指标", 0, 4.5)], meaning, Walls())) == ["指标"]


def cut(*lines: tuple[float, str, str], rules: tuple[float, ...] = (), names: bool = True) -> list[list[str]]:
    """Return the rows of lines: a height, what stands in the column of names, and in that of values."""
    columns = [
        {c: part(text, 30 * c, height) for c, text in enumerate(texts) if text} for height, *texts in lines
    ]  # fmt: skip
    walls = Walls(tuple((y, 0.0, 60.0) for y in rules))
    rows = cut_rows(columns, [0] if names else [], [1] if names else [], walls)
    return [[item.text for _, item in sorted(row.items())] for row in rows]


LONG = "受益农户对渠道清淤的"


@pytest.mark.parametrize(
    ("lines", "rules", "rows"),
    [
        # Every line is a row where each has a name and a value.
        (((0, "清淤长度", "8公里"), (1, "维修水闸", "6处")), (), [["清淤长度", "8公里"], ["维修水闸", "6处"]]),
        # A value in the middle of a name of two lines, or beside its first, makes them one.
        (((0, LONG, ""), (0.5, "", "≥90%"), (1, "满意度", "")), (), [[f"{LONG}满意度", "≥90%"]]),
        (((0, LONG, "≥90%"), (1, "满意度", "")), (), [[f"{LONG}满意度", "≥90%"]]),
        (
            ((0, LONG, "≥90%"), (1, "满意度", ""), (2, "维修水闸", "6处"), (3, "清淤长度", "8公里")),
            (),
            [[f"{LONG}满意度", "≥90%"], ["维修水闸", "6处"], ["清淤长度", "8公里"]],
        ),
        (
            ((0, "清淤长度", "8公里"), (1, LONG, ""), (1.5, "", "≥90%"), (2, "满意度", ""), (3, "维修水闸", "6处")),
            (),
            [["清淤长度", "8公里"], [f"{LONG}满意度", "≥90%"], ["维修水闸", "6处"]],
        ),
        # Rows stand apart, the lines of a cell do not.
        (
            (
                (0, LONG, "≥90%"),
                (1, "满意度", ""),
                (3, "维修水闸", "6处"),
                (5, "清淤长度", "8公里"),
                (7, "巡查", "9次"),
            ),
            (),
            [[f"{LONG}满意度", "≥90%"], ["维修水闸", "6处"], ["清淤长度", "8公里"], ["巡查", "9次"]],
        ),
        # Rules say more than anything else.
        (
            ((0, "清淤", "8"), (1, "长度", "公里"), (2, "维修", "6"), (3, "水闸", "处"), (4, "巡查", "9次")),
            (-0.5, 1.5, 3.5, 4.5),
            [["清淤长度", "8公里"], ["维修水闸", "6处"], ["巡查", "9次"]],
        ),
        (((0, "清淤长度", ""), (1, "", "8公里")), (), [["清淤长度", "8公里"]]),
        ((), (), []),
    ],
)
def test_lines_are_cut_into_rows(
    lines: tuple[tuple[float, str, str], ...], rules: tuple[float, ...], rows: list[list[str]]
) -> None:
    assert cut(*lines, rules=rules) == rows


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("一级指标  三级指标  指标值", True),
        ("三级指标  指标值", False),  # neither a level nor enough others
        ("三级指标  指标值  备注", False),
        ("三级指标  指标值  备注  权重", True),
        ("一级指标  二级指标  指标值", False),
        ("一级指标  二级指标  三级指标", False),
    ],
)
def test_a_header_names_names_and_values_and_a_level_or_two_others(line: str, expected: bool) -> None:
    assert is_header(laid(line)[0]) == expected


# --- lists and tables of amounts -------------------------------------------------------------------------------------


def heads() -> list[Placed]:
    return [Placed(0, part("项目名称")), Placed(1, part("预算数", 20))]


def starts(
    marks: list[float], tops: list[float], *, resets: tuple[float, ...] = (), names: tuple[float, ...] = (),
    walls: tuple[tuple[float, float, float], ...] = (),
) -> list[float]:  # fmt: skip
    left = {0: [part("清淤", 0, line) for line in names or marks], 1: [part("35.00", 20, line) for line in marks]}
    return [round(start, 1) for start in _starts(left, heads(), tops, list(resets), Walls(walls))]


def test_a_project_begins_where_its_amount_stands_or_that_is_the_middle_of_its_rows() -> None:
    rows = [float(number) for number in range(6)]
    assert starts([0, 3], rows, resets=(3,)) == [-0.4, 2.6], "in the first row"
    assert starts([0.5, 3.5], rows, resets=(3,)) == [0.1, 3.1], "a bit off"
    assert starts([1, 4], rows, resets=(3,)) == [-0.4, 2.6], "in the middle"
    assert starts([1, 4], rows) == [0.6, 3.6], "nothing says that a project ends between"
    # Level is less than 0.6 lines off a row: two thirds of a line is between two rows.
    apart = [0.0, 2.0, 4.0, 6.0]
    assert starts([0.5, 4.5], apart) == [0.1, 4.1]
    assert starts([0.7, 4.7], apart) == [-0.4, 1.6]
    # Where levels begin anew oftener than amounts stand level with them, they say it.
    assert starts([1, 4, 8], [0.0, 2.0, 4.0, 6.0, 8.0], resets=(2, 6)) == [-0.4, 1.6, 5.6]
    assert starts([1, 4, 8], [0.0, 2.0, 4.0, 6.0, 8.0], resets=(2,)) == [-0.4, 3.6, 5.6]
    assert starts([1, 4, 8], [0.0, 2.0, 4.0, 6.0, 8.0], resets=()) == [0.6, 3.6, 7.6]
    assert starts([], rows) == []
    assert starts([1], []) == []


def test_rules_say_where_a_project_begins() -> None:
    rows = [float(number) for number in range(6)]
    ruled = ((-0.5, 0, 60), (2.5, 0, 60), (5.5, 0, 60))
    assert starts([1, 4], rows, walls=ruled) == [-0.5, 2.5]
    # Rules below the amounts alone say nothing of the names.
    inner = tuple((number + 0.5, 18.0, 30.0) for number in range(-1, 6))
    assert starts([1, 4], rows, resets=(3,), walls=inner) == [-0.4, 2.6]
    assert starts([1, 4], rows, resets=(3,), walls=((9.5, 0, 60),)) == [-0.4, 2.6]


def test_amounts_that_wrap_are_one() -> None:
    column = [part("1,800.0", 20, 0), part("0", 20, 1), part("35.00", 20, 3), part("8", 20, 4)]
    assert texts(_amounts(column)) == ["1,800.00", "35.00", "8"]
    assert texts(_amounts([part("1,800.0", 20, 0), part("0", 20, 1.3)])) == ["1,800.0", "0"]


def test_cells_hang_from_an_amount_or_stand_around_it() -> None:
    block = [part("清淤", 0, 0), part("渠道", 0, 1), part("长度", 0, 2)]
    for line, votes in ((0, 1), (0.29, 1), (0.3, 0), (0.5, 0), (0.75, -1), (1, -1), (1.29, -1), (1.3, 0)):
        assert _hang_from([part("35.00", 20, line)], [block]) == votes
    assert _hang_from([part("35.00", 20, 0)], [block[:1]]) == 0, "of one line both are true"
    assert _hang_from([part("35.00", 20, 0)], [[part("清淤", 0, 0), part("渠道", 0, 1.3)]]) == 0, "two cells"


LIST = "项目名称  预算数  一级指标  二级指标  三级指标  指标值"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (LIST, True),
        ("项目名称  预算数  绩效指标", True),  # in one cell
        ("项目名称  绩效指标", False),
        ("一级指标  二级指标  三级指标  指标值", False),  # no project
        ("项目名称  预算数  一级指标", False),
        ("甲  乙  丙  丁  戊  项目名称  三级指标  指标值", False),  # its column is one of the first five
        ("甲  乙  丙  丁  项目名称  三级指标  指标值", True),
    ],
)
def test_the_header_of_a_list(line: str, expected: bool) -> None:
    assert _is_header(laid(line), 0) == expected


@pytest.mark.parametrize(
    ("after", "stop"),
    [
        ("清淤  35.00", 3),
        ("清" * 50, 3),  # as wide as a cell may be
        ("清" * 51, 2),
        ("注：无", 2),
        ("注：无  甲", 3),
        ("第二部分", 2),
        ("\n" * 11 + "清淤  35.00", 14),
        ("\n" * 14 + "清淤  35.00", 2),  # too much white
    ],
)
def test_a_list_ends_at_what_is_no_row(after: str, stop: int) -> None:
    lines = laid(f"{LIST}\n水利  30.00\n{after}")
    pages, end = _pages(lines, 0, Walls())
    assert (len(pages), end) == (1, stop)


def test_a_list_has_a_page_for_each_of_its_headers() -> None:
    pages, end = _pages(laid(f"{LIST}\n清淤  35.00\n{LIST}\n水利  30.00"), 0, Walls())
    assert [(page.header, page.top, page.below, page.stop) for page in pages] == [(0, 0, 1, 2), (2, 2, 3, 4)]
    assert end == 4


def amounts(*rows: str) -> list[list[Part]]:
    """Return the lines of a table of amounts and what stands below it; what is behind a bar stands at the right."""
    lines = [
        "2026年项目支出预算表",
        "部门：甲局 | 单位：万元",
        "项目名称 | 合计",
        "清淤 | 35.00",
        "管护 | 12.50",
        *rows,
    ]
    cut = [line.split(" | ") for line in lines]
    return laid("\n".join(" ".join([*row[:1], " " * (90 - part(row[0]).width), *row[1:]]).rstrip() for row in cut))


@pytest.mark.parametrize(
    ("after", "last"),
    [
        ("", "12.50"),
        ("水利 | 7.00", "7.00"),
        ("注：四舍五入", "12.50"),
        ("部门收支总表\n水利 | 7.00", "12.50"),
        ("二、说明\n水利 | 7.00", "12.50"),
        ("单位：万元\n水利 | 7.00", "12.50"),
        ("清" * 40 + "\n水利 | 7.00", "7.00"),  # a name that wraps
        ("清" * 41 + "\n水利 | 7.00", "12.50"),  # a paragraph
        ("\n" * 8 + "水利 | 7.00", "7.00"),
        ("\n" * 9 + "水利 | 7.00", "12.50"),
    ],
)
def test_a_table_of_amounts_ends_at_what_is_no_row(after: str, last: str) -> None:
    lines = amounts(*after.split("\n"))
    [(_, _, rows)] = solve_budgets(lines, lines)
    assert rows[-1][-1].part.text == last


@pytest.mark.parametrize(
    ("rest", "name"),
    [
        ("（小型水库）", "管护（小型水库）"),
        ("清" * 12, "管护" + "清" * 12),
        ("清" * 13, "管护"),
        ("以上合计。", "管护"),
    ],
)
def test_the_last_name_of_a_table_may_wrap(rest: str, name: str) -> None:
    lines = amounts(rest)
    [(_, _, rows)] = solve_budgets(lines, lines)
    assert rows[-1][0].part.text == name
