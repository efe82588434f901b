"""Pages of Chinese text with their font in the file, cut down to the characters that are shown.

A font that is only named is blank wherever the reader has no data for Chinese (seen in poppler without them), so a part
of Noto Sans CJK is shipped (``fonts/``, SIL Open Font License) and pdfium embeds what a page uses of it.
"""

from __future__ import annotations

import ctypes
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from indicators.readers.pdf.native import LOCK
from indicators.report.folding import columns_of, fold

__all__ = ["HEIGHT", "WIDTH", "Line", "Sheet", "TextPage", "pdf_of", "subset_tag"]

WIDTH, HEIGHT = 595.28, 841.89
_MARGIN = 48.0
#: Printers' sign for a character that the font lacks.
_MISSING = "〓"

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; ``x`` and ``y`` are of its left end on the base line, in points from the bottom left."""

    text: str
    x: float
    y: float
    size: float
    colour: Colour


@dataclass
class TextPage:
    """A page being written: its lines, the heights of its rules, and the boxes that lead elsewhere."""

    lines: list[Line] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)
    links: list[tuple[float, float, float, float, int]] = field(default_factory=list)


@dataclass
class Sheet:
    """Writes lines from top to bottom over as many pages as it takes."""

    pages: list[TextPage] = field(default_factory=lambda: [TextPage()])
    y: float = HEIGHT - _MARGIN

    def write(
        self,
        text: str,
        *,
        size: float = 10,
        indent: float = 0,
        colour: Colour = (0.1, 0.1, 0.1),
        link: int | None = None,
        gap: float = 3,
        keep: float = 0,
    ) -> None:
        """Write a paragraph.

        Parameters
        ----------
        link
            The page, from 1, that a click on it opens.
        keep
            Points that must be left below it on the page: a heading stands with what it heads.
        """
        room = WIDTH - 2 * _MARGIN - indent
        for line in fold(text, int(room / size * 2), paper=True).splitlines() or [""]:
            if self.y - size * 1.5 - keep < _MARGIN:
                self.pages.append(TextPage())
                self.y = HEIGHT - _MARGIN
            self.y -= size * 1.45
            x = _MARGIN + indent
            self.pages[-1].lines.append(Line(line, x, self.y, size, colour))
            if link is not None:
                end = x + columns_of(line, paper=True) * size / 2
                self.pages[-1].links.append((x, self.y - size * 0.25, end, self.y + size, link))
        self.y -= gap

    def rule(self) -> None:
        """Draw a line across the page."""
        self.y -= 4
        self.pages[-1].rules.append(self.y)
        self.y -= 4

    def close(self, text: str) -> None:
        """Write one line at the foot of the last page, and the numbers of the pages where there are several."""
        grey, foot = (0.45, 0.45, 0.45), _MARGIN - 16
        self.pages[-1].lines.append(Line(text, _MARGIN, foot, 8.5, grey))
        for number, page in enumerate(self.pages, start=1):
            if len(self.pages) > 1:
                words = f"{number} / {len(self.pages)}"
                page.lines.append(Line(words, WIDTH - _MARGIN - 4.5 * len(words), foot, 8.5, grey))


@lru_cache(maxsize=1)
def _font_file() -> bytes:
    return files("indicators.report").joinpath("fonts", "summary.ttf").read_bytes()


def pdf_of(pages: Sequence[TextPage]) -> bytes:
    """Return the pages as a PDF that carries its font."""
    import pypdfium2.raw as raw

    data = _font_file()
    buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
    with LOCK:
        document = raw.FPDF_CreateNewDocument()
        font = raw.FPDFText_LoadFont(document, buffer, len(data), raw.FPDF_FONT_TRUETYPE, True)
        try:
            for number, page in enumerate(pages):
                _draw(raw, document, font, number, page)
            return _saved(raw, document)
        finally:
            raw.FPDFFont_Close(font)
            raw.FPDF_CloseDocument(document)


def _draw(raw: Any, document: Any, font: Any, number: int, page: TextPage) -> None:
    handle = raw.FPDFPage_New(document, number, WIDTH, HEIGHT)
    for line in page.lines:
        if not line.text.strip():
            continue
        shape = raw.FPDFPageObj_CreateTextObj(document, font, line.size)
        text = ctypes.create_string_buffer(_known(line.text).encode("utf-16-le") + b"\0\0")
        raw.FPDFText_SetText(shape, ctypes.cast(text, ctypes.POINTER(ctypes.c_ushort)))
        raw.FPDFPageObj_SetFillColor(shape, *(round(255 * part) for part in line.colour), 255)
        raw.FPDFPageObj_Transform(shape, 1, 0, 0, 1, round(line.x, 2), round(line.y, 2))
        raw.FPDFPage_InsertObject(handle, shape)
    for y in page.rules:
        shape = raw.FPDFPageObj_CreateNewRect(_MARGIN, round(y, 2), WIDTH - 2 * _MARGIN, 0.6)
        raw.FPDFPageObj_SetFillColor(shape, 178, 178, 178, 255)
        raw.FPDFPath_SetDrawMode(shape, raw.FPDF_FILLMODE_ALTERNATE, False)
        raw.FPDFPage_InsertObject(handle, shape)
    raw.FPDFPage_GenerateContent(handle)
    raw.FPDF_ClosePage(handle)


def _known(text: str) -> str:
    known = _characters()
    return "".join(sign if sign in known else _MISSING for sign in text)


@lru_cache(maxsize=1)
def _characters() -> frozenset[str]:
    """Return the characters that the font has, out of the table of its segments (cmap, format 4)."""
    from struct import unpack_from

    data = _font_file()
    tables = {data[at : at + 4]: unpack_from(">I", data, at + 8)[0] for at in range(12, 12 + 16 * data[5], 16)}
    start = tables[b"cmap"]
    places = (unpack_from(">HHI", data, start + 4 + 8 * number) for number in range(data[start + 3]))
    table = next(start + at for _, _, at in places if unpack_from(">H", data, start + at)[0] == 4)
    count = unpack_from(">H", data, table + 6)[0] // 2
    ends = unpack_from(f">{count}H", data, table + 14)
    starts = unpack_from(f">{count}H", data, table + 16 + 2 * count)
    codes: Iterable[int] = (code for low, high in zip(starts, ends) for code in range(low, high + 1))
    return frozenset(map(chr, codes)) - {"\uffff"}


def _saved(raw: Any, document: Any) -> bytes:
    out = io.BytesIO()

    def write(_: Any, data: Any, size: int) -> int:
        out.write(ctypes.string_at(data, size))
        return 1

    file = raw.FPDF_FILEWRITE(version=1)
    file.WriteBlock = type(file.WriteBlock)(write)
    raw.FPDF_SaveAsCopy(document, file, raw.FPDF_SUBSET_NEW_FONTS)
    return out.getvalue()


def subset_tag(pages: Sequence[TextPage]) -> str:
    """Return six capitals that stand for what the pages show; pdfium draws them by lot, which no output of ours may."""
    digest = hashlib.sha256("\n".join(line.text for page in pages for line in page.lines).encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])
