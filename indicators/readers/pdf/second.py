"""When and how the second engine is asked."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import numpy as np

from indicators.errors import ReadError
from indicators.readers.pdf.content import PageContent
from indicators.readers.pdf.layout import lay_out_with
from indicators.readers.pdf.marks import find_watermarks
from indicators.readers.pdf.parts import PageLayout
from indicators.readers.pdf.plumber import opened, plumber_lattices, plumber_page

__all__ = ["SecondEngine"]

#: pdfplumber needs minutes for drawings; such pages stay with the fast engine.
_MAX_CHARS = 20_000
_MAX_RULES = 6_000
_MAX_PAGES = 25


class SecondEngine:
    """pdfplumber on the same file, opened on the first page that needs it."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self._name = data, name
        self._stack = ExitStack()
        self._document: Any = None
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def worthwhile(self, page: PageContent) -> bool:
        """Return whether a doubtful page may be read again in reasonable time."""
        self._asked += 1
        return self._asked <= _MAX_PAGES and len(page.chars) <= _MAX_CHARS and len(page.rules) <= _MAX_RULES

    def layout(self, page: PageContent) -> PageLayout | None:
        """Return the layout by pdfplumber, ``None`` where it cannot read the page."""
        try:
            if self._document is None:
                self._document = self._stack.enter_context(opened(self._data, self._name))
            source = self._document.pages[page.number - 1]
        except (ReadError, IndexError):
            return None
        try:
            content = plumber_page(source)
            chars, _ = find_watermarks(content)
            return lay_out_with(content, chars, plumber_lattices(source), [], rules=np.zeros((0, 4)))
        except Exception:
            # A page that pdfminer cannot parse is left to the fast engine.
            return None
        finally:
            source.close()

    def better(self, page: PageContent, layout: PageLayout) -> PageLayout:
        """Return the layout by pdfplumber where it puts more text into cells, else the one given."""
        other = self.layout(page)
        if other is None or other.doubtful:
            return layout
        return other if _in_cells(other) > _in_cells(layout) else layout


def _in_cells(layout: PageLayout) -> int:
    return sum(len(text) for table in layout.tables for text in table.texts)
