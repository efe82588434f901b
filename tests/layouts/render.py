"""A page of texts and grids in every format it arrives in."""

from __future__ import annotations

import re
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.layouts.draw import Draw
from tests.samples.page import Grid, GridCell, Sample, Text
from tests.samples.render_docx import render_docx
from tests.samples.render_html import render_html
from tests.samples.render_pdf import Look, render_pdf
from tests.samples.render_text import render_text
from tests.samples.render_xlsx import render_xlsx

#: Format and the ending of its files.
FORMATS = {
    "tsv": "txt", "bars": "txt", "bars-bare": "txt", "bars-breaks": "txt", "bars-lines": "txt", "lines": "txt",
    "blanks": "txt", "glued": "txt", "laid": "txt", "html": "html", "docx": "docx", "xlsx": "xlsx", "pdf": "pdf",
    "pdf-horizontal": "pdf", "pdf-none": "pdf", "laid-pdf": "txt",
}  # fmt: skip


@dataclass(slots=True)
class Press:
    """Renders a document; what the format leaves open is drawn when the press is made."""

    draw: Draw
    format: str
    look: Look = field(init=False)
    mode: str = field(init=False)
    covered: str = field(init=False)
    between: str = field(init=False)
    breadth: int = 0

    def __post_init__(self) -> None:
        pick, name = self.draw.pick, self.format
        self.look, self.mode, self.covered, self.between = Look(), "sheets", "empty", ""
        if name == "xlsx":
            self.mode = pick("xlsx.mode", ("sheets", "stacked"), ("tight",))
        elif name.startswith("pdf"):
            self.look = self._look()
        elif name.startswith("bars"):
            self.covered = pick("bars.covered", ("empty", "left out"))
            self.breadth = int(pick("bars.breadth", ("18", "12"), ("8",))) if name == "bars-breaks" else 0
        elif name == "lines":
            self.between = "\n" if pick("lines.between", ("nothing", "blank line")) == "blank line" else ""
        elif name == "laid":
            self.mode = pick("laid.columns", ("characters", "display"))
        elif name == "tsv":
            self.mode = pick("tsv.end", ("kept", "stripped"))

    def render(self, sample: Sample) -> bytes:
        """Return the file's content."""
        name = self.format
        if name == "html":
            return render_html(sample)
        if name == "docx":
            return render_docx(sample)
        if name == "xlsx":
            return render_xlsx(sample, mode=self.mode)
        if name.startswith("pdf"):
            return render_pdf(sample, self.look)
        if name == "laid-pdf":
            return pdf_layout(render_pdf(sample, Look(rules="none", landscape=True)))
        if name == "tsv":
            text = render_text(sample).decode()
            return (
                "\n".join(line.rstrip("\t") for line in text.split("\n")) if self.mode == "stripped" else text
            ).encode()
        return self._text(sample).encode()

    def _look(self) -> Look:
        draw = self.draw
        rules = {"pdf-horizontal": "horizontal", "pdf-none": "none"}.get(self.format, "")
        return Look(
            rules=rules or draw.pick("pdf.rules", ("lines", "rects"), ("dashed", "dotted", "grey")),
            landscape=draw.pick("pdf.page", ("upright", "landscape")) == "landscape",
            cut_rows=draw.pick("pdf.rows", ("whole",), ("cut",)) == "cut",
            flow=draw.pick("pdf.forms", ("page each", "flow")) == "flow",
            middle=draw.pick("pdf.valign", ("top", "middle")) == "middle",
            header="部门预算公开" if draw.pick("pdf.running head", ("none",), ("text",)) == "text" else "",
            watermark="内部资料" if draw.pick("pdf.watermark", ("none",), ("slanting",)) == "slanting" else "",
        )

    def _text(self, sample: Sample) -> str:
        write = {"bars": self._bars, "bars-bare": self._bars, "bars-breaks": self._bars, "bars-lines": self._cell_lines,
                 "lines": self._lines, "blanks": self._blanks, "glued": self._glued, "laid": self._laid}[self.format]  # fmt: skip
        out: list[str] = []
        for item in sample.items:
            if isinstance(item, Text):
                out.append(item.text)
            elif isinstance(item, Grid):
                out += [*write(item), ""]
        return "\n".join(out) + "\n"

    def _rows(self, grid: Grid) -> list[list[str]]:
        rows = []
        for row in grid.matrix():
            texts = ["" if cell is None else cell.text for cell in row if cell is not None or self.covered == "empty"]
            rows.append(texts)
        return rows

    def _bars(self, grid: Grid) -> list[str]:
        rows = self._rows(grid)
        if self.format == "bars-breaks":
            rows = [[_broken(text, self.breadth) for text in row] for row in rows]
        else:
            rows = [[text.replace("\n", "") for text in row] for row in rows]
        if self.covered == "left out":  # a page's converter closes the row with as many bars as the widest has
            rows = [row + [""] * (grid.columns - len(row)) for row in rows]
        outer = self.format != "bars-bare"
        return [f"| {' | '.join(row)} |" if outer else " | ".join(row) for row in rows]

    def _cell_lines(self, grid: Grid) -> list[str]:
        lines = []
        for row in grid.matrix():
            for cell in row:
                if cell is not None:
                    lines.append(f"{cell.text.replace(chr(10), '')} |".lstrip() if cell.text else " |")
        return lines

    def _lines(self, grid: Grid) -> list[str]:
        return [line + self.between for row in self._rows(grid) for text in row if text for line in text.split("\n")]

    def _blanks(self, grid: Grid) -> list[str]:
        return [" ".join(text.replace("\n", "") for text in row if text) for row in self._rows(grid)]

    def _glued(self, grid: Grid) -> list[str]:
        return ["".join(text.replace("\n", "") for text in row) for row in self._rows(grid)]

    def _laid(self, grid: Grid) -> list[str]:
        """Return columns that stand at the same count of characters (as pdftotext prints them) or at the same width."""
        return laid_out(grid, len, 90) if self.mode == "characters" else laid_out(grid, columns_of, 150)


def _broken(text: str, width: int) -> str:
    """Break a long cell as a narrow column does; amounts stay whole."""
    if "\n" in text or re.fullmatch(r"[\d.,]*", text):
        return text
    return "\n".join(text[n : n + width] for n in range(0, len(text), width))


def columns_of(text: str) -> int:
    """Return the width of a text where a wide character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def wrap(text: str, width: int, measure: Callable[[str], int]) -> list[str]:
    """Break a text into lines of at most ``width``."""
    lines: list[str] = []
    for part in text.split("\n"):
        lines.append("")
        for char in part:
            if measure(lines[-1] + char) > width:
                lines.append("")
            lines[-1] += char
    return lines


def laid_out(grid: Grid, measure: Callable[[str], int], page: int, gap: int = 2) -> list[str]:
    """Return a grid as text in columns kept by blanks: cells wrap, the text of a span stands at its top."""
    widths = [max(5, int(page * share / sum(grid.widths)) - gap) for share in grid.widths]
    starts = [sum(widths[:n]) + gap * n for n in range(grid.columns + 1)]
    wrapped: dict[int, list[str]] = {}
    heights = [1] * grid.rows
    for cell in sorted(grid.cells, key=lambda c: c.row_span):
        room = starts[cell.column + cell.column_span] - starts[cell.column] - gap
        wrapped[id(cell)] = lines = wrap(cell.text, room, measure)
        last = cell.row + cell.row_span - 1
        heights[last] = max(heights[last], len(lines) - sum(heights[cell.row : last]))
    tops = [sum(heights[:n]) for n in range(grid.rows + 1)]
    placed: list[list[tuple[int, str]]] = [[] for _ in range(tops[-1])]
    cells: list[GridCell] = sorted(grid.cells, key=lambda c: (c.row, c.column))
    for cell in cells:
        for number, text in enumerate(wrapped[id(cell)]):
            if text.strip():
                placed[tops[cell.row] + number].append((starts[cell.column], text))
    lines = []
    for parts in placed:
        line = ""
        for start, text in sorted(parts):
            line += " " * (start - measure(line)) + text
        lines.append(line)
    return lines


def pdf_layout(content: bytes) -> bytes:
    """Return what ``pdftotext -layout`` makes of a PDF (poppler must be installed)."""
    with tempfile.TemporaryDirectory(prefix="layouts-") as folder:
        source, target = Path(folder) / "page.pdf", Path(folder) / "page.txt"
        source.write_bytes(content)
        subprocess.run(["pdftotext", "-layout", str(source), str(target)], check=True, capture_output=True, timeout=60)
        return target.read_bytes()
