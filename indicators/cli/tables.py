"""Tables that a command prints or writes: which format, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from indicators.cli.checking import write
from indicators.cli.outputs import check_output, chosen_format, screen_width
from indicators.errors import ConfigError
from indicators.records import Location
from indicators.report.flat import Flat, write_flat
from indicators.report.places import place_text

__all__ = ["KINDS", "TABLE_FORMAT", "chosen_kind", "place_rows", "write_table"]

KINDS = ("table", "json", "csv", "xlsx", "html")
"""Formats of a table of rows."""
#: Formats that cannot be shown on a screen.
_BINARY = frozenset(("xlsx", "docx"))
TABLE_FORMAT = click.option("--format", "form", type=click.Choice(KINDS), help="输出格式；默认 table，或按扩展名。")


def chosen_kind(
    form: str | None,
    output: Path | None,
    kinds: tuple[str, ...] = KINDS,
    inputs: tuple[Path, ...] = (),
    *,
    force: bool,
    default: str = "table",
) -> str:
    """Return the format of an output that can be written.

    Raises
    ------
    ConfigError
        If the file cannot be written, or a binary format is to go to the screen.
    """
    kind = chosen_format(form, output, kinds, default)
    check_output(output, inputs, force=force)
    if kind in _BINARY and output is None:
        raise ConfigError(f"{kind} 是二进制格式，不能显示在屏幕上", remedy=f"请加上 -o 文件名.{kind}")
    return kind


def place_rows(rows: Iterable[dict[str, Any]], store: str) -> None:
    """Say of each row on a form, by its ``path`` and ``form``, where that form begins and which of its file it is."""
    from indicators.store import open_store

    forms = [row for row in rows if row.get("form") is not None]
    with open_store(store, create=False) as opened:
        places = opened.places(row["path"] for row in forms)
    for row in forms:
        known = places.get((row["path"], row["form"]), {})
        at = Location(**{key: value for key, value in known.items() if key != "bbox"})
        row.update(number=row["form"] + 1, page=at.page, place=place_text(at, row["project"]))


def write_table(flat: Flat, *, form: str | None, output: Path | None, force: bool) -> None:
    """Write a table in one of the formats.

    Raises
    ------
    ConfigError
        See :func:`chosen_kind`.
    """
    kind = chosen_kind(form, output, force=force)
    write(write_flat(flat, kind, width=screen_width()), output)
