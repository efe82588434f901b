"""Bytes into a Document. Knows nothing of forms; one module a format, chosen by content."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from indicators.errors import ReadError, system_reason

if TYPE_CHECKING:
    from indicators.records import Document

__all__ = ["LARGEST", "PdfEngine", "file_bytes", "read", "read_bytes", "too_large"]

PdfEngine = Literal["pypdfium2", "pdfplumber"]

#: Largest file read, in bytes; published budgets stay far below it.
LARGEST = 150 * 1024 * 1024


def read(path: str | Path, *, engine: PdfEngine = "pypdfium2", ocr: bool = True) -> Document:
    """Read a file into a Document.

    Parameters
    ----------
    path
        PDF, DOCX, XLSX, XLS, DOC, HTML, text or picture; told apart by content, not by name.
    engine
        Which PDF library reads the pages.
    ocr
        Whether pictured pages are recognised, if the extra ``ocr`` is installed.

    Raises
    ------
    ReadError
        If the file cannot be read: what, where, why and what to do.
    """
    path = Path(path)
    return read_bytes(file_bytes(path), path.name, engine=engine, ocr=ocr)


def file_bytes(path: str | Path, shown: str = "") -> bytes:
    """Return the bytes of a file, of nothing but a file: devices, pipes and sockets never end.

    Parameters
    ----------
    path
        The file.
    shown
        Its name for messages; ``""`` = the path.

    Raises
    ------
    ReadError
        If it is missing, no plain file, too large, or changes while it is read.
    """
    where = shown or str(path)
    try:
        # Without O_NONBLOCK a pipe nobody writes to would be waited for at once.
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:  # noqa: PTH123
            before = os.fstat(file.fileno())
            if stat.S_ISDIR(before.st_mode):
                raise _folder(where)
            if not stat.S_ISREG(before.st_mode):
                why = "这是设备、管道或套接字"
                raise ReadError("不是普通文件，不能读取", where=where, why=why, remedy="请给出保存在磁盘上的文件")
            if before.st_size > LARGEST:
                raise too_large(where, before.st_size, LARGEST)
            data = file.read(LARGEST + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError:
        raise ReadError("找不到文件", where=where, remedy="请检查路径和文件名是否正确") from None
    except (PermissionError, IsADirectoryError):
        if os.path.isdir(path):  # noqa: PTH112 - Windows opens no folders
            raise _folder(where) from None
        raise ReadError("没有读取权限", where=where, remedy="请检查文件权限，或关闭正在占用它的程序") from None
    except (OSError, ValueError) as error:
        why = system_reason(error)
        raise ReadError("文件读取失败", where=where, why=why, remedy="请检查路径、链接和磁盘") from None
    if len(data) != after.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        why = "大小或修改时间前后不一，可能正在复制、下载或保存"
        raise ReadError("文件在读取时有变动", where=where, why=why, remedy="请等它写完后再检查")
    return data


def _folder(where: str) -> ReadError:
    return ReadError("这是文件夹，不是文件", where=where, remedy="请给出文件，或用文件夹作为批量检查的对象")


def too_large(name: str, size: int, limit: int) -> ReadError:
    """Return the error of a file over a limit in bytes."""
    return ReadError(
        "文件太大",
        where=name,
        why=f"{size / 1048576:.0f} MB，上限 {limit // 1048576} MB",
        remedy="请按单位拆分后再检查；扫描件可降低分辨率（200 dpi 即可）后另存",
    )


class _PageOcr:
    """Recogniser of pictured pages; the models are loaded when the first picture comes."""

    def __init__(self) -> None:
        self.engine: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.engine is None:
            from indicators.readers.ocr import make_page_ocr

            self.engine = make_page_ocr()
        return self.engine.reading(*args, **kwargs)


_PAGE_OCR = _PageOcr()


def _page_ocr() -> _PageOcr | None:
    """Return the recogniser, ``None`` where the extra is not installed."""
    from importlib.util import find_spec

    installed = all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))
    return _PAGE_OCR if installed else None


def read_bytes(data: bytes, name: str, *, engine: PdfEngine = "pypdfium2", ocr: bool = True) -> Document:
    """Read the bytes of a file into a Document; see :func:`read`."""
    from indicators.readers.bounds import bounded

    return bounded(_read_kind(data, name, engine, ocr))


def _read_kind(data: bytes, name: str, engine: PdfEngine, ocr: bool) -> Document:
    from indicators.readers.formats import FORMATS, PDF
    from indicators.readers.sniff import sniff

    if not data:
        raise ReadError("文件是空的", where=name, why="大小为 0 字节", remedy="请检查文件是否下载或导出完整")
    kind = sniff(data)
    found = FORMATS.get(kind)
    if found is None:
        remedy = "请另存为 PDF、DOCX、XLSX 或纯文本后再试"
        raise ReadError(f"不支持的文件格式（{kind}）", where=name, remedy=remedy)
    if found.pictured and not ocr:
        why = "文字识别已由选项关闭（--no-ocr）"
        raise ReadError("图片文件未读取", where=name, why=why, remedy="请去掉该选项后再试")
    options = {"engine": engine, "ocr": _page_ocr() if ocr else None, "ocr_off": not ocr} if kind == PDF else {}
    document: Document = found.read(data, name, **options)
    return document
