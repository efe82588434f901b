"""PDF bytes to a Document."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from indicators.errors import ReadError, install_command
from indicators.readers.pdf.bombs import MAX_PAGES, Examined, examine
from indicators.readers.pdf.content import PageContent
from indicators.readers.pdf.document import assemble
from indicators.readers.pdf.layout import lay_out
from indicators.readers.pdf.marks import find_watermarks
from indicators.readers.pdf.native import LOCK, pdfium
from indicators.readers.pdf.pages import load_page
from indicators.readers.pdf.parts import PageLayout
from indicators.readers.pdf.pictures import PageOcr, Recognised, picture_areas, recognise
from indicators.readers.pdf.second import SecondEngine
from indicators.records import BBox, Document, Location, Mark, Note
from indicators.telling import at_page

__all__ = ["read_pdf"]

MEDIA_TYPE = "application/pdf"
MAX_BYTES = 1_000_000_000
#: Seconds after which the remaining pages are left out: of the processor on text pages, so that the same file gives the
#: same pages while other programs run, and on the clock on pictures (some 3 s a page).
MAX_SECONDS = 120.0
MAX_PICTURE_SECONDS = 1_800.0
_REOPEN = "请用 PDF 阅读器打开并另存（或重新打印为 PDF）后再试"
_RESCAN = "请以 200 dpi 以上重新扫描，或提供 PDF、Word、Excel 原件"
_HEAD = 1024
#: Characters beyond the edges of a page, at all and for one on it, from which its box is wrong: marks are fewer.
_FEWEST, _CROPPED = 10, 0.25


def read_pdf(
    data: bytes, name: str, *, engine: str = "pypdfium2", ocr: PageOcr | None = None, ocr_off: bool = False
) -> Document:
    """Read a PDF into tables and lines in reading order.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name without folders.
    engine
        ``pypdfium2`` (fast) or ``pdfplumber`` (second opinion, slow).
    ocr
        Recogniser for pages and areas that are pictures; ``None`` leaves them out with a note.
    ocr_off
        Whether there is no recogniser because the user switched it off: the note then says so.

    Returns
    -------
    Document
        Boxes are points from the top left of the displayed page, pages count from 1.

    Raises
    ------
    ReadError
        Where the file is no PDF, damaged, protected by a password, empty or hostile, or where all of it is
        pictures that cannot be recognised.
    ValueError
        For an unknown engine.
    """
    if engine not in ("pypdfium2", "pdfplumber"):
        raise ValueError(f"unknown PDF engine: {engine}")
    try:
        with LOCK, _opened(data, name) as (handle, examined):
            return _read(data, name, handle, examined, engine, _Recogniser(ocr=ocr, off=ocr_off))
    except ReadError:
        raise
    except (Exception, RecursionError) as error:
        # Whatever a mutated file provokes must reach the caller as one kind of error.
        raise ReadError(
            "PDF 无法读取", where=name, why=f"内容结构异常（{type(error).__name__}）", remedy=_REOPEN
        ) from error


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[tuple[Any, Examined]]:
    if len(data) > MAX_BYTES:
        raise ReadError("PDF 过大", where=name, why="超过 1 GB", remedy="请拆分后再检查")
    if b"%PDF-" not in data[:_HEAD]:
        raise ReadError("不是 PDF 文件", where=name, why="文件开头没有 PDF 标识", remedy="请确认文件完整且类型正确")
    examined = examine(data, name)
    raw = pdfium().raw
    handle = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not handle:
        raise _open_error(int(raw.FPDF_GetLastError()), name)
    try:
        yield handle, examined
    finally:
        raw.FPDF_CloseDocument(handle)


def _open_error(code: int, name: str) -> ReadError:
    raw = pdfium().raw
    if code == raw.FPDF_ERR_PASSWORD:
        return ReadError(
            "PDF 有打开密码", where=name, why="没有密码不能读取内容", remedy="请用密码打开后另存为无密码的 PDF 再试"
        )
    if code == raw.FPDF_ERR_SECURITY:
        return ReadError(
            "PDF 的加密方式不受支持", where=name, why="文件使用了特殊的加密程序", remedy="请另存为无加密的 PDF 再试"
        )
    return ReadError("PDF 已损坏", where=name, why="文件结构不完整或不是有效的 PDF", remedy=_REOPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recogniser:
    """The recogniser, and whether it is missing because the user switched it off."""

    ocr: PageOcr | None
    off: bool


@dataclass(slots=True)
class _Gathered:
    """What reading the pages has brought so far; pictures took ``seconds`` on the clock, ``worked`` of computing."""

    layouts: list[PageLayout] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    problems: list[Note] = field(default_factory=list)
    recognised: Recognised = field(default_factory=Recognised)
    seconds: float = 0.0
    worked: float = 0.0
    #: Characters of the last page that lie outside it, and whether they are a good part of all it prints.
    outside: int = 0
    cropped: bool = False


def _read(data: bytes, name: str, handle: Any, examined: Examined, engine: str, recogniser: _Recogniser) -> Document:
    count = int(pdfium().raw.FPDF_GetPageCount(handle))
    if count <= 0:
        raise ReadError("PDF 没有页面", where=name, why="文件损坏或内容为空", remedy=_REOPEN)
    if count > MAX_PAGES:
        raise ReadError("PDF 页数过多", where=name, why=f"共 {count} 页，超过 {MAX_PAGES} 页", remedy="请拆分后再检查")
    gathered = _Gathered()
    if examined.mended:
        message = f"PDF 的内部结构有损坏，已按推测修补，可能缺页缺行，请与原件核对；{_REOPEN}"
        gathered.problems.append(Note(code="pdf-mended", message=message, doubt=True))
    gathered.problems += examined.notes
    started = time.process_time()
    with SecondEngine(data, name) as second:
        for index in range(count):
            at_page(index + 1, count)
            spent = time.process_time() - started - gathered.worked
            if spent > MAX_SECONDS or gathered.seconds > MAX_PICTURE_SECONDS:
                note = f"读取超过 {spent + gathered.seconds:.0f} 秒，第 {index + 1} 页及以后未读取，请拆分后再检查"
                gathered.problems.append(Note(code="time-limit", message=note, doubt=True))
                break
            if index in examined.heavy:
                message = f"第 {index + 1} 页的内容多得不合常理，未读取；请用 PDF 阅读器打开核对"
                gathered.problems.append(_doubt("page-limit", message, index))
                continue
            _read_page(handle, index, engine, recogniser, second, gathered)
            gathered.problems += _outside(index, gathered, examined)
    found = gathered.recognised
    blocks, running = assemble(gathered.layouts, found.blocks)
    if not blocks and found.notes:
        why = "；".join(dict.fromkeys(note.message for note in found.notes))[:200]
        raise ReadError("PDF 是图片，无法识别", where=name, why=why, remedy=_RESCAN)
    return Document(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPE,
        reader="pdf" if engine == "pypdfium2" else "pdfplumber",
        pages=count,
        blocks=blocks,
        marks=tuple(gathered.marks + found.marks + running),
        problems=tuple(gathered.problems + found.notes),
    )


def _outside(index: int, gathered: _Gathered, examined: Examined) -> list[Note]:
    """Return a note on characters beyond the edges of the page: a doubt where its states are lost."""
    message = f"第 {index + 1} 页有 {gathered.outside} 个字画到了页面之外，未读取；{_REOPEN}"
    if gathered.outside and index in examined.unbalanced:
        return [_doubt("page-damaged", message, index)]
    # A long cell of a sheet may run off its page in a sound file, and a spread is cut in two by showing each half.
    if gathered.cropped and index not in examined.shared:
        return [Note(code="text-outside", message=message, at=Location(page=index + 1))]
    return []


def _read_page(
    handle: Any, index: int, engine: str, recogniser: _Recogniser, second: SecondEngine, gathered: _Gathered
) -> None:
    page = load_page(handle, index)
    gathered.outside = page.outside if page is not None else 0
    gathered.cropped = page is not None and page.outside > max(_FEWEST, _CROPPED * len(page.chars))
    if page is None:
        message = f"第 {index + 1} 页已损坏，未读取；{_REOPEN}"
        gathered.problems.append(_doubt("page-damaged", message, index))
        return
    if page.cut_short:
        message = f"第 {index + 1} 页的内容多得不合常理，只读取了一部分"
        gathered.problems.append(_doubt("page-limit", message, index))
    chars, marks = find_watermarks(page)
    gathered.marks += marks
    layout = lay_out(page, chars)
    if engine == "pdfplumber":
        layout = second.layout(page) or layout
    elif layout.doubtful and second.worthwhile(page):
        layout = second.better(page, layout)
    areas = picture_areas(page, chars)
    if areas:
        _read_pictures(handle, page, areas, recogniser, gathered)
        if recogniser.ocr is not None and areas == [(0.0, 0.0, page.width, page.height)]:
            # The recogniser has seen the few printed characters of a scanned page as well.
            layout = replace(layout, tables=(), lines=())
    gathered.layouts.append(layout)


def _doubt(code: str, message: str, index: int) -> Note:
    return Note(code=code, message=message, at=Location(page=index + 1), doubt=True)


def _read_pictures(
    handle: Any, page: PageContent, areas: list[BBox], recogniser: _Recogniser, gathered: _Gathered
) -> None:
    if recogniser.ocr is None:
        whole = len(areas) == 1 and areas[0][:2] == (0.0, 0.0)
        gathered.problems.append(_picture_note(page, whole, recogniser.off))
        return
    started, begun = time.monotonic(), time.process_time()
    recognise(handle, page, areas, recogniser.ocr, gathered.recognised)
    gathered.seconds += time.monotonic() - started
    gathered.worked += time.process_time() - begun


def _picture_note(page: PageContent, whole: bool, off: bool) -> Note:
    what = "是图片" if whole else "含有大幅图片"
    missing = f"安装文字识别后可读：{install_command('ocr')}"
    why = "文字识别已由选项关闭（--no-ocr），去掉该选项即可识别" if off else missing
    message = f"第 {page.number} 页{what}，其中的文字未读取；{why}"
    return Note(code="ocr-off" if off else "ocr-missing", message=message, at=Location(page=page.number))
