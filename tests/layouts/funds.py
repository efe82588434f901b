"""The block of funds of a form in its arrangements."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.layouts.content import Project
from tests.layouts.draw import Draw
from tests.layouts.rows import spread, wide_row
from tests.layouts.style import SCHEMES, Style, total
from tests.samples.page import Builder

HORIZONS = ("lifetime", "annual")
Record = dict[str, Any]


@dataclass(slots=True)
class FundBlock:
    """Writes the funds; ``plan`` and ``words`` are those drawn for the form."""

    draw: Draw
    style: Style
    plan: dict[str, str]
    words: dict[str, str]

    def write(self, grid: Builder, project: Project, record: Record, horizons: list[str]) -> None:
        """Add the block and record its amounts."""
        lines = {h: self._fund_lines(project, record, h) for h in horizons}
        unit = self.style.money_unit
        block = self.words["block"] + (f"（{unit}）" if self.plan["unit"] == "block" else "")
        if self.plan["unit"] == "table row":
            wide_row(grid, (f"金额单位：{unit}", 1))
        how = self.plan["funds"]
        if how == "matrix" and len(grid.widths) < 2 + len(lines["annual"]):
            how = "column"
        if how in ("matrix", "row", "matrix of sources") and self.plan["unit"] in ("row label",):
            how = "column"
        if how == "row" and (len(grid.widths) < 1 + 2 * len(lines["annual"]) or len(horizons) > 1):
            how = "column"
        arrange = {"column": self._fund_column, "matrix": self._fund_matrix,
            "matrix of sources": self._fund_sources, "row": self._fund_row, "label cell": self._fund_cells,
                   "one cell": self._fund_one_cell, "sentence": self._fund_sentence, "heading": self._fund_heading}  # fmt: skip
        self.draw.note("funds", how)
        arrange[how](grid, block, lines, record)

    def _fund_lines(self, project: Project, record: Record, horizon: str) -> list[tuple[str, str, str]]:
        """Return ``(label, amount, key)``, the total first, and record the amounts."""
        funds = project.funds[horizon]
        unit = f"（{self.style.money_unit}）" if self.plan["unit"] == "row label" else ""
        behind = self.style.money_unit if self.plan["unit"] == "cell" else ""
        rows = [(self.words[horizon] + unit, total(funds), "total")]
        scheme = SCHEMES[self.plan["scheme"]]
        for number, (label, sources, key) in enumerate(scheme):
            prefix = self.plan["of"] if number == 0 or self.plan["of"] == "—" else ""
            rows.append((prefix + label, sum((funds[s] for s in sources), Decimal(0)), key))
        lines = []
        for label, amount, key in rows:
            text, number = self.style.money(amount)
            if key:
                record["funds"][horizon][key] = number
            lines.append((label, text + (behind if number is not None else ""), key))
        return lines

    def _forget(self, record: Record, keep: tuple[str, ...] = ("total",)) -> None:
        for horizon in HORIZONS:
            for key in record["funds"][horizon]:
                if key not in keep:
                    record["funds"][horizon][key] = None

    def _fund_column(self, grid: Builder, block: str, lines: dict[str, Any], record: Record) -> None:
        sides = list(lines.values())
        needed = self.plan["unit"] == "block"
        for number, rows in enumerate(zip(*sides, strict=True)):
            cells = [cell for label, amount, _ in rows for cell in ((label, 1.4), (amount, 1.0))]
            if len(grid.widths) < len(cells) + 1:
                cells, needed = cells, False
            if self.style.tight and not needed:
                wide_row(grid, *cells)
                continue
            spans = (
                spread(len(grid.widths), [0.9, *(weight for _, weight in cells)])
                if len(grid.widths) > len(cells)
                else None
            )
            if spans is None:
                if number == 0:
                    wide_row(grid, (block, 1))
                wide_row(grid, *cells)
                continue
            printed = [(text, span) for (text, _), span in zip(cells, spans[1:], strict=True)]
            grid.row(*([(block, spans[0], len(sides[0])), *printed] if number == 0 else printed))

    def _fund_matrix(self, grid: Builder, block: str, lines: dict[str, Any], record: Record) -> None:
        heads = [label for label, _, _ in lines["annual"]]
        heads[0] = self.draw.pick("funds.matrix.total", ("合计", "总额"), ("小计",))
        wide_row(grid, (block, 1.4), *((head, 1.0) for head in heads))
        for horizon, rows in lines.items():
            wide_row(grid, (self.words[horizon], 1.4), *((amount, 1.0) for _, amount, _ in rows))

    def _fund_sources(self, grid: Builder, block: str, lines: dict[str, Any], record: Record) -> None:
        wide_row(grid, (block, 1.4), *((self.words[horizon], 1.0) for horizon in lines))
        heads = [label for label, _, _ in lines["annual"]]
        heads[0] = self.draw.pick("funds.matrix.total", ("合计", "总额"), ("小计",))
        for number, head in enumerate(heads):
            wide_row(grid, (head, 1.4), *((rows[number][1], 1.0) for rows in lines.values()))

    def _fund_row(self, grid: Builder, block: str, lines: dict[str, Any], record: Record) -> None:
        cells = [cell for label, amount, _ in lines["annual"] for cell in ((label, 1.2), (amount, 1.0))]
        wide_row(grid, (block, 1.0), *cells)

    def _fund_cells(self, grid: Builder, block: str, lines: dict[str, Any], record: Record) -> None:
        for number in range(len(lines["annual"])):
            cells = [(f"{rows[number][0]}：{rows[number][1]}", 1.0) for rows in lines.values()]
            wide_row(grid, *([(block, 0.5), *cells] if number == 0 else cells))

    def _fund_one_cell(self, grid: Builder, block: str, lines: dict[str, Any], record: Record) -> None:
        rows = [line for horizon in lines for line in lines[horizon]]
        mark = " " if self.draw.pick("funds.one cell.join", ("blank", "semicolon")) == "blank" else "；"
        wide_row(grid, (block, 1.0), (mark.join(f"{label}：{amount}" for label, amount, _ in rows), 4.0))

    def _fund_sentence(self, grid: Builder, block: str, lines: dict[str, Any], record: Record) -> None:
        self._forget(record)
        unit = self.style.money_unit
        for rows in lines.values():
            label, amount, _ = rows[0]
            amount = amount.removesuffix(unit) + unit
            parts = [
                f"{name.removeprefix('其中：').removeprefix('其中:').removeprefix('—')}{text.removesuffix(unit)}{unit}"
                for name, text, _ in rows[1:]
                if text and text != "—"
            ]
            wide_row(grid, (label, 1.0), (amount + (f"（{'，'.join(parts)}）" if parts else ""), 4.0))

    def _fund_heading(self, grid: Builder, block: str, lines: dict[str, Any], record: Record) -> None:
        self._forget(record)
        unit = f"（{self.style.money_unit}）" if self.plan["unit"] == "block" else ""
        for rows in lines.values():
            wide_row(grid, (rows[0][0] + unit, 1.0), (rows[0][1], 4.0))
