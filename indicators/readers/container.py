"""ZIP containers (DOCX, XLSX) opened without trusting what they declare about themselves.

A part is inflated in chunks under a budget of bytes and of inflation, XML with a DTD is refused, and nothing
outside the container is ever fetched.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

from indicators.errors import ReadError
from indicators.readers.sniff import ENCRYPTED_OOXML, sniff, too_many_parts
from indicators.records import Note

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Package", "PartStream", "refuse_encrypted", "xml_parser"]

_CHUNK = 1 << 16
MAX_PART_BYTES = 64 << 20
MAX_TOTAL_BYTES = 192 << 20
#: A parsed tree takes about eight times the room of its XML.
MAX_TREE_BYTES = 48 << 20
#: Office XML inflates 5 to 60 fold; a bomb comes near the 1032 fold that deflate allows.
MAX_RATIO = 250
#: Small parts of repeated empty cells may inflate more and do no harm.
RATIO_FREE_BYTES = 8 << 20
#: Kinds of parts that hold text, or say how it is shown.
_TEXTUAL = frozenset(("worksheet", "sharedStrings", "styles", "header", "footer", "footnotes", "endnotes"))
_DTD_MARKS = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))


def xml_parser() -> Any:
    """Return an lxml parser that resolves no entities, loads no DTD and opens no network or huge document."""
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=False)


def refuse_encrypted(data: bytes, name: str) -> None:
    """Raise where a file is an encrypted OOXML document, which looks like a legacy file from outside.

    Raises
    ------
    ReadError
        Where the file has a password.
    """
    if sniff(data) == ENCRYPTED_OOXML:
        raise ReadError("文件设有密码，无法读取", where=name, why="Office 文件已加密", remedy="请取消密码后再检查")


class PartStream(io.RawIOBase):
    """A part of a package as a readable stream under the package's budget.

    Raises
    ------
    ReadError
        From ``read`` where the part is damaged, inflates beyond the budget or carries a DTD.
    """

    def __init__(self, package: Package, part: str, stored: int, stream: IO[bytes]) -> None:
        super().__init__()
        self._package, self._part, self._stored, self._stream = package, part, max(stored, 1), stream
        self._count = 0
        self._tail = b""

    def readable(self) -> bool:
        """Return ``True``."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, never more than a chunk at a time."""
        wanted = _CHUNK if size < 0 else min(size, _CHUNK)
        try:
            chunk = self._stream.read(wanted)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise self._package.damaged(self._part) from error
        self._count += len(chunk)
        self._package.spend(self._part, len(chunk), self._count, self._stored)
        window = self._tail + chunk
        if any(mark in window for mark in _DTD_MARKS):
            raise self._package.refused_dtd(self._part)
        self._tail = window[-32:]
        return chunk

    def read_all(self) -> bytes:
        """Return the whole part."""
        chunks: list[bytes] = []
        while chunk := self.read(_CHUNK):
            chunks.append(chunk)
        return b"".join(chunks)


class Package:
    """An OOXML package.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name for messages.

    Raises
    ------
    ReadError
        Where the container is damaged, encrypted or holds too many parts.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._spent = 0
        if too_many_parts(data):
            why = "远多于正常的 Office 文件"
            raise ReadError("容器内文件过多，已拒绝读取", where=name, why=why, remedy="请核对文件来源")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise ReadError(
                "文件已损坏，打不开",
                where=name,
                why="压缩容器的目录不完整，可能是下载或复制中断",
                remedy="请重新下载，或用 Office、WPS 打开后另存一份再试",
            ) from error
        except (KeyError, IndexError, OverflowError, UnicodeError, MemoryError) as error:
            raise self.damaged("") from error
        self._infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in infos}
        self._folded = {part.lower(): part for part in self._infos}
        #: Parts that have the name of another: only one of them is read.
        self.repeated = len(infos) - len(self._folded)
        #: Parts with text that are named and not there, as relations were asked for.
        self.missing: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts, in the order of the container."""
        return tuple(self._infos)

    def has(self, part: str) -> bool:
        """Return whether the part is there, whatever its case."""
        return part.lower() in self._folded

    def stream(self, part: str) -> PartStream:
        """Open a part as a bounded stream."""
        info = self._infos.get(self._folded.get(part.lower(), part))
        if info is None:
            raise self.damaged(part)
        if info.flag_bits & 0x1:
            raise ReadError(
                "文件设有密码，无法读取", where=self.name, why=f"{part} 已加密", remedy="请取消密码后再检查"
            )
        try:
            stream = self._zip.open(info)
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise self.damaged(part) from error
        return PartStream(self, part, info.compress_size, stream)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part."""
        return self.stream(part).read_all()

    def xml(self, part: str) -> _Element:
        """Return the root element of an XML part."""
        from lxml import etree

        raw = self.read(part)
        if len(raw) > MAX_TREE_BYTES:
            raise self._too_large(part)
        try:
            root = etree.fromstring(raw, xml_parser())
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            raise self.damaged(part) from error
        if root.getroottree().docinfo.doctype:
            raise self.refused_dtd(part)
        return root

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return ``{id: (type, target part)}`` of a part; targets outside the package are left out.

        ``type`` is the last segment of the relationship type, e.g. ``worksheet``. ``part`` may be ``""``
        for the package itself.
        """
        folder, base = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        found: dict[str, tuple[str, str]] = {}
        if not self.has(rels):
            return found
        for item in self.xml(rels):
            if not isinstance(item.tag, str) or item.get("TargetMode") == "External":
                continue
            target = (item.get("Target") or "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            kind = (item.get("Type") or "").rsplit("/", 1)[-1]
            found[item.get("Id") or ""] = (kind, path)
            if kind in _TEXTUAL and not self.has(path):
                self.missing.add(path)
        return found

    def lost(self) -> list[Note]:
        """Return notes on parts that are named and not there, and on parts of one name."""
        repeated = f"容器里有 {self.repeated} 个重名的内部文件，只读取了其中一份，可能缺表缺行，请与原件核对"
        notes = [Note(code="part-repeated", message=repeated, doubt=True)] if self.repeated else []
        if not self.missing:
            return notes
        named = "、".join(sorted(self.missing)[:3])
        message = f"文件缺少内部文件 {named}，可能缺表缺行，请与原件核对"
        return [*notes, Note(code="part-missing", message=message, doubt=True)]

    def main_part(self, default: str) -> str:
        """Return the part that the package names as its document, else ``default``."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument" and self.has(target):
                return target
        return default

    def spend(self, part: str, size: int, inflated: int, stored: int) -> None:
        """Count inflated bytes against the budget.

        Raises
        ------
        ReadError
            Where the part or the package inflates beyond the limits.
        """
        self._spent += size
        ratio = inflated > RATIO_FREE_BYTES and inflated > stored * MAX_RATIO
        if ratio or inflated > MAX_PART_BYTES or self._spent > MAX_TOTAL_BYTES:
            raise self._too_large(part)

    def _too_large(self, part: str) -> ReadError:
        return ReadError(
            "文件解压后异常庞大，已停止读取",
            where=self.name,
            why=f"{part} 解压后超过限度，疑似压缩炸弹",
            remedy="请核对文件来源；确属正常文件的，请拆分后再检查",
        )

    def damaged(self, part: str) -> ReadError:
        """Return the error for a part that is missing or broken."""
        return ReadError(
            "文件已损坏，无法读取",
            where=self.name,
            why=f"内部文件 {part} 缺失或内容不完整" if part else "压缩容器的目录不合规范",
            remedy="请用 Office 或 WPS 打开并另存一份后再试",
        )

    def refused_dtd(self, part: str) -> ReadError:
        """Return the error for XML with a document type declaration."""
        return ReadError(
            "文件含有不允许的 XML 声明，已拒绝读取",
            where=self.name,
            why=f"{part} 带有 DTD 或实体定义，可被用于攻击，正常的 Office 文件不会有",
            remedy="请核对文件来源，用 Office 或 WPS 打开并另存一份后再试",
        )
