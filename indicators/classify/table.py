"""Score tables: a pandas frame, rows of texts, or a CSV file as the contract has it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.classify.model import Classifier, load_classifier
from indicators.errors import ReadError, system_reason
from indicators.records import Specificity
from indicators.vocabulary import header_role

if TYPE_CHECKING:
    import pandas

__all__ = ["ADDED", "NEEDED", "named_rows", "read_csv", "score_csv", "score_frame", "score_table", "write_csv"]

NEEDED = ("level2", "level3", "value")
"""Columns a table of pairs must have."""
ADDED = ("level", "score", "p0", "p1", "p2", "p3", "reason")
"""Columns that are added, or replaced where they exist."""
#: The roles of headers as forms and our own workbook print them, and what stands there for the columns that are added.
_ROLES = {"level2": "level2", "name": "level3", "value": "value"}
_ADDED_WORDS = ("具体程度（0—3）", "具体性得分", "概率0", "概率1", "概率2", "概率3", "理由")

#: Added columns that hold text.
_TEXTS = (ADDED[-1], _ADDED_WORDS[-1])
_ENCODINGS = ("utf-8", "gb18030")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LARGEST_CELL = 1 << 30


def _cells(judged: Specificity) -> tuple[object, ...]:
    return (judged.level, judged.score, *judged.probabilities, "；".join(judged.reasons))


def _missing(columns: Sequence[object], where: str) -> ReadError:
    found = _columns(columns)
    lacking = [name for name in NEEDED if name not in found]
    present = "、".join(map(str, columns)) or "（无）"
    return ReadError(
        "缺少必需的列：" + "、".join(lacking),
        where=where,
        why=f"现有的列：{present}",
        remedy="表头须有 level2（二级指标）、level3（三级指标）、value（指标值）三列",
    )


def _columns(header: Sequence[object]) -> dict[str, object]:
    """Return the headers of the needed columns: by name, else by what a form calls them; the first of its kind."""
    found: dict[str, object] = {name: name for name in NEEDED if name in header}
    for printed in header:
        role = _ROLES.get(header_role(str(printed)) or "")
        if role is not None:
            found.setdefault(role, printed)
    return found


def _added(columns: dict[str, object]) -> tuple[str, ...]:
    """Return the headers of the added columns, in the language of those that are there."""
    return ADDED if columns["value"] == "value" else _ADDED_WORDS


def score_frame(frame: pandas.DataFrame, classifier: Classifier | None = None) -> pandas.DataFrame:
    """Score a table of indicators.

    Parameters
    ----------
    frame
        Columns level2, level3, value, or 二级指标, 三级指标, 指标值; missing cells count as blank. It is not changed.
    classifier
        ``None`` for the one that ships with the package.

    Returns
    -------
    pandas.DataFrame
        A copy with level (0..3), score (0..100), p0..p3 and reason added or replaced, under Chinese headers where
        those of the frame are; same rows, same index.

    Raises
    ------
    ReadError
        If a column is missing.
    """
    import pandas

    header = list(frame.columns)
    columns = _columns(header)
    if len(columns) < len(NEEDED):
        raise _missing(header, "数据表")
    texts = [["" if pandas.isna(cell) else str(cell) for cell in frame[columns[name]].tolist()] for name in NEEDED]
    rows = list(zip(texts[0], texts[1], texts[2], strict=True))
    judged = (classifier or load_classifier()).score(rows)
    result = frame.copy()
    cells = list(zip(*map(_cells, judged), strict=True)) or [()] * len(ADDED)
    for name, column in zip(_added(columns), cells, strict=True):
        result[name] = pandas.Series(list(column), index=frame.index, dtype=object if name in _TEXTS else None)
    return result


def named_rows(
    header: Sequence[str], body: Sequence[Sequence[object]], where: str, words: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """Return rows of texts by column, the needed ones under the names of :data:`NEEDED`.

    Parameters
    ----------
    header, body, where
        As in :func:`score_table`.
    words
        Further columns by name, with the header that may stand there instead: ``{"unit": "单位"}``.

    Raises
    ------
    ReadError
        If a column is missing.
    """
    names = [name.strip() for name in header]
    columns = _columns(names)
    if len(columns) < len(NEEDED):
        raise _missing(names, where)
    columns |= {name: word for name, word in (words or {}).items() if name not in names and word in names}
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    places |= {name: places[str(printed)] for name, printed in columns.items()}
    return [{name: str(row[place]) for name, place in places.items()} for row in body]


def score_table(
    header: Sequence[str], body: Sequence[Sequence[object]], where: str, classifier: Classifier | None = None
) -> tuple[list[str], list[list[object]]]:
    """Score rows of texts.

    Parameters
    ----------
    header, body
        Headers with those of :data:`NEEDED`, or as forms call them, and as many cells in every row.
    where
        The file, for the error.
    classifier
        ``None`` for the one that ships with the package.

    Returns
    -------
    tuple
        The headers and rows with the columns of :data:`ADDED` added or replaced.

    Raises
    ------
    ReadError
        If a column is missing.
    """
    names = [name.strip() for name in header]
    rows = [(row["level2"], row["level3"], row["value"]) for row in named_rows(header, body, where)]
    judged = (classifier or load_classifier()).score(rows)
    added = _added(_columns(names))
    whole = [*header, *(name for name in added if name not in names)]
    at = [names.index(name) if name in names else [n.strip() for n in whole].index(name) for name in added]
    scored: list[list[object]] = []
    for row, result in zip(body, judged, strict=True):
        cells: list[object] = [*row, *([""] * (len(whole) - len(row)))]
        for place, cell in zip(at, _cells(result), strict=True):
            cells[place] = cell
        scored.append(cells)
    return whole, scored


def _decode(data: bytes, where: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise ReadError(
                    "文件编码有误", where=where, why=str(error), remedy="另存为 UTF-8 编码的 CSV"
                ) from error
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise ReadError("无法判断文件编码", where=where, why="既非 UTF-8 也非 GB18030", remedy="另存为 UTF-8 编码的 CSV")


def _parse(text: str, where: str) -> list[list[str]]:
    limit = csv.field_size_limit(_LARGEST_CELL)
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise ReadError("CSV 格式有误", where=where, why=str(error), remedy="检查引号是否成对，或另存为 CSV") from error
    finally:
        csv.field_size_limit(limit)


def read_csv(data: bytes, where: str) -> tuple[list[str], list[list[str]], str]:
    """Return headers, rows and encoding of a CSV file.

    Raises
    ------
    ReadError
        If it is none, is empty, or its rows are longer than its header.
    """
    text, encoding = _decode(data, where)
    table = _parse(text, where)
    while table and not any(table[0]):
        table.pop(0)
    if not table:
        raise ReadError("文件是空的", where=where, remedy="须有表头和至少一行指标")
    header = table[0]
    body = [row for row in table[1:] if row]
    for number, row in enumerate(body, start=2):
        if len(row) > len(header) and any(row[len(header) :]):
            why = f"第{number}行有{len(row)}列，表头只有{len(header)}列"
            raise ReadError("行的列数与表头不符", where=where, why=why, remedy="含逗号的单元格须加引号")
    return header, [(row + [""] * len(header))[: len(header)] for row in body], encoding


def write_csv(header: Sequence[str], body: Sequence[Sequence[object]], encoding: str) -> bytes:
    """Return a CSV file in UTF-8, with a byte order mark unless ``encoding`` is plain UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(body)
    return out.getvalue().encode("utf-8" if encoding == "utf-8" else "utf-8-sig")


def score_csv(source: Path, target: Path, classifier: Classifier | None = None) -> int:
    """Score a CSV file of indicators into another.

    Parameters
    ----------
    source
        UTF-8 with or without byte order mark, UTF-16 with one, or GB18030; headers as in :func:`score_table`.
    target
        Written in UTF-8, with a byte order mark unless the source was plain UTF-8: the same rows and columns in
        the same order, and level, score, p0..p3, reason added or replaced. Cells are text; formulas stay text.
    classifier
        ``None`` for the one that ships with the package.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    ReadError
        If the file cannot be read, is no CSV, or lacks a column; says what and where.
    """
    where = str(source)
    try:
        data = source.read_bytes()
    except OSError as error:
        raise ReadError("文件无法读取", where=where, why=system_reason(error), remedy="检查路径和权限") from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ReadError(
            "不是 CSV 文件", where=where, why="内容是 Excel 工作簿", remedy="在 Excel 中另存为 CSV（UTF-8）"
        )
    header, body, encoding = read_csv(data, where)
    whole, scored = score_table(header, body, where, classifier)
    target.write_bytes(write_csv(whole, scored, encoding))
    return len(scored)
