"""What is seen on a terminal while files are read: files done, and the page of a long one."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from indicators.text import one_line

__all__ = ["Shown", "shown"]

#: Seconds before a single file is worth a bar.
_PATIENCE = 0.6
_NAME = 28


class Shown:
    """A bar over files; a file of many pages shows how far it is. A file read at once shows nothing.

    Parameters
    ----------
    count
        Files.
    silent
        Whether nothing is to be seen: asked for, or no terminal.
    """

    def __init__(self, count: int, *, silent: bool) -> None:
        self.count = count
        self.silent = silent
        self._bar: Any = None
        self._files: Any = None
        self._pages: Any = None
        self._started = time.monotonic()
        self._told: dict[Path, float] = {}

    def step(self, name: str) -> None:
        """Take note of a file that is done."""
        bar = self._open()
        if bar is None:
            return
        if self._pages is not None:
            bar.remove_task(self._pages)
            self._pages = None
        if self._files is not None:
            bar.update(self._files, advance=1, description=one_line(name)[-_NAME:])

    def page(self, path: Path, number: int, count: int) -> None:
        """Take note of a page that is begun; ``count`` is 0 where it is not known."""
        if count == 1 or time.monotonic() - self._started < _PATIENCE:
            return
        bar = self._open()
        if bar is None:
            return
        words = f"{one_line(path.name)[-_NAME:]} 第 {number} 页"
        if self._pages is None:
            self._pages = bar.add_task(words, total=count or None)
        bar.update(self._pages, completed=number - 1, total=count or None, description=words)

    def waiting(self, path: Path, spent: float, size: float) -> None:
        """Say that a file takes long, each time twice as long after the last word."""
        if self.silent or self._pages is not None:
            return
        if spent >= self._told.get(path, 0.0):
            self._told[path] = 2 * spent
            click.echo(f"仍在读取 {one_line(path.name)}：已用 {spent:.0f} 秒、{size:.0f} MB", err=True)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _open(self) -> Any:
        """Return the bar, drawn from the first time on that there is something to see."""
        if self.silent:
            return None
        if self._bar is None and (self.count > 1 or time.monotonic() - self._started >= _PATIENCE):
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TextColumn("剩余"),
                TimeRemainingColumn(),
            )  # fmt: skip
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            if self.count > 1:
                self._files = self._bar.add_task("读取中", total=self.count)
        return self._bar


@contextmanager
def shown(count: int, *, quiet: bool) -> Iterator[Shown]:
    """Show how far the reading of some files is, on a terminal and unless ``quiet``."""
    made = Shown(count, silent=quiet or not sys.stderr.isatty())
    try:
        yield made
    finally:
        made.close()
