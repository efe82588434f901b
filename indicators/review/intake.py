"""Files in: kept safely, judged by guarded workers, paired with what they correct, told to whoever watches."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from queue import Empty, Queue
from typing import IO, Any

import psutil  # type: ignore[import-untyped,unused-ignore]
from sqlalchemy import Connection

from indicators.batch.archives import list_members
from indicators.batch.loading import digest_of
from indicators.batch.local import LocalWorkers
from indicators.batch.tasks import Limits, Result, Settings, Task
from indicators.batch.versions import versions_of
from indicators.config import Config
from indicators.errors import ConfigError, IndicatorsError, ReadError, system_reason
from indicators.pipeline import Options
from indicators.readers import LARGEST
from indicators.readers.formats import SUFFIXES
from indicators.review.trust import trust_of
from indicators.store import Store
from indicators.store.cross import refresh
from indicators.store.submissions import judged, pair, receive, waiting

__all__ = ["MOST_BYTES", "Intake", "shown_name"]

#: An archive may hold several large documents.
MOST_BYTES = 4 * LARGEST
#: Files that may wait at once; what comes beyond is turned away until some are judged.
MOST_WAITING = 5000
#: Documents looked at ahead of time: those a person is likely to open first.
_AHEAD = 30
_CHUNK = 1 << 20
_ENDINGS = SUFFIXES | {".zip"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]")
_QUIET = 1.5


def shown_name(name: str) -> str:
    """Return the name of an upload as it is shown: its last part, without control signs, at most 150 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return _CONTROL.sub("", last).strip()[-150:] or "未命名"


@dataclass
class Intake:
    """Receives files and has them judged, one after another in the background.

    Parameters
    ----------
    store
        Where results go.
    folder
        Where received files are kept, under the digest of their content.
    processes
        Workers.
    config, limits
        How files are judged.
    """

    store: Store
    folder: Path
    processes: int = 1
    config: Config = field(default_factory=Config)
    limits: Limits = field(default_factory=Limits)
    #: Called with documents judged lately once there is nothing else to do, so that opening one does not wait.
    look_ahead: Callable[[str], None] | None = None
    #: Raised by one with everything that changes, so that watchers know when to look again.
    step: int = 0

    def __post_init__(self) -> None:
        self._queue: Queue[Task | None] = Queue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._fresh: deque[str] = deque(maxlen=_AHEAD)
        self.versions = versions_of(self.config, Options())
        self.open = 0

    def start(self) -> None:
        """Take up what an earlier server left unfinished, and clear away what it had half received."""
        for part in self.folder.glob("*.part"):
            owner = part.name.split("-", 1)[0]
            if not owner.isdigit() or int(owner) == os.getpid() or not psutil.pid_exists(int(owner)):
                part.unlink(missing_ok=True)
        with self.store.engine.connect() as connection:
            rows = waiting(connection)
        for row in rows:
            self._put(_task(row))

    def close(self) -> None:
        """Stop; what was not judged yet is judged at the next start."""
        self._stop.set()
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join(20)

    def keep(self, stream: IO[bytes], name: str, author: str) -> list[str]:
        """Keep an uploaded file and have it judged; it is on disk and in the store when this returns.

        Returns
        -------
        list
            The documents it holds: itself, or the files of an archive.

        Raises
        ------
        ReadError
            If it is too large, of no kind that can be read, or an archive that does not open.
        """
        name = shown_name(name)
        if self.open >= MOST_WAITING:
            raise ReadError("没有收下：等待检查的文件太多", where=name, remedy=f"已有 {self.open} 份在等，请稍后再传")
        ending = PurePosixPath(name).suffix.lower()
        if ending not in _ENDINGS:
            why = f"“{ending or '无扩展名'}”不是可以读取的类型"
            raise ReadError("没有收下", where=name, why=why, remedy="可收 PDF、Word、Excel、网页、文本、图片和 zip")
        digest, size, path = self._write(stream, name, ending)
        rows = [self._row(name, path, "", digest, size, author)]
        if ending == ".zip":
            rows = [
                self._row(f"{name}!/{member.name}", path, member.raw, digest, 0, author)
                for member in list_members(str(path), name)
                if PurePosixPath(member.name).suffix.lower() in SUFFIXES and not _hidden(member.name)
            ]
            if not rows:
                raise ReadError("压缩包里没有可以读取的文件", where=name, remedy="请打开压缩包看看里面是什么")
        return self._accept(rows)

    def watch(self, tasks: Iterable[Task], author: str) -> int:
        """Have files judged where they lie, and return how many are new or changed."""
        rows: list[dict[str, Any]] = []
        for task in tasks:
            if task.remote or task.fault:
                continue
            facts = Path(task.path).stat()
            row: dict[str, Any] = {
                "document": task.key, "name": PurePosixPath(task.key).name, "path": str(Path(task.path).resolve()),
                "member": task.member, "digest": "", "bytes": facts.st_size, "author": author,
            }  # fmt: skip
            rows.append(row)
        known = self.store.known([str(row["document"]) for row in rows])
        new = []
        for row in rows:
            before = known.get(row["document"])
            row["digest"] = digest_of(_task(row))
            if before is None or before.versions != self.versions.digest or before.digest != row["digest"]:
                new.append(row)
        self._accept(new)
        return len(new)

    def _write(self, stream: IO[bytes], name: str, ending: str) -> tuple[str, int, Path]:
        """Write a stream beside its place, make sure it is on disk, and only then give it its name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f"{os.getpid()}-{threading.get_ident()}-{time.monotonic_ns()}.part"
        found = hashlib.sha256()
        size = 0
        try:
            with part.open("wb") as out:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > (MOST_BYTES if ending == ".zip" else LARGEST):
                        raise ReadError("没有收下：文件太大", where=name, remedy="请拆分后再报")
                    found.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if not size:
                raise ReadError("没有收下：文件是空的", where=name, remedy="请核对文件后重试")
            path = self.folder / f"{found.hexdigest()}{ending}"
            part.replace(path)
        except OSError as error:
            raise ConfigError("文件存不下来", where=name, why=system_reason(error), remedy="请检查磁盘空间") from error
        finally:
            with suppress(OSError):
                part.unlink()
        return found.hexdigest(), size, path

    def _row(self, name: str, path: Path, member: str, digest: str, size: int, author: str) -> dict[str, Any]:
        return {
            "document": f"收件/{digest[:16]}/{name}", "name": PurePosixPath(name).name, "path": str(path),
            "member": member, "digest": "" if member else digest, "bytes": size, "author": author,
        }  # fmt: skip

    def _accept(self, rows: list[dict[str, Any]]) -> list[str]:
        self.store.change(lambda connection: [receive(connection, row) for row in rows])
        for row in rows:
            self._put(_task(row))
        return [row["document"] for row in rows]

    def _put(self, task: Task) -> None:
        with self._lock:
            self.open += 1
            self.step += 1
            self._queue.put(task)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        settings = Settings(config=self.config, versions=self.versions.digest)
        workers = LocalWorkers(settings, self.limits, self.processes)
        out, dirty = 0, False
        try:
            while not self._stop.is_set():
                if out < workers.window:
                    try:
                        task = self._queue.get(timeout=0.05 if out else _QUIET)
                    except Empty:
                        task = None
                        if not out and dirty:
                            refresh(self.store)
                            dirty = False
                            self.step += 1
                        elif not out and self._fresh and self.look_ahead is not None:
                            self.look_ahead(self._fresh.popleft())
                    if task is not None:
                        workers.submit(task)
                        out += 1
                        continue
                if out and (result := workers.result(0.2)) is not None:
                    out -= 1
                    dirty = True
                    self._judged(result)
        finally:
            workers.close(kill=True)

    def _judged(self, result: Result) -> None:
        """Write what came of a file; a store that cannot be written leaves it waiting for the next start."""
        key = result.rows.key
        try:
            self.store.write((result.rows, None))
            report = self.store.report(key) or {}
            trust = trust_of(report, result.rows.status, result.rows.document["reason"])

            def note(connection: Connection) -> None:
                judged(connection, key, trust)
                pair(connection, key)

            self.store.change(note)
            self._fresh.append(key)
        except IndicatorsError as error:
            self.failure = str(error)
        finally:
            with self._lock:
                self.open -= 1
                self.step += 1

    failure: str = ""


def _task(row: Mapping[str, Any]) -> Task:
    return Task(
        key=row["document"], path=row["path"], member=row["member"], expected=row["digest"], name=row["name"]
    )  # fmt: skip


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in PurePosixPath(name).parts)
