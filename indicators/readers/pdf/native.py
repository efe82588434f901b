"""Calls into pdfium in bulk: one C call an item, nothing else in between.

pypdfium2 wraps each call in Python objects, which doubles the time of a page. The functions here are called through
``map`` with arguments prepared once, and write straight into one shared buffer. pdfium is not thread-safe: callers
hold ``LOCK``.
"""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LOCK", "Pdfium", "pdfium"]

LOCK = threading.RLock()
#: Items a pass through the shared buffer; bounds the memory of the argument pool.
CHUNK = 4096
_ITEM = 16


class Handle(ctypes.c_void_p):
    """A pointer that ctypes returns as it is, so that it can be passed on without conversion."""


class Pdfium:
    """The functions of pdfium this package calls often, and the buffer they write to."""

    def __init__(self) -> None:
        import pypdfium2.raw as raw

        self.raw: Any = raw
        self._buffer = (ctypes.c_float * (4 * CHUNK))()
        self._items = np.frombuffer(memoryview(self._buffer), dtype=np.float32).reshape(CHUNK, 4)
        self._words = np.frombuffer(memoryview(self._buffer), dtype=np.uint32).reshape(CHUNK, 4)
        self._references = [
            [ctypes.byref(self._buffer, _ITEM * item + 4 * part) for item in range(CHUNK)] for part in range(4)
        ]
        self._matrices = (ctypes.c_float * (6 * CHUNK))()
        self._matrix_references = [ctypes.byref(self._matrices, 24 * item) for item in range(CHUNK)]
        self.loose_box = self._bind("FPDFText_GetLooseCharBox")
        self.angle = self._bind("FPDFText_GetCharAngle", ctypes.c_float)
        self.unicode = self._bind("FPDFText_GetUnicode", ctypes.c_uint)
        self.generated = self._bind("FPDFText_IsGenerated")
        self.char_colour = self._bind("FPDFText_GetFillColor")
        self.page_object = self._bind("FPDFPage_GetObject", Handle)
        self.form_object = self._bind("FPDFFormObj_GetObject", Handle)
        self.type = self._bind("FPDFPageObj_GetType")
        self.bounds = self._bind("FPDFPageObj_GetBounds")
        self.fill_colour = self._bind("FPDFPageObj_GetFillColor")
        self.stroke_colour = self._bind("FPDFPageObj_GetStrokeColor")
        self.matrix = self._bind("FPDFPageObj_GetMatrix")
        self.draw_mode = self._bind("FPDFPath_GetDrawMode")
        self.count_segments = self._bind("FPDFPath_CountSegments")
        self.segment = self._bind("FPDFPath_GetPathSegment", Handle)
        self.point = self._bind("FPDFPathSegment_GetPoint")
        self.segment_type = self._bind("FPDFPathSegment_GetType")
        self.segment_close = self._bind("FPDFPathSegment_GetClose")

    def _bind(self, name: str, result: Any = ctypes.c_int) -> Any:
        # Without declared argument types ctypes takes prepared pointers as they are: half the time a call.
        address = ctypes.cast(getattr(self.raw, name), ctypes.c_void_p).value
        assert address is not None
        return ctypes.PYFUNCTYPE(result)(address)

    def _filled(
        self, function: Any, first: Any, second: Sequence[Any] | range | None, count: int, parts: int, words: bool
    ) -> NDArray[Any]:
        """Call ``function(first, [second,] out...)`` for each item and return what was written, shape (n, 4)."""
        source = self._words if words else self._items
        result = np.empty((count, 4), dtype=source.dtype)
        for start in range(0, count, CHUNK):
            size = min(CHUNK, count - start)
            source[:size] = 0
            arguments: list[Any] = [first if not isinstance(first, list) else first[start : start + size]]
            if second is not None:
                arguments.append(second[start : start + size])
            arguments += [self._references[part][:size] for part in range(parts)]
            deque(map(function, *arguments), maxlen=0)
            result[start : start + size] = source[:size]
        return result

    def char_boxes(self, text_page: Any, count: int) -> NDArray[np.float32]:
        """Return ``left, top, right, bottom`` of each character in page space, shape ``(n, 4)``."""
        return self._filled(self.loose_box, repeat(text_page), range(count), count, 1, False)

    def char_colours(self, text_page: Any, indices: list[int]) -> NDArray[np.uint32]:
        """Return ``red, green, blue, alpha`` of the characters, shape ``(n, 4)``."""
        return self._filled(self.char_colour, repeat(text_page), indices, len(indices), 4, True)

    def object_bounds(self, objects: list[Any]) -> NDArray[np.float32]:
        """Return ``left, bottom, right, top`` of page objects, shape ``(n, 4)``."""
        return self._filled(self.bounds, objects, None, len(objects), 4, False)

    def colours(self, objects: list[Any], stroke: bool) -> NDArray[np.uint32]:
        """Return ``red, green, blue, alpha`` of page objects, shape ``(n, 4)``."""
        function = self.stroke_colour if stroke else self.fill_colour
        return self._filled(function, objects, None, len(objects), 4, True)

    def draw_modes(self, objects: list[Any]) -> NDArray[np.uint32]:
        """Return ``fill mode, stroke`` of paths in the first two columns, shape ``(n, 4)``."""
        return self._filled(self.draw_mode, objects, None, len(objects), 2, True)

    def matrices(self, objects: list[Any]) -> NDArray[np.float32]:
        """Return ``a, b, c, d, e, f`` of page objects, shape ``(n, 6)``."""
        result = np.empty((len(objects), 6), np.float32)
        items = np.frombuffer(memoryview(self._matrices), dtype=np.float32).reshape(CHUNK, 6)
        for start in range(0, len(objects), CHUNK):
            chunk = objects[start : start + CHUNK]
            items[: len(chunk)] = (1, 0, 0, 1, 0, 0)
            deque(map(self.matrix, chunk, self._matrix_references[: len(chunk)]), maxlen=0)
            result[start : start + len(chunk)] = items[: len(chunk)]
        return result

    def points(self, segments: list[Any]) -> NDArray[np.float32]:
        """Return ``x, y`` of path segments in the first two columns, shape ``(n, 4)``."""
        return self._filled(self.point, segments, None, len(segments), 2, False)


@lru_cache(maxsize=1)
def pdfium() -> Pdfium:
    """Return the bound library; it is loaded on the first call."""
    return Pdfium()
