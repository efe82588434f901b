"""Files made to exhaust memory or time are refused before the parser sees them.

pdfium runs a page in one call that nothing can interrupt, so that the two known kinds of bomb are looked for in the
bytes: streams that unfold beyond all measure, and forms that draw forms that draw forms.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from indicators.errors import ReadError

__all__ = ["refuse_bombs"]

#: Compressed streams below these sizes cannot unfold beyond ``MAX_CONTENT`` and ``MAX_UNFOLDED``.
_SMALL = 11_000
_SMALL_OTHER = 240_000
#: Largest page content, and largest font, table or other part, unfolded, in bytes.
MAX_CONTENT = 12_000_000
MAX_UNFOLDED = 256_000_000
#: Drawings of forms by forms on one page.
MAX_DRAWN = 100_000
_STEP = 1 << 20
_HEAD = 700
_STREAM = re.compile(rb"stream\r?\n")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_TWICE = re.compile(rb"/Filter\s*\[\s*/(?:FlateDecode|Fl|LZWDecode|LZW)\s*/(?:FlateDecode|Fl|LZWDecode|LZW)")
#: Keys that page content never has.
_OTHER = re.compile(rb"/(?:Length[123]|N|Type|Subtype|FunctionType|ShadingType|PatternType|First|Alternate)\b")
_FORM = re.compile(rb"/Subtype\s*/Form\b")
_OBJECT = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+obj\b")
_REFERENCE = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+(\d{1,9})\s+\d{1,5}\s+R")
_DRAW = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")


def refuse_bombs(data: bytes, name: str) -> None:
    """Refuse a file with a stream that unfolds, or forms that multiply, beyond all measure.

    Raises
    ------
    ReadError
        Names the limit.
    """
    if _TWICE.search(data):
        raise _error(name, "数据流经过重复压缩")
    forms = 0
    for head, start, end in _streams(data):
        form = _FORM.search(head) is not None
        forms += form
        if end - start < _SMALL:
            continue
        content = form or _OTHER.search(head) is None
        if not content and end - start < _SMALL_OTHER:
            continue
        limit = MAX_CONTENT if content else MAX_UNFOLDED
        size = end - start
        if b"/Image" not in head and _FLATE.search(head):
            size = _unfolded_size(data, start, end, limit)
        if (content and size > limit) or size > MAX_UNFOLDED:
            raise _error(name, f"数据流解压后超过 {limit // 1_000_000} MB")
    if forms > 4 and _most_drawn(data) > MAX_DRAWN:
        raise _error(name, f"图形嵌套重复超过 {MAX_DRAWN} 次")


def _streams(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the dictionary of each stream, and where its bytes begin and end."""
    end = 0
    for match in _STREAM.finditer(data):
        start = match.end()
        if start < end:
            continue
        end = data.find(b"endstream", start)
        end = len(data) if end < 0 else end
        head = data[max(0, match.start() - _HEAD) : match.start()]
        yield head[head.rfind(b" obj") + 1 :], start, end


def _unfolded_size(data: bytes, start: int, end: int, limit: int) -> int:
    """Return the size of a stream unfolded, counted up to a little beyond the limit."""
    unfold = zlib.decompressobj()
    size, pending = 0, data[start:end]
    try:
        while pending and size <= limit:
            size += len(unfold.decompress(pending, _STEP))
            pending = unfold.unconsumed_tail
    except zlib.error:
        return size
    return size


def _most_drawn(data: bytes) -> int:
    """Return how many forms the most prolific form draws in the end."""
    children = {number: _drawn(head, content, data) for number, head, content in _forms(data)}
    costs: dict[int, int] = {}

    def cost(number: int, depth: int) -> int:
        if number not in costs:
            # pdfium itself stops at forms that draw themselves, and at forms forty deep.
            costs[number] = 0
            if depth < 45:
                parts = children.get(number, {})
                costs[number] = 1 + sum(times * cost(child, depth + 1) for child, times in parts.items())
        return costs[number]

    return max((cost(number, 0) for number in children), default=0)


def _forms(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield number, dictionary and content of each form."""
    for head, start, end in _streams(data):
        if not _FORM.search(head):
            continue
        before = data[max(0, start - 2 * _HEAD) : start]
        numbers = _OBJECT.findall(before)
        content = data[start:end]
        if _FLATE.search(head):
            unfold = zlib.decompressobj()
            try:
                content = unfold.decompress(content, MAX_CONTENT)
            except zlib.error:
                content = b""
        if numbers:
            yield int(numbers[-1]), head, content


def _drawn(head: bytes, content: bytes, data: bytes) -> dict[int, int]:
    """Return how often a form draws each object, by object number."""
    calls: dict[bytes, int] = {}
    for name in _DRAW.findall(content):
        calls[name] = calls.get(name, 0) + 1
    if not calls:
        return {}
    named = dict(_REFERENCE.findall(head))
    for key in (b"Resources", b"XObject"):
        if key in named:
            # Resources may stand in an object of their own.
            found = re.search(rb"(?<!\d)" + named[key] + rb"\s+\d+\s+obj(.{0,4000}?)endobj", data, re.S)
            named |= dict(_REFERENCE.findall(found.group(1))) if found else {}
    drawn: dict[int, int] = {}
    for name, times in calls.items():
        if name in named:
            drawn[int(named[name])] = drawn.get(int(named[name]), 0) + times
    return drawn


def _error(name: str, why: str) -> ReadError:
    return ReadError("PDF 内容异常，已拒绝读取", where=name, why=why, remedy="请确认文件来源，重新导出 PDF 后再试")
