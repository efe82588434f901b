"""Which documents there are: folders, archives, lists and addresses, as a stream that never holds them all."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from indicators.batch.archives import list_members
from indicators.batch.loading import filesystem
from indicators.batch.tasks import Task
from indicators.errors import ConfigError, ReadError, system_reason
from indicators.pipeline import walk
from indicators.readers.formats import SUFFIXES
from indicators.store.rows import storable

__all__ = ["Finder", "key_of"]

#: Archives of other kinds are not opened; they are handed on so that they are accounted for as unreadable.
_ARCHIVES = (".zip",)
_OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".tbz", ".xz", ".txz", ".zst", ".cab", ".iso")
_WANTED = SUFFIXES | {*_ARCHIVES, *_OTHER_ARCHIVES}
_LONGEST_KEY = 600
_LISTED = re.compile(r"^(?:(?P<digest>[0-9a-fA-F]{64})[ \t]+\*?)?(?P<path>.+)$")


def key_of(path: str) -> str:
    """Return what the store calls a path: as given, with ``/``; a very long one is shortened by digest."""
    key = storable(path.replace("\\", "/") if os.name == "nt" else path)
    if len(key) > _LONGEST_KEY:
        tail = hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
        key = f"{key[: _LONGEST_KEY - 30]}…{tail}"
    return key


@dataclass
class Finder:
    """Finds documents.

    Parameters
    ----------
    paths
        Files, folders, globs, ``.zip`` archives, and addresses such as ``s3://bucket/folder``.
    lists
        Text files with one path a line; ``sha256sum`` output gives each its digest, which is then verified.

    Attributes
    ----------
    passed_over
        Files in folders and archives that are no documents, by ending.
    """

    paths: tuple[str, ...]
    lists: tuple[Path, ...] = ()
    passed_over: Counter[str] = field(default_factory=Counter)
    _seen: set[bytes] = field(default_factory=set)
    _folders: list[str] = field(default_factory=list)
    _archives: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Task]:
        """Yield each document once, in an order that is the same every time.

        Raises
        ------
        ConfigError
            If a path names nothing or a list cannot be read.
        """
        self._seen.clear()
        for task in self._all():
            mark = _mark(task.key)
            if mark not in self._seen:
                self._seen.add(mark)
                yield task

    def gone(self, keys: Iterable[str]) -> Iterator[str]:
        """Yield those documents that a run over the same folders found before and that are not there any more.

        Parameters
        ----------
        keys
            Documents of a store; to be asked when all were found.
        """
        roots = tuple(f"{key_of(folder).rstrip('/')}/" for folder in self._folders)
        for key in keys:
            outer, inside, _ = key.partition("!/")
            if _mark(key) in self._seen or not (key.startswith(roots) or outer in self._archives):
                continue
            if (inside and outer in self._archives) or not os.path.lexists(outer):
                yield key

    def _all(self) -> Iterator[Task]:
        for given in self.paths:
            yield from self._given(given, "")
        for listed in self.lists:
            for digest, path in _listed(listed):
                yield from self._given(path, digest, missing_is_error=False)

    def _given(self, given: str, digest: str, *, missing_is_error: bool = True) -> Iterator[Task]:
        if "://" in given:
            yield from self._remote(given, digest)
            return
        path = Path(given)
        if os.path.isdir(given):  # noqa: PTH112 - Path raises at names the system does not take
            self._folders.append(given)
            for inner, fault in walk(str(path)):
                if fault:
                    yield Task(key=key_of(inner), path=inner, fault=fault)
                else:
                    yield from self._file(inner, "", chosen=False)
        elif os.path.lexists(given) or not (missing_is_error or any(sign in given for sign in "*?[")):
            yield from self._file(given, digest, chosen=True)
        else:
            yield from self._glob(given, missing_is_error)

    def _glob(self, given: str, missing_is_error: bool) -> Iterator[Task]:
        path = Path(given)
        root = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else given
        found = sorted(inner for inner in root.glob(pattern) if inner.is_file()) if set(given) & set("*?[") else []
        if not found and missing_is_error:
            raise ConfigError("找不到文件或文件夹", where=given, remedy="请检查路径是否正确")
        for inner in found:
            yield from self._file(str(inner), "", chosen=True)

    def _file(self, path: str, digest: str, *, chosen: bool) -> Iterator[Task]:
        suffix = Path(path).suffix.lower()
        if suffix in _ARCHIVES:
            yield from self._archive(path, digest)
        elif suffix in _OTHER_ARCHIVES:
            yield Task(key=key_of(path), path=path, expected=digest, fault=_not_opened(suffix))
        elif chosen or suffix in _WANTED:
            yield Task(key=key_of(path), path=path, expected=digest)
        else:
            self.passed_over[suffix or "无扩展名"] += 1

    def _archive(self, path: str, digest: str, stream_of: str = "") -> Iterator[Task]:
        key = key_of(path)
        try:
            if digest and not stream_of and digest != _sha256(path):
                raise ReadError("压缩包与清单中的摘要不符", where=key)
            if stream_of:
                system, inner = filesystem(stream_of)
                with system.open(inner, "rb") as stream:
                    members = list(list_members(stream, key))
            else:
                members = list(list_members(path, key))
        except (ReadError, OSError) as error:
            what = error.what if isinstance(error, ReadError) else "压缩包打不开"
            yield Task(key=key, path=path, expected=digest, fault=what)
            return
        self._archives.add(key)
        names: Counter[str] = Counter()
        for member in members:
            suffix = PurePosixPath(member.name).suffix.lower()
            if suffix not in _WANTED or _hidden(member.name):
                self.passed_over[suffix or "无扩展名"] += 1
                continue
            names[member.name] += 1
            again = f"#{names[member.name]}" if names[member.name] > 1 else ""
            if suffix in _ARCHIVES or suffix in _OTHER_ARCHIVES:
                fault = "压缩包内还有压缩包，请先解压"
                yield Task(key=key_of(f"{path}!/{member.name}{again}"), path=path, fault=fault)
                continue
            yield Task(key=key_of(f"{path}!/{member.name}{again}"), path=path, member=member.raw, number=member.number)

    def _remote(self, url: str, digest: str) -> Iterator[Task]:
        system, path = filesystem(url)
        if system.isdir(path):
            protocol = url.split("://", 1)[0]
            for inner in sorted(system.find(path)):
                address = f"{protocol}://{str(inner).removeprefix(f'{protocol}://')}"
                yield from self._remote_file(address, "", chosen=False)
        else:
            yield from self._remote_file(url, digest, chosen=True)

    def _remote_file(self, url: str, digest: str, *, chosen: bool) -> Iterator[Task]:
        suffix = PurePosixPath(url).suffix.lower()
        if suffix in _ARCHIVES:
            yield from self._archive(url, digest, stream_of=url)
        elif suffix in _OTHER_ARCHIVES:
            yield Task(key=key_of(url), path=url, expected=digest, fault=_not_opened(suffix))
        elif chosen or (suffix in _WANTED and not _hidden(PurePosixPath(url).name)):
            yield Task(key=key_of(url), path=url, expected=digest)
        else:
            self.passed_over[suffix or "无扩展名"] += 1


def _mark(key: str) -> bytes:
    """Return eight bytes for a document instead of its path: a million documents stay below 100 MB."""
    return hashlib.blake2b(key.encode(), digest_size=8).digest()


def _hidden(name: str) -> bool:
    # ``..`` leads nowhere, as nothing is unpacked: the member is a document like any other.
    parts = (part for part in PurePosixPath(name).parts if part not in (".", ".."))
    return any(part.startswith((".", "~$", "__MACOSX")) for part in parts)


def _not_opened(suffix: str) -> str:
    return f"{suffix} 压缩包不能直接打开，请先解压，或改用 zip"


def _listed(path: Path) -> Iterator[tuple[str, str]]:
    """Yield ``(digest, path)`` of a list; relative paths start at the folder of the run, as on the command line."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        why = system_reason(error)
        raise ConfigError("清单读不出来", where=str(path), why=why, remedy="请检查路径和权限") from error
    for line in text.splitlines():
        match = _LISTED.match(line.strip())
        if match and not line.lstrip().startswith("#"):
            yield (match["digest"] or "").lower(), match["path"]


def _sha256(path: str) -> str:
    with open(path, "rb") as stream:  # noqa: PTH123 - a path as given
        return hashlib.file_digest(stream, "sha256").hexdigest()
