"""Pictures of PDF pages, and copies of a PDF that other libraries can open."""

from __future__ import annotations

import ctypes
import io
import struct
import zlib
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.errors import ReadError
from indicators.readers.pdf.native import LOCK
from indicators.records import BBox

__all__ = ["PageRenderer", "png", "unlocked_copy"]

_MOST_PIXELS = 4_000_000
_REMOVE_SECURITY = 3


class PageRenderer:
    """An open PDF whose pages can be drawn.

    Parameters
    ----------
    data
        The file.

    Raises
    ------
    ReadError
        If pdfium cannot open it.
    """

    def __init__(self, data: bytes) -> None:
        self._document = _opened(data)

    def __enter__(self) -> PageRenderer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with LOCK:
            self._document.close()

    def __len__(self) -> int:
        return len(self._document)

    def size(self, page: int) -> tuple[float, float]:
        """Return width and height of a page as displayed, in points; pages count from 1."""
        with LOCK:
            width, height = self._document.get_page_size(page - 1)
        return float(width), float(height)

    def picture(self, page: int, *, width: int = 1000, hide: Sequence[BBox] = ()) -> bytes:
        """Return a page as PNG in 16 grey levels, which is small and enough to read.

        Parameters
        ----------
        page
            From 1.
        width
            In pixels.
        hide
            Boxes in points from the top left that are painted over: names and phone numbers.
        """
        with LOCK:
            handle = self._document[page - 1]
            try:
                wide, high = handle.get_size()
                scale = width / max(wide, 1.0)
                scale = min(scale, (_MOST_PIXELS / max(wide * high, 1.0)) ** 0.5)
                bitmap = handle.render(scale=scale, grayscale=True)
                grey = np.array(bitmap.to_numpy(), copy=True).reshape(bitmap.height, bitmap.width, -1)[:, :, 0]
                bitmap.close()
            finally:
                handle.close()
        for x0, y0, x1, y1 in hide:
            top, left = max(0, int(y0 * scale)), max(0, int(x0 * scale))
            grey[top : int(y1 * scale) + 1, left : int(x1 * scale) + 1] = 200
        return png(grey)


def png(grey: NDArray[np.uint8]) -> bytes:
    """Return a picture of 16 grey levels as PNG.

    Parameters
    ----------
    grey
        Brightness 0..255, shape ``(height, width)``.
    """
    height, width = grey.shape
    levels = (grey.astype(np.uint16) + 8) // 17
    if width % 2:
        levels = np.pad(levels, ((0, 0), (0, 1)))
    packed = ((levels[:, 0::2] << 4) | levels[:, 1::2]).astype(np.uint8)
    rows = np.zeros((height, packed.shape[1] + 1), np.uint8)
    rows[:, 1:] = packed
    head = struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def unlocked_copy(data: bytes) -> bytes:
    """Return a copy of a PDF without restrictions and with a sound cross-reference, as pdfium rewrites it.

    Raises
    ------
    ReadError
        If pdfium cannot open or save it.
    """
    import pypdfium2.raw as raw

    out = io.BytesIO()

    def take(_: Any, block: Any, size: int) -> int:
        out.write(ctypes.string_at(block, size))
        return 1

    with LOCK:
        document = _opened(data)
        try:
            writer = raw.FPDF_FILEWRITE(version=1)
            writer.WriteBlock = type(writer.WriteBlock)(take)
            done = raw.FPDF_SaveAsCopy(document, ctypes.byref(writer), _REMOVE_SECURITY)
        finally:
            document.close()
    if not done:
        raise ReadError("PDF 无法重新保存", remedy="请用 WPS 或 Acrobat 另存为新文件后再试")
    return out.getvalue()


def _opened(data: bytes) -> Any:
    import pypdfium2

    with LOCK:
        try:
            return pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise ReadError("PDF 打不开", why=str(error), remedy="请确认文件没有损坏、没有打开密码") from None
