"""XLS to sheets: values and merged ranges by python-calamine, number formats out of the BIFF records.

References
----------
[MS-XLS] Excel Binary File Format, 2.4 (FilePass, Format, XF, BoundSheet8, Number, RK, MulRk, Formula).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from indicators.errors import ReadError
from indicators.readers.numberformat import BUILTIN, render
from indicators.readers.ole import open_compound
from indicators.readers.sheets import Sheet
from indicators.readers.spreadsheetml import Workbook
from indicators.records import Location, Note
from indicators.text import join_lines, printed

__all__ = ["read_legacy_workbook"]

#: calamine holds the used rectangle as a whole: 24 bytes a cell, and again as Python objects.
MAX_AREA = 3_000_000
_FILEPASS, _DATE1904, _BOUNDSHEET, _FORMAT, _XF, _BOF, _EOF = 0x2F, 0x22, 0x85, 0x41E, 0xE0, 0x809, 0x0A
_NUMBER, _RK, _MULRK, _FORMULA = 0x203, 0x27E, 0xBD, 0x06
#: Records that begin with the row and column of one cell.
_CELLS = frozenset({_NUMBER, _RK, _FORMULA, 0xFD, 0x204, 0x205, 0xD6})


@dataclass(slots=True)
class _Formats:
    """Number formats of a workbook: by cell, for numeric cells."""

    date1904: bool = False
    encrypted: bool = False
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    #: One entry a sheet, in the order of the file: ``{(row, column): style}`` and the used rectangle.
    cells: list[dict[tuple[int, int], int]] = field(default_factory=list)
    areas: list[int] = field(default_factory=list)

    def code(self, sheet: int, row: int, column: int) -> str:
        """Return the format code of a cell, ``General`` where unknown."""
        style = self.cells[sheet].get((row, column), -1) if sheet < len(self.cells) else -1
        if not 0 <= style < len(self.styles):
            return "General"
        number = self.styles[style]
        return self.codes.get(number) or BUILTIN.get(number, "General")


def read_legacy_workbook(data: bytes, name: str) -> Workbook:
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
    formats = _read_formats(data)
    if formats.encrypted:
        raise ReadError("文件设有密码，无法读取", where=name, why="工作簿已加密", remedy="请取消密码后再检查")
    if any(area > MAX_AREA for area in formats.areas):
        raise ReadError(
            "工作表过大，已停止读取", where=name, why="使用区域超过限度", remedy="请删除多余的空白行列后另存再试"
        )
    try:
        return _sheets(data, formats)
    except ReadError:
        raise
    except BaseException as error:
        # A panic inside the Rust library is no Exception; an interrupt must still get through.
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)):
            raise
        if type(error).__name__ == "PasswordError":
            raise ReadError("文件设有密码，无法读取", where=name, remedy="请取消密码后再检查") from error
        raise ReadError(
            "Excel 文件已损坏，无法读取",
            where=name,
            why=f"工作簿结构异常（{type(error).__name__}）",
            remedy="请用 Excel 或 WPS 打开并另存为 .xlsx 后再试",
        ) from error


def _sheets(data: bytes, formats: _Formats) -> Workbook:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = Workbook()
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as source:
        for index, meta in enumerate(source.sheets_metadata):
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            if meta.visible != SheetVisibleEnum.Visible:
                message = f"工作表“{meta.name}”已隐藏，未读取；如需检查请先取消隐藏"
                book.problems.append(Note(code="sheet-hidden", message=message, at=Location(sheet=meta.name)))
                continue
            sheet = source.get_sheet_by_index(index)
            texts: dict[tuple[int, int], str] = {}
            for row, values in enumerate(sheet.to_python(skip_empty_area=False)):
                for column, value in enumerate(values):
                    text = _shown(value, formats, index, row, column)
                    if text:
                        book.count()
                        texts[row, column] = text
            merges = tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())
            book.sheets.append(Sheet(name=meta.name, texts=texts, merges=merges))
    return book


def _shown(value: Any, formats: _Formats, sheet: int, row: int, column: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return join_lines(printed(part) for part in value.replace("\r", "\n").split("\n"))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    code = formats.code(sheet, row, column)
    if isinstance(value, (int, float)):
        return render(Decimal(repr(value)), code, date1904=formats.date1904)
    serial = _serial(value, formats.date1904)
    if serial is None:
        return str(value)
    return render(serial, code if code != "General" else "yyyy/m/d", date1904=formats.date1904)


def _serial(value: Any, date1904: bool) -> Decimal | None:
    """Return the serial day of what calamine took for a date."""
    if isinstance(value, timedelta):
        return Decimal(str(value.total_seconds())) / 86400
    if isinstance(value, time):
        return Decimal(value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        return None
    gap = value - (datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30))
    return Decimal(gap.days) + Decimal(gap.seconds) / 86400


def _read_formats(data: bytes) -> _Formats:
    compound = open_compound(data)
    entry = compound.find("Workbook", "Book") if compound else None
    formats = _Formats()
    if compound is None or entry is None:
        return formats
    stream = compound.read(entry)
    offsets: list[int] = []
    for kind, body in _records(stream, 0):
        if kind == _BOUNDSHEET and len(body) >= 4:
            offsets.append(struct.unpack_from("<I", body)[0])
        elif kind == _FILEPASS:
            formats.encrypted = True
        elif kind == _DATE1904 and len(body) >= 2:
            formats.date1904 = body[0] == 1
        elif kind == _XF and len(body) >= 4:
            formats.styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT and len(body) >= 5:
            formats.codes[struct.unpack_from("<H", body)[0]] = _format_text(body)
    for offset in offsets[:1000]:
        cells, area = _cell_styles(stream, offset)
        formats.cells.append(cells)
        formats.areas.append(area)
    return formats


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream, up to its end mark."""
    depth = 0
    while offset + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + size]
        offset += 4 + size
        depth += (kind == _BOF) - (kind == _EOF)  # charts nest substreams
        if kind == _EOF and depth <= 0:
            return


def _format_text(body: bytes) -> str:
    count, flags = struct.unpack_from("<HB", body, 2)
    if flags & 1:
        return body[5 : 5 + 2 * count].decode("utf-16-le", "replace")
    return body[5 : 5 + count].decode("latin-1")


def _cell_styles(stream: bytes, offset: int) -> tuple[dict[tuple[int, int], int], int]:
    cells: dict[tuple[int, int], int] = {}
    last_row = last_column = 0
    for kind, body in _records(stream, offset):
        if (kind not in _CELLS and kind != _MULRK) or len(body) < 6:
            continue
        row, column, style = struct.unpack_from("<HHH", body)
        last_row, last_column = max(last_row, row), max(last_column, column)
        if kind in (_NUMBER, _RK, _FORMULA):
            cells[row, column] = style
        elif kind == _MULRK:
            for step in range((len(body) - 6) // 6):
                cells[row, column + step] = struct.unpack_from("<H", body, 4 + 6 * step)[0]
                last_column = max(last_column, column + step)
    return cells, (last_row + 1) * (last_column + 1)
