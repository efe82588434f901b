"""XLS (BIFF8, and BIFF5 of Excel 95) to sheets: one bounded pass over the records.

python-calamine is not used here: on damaged files it panics onto the user's terminal, it allocates what a hostile
file announces, and it gives no number formats. Tests keep it as the oracle of the values.

References
----------
[MS-XLS] Excel Binary File Format, 2.4 (BoundSheet8, SST, LabelSst, RK, MulRk, Number, Formula, MergeCells) and
2.5.294 (XLUnicodeRichExtendedString).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.errors import ReadError
from indicators.readers.characters import cell_text
from indicators.readers.numberformat import BUILTIN, render
from indicators.readers.ole import open_compound
from indicators.readers.sheets import Hidden, Merge, Sheet, hidden_sheet
from indicators.readers.spreadsheetml import MAX_MERGES, Workbook
from indicators.records import Note

__all__ = ["read_biff"]

_FORMULA, _EOF, _HEADER, _FOOTER, _DATE1904, _FILEPASS, _CODEPAGE, _CONTINUE = (
    0x06,
    0x0A,
    0x14,
    0x15,
    0x22,
    0x2F,
    0x42,
    0x3C,
)
_BOUNDSHEET, _MULRK, _RSTRING, _XF, _MERGES, _SST, _LABELSST = 0x85, 0xBD, 0xD6, 0xE0, 0xE5, 0xFC, 0xFD
_COLINFO, _ROW = 0x7D, 0x208
#: Flag of a row that is not shown (fDyZero); the last column of the format.
_ROW_HIDDEN, _LAST_COLUMN = 0x20, 255
_NUMBER, _LABEL, _BOOLERR, _STRING, _RK, _FORMAT, _BOF = 0x203, 0x204, 0x205, 0x207, 0x27E, 0x41E, 0x809
_BLANK, _MULBLANK = 0x201, 0xBE
#: Bytes of the records that always have as many; another number is damage, and may swallow the records behind.
_SIZES = {_LABELSST: 10, _RK: 10, _NUMBER: 14, _BOOLERR: 8, _BLANK: 6, _ROW: 16}
_CELLS = frozenset((_FORMULA, _MULRK, _RSTRING, _LABELSST, _NUMBER, _LABEL, _BOOLERR, _RK, _BLANK, _MULBLANK))
#: What may stand between cells beside rows: ends of blocks, results and parts of formulas (CELLTABLE of [MS-XLS]).
_BETWEEN = frozenset((_ROW, _STRING, _CONTINUE, 0xD7, 0x221, 0x236, 0x4BC, 0x5E, 0x1C2))
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_CODEPAGES = {936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 1200: "utf-16-le", 10000: "mac-roman"}
_BIFF8 = 0x600
MAX_BYTES = 64 << 20

Record = tuple[int, bytes]


@dataclass(slots=True)
class _Globals:
    """What the sheets share."""

    version: int = _BIFF8
    encoding: str = "gb18030"
    date1904: bool = False
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    #: ``(offset, visibility, kind, name)`` of each sheet; kind 0 is a worksheet.
    sheets: list[tuple[int, int, int, str]] = field(default_factory=list)
    #: What shows that bytes were lost or overwritten, in Chinese.
    damage: set[str] = field(default_factory=set)
    #: Records that the sheets may still take; sound sheets do not overlap.
    budget: int = 0

    def shown(self, number: Decimal, style: int) -> str:
        """Return a number as its cell shows it."""
        known = self.styles[style] if style < len(self.styles) else 0
        code = self.codes.get(known) or BUILTIN.get(known, "General")
        return render(number, code, date1904=self.date1904)


def read_biff(data: bytes, name: str) -> Workbook:
    """Read every visible sheet of an XLS.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name for messages.

    Returns
    -------
    Workbook
        Sheets in their order; hidden ones are named in ``problems`` and not read.

    Raises
    ------
    ReadError
        Where the file has a password, is damaged or over the limits.
    """
    remedy = "请用 Excel 或 WPS 打开并另存为 .xlsx 后再试"
    if len(data) > MAX_BYTES:
        raise ReadError("文件过大，已停止读取", where=name, why=f"超过 {MAX_BYTES >> 20} MB", remedy=remedy)
    compound = open_compound(data)
    entry = compound.find("Workbook", "Book") if compound else None
    stream = compound.read(entry) if compound and entry else b""
    shared = _globals(stream, name)
    if entry is not None and len(stream) < entry.size:
        shared.damage.add("数据比登记的短")
    if not shared.sheets:
        raise ReadError("Excel 文件已损坏，无法读取", where=name, why="找不到工作表目录", remedy=remedy)
    shared.budget = len(stream) // 4
    book = Workbook()
    offsets: set[int] = set()
    for offset, visibility, kind, sheet in shared.sheets:
        # Two names for the same records only occur in damaged files; reading each once bounds the work.
        if kind or offset in offsets:
            continue
        offsets.add(offset)
        if visibility:
            book.problems.append(hidden_sheet(sheet))
        else:
            book.sheets.append(_sheet(stream, offset, sheet, shared, book))
    if shared.damage:
        message = f"Excel 文件有缺损（{'；'.join(sorted(shared.damage))}），可能缺行缺列，请与原件核对"
        book.problems.append(Note(code="xls-damaged", message=message, doubt=True))
    return book


def _records(stream: bytes, offset: int, damage: set[str]) -> Iterator[Record]:
    """Yield the records of one substream up to its end mark; those of nested charts are left out."""
    depth = 0
    if stream[offset : offset + 2] not in (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"):
        damage.add("工作表的开头不对")
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        body = stream[offset + 4 : offset + 4 + size]
        offset += 4 + size
        if kind == 0 or len(body) < size:
            damage.add("有被清零或截断的记录")
        depth += kind == _BOF
        if depth <= 1:
            yield kind, body
        depth -= kind == _EOF
        if kind == _EOF and depth <= 0:
            return
    damage.add("工作表没有结束标记")


def _globals(stream: bytes, name: str) -> _Globals:
    shared = _Globals()
    table: list[bytes] = []
    previous = 0
    for kind, body in _records(stream, 0, shared.damage):
        if kind == _FILEPASS:
            raise ReadError("文件设有密码，无法读取", where=name, why="工作簿已加密", remedy="请取消密码后再检查")
        if kind == _SST or (kind == _CONTINUE and previous == _SST):
            table.append(body)
            previous = _SST
            continue
        previous = kind
        if len(body) < 2:
            continue
        word = struct.unpack_from("<H", body)[0]
        if kind == _BOF:
            shared.version = word
        elif kind == _CODEPAGE:
            shared.encoding = _CODEPAGES.get(word, f"cp{word}" if 1250 <= word <= 1258 else "gb18030")
        elif kind == _DATE1904:
            shared.date1904 = word == 1
        elif kind == _XF and len(body) >= 4:
            shared.styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT and len(body) >= 5:
            shared.codes[word] = _text(body, 2, shared) if shared.version >= _BIFF8 else _short(body, 2, shared)
        elif kind == _BOUNDSHEET and len(body) >= 8:
            offset, visibility, sort = struct.unpack_from("<IBB", body)
            shared.sheets.append((offset, visibility & 3, sort, _short(body, 6, shared)))
    shared.strings = _string_table(table)
    if table and len(table[0]) >= 8 and struct.unpack_from("<I", table[0], 4)[0] != len(shared.strings):
        shared.damage.add("文字表的条数不对")
    return shared


def _short(body: bytes, offset: int, shared: _Globals) -> str:
    """Return a text with a length of one byte."""
    count = body[offset]
    if shared.version >= _BIFF8:
        return _characters(body, offset + 2, count, wide=bool(body[offset + 1] & 1))
    return body[offset + 1 : offset + 1 + count].decode(shared.encoding, "replace")


def _text(body: bytes, offset: int, shared: _Globals, *, whole: bool = False) -> str:
    """Return a text with a length of two bytes; ``whole`` where it cannot go on in the next record."""
    if len(body) < offset + 3:
        return ""
    count = struct.unpack_from("<H", body, offset)[0]
    if shared.version >= _BIFF8:
        wide = bool(body[offset + 2] & 1)
        if whole and len(body) < offset + 3 + (2 if wide else 1) * count:
            shared.damage.add("有长度不对的记录")
        return _characters(body, offset + 3, count, wide=wide)
    return body[offset + 2 : offset + 2 + count].decode(shared.encoding, "replace")


def _characters(body: bytes, offset: int, count: int, *, wide: bool) -> str:
    if wide:
        return body[offset : offset + 2 * count].decode("utf-16-le", "replace")
    return body[offset : offset + count].decode("latin-1")


class _Segments:
    """The bodies of a record and its continuations as one stream."""

    def __init__(self, segments: list[bytes]) -> None:
        self.segments, self.index, self.at = segments, 0, 0

    def left(self) -> int:
        """Return the bytes left in this segment, moving on to the next where it is used up."""
        while self.index < len(self.segments) and self.at >= len(self.segments[self.index]):
            self.index, self.at = self.index + 1, 0
        return len(self.segments[self.index]) - self.at if self.index < len(self.segments) else 0

    def take(self, count: int) -> bytes:
        """Return up to ``count`` bytes across segments."""
        parts: list[bytes] = []
        while count > 0 and (left := self.left()):
            parts.append(self.segments[self.index][self.at : self.at + min(left, count)])
            self.at += len(parts[-1])
            count -= len(parts[-1])
        return b"".join(parts)

    def characters(self, count: int, wide: bool) -> str:
        """Return text; a continuation begins with a flag byte that says how wide its characters are."""
        parts: list[str] = []
        while count > 0:
            begun = self.index
            if not self.left():
                break
            if self.index != begun:
                wide = bool(self.take(1)[0] & 1)
            size = 2 if wide else 1
            room = min(self.left() // size, count) if self.index < len(self.segments) else 0
            if room == 0:
                self.at += self.left()  # half a character: damaged
                continue
            raw = self.take(room * size)
            parts.append(raw.decode("utf-16-le", "replace") if wide else raw.decode("latin-1"))
            count -= room
        return "".join(parts)


def _string_table(segments: list[bytes]) -> list[str]:
    stream = _Segments(segments)
    stream.take(8)  # counts; the data itself says where it ends
    strings: list[str] = []
    while stream.left() and len(head := stream.take(3)) == 3:
        count, flags = struct.unpack("<HB", head)
        runs = stream.take(2) if flags & 8 else b""
        extra = stream.take(4) if flags & 4 else b""
        strings.append(cell_text(stream.characters(count, bool(flags & 1))))
        stream.take(4 * int.from_bytes(runs, "little") + int.from_bytes(extra, "little"))
    return strings


def _sheet(stream: bytes, offset: int, name: str, shared: _Globals, book: Workbook) -> Sheet:
    texts: dict[tuple[int, int], str] = {}
    merges: list[Merge] = []
    hidden = Hidden()
    rows: set[int] = set()
    waiting: tuple[int, int] | None = None  # the formula whose text result comes in a record of its own
    for kind, body in _sound(_records(stream, offset, shared.damage), shared.damage):
        shared.budget -= 1
        if shared.budget < 0:
            raise ReadError("Excel 文件已损坏，无法读取", why="工作表的内容互相重叠", remedy="请核对文件来源后另存再试")
        if kind == _MERGES:
            merges.extend(_merges(body)[: MAX_MERGES - len(merges)])
        elif kind == _STRING and waiting:
            texts[waiting] = cell_text(_text(body, 0, shared))
        elif len(body) >= 6:
            row, column, style = struct.unpack_from("<HHH", body)
            if kind == _ROW:
                rows.add(row)
            _hide(kind, body, hidden)
            if kind == _FORMULA:
                waiting = (row, column) if body[6:7] == b"\0" and body[12:14] == b"\xff\xff" else None
            for step, text in enumerate(_shown(kind, body, style, shared)):
                if text:
                    book.count()
                    if (row, column + step) in texts or (rows and row not in rows):
                        shared.damage.add("有位置不对的单元格")
                    texts[row, column + step] = text
    sheet, notes = hidden.sheet(name, {place: text for place, text in texts.items() if text}, merges)
    book.problems += notes
    return sheet


def _sound(records: Iterator[Record], damage: set[str]) -> Iterator[Record]:
    """Yield the records of a sheet; sizes, and what stands between cells, show where cells were lost."""
    begun = foreign = False
    for kind, body in records:
        if kind in _CELLS:
            if foreign:
                damage.add("单元格之间有不认识的记录")
            begun = True
        elif begun and kind not in _BETWEEN:
            foreign = True
        if len(body) != _SIZES.get(kind, len(body)) or (kind in (_MULRK, _MULBLANK) and not _whole_run(kind, body)):
            damage.add("有长度不对的记录")
        yield kind, body


def _whole_run(kind: int, body: bytes) -> bool:
    """Whether a record of several cells holds as many as the columns it names."""
    size = 6 if kind == _MULRK else 2
    if len(body) < 6:
        return False
    first, last = struct.unpack_from("<H", body, 2)[0], struct.unpack_from("<H", body, len(body) - 2)[0]
    return bool((last - first + 1) * size == len(body) - 6)


def _hide(kind: int, body: bytes, hidden: Hidden) -> None:
    """Note the row or the columns of a record that are not shown."""
    first, last = struct.unpack_from("<HH", body)
    if kind == _ROW and len(body) >= 16 and body[12] & _ROW_HIDDEN:
        hidden.rows.add(first)
    elif kind == _COLINFO and len(body) >= 10 and body[8] & 1:
        hidden.columns.update(range(first, min(last, _LAST_COLUMN) + 1))


def _shown(kind: int, body: bytes, style: int, shared: _Globals) -> list[str]:
    """Return what the cells of a record show."""
    if kind == _LABELSST and len(body) >= 10:
        index = struct.unpack_from("<I", body, 6)[0]
        if index >= len(shared.strings):
            shared.damage.add("单元格指向不存在的文字")
            return [""]
        return [shared.strings[index]]
    if kind in (_LABEL, _RSTRING):
        return [cell_text(_text(body, 6, shared, whole=True))]
    if kind == _NUMBER and len(body) >= 14:
        return [_number(struct.unpack_from("<d", body, 6)[0], style, shared)]
    if kind == _RK and len(body) >= 10:
        return [_number(_rk(struct.unpack_from("<I", body, 6)[0]), style, shared)]
    if kind == _MULRK:
        pairs = struct.iter_unpack("<HI", body[4 : 4 + (len(body) - 6) // 6 * 6])
        return [_number(_rk(value), style, shared) for style, value in pairs]
    if kind == _BOOLERR and len(body) >= 8:
        return [_flag(body[6], is_error=bool(body[7]))]
    if kind == _FORMULA and len(body) >= 14:
        if body[12:14] != b"\xff\xff":
            return [_number(struct.unpack_from("<d", body, 6)[0], style, shared)]
        return [_flag(body[8], is_error=body[6] == 2)] if body[6] in (1, 2) else []
    return []


def _flag(value: int, *, is_error: bool) -> str:
    if is_error:
        return _ERRORS.get(value, "#N/A")
    return "TRUE" if value else "FALSE"


def _number(value: float, style: int, shared: _Globals) -> str:
    number = Decimal(repr(value))
    return shared.shown(number, style) if number.is_finite() else ""


def _rk(raw: int) -> float:
    """Return the number that a compressed RK value stands for."""
    if raw & 2:
        value = float((raw >> 2) - (1 << 30 if raw & 0x80000000 else 0))
    else:
        value = float(struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", raw & ~3))[0])
    return value / 100 if raw & 1 else value


def _merges(body: bytes) -> list[Merge]:
    count = min(int.from_bytes(body[:2], "little"), (len(body) - 2) // 8)
    quads = struct.iter_unpack("<HHHH", body[2 : 2 + 8 * max(count, 0)])
    return [(top, left, bottom, right) for top, bottom, left, right in quads if bottom >= top and right >= left]
