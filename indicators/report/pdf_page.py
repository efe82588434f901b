"""Pages of Chinese text drawn with the reader's own fonts, so that no font file is needed.

The font is one of the predefined Adobe-GB1 collections: Acrobat, WPS and browsers put the system's Chinese font in its
place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from indicators.report.folding import columns_of, cut, fold

__all__ = ["HEIGHT", "WIDTH", "Sheet", "TextPage", "font_object"]

WIDTH, HEIGHT = 595.28, 841.89
_MARGIN = 48.0


@dataclass
class TextPage:
    """A page being written: its drawing operators and the boxes that lead elsewhere."""

    operators: list[str] = field(default_factory=list)
    links: list[tuple[float, float, float, float, int]] = field(default_factory=list)


@dataclass
class Sheet:
    """Writes lines from top to bottom over as many pages as it takes.

    Parameters
    ----------
    most
        Most pages; what does not fit is left out, see ``full``.
    """

    most: int = 3
    pages: list[TextPage] = field(default_factory=lambda: [TextPage()])
    y: float = HEIGHT - _MARGIN
    full: bool = False

    def write(
        self,
        text: str,
        *,
        size: float = 10,
        indent: float = 0,
        colour: tuple[float, float, float] = (0.1, 0.1, 0.1),
        link: int | None = None,
        gap: float = 3,
    ) -> None:
        """Write a paragraph; ``link`` is the page, from 1, that a click on it opens."""
        room = WIDTH - 2 * _MARGIN - indent
        for line in fold(text, int(room / size * 2), paper=True).splitlines() or [""]:
            if self.y - size * 1.5 < _MARGIN and not self._turn():
                return
            self.y -= size * 1.45
            x = _MARGIN + indent
            self.pages[-1].operators.append(_text(line, x, self.y, size, colour))
            if link is not None:
                end = x + columns_of(line, paper=True) * size / 2
                self.pages[-1].links.append((x, self.y - size * 0.25, end, self.y + size, link))
        self.y -= gap

    def rule(self) -> None:
        """Draw a line across the page."""
        self.y -= 4
        self.pages[-1].operators.append(f"0.7 G 0.6 w {_MARGIN} {self.y:.1f} m {WIDTH - _MARGIN} {self.y:.1f} l S")
        self.y -= 4

    def close(self, text: str) -> None:
        """Write one line at the foot of the last page."""
        line = cut(text, int((WIDTH - 2 * _MARGIN) / 8.5 * 2))
        self.pages[-1].operators.append(_text(line, _MARGIN, _MARGIN - 16, 8.5, (0.45, 0.45, 0.45)))

    def _turn(self) -> bool:
        if len(self.pages) >= self.most:
            self.full = True
            return False
        self.pages.append(TextPage())
        self.y = HEIGHT - _MARGIN
        return True


def _text(line: str, x: float, y: float, size: float, colour: tuple[float, float, float]) -> str:
    shown = line.encode("utf-16-be", errors="ignore").hex().upper()
    red, green, blue = colour
    return f"BT {red:g} {green:g} {blue:g} rg /F1 {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{shown}> Tj ET"


def font_object() -> Any:
    """Return the font dictionary: Chinese characters a full size wide, Latin ones half."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

    name = NameObject
    descriptor = DictionaryObject(
        {
            name("/Type"): name("/FontDescriptor"),
            name("/FontName"): name("/STSong-Light"),
            name("/Flags"): NumberObject(6),
            name("/FontBBox"): ArrayObject([NumberObject(value) for value in (-25, -254, 1000, 880)]),
            name("/ItalicAngle"): NumberObject(0),
            name("/Ascent"): NumberObject(880),
            name("/Descent"): NumberObject(-120),
            name("/CapHeight"): NumberObject(880),
            name("/StemV"): NumberObject(93),
        }
    )
    system = DictionaryObject(
        {
            name("/Registry"): TextStringObject("Adobe"),
            name("/Ordering"): TextStringObject("GB1"),
            name("/Supplement"): NumberObject(4),
        }
    )
    descendant = DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/CIDFontType0"),
            name("/BaseFont"): name("/STSong-Light"),
            name("/CIDSystemInfo"): system,
            name("/DW"): NumberObject(1000),
            name("/W"): ArrayObject([NumberObject(value) for value in (1, 95, 500, 814, 939, 500)]),
            name("/FontDescriptor"): descriptor,
        }
    )
    return DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/Type0"),
            name("/BaseFont"): name("/STSong-Light-UniGB-UTF16-H"),
            name("/Encoding"): name("/UniGB-UTF16-H"),
            name("/DescendantFonts"): ArrayObject([descendant]),
        }
    )
