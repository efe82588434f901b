"""One project of a table that holds many."""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.forms.fund_amounts import parse_amount
from indicators.forms.rows import Row
from indicators.records import Cell, Field, FundLine, Horizon, Indicator, Location, Note

__all__ = ["Listed"]


@dataclass(slots=True)
class Listed:
    """One project of a list table or a tree."""

    at: Location
    fields: dict[str, Field] = field(default_factory=dict)
    funds: dict[tuple[str, str], FundLine] = field(default_factory=dict)
    indicators: list[Indicator] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    in_cell: bool = False
    rows: list[Row] = field(default_factory=list)
    goal_end: Location | None = None

    def put(self, path: str, cell: Cell, text: str | None = None) -> None:
        """Take a cell, or the part of it that names the field, as a field."""
        printed = cell.text if text is None else text
        self.fields[path] = Field(path=path, text=printed, at=cell.at, confidence=cell.confidence)

    def spend(self, cell: Cell | None, unit: str, source: str = "total", horizon: Horizon = "annual") -> None:
        """Take the first amount of a side and source; the unit in its cell goes before that of the list."""
        if cell is None or (horizon, source) in self.funds or (found := parse_amount(cell.text)) is None:
            return
        self.funds[horizon, source] = FundLine(
            horizon=horizon, source=source, amount=found[0], unit=found[1] or unit, at=cell.at, text=cell.text
        )
