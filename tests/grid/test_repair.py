"""What is read off a picture is repaired by what must hold, towards what was held possible, and by nothing else."""

from __future__ import annotations

import pytest

from indicators.grid.pictured import blended, trustworthy
from indicators.grid.repair import repaired
from indicators.records import Cell, Location, Table

#: A text; with the others that were held possible; with these and a confidence.
Printed = str | tuple[str, tuple[str, ...]] | tuple[str, tuple[str, ...], float]


def cell(printed: Printed, at: Location) -> Cell:
    if isinstance(printed, str):
        return Cell(text=printed, at=at)
    return Cell(text=printed[0], at=at, others=printed[1], confidence=printed[2] if len(printed) == 3 else 0.7)


def cells(*rows: tuple[Printed, ...]) -> list[Cell]:
    return [cell(item, Location(row=r, column=c)) for r, line in enumerate(rows) for c, item in enumerate(line)]


def changed(*rows: tuple[Printed, ...]) -> dict[str, str]:
    """Return what was repaired, by what was read."""
    before = cells(*rows)
    after, notes = repaired(before, 3)
    found = {old.text: new.text for old, new in zip(before, after, strict=True) if old.text != new.text}
    assert len(notes) == len(found)
    assert all(note.message.startswith("第 3 页：") and note.at is not None for note in notes)
    return found


LABELS = (("项目名称", "清淤"), ("实施单位", "水利局"))


@pytest.mark.parametrize(
    ("read", "others", "repaired_to"),
    [
        ("主管部门(", (), None),
        ("主营部门", ("主管部门",), "主管部门"),
        ("主营部门", ("主宫部门",), None),  # no label is among them
        ("资金总颔", ("资金总额", "资金总额："), None),  # two are
        ("主管部门", ("实施单位",), None),  # it is a label already
        ("", ("主管部门",), None),  # nothing was printed
    ],
)
def test_a_label_is_repaired_to_the_only_one_held_possible(
    read: str, others: tuple[str, ...], repaired_to: str | None
) -> None:
    assert changed(*LABELS, ((read, others), "河湾县")) == ({read: repaired_to} if repaired_to else {})


def test_a_label_in_a_column_without_labels_is_left_alone() -> None:
    assert changed(("项目名称", "清淤", "实施单位"), ("甲", "乙", ("主营部门", ("主管部门",)))) == {
        "主营部门": "主管部门"
    }
    assert changed(("清淤", "项目名称"), (("主营部门", ("主管部门",)), "乙")) == {}
    assert changed(("项目名称", ("主营部门", ("主管部门",))), ("清淤", "水利")) == {}


@pytest.mark.parametrize(
    ("read", "repaired_to"),
    [
        ("死亡率≤5%0", "死亡率≤5‰"),
        ("5%o", "5‰"),
        ("5%05", None),  # a number goes on
        ("5%0.5", None),
        ("5%0%", None),
        ("云水〔2024]12号", "云水〔2024〕12号"),
        ("云水【2024〕12号", "云水〔2024〕12号"),
        ("云水[2024]12号", None),  # both brackets are of one kind
        ("云水〔1924]12号", None),
    ],
)
def test_a_mark_that_can_only_be_meant(read: str, repaired_to: str | None) -> None:
    assert changed((read, "")) == ({read: repaired_to} if repaired_to else {})


@pytest.mark.parametrize(
    ("read", "repaired_to"),
    [
        ("1OO.5O", "100.50"),
        ("l2.5", "12.5"),
        ("1，234.5", None),  # a comma of full width is one
        ("1。5", "1.5"),
        ("1.234.56", "1,234.56"),
        ("12,345.678,9", "12,345,678.9"),
        ("B8万元", "88万元"),
        ("12.5", None),
        ("约十万", None),
        ("l2.5OOOOOOOOOOOOOOOOOOOOOO", None),  # more than an amount has
        ("", None),
    ],
)
def test_an_amount_is_repaired_beside_its_label_only(read: str, repaired_to: str | None) -> None:
    assert changed(("资金总额", read)) == ({read: repaired_to} if repaired_to else {})
    assert changed(("项目概况", read)) == {}


def funds(total: Printed, central: Printed, local: Printed, *more: tuple[Printed, ...]) -> dict[str, str]:
    rows = ("年度资金总额", total), ("其中：中央财政资金", central), ("地方财政资金", local), *more
    return changed(*rows)


def test_one_digit_is_changed_where_only_that_makes_the_sum() -> None:
    assert funds(("90", ("80", "96")), "30", ("50", ("60",))) == {}, "80 = 30 + 50 and 90 = 30 + 60"
    assert funds(("90", ("80", "96")), "30", ("50", ("66",))) == {"90": "80"}
    assert funds("90", "30", ("50", ("60", "68"))) == {"50": "60"}
    assert funds("90", ("36", ("30", "38")), "60") == {"36": "30"}
    assert funds("90", "30", ("50", ("66", "一般"))) == {}, "nothing held possible makes the sum"
    assert funds(("90", ("80",)), "30", "60") == {}, "it is right"


def test_sums_count_what_is_printed_only() -> None:
    assert funds(("90", ("80",)), "", ("80", ("90",))) == {}, "two ways"
    assert funds(("90", ("80",)), "", "80") == {"90": "80"}, "an empty source is none"
    assert funds(("90", ("80",)), "", "") == {}, "no source"
    assert funds(("90", ("30",)), "30", "约五十") == {}, "a source that is no number"
    assert funds("约九十", "30", ("50", ("60",))) == {}, "a total that is none"
    assert funds(("90", ("80",)), "30", "50", ("上年结转", "7")) == {"90": "80"}, "what is carried over may lie within"
    assert funds(("90", ("80",)), "30", "50", ("年度资金总额", "90")) == {}, "two totals"
    assert funds(("90.01", ("80.01",)), "30", "50") == {}, "a cent apart is no sum"
    assert funds(("90.01", ("80.009",)), "30", "50") == {"90.01": "80.009"}


HEADER = ("三级指标", "指标值", "三级指标", "指标值")


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (HEADER, ("清淤长度", "≥8公里", "清淤长度", ("≥3公里", ("≥8公里",), 0.7)), {"≥3公里": "≥8公里"}),
        (HEADER, ("清淤长度", ("≥3公里", ("≥8公里",), 0.7), "清淤长度", "≥8公里"), {"≥3公里": "≥8公里"}),
        # Signs of full and half width are one.
        (HEADER, ("费用", "＜8万元", "费用", ("<3万元", ("<8万元",), 0.7)), {"<3万元": "＜8万元"}),
        # Another indicator, a reading that does not allow it, a twin that is not certain, or less so.
        (HEADER, ("清淤长度", "≥8公里", "清淤面积", ("≥3公里", ("≥8公里",), 0.7)), {}),
        (HEADER, ("", "≥8公里", "", ("≥3公里", ("≥8公里",), 0.7)), {}),
        (HEADER, ("清淤长度", "≥8公里", "清淤长度", ("≥3公里", ("≥5公里",), 0.7)), {}),
        (HEADER, ("清淤长度", ("≥8公里", (), 0.89), "清淤长度", ("≥3公里", ("≥8公里",), 0.7)), {}),
        (HEADER, ("清淤长度", ("≥8公里", (), 0.92), "清淤长度", ("≥3公里", ("≥8公里",), 0.95)), {}),
        (HEADER, ("清淤长度", ("≥8公里", (), 0.9), "清淤长度", ("≥3公里", ("≥8公里",), 0.9)), {"≥3公里": "≥8公里"}),
        (HEADER, ("清淤长度", "", "清淤长度", ("≥3公里", ("",), 0.7)), {}),
        # Columns in another order have no twins.
        (HEADER[:2], ("清淤长度", "≥8公里"), {}),
        (("三级指标", "三级指标", "指标值", "指标值"), ("清淤长度", "清淤长度", "≥8公里", ("≥3公里", ("≥8公里",), 0.7)), {}),
    ],
)  # fmt: skip
def test_a_value_is_taken_from_the_same_indicator_of_the_other_side(
    header: tuple[str, ...], row: tuple[Printed, ...], expected: dict[str, str]
) -> None:
    assert changed(header, row) == expected
    assert changed(("项目名称", "清淤"), header, ("维修水闸", "6处", "维修水闸", "6处"), row) == expected


# --- which tables of a picture are believed -----------------------------------------------------------------------------


def table(*rows: tuple[str, ...], grid: str = "exact", wide: tuple[int, int, int] | None = None) -> Table:
    """Return a table; ``wide`` is row, column and columns of a merged cell."""
    made = tuple(
        Cell(text=text, at=Location(row=r, column=c), column_span=wide[2] if wide and wide[:2] == (r, c) else 1)
        for r, line in enumerate(rows)
        for c, text in enumerate(line)
        if not wide or r != wide[0] or not wide[1] < c < wide[1] + wide[2]
    )
    return Table(cells=made, rows=len(rows), columns=len(rows[0]), at=Location(), grid=grid)  # type: ignore[arg-type]


INDICATORS = (
    ("一级指标", "二级指标", "三级指标", "指标值"),
    ("产出指标", "数量指标", "清淤长度", "≥8公里"),
    ("产出指标", "质量指标", "验收合格率", "100%"),
)


def with_row(*row: str, at: int = 3) -> tuple[tuple[str, ...], ...]:
    return (*INDICATORS[:at], row, *INDICATORS[at:])


@pytest.mark.parametrize(
    ("row", "wide", "expected"),
    [
        (("效益指标", "社会效益指标", "受益农户", "≥900户"), None, []),
        (("效益指标", "社会效益指标 受益农户", "", "≥900户"), None, ["社会效益指标 受益农户"]),
        (("效益指标", "效益指标", "受益农户", "≥900户"), None, []),
        (("效益指标", "续影响指标", "受益农户", "≥900户"), None, ["续影响指标"]),  # the end of 可持续影响指标
        (("效益指标", "级指标", "受益农户", "≥900户"), None, ["级指标"]),
        # A name over the column of values; a line that is signed may be.
        (("效益指标", "社会效益指标", "受益农户", ""), (3, 2, 2), ["受益农户"]),
        (("效益指标", "社会效益指标", "备注", ""), (3, 2, 2), []),
        (("效益指标", "社会效益指标", "填报人：甲", ""), (3, 2, 2), []),
        (("效益指标", "社会效益指标", "", ""), (3, 2, 2), []),
        (("效益指标", "社会效益指标", "≥900户", ""), (3, 1, 2), []),  # over one of them
    ],
)
def test_cells_that_hold_what_forms_print_in_several(
    row: tuple[str, ...], wide: tuple[int, int, int] | None, expected: list[str]
) -> None:
    assert [cell.text for cell in blended(table(*with_row(*row), wide=wide).cells)] == expected


def test_above_the_header_a_cell_may_reach_over_all_columns() -> None:
    rows = (("项目名称", "渠道清淤", "", ""), *INDICATORS)
    assert blended(table(*rows, wide=(0, 1, 3)).cells) == []


@pytest.mark.parametrize(("span", "mixed"), [(1, False), (2, True), (5, True), (6, False)])
def test_a_banner_over_three_times_as_many_columns_is_no_indicator(span: int, mixed: bool) -> None:
    rows = (("三级指标", "指标值", "", "", "", ""), ("清淤长度", "", "", "", "", ""))
    assert bool(blended(table(*rows, wide=(1, 0, span)).cells)) == mixed


def test_a_ruled_table_may_have_two_cells_that_are_wrong_and_a_guessed_one_none() -> None:
    wrong = ("数量指标 清淤长度", "≥8公里")
    for count, exact, guessed in ((0, True, True), (1, True, False), (2, True, False), (3, False, False)):
        rows = (*INDICATORS, *[("产出指标", wrong[0], "长度", wrong[1])] * count)
        assert trustworthy(table(*rows)) == exact
        assert trustworthy(table(*rows, grid="guessed")) == guessed
    # Of many cells two in a hundred.
    for count, exact in ((4, True), (5, False)):
        rows = (*INDICATORS, *[("产出指标", wrong[0], "长度", wrong[1])] * count)
        rows += (("产出指标", "数量指标", "长度", "1"),) * (50 - len(rows))
        assert trustworthy(table(*rows)) == exact


def test_three_levels_in_one_cell_are_a_table_whose_rules_are_lost() -> None:
    two, three = "数量指标质量指标", "数量指标质量指标时效指标"
    assert trustworthy(table(*with_row("产出指标", two, "长度", "1")))
    assert not trustworthy(table(*with_row("产出指标", three, "长度", "1")))
    assert trustworthy(table(*with_row("产出指标", "按" + three + "。" * 60, "长度", "1")))  # prose


@pytest.mark.parametrize(
    ("rows", "believed"),
    [
        (INDICATORS, True),
        (with_row("效益指标", "社会效益指标", "受益农户", ""), False),  # a name without a value
        (with_row("效益指标", "社会效益指标", "", "≥900户"), False),
        (with_row("效益指标", "社会效益指标", "", ""), True),  # a slot
        (with_row("备注", "", "以上均为预计数", ""), True),  # signed
        (with_row("项目名称", "", "渠道清淤", "", at=0), True),  # above the header
        (INDICATORS[1:], False),  # no header for its levels
        (INDICATORS[1:2], True),  # one level may be prose
        ((("三级指标",), ("清淤长度",)), False),  # no values
        ((("指标值", "三级指标"), ("≥8公里", "清淤长度")), False),  # values before names
    ],
)
def test_a_guessed_table_is_believed_where_every_row_is_whole(
    rows: tuple[tuple[str, ...], ...], believed: bool
) -> None:
    assert trustworthy(table(*rows, grid="guessed")) == believed
