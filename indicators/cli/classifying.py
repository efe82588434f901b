"""``score``: specificity of a list of indicators."""

from __future__ import annotations

from pathlib import Path

import click

from indicators.cli.chinese import Command

__all__ = ["score"]


@click.command(
    cls=Command,
    help="逐条判定指标的具体程度。PAIRS.CSV 至少有 level2、level3、value 三列（二级指标、三级指标、指标值）。",
)
@click.argument("pairs", type=click.Path(path_type=Path), metavar="PAIRS.CSV")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="写入的 CSV 文件。"
)
@click.option("-q", "--quiet", is_flag=True, help="不显示提示。")
def score(pairs: Path, output: Path, quiet: bool) -> None:
    """Score a CSV of indicators."""
    from indicators.classify import score_csv

    count = score_csv(pairs, output)
    if not quiet:
        click.echo(f"已判定 {count} 条，写入 {output}", err=True)
