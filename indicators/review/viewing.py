"""Looks at originals in a process of its own: a file that brings a reader down costs that process, not the page."""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Any

from indicators.batch.guard import Guard
from indicators.batch.loading import load
from indicators.batch.tasks import Limits, Result, Settings, Task
from indicators.errors import IndicatorsError, ReadError
from indicators.pipeline import Options
from indicators.records import BBox, DocumentReport, Finding
from indicators.store.rows import DocumentRows

__all__ = ["Look", "Seen", "View", "Viewer", "main"]

_VIEW = 1
_KEPT_PICTURES = 48
_GONE = ReadError(
    "原件已不在原处，或已改动", remedy="把文件重新拖入本页，即可对照原件；问题和处理意见不受影响"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Task):
    """One look at an original.

    Parameters
    ----------
    what
        ``view`` (tables as read and what to hide), ``page`` (a picture), ``annotated`` (the original with findings) or
        ``cells`` (all tables of a workbook).
    page, width, hidden
        Of a picture: page from 1, pixels, boxes to paint over.
    findings
        To be written onto the original.
    """

    what: str
    page: int = 0
    width: int = 1400
    hidden: tuple[BBox, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Result):
    """What was seen: bytes, or why not."""

    data: bytes = b""
    error: str = ""


def main(pipe: Connection, settings: Settings, limits: Limits) -> None:
    """Look at what comes through the pipe until ``None`` comes."""
    pipe.send(("ready", None))
    with suppress(EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        while (look := pipe.recv()) is not None:
            pipe.send(("done", _seen(look)))


def _seen(look: Look) -> Seen:
    nothing = DocumentRows(document={"document": look.key, "status": "ok"})
    try:
        data = load(look)
        if look.expected and hashlib.sha256(data).hexdigest() != look.expected:
            raise _GONE
        return Seen(rows=nothing, data=_WAYS[look.what](look, data))
    except IndicatorsError as error:
        return Seen(rows=nothing, error=str(error))
    except Exception as error:  # whatever a document provokes costs this look only
        return Seen(rows=nothing, error=f"读取原件时程序出错（{type(error).__name__}）")


def _name(look: Look) -> str:
    return look.name or PurePosixPath(look.key).name


def _extraction(look: Look, data: bytes) -> Any:
    from indicators.forms import find_forms
    from indicators.readers import read_bytes

    return find_forms(read_bytes(data, _name(look)))


def _view(look: Look, data: bytes) -> bytes:
    from indicators.report.printed import hidden_boxes, printed_forms

    extraction = _extraction(look, data)
    report = DocumentReport(extraction=extraction, findings=())
    forms = [
        {
            "tables": [
                {"cut": table.cut, "rows": [[_cell(cell) for cell in row] for row in table.rows]} for table in tables
            ],
            "page": form.at.page,
        }
        for form, tables in zip(extraction.forms, printed_forms(report, {}))
    ]
    hidden: dict[int, list[BBox]] = {}
    for form in extraction.forms:
        for page, boxes in hidden_boxes(form).items():
            hidden.setdefault(page, []).extend(boxes)
    found = {"forms": forms, "hidden": hidden, "sizes": _sizes(extraction.document.media_type, data)}
    return json.dumps(found, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _cell(cell: Any) -> list[Any]:
    place = [cell.at.table, cell.at.row, cell.at.column] if cell.at is not None else None
    return [cell.text, cell.row_span, cell.column_span, place, cell.confidence]


def _sizes(kind: str, data: bytes) -> list[tuple[float, float]]:
    if kind != "application/pdf":
        return []
    from indicators.readers.pdf_render import PageRenderer

    with PageRenderer(data) as renderer:
        return [renderer.size(page) for page in range(1, len(renderer) + 1)]


def _page(look: Look, data: bytes) -> bytes:
    if data[:1024].lstrip().startswith(b"%PDF") or b"%PDF" in data[:1024]:
        from indicators.readers.pdf_render import PageRenderer

        with PageRenderer(data) as renderer:
            if not 1 <= look.page <= len(renderer):
                raise ReadError(f"没有第 {look.page} 页")
            return renderer.picture(look.page, width=look.width, hide=look.hidden)
    from indicators.readers.image import draw_pages

    hidden = {look.page: list(look.hidden)}
    for _, _, _, picture in draw_pages(data, look.name, frozenset([look.page]), hidden):
        return picture
    raise ReadError(f"没有第 {look.page} 页")


def _annotated(look: Look, data: bytes) -> bytes:
    from indicators.report.annotate import annotate_file

    report = DocumentReport(extraction=_extraction(look, data), findings=look.findings, path=look.path)
    return annotate_file(report, data)


def _cells(look: Look, data: bytes) -> bytes:
    from indicators.readers.xlsx import workbook_cells

    sheets: dict[str, dict[int, dict[int, str]]] = {}
    for sheet, texts in workbook_cells(data, _name(look)).items():
        rows = sheets.setdefault(sheet, {})
        for (row, column), text in texts.items():
            rows.setdefault(row, {})[column] = text
    return json.dumps(sheets, ensure_ascii=False).encode("utf-8", "backslashreplace")


_WAYS = {"view": _view, "page": _page, "annotated": _annotated, "cells": _cells}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the page shows of an original.

    Parameters
    ----------
    forms
        By index of the form: its ``tables`` as printed.
    hidden
        By page: boxes of names and phone numbers.
    sizes
        Of the pages in points; empty where there are none.
    error
        Why there is nothing to show.
    """

    forms: tuple[Mapping[str, Any], ...] = ()
    hidden: Mapping[int, tuple[BBox, ...]] = field(default_factory=dict)
    sizes: tuple[tuple[float, float], ...] = ()
    error: str = ""


class Viewer:
    """Looks at originals, one at a time, and keeps what it saw.

    Parameters
    ----------
    folder
        Where views are kept between starts.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = Guard(Settings(options=Options(classifier=False)), Limits(seconds=120), entry=main)
        self._lock = Lock()
        self._pictures: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._guard.close()

    def look(self, look: Look) -> bytes:
        """Return what a look shows.

        Raises
        ------
        ReadError
            If the original is gone, changed or cannot be shown.
        """
        with self._lock:
            seen = self._guard.run(look)
        if not isinstance(seen, Seen):
            raise ReadError("读取原件的进程意外退出或超时", where=look.key, remedy="请用原来的软件打开这份文件")
        if seen.error:
            raise ReadError(seen.error)
        return seen.data

    def view(self, task: Task, versions: str) -> View:
        """Return the tables of a document as read, and what to hide; an error stands in the view."""
        path = self._folder / f"{task.expected}-{versions[:12]}-{_VIEW}.json"
        try:
            data = path.read_bytes()
        except OSError:
            try:
                data = self.look(Look(**asdict(task), what="view"))
            except IndicatorsError as error:
                return View(error=str(error))
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                part = path.with_suffix(f".{os.getpid()}.part")
                part.write_bytes(data)
                part.replace(path)
        found = json.loads(data)
        return View(
            forms=tuple(found["forms"]),
            hidden={int(page): tuple(tuple(box) for box in boxes) for page, boxes in found["hidden"].items()},
            sizes=tuple((size[0], size[1]) for size in found["sizes"]),
        )

    def picture(self, task: Task, view: View, page: int) -> bytes:
        """Return a page as PNG, names and numbers painted over.

        Raises
        ------
        ReadError
            If it cannot be drawn.
        """
        key = (task.expected, page)
        if key not in self._pictures:
            hidden = view.hidden.get(page, ())
            look = Look(**asdict(task), what="page", page=page, hidden=hidden)
            self._pictures[key] = self.look(look)
            while len(self._pictures) > _KEPT_PICTURES:
                self._pictures.popitem(last=False)
        return self._pictures[key]
