"""PNG, JPEG, TIFF (all pages), BMP and GIF to Document, by the OCR path."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from indicators.errors import ReadError
from indicators.readers import sniff
from indicators.records import BBox, Document, Mark, Note, Picture
from indicators.telling import at_page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["draw_pages", "read_image"]

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF")
#: A3 at 600 dpi; beyond it lies a decompression bomb.
_MOST_PIXELS = 80_000_000
_MOST_PAGES = 500
#: Plausible long sides of a sheet in points: from A5 to A3 with a margin for odd scanners.
_SHORTEST, _LONGEST, _A4 = 560.0, 1300.0, 842.0


def read_image(data: bytes, name: str) -> Document:
    """Recognise the pages of a picture file.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name without folders.

    Raises
    ------
    MissingExtraError
        If the extra ``ocr`` is not installed.
    ReadError
        If the file is damaged, too large, or holds no readable text.
    """
    from indicators.readers.ocr import make_page_ocr, require_ocr

    require_ocr()
    recogniser = make_page_ocr()
    blocks: list[Picture] = []
    problems: list[Note] = []
    marks: list[Mark] = []
    pages = 0
    for pixels, scale in _pages(data, name):
        pages += 1
        at_page(pages)
        reading = recogniser.reading(pixels, scale, pages)
        blocks += reading.blocks
        marks += reading.marks
        problems += reading.notes
    if not blocks:
        why = "；".join(dict.fromkeys(note.message for note in problems)) or "图片中没有可识别的文字"
        raise ReadError(
            "图片无法识别", where=name, why=why, remedy="请以 200 dpi 以上重新扫描或导出，或提供 PDF、Word、Excel 原件"
        )
    return Document(
        name=name, sha256=hashlib.sha256(data).hexdigest(), media_type=sniff.sniff(data), reader="ocr", pages=pages,
        blocks=tuple(blocks), marks=tuple(marks), problems=tuple(problems),
    )  # fmt: skip


def draw_pages(
    data: bytes, name: str, pages: Collection[int], hide: Mapping[int, Sequence[BBox]], *, width: int = 1000
) -> Iterator[tuple[int, float, float, bytes]]:
    """Yield chosen pages of a picture file as small grey PNG for reports, with their size in points.

    Parameters
    ----------
    data, name
        The file.
    pages
        Pages wanted, from 1.
    hide
        By page, boxes in points from the top left that are painted over: names and phone numbers.
    width
        Greatest width of a page in pixels.

    Raises
    ------
    ReadError
        If the file is damaged or too large.
    """
    from PIL import Image, ImageDraw

    for page, (pixels, scale) in enumerate(_pages(data, name), start=1):
        if page > max(pages, default=0):
            return
        if page not in pages:
            continue
        image = Image.fromarray(pixels).convert("L")
        size = image.width / scale, image.height / scale
        draw = ImageDraw.Draw(image)
        for box in hide.get(page, ()):
            draw.rectangle([value * scale for value in box], fill=200)
        image.thumbnail((width, 4 * width))
        out = io.BytesIO()
        image.quantize(16).save(out, "PNG", optimize=True)
        yield page, size[0], size[1], out.getvalue()


def _pages(data: bytes, name: str) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Yield each page as grey or RGB with its scale in pixels a point."""
    import numpy as np
    from PIL import Image, ImageOps, ImageSequence

    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
            if number > _MOST_PAGES or (number > 1 and image.format == "GIF"):
                break
            if frame.width * frame.height > _MOST_PIXELS:
                raise _too_large(f"{name} 第 {number} 页", f"{frame.width}×{frame.height} 像素")
            dpi = frame.info.get("dpi")
            upright = ImageOps.exif_transpose(frame)
            flat = _flattened(upright)
            yield np.asarray(flat), _scale(dpi, flat.width, flat.height)
    except ReadError:
        raise
    except Exception as error:
        # Damaged files raise a dozen kinds of errors out of the decoders.
        raise _damaged(error, name) from error


def _damaged(error: Exception, name: str) -> ReadError:
    said = str(error)
    if "exceeds limit" in said:
        return _too_large(name, "像素数超过可安全解码的上限")
    if "truncated" in said or "Truncated" in said or "not enough" in said:
        why = "文件不完整，可能没有下载或复制完"
    elif "cannot identify" in said:
        why = "内容不是 PNG、JPEG、TIFF、BMP 或 GIF 图片"
    else:
        why = f"解码失败（{type(error).__name__}）"
    return ReadError("图片文件已损坏或格式不受支持", where=name, why=why, remedy="请重新导出为 PNG、JPEG 或 TIFF")


def _too_large(where: str, why: str) -> ReadError:
    return ReadError("图片太大", where=where, why=why, remedy="请以 200 至 300 dpi 重新扫描")


def _flattened(image: Any) -> Any:
    """Return a picture as grey or RGB on white."""
    from PIL import Image

    if image.mode in ("L", "1", "I;16", "I", "F"):
        return image.convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image.convert("RGB")


def _scale(dpi: Any, width: int, height: int) -> float:
    """Return pixels a point: by the file's own resolution where it gives a sheet, else as if it were A4."""
    longest = max(width, height)
    try:
        stated = float(dpi[0])
    except (TypeError, ValueError, IndexError):
        stated = 0.0
    if stated > 0 and _SHORTEST <= longest * 72 / stated <= _LONGEST:
        return stated / 72
    return max(longest / _A4, 0.2)
