"""Click in Chinese: usage lines, option headings and the errors a clerk can make."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import click

__all__ = ["Command", "Group", "explain_usage_error"]


class _Chinese:
    """Headings of help pages in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        words = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]..."}
        formatter.write_usage(ctx.command_path, " ".join(words.get(piece, piece) for piece in pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        params: list[click.Parameter] = self.get_params(ctx)  # type: ignore[attr-defined]
        options = (item for item in params if isinstance(item, click.Option))
        rows = [record for item in options if (record := item.get_help_record(ctx)) is not None]
        if rows:
            with formatter.section("选项"):
                formatter.write_dl([(_metavars(names), _translated(text)) for names, text in rows])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示帮助并退出。"
        return option  # type: ignore[no-any-return]


_METAVARS = {
    "INTEGER RANGE": "数字",
    "FLOAT RANGE": "数字",
    "INTEGER": "数字",
    "FLOAT": "数字",
    "TEXT": "文字",
    "FILE": "文件",
    "DIRECTORY": "目录",
    "PATH": "路径",
}


def _metavars(names: str) -> str:
    for english, chinese in _METAVARS.items():
        names = re.sub(rf"(?<= ){english}$", chinese, names)
    return names


def _translated(text: str) -> str:
    text = re.sub(r"\[default: (.*?)\]", r"[默认：\1]", text)
    text = re.sub(r"\[default: (.*?); ", r"[默认：\1；", text)
    text = re.sub(r"\[(\w)>=(\d+)\]", r"[不小于 \2]", text)
    return text.replace("[required]", "[必填]").replace("required]", "必填]")


class Command(_Chinese, click.Command):
    """A command whose help page is Chinese."""


class Group(_Chinese, click.Group):
    """A group whose commands are imported only when they are run.

    Parameters
    ----------
    lazy
        Command name to ``(module, attribute, one-line help)``.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order they were declared."""
        return [*super().list_commands(ctx), *self.lazy]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return a command."""
        if name in self.lazy:
            module, attribute, _ = self.lazy[name]
            found: click.Command = getattr(importlib.import_module(module), attribute)
            return found
        return super().get_command(ctx, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("命令"):
            formatter.write_dl([(name, text) for name, (_, _, text) in self.lazy.items()])


_MESSAGES: tuple[tuple[type[click.UsageError], Callable[[Any], str]], ...] = (
    (click.NoSuchOption, lambda e: f"没有选项 {e.option_name}" + _perhaps(e.possibilities)),
    (click.MissingParameter, lambda e: f"缺少参数 {_name(e)}"),
    (click.BadOptionUsage, lambda e: f"选项 {e.option_name} 用法不对（需要一个值）"),
    (click.BadArgumentUsage, lambda e: f"参数用法不对：{e.message}"),
    (click.BadParameter, lambda e: f"{_name(e)} 的值不对：{_reason(e.message)}"),
)  # fmt: skip


def _perhaps(possibilities: Sequence[str] | None) -> str:
    return f"，是否要用 {'、'.join(possibilities)}？" if possibilities else ""


def _name(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return error.param_hint if isinstance(error.param_hint, str) else "参数"
    return param.opts[0] if isinstance(param, click.Option) else (param.human_readable_name or "参数")


_PATH_FAULTS = {
    "does not exist": "不存在",
    "is a directory": "是文件夹，这里要一个文件",
    "is a file": "是文件，这里要一个文件夹",
    "is not readable": "没有读取权限",
    "is not writable": "没有写入权限，或正被占用",
}


def _reason(message: str) -> str:
    match = re.match(r"'(.*)' is not one of (.*)\.$", message)
    if match:
        return f"“{match.group(1)}”不在可选范围内，可选：{match.group(2).replace(chr(39), '')}"
    match = re.match(r"'(.*)' is not a valid (?:integer|float)\.?", message)
    if match:
        return f"“{match.group(1)}”不是数字"
    for english, chinese in _PATH_FAULTS.items():
        match = re.search(rf"'(.*)' {english}", message)
        if match:
            return f"“{match.group(1)}”{chinese}"
    match = re.search(r"(.*) is not in the range (.*)\.", message)
    if match:
        return f"{match.group(1)} 超出范围 {match.group(2)}"
    return message


def explain_usage_error(error: click.UsageError) -> str:
    """Return the message of a usage error in Chinese."""
    for kind, words in _MESSAGES:
        if isinstance(error, kind):
            return words(error)
    match = re.match(r"No such command '(.*?)'", error.message)
    if match:
        group = error.ctx.command if error.ctx is not None else None
        known = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx is not None else []
        near = get_close_matches(match.group(1), known, n=2, cutoff=0.5)
        return f"没有命令“{match.group(1)}”" + _perhaps(near)
    match = re.match(r"Got unexpected extra arguments? \((.*)\)", error.message)
    if match:
        return f"多余的参数：{match.group(1)}"
    return error.message
