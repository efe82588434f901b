"""Samples as workbooks: numbers stored as numbers with formats, merged ranges, one or many sheets."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

from tests.samples.page import Break, Grid, Sample

_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,4})?\Z")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d)?)%\Z")


def render_xlsx(sample: Sample, *, mode: str = "sheets") -> bytes:
    """Return an XLSX.

    Parameters
    ----------
    sample
        What to print.
    mode
        ``sheets``: each form on a sheet of its own. ``stacked``: all on one sheet, an empty row between.
        ``tight``: all on one sheet without an empty row.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2025, 1, 6)})  # the same bytes every time
    printer = _Printer(book)
    for item in sample.items:
        if isinstance(item, Break):
            if mode == "sheets":
                printer.new_sheet()
            elif mode == "stacked":
                printer.row += 1
        elif isinstance(item, Grid):
            printer.grid(item)
        else:
            printer.line(item.text, item.kind)
    book.close()
    return buffer.getvalue()


class _Printer:
    def __init__(self, book: Any) -> None:
        self.book, self.formats = book, {}
        self.row, self.columns = 0, 8
        self.sheet = book.add_worksheet()

    def new_sheet(self) -> None:
        self.sheet, self.row = self.book.add_worksheet(), 0

    def format(self, code: str) -> Any:
        if code not in self.formats:
            options = {"border": 1, "text_wrap": True, "valign": "vcenter", "num_format": code}
            self.formats[code] = self.book.add_format(options)
        return self.formats[code]

    def line(self, text: str, kind: str) -> None:
        plain = self.book.add_format({"align": "center" if kind != "right" else "right"})
        if kind in ("title", "subtitle"):
            self.sheet.merge_range(self.row, 0, self.row, self.columns - 1, text, plain)
        else:
            self.sheet.write_string(self.row, 0, text, plain)
        self.row += 1

    def grid(self, grid: Grid) -> None:
        self.sheet.set_column(0, grid.columns - 1, 14)
        for cell in grid.cells:
            value, code = stored(cell.text)
            style = self.format(code)
            row, last = self.row + cell.row, self.row + cell.row + cell.row_span - 1
            if cell.row_span > 1 or cell.column_span > 1:
                self.sheet.merge_range(row, cell.column, last, cell.column + cell.column_span - 1, "", style)
            if isinstance(value, float):
                self.sheet.write_number(row, cell.column, value, style)
            elif value:
                self.sheet.write_string(row, cell.column, value, style)
            else:
                self.sheet.write_blank(row, cell.column, None, style)
        self.row += grid.rows


def stored(text: str) -> tuple[str | float, str]:
    """Return the stored value and number format that show as ``text``."""
    percent = _PERCENT.match(text)
    if percent:
        return float(percent.group(1)) / 100, "0.0%" if "." in text else "0%"
    match = _NUMBER.match(text)
    if not match or (text.startswith("0") and text[1:2].isdigit()):
        return text, "General"
    places = len(match.group(1) or ".") - 1
    code = ("#,##0" if "," in text else "0") + ("." + "0" * places if places else "")
    return float(text.replace(",", "")), code
