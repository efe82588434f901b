"""Workbooks (XLSX, XLSM, XLS; ODS and XLSB through LibreOffice) to Document.

Each region of a visible sheet becomes lines and a Table (see ``sheets``); numbers appear as their cells show
them; formulas count by their stored result; macros are never run.
"""

from __future__ import annotations

import hashlib

from indicators.errors import damage_as_read_error
from indicators.readers.biff import read_biff
from indicators.readers.container import Package, refuse_encrypted
from indicators.readers.convert import convert
from indicators.readers.sheets import sheet_blocks
from indicators.readers.sniff import ODS, XLS, XLSB, XLSM, sniff
from indicators.readers.spreadsheetml import Workbook, read_workbook
from indicators.records import Document, Line, Location, Note, Table

__all__ = ["read_xlsx", "workbook_cells"]


def read_xlsx(data: bytes, name: str) -> Document:
    """Read a workbook: XLSX, XLSM, XLS, ODS or XLSB, told apart by content.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name without folders.

    Returns
    -------
    Document
        ``pages`` is ``None``; locations carry the sheet and the row and column in it.

    Raises
    ------
    ReadError
        Where the file is damaged, encrypted, hostile or no workbook.
    """
    with damage_as_read_error("Excel 文件无法读取", where=name, remedy="请用 Excel 或 WPS 打开并另存为 .xlsx 后再试"):
        return _read(data, name)


def _read(data: bytes, name: str) -> Document:
    refuse_encrypted(data, name)
    media_type = sniff(data)
    book = _workbook(data, name, media_type)
    if media_type in (XLSM, XLSB):
        book.problems.append(Note(code="macro-ignored", message="文件可能含有宏，宏未运行，仅读取了内容"))
    return Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        reader="xls" if media_type == XLS else "xlsx",
        blocks=tuple(_blocks(book)),
        marks=tuple(book.marks),
        problems=tuple(book.problems),
    )


def workbook_cells(data: bytes, name: str) -> dict[str, dict[tuple[int, int], str]]:
    """Return every text of a workbook by sheet, row and column from 0, also in rows that are folded or filtered away.

    Raises
    ------
    ReadError
        If it is no workbook, or cannot be read.
    """
    return {sheet.name: sheet.texts | sheet.unseen for sheet in _workbook(data, name, sniff(data)).sheets}


def _workbook(data: bytes, name: str, media_type: str) -> Workbook:
    if media_type == XLS:
        return read_biff(data, name)
    if media_type not in (ODS, XLSB):
        return read_workbook(Package(data, name))
    converted = convert(data, name, "ods" if media_type == ODS else "xlsb", "xlsx")
    book = read_workbook(Package(converted, name))
    book.problems.append(Note(code="converted", message="文件经 LibreOffice 转换后读取，版式可能略有出入"))
    return book


def _blocks(book: Workbook) -> list[Table | Line]:
    blocks: list[Table | Line] = []
    tables = 0
    for sheet in book.sheets:
        found = sheet_blocks(sheet, tables, book.problems)
        tables += sum(isinstance(block, Table) for block in found)
        blocks += found
        blocks += [Line(text=text, at=Location(sheet=sheet.name)) for text in book.boxes.get(sheet.name, ())]
    return blocks
