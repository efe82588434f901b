"""What the header of an indicator block promises: which column is what, on which side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from indicators.forms.funds import parse_amount
from indicators.forms.rows import Row, meaning
from indicators.quantities import parse_dates, parse_quantity
from indicators.records import Horizon
from indicators.text import squash
from indicators.vocabulary import horizon_of, operator_word

__all__ = ["Layout", "Slot", "best_shift", "default_layout", "is_block_word", "read_layout"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A column of the block: its role, its first and last grid column and its printed header."""

    role: str
    column: int
    last: int
    header: str = ""


@dataclass(slots=True)
class Layout:
    """Columns of an indicator block.

    Attributes
    ----------
    level1
        Shared 一级指标 column, if printed.
    sides
        Per horizon the slots from level 2 (or level 1) to the last attribute, in column order.
    project
        Columns left of the levels in a list table (project, budget, goal).
    """

    level1: Slot | None = None
    sides: dict[Horizon, tuple[Slot, ...]] = field(default_factory=dict)
    project: tuple[Slot, ...] = ()

    @property
    def two_sided(self) -> bool:
        """Whether both horizons are printed side by side."""
        return len(self.sides) == 2


def _slots(row: Row) -> list[Slot]:
    slots = []
    for cell, item in zip(row.cells, row.meanings):
        column = cell.at.column or 0
        role = item.header
        if role is None and item.field in ("project_name", "department", "implementing_unit", "department_name"):
            role = "project"
        if role is None and (item.field or "").startswith("goal"):
            role = "goal"
        if role is None and item.fund is not None:
            role = "funds"
        slots.append(Slot(role or "other", column, column + cell.column_span - 1, cell.text))
    if is_block_word([(slot.header, slot.role) for slot in slots]):
        slots[0] = replace(slots[0], role="block")
    return slots


def is_block_word(header: Sequence[tuple[str, str]]) -> bool:
    """Whether the first cell of a header, 指标, only names the block: levels and a name of their own follow it."""
    roles = [role for _, role in header]
    if not header or roles[0] != "name" or "级" in header[0][0]:
        return False
    return "name" in roles[1:] and bool({"level1", "level2"} & set(roles[1:3]))


# --- what the columns hold ------------------------------------------------------------------------------

#: Share of the filled cells of a column that must agree before its content speaks. Half would let a column of names
#: that are labels too (成本指标 | 成本) become a level; found on the random layouts.
_MOSTLY = 0.6
#: Cells of a column that are looked at.
_SAMPLE = 60


@dataclass(slots=True)
class Content:
    """Shares of what stands in the filled cells of a column."""

    filled: int = 0
    shares: dict[str, float] = field(default_factory=dict)

    def mostly(self, kind: str) -> bool:
        """Whether most of the filled cells are of a kind."""
        return self.filled > 0 and self.shares.get(kind, 0.0) >= _MOSTLY


_POINTS = re.compile(r"\d{1,3}(?:\.\d+)?分?")
_UNIT_WORD = re.compile(r"[^\d≥≤=<>]{0,8}|[^\d≥≤=<>]{1,8}[(（][^\d]{1,6}[)）]")


def _kinds(text: str) -> set[str]:
    """Return what a cell of an indicator block can be."""
    item = meaning(text)
    kinds: set[str] = set()
    if item.level1 is not None:
        kinds.add("level1")
    if item.level2 is not None:
        kinds.add("level2")
    if operator_word(text) is not None:
        kinds.add("operator")
    key = squash(text)
    if _POINTS.fullmatch(key):
        kinds.add("points")
    if len(key) <= 16 and (parse_quantity(text) is not None or parse_dates(text) is not None):
        kinds.add("quantity")
    if len(key) <= 5 and _UNIT_WORD.fullmatch(key) and "quantity" not in kinds:
        kinds.add("short")
    if not kinds or (kinds == {"short"} and len(key) > 1):
        kinds.add("text")
    return kinds


def contents(slots: list[Slot], rows: Sequence[Row]) -> list[Content]:
    """Return what the body rows hold in the columns of each slot."""
    found = [Content() for _ in slots]
    counts: list[Counter[str]] = [Counter() for _ in slots]
    for row in rows[:_SAMPLE]:
        for cell in row.cells:
            column = cell.at.column or 0
            for place, slot in enumerate(slots):
                if slot.column <= column <= slot.last:
                    found[place].filled += 1
                    counts[place].update(_kinds(cell.text))
                    break
    for content, count in zip(found, counts):
        content.shares = {kind: number / content.filled for kind, number in count.items()} if content.filled else {}
    return found


def settle(slots: list[Slot], rows: Sequence[Row]) -> list[Slot]:
    """Return the slots with the roles that header and content agree on.

    The header proposes, the content disposes: a column of 数量指标, 质量指标 is the second level whatever its header
    says (浙江: 指标名称), one headed 指标性质 is an operator only if operators stand in it, and a column of values
    without a known header is the value column where no other is.
    """
    held = contents(slots, rows)
    roles = [slot.role for slot in slots]
    for place, content in enumerate(held):
        if roles[place] in ("funds", "goal", "project", "block"):
            continue
        if roles[place] == "operator" and content.filled and not content.mostly("operator"):
            roles[place] = "nature"
        if roles[place] == "unit" and content.mostly("quantity"):
            roles[place] = "other"
        if roles[place] in ("name", "value", "other", "explanation") and content.mostly("level2"):
            roles[place] = "level2" if "level2" not in roles else roles[place]
        elif roles[place] == "other" and content.mostly("level1") and "level1" not in roles:
            roles[place] = "level1"
        elif roles[place] == "other" and content.mostly("operator") and "operator" not in roles:
            roles[place] = "operator"
    _one_operator(slots, roles)
    if not {"level1", "level2", "value", "name"} & set(roles):
        # All indicators stand in one cell.
        return slots
    _find_name(slots, roles, held)
    _find_value(roles, held)
    return [replace(slot, role=role) for slot, role in zip(slots, roles)]


def _one_operator(slots: list[Slot], roles: list[str]) -> None:
    """Where 指标性质 (正向, 定性) stands beside 指标方向 (大于等于), only the second is the operator."""
    if roles.count("operator") < 2 or roles.count("name") > 1:
        return
    for place, slot in enumerate(slots):
        if roles[place] == "operator" and re.search(r"性质|类型|属性", slot.header) and roles.count("operator") > 1:
            roles[place] = "nature"


_PLAIN_NAME = re.compile(r"[一二三四1234]级")


def _find_name(slots: list[Slot], roles: list[str], held: list[Content]) -> None:
    """See to one column of names a group: 三级指标 beside 指标描述 is the name; 指标描述 alone is the name."""
    if "name" not in roles:
        for wanted in ("explanation", "standard", "note", "other"):
            start = max((p for p, role in enumerate(roles) if role in ("level1", "level2")), default=-1)
            places = [p for p in range(start + 1, len(roles)) if roles[p] == wanted and held[p].mostly("text")]
            if places:
                roles[places[0]] = "name"
                return
        return
    names = [place for place, role in enumerate(roles) if role == "name"]
    if len(names) >= 2 and roles.count("value") <= 1 and roles.count("level2") <= 1:
        numbered = [place for place in names if _PLAIN_NAME.search(slots[place].header)]
        keep = numbered[-1] if numbered else names[0]
        for place in names:
            if place != keep:
                roles[place] = "explanation"


def _find_value(roles: list[str], held: list[Content]) -> None:
    """Take a column full of quantities as the values where no header says so."""
    if "value" in roles or "name" not in roles:
        return
    name = roles.index("name")
    open_roles = ("other", "standard", "note", "nature", "unit", "explanation")
    choices = [
        (held[place].shares.get("quantity", 0.0), place > name, -place)
        for place, role in enumerate(roles)
        if role in open_roles and held[place].filled and not held[place].mostly("points")
    ]
    if choices and max(choices)[0] >= 0.3:
        roles[-max(choices)[2]] = "value"


def read_layout(row: Row, above: Row | None = None, side: Horizon | None = None, body: Sequence[Row] = ()) -> Layout:
    """Read the header row of an indicator block.

    Parameters
    ----------
    row
        The header row (一级指标 | 二级指标 | 三级指标 | 指标值 …).
    above
        The row above it, which may name the sides (长期 | 年度).
    side
        The side of a block that prints one side only, if it is known (stacked blocks).
    body
        The rows below the header, whose content has a say where their columns hold.
    """
    slots = settle(_slots(row), body)
    named = [slot for slot in slots if slot.role in ("level1", "level2", "name", "value")]
    start = min((slot.column for slot in named), default=0)
    project = tuple(slot for slot in slots if slot.column < start and slot.role in ("project", "goal", "funds"))
    block = [slot for slot in slots if slot.column >= start]
    level1 = next((slot for slot in block if slot.role == "level1"), None)
    groups = _groups(block)
    layout = Layout(level1=level1, project=project)
    if len(groups) >= 2:
        first, second = _order(groups[0], groups[1], above)
        layout.sides = {first: tuple(groups[0]), second: tuple(groups[1])}
        return layout
    group = groups[0] if groups else []
    values = [slot for slot in group if slot.role == "value"]
    if len(values) >= 2:
        kinds = [horizon_of(slot.header) for slot in values]
        if set(kinds) >= {"lifetime", "annual"} or kinds == [None, "annual"] or kinds == ["lifetime", None]:
            early = 0
            late = 1
            if set(kinds) >= {"lifetime", "annual"}:
                early, late = kinds.index("lifetime"), kinds.index("annual")
            layout.sides = {
                "lifetime": _with_value(group, values, early),
                "annual": _with_value(group, values, late),
            }
            return layout
        group = list(_with_value(group, values, _latest(values, kinds)))
    only = side or "annual"
    layout.sides = {only: tuple(group)}
    return layout


def _latest(values: list[Slot], kinds: Sequence[str | None]) -> int:
    """Return which of several value columns is the target: of the last year named, else of the year, else the last."""
    years = [max(map(int, re.findall(r"20[0-9]{2}", squash(slot.header))), default=0) for slot in values]
    if max(years):
        return years.index(max(years))
    return kinds.index("annual") if "annual" in kinds else len(values) - 1


def _with_value(group: list[Slot], values: list[Slot], place: int) -> tuple[Slot, ...]:
    """Return one side of names printed once: their slots with the value, and a unit or operator of its own, of a side.

    One unit column may serve two value columns.
    """
    own = values[place]
    out = []
    for slot in group:
        if slot.role == "value" and slot is not own:
            continue
        alike = [other for other in group if other.role == slot.role]
        if slot.role in ("unit", "operator") and len(alike) == len(values) and slot is not alike[place]:
            continue
        out.append(slot)
    return tuple(out)


def _groups(body: list[Slot]) -> list[list[Slot]]:
    """Split the columns where the sequence of roles starts again."""
    groups: list[list[Slot]] = []
    seen: set[str] = set()
    for slot in body:
        restart = slot.role in seen and slot.role in ("level1", "level2", "name") and "name" in seen
        if restart or not groups:
            groups.append([])
            seen = set()
        groups[-1].append(slot)
        seen.add(slot.role)
    return [
        [slot for slot in group if slot.role != "level1"] for group in groups if any(s.role == "name" for s in group)
    ]


def _order(first: list[Slot], second: list[Slot], above: Row | None) -> tuple[Horizon, Horizon]:
    kinds = [horizon_of(slot.header) for group in (first, second) for slot in group if slot.role == "value"]
    if kinds[:1] == ["annual"] and kinds[1:] == ["lifetime"]:
        return "annual", "lifetime"
    if above is not None:
        sides = [kind for cell in above.cells if (kind := horizon_of(cell.text)) is not None]
        if sides == ["annual", "lifetime"]:
            return "annual", "lifetime"
    return "lifetime", "annual"


def best_shift(row: Row, roles: dict[int, str]) -> int | None:
    """Return by how many columns a row split out of text must move right to stand below its header.

    A row that lost its leading empty cells (merged cells are printed once) begins too far left. ``None`` where no
    move puts every cell in a column that can hold it.
    """
    last = max((cell.at.column or 0 for cell in row.cells), default=0)
    best: tuple[int, int] | None = None
    for shift in range(max(max(roles, default=0) - last, 0) + 1):
        fit = _fit(row, roles, shift)
        if fit is not None and (best is None or fit > best[0]):
            best = (fit, shift)
    return best[1] if best is not None else None


def _fit(row: Row, roles: dict[int, str], shift: int) -> int | None:
    """Return how many cells stand where only their like stands, ``None`` where one stands wrong."""
    good = 0
    for cell, item in zip(row.cells, row.meanings):
        role = roles.get((cell.at.column or 0) + shift)
        if role is None:
            return None
        if role in ("level1", "level2"):
            if getattr(item, role) is None:
                return None
            good += 1
        elif role == "funds":
            if parse_amount(cell.text) is None:
                return None
            good += 1
        elif role in ("value", "goal", "name"):
            value = len(cell.text) <= 16 and parse_quantity(cell.text) is not None
            if role == "goal" and value:
                return None
            good += value if role == "value" else -value
        elif role in ("project", "unit_name") and (item.level1 or item.level2 or parse_amount(cell.text)):
            return None
    return good


def default_layout(two_sided: bool) -> Layout:
    """Return the commonest layout, for blocks whose header row is lost."""
    level1 = Slot("level1", 1, 1)
    left = (Slot("level2", 2, 2), Slot("name", 3, 3), Slot("value", 4, 4))
    if not two_sided:
        return Layout(level1=level1, sides={"annual": left})
    right = (Slot("level2", 5, 5), Slot("name", 6, 6), Slot("value", 7, 7))
    return Layout(level1=level1, sides={"lifetime": left, "annual": right})
