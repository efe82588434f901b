"""Score tables: a pandas frame, or a CSV file as the contract has it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.classify.model import Classifier, load_classifier
from indicators.errors import ReadError
from indicators.records import Specificity

if TYPE_CHECKING:
    import pandas

__all__ = ["ADDED", "NEEDED", "read_rows", "score_csv", "score_frame"]

NEEDED = ("level2", "level3", "value")
"""Columns a table of pairs must have."""
ADDED = ("level", "score", "p0", "p1", "p2", "p3", "reason")
"""Columns that are added, or replaced where they exist."""

_ENCODINGS = ("utf-8", "gb18030")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LARGEST_CELL = 1 << 30


def _cells(judged: Specificity) -> tuple[object, ...]:
    return (judged.level, judged.score, *judged.probabilities, "；".join(judged.reasons))


def _missing(columns: Sequence[object], where: str) -> ReadError:
    lacking = [name for name in NEEDED if name not in columns]
    present = "、".join(map(str, columns)) or "（无）"
    return ReadError(
        "缺少必需的列：" + "、".join(lacking),
        where=where,
        why=f"现有的列：{present}",
        remedy="表头须有 level2（二级指标）、level3（三级指标）、value（指标值）三列",
    )


def score_frame(frame: pandas.DataFrame, classifier: Classifier | None = None) -> pandas.DataFrame:
    """Score a table of indicators.

    Parameters
    ----------
    frame
        Columns level2, level3, value; missing cells count as blank. It is not changed.
    classifier
        ``None`` for the one that ships with the package.

    Returns
    -------
    pandas.DataFrame
        A copy with level (0..3), score (0..100), p0..p3 and reason added or replaced; same rows, same index.

    Raises
    ------
    ReadError
        If a column is missing.
    """
    import pandas

    columns = list(frame.columns)
    if any(name not in columns for name in NEEDED):
        raise _missing(columns, "数据表")
    texts = [["" if pandas.isna(cell) else str(cell) for cell in frame[name].tolist()] for name in NEEDED]
    rows = list(zip(texts[0], texts[1], texts[2], strict=True))
    judged = (classifier or load_classifier()).score(rows)
    result = frame.copy()
    cells = list(zip(*map(_cells, judged), strict=True)) or [()] * len(ADDED)
    for name, column in zip(ADDED, cells, strict=True):
        result[name] = pandas.Series(list(column), index=frame.index, dtype=object if name == "reason" else None)
    return result


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


def _read(path: Path) -> tuple[list[str], list[list[str]], str]:
    where = str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(
            "文件无法读取", where=where, why=error.strerror or str(error), remedy="检查路径和权限"
        ) from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ReadError(
            "不是 CSV 文件", where=where, why="内容是 Excel 工作簿", remedy="在 Excel 中另存为 CSV（UTF-8）"
        )
    text, encoding = _decode(data, where)
    table = _parse(text, where)
    while table and not any(table[0]):
        table.pop(0)
    if not table:
        raise ReadError("文件是空的", where=where, remedy="须有表头和至少一行指标")
    header = [name.strip() for name in table[0]]
    if any(name not in header for name in NEEDED):
        raise _missing(header, where)
    body = [row for row in table[1:] if row]
    for number, row in enumerate(body, start=2):
        if len(row) > len(header) and any(row[len(header) :]):
            why = f"第{number}行有{len(row)}列，表头只有{len(header)}列"
            raise ReadError("行的列数与表头不符", where=where, why=why, remedy="含逗号的单元格须加引号")
    return table[0], [(row + [""] * len(header))[: len(header)] for row in body], encoding


def read_rows(source: Path) -> list[dict[str, str]]:
    """Read a CSV file of indicators as rows by column, as ``score_csv`` does.

    Raises
    ------
    ReadError
        If the file cannot be read, is no CSV, or lacks a column.
    """
    printed, body, _ = _read(source)
    header = [name.strip() for name in printed]
    return [dict(zip(header, row, strict=True)) for row in body]


def score_csv(source: Path, target: Path, classifier: Classifier | None = None) -> int:
    """Score a CSV file of indicators into another.

    Parameters
    ----------
    source
        UTF-8 with or without byte order mark, UTF-16 with one, or GB18030; header with level2, level3, value.
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
    printed, body, encoding = _read(source)
    header = [name.strip() for name in printed]
    places = [header.index(name) for name in NEEDED]
    rows = [(row[places[0]], row[places[1]], row[places[2]]) for row in body]
    judged = (classifier or load_classifier()).score(rows)
    out_header = [*printed, *(name for name in ADDED if name not in header)]
    at = [header.index(name) if name in header else len(header) + _new(header, name) for name in ADDED]
    with target.open("w", encoding="utf-8" if encoding == "utf-8" else "utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(out_header)
        for row, result in zip(body, judged, strict=True):
            cells: list[object] = [*row, *([""] * (len(out_header) - len(row)))]
            for place, cell in zip(at, _cells(result), strict=True):
                cells[place] = cell
            writer.writerow(cells)
    return len(rows)


def _new(header: Sequence[str], name: str) -> int:
    """Return the place of an added column among the added ones."""
    return [added for added in ADDED if added not in header].index(name)
