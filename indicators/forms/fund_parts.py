"""Which amounts of a fund block are parts of its total, by what they sum up to.

A label nobody listed (垃圾处理费收入安排, 社会捐赠) before an amount may name a source, a use of the money or a part of
a part; two labels of one kind (市级财政资金, 区级配套) may stand beside each other or one within the other. The total
decides: what makes it whole is a source. What does not is said to be unread, so that nothing is proved by the sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from indicators.forms.rows import NO_MEANING, Meaning, Row
from indicators.money import in_unit, sums_of_sources
from indicators.records import HORIZONS, Cell, FundLine, Horizon, Location, Note
from indicators.text import squash
from indicators.vocabulary import block_label, giver, is_sum, level_of_government, names_no_money

__all__ = ["Lines", "could_be_source", "names_nature", "parts_named", "settled", "without_costs"]

#: Characters of the longest label of a source, and amounts that are tried together at most.
_LONGEST, _MOST = 20, 8
_CENT = Decimal("0.01")


class Part(NamedTuple):
    """An amount of the block that has no line yet; ``source`` is ``""`` where its label does not tell who gives it."""

    horizon: Horizon
    source: str
    amount: Decimal
    unit: str
    label: str
    at: Location
    text: str


_OTHER = re.compile("其[他它]")


class Lines(dict[tuple[str, str], FundLine]):
    """Fund lines by side and source, and the amounts of the block that found none."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit
        #: Whether the block prints one total, so that all its sources are of one side.
        self.of_one_total = False
        self.parts: list[Part] = []
        #: Columns of the labels and their amounts.
        self.columns: set[tuple[int | None, int | None]] = set()
        self._labels: dict[tuple[str, str], str] = {}

    def take(self, horizon: Horizon, source: str, found: tuple[Decimal, str], label: str, cell: Cell) -> None:
        """Give a source its first amount, and keep a further one of another size.

        What the form calls 其他资金 itself is that line, not 专项债券 above it.
        """
        key = (horizon, source)
        known = self.get(key)
        line = FundLine(
            horizon=horizon, source=source, amount=found[0], unit=found[1] or self.unit, at=cell.at, text=cell.text
        )
        if known is None or known.amount is None:
            self[key] = line
            self._labels[key] = label
            return
        if source == "total" or in_unit(found[0], line.unit, known.unit) == known.amount:
            return
        before = self._labels.get(key, "")
        if source == "other" and not _OTHER.search(before) and _OTHER.search(label):
            self.parts.append(Part(horizon, "", known.amount, known.unit, before, known.at, known.text))
            self[key] = line
            self._labels[key] = label
            return
        self.keep(horizon, "" if source == "other" and _OTHER.search(before) else source, found, label, cell)

    @property
    def rest(self) -> set[str]:
        """Sides for which the form prints 其他资金 itself, so that nothing is added to it."""
        return {side for (side, source), label in self._labels.items() if source == "other" and _OTHER.search(label)}

    def add(self, horizon: Horizon, source: str, found: tuple[Decimal, str], label: str, cell: Cell) -> None:
        """Take the amount of a source; where the whole label is not known, the total decides whether it is one."""
        if source:
            self.take(horizon, source, found, label, cell)
        else:
            self.keep(horizon, giver(label), found, label, cell)

    def keep(self, horizon: Horizon, source: str, found: tuple[Decimal, str], label: str, cell: Cell) -> None:
        """Keep an amount whose label is unknown, or stands for a source that has its line."""
        self.parts.append(Part(horizon, source, found[0], found[1] or self.unit, label, cell.at, cell.text))


#: What money is spent on, the other way to part a total: 按支出性质分：其中：基本支出 1625.75，项目支出 761.00.
_NATURE = re.compile("(?:其中[:：]?)?(?:(?:基本|项目)支出|(?:人员|公用|日常公用)(?:支出|经费))(?:[:：]|$)")


def names_nature(text: str) -> bool:
    """Whether a text begins with what money is spent on: 其中：基本支出：1625.75."""
    return _NATURE.match(squash(text)) is not None


def could_be_source(text: str) -> bool:
    """Whether a text before an amount within a fund block can name where the money comes from."""
    key = squash(text)
    if names_nature(key):
        return False
    if not 2 <= len(key) <= _LONGEST or re.search(r"[。；;，×*%]|^[\d.,]+$", key) or names_no_money(key):
        return False
    return not block_label(text)


def parts_named(rows: Sequence[Row]) -> None:
    """Take totals of one level of government for sources where the block prints one of all for their side.

    本级预算金额 beside 年度预算总额; 年度本级预算金额 beside 项目总金额 is what the project has this year.
    """
    totals = [
        (row, place, level_of_government(row.cells[place].text))
        for row in rows
        for place, item in enumerate(row.meanings)
        if item.fund is not None and item.fund[0] == "total"
    ]
    sides = {fund[1] for row, place, level in totals if level is None and (fund := row.meanings[place].fund)}
    for row, place, level in totals:
        named = row.meanings[place].fund
        if level is not None and named is not None and (sides & {None, named[1]} or (sides and named[1] is None)):
            row.meanings[place] = Meaning(fund=(level, named[1]))


def without_costs(rows: list[Row], amounts: dict[int, list[int]]) -> list[Row]:
    """Return the rows without tables of what the money is spent on: 支出内容 | 测算公式 | 金额 below the total.

    Parameters
    ----------
    rows
        Of the block.
    amounts
        Places of the cells that are amounts, by the identity of the row.
    """
    out: list[Row] = []
    total = False
    place = 0
    while place < len(rows):
        row = rows[place]
        stop = _end_of_costs(rows, place, amounts) if total and not amounts[id(row)] else place
        if stop > place:
            place = stop
            continue
        total = total or (
            bool(amounts[id(row)]) and any(item.fund and item.fund[0] == "total" for item in row.meanings)
        )
        out.append(row)
        place += 1
    return out


def _end_of_costs(rows: list[Row], place: int, amounts: dict[int, list[int]]) -> int:
    """Return the place behind a table headed by one word for an amount, none of whose rows names a source."""
    head = rows[place]
    named = [cell.at.column for cell, item in zip(head.cells, head.meanings) if item.fund is not None]
    if len(head.cells) < 2 or len(named) != 1 or not all(_heads(item) for item in head.meanings):
        return place
    stop = place + 1
    while stop < len(rows) and any(
        rows[stop].cells[number].at.column == named[0] for number in amounts[id(rows[stop])]
    ):
        for cell, item in zip(rows[stop].cells, rows[stop].meanings):
            if item.fund is not None and not is_sum(cell.text):
                return place
        stop += 1
    return stop if stop > place + 1 else place


def _heads(item: Meaning) -> bool:
    return item is NO_MEANING or item.header is not None or (item.fund is not None and item.fund[0] == "total")


def settled(
    lines: dict[tuple[str, str], FundLine], parts: Sequence[Part], rest: Set[str] = frozenset()
) -> tuple[list[FundLine], list[Note]]:
    """Return the lines with the parts that make their totals whole, and notes on those that stay unread.

    Parameters
    ----------
    lines
        By side and source.
    parts
        Amounts that found no line.
    rest
        Sides for which the form prints 其他资金 itself.
    """
    found = dict(lines)
    notes: list[Note] = []
    for horizon in HORIZONS:
        own = [part for part in parts if part.horizon == horizon and part.amount]
        if not own:
            continue
        chosen = _making_whole(found, own, horizon)
        if chosen is None:
            notes.extend(_unread(part) for part in own)
            continue
        # A source without a known name belongs to 其他资金, unless the form prints that for itself.
        unnamed = (
            "further" if (horizon, "other") in found or any(part.source == "other" for part in chosen) else "other"
        )
        for part in chosen:
            source = "further" if part.source == "other" and horizon in rest else part.source or unnamed
            known = found.get((horizon, source))
            amount = in_unit(part.amount, part.unit, known.unit) if known is not None else part.amount
            if known is None or known.amount is None or amount is None:
                line = FundLine(horizon=horizon, source=source, amount=part.amount, unit=part.unit, at=part.at)
                found[horizon, source] = replace(line, text=part.text)
            else:
                found[horizon, source] = replace(known, amount=known.amount + amount)
    return list(found.values()), notes


def _unread(part: Part) -> Note:
    message = f"“{part.label}”的金额没有归到资金来源，资金合计请核对原件"
    return Note(code="amount-unread", message=message, at=part.at)


def _making_whole(
    lines: dict[tuple[str, str], FundLine], parts: Sequence[Part], horizon: Horizon
) -> Sequence[Part] | None:
    """Return the parts that make the total of a side whole, ``None`` where no choice of them does."""
    total = lines.get((horizon, "total"))
    if total is None or total.amount is None:
        return None
    known = {
        source: amount
        for (side, source), line in lines.items()
        if side == horizon and source != "total" and line.amount is not None
        and (amount := in_unit(line.amount, line.unit, total.unit)) is not None
    }  # fmt: skip
    for chosen in _choices(parts[:_MOST]):
        sources = dict(known)
        for part in chosen:
            amount = in_unit(part.amount, part.unit, total.unit)
            if amount is None:
                return None
            source = part.source or "further"
            sources[source] = sources.get(source, Decimal(0)) + amount
        slack = _CENT * max(1, len(sources) + len(chosen))
        if any(sources.values()) and any(abs(total.amount - made) <= slack for made in sums_of_sources(sources)):
            return chosen
    return None


def _choices(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """Yield no parts, all, and then ever fewer of them."""
    yield ()
    for size in range(len(parts), 0, -1):
        yield from combinations(parts, size)
