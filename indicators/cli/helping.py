"""``doctor``, ``completion`` and ``help``: whether the tool is in order, and how it is used."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import click

from indicators import __version__
from indicators.cli.chinese import Command
from indicators.errors import EXTRAS, install_command

__all__ = ["completion", "doctor", "help_on"]

_LIBRARIES = (
    "pypdfium2",
    "pdfplumber",
    "spacy",
    "jieba",
    "scikit-learn",
    "pandas",
    "python-docx",
    "XlsxWriter",
    "rich",
)
_LEAST_FREE = 500
_SHELLS = ("bash", "zsh", "fish")
_WHERE = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/completions/indicators.fish"}


@click.command(cls=Command, help="体检：版本、可选组件、规则、模型、字体、磁盘。全部正常返回 0，缺必需的返回 2。")
@click.option("--store", type=click.Path(dir_okay=False, path_type=Path), help="同时查看这个结果库。")
def doctor(store: Path | None) -> int:
    """Say what is there and what is missing."""
    sound = True
    for state, line in _found(store):
        click.echo(f"{state}　{line}")
        sound = sound and state != "缺失"
    click.echo("可以使用。" if sound else "有必需的部分缺失，请重新安装。")
    return 0 if sound else 2


def _found(store: Path | None) -> Iterator[tuple[str, str]]:
    yield "正常", f"indicators {__version__}，Python {platform.python_version()}（{platform.system()}）"
    for name in _LIBRARIES:
        try:
            yield "正常", f"{name} {version(name)}"
        except PackageNotFoundError:
            yield "缺失", f'{name}：pip install "{name}"'
    for extra, (module, purpose) in EXTRAS.items():
        there = find_spec(module) is not None
        yield ("正常", f"{extra}（{purpose}）") if there else (
            "未装", f"{extra}（{purpose}），需要时：{install_command(extra)}"
        )  # fmt: skip
    yield _packs()
    yield ("正常" if shutil.which("soffice") else "未装"), "LibreOffice（读 DOC、WPS、XLSB、ET 等旧格式）"
    free = shutil.disk_usage(Path.cwd()).free // 2**20
    yield ("正常" if free > _LEAST_FREE else "注意"), f"当前磁盘剩余 {free / 1024:,.1f} GB"
    encoding = (sys.stdout.encoding or "").upper()
    yield ("正常" if encoding == "UTF-8" else "注意"), f"屏幕编码 {encoding}；写入文件一律是 UTF-8"
    if store is not None:
        yield _store(store)


def _packs() -> tuple[str, str]:
    from indicators.catalogue import builtin_rules
    from indicators.cli.ruling import model_version

    rules, model = builtin_rules(), model_version()
    if not model:
        return "缺失", "具体性模型"
    return "正常", f"规则 {len(rules.rules)} 条（{rules.version}），具体性模型 {model}"


def _store(path: Path) -> tuple[str, str]:
    from indicators.store import open_store, queries

    with open_store(str(path), create=False) as opened, opened.engine.connect() as connection:
        counts = queries.statuses(connection)
    return "正常", f"结果库 {path}：{sum(counts.values())} 份文件"


@click.command(cls=Command, help="打印命令补全的脚本：按 Tab 补全命令和选项。")
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes commands in a shell."""
    from click.shell_completion import get_completion_class

    from indicators.cli import app

    kind = get_completion_class(shell)
    assert kind is not None  # one of _SHELLS
    click.echo(f"# 把下面的内容加进 {_WHERE[shell]}，重新打开终端即可。")
    # Not source(): that of bash asks the version of the shell first.
    maker = kind(app, {}, "indicators", "_INDICATORS_COMPLETE")
    click.echo(maker.source_template % maker.source_vars())


@click.command("help", cls=Command, help="显示一个命令的用法；编号（F101）则解释规则；不写则列出全部命令。")
@click.argument("topic", required=False, metavar="[命令或规则]")
@click.pass_context
def help_on(ctx: click.Context, topic: str | None) -> None:
    """Show the page of a command or a rule."""
    from indicators.cli import app
    from indicators.cli.ruling import explain

    root = ctx.find_root()
    if topic is None:
        click.echo(app.get_help(root))
        return
    command = app.get_command(root, topic)
    if command is None:
        ctx.invoke(explain, code=topic, packs=(), verbose=False)
        return
    click.echo(command.get_help(click.Context(command, info_name=topic, parent=root)))
