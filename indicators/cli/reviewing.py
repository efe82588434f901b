"""``review`` and ``decide``: the review page, its accounts, and decisions read back from a workbook."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicators.cli.chinese import Command, Group
from indicators.errors import ConfigError

if TYPE_CHECKING:
    from indicators.store import Store

__all__ = ["decide", "letter", "review"]

_STORE_HELP = "结果库：文件路径，或数据库地址（postgresql://…）；默认放在用户数据文件夹。"
_ROLES = ("审核", "主管", "只读")


class _Nested(Group):
    """A group whose commands stand in the same module."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their help."""
        with formatter.section("命令"):
            formatter.write_dl([(name, command.help or "") for name, command in self.commands.items()])


class _Review(_Nested):
    """A group that takes folders where there is no subcommand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hand everything to the page unless ``user`` is asked for."""
        if args[:1] not in (["user"], ["open"]) and not {"-h", "--help"} & set(args):
            args = ["open", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_Review,
    help="打开审核页面：拖入文件、逐条处理、生成审核意见、核对改后的文件。"
    "用法：indicators review [文件或文件夹…]；默认只在本机可见，不联网。选项见 indicators review open --help。",
)
def review() -> None:
    """Hold the page and its accounts."""


@review.command("open", cls=Command, help="打开审核页面（可省略 open）。")
@click.argument("paths", nargs=-1, metavar="[路径...]")
@click.option("--store", help=_STORE_HELP)
@click.option("--host", default="127.0.0.1", help="监听地址；默认只限本机。对外提供服务须先建账号。")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="端口；默认任选一个空闲的。")
@click.option(
    "--name", "names", multiple=True, help="浏览器访问用的网址，例如 https://jixiao.example.gov（有反向代理时）。"
)
@click.option("-j", "--processes", type=click.IntRange(min=1), default=1, help="同时检查几份文件。")
@click.option("--no-browser", is_flag=True, help="不自动打开浏览器，只显示网址。")
def open_(paths: tuple[str, ...], store: str | None, **given: Any) -> None:
    """Serve the page."""
    from indicators.batch import Finder
    from indicators.review.serving import data_folder, serve

    folder = data_folder()
    tasks = list(Finder(paths=tuple(str(Path(path).absolute()) for path in paths))) if paths else []
    with _opened(store, folder) as opened:

        def ready(address: str) -> None:
            click.echo(f"审核页面：{address}\n结果库：{opened.name}\n按 Ctrl-C 停止。", err=True)
            if not given["no_browser"]:
                webbrowser.open(address)

        serve(
            opened, folder, host=given["host"], port=given["port"], names=given["names"], tasks=tasks,
            processes=given["processes"], ready=ready,
        )  # fmt: skip


def _opened(store: str | None, folder: Path) -> Store:
    from indicators.store import open_store

    if store is None:
        folder.mkdir(parents=True, exist_ok=True)
    return open_store(store or folder / "审核.db")


@review.group("user", cls=_Nested, help="办公室共用时的账号。")
def user() -> None:
    """Hold the commands on accounts."""


@user.command(
    "add",
    cls=Command,
    help="新建账号，或给已有账号换密码、换角色。密码在提示后输入，或用环境变量 INDICATORS_PASSWORD。",
)
@click.argument("name", metavar="姓名")
@click.option(
    "--role", type=click.Choice(_ROLES), required=True, help="审核：处理和发出；主管：另可改设置；只读：只能看。"
)
@click.option("--store", help=_STORE_HELP)
def add(name: str, role: str, store: str | None) -> None:
    """Add an account."""
    from indicators.review.serving import data_folder
    from indicators.review.signing import password_digest
    from indicators.store.people import add_user

    folder = data_folder()
    given = os.environ.get("INDICATORS_PASSWORD")
    password = given or click.prompt("密码（至少 10 个字符）", hide_input=True, confirmation_prompt="再输一次")
    if len(password) < 10:
        raise ConfigError("密码太短", remedy="至少 10 个字符")
    with _opened(store, folder) as opened:
        digest = password_digest(password)
        fresh = opened.change(lambda connection: add_user(connection, name, digest, role))
    click.echo(f"{'已新建' if fresh else '已更新'}账号 {name}（{role}）", err=True)


@user.command("close", cls=Command, help="关闭账号：立即不能再用，已有的处理记录留着。再用 add 可重新打开。")
@click.argument("name", metavar="姓名")
@click.option("--store", help=_STORE_HELP)
def close(name: str, store: str | None) -> None:
    """Close an account."""
    from indicators.review.serving import data_folder
    from indicators.store.people import close_user

    with _opened(store, data_folder()) as opened:
        if not opened.change(lambda connection: close_user(connection, name)):
            raise ConfigError(f"没有账号“{name}”", remedy="用 indicators review user list 查看")
    click.echo(f"已关闭账号 {name}", err=True)


@user.command("list", cls=Command, help="列出账号。")
@click.option("--store", help=_STORE_HELP)
def list_(store: str | None) -> None:
    """List the accounts."""
    from indicators.review.serving import data_folder
    from indicators.store.people import account, user_names

    with _opened(store, data_folder()) as opened, opened.engine.connect() as connection:
        for name in user_names(connection):
            click.echo(f"{name}\t{account(connection, name).role}")


@click.command(
    cls=Command,
    help="把 Excel 初审结果里填的“处理意见”“处理说明”读回结果库。没有对上的逐行列出，返回 1。",
)
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="初审.XLSX")
@click.option("--store", help=_STORE_HELP)
@click.option("--author", help="谁的意见；默认当前用户。")
def decide(workbook: Path, store: str | None, author: str | None) -> int:
    """Read decisions out of a workbook."""
    from indicators.review.importing import decisions_of_workbook, import_decisions
    from indicators.review.serving import data_folder, local_name
    from indicators.review.viewing import Viewer

    folder = data_folder()
    viewer = Viewer(folder / "原件视图")
    try:
        rows = decisions_of_workbook(viewer, workbook.read_bytes(), workbook.name)
    finally:
        viewer.close()
    if rows is None:
        remedy = "请给出 indicators check --format xlsx 写出的文件，保留“问题清单”表和“指纹”列"
        raise ConfigError("不是初审结果", where=str(workbook), remedy=remedy)
    with _opened(store, folder) as opened:
        outcome = import_decisions(opened, rows, author=author or local_name())
    for line in outcome.unmatched:
        click.echo(line, err=True)
    click.echo(outcome.words())
    return 1 if outcome.unmatched else 0


@click.command(cls=Command, help="按结果库里的处理意见写审核意见（Word）：只写“退回修改”的问题，误报和属实保留的不写。")
@click.option("--store", help=_STORE_HELP)
@click.option("--unit", default="", help="只写这个单位；默认全部单位，各起一页。")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的 Word 文件。"
)
def letter(store: str | None, unit: str, output: Path) -> None:
    """Write the letter out of the decisions in a store."""
    from indicators.review.serving import data_folder

    folder = data_folder()
    from indicators.review.sending import letter_of

    with _opened(store, folder) as opened:
        output.write_bytes(letter_of(opened, unit))
    click.echo(f"已写入 {output}", err=True)
