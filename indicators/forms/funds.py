"""Read the fund block: amounts by side and source, in the printed unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from indicators.forms.fund_amounts import (
    KIND_OF_FISCAL,
    Told,
    parse_amount,
    parted,
    plain_amount,
    several_sources,
    source_of,
    sources_within,
)
from indicators.forms.fund_parts import Lines, could_be_source, names_nature, parts_named, settled, without_costs
from indicators.forms.rows import NO_MEANING, Meaning, Row
from indicators.money import MONEY_UNIT, PRINTED, in_unit, number_of
from indicators.records import HORIZONS, Cell, FundLine, Horizon, Note
from indicators.text import squash
from indicators.vocabulary import block_label, is_sum, likely_fund, names_money, period_alone, period_of

__all__ = ["heads_funds", "holds_fund", "mark_funds", "read_funds"]

_ONE = re.compile(rf"(?:其中[:：])?([^\d:：]{{2,16}})[:：]\s*-?{PRINTED}\s*(?:{MONEY_UNIT}|万)?")


def mark_funds(row: Row) -> bool:
    """Take labels that nobody knew for funds where an amount stands right beside them; return whether one was.

    ``年度投入 | 518`` and ``预算安排（万元） | 980`` name funds in the heading or the fund block, not elsewhere.
    """
    found = False
    for number, cell in enumerate(row.cells):
        one = _ONE.fullmatch(cell.text) if row.meanings[number].fund is None else None
        fund = likely_fund(one.group(1)) if one is not None else None
        if one is not None and number and names_money(row.cells[0].text) and (side := period_alone(one.group(1))):
            fund = ("total", side)  # 预算金额（元） | 实施周期：480 | 其中：当年度：160
        if fund is not None:
            row.meanings[number] = Meaning(fund=fund)  # 县级：100
            found = True
    among = holds_fund(row)
    for number, cell in enumerate(row.cells[:-1]):
        item = row.meanings[number]
        # 财政支出责任（万元） | 2022—2024年合计 | 5,430 | 其中：2022年度 | 1,720
        side = period_alone(cell.text) if number and names_money(row.cells[0].text) else None
        if (
            item.fund is not None
            or (item.field is not None and side is None)
            or item.header in ("level1", "level2", "name")
        ):
            continue
        amount = parse_amount(row.cells[number + 1].text)
        if amount is None or parse_amount(cell.text) is not None or not plain_amount(row.cells[number + 1].text):
            continue
        fund = likely_fund(cell.text, among)
        if fund is None and number and block_label(cell.text):
            fund = ("total", None)
        if side is not None:
            fund = ("total", side)
        if fund is not None:
            row.meanings[number] = Meaning(fund=fund)
            found = True
    return found


def holds_fund(row: Row) -> bool:
    """Whether a row of the heading holds a fund: its label right before its amount."""
    return any(
        item.fund is not None and parse_amount(cell.text) is not None for item, cell in zip(row.meanings, row.cells[1:])
    )


def heads_funds(row: Row) -> bool:
    """Whether a row of the heading names columns of amounts, which a sum below may fill: 预算金额 | 其中：财政拨款."""
    named = {item.fund[0] for item in row.meanings if item.fund is not None}
    return "total" in named and len(named) > 1 and all(parse_amount(cell.text) is None for cell in row.cells)


#: The rest of a wrapped label is short: 市县（区）财政资 / 金.
_LONGEST_REST = 6


class _Label:
    """A fund label of the block with the side it was given."""

    __slots__ = ("cell", "horizon", "row", "source")

    def __init__(self, source: str, horizon: Horizon, cell: Cell, row: int) -> None:
        self.source = source
        self.horizon = horizon
        self.cell = cell
        self.row = row


class _Head:
    """A fund label that heads a column of amounts."""

    __slots__ = ("cell", "side", "source")

    def __init__(self, cell: Cell, source: str, side: str | None) -> None:
        self.cell = cell
        self.source = source
        self.side = side

    @property
    def horizon(self) -> Horizon:
        return "lifetime" if self.side == "lifetime" else "annual"


def _sides(rows: list[Row]) -> list[tuple[int, Horizon]]:
    """Return ``(column, horizon)`` of the total labels that name their side, by column."""
    anchors: dict[Horizon, int] = {}
    for row in rows:
        for cell, item in zip(row.cells, row.meanings):
            if item.fund is not None and item.fund[0] == "total" and item.fund[1] is not None:
                horizon: Horizon = "lifetime" if item.fund[1] == "lifetime" else "annual"
                anchors.setdefault(horizon, cell.at.column or 0)
    return sorted((column, horizon) for horizon, column in anchors.items())


def _one_column_of_sources(rows: list[Row]) -> bool:
    """Whether a ruled fund block prints its sources once although two totals stand above them."""
    sources = 0
    for row in rows:
        labels = [item.fund for item in row.meanings if item.fund is not None]
        if row.table is None or row.table.grid != "exact" or sum(named is None for _, named in labels) > 1:
            return False
        sources += any(named is None for _, named in labels)
    return sources >= 2


def _of_one_total(rows: list[Row]) -> bool:
    """Whether the block prints one total and no more: its sources are of that side, however many stand in a row."""
    totals = {
        id(cell) for row in rows for cell, item in zip(row.cells, row.meanings) if item.fund and item.fund[0] == "total"
    }
    return len(totals) == 1


def _horizon(anchors: list[tuple[int, Horizon]], order: int, count: int, column: int) -> Horizon:
    """Return the side of a label that does not name it: by its order in the row, else by its column."""
    if not anchors:
        return "annual" if count < 2 else HORIZONS[min(order, 1)]
    if len(anchors) == 1:
        return anchors[0][1] if count < 2 else HORIZONS[min(order, 1)]
    if count >= 2:
        return anchors[min(order, 1)][1]
    return min(anchors, key=lambda item: abs(item[0] - column))[1]


def read_funds(rows: list[Row], unit: str) -> tuple[tuple[FundLine, ...], list[Note]]:
    """Read every fund cell of the rows of the block.

    Parameters
    ----------
    rows
        Rows from the first to the last fund label.
    unit
        Unit of the block; a unit printed inside a cell overrides it for that cell.

    Returns
    -------
    tuple
        Fund lines in printing order (first of each side and source kept), and notes on repairs.
    """
    for row in rows:
        if len(row.cells) > 1 and row.cells[0].row_span > 1 and row.meanings[0].fund and row.meanings[1].fund:
            # 预算金额（千元） beside all its rows names the block.
            row.meanings[0] = NO_MEANING
    split = [parted(row) for row in rows]
    rows = [row for row, _ in split]
    of_cells = {id(row) for row, shared in split if shared}
    parts_named(rows)
    rows = without_costs(rows, {id(row): _amounts_of(row) for row in rows})
    anchors = _sides(rows)
    if len(anchors) == 2 and _one_column_of_sources(rows):
        # 项目总预算 | 项目当年预算 in one row, the sources below once: they are those of the year applied for.
        anchors = [(column, "annual") for column, horizon in anchors if horizon == "annual"]
    lines = Lines(unit)
    lines.of_one_total = _of_one_total(rows)
    notes: list[Note] = []
    pending: list[_Label] = []
    heads: list[_Head] = []
    for number, row in enumerate(rows):
        if heads and _by_matrix(row, heads, lines, unit):
            pending = []
            continue
        heads = _heads(row) or heads
        labels = [i for i, item in enumerate(row.meanings) if item.fund is not None]
        amounts = [(i, _amount(cell)) for i, cell in enumerate(row.cells) if i not in labels]
        found = [(row.cells[i], amount) for i, amount in amounts if amount]
        several = several_sources(row)
        if several and not found and (not labels or len({id(item.cell) for item in several}) < len(several)):
            # 年度预算 | 资金总额：68.5 其他资金：0: the label before the cell says whose amounts they are.
            _read_several(several, _side_named(row), lines)
            continue
        if not labels:
            others = [row.cells[i].text for i, amount in amounts if amount is None]
            wrapped = pending and max(map(len, others), default=0) <= _LONGEST_REST
            if not wrapped and _read_unknown(row, anchors, lines):
                pending = []
                continue
            if max(map(len, others), default=0) > _LONGEST_REST:
                # 任务名称 | 主要内容 | amounts: a row of its own, not the rest of labels that wrap.
                pending = []
                continue
            _continue(pending, found, lines, unit, notes)
            pending = []
            continue
        pending = _read_row(row, number, labels, anchors, lines, unit, id(row) in of_cells)
    whole, unread = settled(
        {(line.horizon, line.source): line for line in _kinds_added(lines)}, lines.parts, lines.rest
    )
    return tuple(whole), [*notes, *unread]


def _side_named(row: Row) -> str | None:
    return next((fund[1] for item in row.meanings if (fund := item.fund) and fund[1]), None)


def _read_several(several: list[Told], before: str | None, lines: Lines) -> None:
    """Take the sources of cells; behind a total that names its side they are of that side, up to the next one."""
    named, last = before, None
    for source, side, amount, words, cell in several:
        named = side or (named if cell is last else before)
        last = cell
        lines.add("lifetime" if named == "lifetime" else "annual", source, amount, words, cell)


def _amount(cell: Cell) -> tuple[Decimal, str] | None:
    """Return the amount of a cell, unless its own label says what it is spent on: 项目支出：761.00."""
    return None if names_nature(cell.text) else parse_amount(cell.text)


def _amounts_of(row: Row) -> list[int]:
    """Return the places of the cells of a row that are amounts."""
    return [
        place for place, (cell, item) in enumerate(zip(row.cells, row.meanings))
        if item.fund is None and parse_amount(cell.text) is not None
    ]  # fmt: skip


def _unknown_pairs(row: Row) -> list[int]:
    """Return the places of labels nobody knows, right before an amount: 垃圾处理费收入安排 | 400."""
    return [
        place for place in range(len(row.cells) - 1)
        if row.meanings[place] is NO_MEANING and parse_amount(row.cells[place].text) is None
        and row.meanings[place + 1].fund is None and plain_amount(row.cells[place + 1].text)
        and could_be_source(row.cells[place].text)
    ]  # fmt: skip


def _read_unknown(row: Row, anchors: list[tuple[int, Horizon]], lines: Lines) -> bool:
    """Keep the amounts of a row of the block without a known label, set as the rows of the sources are."""
    places = [
        place for place in _unknown_pairs(row) if _in_columns(lines, row, place)
    ]  # fmt: skip
    alike = len({squash(row.cells[place].text) for place in places}) < len(places)
    for order, place in enumerate(places):
        cell = row.cells[place]
        horizon = _horizon(anchors, order, len(places) if alike else 1, cell.at.column or 0)
        _keep_part(lines, horizon, row, place)
    return bool(places)


def _in_columns(lines: Lines, row: Row, place: int) -> bool:
    return (row.cells[place].at.column, row.cells[place + 1].at.column) in lines.columns


def _keep_part(lines: Lines, horizon: Horizon, row: Row, place: int) -> None:
    amount = parse_amount(row.cells[place + 1].text)
    if amount is not None:
        lines.add(horizon, "", amount, row.cells[place].text, row.cells[place + 1])


def _kinds_added(lines: dict[tuple[str, str], FundLine]) -> Iterator[FundLine]:
    """Give the kinds of 财政拨款 as one line: their sum, unless the whole is printed as well."""
    for (horizon, source), line in lines.items():
        if not KIND_OF_FISCAL.fullmatch(source):
            yield line
            continue
        kinds = [other for key, other in lines.items() if key[0] == horizon and KIND_OF_FISCAL.fullmatch(key[1])]
        if (horizon, "fiscal") in lines or line is not kinds[0]:
            continue
        known = [in_unit(kind.amount, kind.unit, line.unit) for kind in kinds if kind.amount is not None]
        amount = sum((amount for amount in known if amount is not None), Decimal(0)) if known else None
        yield replace(line, source="fiscal", amount=amount)


def _read_row(
    row: Row,
    number: int,
    labels: list[int],
    anchors: list[tuple[int, Horizon]],
    lines: Lines,
    unit: str,
    by_cell: bool,
) -> list[_Label]:
    pending: list[_Label] = []
    periods = {one: side for one, other in pairwise(labels) if (side := _period_beside(row, one, other))}
    labels = [index for index in labels if index - 1 not in periods]
    columns = sorted({row.cells[index].at.column or 0 for index in labels})
    # 合计 | 中央 | 省级 side by side: sources of one side, where two sides print each source twice.
    unlike = len({row.meanings[index].fund for index in labels}) == len(labels) >= 2
    unknown = _unknown_pairs(row)
    horizon: Horizon = "annual"
    for place in unknown:
        if place < labels[0] and _in_columns(lines, row, place):
            _keep_part(lines, _horizon(anchors, 0, 1, row.cells[place].at.column or 0), row, place)
    for order, index in enumerate(labels):
        cell = row.cells[index]
        source, named = row.meanings[index].fund or ("", None)
        source, named = source_of(cell.text, source), named or periods.get(index)
        if named is None and source == "total" and [side for _, side in anchors] == ["annual"]:
            # 资金总额 beside 当年资金总额: that of the whole project.
            horizon = "lifetime"
        elif named is not None:
            horizon = "lifetime" if named == "lifetime" else "annual"
        else:
            among = 1 if lines.of_one_total or (unlike and len(anchors) < 2) else len(labels)
            column = cell.at.column or 0
            horizon = _horizon(anchors, columns.index(column) if by_cell else order, among, column)
        end = labels[order + 1] if order + 1 < len(labels) else len(row.cells)
        found = None
        for candidate in row.cells[index + 1 : end]:
            found = _amount(candidate)
            if found is not None:
                lines.columns.add((cell.at.column, candidate.at.column))
                lines.take(horizon, source, found, cell.text, candidate)
                for part, label, of_part in sources_within(candidate.text, unit) if source == "total" else ():
                    lines.add(horizon, part, of_part, label, candidate)
                break
        for place in unknown:
            if index < place < end:
                _keep_part(lines, horizon, row, place)
        if found is None:
            inline = _inline(cell.text)
            if inline is not None:
                lines.take(horizon, source, inline, cell.text, cell)
                continue
            key = (horizon, source)
            if key not in lines:
                lines[key] = FundLine(horizon=horizon, source=source, amount=None, unit=unit, at=cell.at)
                pending.append(_Label(source, horizon, cell, number))
    return pending


def _period_beside(row: Row, one: int, other: int) -> str | None:
    """Return the side that a label right behind another tells of its amount: 其他资金 | 全年预算数 | 20."""
    fund, behind = row.meanings[one].fund, row.meanings[other].fund
    cell, after = row.cells[one], row.cells[other]
    if row.table is None or row.table.grid != "exact" or other != one + 1 or fund is None or behind is None:
        return None
    beside = (cell.at.column or 0) + cell.column_span == after.at.column
    return behind[1] if beside and behind[0] == "total" and fund[1] is None and _inline(cell.text) is None else None


_INLINE = re.compile(rf"[:：]\s*(-?{PRINTED})\s*({MONEY_UNIT})?$")


def _inline(text: str) -> tuple[Decimal, str] | None:
    """Amount printed in the label's own cell: 年度资金总额：100万元."""
    match = _INLINE.search(text)
    if match is None:
        return None
    return number_of(match.group(1)), match.group(2) or ""


def _heads(row: Row) -> list[_Head]:
    """Return the heads of columns of amounts: the fund labels of a row without amounts (合计 | 中央 | 省级)."""
    if any(parse_amount(cell.text) is not None for cell in row.cells):
        return []
    found = []
    known = any(item.fund is not None for item in row.meanings)
    for number, (cell, item) in enumerate(zip(row.cells, row.meanings)):
        fund = item.fund or (("total", None) if number and is_sum(cell.text) else None)
        if fund is None and number and names_money(row.cells[0].text) and (side := period_alone(cell.text)):
            fund = ("total", side)  # 资金情况（万元） | 实施期 | 年度
        if fund is None and known and number and item.field is None:
            fund = likely_fund(cell.text)  # 总额 | 中央 | 省级 | 自有资金
        if fund is not None:
            found.append(_Head(cell, *fund))
    return found


def _head_of(heads: list[_Head], cell: Cell, placed: bool) -> _Head | None:
    column = cell.at.column or 0
    for head in heads:
        first = head.cell.at.column or 0
        if first == column or (placed and first <= column < first + head.cell.column_span):
            return head
    return None


def _by_matrix(row: Row, heads: list[_Head], lines: Lines, unit: str) -> bool:
    """Read a row of a table of amounts: what stands left of an amount and what heads its column name it together.

    实施期 | 10 | 8 | 2 below 合计 | 财政 | 其他, or 中央 | 10 | 8 below 实施期资金总额 | 年度资金总额.
    """
    placed = row.table is not None and row.table.grid != "ragged"
    met: list[tuple[Cell, tuple[Decimal, str], _Head, tuple[str, str | None] | None]] = []
    left: tuple[str, str | None] | None = None
    label = ""
    for cell, item in zip(row.cells, row.meanings):
        amount = parse_amount(cell.text) if item.fund is None else None
        if amount is None:
            if item.fund is not None:
                left, label = item.fund, cell.text
            elif (period := period_of(cell.text)) is not None:
                left = ("total", period)
            continue
        head = _head_of(heads, cell, placed)
        if head is not None:
            met.append((cell, amount, head, left))
    if not met or (len(met) == 1 and met[0][3] is None):
        return False
    if any(named and named[0] != "total" and head.source not in ("total", named[0]) for _, _, head, named in met):
        # A source beside the amount and another above it: rows of labels and amounts, not a table of amounts.
        return False
    others = [cell for cell in row.cells if parse_amount(cell.text) is None and not block_label(cell.text)]
    if others and all(named is None for *_, named in met):
        # 灌溉 | 维修渠道和闸门 | 7.00 | 6.00: a task of a department with its amounts, no fund of the form.
        return True
    for head in heads:
        known = lines.get((head.horizon, head.source))
        if known is not None and known.amount is None:
            del lines[head.horizon, head.source]
    for cell, amount, head, named in met:
        source, side = head.source, head.side
        if named is not None:
            source = head.source if head.source != "total" else named[0]
            side = named[1] or head.side
        horizon: Horizon = "lifetime" if side == "lifetime" else "annual"
        lines.take(horizon, source, amount, label if named is not None else head.cell.text, cell)
    return True


def _continue(
    pending: list[_Label],
    amounts: list[tuple[Cell, tuple[Decimal, str]]],
    lines: Lines,
    unit: str,
    notes: list[Note],
) -> None:
    """Give amounts of a row without labels to the labels above that stayed blank (a wrapped label)."""
    if not pending or not amounts or len(amounts) > len(pending):
        return
    for label, (cell, found) in zip(pending, amounts):
        lines[(label.horizon, label.source)] = FundLine(
            horizon=label.horizon,
            source=label.source,
            amount=found[0],
            unit=found[1] or unit,
            at=cell.at,
            text=cell.text,
        )
        notes.append(Note(code="fund-label-wrapped", message=f"“{label.cell.text}”折行，金额取自下一行", at=cell.at))
