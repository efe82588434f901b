"""One project of a table that holds many."""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.records import Field, FundLine, Indicator, Location, Note

__all__ = ["Listed"]


@dataclass(slots=True)
class Listed:
    """One project of a list table or a tree."""

    at: Location
    fields: dict[str, Field] = field(default_factory=dict)
    fund: FundLine | None = None
    indicators: list[Indicator] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    in_cell: bool = False
    goal_end: Location | None = None
