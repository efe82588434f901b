"""Small PDFs with known tables, for the geometry tests of the PDF reader."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
)
_WORDS = (
    "开展基层培训保障设备运行提升服务能力完成年度任务改善办公条件加强监督管理落实资金使用效益持续推进重点项目建设工作"
)
STYLES = ("lines", "long", "dashed", "dots", "double", "thin-rects", "cell-rects", "one-path", "light", "thick")


def font() -> str:
    """Register and name a Chinese font: an installed TrueType one, else the built-in of PDF readers."""
    for path in _FONTS:
        if Path(path).exists():
            try:
                pdfmetrics.registerFont(TTFont("cjk", path, subfontIndex=0))
            except TTFError:
                continue
            return "cjk"
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


FONT = font()


def words(count: int, seed: int) -> str:
    """Return Chinese filler without meaning."""
    rng = random.Random(seed)
    return "".join(rng.choice(_WORDS) for _ in range(count))


@dataclass(frozen=True)
class Grid:
    """A table to print: ``cells`` are ``(row, column, rows, columns, text)`` and fill the grid."""

    rows: int
    columns: int
    cells: tuple[tuple[int, int, int, int, str], ...]

    def truth(self) -> set[tuple[int, int, int, int, str]]:
        return set(self.cells)


def plain_grid(rows: int, columns: int, seed: int = 0) -> Grid:
    """Return a table without merged cells."""
    cells = tuple(
        (r, c, 1, 1, words(2 + (r * 7 + c * 3 + seed) % 5, r * 100 + c + seed))
        for r in range(rows)
        for c in range(columns)
    )
    return Grid(rows, columns, cells)


def form_grid(seed: int = 0, lines: int = 6, goal: int = 40) -> Grid:
    """Return a form with merged labels, like the ones in the field."""
    cells: list[tuple[int, int, int, int, str]] = [
        (0, 0, 1, 1, "项目名称"),
        (0, 1, 1, 2, f"样例项目{seed}号"),
        (0, 3, 1, 1, "主管部门"),
        (0, 4, 1, 1, "某市样例局"),
        (1, 0, 2, 1, "项目资金"),
        (1, 1, 1, 2, "年度资金总额"),
        (1, 3, 1, 2, f"{1234567 + seed:,}.50"),
        (2, 1, 1, 2, "其他资金"),
        (2, 3, 1, 2, ""),
        (3, 0, 1, 1, "年度目标"),
        (3, 1, 1, 4, words(goal, seed)),
        (4, 0, lines + 1, 1, "绩效指标"),
        (4, 1, 1, 1, "一级指标"),
        (4, 2, 1, 1, "二级指标"),
        (4, 3, 1, 1, "三级指标"),
        (4, 4, 1, 1, "指标值"),
    ]
    half = lines // 2
    for line in range(lines):
        row = 5 + line
        if line in (0, half):
            cells.append((row, 1, half if line == 0 else lines - half, 1, "产出指标" if line == 0 else "效益指标"))
        if line % 2 == 0:
            cells.append((row, 2, min(2, (half if line < half else lines) - line), 1, f"第{line // 2}类指标"))
        elif line == half:
            cells.append((row, 2, 1, 1, "另一类指标"))
        cells.append((row, 3, 1, 1, words(4 + line * 2, seed + line)))
        cells.append((row, 4, 1, 1, f"≥{80 + line}%"))
    return Grid(5 + lines, 5, tuple(cells))


class Pen:
    """A reportlab canvas that keeps its bytes."""

    def __init__(self, size: tuple[float, float] = A4, **options: object) -> None:
        self.buffer = io.BytesIO()
        self.size = size
        self.canvas = Canvas(self.buffer, pagesize=size, **options)

    def data(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self.buffer.getvalue()

    def text(self, x: float, top: float, text: str, size: float = 9) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, self.size[1] - top - size, text)

    def grid(
        self,
        grid: Grid,
        x: float = 60,
        top: float = 80,
        widths: list[float] | None = None,
        heights: list[float] | None = None,
        style: str | None = "lines",
        size: float = 9,
    ) -> None:
        """Draw a table; text is wrapped by character and centred upright in its cell."""
        widths = widths or [90.0] * grid.columns
        heights = heights or [44.0] * grid.rows
        xs = [x + sum(widths[:column]) for column in range(grid.columns + 1)]
        ys = [self.size[1] - top - sum(heights[:row]) for row in range(grid.rows + 1)]
        for row, column, rows, columns, text in grid.cells:
            box = (xs[column], ys[row + rows], xs[column + columns], ys[row])
            if style:
                _border(self.canvas, box, style)
            self._fill(box, text, size)

    def _fill(self, box: tuple[float, float, float, float], text: str, size: float) -> None:
        lines, line = [], ""
        for char in text:
            if pdfmetrics.stringWidth(line + char, FONT, size) > box[2] - box[0] - 6:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
        y = (box[1] + box[3]) / 2 + len(lines) * size * 0.6 - size * 0.9
        self.canvas.setFont(FONT, size)
        self.canvas.setFillGray(0)
        for line in lines:
            self.canvas.drawString(box[0] + 3, y, line)
            y -= size * 1.2


def _border(canvas: Canvas, box: tuple[float, float, float, float], style: str) -> None:
    x0, y0, x1, y1 = box
    sides = ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))
    canvas.saveState()
    canvas.setLineWidth(0.5)
    if style == "light":
        canvas.setStrokeGray(0.85)
        canvas.setLineWidth(0.25)
    if style == "thick":
        canvas.setLineWidth(2.0)
    if style == "dashed":
        canvas.setDash(3, 2)
    if style in ("lines", "light", "thick", "dashed"):
        for side in sides:
            canvas.line(*side)
    elif style == "long":
        for a, b, c, d in sides:
            over = (0.9, 0.0) if b == d else (0.0, 0.9)
            canvas.line(a - over[0], b - over[1], c + over[0], d + over[1])
    elif style == "double":
        for a, b, c, d in sides:
            level = b == d
            for gap in (-0.8, 0.8):
                canvas.line(
                    a + (0 if level else gap),
                    b + (gap if level else 0),
                    c + (0 if level else gap),
                    d + (gap if level else 0),
                )
    elif style == "dots":
        for a, b, c, d in sides:
            steps = max(1, int(max(c - a, d - b) / 2))
            for step in range(steps + 1):
                canvas.rect(
                    a + (c - a) * step / steps - 0.25, b + (d - b) * step / steps - 0.25, 0.5, 0.5, stroke=0, fill=1
                )
    elif style == "thin-rects":
        for a, b, c, d in sides:
            canvas.rect(a - 0.25, b - 0.25, c - a + 0.5, d - b + 0.5, stroke=0, fill=1)
    elif style == "cell-rects":
        canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=1, fill=0)
    elif style == "one-path":
        path = canvas.beginPath()
        for a, b, c, d in sides:
            path.moveTo(a, b)
            path.lineTo(c, d)
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.restoreState()


def drawn(grid: Grid, style: str | None = "lines", **options: object) -> bytes:
    """Return a page with one table."""
    pen = Pen()
    pen.grid(grid, style=style, **options)  # type: ignore[arg-type]
    return pen.data()


def flowed(
    grids: list[Grid], titles: list[str], *, header: int = 0, split_rows: bool = False, size: float = 10.5
) -> bytes:
    """Return the tables set one after the other over as many pages as they need."""
    style = ParagraphStyle("cell", fontName=FONT, fontSize=size, leading=size * 1.4, wordWrap="CJK")
    story: list[object] = []
    for grid, title in zip(grids, titles, strict=True):
        body = [["" for _ in range(grid.columns)] for _ in range(grid.rows)]
        commands: list[tuple[object, ...]] = [
            ("GRID", (0, 0), (-1, -1), 0.5, "black"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ]
        for row, column, rows, columns, text in grid.cells:
            body[row][column] = Paragraph(escape(text), style)  # type: ignore[call-overload]
            if rows > 1 or columns > 1:
                commands.append(("SPAN", (column, row), (column + columns - 1, row + rows - 1)))
        if title:
            story.append(Paragraph(title, style))
        story.append(
            Table(
                body,
                colWidths=[470 / grid.columns] * grid.columns,
                repeatRows=header,
                style=commands,
                splitInRow=int(split_rows),
            )
        )
        story.append(Spacer(1, 20))
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4).build(story)
    return buffer.getvalue()


def as_html(grids: list[Grid], titles: list[str], css: str = "", thead: int = 0) -> str:
    """Return the tables as a web page."""
    parts = [
        "<!DOCTYPE html><meta charset='utf-8'><style>@page{size:A4;margin:20mm}"
        "table{border-collapse:collapse;width:100%}"
        "td{border:1px solid #000;padding:3px;font-size:10.5pt}h3{font-size:14pt;text-align:center}" + css + "</style>"
    ]
    for grid, title in zip(grids, titles, strict=True):
        rows: list[str] = []
        for row in range(grid.rows):
            cells = [
                f"<td rowspan={rs} colspan={cs}>{escape(text)}</td>"
                for r, _, rs, cs, text in sorted(grid.cells)
                if r == row
            ]
            rows.append("<tr>" + "".join(cells) + "</tr>")
        head = "<thead>" + "".join(rows[:thead]) + "</thead>" if thead else ""
        parts.append(
            (f"<h3>{title}</h3>" if title else "") + f"<table>{head}<tbody>{''.join(rows[thead:])}</tbody></table>"
        )
    return "".join(parts)


def chromium() -> str | None:
    """Return the installed browser, if any."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def browser_pdf(html: str, folder: Path) -> bytes:
    """Print a web page to PDF with headless Chromium."""
    source, target = folder / "page.html", folder / "page.pdf"
    source.write_text(html, encoding="utf-8")
    command = [str(chromium()), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [*command, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}", source.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return target.read_bytes()
