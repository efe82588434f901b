"""Where results go: the format an ending asks for, and files that must not be lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from indicators.errors import ConfigError, MissingExtraError
from indicators.report.marks import is_ours

__all__ = ["FORCE", "check_output", "chosen_format", "screen_width"]

_ENDINGS = {
    ".html": "html", ".htm": "html", ".xlsx": "xlsx", ".docx": "docx", ".json": "json", ".jsonl": "jsonl",
    ".csv": "csv", ".parquet": "parquet", ".txt": "table", ".sarif": "sarif", ".xml": "junit",
}  # fmt: skip
#: Formats that a file may hold besides what its ending says.
_ALSO = {".json": ("sarif",), ".txt": ("line",)}

FORCE = click.option("--force", is_flag=True, help="写入的文件已存在时也覆盖。")


def chosen_format(form: str | None, output: Path | None, allowed: Sequence[str], default: str) -> str:
    """Return the format of an output: the one asked for, else the one of the ending, else ``default``.

    Raises
    ------
    ConfigError
        If ending and format disagree, or the ending names a format this command does not write.
    """
    by_ending = _ENDINGS.get(output.suffix.lower()) if output is not None else None
    if form is None:
        if by_ending is not None and by_ending not in allowed:
            raise ConfigError(
                f"不能写成 {by_ending}", where=str(output), remedy=f"这个命令可写：{'、'.join(allowed)}；请改扩展名"
            )
        return by_ending or default
    if output is not None and by_ending not in (None, form) and form not in _ALSO.get(output.suffix.lower(), ()):
        ending = next((end for end, kind in _ENDINGS.items() if kind == form), "")
        raise ConfigError(
            f"扩展名是 {output.suffix}，--format 却是 {form}",
            where=str(output),
            remedy=f"去掉 --format，或把文件名改成 {output.with_suffix(ending).name}",
        )
    return form


def screen_width() -> int:
    """Return the columns of the terminal, 100 where there is none; wide tables stay readable."""
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 160))


def check_output(output: Path | None, inputs: Iterable[Path], *, force: bool, kind: str = "") -> None:
    """Make sure, before the work, that a result can be written and nothing is lost by it.

    Raises
    ------
    ConfigError
        If the folder is missing or closed, or if the file is an input or somebody else's.
    MissingExtraError
        If the format needs a library that is not installed.
    """
    if kind == "parquet":
        from importlib.util import find_spec

        if find_spec("pyarrow") is None:
            raise MissingExtraError.of("parquet", "写 Parquet 需要可选组件")
    if output is None:
        return
    folder = output.parent
    if not folder.is_dir():
        raise ConfigError("文件夹不存在", where=str(folder), remedy="先建好文件夹，或写到别处")
    if output.is_dir():
        raise ConfigError("这是文件夹，不是文件", where=str(output), remedy="写明文件名")
    if not os.access(output if output.exists() else folder, os.W_OK):
        raise ConfigError("没有写入权限，或文件正被占用", where=str(output), remedy="关闭打开它的程序，或写到别处")
    if not output.exists():
        return
    target = output.resolve()
    if any(target == item.resolve() for item in inputs):
        raise ConfigError("不能覆盖正在检查的文件", where=str(output), remedy="用 -o 写到另一个文件")
    if not force and output.stat().st_size and not is_ours(output):
        raise ConfigError(
            "文件已存在，而且不是本软件写的", where=str(output), remedy="换一个文件名；确要覆盖请加 --force"
        )
