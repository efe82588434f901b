"""XLSX parts to sheets: one streaming pass a sheet, bounded, with the number formats a reader sees.

python-calamine gives values without their number formats, and one cell in the last row makes it allocate the
whole sheet; tests keep it as the oracle of the values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from indicators.errors import ReadError
from indicators.readers.characters import cell_text, visible
from indicators.readers.container import Package
from indicators.readers.numberformat import BUILTIN, render
from indicators.readers.sheets import Hidden, Merge, Sheet, hidden_sheet
from indicators.records import Location, Mark, Note

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Workbook", "read_workbook"]

MAX_TEXTS = 1_000_000
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_MERGES = 200_000
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})\Z")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: Codes inside a header: section, font, size, colour, style, page fields.
_HEADER_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[LCRPNDTAFZGBIUESXYOH])')


@dataclass(slots=True)
class Workbook:
    """What a workbook shows: sheets with texts, running headers, and what could not be shown."""

    sheets: list[Sheet] = field(default_factory=list)
    boxes: dict[str, list[str]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    problems: list[Note] = field(default_factory=list)
    texts: int = 0

    def count(self) -> None:
        """Count one text.

        Raises
        ------
        ReadError
            Where the workbook holds more than a million.
        """
        self.texts += 1
        if self.texts > MAX_TEXTS:
            raise ReadError(
                "工作簿过大，已停止读取", why=f"有内容的单元格超过 {MAX_TEXTS} 个", remedy="请拆分文件后再检查"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Styles:
    strings: tuple[str, ...]
    formats: tuple[str, ...]
    date1904: bool
    lost: Note | None = None


def read_workbook(package: Package) -> Workbook:
    """Read every visible sheet of an XLSX package.

    Parameters
    ----------
    package
        The opened container.

    Returns
    -------
    Workbook
        Sheets in their order; hidden ones are named in ``problems`` and not read.

    Raises
    ------
    ReadError
        Where a part is damaged or over the limits.
    """
    part = package.main_part("xl/workbook.xml")
    root = package.xml(part)
    relations = package.relations(part)
    styles = _styles(package, part, relations, root)
    book = Workbook(problems=[styles.lost] if styles.lost else [])
    named: set[str] = set()
    for item in root.iter("{*}sheet"):
        name = item.get("name") or ""
        link = next((value for key, value in item.items() if str(key).endswith("}id")), "")
        kind, target = relations.get(str(link), ("", ""))
        named.add(target)
        if kind != "worksheet" or not package.has(target):
            if not kind:
                package.missing.add(name)
            continue
        if item.get("state", "visible") != "visible":
            book.problems.append(hidden_sheet(name))
            continue
        book.sheets.append(_sheet(package, target, name, styles, book))
        book.boxes[name] = _text_boxes(package, target)
    unnamed = sum(kind == "worksheet" and target not in named for kind, target in relations.values())
    if unnamed and not package.missing:  # else a name without its sheet has been told
        message = f"文件中有 {unnamed} 个工作表不在工作簿的目录里，未读取，可能缺表，请与原件核对"
        book.problems.append(Note(code="sheet-unlisted", message=message, doubt=True))
    book.problems += package.lost()
    return book


def _styles(package: Package, part: str, relations: dict[str, tuple[str, str]], root: _Element) -> _Styles:
    targets = dict(relations.values())
    strings: tuple[str, ...] = ()
    strange: list[int] = []
    if package.has(targets.get("sharedStrings", "")):
        strings = tuple(_shared_strings(package, targets["sharedStrings"], strange))
    formats: tuple[str, ...] = ()
    if package.has(targets.get("styles", "")):
        formats = tuple(_formats(package.xml(targets["styles"])))
    date1904 = any(item.get("date1904") in ("1", "true") for item in root.iter("{*}workbookPr"))
    message = f"文件有 {len(strange)} 处文字在不认识的标签里，可能缺行，请与原件核对"
    lost = Note(code="cells-damaged", message=message, doubt=True) if strange else None
    return _Styles(strings=strings, formats=formats, date1904=date1904, lost=lost)


def _formats(root: _Element) -> Iterator[str]:
    """Yield the format code of each cell style."""
    own = {item.get("numFmtId"): item.get("formatCode") or "General" for item in root.iter("{*}numFmt")}
    for group in root.iter("{*}cellXfs"):
        for style in group.iter("{*}xf"):
            number = style.get("numFmtId") or "0"
            # Files may redefine the numbers below 50 that depend on the language.
            yield own.get(number) or BUILTIN.get(int(number) if number.isdigit() else 0, "General")


def _events(package: Package, part: str, tags: tuple[str, ...]) -> Iterator[_Element]:
    from lxml import etree

    walk = etree.iterparse(
        package.stream(part),
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in walk:
            yield element
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise package.damaged(part) from error


def _release(element: _Element) -> None:
    # Keeps the tree of a streamed part small.
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


#: What a string item may be made of.
_OF_STRINGS = frozenset({"t", "r", "rPh", "phoneticPr", "extLst"})


def _shared_strings(package: Package, part: str, strange: list[int]) -> Iterator[str]:
    """Yield the texts that cells point at; numbers of those made of what nobody knows go to ``strange``."""
    for number, item in enumerate(_events(package, part, ("si",))):
        if any(str(child.tag).rpartition("}")[2] not in _OF_STRINGS for child in item):
            strange.append(number)
        yield _rich_text(item)
        _release(item)


def _rich_text(element: _Element) -> str:
    """Return the text of a string item without its phonetic runs."""
    parts: list[str] = []
    for child in element:
        tag = str(child.tag).rpartition("}")[2]
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts += [item.text or "" for item in child if str(item.tag).endswith("}t")]
    return _shown("".join(parts))


def _shown(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    return cell_text(text)


def _sheet(package: Package, part: str, name: str, styles: _Styles, book: Workbook) -> Sheet:
    texts: dict[tuple[int, int], str] = {}
    merges: list[Merge] = []
    hidden = Hidden()
    row, column, last = -1, -1, (-1, -1)
    faults: Counter[str] = Counter()
    for element in _events(package, part, ("c", "col", "row", "mergeCell", "oddHeader", "oddFooter")):
        tag = str(element.tag).rpartition("}")[2]
        if tag == "c":
            row, column = _place(element, row, column)
            faults["order"] += (row, column) <= last
            last = row, column
            text, fault = _cell_text(element, styles)
            faults[fault] += 1
            if text and row < MAX_ROWS and column < MAX_COLUMNS:
                book.count()
                texts[row, column] = text
            _release(element)
        elif tag == "row":
            number = _next_row(element, row)
            faults["order"] += number != row if column >= 0 else number <= last[0]
            row, column, last = number, -1, (number, MAX_COLUMNS)
            if _is_hidden(element):
                hidden.rows.add(row)
            _release(element)
        elif tag == "col":
            hidden.columns.update(_hidden_columns(element))
        elif tag == "mergeCell":
            merge = _range(element.get("ref") or "")
            if merge and len(merges) < MAX_MERGES:
                merges.append(merge)
            _release(element)
        elif tag in ("oddHeader", "oddFooter"):
            words = visible(_HEADER_CODES.sub(" ", element.text or "")).strip(" \n/-第页共")
            if words:
                kind = "header" if tag == "oddHeader" else "footer"
                book.marks.append(Mark(text=words, kind=kind, at=Location(sheet=name)))
    book.problems += _told(name, faults)
    sheet, notes = hidden.sheet(name, texts, merges)
    book.problems += notes
    return sheet


def _told(name: str, faults: Counter[str]) -> list[Note]:
    """Return notes on what could not be shown, and on cells that overwrite each other or took another's place."""
    notes = []
    if unsaved := faults["unsaved"]:
        message = f"工作表“{name}”有 {unsaved} 个公式没有保存计算结果，按空白处理；请用 Excel 或 WPS 打开并保存后再检查"
        notes.append(Note(code="formula-without-value", message=message, at=Location(sheet=name), doubt=True))
    what = {"order": "处行号或单元格位置次序错乱", "unknown": "个单元格的文字在文件中找不到"}
    damage = "、".join(f"{faults[fault]} {words}" for fault, words in what.items() if faults[fault])
    if damage:
        message = f"工作表“{name}”有 {damage}，可能缺行，请与原件核对"
        notes.append(Note(code="cells-damaged", message=message, at=Location(sheet=name), doubt=True))
    return notes


def _hidden_columns(element: _Element) -> range:
    first, last = element.get("min") or "", element.get("max") or ""
    if _is_hidden(element) and first.isdigit() and last.isdigit() and len(first) < 7 and len(last) < 7:
        return range(int(first) - 1, min(int(last), MAX_COLUMNS))
    return range(0)


def _is_hidden(element: _Element) -> bool:
    return element.get("hidden") in ("1", "true")


def _place(element: _Element, row: int, column: int) -> tuple[int, int]:
    """Return row and column of a cell; a cell without a reference follows the one before."""
    found = _position(element.get("r") or "")
    if found:
        return found
    if column >= 0:
        return row, column + 1
    parent = element.getparent()
    number = (parent.get("r") or "") if parent is not None else ""
    return (int(number) - 1 if number.isdigit() and len(number) < 8 else row + 1), 0


def _next_row(element: _Element, row: int) -> int:
    number = element.get("r") or ""
    if number.isdigit() and len(number) < 8:
        return int(number) - 1
    return row if len(element) else row + 1


def _position(reference: str) -> tuple[int, int] | None:
    match = _REFERENCE.match(reference)
    if not match:
        return None
    column = 0
    for letter in match.group(1).upper():
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)) - 1, column - 1


def _range(reference: str) -> Merge | None:
    first, _, last = reference.partition(":")
    start, end = _position(first), _position(last)
    if start is None or end is None or end[0] < start[0] or end[1] < start[1]:
        return None
    return (*start, *end)


#: A formula that is a figure.
_CONSTANT = re.compile(r"\d[\d.]*%?")


def _cell_text(element: _Element, styles: _Styles) -> tuple[str, str]:
    """Return what a cell shows, and its fault: a formula ``unsaved`` without result, a string that is ``unknown``."""
    kind = element.get("t") or "n"
    raw, inline, formula = "", "", None
    for child in element:
        tag = str(child.tag).rpartition("}")[2]
        if tag == "v":
            raw = child.text or ""
        elif tag == "is":
            inline = _rich_text(child)
        elif tag == "f":
            formula = child.text or ""
    if kind == "inlineStr":
        return inline, ""
    if raw == "":
        # Programs that write =100% as text into a cell make a formula of it: it says no more than what was typed.
        typed = f"={formula.strip()}" if formula and _CONSTANT.fullmatch(formula.strip()) else ""
        return typed, "unsaved" if formula is not None and kind != "str" and not typed else ""
    if kind == "s":
        known = raw.isdigit() and len(raw) < 9 and int(raw) < len(styles.strings)
        # Where the part of all strings is missing, that is said.
        return (styles.strings[int(raw)], "") if known else ("", "unknown" if styles.strings else "")
    if kind == "b":
        return ("TRUE" if raw == "1" else "FALSE"), ""
    return (_number_text(raw, element.get("s") or "", styles) if kind == "n" else _shown(raw)), ""


def _number_text(raw: str, style: str, styles: _Styles) -> str:
    try:
        number = Decimal(raw.strip())
    except InvalidOperation:
        return _shown(raw)
    known = style.isdigit() and len(style) < 7 and int(style) < len(styles.formats)
    code = styles.formats[int(style)] if known else "General"
    return render(number, code, date1904=styles.date1904) if number.is_finite() else raw


def _text_boxes(package: Package, part: str) -> list[str]:
    """Return the texts of shapes that float over a sheet."""
    lines: list[str] = []
    for kind, target in package.relations(part).values():
        if kind == "drawing" and package.has(target):
            for body in package.xml(target).iter("{*}txBody"):
                for paragraph in body.iter("{*}p"):
                    words = visible("".join(item.text or "" for item in paragraph.iter("{*}t"))).strip()
                    if words:
                        lines.append(words)
    return lines
