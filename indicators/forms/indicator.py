"""One indicator from the cells of its row: operator, number and unit joined, attributes kept."""

from __future__ import annotations

import re

from indicators.forms.rows import Reading
from indicators.quantities import parse_dates, parse_quantity
from indicators.records import Cell, Horizon, Indicator, Location
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF, operator_word

__all__ = ["join_value", "make_indicator"]

_ATTRIBUTES = (
    "score",
    "weight",
    "note",
    "explanation",
    "standard",
    "source",
    "formula",
    "previous",
    "interim",
    "unit",
    "operator",
)
_BLANK_UNIT = {"", "无", "/", "-", "—", "--", "——"}


_WAY_OF_DATES = re.compile(r"(?:[年月日时][/\-.、]?){2,4}|日期|时间")


def join_value(operator: str, value: str, unit: str) -> str:
    """Join operator, number and unit of a split layout: ``大于等于``, ``98``, ``%`` give ``≥98%``.

    A sign stays as it is printed (``>=``). Nothing is doubled that the value already holds; a blank or 无 unit adds
    nothing.
    """
    relation = operator_word(operator) if operator else ""
    relation = squash(operator) if relation and not re.search(r"[\u4e00-\u9fff]", operator) else relation
    head = "" if not relation or value[:1] in "≥≤<>＜＞=" or value.startswith((">=", "<=")) else relation
    # 12月20日 | 月/日: how the date is written, no unit of it.
    way = _WAY_OF_DATES.fullmatch(squash(unit)) and re.search("[年月日]", value)
    tail = "" if squash(unit) in _BLANK_UNIT or value.endswith(unit) or way else unit
    return f"{head}{value}{tail}" if value else ""


def _relation(operator: Cell | None, nature: Cell | None) -> str:
    """Return the word of the relation: 指标方向 (大于等于), or 指标性质 (≥) where 指标方向性 only says 正向."""
    words = [cell.text for cell in (operator, nature) if cell is not None]
    return next((word for word in words if operator_word(word)), words[0] if words else "")


def make_indicator(
    horizon: Horizon, label: str, reading: Reading, at: Location, *, level1: str = "", points: str = ""
) -> Indicator:
    """Build an indicator from the cells of its row; ``points`` are what its first level states for all its rows."""
    name, value = reading.get("name"), reading.get("value")
    operator, unit = reading.get("operator"), reading.get("unit")
    if operator is not None and (value is None or not value.text.strip()) and operator_word(operator.text) is None:
        # 持续推广 under 符号, over no number: the words are the target.
        value, operator = operator, None
        reading = {role: cell for role, cell in reading.items() if role != "operator"}
    text = value.text if value is not None else ""
    if text and (operator is not None or unit is not None or "nature" in reading):
        text = join_value(_relation(operator, reading.get("nature")), text, unit.text if unit else "")
    where = value or name or reading.get("level2")
    used = [cell for cell in (name, value) if cell is not None]
    attributes = tuple((role, reading[role].text) for role in _ATTRIBUTES if role in reading)
    attributes += (("block_score", points),) if points else ()
    return Indicator(
        horizon=horizon,
        level1=level1 or LEVEL1_OF.get(label, ""),
        level2=label,
        name=name.text if name is not None else "",
        value=text,
        quantity=parse_quantity(text) if text else None,
        dates=parse_dates(text) if text else None,
        at=where.at if where is not None else at,
        name_at=name.at if name is not None else None,
        confidence=min((cell.confidence for cell in used), default=1.0),
        attributes=attributes,
    )
