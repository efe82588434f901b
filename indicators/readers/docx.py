"""DOCX to Document: paragraphs and tables of the body in reading order.

Deleted revisions and hidden text are left out, inserted ones kept. A table inside a cell becomes a Table of its
own right after the outer one; a text box becomes lines (or tables) right after its paragraph or table. A table
of one column that only frames other tables is opened up. Word stores no pages and no lines, so that a Line
carries the running number of its paragraph and a Table its index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indicators.errors import ReadError, damage_as_read_error
from indicators.readers.characters import visible
from indicators.readers.container import Package, refuse_encrypted
from indicators.readers.docx_left import left
from indicators.readers.sniff import DOCM, DOCX, sniff
from indicators.records import Cell, Document, Line, Location, Mark, Note, Table
from indicators.text import join_lines

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["read_docx"]

MAX_CELLS = 1_000_000
MAX_COLUMNS = 1_000
#: Block containers that do not show in print.
_TRANSPARENT = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "Choice"})
#: Inline content that a reader of the final version does not see.
_UNSEEN = frozenset(
    {
        "del",
        "moveFrom",
        "pPr",
        "rPr",
        "instrText",
        "delText",
        "delInstrText",
        "rt",
        "commentReference",
        "sdtPr",
        "tblPr",
    }
)
_BOXES = frozenset({"drawing", "pict", "object"})
#: Check marks that forms print with Wingdings.
_SYMBOLS = {"F0FE": "☑", "F052": "☑", "F0FD": "☒", "F0A8": "□", "F06F": "□", "F0A3": "□", "F0FC": "√"}


def read_docx(data: bytes, name: str) -> Document:
    """Read a DOCX (or DOCM, whose macros are never run).

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name without folders.

    Returns
    -------
    Document
        ``pages`` is ``None``.

    Raises
    ------
    ReadError
        Where the file is damaged, encrypted, hostile or no Word document.
    """
    with damage_as_read_error("Word 文件无法读取", where=name, remedy="请用 Word 或 WPS 打开并另存为 .docx 后再试"):
        return _read(data, name)


def _read(data: bytes, name: str) -> Document:
    refuse_encrypted(data, name)
    package = Package(data, name)
    part = package.main_part("word/document.xml")
    root = package.xml(part)
    body = next((child for child in root if _local(child) == "body"), None)
    if body is None:
        raise package.damaged(part)
    walk = _Walk()
    walk.container(body)
    lost = left(root, read=walk.texts, orphans=walk.orphans, reason=_left_out, covered=walk.covered)
    media_type = sniff(data)
    if media_type == DOCM:
        walk.problems.append(Note(code="macro-ignored", message="文件含有宏，宏未运行，仅读取了内容"))
    _margins(package, part, walk)
    walk.problems += lost
    return Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type if media_type == DOCM else DOCX,
        reader="docx",
        blocks=tuple(walk.blocks),
        marks=tuple(dict.fromkeys(walk.marks)),
        problems=(*walk.problems, *package.lost()),
    )


def _margins(package: Package, part: str, walk: _Walk) -> None:
    """Read headers, footers and notes; a broken one costs only itself."""
    for kind, target in package.relations(part).values():
        if kind not in ("header", "footer", "footnotes", "endnotes") or not package.has(target):
            continue
        try:
            root = package.xml(target)
        except ReadError as error:
            walk.problems.append(Note(code="part-unreadable", message=f"{error.what}：{target}"))
            continue
        if kind in ("header", "footer"):
            walk.margin(root, kind)
        else:
            for note in root:
                if _local(note) in ("footnote", "endnote") and _get(note, "type") in ("", "normal"):
                    walk.container(note)


@dataclass(slots=True)
class _Slot:
    """A cell under construction."""

    row: int
    column: int
    columns: int
    rows: int = 1
    text: str = ""
    #: Whether it says that cells below may go on with it.
    merged: bool = False


@dataclass(slots=True)
class _Walk:
    """Collects blocks and marks in reading order."""

    blocks: list[Table | Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    problems: list[Note] = field(default_factory=list)
    tables: int = 0
    lines: int = 0
    cells: int = 0
    #: Cells that go on with a merged cell which begins nowhere above them.
    orphans: int = 0
    #: Cells that go on with another, whatever stands in them.
    covered: set[_Element] = field(default_factory=set)
    #: Texts that were come by.
    texts: int = 0

    def container(self, element: _Element) -> None:
        """Append the blocks of a body, text box, note or frame cell."""
        for child in _flat(element):
            if _local(child) == "p":
                boxes: list[_Element] = []
                self._lines(self._text(child, boxes))
                for box in boxes:
                    self.container(box)
            elif _local(child) == "tbl":
                self.table(child)

    def _text(self, element: _Element, boxes: list[_Element]) -> str:
        """Return the text of a paragraph; text boxes found on the way are appended to ``boxes``."""
        found = _Found(boxes, self.marks)
        _collect(element, found)
        self.texts += found.texts
        return "".join(found.parts)

    def _lines(self, text: str) -> None:
        for part in text.split("\n"):
            shown = visible(part).strip()
            self.lines += 1
            if shown:
                self.blocks.append(Line(text=shown, at=Location(line=self.lines)))

    def table(self, element: _Element) -> None:
        """Append a table, then what is nested in it."""
        rows = [row for row in _flat(element) if _local(row) == "tr" and not _left_out(row)]
        contents = [[cell for cell in _flat(row) if _local(cell) == "tc"] for row in rows]
        if _frames_tables(contents):
            for row in contents:
                for cell in row:
                    self.container(cell)
            return
        inner: list[_Element] = []
        slots: list[_Slot] = []
        above: dict[int, _Slot] = {}
        columns = 0
        for number, (row, cells) in enumerate(zip(rows, contents, strict=True)):
            columns = max(columns, self._row(number, row, cells, slots, above, inner))
        index = self.tables
        self.tables += 1
        self.blocks.append(_finished(slots, len(rows), columns, index))
        for block in inner:
            if _local(block) == "tbl":
                self.table(block)
            else:
                self.container(block)

    def _row(
        self,
        number: int,
        row: _Element,
        cells: list[_Element],
        slots: list[_Slot],
        above: dict[int, _Slot],
        inner: list[_Element],
    ) -> int:
        """Place the cells of a row and return the column after the last one."""
        column = _number(_property(row, "trPr", "gridBefore"), 0)
        left: _Slot | None = None
        for cell in cells:
            span = max(1, _number(_property(cell, "tcPr", "gridSpan"), 1))
            upper = above.get(column)
            goes_on = _merge(cell, "vMerge") == "continue"
            self.orphans += goes_on and number > 0 and (upper is None or not upper.merged)
            if _merge(cell, "hMerge") == "continue" and left is not None:
                left.columns += span
                self.covered.add(cell)
            elif goes_on and upper is not None and upper.row + upper.rows >= number:
                upper.rows = number - upper.row + 1
                left = None
                self.covered.add(cell)
            else:
                text = self._cell_text(cell, inner)
                left = _Slot(number, column, span, text=text, merged=bool(_merge(cell, "vMerge")))
                slots.append(left)
                above[column] = left
            column += span
            self.cells += 1
            if self.cells > MAX_CELLS or column > MAX_COLUMNS:
                raise ReadError("表格过大，已停止读取", why="单元格或列数超过限度", remedy="请拆分文件后再检查")
        return column

    def _cell_text(self, cell: _Element, inner: list[_Element]) -> str:
        parts: list[str] = []
        for child in _flat(cell):
            if _local(child) == "p":
                parts.append(self._text(child, inner))
            elif _local(child) == "tbl":
                inner.append(child)
        return join_lines(visible(part) for part in parts)

    def margin(self, root: _Element, kind: str) -> None:
        """Record a header or footer, and the watermarks anchored in it."""
        boxes: list[_Element] = []
        parts = [self._text(item, boxes) for item in root.iter("{*}p") if not _inside(item, root, _BOXES)]
        text = join_lines(visible(part) for part in parts)
        for words in (text, *(_box_text(box)[0] for box in boxes)):
            if words:
                self.marks.append(Mark(text=words, kind=kind, at=Location()))


def _finished(slots: list[_Slot], rows: int, columns: int, index: int) -> Table:
    cells = tuple(
        Cell(
            text=slot.text,
            at=Location(table=index, row=slot.row, column=slot.column),
            row_span=slot.rows,
            column_span=slot.columns,
        )
        for slot in slots
    )
    return Table(cells=cells, rows=rows, columns=columns, at=Location(table=index))


def _frames_tables(contents: list[list[_Element]]) -> bool:
    # Wrapping a whole form in a one-cell table is a habit of web editors; the frame itself says nothing.
    if any(len(row) != 1 for row in contents):
        return False
    return any(_local(child) == "tbl" for row in contents for cell in row for child in _flat(cell))


def _local(element: _Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _get(element: _Element, key: str) -> str:
    """Return an attribute whatever its namespace (strict and transitional files differ)."""
    for name, value in element.items():
        if str(name).rpartition("}")[2] == key:
            return str(value)
    return ""


def _flat(element: _Element) -> Iterator[_Element]:
    """Yield block children, looking through content controls and accepted revisions."""
    for child in element:
        tag = _local(child)
        if tag == "AlternateContent":
            yield from _flat(_chosen(child))
        elif tag in _TRANSPARENT:
            yield from _flat(child)
        elif tag:
            yield child


def _chosen(element: _Element) -> _Element:
    # Choice and Fallback hold the same content twice, for new and old Word; a choice may ask for what is not of Office.
    options = [child for child in element if _local(child) in ("Choice", "Fallback")]
    known = (child for child in options if _local(child) == "Fallback" or _is_known(child))
    return next(known, options[0] if options else element)


#: Where the names of what Office writes begin.
_OFFICE = (
    "http://schemas.microsoft.com/",
    "http://schemas.openxmlformats.org/",
    "http://purl.oclc.org/",
    "urn:schemas-",
)


def _is_known(choice: _Element) -> bool:
    return all(str(choice.nsmap.get(name, "")).startswith(_OFFICE) for name in (choice.get("Requires") or "").split())


def _property(element: _Element, group: str, key: str) -> _Element | None:
    for child in element:
        if _local(child) == group:
            return next((item for item in child if _local(item) == key), None)
    return None


def _number(element: _Element | None, default: int) -> int:
    if element is None:
        return default
    value = _get(element, "val")
    return min(int(value), MAX_COLUMNS + 1) if value.isascii() and value.isdigit() and len(value) < 9 else default


def _merge(cell: _Element, key: str) -> str:
    element = _property(cell, "tcPr", key)
    if element is None:
        return ""
    return "restart" if _get(element, "val") == "restart" else "continue"


def _is_on(element: _Element | None) -> bool:
    return element is not None and _get(element, "val") not in ("0", "false", "off", "none")


def _inside(element: _Element, root: _Element, tags: frozenset[str]) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not root:
        if _local(parent) in tags:
            return True
        parent = parent.getparent()
    return False


@dataclass(slots=True)
class _Found:
    """What a paragraph holds: text boxes, watermarks, the parts of its text, and how many texts they were."""

    boxes: list[_Element]
    marks: list[Mark]
    parts: list[str] = field(default_factory=list)
    texts: int = 0


def _collect(element: _Element, found: _Found) -> None:
    for child in element:
        tag = _local(child)
        if tag == "t":
            found.parts.append(child.text or "")
            found.texts += bool(child.text and child.text.strip())
        elif tag in _UNSEEN or not tag:
            continue
        elif tag in _BOXES:
            _drawing(child, found)
        elif tag == "AlternateContent":
            _collect(_chosen(child), found)
        elif _left_out(child):
            continue
        elif tag in ("br", "cr"):
            found.parts.append("" if _get(child, "type") == "page" else "\n")
        elif tag in ("tab", "ptab"):
            found.parts.append(" ")
        elif tag == "noBreakHyphen":
            found.parts.append("-")
        elif tag == "sym":
            found.parts.append(_SYMBOLS.get(_get(child, "char").upper(), ""))
        elif tag == "ddList":
            found.parts.append(_chosen_entry(child))
        else:
            _collect(child, found)


def _chosen_entry(choices: _Element) -> str:
    """Return the entry that a field for choosing shows."""
    entries = [_get(item, "val") for item in choices if _local(item) == "listEntry"]
    number = _number(next((item for item in choices if _local(item) == "result"), None), 0)
    return entries[number] if number < len(entries) else ""


def _left_out(element: _Element) -> str:
    """Return why an element is not read with all that is in it: it is deleted, hidden, or the same once more."""
    tag = _local(element)
    if tag in ("del", "moveFrom") or (tag == "tr" and _property(element, "trPr", "del") is not None):
        return "deleted"
    if (tag == "tr" and _is_on(_property(element, "trPr", "hidden"))) or (
        tag == "r" and _is_on(_property(element, "rPr", "vanish"))
    ):
        return "hidden"
    parent = element.getparent() if tag in ("Choice", "Fallback") else None
    return "other" if tag == "rt" or (parent is not None and _chosen(parent) is not element) else ""


def _drawing(element: _Element, found: _Found) -> None:
    for item in element.iter():
        tag = _local(item)
        if tag == "textpath":
            words = visible(item.get("string") or "").strip()
            if words:
                found.marks.append(Mark(text=words, kind="watermark", at=Location()))
        elif tag == "txbxContent" and not _inside(item, element, frozenset({"Fallback", "txbxContent"})):
            if _is_watermark(item):
                text, count = _box_text(item)
                found.texts += count
                found.marks.append(Mark(text=text, kind="watermark", at=Location()))
            else:
                found.boxes.append(item)


def _box_text(box: _Element) -> tuple[str, int]:
    """Return the text of a box, and how many texts it is made of."""
    found = [_Found([], []) for _ in box.iter("{*}p")]
    for item, one in zip(box.iter("{*}p"), found, strict=True):
        _collect(item, one)
    return join_lines(visible("".join(one.parts)) for one in found), sum(one.texts for one in found)


def _is_watermark(box: _Element) -> bool:
    names: list[str] = []
    parent = box.getparent()
    while parent is not None and _local(parent) not in ("p", "hdr", "ftr"):
        names += [_get(parent, "id"), *(_get(item, "name") for item in parent if _local(item) == "docPr")]
        parent = parent.getparent()
    return any(word in name.lower() for name in names for word in ("watermark", "水印"))
