"""Plain text into a Document: rows parted by tabs, bars or commas become tables, the rest lines."""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from html import unescape
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple
from unicodedata import east_asian_width

from indicators.errors import ReadError
from indicators.readers import too_large
from indicators.readers.delimited import comma_rows, glued_rows, split_quoted, unmarked, whole_quoted
from indicators.readers.drawn import DrawnTable, undrawn
from indicators.records import Cell, Document, Line, Location, Note, Region, Segment, Table
from indicators.text import join_lines, printed

__all__ = ["decode", "read_text"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_RULE_ROW = re.compile(r"^[\s|:+=─━—-]+$")
_FEW = 0.001


def decode(data: bytes, name: str) -> tuple[str, tuple[Note, ...]]:
    """Decode the bytes of a text file.

    UTF-8 (with or without BOM), UTF-16/32 (with BOM, or UTF-16 recognised by its zero bytes) and
    GB18030 (which contains GBK and GB2312) are tried in this order.

    Returns
    -------
    tuple of str and notes
        The text, and what had to be repaired.

    Raises
    ------
    ReadError
        If the bytes are no text in any of these encodings.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data, encoding, name), ()
    zeros = data.count(0)
    notes: tuple[Note, ...] = ()
    if zeros:
        wide = _utf16_without_bom(data)
        if wide is not None:
            return wide, ()
        if zeros > max(8, len(data) * _FEW):
            raise ReadError(
                "不是文本文件",
                where=name,
                why=f"内容含有 {zeros} 个空字节（NUL），可能是程序文件或其他格式的文档改了扩展名",
                remedy="请提供原始的 PDF、Word、Excel 文件，或另存为纯文本（UTF-8）后再试",
            )
        data = data.replace(b"\0", b"")
        message = f"文件含有 {zeros} 个空字节（NUL），已忽略，可能缺行，请与原件核对"
        notes = (Note(code="nul-dropped", message=message, doubt=True),)
    try:
        return data.decode("utf-8"), notes
    except UnicodeDecodeError as error:
        at = error.start
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and _plausible(text):
        return text, notes
    # A few damaged bytes inside an otherwise sound UTF-8 file must not cost the whole document.
    repaired = data.decode("utf-8", errors="replace")
    broken = repaired.count("\ufffd")
    if broken <= max(3, len(repaired) * _FEW):
        message = f"有 {broken} 处字节损坏，已用 \ufffd 代替，可能缺行，请与原件核对"
        return repaired, (*notes, Note(code="bytes-replaced", message=message, doubt=True))
    raise ReadError(
        "无法识别文字编码",
        where=name,
        why=f"第 {at + 1} 个字节处不是 UTF-8，也不是 GB18030/GBK 或 UTF-16",
        remedy="请用记事本打开后“另存为”UTF-8 编码再试；若不是文本文件，请提供原始文档",
    )


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            "文字编码损坏",
            where=name,
            why=f"文件头声明为 {encoding.upper()}，但第 {error.start + 1} 个字节处无法解码",
            remedy="请重新导出或另存为 UTF-8 编码的文本",
        ) from None


def _utf16_without_bom(data: bytes) -> str | None:
    """Decode UTF-16 that lost its mark: ASCII characters leave zeros on one side only."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) < 4 or min(even, odd) > max(even, odd) * 0.05 or max(even, odd) < len(data) * 0.01:
        return None
    try:
        text = data[: len(data) & ~1].decode("utf-16-le" if odd > even else "utf-16-be")
    except UnicodeDecodeError:
        return None
    return text if _plausible(text) else None


_USUAL = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\x20-\x7e\s]")


#: A line whose columns may be kept apart by blanks, and how many of them make a region.
_PARTED = re.compile(r"\S(?:  |\u3000)\s*\S")
_LEAST_PARTED = 3
#: Lines within which so many of them stand where they are rows.
_NEAR = 12
_PIECE = re.compile(r"\S+")


def _plausible(text: str) -> bool:
    sample = text[:20000]
    return len(_USUAL.findall(sample)) >= 0.9 * len(sample)


def _outer_bars(lines: list[str]) -> bool:
    """Whether rows are written with bars around them (``| a | b |``), so that the outer ones part nothing."""
    barred = [line.strip() for line in lines if line.count("|") >= 2]
    around = sum(line.startswith("|") and line.endswith("|") for line in barred)
    return around * 10 >= len(barred) * 9


def _split(line: str, outer_bars: bool, by_commas: bool) -> list[str] | None:
    """Return the cells of a row, ``None`` where the line is no row."""
    if "\t" in line:
        return split_quoted(line, "\t")
    if by_commas:
        return split_quoted(line, ",")
    if line.count("|") + line.count("｜") >= 2:
        cells = re.split(r"[|｜]", line)
        return cells[1:-1] if outer_bars and "|" in line else cells
    return None


#: Lines that one row with breaks in its cells may take, share of the rows that must have the same bars, and how many.
_MOST_LINES, _WHOLE, _FEWEST_BARS = 60, 0.08, 3


def _whole_rows(lines: list[str]) -> list[str]:
    """Join rows with bars around them whose cells hold line breaks: a row ends when it has the bars of the others.

    The lines that a row was continued on become blank, so that lines keep their numbers.
    """
    bars = [line.count("|") for line in lines]
    begun = [number for number, line in enumerate(lines) if line.strip().startswith("|")]
    stops = {start: stop for start in begun if (stop := _closed(lines, bars, start))}
    cells = {start: "".join(lines[start:stop]).split("|") for start, stop in stops.items()}
    counts = Counter(len(row) - 1 for row in cells.values() if sum(map(bool, map(str.strip, row))) > 1)
    usual = [width for width, rows in counts.most_common() if width >= _FEWEST_BARS and rows >= _WHOLE * len(begun)]
    inside = {number for start, stop in stops.items() for number in range(start, stop)}
    if sum(count > 1 for number, count in enumerate(bars) if number not in inside) > len(stops):
        return lines
    out = list(lines)
    for start in begun:
        ends = ((width, _closed(lines, bars, start, width)) for width in usual)
        stop = next((stop for width, stop in ends if stop and sum(bars[start:stop]) == width), 0)
        if stop > start + 1:
            out[start] = join_lines(lines[start:stop])
            out[start + 1 : stop] = [""] * (stop - start - 1)
    return out


def _closed(lines: list[str], bars: list[int], start: int, least: int = 1) -> int:
    """Return behind which line a bar, the ``least``-th or a later one, closes the row begun at ``start``; else 0."""
    total = 0
    for stop in range(start, min(start + _MOST_LINES, len(lines))):
        if stop > start and lines[stop].strip().startswith("|"):
            return 0
        total += bars[stop]
        if total >= least and lines[stop].strip().endswith("|"):
            return stop + 1
    return 0


#: A text of this size would hold some fifty thousand forms: it is no budget document.
LARGEST_TEXT = 64 * 1024 * 1024
#: Lines and cells of a text: each costs some 200 bytes, and the whole budget of a province has fewer.
MOST_TEXT_CELLS = 3_000_000


def read_plain(data: bytes, name: str) -> Document:
    """Read a text file that is not too large; see :func:`read_text`."""
    if len(data) > LARGEST_TEXT:
        raise too_large(name, len(data), LARGEST_TEXT)
    cells = sum(map(data.count, (b"|", b"\t", b"\n", "│".encode())))
    if cells > MOST_TEXT_CELLS:
        why = f"约 {cells // 10000} 万个单元格，上限 {MOST_TEXT_CELLS // 10000} 万"
        raise ReadError("文本中的表格过大", where=name, why=why, remedy="请核对来源，或按单位拆分后再检查")
    return read_text(data, name, sha256=hashlib.sha256(data).hexdigest())


def read_text(data: bytes, name: str, *, sha256: str) -> Document:
    """Read a plain text into tables (grid ``ragged``) and lines, each with its line number.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        File name for the record and for messages.
    sha256
        Digest of ``data``.

    Raises
    ------
    ReadError
        If the file is empty or is no text.
    """
    if not data.strip(b"\0 \t\r\n\f\xef\xbb\xbf"):
        raise ReadError("文件是空的", where=name, why="没有任何文字", remedy="请检查文件是否导出完整")
    text, notes = decode(data, name)
    lines = printed(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blocks: list[Table | Line] = []
    found: Sequence[Table | Line]
    tables = 0
    glued: list[int] = []
    for part in _parts(lines):
        if isinstance(part, DrawnTable):
            found = [_exact(part, tables)]
        elif part[0].cells is None:
            found = _placed([(line.number, line.text) for line in part], "\t" not in text)
        else:
            found = _ragged(part, tables)
            glued += (
                [part[number].number for number in glued_rows([line.cells or () for line in part])] if found else []
            )
        blocks += found
        tables += sum(isinstance(block, Table) for block in found)
    if glued:
        where = "、".join(map(str, glued[:3]))
        message = f"清单中有 {len(glued)} 行是两行连在一起的（第 {where} 行），可能缺行，请与原件核对"
        notes = (*notes, Note(code="rows-glued", message=message, at=Location(line=glued[0]), doubt=True))
    return Document(
        name=name, sha256=sha256, media_type="text/plain", reader="text", blocks=tuple(blocks), problems=notes
    )


def _parts(lines: list[str]) -> list[DrawnTable | list[_Split]]:
    """Return the tables that are drawn in a text, and what stands between them: lines in a row, or rows of a table."""
    drawn, lines = undrawn(lines)
    starts = [table.start for table in drawn]
    runs = groupby(_split_lines(lines), key=lambda line: (bisect_left(starts, line.number), line.cells is not None))
    parts: list[tuple[int, DrawnTable | list[_Split]]] = [(table.start + 1, table) for table in drawn]
    for _, run in runs:
        rows = list(run)
        parts.append((rows[0].number, rows))
    return [part for _, part in sorted(parts, key=itemgetter(0))]


#: The number of a page, alone on its line.
_PAGE_NUMBER = re.compile(r"\s*\d{1,4}\s*")
#: Pages that count on, from which their numbers are told.
_COUNTED = 2


def _without_page_numbers(lines: list[str]) -> list[str]:
    """Return the lines with those made blank that number the pages which form feeds part.

    A number that closes a page may as well be a value: that of the page counts on from page to page, or is the first.
    """
    pages: list[list[int]] = [[]]
    for number, line in enumerate(lines):
        if line.startswith("\f"):
            pages.append([])
        if line.strip():
            pages[-1].append(number)
    closing = [page[-1] for page in pages if page] if len(pages) > 1 else []
    starts = {at: int(lines[at]) - place for place, at in enumerate(closing) if _PAGE_NUMBER.fullmatch(lines[at])}
    first, often = Counter(starts.values()).most_common(1)[0] if starts else (0, 0)
    if often < _COUNTED and not (first == often == len(closing)):
        return lines
    return ["" if starts.get(number) == first else line for number, line in enumerate(lines)]


class _Split(NamedTuple):
    """A printed line, and its cells where it is a row of a table."""

    number: int
    text: str
    cells: list[str] | None


def _split_lines(lines: list[str]) -> list[_Split]:
    """Return the lines that print something; the rules between rows print nothing."""
    lines = _without_page_numbers(lines)
    whole = _whole_rows(lines) if any("|" in line for line in lines) else lines
    whole = whole_quoted(whole) if any('"' in line for line in lines) else whole
    outer_bars, by_commas = _outer_bars(whole), comma_rows(whole)
    found: list[_Split] = []
    for number, raw in enumerate(whole, 1):
        line = unmarked(_unescaped(raw.replace("\f", "")))
        cells = _split(line, outer_bars, number - 1 in by_commas)
        if line.strip() if cells is None else not ("|" in line and _RULE_ROW.match(line)):
            found.append(_Split(number, line, cells))
    return _with_pairs(_with_bare_rows(found))


def _with_pairs(found: list[_Split]) -> list[_Split]:
    """Take lines of one bar as rows where they touch rows of more: 项目名称 | 清淤 right above the indicators.

    Alone such a bar parts the links of a page: 首页 | 新闻.
    """
    down = range(1, len(found))
    for number, other in (*((at, at - 1) for at in down), *((at - 1, at) for at in reversed(down))):
        line, beside = found[number], found[other]
        if line.cells is not None or beside.cells is None or "|" not in beside.text:
            continue
        parts = line.text.split("|")
        if len(parts) == 2 and all(part.strip() for part in parts) and abs(line.number - beside.number) == 1:
            found[number] = line._replace(cells=parts)
    return found


#: Lines in a row that may be cells of a table whose tabs at the end of rows were cut off, and what each may be.
_MOST_BARE, _BARE = 3, re.compile(r"[^：:；;。，,【≥≤=＝]{1,24}")


def _with_bare_rows(found: list[_Split]) -> list[_Split]:
    """Take lines right between tabbed rows as rows of one cell: tabs at the end of a row are easily lost."""
    tabbed = [place for place, line in enumerate(found) if line.cells is not None and "\t" in line.text]
    for first, last in pairwise(tabbed):
        between = found[first + 1 : last]
        near = found[last].number - found[first].number == last - first <= _MOST_BARE + 1
        if near and all(line.cells is None and _BARE.fullmatch(line.text) for line in between):
            found[first + 1 : last] = [line._replace(cells=[line.text]) for line in between]
    return found


#: What a converter of sheets puts into empty cells, and above columns without a head.
_EMPTY, _NO_HEAD, _MANY_EMPTY = "NaN", re.compile(r"Unnamed: \d+(?:_level_\d+)?"), 3


def _without_filling(rows: list[_Split]) -> list[_Split]:
    """Make cells blank again that a converter filled: ``NaN`` in several is nothing that a form says."""
    texts = [part.strip() for line in rows for part in line.cells or ()]
    if texts.count(_EMPTY) < _MANY_EMPTY and not any(map(_NO_HEAD.fullmatch, texts)):
        return rows
    return [line._replace(cells=[_unfilled(part) for part in line.cells or ()]) for line in rows]


def _unfilled(text: str) -> str:
    key = text.strip()
    return "" if key == _EMPTY or _NO_HEAD.fullmatch(key) else text


def _exact(drawn: DrawnTable, table: int) -> Table:
    cells = tuple(
        Cell(
            text=value,
            at=Location(table=table, row=cell.row, column=cell.column, line=cell.line),
            row_span=cell.row_span,
            column_span=cell.column_span,
        )
        for cell in drawn.cells
        if (value := unmarked(_unescaped(cell.text)).strip())
    )
    return Table(cells=cells, rows=drawn.rows, columns=drawn.columns, at=Location(line=drawn.start + 1, table=table))


def _ragged(rows: list[_Split], table: int) -> list[Table]:
    rows = _without_filling(rows)
    cells = tuple(
        Cell(text=value, at=Location(table=table, row=row, column=column, line=line.number))
        for row, line in enumerate(rows)
        for column, part in enumerate(line.cells or ())
        if (value := part.strip())
    )
    width = max(len(line.cells or ()) for line in rows)
    at = Location(line=rows[0].number, table=table)
    return [Table(cells=cells, rows=len(rows), columns=width, at=at, grid="ragged")] if cells else []


def _unescaped(text: str) -> str:
    """Return a text as printed: pages and converters write signs as marks, ``&lt;=5``, ``&ge;95%``, ``&nbsp;``."""
    return printed(" ".join(unescape(text).splitlines())) if "&" in text else text


def _placed(plain: list[tuple[int, str]], laid: bool) -> list[Line]:
    """Return lines as they are, or as a region where blanks may keep columns apart in them."""
    lines = [Line(text=text.strip(), at=Location(line=number)) for number, text in plain]
    parted = [number for number, text in plain if _PARTED.search(text)]
    near = any(last - first < _NEAR for first, last in zip(parted, parted[_LEAST_PARTED - 1 :]))
    barred = sum(line.text.endswith("|") for line in lines)
    if not laid or not near or 2 * barred > len(lines) or _separated(plain):
        # Lines of signatures below each form are no columns, nor are cells on lines of their own.
        return list(lines)
    # pdftotext counts a character as one column, programs that print for the eye count a Chinese one as two.
    ways = (_columns_counted, _columns_spread, _columns_seen)
    behind = [(text, ends) for _, text in plain if (ends := [match.end() - 1 for match in _PARTED.finditer(text)])]
    columns = max(ways, key=lambda way: _aligned(behind, way))
    segments: list[Segment] = []
    for index, (number, text) in enumerate(plain):
        places = columns(text)
        segments += [
            Segment(
                text=piece.group(),
                x0=places[piece.start()],
                x1=places[piece.end()],
                y=float(number),
                line=index,
                at=lines[index].at,
            )
            for piece in _PIECE.finditer(text)
        ]
    at = lines[0].at
    whole = "\n".join(line.text for line in lines)
    region = Region(text=whole, at=at, lines=tuple(lines), segments=tuple(segments), height=float(plain[-1][0]))
    return [region]


#: Gaps from which they tell what they are, the share of them that must be alike, and of cells that would be aligned.
_FEWEST_GAPS, _ALIKE, _IN_LINE = 8, 0.65, 0.9
_GAP = re.compile(r"(?<=\S)(?: {2,}|\u3000+)(?=\S)")


def _separated(plain: list[tuple[int, str]]) -> bool:
    """Whether blanks only part cells, the same number everywhere whatever the cells' widths: they align nothing."""
    gaps = [match for _, text in plain for match in _GAP.finditer(text)]
    widths = Counter(match.group() for match in gaps)
    if len(gaps) < _FEWEST_GAPS or max(widths.values()) < _ALIKE * len(gaps):
        return False
    starts = Counter(match.end() for match in gaps)
    return sum(count for count in starts.values() if count > 2) < _IN_LINE * len(gaps)


def _columns_counted(text: str) -> Sequence[float]:
    return range(len(text) + 1)


def _columns_spread(text: str) -> Sequence[float]:
    """Count every character as one, but the wide blank as two."""
    if "\u3000" not in text:
        return range(len(text) + 1)
    return [0, *accumulate(2 if char == "\u3000" else 1 for char in text)]


def _columns_seen(text: str) -> Sequence[float]:
    if text.isascii():
        return range(len(text) + 1)
    return [0, *accumulate(2 if east_asian_width(char) in "WF" else 1 for char in text)]


def _aligned(behind: list[tuple[str, list[int]]], columns: Callable[[str], Sequence[float]]) -> int:
    """Return how many pieces behind wide blanks, which begin there, do so where pieces of several other lines do."""
    starts: Counter[float] = Counter()
    for text, ends in behind:
        places = columns(text)
        starts.update({places[end] for end in ends})
    return sum(count for count in starts.values() if count > 2)
