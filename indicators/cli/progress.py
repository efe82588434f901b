"""What is seen of a batch while it runs: a bar on a terminal, lines otherwise, a log file, a summary at the end."""

from __future__ import annotations

import re
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import IO, Any

import click

from indicators.batch import Finder, Progress, Summary
from indicators.catalogue import builtin_rules
from indicators.errors import ConfigError, IndicatorsError
from indicators.text import one_line

__all__ = ["Reporter", "reporter"]

STATUSES = {
    "ok": "已检查",
    "unchanged": "未改动",
    "unreadable": "无法读取",
    "timeout": "超时",
    "crashed": "进程退出",
    "memory": "内存超限",
}
_EVERY = 15.0
_SHOWN = 10


@contextmanager
def reporter(finder: Finder, log: Path | None, *, quiet: bool) -> Iterator[Reporter]:
    """Report on a run: on the screen unless ``quiet``, and in the file ``log``."""
    stream = _log_stream(log) if log is not None else None
    made = Reporter(stream, quiet=quiet)
    made.count(finder)
    try:
        if quiet or not sys.stderr.isatty():
            yield made
            return
        with _bar() as bar:
            made.bar, made.task = bar, bar.add_task("查找文件", total=None, rate="")
            yield made
    finally:
        if stream is not None:
            stream.close()


#: As :meth:`Reporter._say` begins each line.
_LINE = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} ")


def _log_stream(log: Path) -> IO[str]:
    """Open a log to go on with; a document of the same name is not written into, and a pipe not waited for."""
    if log.exists():
        if not log.is_file():
            raise ConfigError("日志写不进去", where=str(log), why="不是普通文件", remedy="请换一个文件名")
        with log.open("rb") as kept:
            start = kept.read(20)
        if start and not _LINE.match(start):
            why = "文件已存在，且不是日志"
            raise ConfigError("日志写不进去", where=str(log), why=why, remedy="请换一个文件名")
    return log.open("a", encoding="utf-8")


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    return Progress(*columns, console=Console(stderr=True), transient=True)


class Reporter:
    """Says how far a run is.

    Parameters
    ----------
    log
        Where lines are written besides the screen.
    quiet
        Whether the screen stays empty.
    """

    def __init__(self, log: IO[str] | None, *, quiet: bool) -> None:
        self.log = log
        self.quiet = quiet
        self.bar: Any = None
        self.task: Any = None
        self.total: int | None = None
        self._recent: deque[tuple[float, int]] = deque(maxlen=200)
        self._said = time.monotonic()

    def count(self, finder: Finder) -> None:
        """Count the documents beside the run, for the time left; the run does not wait for it."""

        def work() -> None:
            try:
                self.total = sum(1 for _ in Finder(paths=finder.paths, lists=finder.lists))
            except (IndicatorsError, OSError):
                self.total = None

        Thread(target=work, daemon=True).start()

    def step(self, progress: Progress) -> None:
        """Take note of one document."""
        done, now = progress.summary.documents, time.monotonic()
        self._recent.append((now, done))
        if progress.status not in ("ok", "unchanged"):
            self._say(f"{STATUSES[progress.status]}：{progress.document}：{progress.reason}", screen=False)
        if self.bar is not None:
            name = one_line(progress.document.rsplit("/", 1)[-1])[-24:]
            self.bar.update(self.task, completed=done, total=self.total, description=name, rate=self._pace(done))
        if now - self._said >= _EVERY:
            self._said = now
            whole = f"/{self.total}" if self.total else ""
            failures = f"，{progress.summary.failures} 份没能检查" if progress.summary.failures else ""
            self._say(f"进度 {done}{whole}{failures}；{self._pace(done)}", screen=self.bar is None)

    def finish(self, summary: Summary, finder: Finder, store: str) -> None:
        """Say what the run did, and how to go on."""
        if self.bar is not None:
            self.bar.stop()
        for line in _lines(summary, finder, store):
            self._say(line)

    def _pace(self, done: int) -> str:
        (first, before), (last, after) = self._recent[0], self._recent[-1]
        if last - first < 0.5 or after == before:
            return ""
        rate = (after - before) / (last - first)
        left = f"，剩余约 {_span((self.total - done) / rate)}" if self.total and self.total > done else ""
        return f"每秒 {rate:.1f} 份{left}"

    def _say(self, line: str, *, screen: bool = True) -> None:
        line = one_line(line)
        if self.log is not None:
            self.log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line}\n")
            self.log.flush()
        if screen and not self.quiet:
            click.echo(line, err=True)


def _lines(summary: Summary, finder: Finder, store: str) -> Iterator[str]:
    if summary.state == "interrupted":
        yield f"已中断。已写入的 {summary.documents} 份结果都在 {store} 中；再次运行同一命令即从这里继续。"
    parts = [f"{word} {summary.counts[status]}" for status, word in STATUSES.items() if summary.counts[status]]
    rate = f"，每秒 {summary.judged / summary.seconds:.1f} 份" if summary.seconds > 0 and summary.judged else ""
    yield f"共 {summary.documents} 份（{'，'.join(parts) or '没有找到文件'}），用时 {_span(summary.seconds)}{rate}。"
    if summary.judged:
        yield f"本次检查 {summary.pages} 页、{summary.forms} 张绩效目标表。"
    for document, status, reason in summary.failed[:_SHOWN]:
        yield f"  {STATUSES[status]}：{reason if document in reason else f'{document}：{reason}'}"
    if summary.failures > _SHOWN:
        yield f"  …共 {summary.failures} 份没能检查，全部记在库中（问题 X101）；加 --retry 再试。"
    if summary.gone:
        yield f"已不存在的文件 {summary.gone} 份，其结果已从库中移出。"
    if finder.passed_over:
        kinds = "，".join(f"{suffix} {count}" for suffix, count in finder.passed_over.most_common(8))
        yield f"跳过不是文档的文件 {finder.passed_over.total()} 个（{kinds}）。"
    for rule, count in sorted(summary.cross.items()):
        yield f"{builtin_rules().rules[rule].title}：{count} 处（indicators duplicates --store {store}）。"


def _span(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {whole % 60} 秒" if minutes else f"{whole} 秒"
