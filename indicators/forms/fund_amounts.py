"""Read amounts, and the sources that a text names with them: 9.6万元（县级财政拨款8万元、社会捐赠1.6万元）."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from indicators.forms.fund_parts import could_be_source
from indicators.forms.rows import NO_MEANING, PARTS, Meaning, Row
from indicators.money import MONEY_UNIT, PRINTED, in_unit, number_of
from indicators.records import Cell
from indicators.text import squash
from indicators.vocabulary import fund_label, likely_fund

__all__ = [
    "KIND_OF_FISCAL", "Told", "fund_unit", "likely_unit", "names_unit", "parse_amount", "parted", "plain_amount",
    "several_sources", "source_of", "sources_within",
]  # fmt: skip

#: 854万(检测400万元,加固454万元): the amount and what it is made of.
_AMOUNT = re.compile(rf"^[^\d(（-]{{0,6}}?[(（]?(-?{PRINTED})[)）]?({MONEY_UNIT}|万)?(?:[(（].*[)）])?$")
#: 72.4万元，其中县级财政60万元: the amount, and a source among it.
_WITH_PARTS = re.compile(rf"(-?{PRINTED})({MONEY_UNIT}|万)?[,，;；]?其中.*")
_UNIT = re.compile(
    rf"[(（\[](?:金额)?(?:单位)?[:：]?(?:人民币)?({MONEY_UNIT})[)）\]]|单位[:：](?:人民币)?({MONEY_UNIT})"
    rf"|(?:资金|预算|金额|总额|合计|来源|情况|拨款|经费|投资)[,，/、](?:单位[:：])?({MONEY_UNIT})$"
)
#: From this amount on, a project whose form prints no unit counts in 元: 十万万元 is no project's budget.
_PLAIN_YUAN = 100_000


@lru_cache(maxsize=16384)
def parse_amount(text: str) -> tuple[Decimal, str] | None:
    """Return ``(number, unit printed in the cell or "")`` of a money cell, ``None`` where it holds none.

    A label's wrapped end glued to the number (金300,000) is passed over.
    """
    key = squash(text)
    match = _AMOUNT.match(key) or _WITH_PARTS.fullmatch(key)
    if match is None:
        return None
    unit = match.group(2) or ""
    return number_of(match.group(1)), "万元" if unit == "万" else unit


def fund_unit(rows: list[Row]) -> str:
    """Return the unit printed in the labels of the fund block or a caption, ``""`` where none is."""
    for row in rows:
        for cell in row.cells:
            if len(cell.text) <= 40 and (match := _UNIT.search(squash(cell.text))):
                return next(unit for unit in match.groups() if unit)
    return ""


_UNIT_CELL = re.compile(rf"[(\[]?(?:金额|计量|货币)?单位[:：](?:人民币)?{MONEY_UNIT}[)\]]?")


def names_unit(text: str) -> bool:
    """Whether a cell only names the unit of the amounts: 单位：万元."""
    return _UNIT_CELL.fullmatch(squash(text)) is not None


def likely_unit(rows: list[Row]) -> str:
    """Return the unit that the size of the amounts speaks for, where none is printed."""
    amounts = [found[0] for row in rows for cell in row.cells if (found := parse_amount(cell.text)) is not None]
    return "元" if any(abs(amount) >= _PLAIN_YUAN for amount in amounts) else "万元"


_PLAIN = re.compile(rf"-?{PRINTED}(?:{MONEY_UNIT}|万)?{PARTS}?")


_YEAR = re.compile(r"20[0-9]{2}")


def plain_amount(text: str) -> bool:
    """Whether a cell is an amount and no year, date or count: 2025年, 12个月 are none."""
    key = squash(text)
    return _PLAIN.fullmatch(key) is not None and not _YEAR.fullmatch(key)


#: 财政拨款 by the fund it comes from.
KIND_OF_FISCAL = re.compile("一般公共预算|政府性基金|国有资本")


def source_of(label: str, source: str) -> str:
    """Return the source of a label, for 财政拨款 the kind of fund where the label names one."""
    kind = KIND_OF_FISCAL.search(squash(label)) if source == "fiscal" else None
    return kind.group() if kind else source


#: 财政拨款：250, or with its unit and no colon: 县级资金 371.00 万元.
_EACH = re.compile(
    rf"([^\d:：,，;；。]{{2,16}}?)(?:[:：]\s*(-?{PRINTED})\s*({MONEY_UNIT}|万)?|\s*(?<!\d)({PRINTED})\s*({MONEY_UNIT}))"
)


_FIGURE = re.compile("[0-9]")
#: What stands before the name of a source in a sentence.
_BEFORE_SOURCE = re.compile("^[(（、\\s]*(?:其中[:：]?)?|^[和与及]")
#: Characters of the longest cell with all sources of both sides.
_LONGEST_SOURCES = 600
#: Characters of the longest cell with one source and its amount.
_LONGEST_ALONE = 32


class Told(NamedTuple):
    """A source that a cell tells of among others, its amount and the words it goes by."""

    source: str
    side: str | None
    amount: tuple[Decimal, str]
    words: str
    cell: Cell


def several_sources(row: Row) -> list[Told]:
    """Read the sources printed in one cell: 资金总额: 250 一、预算资金:250 二、自有资金:0 (湖南).

    Beside a source with a known name, one without is told as ``""``: 24万元（区级财政资金18万元、社会捐赠6万元）.
    """
    found = []
    known: set[str] = set()
    for cell in row.cells:
        if len(cell.text) > _LONGEST_SOURCES or not _FIGURE.search(cell.text):
            continue
        for match in _EACH.finditer(cell.text):
            words = _BEFORE_SOURCE.sub("", match.group(1)).strip()
            label = fund_label(words) or likely_fund(words)
            number, unit = match.group(2, 3) if match.group(2) else match.group(4, 5)
            amount = parse_amount(number + (unit or ""))
            if amount is None or (label is None and not could_be_source(words)):
                continue
            source, side = (source_of(words, label[0]), label[1]) if label is not None else ("", None)
            known |= {source} - {"", "total"}
            found.append(Told(source, side, amount, words, cell))
    named = [item for item in found if item.source]
    if len(named) < 2:
        return []
    return found if known else named


#: One of several sources of a cell, parted from the next: 上年结转资金 20；自有资金：100.
_ONE_OF = re.compile(
    rf"(?:其中[:：]?)?\s*([^\d:：,，;；。]{{2,16}}?)\s*[:：]?\s*(-?{PRINTED}\s*(?:{MONEY_UNIT}|万)?)\s*(?:[;；、,，/\n]\s*|\s+(?=\D)|$)"
)


def parted(row: Row) -> tuple[Row, bool]:
    """Return a row with a label and an amount for each of several sources that share a cell, and whether one did.

    So are those parted that fill a cell each, where several do: 资金构成 | 中央 20.00 | 省级 30.00.
    """
    cells: list[Cell] = []
    meanings = []
    single = [_one_alone(cell) if item is NO_MEANING else [] for cell, item in zip(row.cells, row.meanings)]
    each = sum(map(bool, single)) > 1
    for cell, item, alone in zip(row.cells, row.meanings, single):
        pieces = alone if each and alone else _parts_of(cell) if item is NO_MEANING else []
        if item is NO_MEANING and not pieces and several_sources(Row([cell], row.table, row.index, cell.at)):
            return row, False  # its total and sources are read as a whole, and so are those beside it
        for label, amount, fund in pieces:
            cells += [replace(cell, text=label), replace(cell, text=amount)]
            meanings += [Meaning(fund=fund) if fund is not None else NO_MEANING, NO_MEANING]
        if not pieces:
            cells.append(cell)
            meanings.append(item)
    if len(cells) == len(row.cells):
        return row, False
    made = Row(cells, row.table, row.index, row.at)
    made.stage, made.meanings = row.stage, meanings
    return made, True


def _one_alone(cell: Cell) -> list[tuple[str, str, tuple[str, str | None] | None]]:
    """Return the source with its amount that fills a cell, none where it is no source or a total."""
    match = _ONE_OF.fullmatch(cell.text) if len(cell.text) <= _LONGEST_ALONE else None
    fund = (fund_label(match[1]) or likely_fund(match[1])) if match is not None else None
    return [(match[1], match[2], fund)] if match is not None and fund is not None and fund[0] != "total" else []


def _parts_of(cell: Cell) -> list[tuple[str, str, tuple[str, str | None] | None]]:
    if len(cell.text) > _LONGEST_SOURCES or not _FIGURE.search(cell.text):
        return []
    found, place = [], 0
    while place < len(cell.text):
        match = _ONE_OF.match(cell.text, place)
        if match is None:
            return []
        fund = fund_label(match[1]) or likely_fund(match[1])
        if fund[0] == "total" if fund is not None else not could_be_source(match[1]):
            return []
        found.append((match[1], match[2], fund))
        place = match.end()
    if len(found) < 2 or not any(fund for *_, fund in found):
        return []
    unnamed = [fund for *_, fund in found].count(None)
    if unnamed == 1 and "其中" not in cell.text and not any(fund and fund[0] == "other" for *_, fund in found):
        # 中央财政资金90万元；捐赠收入20万元: in a cell of sources alone, the one without a known name is other money.
        found = [(label, amount, fund or ("other", None)) for label, amount, fund in found]
    return found


#: What a part of an amount begins with, and the amount of which it is one.
_PART = re.compile(
    rf"(?:其中|含)?[:：]?((?:[^\d:：,，;；。、(（)）]|[(（][^()（）\d]{{1,4}}[)）]){{2,20}}?)[:：]?\s*({PRINTED})\s*({MONEY_UNIT}|万)?"
)
_WHOLE = re.compile(rf"\s*({PRINTED})\s*({MONEY_UNIT}|万)?")


def sources_within(text: str, unit: str) -> list[tuple[str, str, tuple[Decimal, str]]]:
    """Return ``(source, label, amount)`` of what an amount is made of, ``""`` for a source without a known name.

    Only parts that make the whole and of which one at least is named as a source: 854万(检测400万元,加固454万元) tells
    what the money is spent on.
    """
    whole = _WHOLE.match(text)
    rest = text[whole.end() :] if whole is not None else ""
    if whole is None or not rest or (amount := parse_amount(text)) is None:
        return []
    unit = amount[1] or unit
    found = []
    made = Decimal(0)
    for match in _PART.finditer(rest):
        number, own = parse_amount(match[2] + (match[3] or "")) or (Decimal(0), "")
        part = in_unit(number, own or unit, unit)
        if part is None:
            return []
        label = fund_label(match[1]) or likely_fund(match[1])
        source = source_of(match[1], label[0]) if label is not None and label[0] != "total" else ""
        made += part
        found.append((source, match[1], (number, own or unit)))
    return found if made == amount[0] and any(source for source, *_ in found) else []
