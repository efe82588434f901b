"""``accept``, ``diff``, ``compare`` and ``test-rules``: living with findings and with one's own rules."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import click

from indicators.cli.checking import OUTPUT, STORE, decided_in, write
from indicators.cli.chinese import Command
from indicators.cli.lettering import day
from indicators.cli.outputs import FORCE, screen_width
from indicators.cli.tables import TABLE_FORMAT, chosen_kind
from indicators.errors import ConfigError

__all__ = ["accept", "compare", "diff", "test_rules"]

_FINGERPRINT = re.compile(r"[0-9a-f]{8,64}(?:-\d+)?")
_A_YEAR = 365


@click.command(cls=Command, help="接受一条问题：写明理由和截止日期，以后不再列出。FINGERPRINT 是报告中的问题指纹。")
@click.argument("fingerprint")
@click.option("--reason", required=True, help="理由，必填，会写进配置文件。")
@click.option("--until", help="截止日期（年-月-日），默认一年后；到期重新列出。")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("indicators.toml"),
    help="写入的配置文件。",
)
def accept(fingerprint: str, reason: str, until: str | None, config: Path) -> None:
    """Add an acceptance to the settings."""
    from indicators.config import accept as add

    if not _FINGERPRINT.fullmatch(fingerprint):
        raise ConfigError(f"“{fingerprint}”不是问题指纹", remedy="指纹印在报告每条问题的末尾（JSON 中的 fingerprint）")
    end = day(until) if until else date.today() + timedelta(days=_A_YEAR)
    if end < date.today():
        raise ConfigError(f"截止日期 {end} 已经过去", remedy="写一个将来的日期")
    add(config, fingerprint, reason=reason, until=end)
    click.echo(f"已接受 {fingerprint}，有效期至 {end}，写入 {config}；检查时加上 --config {config}")


_RESULT = click.Path(exists=True, dir_okay=False, path_type=Path)
_DIFF_KINDS = ("table", "json", "html", "xlsx", "docx")


@click.command(cls=Command, help="比较两次检查结果：哪些问题消失、哪些新增、哪些还在。")
@click.argument("old", type=_RESULT, metavar="旧.JSON")
@click.argument("new", type=_RESULT, metavar="新.JSON")
@click.option("--format", "form", type=click.Choice(_DIFF_KINDS), help="输出格式；默认 table，或按扩展名。")
@OUTPUT
@FORCE
@STORE
@click.option("-v", "--verbose", is_flag=True, help="同时列出仍存在的问题。")
def diff(
    old: Path, new: Path, form: str | None, output: Path | None, force: bool, store: str | None, verbose: bool
) -> int:
    """Compare two reports."""
    from indicators.report.diff import write_diff
    from indicators.report.saved import as_saved

    kind = chosen_kind(form, output, _DIFF_KINDS, (old, new), force=force)
    decided = decided_in(store) if store is not None else {}
    one, other = (
        replace(saved, findings=tuple(item for item in saved.findings if item.fingerprint not in decided))
        for saved in map(as_saved, (old, new))
    )
    write(write_diff(one, other, kind=kind, verbose=verbose, width=screen_width()), output)
    return 0


@click.command(cls=Command, help="比较同一部门两个年度：项目对应、照搬的指标、降低的目标、钱多了目标没变。")
@click.argument("old", type=_RESULT, metavar="上年.JSON")
@click.argument("new", type=_RESULT, metavar="本年.JSON")
@TABLE_FORMAT
@OUTPUT
@FORCE
def compare(old: Path, new: Path, form: str | None, output: Path | None, force: bool) -> int:
    """Compare two years."""
    from indicators.report.compare import write_compare

    kind = chosen_kind(form, output, inputs=(old, new), force=force)
    write(write_compare(old, new, kind=kind, width=screen_width()), output)
    return 0


@click.command("test-rules", cls=Command, help="运行本地规则目录里每条规则自带的正反例。")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="目录")
@click.option("--code", multiple=True, help="只运行这些规则。")
def test_rules(folder: Path, code: tuple[str, ...]) -> int:
    """Run the cases of a local pack."""
    from indicators.cases import run_cases
    from indicators.catalogue import load_rules
    from indicators.packs import rules_dir

    packs = () if folder.resolve() == rules_dir().resolve() else (folder,)
    rules = load_rules(*packs)
    wanted = [item.upper() for item in code] or [
        rule.code for rule in rules if rule.path is not None and folder.resolve() in rule.path.resolve().parents
    ]
    if unknown := [item for item in wanted if item not in rules.rules]:
        raise ConfigError(f"没有规则“{'、'.join(unknown)}”", where=str(folder))
    if not wanted:
        raise ConfigError(
            "目录里没有规则", where=str(folder), remedy="规则文件放在 目录/字母/编号.toml，例如 L/L101.toml"
        )
    results = run_cases(rules, wanted)
    failed = [result for result in results if not result.passed]
    words = {"bad": "反例", "good": "正例"}
    for result in failed:
        click.echo(f"不通过　{result.rule} {words[result.kind]} {result.number + 1}：{result.message}")
    click.echo(f"{len(wanted)} 条规则，{len(results)} 个例子，通过 {len(results) - len(failed)}，不通过 {len(failed)}")
    return 1 if failed else 0
