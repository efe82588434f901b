"""What the header of an indicator block promises: which column is what, on which side."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from indicators.forms.rows import Row
from indicators.records import Horizon
from indicators.text import squash

__all__ = ["Layout", "Slot", "default_layout", "read_layout"]


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


_LIFETIME = re.compile(r"实施期|长期|中期|项目期|中长期|总体|三年|规划期|全周期")
_ANNUAL = re.compile(r"年度|当年|本年|20[0-9]{2}年|年初|全年")


def _horizon_of(text: str) -> Horizon | None:
    key = squash(text)
    if _ANNUAL.search(key) and not _LIFETIME.search(key):
        return "annual"
    return "lifetime" if _LIFETIME.search(key) else None


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
    return _one_operator(slots)


def _one_operator(slots: list[Slot]) -> list[Slot]:
    """Where 指标性质 (正向, 定性) stands beside 指标方向 (大于等于), only the second is the operator."""
    if sum(slot.role == "operator" for slot in slots) < 2:
        return slots
    return [
        replace(slot, role="nature") if slot.role == "operator" and re.search(r"性质|类型", slot.header) else slot
        for slot in slots
    ]


def read_layout(row: Row, above: Row | None = None, side: Horizon | None = None) -> Layout:
    """Read the header row of an indicator block.

    Parameters
    ----------
    row
        The header row (一级指标 | 二级指标 | 三级指标 | 指标值 …).
    above
        The row above it, which may name the sides (长期 | 年度).
    side
        The side of a block that prints one side only, if it is known (stacked blocks).
    """
    slots = _slots(row)
    named = [slot for slot in slots if slot.role in ("level1", "level2", "name", "value")]
    start = min((slot.column for slot in named), default=0)
    project = tuple(slot for slot in slots if slot.column < start and slot.role in ("project", "goal", "funds"))
    body = [slot for slot in slots if slot.column >= start]
    level1 = next((slot for slot in body if slot.role == "level1"), None)
    groups = _groups(body)
    layout = Layout(level1=level1, project=project)
    if len(groups) >= 2:
        first, second = _order(groups[0], groups[1], above)
        layout.sides = {first: tuple(groups[0]), second: tuple(groups[1])}
        return layout
    group = groups[0] if groups else []
    values = [slot for slot in group if slot.role == "value"]
    if len(values) == 2 and not any(slot.role == "operator" for slot in group):
        # One name with two value columns: 实施期指标值 | 年度指标值.
        kinds = [_horizon_of(slot.header) for slot in values]
        if set(kinds) == {"lifetime", "annual"} or kinds == [None, "annual"]:
            rest = tuple(slot for slot in group if slot.role != "value")
            early: Horizon = "annual" if kinds[0] == "annual" else "lifetime"
            late: Horizon = "lifetime" if early == "annual" else "annual"
            layout.sides = {early: (*rest, values[0]), late: (*rest, values[1])}
            return layout
    only = side or "annual"
    layout.sides = {only: tuple(group)}
    return layout


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
    kinds = [_horizon_of(slot.header) for group in (first, second) for slot in group if slot.role == "value"]
    if kinds[:1] == ["annual"] and kinds[1:] == ["lifetime"]:
        return "annual", "lifetime"
    if above is not None:
        sides = [kind for cell in above.cells if (kind := _horizon_of(cell.text)) is not None]
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
