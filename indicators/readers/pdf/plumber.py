"""The second engine: pdfplumber, tuned. Slower by a factor of twenty, built on another parser.

It serves as the oracle of the tests, on request, and for pages where the fast engine doubts itself.
"""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from indicators.errors import ReadError
from indicators.readers.pdf.content import Chars, Floats, PageContent
from indicators.readers.pdf.lattice import Lattice, compressed

__all__ = ["SETTINGS", "opened", "plumber_lattices", "plumber_page", "upright_page"]

#: The default tolerance of 3 points loses rules in tight rows.
SETTINGS: dict[str, object] = {
    "vertical_strategy": "lines",
    "horizontal_strategy": "lines",
    "snap_tolerance": 1.5,
    "join_tolerance": 1.5,
    "intersection_tolerance": 1.5,
    "text_x_tolerance": 1.5,
    "text_y_tolerance": 1.5,
}
_SLANT = math.tan(math.radians(3))


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Any]:
    """Open a PDF with pdfplumber.

    Raises
    ------
    ReadError
        Where pdfplumber cannot open it.
    """
    import pdfplumber

    # pdfminer warns of every odd font; what matters is in the result.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        document = pdfplumber.open(io.BytesIO(data))
    except Exception as error:
        raise ReadError(
            "PDF 无法用备用引擎打开", where=name, why=type(error).__name__, remedy="请改用默认引擎（pypdfium2）"
        ) from error
    try:
        yield document
    finally:
        document.close()


def _is_upright(item: dict[str, Any]) -> bool:
    # pdfminer calls a character upright even at 40 degrees; its matrix tells.
    if item.get("object_type") != "char":
        return True
    a, b, c, d = item["matrix"][:4]
    return bool(abs(b) <= _SLANT * abs(a) and abs(c) <= _SLANT * abs(d)) or bool(
        abs(a) <= _SLANT * abs(b) and abs(d) <= _SLANT * abs(c)
    )


def upright_page(page: Any) -> Any:
    """Return a pdfplumber page without slanted characters."""
    return page.filter(_is_upright)


def _on(page: Any, item: dict[str, Any]) -> bool:
    left, top, right, bottom = page.bbox
    middle_x, middle_y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    wide, high = item["x1"] - item["x0"], item["bottom"] - item["top"]
    return bool(
        left <= middle_x <= right
        and top <= middle_y <= bottom
        and wide <= 2 * (right - left)
        and high <= 2 * (bottom - top)
    )


def plumber_page(page: Any) -> PageContent:
    """Return the characters of a pdfplumber page; rules are left to its own finder."""
    # As pdfium: what lies outside the page is not seen (a damaged font puts characters a million points away).
    items = [item for item in page.chars if not item["text"].isspace() and item["text"] and _on(page, item)]
    blanks = {(round(item["x1"], 1), round(item["top"], 0)) for item in page.chars if item["text"].isspace()}
    pieces = [(ord(char), item) for item in items for char in _characters(item["text"])]
    boxes = np.array([_box(item) for _, item in pieces], dtype=np.float64).reshape(-1, 4)
    pictures = [(item["x0"], item["top"], item["x1"], item["bottom"]) for item in page.images]
    chars = Chars(
        codes=np.array([code for code, _ in pieces], dtype=np.int64),
        boxes=boxes,
        angles=np.array([_angle(item) for _, item in pieces], dtype=np.float64),
        spaced=np.array([(round(i["x0"], 1), round(i["top"], 0)) in blanks for _, i in pieces], dtype=np.bool_),
    )
    return PageContent(
        number=int(page.page_number),
        width=float(page.width),
        height=float(page.height),
        chars=chars,
        pictures=np.array(pictures, dtype=np.float64).reshape(-1, 4),
    )


def _characters(text: str) -> str:
    # An unmapped glyph arrives as "(cid:123)".
    return "\ufffd" if text.startswith("(cid:") else text


def _box(item: dict[str, Any]) -> tuple[float, float, float, float]:
    return item["x0"], item["top"], item["x1"], item["bottom"]


def _angle(item: dict[str, Any]) -> float:
    a, b = item["matrix"][:2]
    return math.degrees(math.atan2(b, a)) % 360


def plumber_lattices(page: Any) -> list[Lattice]:
    """Return the tables that pdfplumber finds on a page."""
    tables = upright_page(page).find_tables(SETTINGS)
    lattices = [lattice for table in tables if (lattice := _lattice(table.cells)) is not None]
    return sorted(lattices, key=lambda lattice: (lattice.box[1], lattice.box[0]))


def _lattice(cells: list[tuple[float, float, float, float]]) -> Lattice | None:
    if not cells:
        return None
    boxes = np.array(cells, dtype=np.float64)
    xs, columns = _stops(boxes[:, (0, 2)])
    ys, rows = _stops(boxes[:, (1, 3)])
    placed = np.stack((rows[:, 0], columns[:, 0], rows[:, 1], columns[:, 1]), axis=1)
    placed = placed[(placed[:, 2] > placed[:, 0]) & (placed[:, 3] > placed[:, 1])]
    return compressed(xs, ys, placed) if len(placed) else None


def _stops(values: Floats) -> tuple[Floats, np.ndarray[Any, np.dtype[np.int64]]]:
    flat = np.sort(values.ravel())
    groups = np.concatenate(([0], np.cumsum(np.diff(flat) > 1.5)))
    stops = np.bincount(groups, weights=flat) / np.bincount(groups)
    nearest = np.abs(values[:, :, None] - stops[None, None, :]).argmin(axis=2)
    return stops, nearest
