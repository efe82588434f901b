"""Whether a form was understood: what its own print says against the way it was read.

A reading that went wrong shows in the result: values that are labels, rows without values, quantities among the
names, indicators read twice. Each sign is a doubt with its reason; enough of them, and nothing the form says is
judged. Measured by ``python -m bench.layouts`` (forms read wrong but called understood, and the other way round).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.forms.above import Head, unread_above
from indicators.forms.leftover import left_behind
from indicators.forms.rows import Row, meaning
from indicators.forms.stages import HEADER, LEVELS
from indicators.records import HORIZONS, Indicator, Note
from indicators.text import squash
from indicators.vocabulary import LEVEL2, horizon_of, level2_inside, operator_word

__all__ = ["Trust", "judge"]

#: Share of the filled rows without a value that no bureau prints: below it, the value column was missed.
_FEW_VALUES = 0.5
#: Share of names that are quantities, or of values that are labels, from which columns were taken for each other.
_MIXED = 0.2
#: Rows from which shares mean something.
_LEAST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Trust:
    """The reading of a form: ``understood``, ``doubtful`` or ``not understood``, and why."""

    reading: str
    doubts: tuple[Note, ...] = ()


def judge(
    rows: Sequence[Row],
    indicators: Sequence[Indicator],
    notes: Sequence[Note],
    *,
    head: Head | None = None,
    in_cell: bool = False,
) -> Trust:
    """Judge the reading of a form.

    Parameters
    ----------
    rows
        Of the form, as printed.
    indicators, notes
        As read.
    head
        What was read above the indicators; ``None`` for a project of a list, which prints it once in its row.
    in_cell
        Whether the indicators stood as text in a cell.
    """
    at = rows[0].at if rows else None
    grave: list[str] = []
    slight: list[str] = []
    filled = [item for item in indicators if not item.empty]
    labels = sum(item.level2 is not None for row in rows for item in row.meanings)
    first = {item.level1 for row in rows for item in row.meanings} - {None}
    if not filled:
        glued = [cell.text for row in rows for cell in row.cells if re.search(r"\d", cell.text)]
        inside = {level for text in glued for level in level2_inside(text)}
        if len(inside) >= 2 or ((labels >= 2 or len(first) >= 2) and any(_looks_filled(row) for row in rows)):
            grave.append("印有指标类别，但没有读出任何指标")
        elif _sets_targets(rows):
            grave.append("印有指标值，但没有读出任何指标")
    else:
        grave.extend(_mixed_columns(filled))
        grave.extend(_lost(rows, indicators))
        slight.extend(left_behind(rows, indicators))
        slight.extend(_one_side(rows, indicators))
        slight.extend(_sides_changed(filled))
        if any(row.table is None or row.table.grid != "exact" for row in rows):
            slight.extend(_nameless(filled))
        slight.extend(_several_values(filled))
        if not in_cell:
            slight.extend(_doubled(filled))
    slight.extend(unread_above(rows, head) if head is not None else _left_out(rows, filled))
    codes = Counter(note.code for note in notes)
    if codes["header-lost"]:
        slight.append("指标区没有表头，按常见版式读取")
    if codes["label-inferred"] + codes["restored-from-twin"] > max(2, len(filled) // 6):
        slight.append("多行的类别或指标值是推断的")
    if codes["level-unknown"]:
        slight.append("有二级指标不是通用类别，其下的指标没有归类")
    if codes["row-unplaced"]:
        slight.append(f"有 {codes['row-unplaced']} 行没有归到任何项目")
    grave_fit, slight_fit = _badly_fitted(filled, codes["stray-cell"])
    grave.extend(grave_fit)
    slight.extend(slight_fit)
    if len(filled) >= _LEAST_ROWS and not any(item.level2 for item in filled) and _heads_level2(rows):
        slight.append("表头印有二级指标一列，没有读出任何类别")
    unplaced = sum(1 for item in filled if not item.level1 and not item.level2)
    if unplaced and unplaced < len(filled) and labels:
        slight.append(f"有 {unplaced} 个指标没有归到任何类别")
    reasons = grave or slight
    reading = "not understood" if grave else ("doubtful" if slight else "understood")
    return Trust(reading, tuple(Note(code="reading-doubt", message=text, at=at) for text in reasons))


#: Signs and figures below the heading that are the targets of a block nobody recognised.
_TARGETS = 3


def _sets_targets(rows: Sequence[Row]) -> bool:
    """Whether rows that belong to no part of the heading print signs and as many figures."""
    texts = [cell.text for row in rows if row.stage in (None, HEADER, LEVELS) for cell in row.cells]
    signs = sum(bool(operator_word(text)) or text.strip()[:1] in tuple("≥≤＞＜><=＝") for text in texts)
    return signs >= _TARGETS and sum(bool(re.search(r"\d", text)) for text in texts) >= _TARGETS


def _left_out(rows: Sequence[Row], filled: Sequence[Indicator]) -> list[str]:
    """Return a doubt where the cells of a project of a list name categories of which nothing was read."""
    texts = [cell.text for row in rows for cell in row.cells if squash(cell.text) not in LEVEL2]
    named = {level for text in texts for level in level2_inside(text)}
    # 成本指标 may be the first level above 经济成本指标.
    missing = named - {item.level2 for item in filled} - {"成本指标"}
    return [f"单元格里写有的类别没有全部读出：{'、'.join(sorted(missing)[:3])}"] if missing else []


#: Share of the rows of the indicator block that gave nothing, from which the block was not understood.
_LOST = 0.2


def _made_of(text: str, used: set[str]) -> bool:
    """Whether a text was read whole, or as several that stand below one another in its cell."""
    return text in used or any(text.startswith(one) and _made_of(text[len(one) :], used) for one in used)


def _lost(rows: Sequence[Row], indicators: Sequence[Indicator]) -> list[str]:
    """Return what the block prints and the reading does not hold: rows, and categories."""
    used = {squash(text) for item in indicators for text in (item.name, item.value) if text}
    known = {item.level2 for item in indicators}
    alone = {item.level1 for item in indicators if not item.level2}  # 成本指标 read as the first level
    in_block = False
    printed = lost = 0
    missing: set[str] = set()
    for row in rows:
        if row.stage == HEADER:
            in_block = True
            continue
        if row.stage is not None and row.stage != LEVELS:
            in_block = False
        if not in_block:
            continue
        labels = {item.level2 for item in row.meanings if item.level2 is not None and item.level1 not in alone}
        texts = [cell for cell, item in zip(row.cells, row.meanings) if not item.level1 and not item.level2]
        if len(texts) < 2:
            continue
        printed += 1
        lost += not any(_made_of(squash(cell.text), used) for cell in texts)
        missing |= labels - known
    found = []
    if printed and lost > _LOST * printed:
        found.append(f"指标区 {printed} 行中有 {lost} 行没有读出指标")
    if len(missing) >= 2 and len(missing) > _LOST * (len(missing) + len(known)):
        found.append(f"印出的类别没有全部读出：{'、'.join(sorted(missing)[:3])}")
    return found


#: Confidence of cells that a fit put where they hardly suit, and shares of indicators made of them.
_HARDLY, _SOME, _MANY = 0.5, 0.05, 0.3
#: Characters of a value cut out of text from which it holds more than one cell.
_LONGEST_CUT = 24
#: The number of a heading amid a value: ≥6四、社会满意度年.
_CHAPTER = re.compile(r".[一二三四五六七八九十]、")


def _badly_fitted(filled: Sequence[Indicator], strays: int) -> tuple[list[str], list[str]]:
    """Return grave and slight doubts of cells whose columns are inferred and suit them badly, or that found none."""
    guessed = [item for item in filled if item.confidence < 1]
    bad = sum(item.confidence <= _HARDLY for item in guessed)
    long = sum(
        (len(item.value) > _LONGEST_CUT and bool(re.search(r"\d", item.value))) or bool(_CHAPTER.search(item.value))
        for item in guessed
    )
    if bad > _MANY * len(filled):
        return [f"{bad} 个指标的单元格与所在列不符"], []
    found = []
    if bad > _SOME * len(filled):
        found.append(f"{bad} 个指标的单元格与所在列不符")
    if long:
        found.append(f"{long} 个指标值夹有别的文字")
    if strays > max(1, len(filled) // 6):
        found.append(f"有 {strays} 个单元格没有归到任何列")
    return [], found


def _one_side(rows: Sequence[Row], indicators: Sequence[Indicator]) -> list[str]:
    """Return a doubt where headers of both sides are printed and indicators of one side only were read."""
    sides = {item.horizon for item in indicators}
    named = {
        horizon_of(cell.text)
        for row in rows
        if row.stage == HEADER
        for cell, item in zip(row.cells, row.meanings)
        if item.header in ("value", "level2", "name") or len(row.cells) == 1
    }
    if {"lifetime", "annual"} <= named and len(sides) == 1:
        return ["表头印有两个期间，只读出一个期间的指标"]
    return []


#: Characters of a name that a value does not hold by chance.
_RETOLD = 4
#: Names of both sides with different quantities from which these say which side is which, and the share that must.
_LEAST_PAIRS, _ALL_BUT = 2, 0.8


def _sides_changed(filled: Sequence[Indicator]) -> list[str]:
    """Return a doubt where the year has more to reach than the whole period: the sides were taken for each other."""
    sides: dict[tuple[str, str], dict[str, Decimal]] = {}
    for item in filled:
        if item.name and item.quantity is not None:
            key = (squash(item.name), item.quantity.unit)
            sides.setdefault(key, {})[item.horizon] = item.quantity.number
    pairs = [(both["lifetime"], both["annual"]) for both in sides.values() if len(both) == 2]
    more = sum(annual > lifetime for lifetime, annual in pairs)
    differing = sum(annual != lifetime for lifetime, annual in pairs)
    if more >= _LEAST_PAIRS and more >= _ALL_BUT * differing:
        return [f"{more} 个指标的年度值大于实施期值，两个期间可能读反"]
    return []


def _nameless(filled: Sequence[Indicator]) -> list[str]:
    """Return doubts on values of inferred rows: without a name the rest of a cell, with it inside two cells."""
    found = sum(bool(item.value) and not item.name for item in filled)
    doubts = [f"{found} 个指标值没有名称"] if found else []
    retold = len({i.name for i in filled if len(i.name) >= _RETOLD and squash(i.name) in squash(i.value)})
    return [*doubts, f"{retold} 个指标值夹有指标名称"] if retold > 1 else doubts


#: Two targets without anything between them: ≤20万元≤15万元, of which each had a line of its own.
_TWO_TARGETS = re.compile(r"([≥≤])\d[^≥≤；;，,、/或且]*\1\d")


def _several_values(filled: Sequence[Indicator]) -> list[str]:
    """Return a doubt on cells that hold the values of several indicators, one on each line."""
    found = sum(bool(_TWO_TARGETS.search(squash(item.value))) for item in filled)
    return [f"{found} 个单元格里不止一个指标值，没有分开"] if found else []


def _heads_level2(rows: Sequence[Row]) -> bool:
    return any(row.stage == HEADER and any(item.header == "level2" for item in row.meanings) for row in rows)


def _looks_filled(row: Row) -> bool:
    """Whether a row prints a level label and text beside it that is no label."""
    texts = [cell for cell, item in zip(row.cells, row.meanings) if not item.label and len(cell.text) >= 4]
    return len(texts) >= 2 and any(item.level2 is not None or item.level1 is not None for item in row.meanings)


def _mixed_columns(filled: Sequence[Indicator]) -> list[str]:
    found: list[str] = []
    count = len(filled)
    if count < _LEAST_ROWS:
        return found
    valued = sum(bool(item.value) for item in filled)
    worded = sum(operator_word(item.value) == "" for item in filled if item.value)
    # A row marked 定性 whose value is blank was left so by the bureau.
    left = sum(not item.value and operator_word(dict(item.attributes).get("operator", "")) == "" for item in filled)
    if valued < _FEW_VALUES * (count - left):
        found.append(f"{count} 个指标中只有 {valued} 个读出指标值")
    if worded > _MIXED * count:
        found.append(f"{worded} 个指标值只是“定性”“正向”一类的说明")
    names = sum(not item.name or _is_quantity(item.name) for item in filled)
    if names > _MIXED * count:
        found.append(f"{names} 个指标没有读出名称，或名称是数量")
    for side in HORIZONS:
        own = [squash(item.name) for item in filled if item.horizon == side and item.name]
        alike = max(Counter(own).values(), default=0)
        if alike >= _LEAST_ROWS and 2 * alike > len(own):
            found.append(f"{alike} 个指标同名")
    labelled = sum(bool(item.value) and meaning(item.value).level2 is not None for item in filled)
    labelled += sum(bool(item.name) and meaning(item.name).header is not None and len(item.name) > 2 for item in filled)
    if labelled > _MIXED * count:
        found.append(f"{labelled} 个指标的名称或指标值是表头或类别")
    return found


def _doubled(filled: Sequence[Indicator]) -> list[str]:
    rows = Counter((item.horizon, item.level2, squash(item.name), squash(item.value)) for item in filled)
    twice = sum(number - 1 for number in rows.values() if number > 1)
    return [f"有 {twice} 个指标读出两遍"] if twice > max(1, len(filled) // 8) else []


#: A number with its unit and nothing else: ≥95%, 144144元; 2022年发放工资 is a name.
_BARE = re.compile(r"[≥≤><=＝＞＜约]*\d[\d.,]*(?:%|‰|[^\W\d]{0,3})")


def _is_quantity(text: str) -> bool:
    return _BARE.fullmatch(squash(text)) is not None
