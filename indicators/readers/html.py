"""HTML to Document: tables with row and column spans, and the text between them line by line.

What a browser does not show (scripts, styles, templates, hidden elements) is left out. A table inside a cell
becomes a Table of its own right after the outer one; a table of one column that only frames others is opened up.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indicators.errors import ReadError, damage_as_read_error
from indicators.readers.characters import visible
from indicators.readers.sniff import HTML
from indicators.records import Cell, Document, Line, Location, Note, Table
from indicators.text import join_lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["read_html"]

MAX_BYTES = 32 << 20
#: Bounds the work, too: columns passed over under hanging cells are counted.
MAX_CELLS = 3_000_000
MAX_SPAN = 1_000
_DROPPED = frozenset(
    (
        "script", "style", "template", "noscript", "head", "title", "svg", "iframe", "object", "canvas",
        "option", "datalist", "audio", "video", "map",
    )
)  # fmt: skip
#: Of these, what a sound page may put tables in.
_HOLD_TABLES = ("template", "noscript", "object")
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
        "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
        "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
        "tfoot", "th", "thead", "tr", "ul",
    )
)  # fmt: skip
_OF_TABLES = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read_html(data: bytes, name: str) -> Document:
    """Read an HTML page, also one that was saved under the name of a workbook.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name without folders.

    Returns
    -------
    Document
        ``pages`` is ``None``; lines count the printed lines outside tables.

    Raises
    ------
    ReadError
        Where the page is too large or cannot be parsed.
    """
    if len(data) > MAX_BYTES:
        raise ReadError("网页过大，已停止读取", where=name, why=f"超过 {MAX_BYTES >> 20} MB", remedy="请拆分后再检查")
    with damage_as_read_error("网页无法读取", where=name, remedy="请用浏览器打开并另存后再试"):
        return _read(data, name)


def _read(data: bytes, name: str) -> Document:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    text, problems = _decoded(data)
    # NUL and an XML declaration stop lxml short.
    text = re.sub(r"\A\s*<\?xml.*?\?>", "", text.replace("\x00", ""), count=1, flags=re.S)
    problems += _damage(text, data)
    _refuse_endless_tags(text)
    walk = _Walk()
    if text.strip():
        parser = HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
        try:
            root = document_fromstring(text, parser=parser, ensure_head_body=False)
        except etree.ParserError:
            root = None  # only comments or declarations: an empty page
        if root is not None:
            walk.container(root)
            walk.flush()
            problems += _swallowed(text, root, walk.seen)
            if walk.loose:
                message = f"网页表格中有 {walk.loose} 处文字不在任何单元格里，未读取，可能缺行，请与原件核对"
                problems += (Note(code="text-between-cells", message=message, doubt=True),)
    return Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=HTML,
        reader="html",
        blocks=tuple(walk.blocks),
        problems=problems,
    )


#: What must be closed and swallows all that follows where it is not: the parser nests the rest of the page in it.
_CLOSED = (
    "title", "style", "textarea", "xmp", "plaintext", "noscript", "template", "svg", "iframe", "object", "canvas",
    "select", "datalist", "audio", "video", "map",
)  # fmt: skip
_TABLE_TAG = re.compile(rf"<(/?)(table|tr|td|th|html|body|{'|'.join(_CLOSED)})(?=[\s/>])", re.I)
#: Scripts and comments, and whether they end: a script may write tags as texts.
_NO_TEXT = re.compile(r"<script(?=[\s/>]).*?(</script|\Z)|<!--.*?(-->|\Z)", re.I | re.S)
_CELL_TAG = re.compile(r"<t[dh](?=[\s/>])", re.I)
#: A tag, its quoted attributes passed over at once.
_TAG = re.compile(r"""<[a-z](?:[^<>"']++|"[^"]*+"|'[^']*+')*+""", re.I)
_QUOTED = re.compile(r"""["'][^"']*["']""")
#: Characters of a tag outside quotes; the parser compares each of its attributes with each.
MAX_TAG = 8_000


def _refuse_endless_tags(text: str) -> None:
    for match in _TAG.finditer(text):
        if match.end() - match.start() > MAX_TAG and len(_QUOTED.sub("", match[0])) > MAX_TAG:
            why = f"一个标签中的属性超过 {MAX_TAG} 字"
            raise ReadError("网页不合常理，已停止读取", why=why, remedy="请用浏览器打开并另存后再试")


def _swallowed(text: str, root: HtmlElement, seen: int) -> tuple[Note, ...]:
    """Say where cells that are printed in the page came to stand in none of its tables, hidden or swallowed."""
    missing = len(_CELL_TAG.findall(_NO_TEXT.sub("", text))) - seen
    # Most pages end here: only where some are missing is it worth looking for those that are hidden.
    if missing <= 0:
        return ()
    hidden = _hidden_cells(root)
    if missing > hidden:
        message = f"网页中有 {missing - hidden} 个单元格没有读进表格，可能缺行，请与原件核对"
        return (Note(code="cells-swallowed", message=message, doubt=True),)
    return (Note(code="cells-hidden", message=f"网页中有 {missing} 个单元格是隐藏的，未读取"),)


def _hidden_cells(root: HtmlElement) -> int:
    """Count the cells somebody hid; those in a list for choosing or a picture came there by a missing end."""
    count = 0
    left = [(root, False)]
    while left:
        element, hidden = left.pop()
        hidden = hidden or _tag(element) in _HOLD_TABLES or (_tag(element) not in _DROPPED and _unseen(element))
        count += hidden and _tag(element) in ("td", "th")
        left.extend((child, hidden) for child in element)
    return count


#: An attribute whose quote does not end before its tag and the next.
_OPEN_QUOTE = re.compile(r"""<t[dhr]\s[^<>]{0,200}=(?:"[^"<>]*|'[^'<>]*)>[^<]*<""", re.I)
#: Spans, also with one wrong letter, and what they say.
_SPANS = ("colspan", "rowspan")
_NEARLY = "|".join(rf"{word[:at]}[^\s\"'=<>]{word[at + 1 :]}" for word in _SPANS for at in range(len(word)))
_SPAN = re.compile(rf"<t[dh]\b(?=[^<>]*\s({_NEARLY})\s*=\s*[\"']?([^\s\"'<>]*))", re.I)
#: The tag of a cell or row that lost its bracket (*td>) or has a wrong letter (<ud>); style sheets write tr>td.
_STYLE = re.compile(r"<style(?=[\s/>]).*?</style", re.I | re.S)
_HEADLESS = re.compile(r"(?<![<\w/>\"'=-])/?(?:table|t[rdh])>", re.I)
_SHORT_TAG = re.compile(r"<(t[a-z]|[a-z][dhr])(?=[\s/>])", re.I)
_SHORT_TAGS = frozenset({"tr", "td", "th", "tt", "dd", "hr", "br"})
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\ufffd]")


def _damage(text: str, data: bytes) -> tuple[Note, ...]:
    """Say where a page was cut or overwritten: a parser mends it without a word, and rows are gone."""
    notes = []
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        notes.append("有被清零的字节")
    if _CONTROL.search(text):
        notes.append("有不可见的控制字符")
    written = _NO_TEXT.sub("", text)
    counts = Counter((tag.lower(), bool(slash)) for slash, tag in _TABLE_TAG.findall(written))
    for tag in ("table", "tr", "td", "th", "body", "html"):
        opened, closed = counts[tag, False], counts[tag, True]
        # Ends may be left out, but then all of a kind are; only tables and pages that begin must end.
        if opened != closed and (closed or tag in ("table", "html")):
            notes.append(f"有 {opened} 个 <{tag}>、{closed} 个 </{tag}>")
    for tag in _CLOSED:
        opened, closed = counts[tag, False], counts[tag, True]
        if closed != opened:
            notes.append(f"有 {opened} 个 <{tag}>、{closed} 个 </{tag}>")
    if any(not (match[1] or match[2]) for match in _NO_TEXT.finditer(text)):
        notes.append("有没有结束的脚本或注释")
    spans = _SPAN.finditer(text)
    spanned = any(span[1].lower() not in _SPANS or (span[2] and not span[2][0].isdigit()) for span in spans)
    shown = _STYLE.sub("", written)
    headless = _HEADLESS.search(shown) or any(tag.lower() not in _SHORT_TAGS for tag in _SHORT_TAG.findall(shown))
    if "</<" in text or spanned or headless or _OPEN_QUOTE.search(text):
        notes.append("有残缺的标签")
    if not notes:
        return ()
    message = f"网页内容有缺损（{'；'.join(notes)}），可能缺表缺行，请与原件核对"
    return (Note(code="html-mended", message=message, doubt=True),)


def _decoded(data: bytes) -> tuple[str, tuple[Note, ...]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), ()
    declared = _CHARSET.search(data[:4096])
    label = declared.group(1).decode("ascii").lower() if declared else ""
    # Pages declared GB2312 regularly hold characters of its supersets.
    first = "gb18030" if label.startswith("gb") else label or "utf-8"
    for encoding in (first, "utf-8", "gb18030"):
        try:
            return data.decode(encoding), ()
        except (UnicodeError, LookupError):
            continue
    note = Note(code="encoding-damaged", message="部分文字的编码不合规范，已用�代替，请核对原件", doubt=True)
    return data.decode("utf-8" if data.decode("utf-8", "ignore") else "gb18030", "replace"), (note,)


@dataclass(slots=True)
class _Slot:
    """A cell under construction."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


@dataclass(slots=True)
class _Walk:
    """Collects blocks in reading order; ``pending`` is the line being built."""

    blocks: list[Table | Line] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    tables: int = 0
    lines: int = 0
    cells: int = 0
    #: Cells that were come by, in tables and outside.
    seen: int = 0
    #: Texts of tables that stand in none of their cells.
    loose: int = 0

    def flush(self) -> None:
        """End the line being built."""
        text = visible(_SPACE.sub(" ", "".join(self.pending))).strip()
        self.pending.clear()
        if text:
            self.lines += 1
            self.blocks.append(Line(text=text, at=Location(line=self.lines)))

    def container(self, element: HtmlElement) -> None:
        """Append the blocks of an element."""
        self.pending.append(element.text or "")
        for child in element:
            self._child(child)
            self.pending.append(child.tail or "")

    def _child(self, child: HtmlElement) -> None:
        tag = _tag(child)
        if not tag or _unseen(child):
            return
        if tag == "table":
            self.flush()
            self.table(child)
        elif tag in ("br", "hr"):
            self.flush()
        elif tag in ("input", "textarea"):  # a list for choosing outside a table leads to other pages
            self.pending.append(_entered(child))
        elif tag in _BLOCKS:
            self.seen += tag in ("td", "th")
            self.flush()
            self.container(child)
            self.flush()
        else:
            self.container(child)

    def table(self, element: HtmlElement) -> None:
        """Append a table, then what is nested in it."""
        for caption in element:
            if _tag(caption) == "caption" and not _unseen(caption):
                self.container(caption)
                self.flush()
        groups = list(_row_groups(element))
        rows = [row for group in groups for row in group]
        self.seen += sum(len(_cells(row)) for row in rows)
        holders = {id(row.getparent()): row.getparent() for row in rows}
        self.loose += sum(map(_loose, (element, *(one for one in holders.values() if one is not element), *rows)))
        if _frames_tables(rows):
            for row in rows:
                for cell in _cells(row):
                    self.container(cell)
                    self.flush()
            return
        inner: list[HtmlElement] = []
        slots: list[_Slot] = []
        first = 0
        for group in groups:
            self._group(group, first, slots, inner)
            first += len(group)
        self._close(slots, first)
        for table in inner:
            self.table(table)

    def _close(self, slots: list[_Slot], rows: int) -> None:
        if not any(slot.text for slot in slots):
            return
        index = self.tables
        self.tables += 1
        cells = tuple(
            Cell(
                text=slot.text,
                at=Location(table=index, row=slot.row, column=slot.column),
                row_span=slot.rows,
                column_span=slot.columns,
            )
            for slot in slots
        )
        columns = max(slot.column + slot.columns for slot in slots)
        self.blocks.append(Table(cells=cells, rows=rows, columns=columns, at=Location(table=index)))

    def _group(self, rows: list[HtmlElement], first: int, slots: list[_Slot], inner: list[HtmlElement]) -> None:
        """Place the cells of a row group; spans end with their group."""
        busy: dict[int, int] = {}  # column -> first row of the table that is free again
        for offset, row in enumerate(rows):
            number, column = first + offset, 0
            for cell in _cells(row):
                while busy.get(column, 0) > number:
                    column += 1
                    self.cells += 1
                left = len(rows) - offset
                height = min(_span(cell, "rowspan") or left, left)
                width = _free_width(busy, column, number, max(1, _span(cell, "colspan")))
                slots.append(_Slot(number, column, height, width, _cell_text(cell, inner)))
                for covered in range(column, column + width):
                    busy[covered] = number + height
                column += width
                self.cells += width
                if self.cells > MAX_CELLS:
                    raise ReadError("表格过大，已停止读取", why="单元格数超过限度", remedy="请拆分文件后再检查")


def _free_width(busy: dict[int, int], column: int, number: int, width: int) -> int:
    # A cell that would overlap one hanging down from above is cut short, so that no place has two cells.
    for step in range(1, width):
        if busy.get(column + step, 0) > number:
            return step
    return width


def _tag(element: HtmlElement) -> str:
    return element.tag.lower() if isinstance(element.tag, str) else ""


def _unseen(element: HtmlElement) -> bool:
    if _tag(element) in _DROPPED or element.get("hidden") is not None:
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


#: What is entered by hand, and fields that show nothing of it.
_FIELDS = ("input", "textarea", "select")
_SHOW_NOTHING = frozenset({"hidden", "password", "button", "submit", "reset", "image", "file", "color", "range"})


def _entered(element: HtmlElement) -> str:
    """Return what an input field shows."""
    if _tag(element) == "textarea":
        return element.text or ""
    if _tag(element) == "select":
        entries = list(element.iter("option"))
        chosen = [one for one in entries if one.get("selected") is not None] or entries[:1]
        return "、".join("".join(one.itertext()).strip() for one in chosen)
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if element.get("checked") is not None else "□"
    return "" if kind in _SHOW_NOTHING else element.get("value") or ""


_WORDS = re.compile("[\u4e00-\u9fff]{2}")


def _loose(holder: HtmlElement) -> int:
    """Count the texts right in a table or a row, which a browser takes out of it."""
    texts = (holder.text, *(child.tail for child in holder))
    return sum(bool(text and _WORDS.search(text)) for text in texts)


def _row_groups(table: HtmlElement) -> Iterator[list[HtmlElement]]:
    loose: list[HtmlElement] = []
    for child in _inside(table, ("tr", "thead", "tbody", "tfoot")):
        if _tag(child) == "tr":
            loose.append(child)
            continue
        if loose:
            yield loose
            loose = []
        group = list(_inside(child, ("tr",)))
        if group:
            yield group
    if loose:
        yield loose


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return list(_inside(row, ("td", "th")))


def _inside(element: HtmlElement, tags: tuple[str, ...]) -> Iterator[HtmlElement]:
    """Yield the rows of a table or the cells of a row, also where a form or a font stands around some of them.

    A browser takes what is no part of a table out of it and leaves the rows where they are.
    """
    for child in element:
        tag = _tag(child)
        if not tag or _unseen(child):
            continue
        if tag in tags:
            yield child
        elif tag not in _OF_TABLES:
            yield from _inside(child, tags)


def _frames_tables(rows: list[HtmlElement]) -> bool:
    # Pages wrap whole articles in one-cell tables; the frame itself says nothing.
    if any(len(_cells(row)) > 1 for row in rows):
        return False
    return any(table is not None for row in rows for cell in _cells(row) for table in cell.iter("table"))


def _span(cell: HtmlElement, key: str) -> int:
    """Return a span; 0 (to the end of the group) where it is printed so, 1 where it is absent or nonsense."""
    match = re.match(r"\s*(\d{1,6})", cell.get(key) or "")
    return min(int(match.group(1)), MAX_SPAN) if match else 1


def _cell_text(cell: HtmlElement, inner: list[HtmlElement]) -> str:
    parts: list[str] = [""]
    _collect(cell, parts, inner)
    return join_lines(visible(_SPACE.sub(" ", part)).strip() for part in parts)


def _collect(element: HtmlElement, parts: list[str], inner: list[HtmlElement]) -> None:
    """Append the text of an element, one part a printed line; tables go to ``inner``."""
    parts[-1] += element.text or ""
    for child in element:
        tag = _tag(child)
        if tag == "table" and not _unseen(child):
            inner.append(child)
            parts.append("")
        elif tag in ("br", "hr"):
            parts.append("")
        elif tag in _FIELDS and not _unseen(child):
            parts[-1] += _entered(child)
        elif tag and not _unseen(child):
            if tag in _BLOCKS:
                parts.append("")
            _collect(child, parts, inner)
            if tag in _BLOCKS:
                parts.append("")
        parts[-1] += child.tail or ""
