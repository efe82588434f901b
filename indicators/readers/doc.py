"""Legacy Word files (DOC, also WPS, RTF and ODT) through LibreOffice, where it is installed."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import replace

from indicators.errors import ReadError
from indicators.readers.convert import TIME_LIMIT, convert
from indicators.readers.docx import read_docx
from indicators.readers.ole import open_compound
from indicators.readers.sniff import DOC, ODT, RTF, sniff
from indicators.records import Document, Note

__all__ = ["read_doc"]

_ENCRYPTED_FLAG = 0x0100
_ENDINGS = {DOC: "doc", RTF: "rtf", ODT: "odt"}


def read_doc(data: bytes, name: str, *, time_limit: float = TIME_LIMIT) -> Document:
    """Read a legacy Word file by converting it to DOCX.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name without folders.
    time_limit
        Seconds that the conversion may take.

    Returns
    -------
    Document
        With ``reader`` ``doc`` and a note that the file was converted.

    Raises
    ------
    ReadError
        Where LibreOffice is missing, fails or takes too long, or the file has a password.
    """
    media_type = sniff(data)
    if media_type not in _ENDINGS:
        media_type = DOC
    if _is_encrypted(data):
        raise ReadError("文件设有密码，无法读取", where=name, why="Word 文档已加密", remedy="请取消密码后再检查")
    document = read_docx(convert(data, name, _ENDINGS[media_type], "docx", time_limit=time_limit), name)
    note = Note(code="converted", message="文件经 LibreOffice 转换后读取，版式可能略有出入")
    return replace(
        document,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        reader="doc",
        problems=(note, *document.problems),
    )


def _is_encrypted(data: bytes) -> bool:
    compound = open_compound(data)
    entry = compound.find("WordDocument") if compound else None
    if compound is None or entry is None:
        return False
    start = compound.read(entry)[:12]
    return len(start) == 12 and bool(struct.unpack_from("<H", start, 10)[0] & _ENCRYPTED_FLAG)
