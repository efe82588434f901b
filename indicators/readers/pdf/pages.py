"""A page of pdfium as arrays: characters with boxes and angles, rules, shades, pictures."""

from __future__ import annotations

import ctypes
from itertools import compress, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.readers.pdf.content import Chars, Floats, Ints, Mask, PageContent, middle_of, turned
from indicators.readers.pdf.native import Pdfium, pdfium
from indicators.readers.pdf.paths import Drawing, add_paths, transformed
from indicators.records import BBox

__all__ = ["MAX_CHARS", "MAX_OBJECTS", "load_page"]

#: Bounds that no printed page reaches; what lies beyond is left out and reported.
MAX_CHARS = 120_000
MAX_OBJECTS = 200_000
MAX_DEPTH = 8

_PATH, _IMAGE, _FORM = 2, 3, 5
#: Kind of each code point: 0 printed, 1 unseen, 2 a blank.
_KINDS = np.zeros(0x10001, np.int8)
_KINDS[:0x21] = 1
_KINDS[2] = 0
_KINDS[0xD800:0xE000] = 1
_KINDS[0xFFFE:0x10000] = 1
_KINDS[[0x09, 0x20, 0xA0, 0x2002, 0x2003, 0x3000]] = 2


def load_page(document: Any, index: int) -> PageContent | None:
    """Return the content of a page, ``None`` where pdfium cannot load it.

    Parameters
    ----------
    document
        Handle of an open document.
    index
        Page, from 0.
    """
    api = pdfium()
    page = api.raw.FPDF_LoadPage(document, index)
    if not page:
        return None
    try:
        box = api.raw.FS_RECTF()
        api.raw.FPDF_GetPageBoundingBox(page, box)
        frame = (box.left, box.bottom, box.right, box.top)
        quarter = int(api.raw.FPDFPage_GetRotation(page))
        chars, pale, whole, outside = _load_chars(api, page, frame, quarter)
        drawing = _load_drawing(api, page)
    finally:
        api.raw.FPDF_ClosePage(page)
    width, height = frame[2] - frame[0], frame[3] - frame[1]
    if quarter % 2:
        width, height = height, width
    return PageContent(
        number=index + 1,
        width=width,
        height=height,
        chars=chars,
        pale=pale,
        rules=_displayed(drawing.rules(), frame, quarter),
        shades=_displayed(drawing.shades(), frame, quarter),
        blanks=_displayed(drawing.blanks(), frame, quarter),
        pictures=_displayed(drawing.pictures(), frame, quarter),
        cut_short=not whole or drawing.cut_short,
        outside=outside,
    )


def _displayed(boxes: Floats, frame: BBox, quarter: int) -> Floats:
    """Map ``left, bottom, right, top`` of page space to boxes from the top left of the displayed page."""
    if not len(boxes):
        return np.zeros((0, 4))
    left, bottom, right, top = frame
    flat = np.stack((boxes[:, 0] - left, top - boxes[:, 3], boxes[:, 2] - left, top - boxes[:, 1]), axis=1)
    return turned(flat, quarter, right - left, top - bottom)


def _load_chars(api: Pdfium, page: Any, frame: BBox, quarter: int) -> tuple[Chars, Floats | None, bool, int]:
    """Return the characters, how bright they are, whether they are all, and how many lie outside the page."""
    text_page = api.raw.FPDFText_LoadPage(page)
    if not text_page:
        return _no_chars(), None, False, 0
    try:
        handle = ctypes.c_void_p(ctypes.cast(text_page, ctypes.c_void_p).value)
        printed = int(api.raw.FPDFText_CountChars(text_page))
        count = min(max(0, printed), MAX_CHARS)
        if not count:
            return _no_chars(), None, printed == 0, 0
        codes = _codes(api, text_page, handle, count)
        kinds = _KINDS[np.minimum(codes, len(_KINDS) - 1)]
        blank = kinds > 0
        boxes = _char_boxes(api, text_page, handle, codes, blank)
        angles = np.fromiter(map(api.angle, repeat(handle), range(count)), dtype=np.float64, count=count)
        spaced = _spaced(api, handle, kinds)
        kept = np.flatnonzero(~blank & (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1]))
        shown = _displayed(boxes[kept], frame, quarter)
        width, height = (frame[2] - frame[0], frame[3] - frame[1])[:: -1 if quarter % 2 else 1]
        middle_x, middle_y = (shown[:, 0] + shown[:, 2]) / 2, (shown[:, 1] + shown[:, 3]) / 2
        visible = (middle_x >= 0) & (middle_x <= width) & (middle_y >= 0) & (middle_y <= height)
        # A damaged font makes characters wider than any page; the grids of later steps are as wide as the text.
        visible &= (shown[:, 2] - shown[:, 0] <= 2 * width) & (shown[:, 3] - shown[:, 1] <= 2 * height)
        outside = len(kept) - int(visible.sum())
        kept, shown = kept[visible], shown[visible]
        degrees = (-np.degrees(angles[kept]) - 90 * quarter) % 360
        chars = Chars(codes=codes[kept], boxes=shown, angles=degrees, spaced=spaced[kept])
        return chars, _brightness(api, handle, chars, kept), printed <= MAX_CHARS, outside
    finally:
        api.raw.FPDFText_ClosePage(text_page)


def _no_chars() -> Chars:
    return Chars(codes=np.zeros(0, np.int64), boxes=np.zeros((0, 4)), angles=np.zeros(0), spaced=np.zeros(0, np.bool_))


def _codes(api: Pdfium, text_page: Any, handle: Any, count: int) -> Ints:
    buffer = (ctypes.c_ushort * (count + 1))()
    written = api.raw.FPDFText_GetText(text_page, 0, count, buffer)
    codes: Ints = np.frombuffer(memoryview(buffer), dtype=np.uint16)[:count].astype(np.int64)
    if written == count + 1 and not ((codes >= 0xD800) & (codes < 0xE000)).any():
        return codes
    # Characters without Unicode are missing from the text, and those beyond U+FFFF take two places.
    return np.fromiter(map(api.unicode, repeat(handle), range(count)), dtype=np.int64, count=count)


def _char_boxes(api: Pdfium, text_page: Any, handle: Any, codes: Ints, blank: Mask) -> Floats:
    boxes: Floats = api.char_boxes(handle, len(codes))[:, (0, 3, 2, 1)].astype(np.float64)
    # Turned text comes with its sides exchanged.
    boxes = np.concatenate((np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])), axis=1)
    flat = ~blank & ((boxes[:, 2] - boxes[:, 0] < 0.1) | (boxes[:, 3] - boxes[:, 1] < 0.1))
    if flat.any():
        # Fonts without metrics (Type3 among them) have no loose box; the box of the glyph is the next best.
        sides = [ctypes.c_double() for _ in range(4)]
        for index in np.flatnonzero(flat):
            if api.raw.FPDFText_GetCharBox(text_page, int(index), *sides):
                left, right, bottom, top = (side.value for side in sides)
                boxes[index] = (left, bottom, max(right, left + 0.1), max(top, bottom + 0.1))
    _heighten(boxes, np.flatnonzero(~blank))
    return boxes


#: Height of a glyph, as a part of its width, below which it is a mere stroke.
_STROKE = 0.4


def _heighten(boxes: Floats, glyphs: Ints) -> None:
    """Give strokes (一, —) the height of a character: with that of the stroke they would be lines of their own."""
    width, height = boxes[glyphs, 2] - boxes[glyphs, 0], boxes[glyphs, 3] - boxes[glyphs, 1]
    strokes = height < _STROKE * width
    level = glyphs[strokes]
    middle = (boxes[level, 1] + boxes[level, 3]) / 2
    boxes[level, 1], boxes[level, 3] = middle - width[strokes] / 2, middle + width[strokes] / 2


def _spaced(api: Pdfium, handle: Any, kinds: NDArray[np.int8]) -> Mask:
    """Mark characters after a blank of the file; blanks that pdfium only inferred do not count."""
    result = np.zeros(len(kinds) + 1, np.bool_)
    blanks = np.flatnonzero(kinds == 2)
    if len(blanks):
        inferred = np.fromiter(map(api.generated, repeat(handle), blanks.tolist()), dtype=np.int64, count=len(blanks))
        result[blanks[inferred == 0] + 1] = True
        # A run of blanks hands the mark on to the first character after it.
        for index in blanks[1:][blanks[1:] - blanks[:-1] == 1].tolist():
            result[index + 1] |= result[index]
    return result[:-1]


def _brightness(api: Pdfium, handle: Any, chars: Chars, indices: Ints) -> Floats | None:
    """Return how bright the fill of each character is, asked for only where something may be a watermark."""
    if not len(chars):
        return None
    heights = chars.boxes[:, 3] - chars.boxes[:, 1]
    usual = middle_of(heights)
    bins = np.round((chars.boxes[:, :2] + chars.boxes[:, 2:]) / max(0.7 * usual, 0.1)).astype(np.int64)
    keys = np.sort(bins[:, 0] * 1_000_003 + bins[:, 1])
    crowded = (keys[1:] == keys[:-1]).any()
    if not crowded and float(heights.max()) < 1.8 * usual:
        return None
    colours = api.char_colours(handle, indices.tolist()).astype(np.float64) / 255
    light: Floats = colours[:, :3] @ np.array([0.299, 0.587, 0.114])
    bright: Floats = 1 - colours[:, 3] * (1 - light)
    return bright


def _load_drawing(api: Pdfium, page: Any) -> Drawing:
    drawing = Drawing()
    handle = ctypes.c_void_p(ctypes.cast(page, ctypes.c_void_p).value)
    count = max(0, int(api.raw.FPDFPage_CountObjects(page)))
    drawing.left = MAX_OBJECTS
    _walk(api, drawing, api.page_object, handle, count, None, 0)
    return drawing


def _walk(
    api: Pdfium, drawing: Drawing, getter: Any, holder: Any, count: int, matrix: Floats | None, depth: int
) -> None:
    """Collect what is drawn by the objects of a page or of a form, down the tree of forms."""
    drawing.cut_short |= count > drawing.left
    count = min(count, drawing.left)
    drawing.left -= count
    objects = list(map(getter, repeat(holder), range(count)))
    types = list(map(api.type, objects))
    if _PATH in types:
        add_paths(api, drawing, list(compress(objects, map(_PATH.__eq__, types))), matrix)
    if _IMAGE in types:
        images = list(compress(objects, map(_IMAGE.__eq__, types)))
        drawing.picture_parts.append(transformed(api.object_bounds(images).astype(np.float64), matrix))
    drawing.cut_short |= _FORM in types and depth >= MAX_DEPTH
    if _FORM in types and depth < MAX_DEPTH:
        for form in compress(objects, map(_FORM.__eq__, types)):
            inner = _matrix(api, form)
            whole = inner if matrix is None else inner @ matrix
            size = int(api.raw.FPDFFormObj_CountObjects(ctypes.cast(form, api.raw.FPDF_PAGEOBJECT)))
            _walk(api, drawing, api.form_object, form, max(0, size), whole, depth + 1)


def _matrix(api: Pdfium, page_object: Any) -> Floats:
    raw = api.raw.FS_MATRIX()
    if not api.raw.FPDFPageObj_GetMatrix(ctypes.cast(page_object, api.raw.FPDF_PAGEOBJECT), raw):
        return np.eye(3)
    return np.array([[raw.a, raw.b, 0.0], [raw.c, raw.d, 0.0], [raw.e, raw.f, 1.0]])
