"""What the header of an indicator block promises: which column is what, on which side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from indicators.forms.list_heads import shared_role
from indicators.forms.roles import Slot, settle, whole_rows
from indicators.forms.rows import Row
from indicators.records import Horizon
from indicators.text import squash
from indicators.vocabulary import block_label, header_hint, horizon_of

__all__ = [
    "Layout",
    "Slot",
    "default_layout",
    "header_slots",
    "hinted",
    "is_block_word",
    "read_layout",
    "roles_of_whole_rows",
]


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

    def slots(self) -> list[Slot]:
        """Return every column of the block once, from left to right."""
        found = {slot.column: slot for slots in self.sides.values() for slot in slots}
        if self.level1 is not None:
            found[self.level1.column] = self.level1
        return [found[column] for column in sorted(found)]


def header_slots(row: Row) -> list[Slot]:
    """Return the columns that a header row heads, with the roles its words name."""
    slots: list[Slot] = []
    for cell, item in zip(row.cells, row.meanings):
        column = cell.at.column or 0
        # 年度目标 behind the levels heads the values, before them the goals of a list.
        within = any(slot.role in ("level1", "level2", "name") for slot in slots)
        role = item.header or (None if within else shared_role(cell.text, item)) or "other"
        slots.append(Slot(role, column, column + cell.column_span - 1, cell.text))
    if (
        row.cells
        and slots[0].role in ("other", "name")
        and row.cells[0].row_span > 1 + max((cell.row_span for cell in row.cells[1:]), default=1)
    ):
        # 绩效指标, 中期指标 beside the header and the rows below it.
        slots[0] = replace(slots[0], role="block")
    if is_block_word([(slot.header, hinted(slot.role, slot.header)) for slot in slots]):
        slots[0] = replace(slots[0], role="block")
    return slots


def hinted(role: str | None, text: str) -> str:
    """Return the role of a header or, where its words name none, that which its last word speaks for."""
    return (None if role == "other" else role) or header_hint(text) or "other"


def roles_of_whole_rows(header: Row, body: Sequence[Row]) -> list[str]:
    """Return the roles of the cells of a header that its words and the rows below give it, ``""`` where they are open.

    All are open where rows split out of text lack cells: they do not stand below their headers.
    """
    slots = header_slots(header)
    if not whole_rows(slots, body):
        return [""] * len(slots)
    return ["" if slot.role == "other" else slot.role for slot in settle(slots, body)]


def is_block_word(header: Sequence[tuple[str, str]]) -> bool:
    """Whether the first cell of a header, 指标 or 绩效指标, only names the block: levels and a name follow it."""
    roles = [role for _, role in header]
    if not header or "级" in header[0][0] or not (roles[0] == "name" or block_label(header[0][0])):
        return False
    return "name" in roles[1:] and bool({"level1", "level2"} & set(roles[1:3]))


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
    slots = settle(header_slots(row), body)
    named = [slot for slot in slots if slot.role in ("period", "level1", "level2", "name", "value")]
    start = min((slot.column for slot in named), default=0)
    project = tuple(slot for slot in slots if slot.column < start and slot.role in ("project", "goal", "funds"))
    # 期间 before the levels says of every row which side it is on.
    block = [slot for slot in slots if slot.column >= start or slot.role == "period"]
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


def default_layout(two_sided: bool) -> Layout:
    """Return the commonest layout, for blocks whose header row is lost."""
    level1 = Slot("level1", 1, 1)
    left = (Slot("level2", 2, 2), Slot("name", 3, 3), Slot("value", 4, 4))
    if not two_sided:
        return Layout(level1=level1, sides={"annual": left})
    right = (Slot("level2", 5, 5), Slot("name", 6, 6), Slot("value", 7, 7))
    return Layout(level1=level1, sides={"lifetime": left, "annual": right})
