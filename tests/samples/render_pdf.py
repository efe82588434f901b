"""Samples as PDF: by reportlab with a small table engine of our own, or printed by Chromium.

Our own engine breaks pages inside a form and, where asked, inside a row; cells that reach over a break are drawn
in both parts and their text goes on in the second.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.samples.page import Break, Grid, GridCell, Sample, Text
from tests.samples.render_html import render_html

_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
)
_MARGIN, _PAD, _SIZE, _LEAD = 48.0, 3.0, 9.0, 11.5
_SIZES = {"title": 16.0, "heading": 13.0, "subtitle": 10.0, "right": 9.0, "body": 10.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the PDF looks.

    Parameters
    ----------
    rules
        ``lines`` strokes, ``rects`` thin filled rectangles, ``dashed``, ``dotted``, ``grey``, ``horizontal`` for rules
        above and below the cells only, or ``none`` for a borderless table.
    cut_rows
        Whether a page may end inside a row.
    flow
        Whether forms follow each other on a page instead of each beginning a new one.
    middle
        Whether the text stands in the middle of the height of its cell (where no page break cuts the cell).
    """

    rules: str = "lines"
    watermark: str = ""
    header: str = ""
    landscape: bool = False
    cut_rows: bool = False
    flow: bool = False
    middle: bool = False


def render_pdf(sample: Sample, look: Look | None = None) -> bytes:
    """Return a PDF with an embedded subset font where one is installed, else with the standard Song font."""
    press = _Press(look or Look())
    press.begin_page()
    for item in sample.items:
        if isinstance(item, Break):
            if press.look.flow:
                press.y -= 18
            else:
                press.next_page()
        elif isinstance(item, Grid):
            press.grid(item)
        else:
            press.text(item)
    press.canvas.showPage()
    press.canvas.save()
    return press.buffer.getvalue()


def chromium() -> str | None:
    """Return the path of Chromium, ``None`` where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def print_pdf(sample: Sample, *, landscape: bool = False, time_limit: float = 120.0) -> bytes:
    """Return the HTML of a sample printed by headless Chromium."""
    with tempfile.TemporaryDirectory(prefix="samples-") as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_bytes(render_html(sample, landscape=landscape))
        command = [str(chromium()), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri()]
        subprocess.run(command, check=True, timeout=time_limit, capture_output=True)
        return target.read_bytes()


@dataclass(slots=True)
class _Band:
    """A stretch of the grid on one page, in its own vertical coordinate."""

    top: float
    bottom: float


class _Press:
    def __init__(self, look: Look) -> None:
        from reportlab.lib.pagesizes import A4, landscape
        from reportlab.pdfgen.canvas import Canvas

        self.look = look
        self.width, self.height = landscape(A4) if look.landscape else A4
        self.buffer = io.BytesIO()
        self.canvas: Any = Canvas(self.buffer, pagesize=(self.width, self.height), invariant=1)
        self.font = _font()
        self.page = 0
        self.y = 0.0

    def begin_page(self) -> None:
        self.page += 1
        self.y = self.height - _MARGIN
        self.canvas.setFont(self.font, 9)
        self.canvas.drawCentredString(self.width / 2, 26, f"- {self.page} -")
        if self.look.header:
            self.canvas.drawString(_MARGIN, self.height - 30, self.look.header)
        if self.look.watermark:
            self.canvas.saveState()
            self.canvas.translate(self.width / 2, self.height / 2)
            self.canvas.rotate(45)
            self.canvas.setFillGray(0.85)
            self.canvas.setFont(self.font, 54)
            self.canvas.drawCentredString(0, 0, self.look.watermark)
            self.canvas.restoreState()

    def next_page(self) -> None:
        self.canvas.showPage()
        self.begin_page()

    def room(self) -> float:
        return self.y - _MARGIN

    def text(self, item: Text) -> None:
        size = _SIZES[item.kind]
        for line in self.wrap(item.text, self.width - 2 * _MARGIN, size):
            if self.room() < size * 2:
                self.next_page()
            self.y -= size * 1.5
            self.canvas.setFont(self.font, size)
            if item.kind in ("title", "subtitle"):
                self.canvas.drawCentredString(self.width / 2, self.y, line)
            elif item.kind == "right":
                self.canvas.drawRightString(self.width - _MARGIN, self.y, line)
            else:
                self.canvas.drawString(_MARGIN, self.y, line)
        self.y -= size * 0.6

    def wrap(self, text: str, width: float, size: float) -> list[str]:
        lines: list[str] = []
        for part in text.split("\n"):
            lines.append("")
            room = width
            for char in part:
                need = self.canvas.stringWidth(char, self.font, size)
                if need > room:
                    lines.append("")
                    room = width
                lines[-1] += char
                room -= need
        return lines

    def grid(self, grid: Grid) -> None:
        sheet = _Sheet(self, grid)
        for number, band in enumerate(sheet.bands(self)):
            if number:
                self.next_page()
                if grid.repeat:
                    self._draw(sheet, _Band(0.0, sheet.tops[grid.repeat]), first=True)
            self._draw(sheet, band, first=False)
        self.y -= 8

    def _draw(self, sheet: _Sheet, band: _Band, *, first: bool) -> None:
        for index, cell in enumerate(sheet.grid.cells):
            top, bottom = sheet.box(cell)
            low, high = max(top, band.top), min(bottom, band.bottom)
            if high - low < 0.01:
                continue
            x0, x1 = sheet.left[cell.column], sheet.left[cell.column + cell.column_span]
            y0, y1 = self.y - (high - band.top), self.y - (low - band.top)
            self._rules(x0, y0, x1, y1)
            lines = sheet.lines[index] if first else sheet.take(index, high - low, bottom <= band.bottom + 0.01)
            self.canvas.setFont(self.font, _SIZE)
            whole = high - low > bottom - top - 0.01
            down = (y1 - y0 - 2 * _PAD - len(lines) * _LEAD) / 2 if self.look.middle and whole else 0.0
            for number, line in enumerate(lines):
                self.canvas.drawString(x0 + _PAD, y1 - _PAD - _SIZE - number * _LEAD - down, line)
        self.y -= band.bottom - band.top

    def _rules(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if self.look.rules == "none":
            return
        if self.look.rules == "rects":
            for x, y, w, h in (
                (x0, y0, x1 - x0, 0.5),
                (x0, y1, x1 - x0, 0.5),
                (x0, y0, 0.5, y1 - y0),
                (x1, y0, 0.5, y1 - y0 + 0.5),
            ):
                self.canvas.rect(x, y, w, h, stroke=0, fill=1)
            return
        if self.look.rules == "horizontal":
            self.canvas.setLineWidth(0.6)
            self.canvas.line(x0, y0, x1, y0)
            self.canvas.line(x0, y1, x1, y1)
            return
        self.canvas.setLineWidth(0.6)
        self.canvas.setStrokeGray(0.7 if self.look.rules == "grey" else 0)
        self.canvas.setDash({"dashed": [2, 1], "dotted": [0.6, 1.4]}.get(self.look.rules, []))
        self.canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=1, fill=0)


@dataclass(slots=True)
class _Sheet:
    """A grid laid out: wrapped lines, row tops and column lefts; ``taken`` lines are already on paper."""

    press: _Press
    grid: Grid
    left: list[float] = field(default_factory=list)
    tops: list[float] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        press, grid = self.press, self.grid
        whole = press.width - 2 * _MARGIN
        self.left = [_MARGIN + whole * sum(grid.widths[:n]) / sum(grid.widths) for n in range(grid.columns + 1)]
        for cell in grid.cells:
            width = self.left[cell.column + cell.column_span] - self.left[cell.column] - 2 * _PAD
            self.lines.append(press.wrap(cell.text, width, _SIZE))
        heights = [_LEAD + 2 * _PAD] * grid.rows
        for cell, lines in sorted(zip(grid.cells, self.lines, strict=True), key=lambda pair: pair[0].row_span):
            last = cell.row + cell.row_span - 1
            need = len(lines) * _LEAD + 2 * _PAD - sum(heights[cell.row : last])
            heights[last] = max(heights[last], need)
        self.tops = [sum(heights[:n]) for n in range(grid.rows + 1)]

    def box(self, cell: GridCell) -> tuple[float, float]:
        return self.tops[cell.row], self.tops[cell.row + cell.row_span]

    def bands(self, press: _Press) -> list[_Band]:
        """Cut the grid into what fits on each page."""
        head = self.tops[self.grid.repeat]
        page = press.height - 2 * _MARGIN
        bands: list[_Band] = []
        start, room = 0.0, press.room()
        while start < self.tops[-1] - 0.01:
            end = max((top for top in self.tops if top <= start + room + 0.01), default=start)
            row_end = next((top for top in self.tops if top > start + 0.01), start)
            if end < self.tops[-1] - 0.01 and (press.look.cut_rows or (end <= start and row_end - start > page - head)):
                below = max(top for top in self.tops if top <= max(end, start) + 0.01)
                count = int((start + room - max(below, start) - 2 * _PAD) // _LEAD)
                if count >= 2:
                    end = max(below, start) + _PAD * 2 + count * _LEAD
            if end > start:
                bands.append(_Band(start, end))
                start = end
            elif not bands:
                bands.append(_Band(start, start))
            room = page - head
        return bands

    def take(self, index: int, height: float, last: bool) -> list[str]:
        """Return the lines of a cell that go into this stretch of it."""
        done = self.taken.get(index, 0)
        count = len(self.lines[index]) if last else max(0, int((height - 2 * _PAD + 0.01) // _LEAD))
        lines = self.lines[index][done : done + count]
        self.taken[index] = done + len(lines)
        return lines


def _font() -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    for path in _FONTS:
        if Path(path).is_file():
            pdfmetrics.registerFont(TTFont("SampleSans", path, subfontIndex=0))
            return "SampleSans"
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"
