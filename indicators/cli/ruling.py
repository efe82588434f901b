"""``rules``, ``explain`` and ``version``: what the tool asks and why."""

from __future__ import annotations

import json
from pathlib import Path

import click

from indicators import __version__
from indicators.cli.chinese import Command
from indicators.cli.outputs import screen_width
from indicators.errors import ConfigError

__all__ = ["explain", "model_version", "rules", "version"]


def _load(folders: tuple[Path, ...]):  # type: ignore[no-untyped-def]
    from indicators.catalogue import load_rules

    return load_rules(*folders)


_PACKS = click.option(
    "--rules",
    "packs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="另加本地规则目录。",
)


@click.command(cls=Command, help="列出全部规则：编号、级别、范围、名称。")
@_PACKS
@click.option("--family", help="只列某一类，例如 F。")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="输出格式。")
def rules(packs: tuple[Path, ...], family: str | None, form: str) -> None:
    """List the rules."""
    from indicators.wording import SCOPE_NAMES, SEVERITY_NAMES

    found = [rule for rule in _load(packs) if not family or rule.code.startswith(family.upper())]
    if form == "json":
        rows = [
            {
                "code": rule.code,
                "name": rule.name,
                "title": rule.title,
                "severity": rule.severity,
                "scope": rule.scope,
                "dimension": rule.dimension,
                "default": rule.default,
                "preview": rule.preview,
            }
            for rule in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for rule in found:
        state = "" if rule.default and not rule.preview else "（试行）" if rule.preview else "（默认关闭）"
        click.echo(
            f"{rule.code}  {SEVERITY_NAMES[rule.severity]}  {SCOPE_NAMES[rule.scope]:　<2}"
            f"  {rule.title}{state}  {rule.name}"
        )
    click.echo(f"共 {len(found)} 条。用 “indicators explain 编号” 查看说明和正反例。")


@click.command(cls=Command, help="解释一条规则：为什么、怎么改、依据、正反例。CODE 是编号（F101）或英文名。")
@click.argument("code")
@_PACKS
@click.option("-v", "--verbose", is_flag=True, help="显示全部例子。")
def explain(code: str, packs: tuple[Path, ...], verbose: bool) -> None:
    """Print the page of a rule."""
    from indicators.report.explaining import explained

    loaded = _load(packs)
    rule = loaded.get(code.upper()) or next((item for item in loaded if item.name == code.lower()), None)
    if rule is None:
        near = [item.code for item in loaded if item.code.startswith(code.upper()[:1])]
        raise ConfigError(f"没有规则“{code}”", remedy=f"可用的编号：{'、'.join(near[:12]) or '见 indicators rules'}")
    click.echo(explained(rule, loaded, width=screen_width(), every=verbose), nl=False)


@click.command(cls=Command, help="显示软件、规则和模型的版本。")
def version() -> None:
    """Print the versions."""
    from indicators.catalogue import builtin_rules

    click.echo(f"indicators {__version__}")
    click.echo(f"规则包 {builtin_rules().version}")
    model = model_version()
    if model:
        click.echo(f"具体性模型 {model}")


def model_version() -> str:
    """Return the version of the model pack, ``""`` where there is none."""
    from indicators.packs import models_dir

    path = models_dir() / "specificity" / "manifest.json"
    if not path.is_file():
        return ""
    return str(json.loads(path.read_text(encoding="utf-8")).get("version", ""))
