"""File type by content, never by name: budget files often carry the wrong extension."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from indicators.readers.formats import (
    DOC,
    DOCM,
    DOCX,
    ENCRYPTED_OOXML,
    FORMATS,
    HTML,
    OCTETS,
    ODS,
    ODT,
    PDF,
    RTF,
    TEXT,
    XLS,
    XLSB,
    XLSM,
    XLSX,
    XML,
)
from indicators.readers.ole import MAGIC, open_compound

__all__ = [
    "DOC",
    "DOCM",
    "DOCX",
    "ENCRYPTED_OOXML",
    "HTML",
    "OCTETS",
    "ODS",
    "ODT",
    "OFD",
    "OLE",
    "PDF",
    "PPT",
    "PPTX",
    "RTF",
    "TEXT",
    "XLS",
    "XLSB",
    "XLSM",
    "XLSX",
    "XML",
    "ZIP",
    "sniff",
    "too_many_parts",
]

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PPT = "application/vnd.ms-powerpoint"
OLE = "application/x-ole-storage"
OFD = "application/ofd"
ZIP = "application/zip"

#: Told apart to say what they are; nothing reads them.
_NOT_READ = (
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
)
_SIGNATURES = (*((start, item.kind) for item in FORMATS.values() for start in item.signatures), *_NOT_READ)
_HEAD = 8192
MAX_PARTS = 20_000
_HTML_START = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|div|meta|title|style|script|center|p|font|span)\b", re.I
)
_PROLOG = re.compile(r"\A(?:\s+|<\?xml.*?\?>|<!--.*?-->)+", re.S)


def sniff(data: bytes) -> str:
    """Tell the media type of a file by its bytes.

    Parameters
    ----------
    data
        All bytes of the file.

    Returns
    -------
    str
        A media type; ``text/plain`` for text in any common encoding, ``application/octet-stream`` for
        anything unknown. Files of WPS (``.wps``, ``.et``) are those of Word and Excel inside and are reported so.
    """
    if data.startswith(MAGIC):
        return _ole_type(data)
    if data[:2] == b"PK" and data[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        return _zip_type(data)
    # Readers of PDF accept junk before the header, and mail gateways put it there.
    if b"%PDF-" in data[:1024]:
        return PDF
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature) and (signature != b"BM" or b"\x00" in data[:32]):
            return media_type
    return _text_type(data)


def _ole_type(data: bytes) -> str:
    compound = open_compound(data)
    if compound is None:
        return OLE
    if compound.find("EncryptedPackage"):
        return ENCRYPTED_OOXML
    for media_type, names in ((DOC, ("WordDocument",)), (XLS, ("Workbook", "Book")), (PPT, ("PowerPoint Document",))):
        if compound.find(*names):
            return media_type
    return OLE


def too_many_parts(data: bytes) -> bool:
    """Return whether a ZIP lists more files than any office document holds.

    Counted on the bytes, because opening a directory of millions of entries takes gigabytes.
    """
    return data.count(b"PK\x01\x02") > MAX_PARTS


def _zip_type(data: bytes) -> str:
    if too_many_parts(data):
        return _broken_zip_type(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
            declared = _read_start(archive, "mimetype")
            types = _read_start(archive, "[Content_Types].xml")
    except Exception:
        # A broken directory raises many kinds of errors; the file is still a ZIP, and its reader says what is wrong.
        return _broken_zip_type(data)
    if declared.startswith(b"application/vnd.oasis.opendocument."):
        return declared.decode("ascii", "replace").strip()
    if "ofd.xml" in names:
        return OFD
    macro = any(name.endswith("vbaproject.bin") for name in names) or b"macroEnabled" in types
    if "xl/workbook.bin" in names:
        return XLSB
    if any(name.startswith("xl/") for name in names) or b"spreadsheetml.sheet.main" in types:
        return XLSM if macro else XLSX
    if any(name.startswith("word/") for name in names) or b"wordprocessingml.document.main" in types:
        return DOCM if macro else DOCX
    return PPTX if any(name.startswith("ppt/") for name in names) else ZIP


def _read_start(archive: zipfile.ZipFile, part: str) -> bytes:
    try:
        with archive.open(part) as stream:
            return stream.read(1 << 16)
    except (KeyError, RuntimeError, zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError):
        return b""


def _broken_zip_type(data: bytes) -> str:
    # A truncated download still names its parts in the local headers, so the message can speak of Word or Excel.
    if b"word/document.xml" in data:
        return DOCX
    return XLSX if b"xl/workbook.xml" in data or b"xl/worksheets/" in data else ZIP


def _text_type(data: bytes) -> str:
    head = data[:_HEAD]
    if 0 < head.count(b"\x00") * 20 < len(head) and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        # A few zeros are damage to a text: its reader says so. Many are no text.
        head = head.replace(b"\x00", b"")
    text = _decoded(head)
    if text is None:
        return OCTETS
    body = _PROLOG.sub("", text.lstrip("\ufeff"))
    if _HTML_START.match(body) or (body.startswith("<") and re.search(r"<html\b", body, re.I)):
        return HTML
    return XML if text.lstrip("\ufeff \r\n\t").startswith("<?xml") else TEXT


_CONTROLS = bytes(byte for byte in range(32) if not 9 <= byte <= 13 and byte != 27)


def _decoded(head: bytes) -> str | None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2 : len(head) // 2 * 2].decode(encoding, "replace")
    if head.count(b"\x00"):
        return None
    if (len(head) - len(head.translate(None, _CONTROLS))) * 50 > len(head):
        return None
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The head may end inside a character.
        if len(head) == _HEAD and error.start >= len(head) - 4:
            return head[: error.start].decode("utf-8")
    return head.decode("gb18030", "replace")
