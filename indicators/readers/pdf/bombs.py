"""Files made to exhaust memory or time are refused before the parser sees them."""

from __future__ import annotations

import re
import zlib

from indicators.errors import ReadError

__all__ = ["refuse_bombs"]

#: A compressed stream below this size cannot unfold beyond ``MAX_UNFOLDED``.
_SMALL = 60_000
MAX_UNFOLDED = 256_000_000
_STEP = 1 << 20
_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_TWICE = re.compile(rb"/Filter\s*\[\s*/(?:FlateDecode|Fl|LZWDecode|LZW)\s*/(?:FlateDecode|Fl|LZWDecode|LZW)")


def refuse_bombs(data: bytes, name: str) -> None:
    """Refuse a file with a stream that unfolds beyond all measure.

    Raises
    ------
    ReadError
        Names the limit.
    """
    if _TWICE.search(data):
        raise _error(name, "数据流经过重复压缩")
    end = 0
    for match in _STREAM.finditer(data):
        start = match.end()
        if start < end:
            continue
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        if end - start < _SMALL:
            continue
        head = data[max(0, match.start() - 600) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        if _FLATE.search(head) and b"/Image" not in head and _unfolds(data, start, end):
            raise _error(name, f"数据流解压后超过 {MAX_UNFOLDED // 1_000_000} MB")


def _unfolds(data: bytes, start: int, end: int) -> bool:
    unfold = zlib.decompressobj()
    size, pending = 0, data[start:end]
    try:
        while pending and size <= MAX_UNFOLDED:
            size += len(unfold.decompress(pending, _STEP))
            pending = unfold.unconsumed_tail
    except zlib.error:
        return False
    return size > MAX_UNFOLDED


def _error(name: str, why: str) -> ReadError:
    return ReadError("PDF 内容异常，已拒绝读取", where=name, why=why, remedy="请确认文件来源，重新导出 PDF 后再试")
