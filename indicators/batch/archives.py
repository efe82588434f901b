"""Documents inside ZIP archives, read without unpacking anything to disk and without trusting what they declare."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO

from indicators.errors import ReadError
from indicators.readers import LARGEST

__all__ = ["Member", "list_members", "read_member"]

#: A bureau's archive holds hundreds of files, a province's some hundred thousand.
MOST_MEMBERS = 200_000
#: An office file inside an archive hardly shrinks again; a bomb inflates a thousandfold.
MOST_RATIO = 300
_RATIO_FREE = 8 << 20
_UTF8 = 0x800
_CHUNK = 1 << 20
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError),
    *(ValueError, RuntimeError, KeyError, IndexError),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in an archive: ``raw`` as the archive spells it, ``name`` as people read it, ``number`` its place."""

    raw: str
    name: str
    number: int


def list_members(archive: str | IO[bytes], shown: str) -> Iterator[Member]:
    """Yield the files of an archive in the order of their names.

    Parameters
    ----------
    archive
        Path or open file.
    shown
        Its name for messages.

    Raises
    ------
    ReadError
        If it cannot be opened or holds too many files.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = opened.infolist()
    except _BROKEN as error:
        why = "压缩包的目录不完整，可能是下载或复制中断"
        raise ReadError("压缩包打不开", where=shown, why=why, remedy="请重新下载，或解压后再检查") from error
    if len(infos) > MOST_MEMBERS:
        why = f"{len(infos)} 个，上限 {MOST_MEMBERS} 个"
        raise ReadError("压缩包内文件过多", where=shown, why=why, remedy="请核对来源，或解压后分批检查")
    members = [
        Member(raw=info.filename, name=_name(info), number=number)
        for number, info in enumerate(infos)
        if not info.is_dir()
    ]
    yield from sorted(members, key=lambda member: member.name)


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; Chinese Windows writes GBK without saying so, which zipfile takes for code page 437."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name
        for code in ("utf-8", "gb18030"):
            try:
                return raw.decode(code)
            except UnicodeDecodeError:
                continue
    return name


@lru_cache(maxsize=1)
def _opened(path: str, stamp: tuple[int, int]) -> zipfile.ZipFile:
    """Keep the last archive open: reading its directory again for each member would cost more than the member."""
    return zipfile.ZipFile(path)


def read_member(
    archive: str | IO[bytes], raw: str, shown: str, stamp: tuple[int, int] | None = None, *, number: int = -1
) -> bytes:
    """Return the bytes of a member, never more than the reader takes.

    Parameters
    ----------
    archive
        Path or open file.
    raw
        The member, as the archive spells it.
    shown
        Its name for messages.
    stamp
        Size and time of the file ``archive``; with them it is kept open for the next member.
    number
        Place of the member in the directory: an archive may hold several of one name.

    Raises
    ------
    ReadError
        If it is damaged, has a password, or inflates beyond the limits.
    """
    try:
        opened = _opened(archive, stamp) if isinstance(archive, str) and stamp else zipfile.ZipFile(archive)
        info = opened.infolist()[number] if number >= 0 else opened.getinfo(raw)
        if info.filename != raw:
            raise ReadError("压缩包在检查期间有变动", where=shown, remedy="请等它写完后再检查")
        if info.flag_bits & 0x1:
            raise ReadError("压缩包内的文件设有密码", where=shown, remedy="请解压后再检查")
        with opened.open(info) as stream:
            return _bounded(stream, max(info.compress_size, 1), shown)
    except _BROKEN as error:
        _opened.cache_clear()
        why = "压缩包内的数据不完整，或压缩方法不支持"
        raise ReadError("压缩包内的文件读不出来", where=shown, why=why, remedy="请重新下载，或解压后再检查") from error


def _bounded(stream: IO[bytes], stored: int, shown: str) -> bytes:
    chunks: list[bytes] = []
    total = 0
    while chunk := stream.read(_CHUNK):
        total += len(chunk)
        if total > LARGEST or (total > _RATIO_FREE and total > stored * MOST_RATIO):
            why = "解压后超过限度，疑似压缩炸弹"
            raise ReadError(
                "压缩包内的文件解压后异常庞大", where=shown, why=why, remedy="请核对来源；正常文件请解压后再检查"
            )
        chunks.append(chunk)
    return b"".join(chunks)
