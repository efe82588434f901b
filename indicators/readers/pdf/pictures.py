"""Pages that are pictures: which they are, and their image for a recogniser."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indicators.readers.pdf.content import Chars, Floats, PageContent
from indicators.readers.pdf.native import pdfium
from indicators.records import BBox, Location, Mark, Note, Picture, Region, Ruled, Table

__all__ = ["PageOcr", "PictureReading", "Recognised", "picture_areas", "recognise"]

#: Share of the page from which a picture may hold a form rather than a logo or a seal.
_LARGE = 0.1
#: Characters over a picture up to which it counts as not read.
_FEW = 12
#: Characters on a page up to which the whole page is taken as one picture.
_BARE = 40
#: Pictures read on a page.
_MOST = 8
_DPI = 300.0
_MAX_PIXELS = 24_000_000


class PictureReading(Protocol):
    """What a recogniser says of a picture: what stands on it, stamps, and what was doubtful."""

    @property
    def blocks(self) -> tuple[Picture, ...]:
        """What the picture shows, boxes in points from its top left."""
        ...

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Stamps that were taken out."""
        ...

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was doubtful, repaired or given up."""
        ...


class PageOcr(Protocol):
    """Recognises what stands on an image of a page or of a part of it."""

    def __call__(self, image: NDArray[np.uint8], scale: float, page: int) -> PictureReading:
        """Return what an image says.

        Parameters
        ----------
        image
            RGB, shape ``(height, width, 3)``.
        scale
            Pixels a point; boxes in the result are in points from the top left of the image.
        page
            Page, from 1, to be written into the locations.
        """
        ...


@dataclass(slots=True)
class Recognised:
    """What the pictures of a document say, boxes on their pages."""

    blocks: list[Picture] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def picture_areas(page: PageContent, chars: Chars) -> list[BBox]:
    """Return the boxes of pictures that hold print which is not in the text of the page."""
    boxes = _clipped(page.pictures, page.width, page.height)
    size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    total = page.width * page.height
    if not len(boxes) or total <= 0:
        return []
    if len(chars) <= _BARE and size.sum() >= 0.3 * total:
        # Scanners cut a page into strips; they are read together.
        return [(0.0, 0.0, page.width, page.height)]
    x, y = (chars.boxes[:, 0] + chars.boxes[:, 2]) / 2, (chars.boxes[:, 1] + chars.boxes[:, 3]) / 2
    areas: list[BBox] = []
    for x0, y0, x1, y1 in np.unique(boxes[size >= _LARGE * total], axis=0)[:50].tolist():
        over = (x > x0) & (x < x1) & (y > y0) & (y < y1)
        if len(areas) < _MOST and over.sum() <= _FEW and (x0, y0, x1, y1) not in areas:
            areas.append((x0, y0, x1, y1))
    return areas


def _clipped(boxes: Floats, width: float, height: float) -> Floats:
    result = boxes.copy()
    result[:, (0, 2)] = result[:, (0, 2)].clip(0, width)
    result[:, (1, 3)] = result[:, (1, 3)].clip(0, height)
    return result


def recognise(document: Any, page: PageContent, areas: list[BBox], ocr: PageOcr, found: Recognised) -> None:
    """Render a page, hand its pictures to the recogniser, and add what it says, with boxes on the page."""
    scale = min(_DPI / 72, math.sqrt(_MAX_PIXELS / max(1.0, page.width * page.height)))
    image = _rendered(document, page.number - 1, scale)
    for x0, y0, x1, y1 in areas:
        left, top, right, bottom = (round(value * scale) for value in (x0, y0, x1, y1))
        part = np.ascontiguousarray(image[top:bottom, left:right])
        if min(part.shape[:2]) < 20:
            continue
        reading = ocr(part, scale, page.number)
        found.blocks += [_moved(block, x0, y0) for block in reading.blocks]
        found.marks += [replace(mark, at=_moved_place(mark.at, x0, y0)) for mark in reading.marks]
        found.notes += [replace(note, at=note.at and _moved_place(note.at, x0, y0)) for note in reading.notes]


def _rendered(document: Any, index: int, scale: float) -> NDArray[np.uint8]:
    raw = pdfium().raw
    page = raw.FPDF_LoadPage(document, index)
    try:
        width = max(1, round(raw.FPDF_GetPageWidthF(page) * scale))
        height = max(1, round(raw.FPDF_GetPageHeightF(page) * scale))
        bitmap = raw.FPDFBitmap_Create(width, height, 0)
        if not bitmap:
            return np.full((1, 1, 3), 255, np.uint8)
        try:
            raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
            raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT)
            stride = raw.FPDFBitmap_GetStride(bitmap)
            address = ctypes.cast(raw.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte * (stride * height)))
            pixels = np.frombuffer(address.contents, dtype=np.uint8).reshape(height, stride)
            colours = pixels[:, : width * 4].reshape(height, width, 4)
            return np.ascontiguousarray(colours[:, :, (2, 1, 0)])
        finally:
            raw.FPDFBitmap_Destroy(bitmap)
    finally:
        raw.FPDF_ClosePage(page)


def _moved(picture: Picture, x: float, y: float) -> Picture:
    parts = (
        replace(part, table=_moved_table(part.table, x, y), text=_moved_region(part.text, x, y))
        if isinstance(part, Ruled)
        else _moved_region(part, x, y)
        for part in picture.parts
    )
    return replace(picture, at=_moved_place(picture.at, x, y), parts=tuple(parts))


def _moved_table(table: Table, x: float, y: float) -> Table:
    cells = tuple(replace(cell, at=_moved_place(cell.at, x, y)) for cell in table.cells)
    return replace(table, at=_moved_place(table.at, x, y), cells=cells)


def _moved_region(region: Region, x: float, y: float) -> Region:
    lines = tuple(replace(line, at=_moved_place(line.at, x, y)) for line in region.lines)
    segments = tuple(replace(piece, at=_moved_place(piece.at, x, y)) for piece in region.segments)
    return replace(region, at=_moved_place(region.at, x, y), lines=lines, segments=segments)


def _moved_place(at: Location, x: float, y: float) -> Location:
    if at.bbox is None:
        return at
    x0, y0, x1, y1 = at.bbox
    return replace(at, bbox=(round(x0 + x, 2), round(y0 + y, 2), round(x1 + x, 2), round(y1 + y, 2)))
