"""``score``, ``suggest``, ``train`` and ``evaluate``: how specific indicators are."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import click

from indicators.cli.checking import write
from indicators.cli.chinese import Command
from indicators.cli.outputs import FORCE, check_output, chosen_format
from indicators.errors import ConfigError
from indicators.vocabulary import LEVEL2_ORDER, level2_label

__all__ = ["evaluate", "score", "suggest", "train"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(
    cls=Command,
    help="逐条判定指标的具体程度。清单是 CSV 或 Excel，表头有“二级指标、三级指标、指标值”（或 level2、level3、value），"
    "本软件写出的 Excel 可以直接用；写 - 则从标准输入读 CSV。",
)
@click.argument("pairs", type=click.Path(allow_dash=True, path_type=Path), metavar="清单")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写入的 CSV 或 Excel（.xlsx）文件；不写则在屏幕上输出 CSV。",
)
@FORCE
@click.option(
    "--engine",
    type=click.Choice(["plain", "sklearn"]),
    default="plain",
    show_default=True,
    help="plain 只用 numpy 读模型表；sklearn 用 spaCy 和 scikit-learn 原模型核对（结果相同，较慢）。",
)
@click.option("-q", "--quiet", is_flag=True, help="不显示提示。")
def score(pairs: Path, output: Path | None, force: bool, engine: Literal["plain", "sklearn"], quiet: bool) -> None:
    """Score a list of indicators."""
    from indicators.classify import load_classifier
    from indicators.classify.table import score_table, write_csv
    from indicators.cli.scoring_lists import read_list
    from indicators.report.flat import Flat, write_flat

    kind = chosen_format(None, output, ("csv", "xlsx"), "csv")
    check_output(output, () if str(pairs) == "-" else (pairs,), force=force)
    header, body, encoding = read_list(pairs)
    whole, scored = score_table(header, body, str(pairs), load_classifier(engine=engine))
    if kind == "xlsx":
        keys = [str(number) for number in range(len(whole))]
        rows = [dict(zip(keys, row, strict=True)) for row in scored]
        flat = Flat(title="具体程度", names=dict(zip(keys, whole, strict=True)), rows=rows, end=f"共 {len(rows)} 条。")
        write(write_flat(flat, "xlsx"), output)
    elif output is None:
        write(write_csv(whole, scored, "utf-8").decode("utf-8"), None)
    else:
        write(write_csv(whole, scored, encoding), output)
    if not quiet:
        click.echo(f"已判定 {len(scored)} 条" + (f"，写入 {output}" if output is not None else ""), err=True)


@click.command(cls=Command, help="为空泛的指标推荐同类的具体写法，数字用 N 代替。")
@click.argument("name", metavar="三级指标")
@click.option("--category", "category", required=True, help="二级指标，例如 社会效益指标。")
@click.option("--project", default="", help="项目名称，用来找同类项目。")
@click.option("--limit", type=click.IntRange(1, 20), default=3, show_default=True, help="最多几条。")
@click.option("--library", type=_FILE, help="另查本单位的指标库（CSV）。")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="输出格式。")
def suggest(name: str, category: str, project: str, limit: int, library: Path | None, form: str) -> None:
    """Suggest specific indicators."""
    from indicators.classify.suggest import suggest as find

    label = level2_label(category)
    if label is None:
        raise ConfigError(f"没有二级指标“{category}”", remedy="可用：" + "、".join(LEVEL2_ORDER))
    found = find(label, name, project, limit=limit, extra=library)
    if not found:
        _patterns(label, name, project, form)
        return
    if form == "json":
        click.echo(json.dumps([asdict(item) for item in found], ensure_ascii=False, indent=1))
        return
    for item in found:
        click.echo(f"{item.category}　{item.name} = {item.value}　（{item.sector}：{item.project}）")


def _patterns(category: str, name: str, project: str, form: str) -> None:
    """Say what indicators of a category usually count, where the library has nothing alike."""
    from indicators.classify.suggest import patterns

    found = patterns(category, name, project)
    if form == "json":
        click.echo(json.dumps([asdict(item) for item in found], ensure_ascii=False, indent=1))
        return
    where = f"{found[0].sector}类项目的" if found and found[0].sector else ""
    click.echo(f"指标库中没有与“{name}”相近的写法。{where}{category}通常写可以数的东西：")
    for item in found:
        click.echo(f"  {item.value}（{item.count} 条），例如 {'、'.join(item.names)}")
    click.echo("把想做到的效果换成其中能数的一样，再填上今年的数。")


_CORPUS = click.option(
    "--corpus", type=_FOLDER, default=Path("corpus"), show_default=True, help="语料目录（含 labels 和 splits）。"
)


@click.command(cls=Command, help="用语料重新训练具体性模型，写入模型目录；同样的语料得到同样的模型。")
@_CORPUS
@click.option("-o", "--output", type=_FOLDER, help="模型目录，默认是软件自带的 models/specificity。")
def train(corpus: Path, output: Path | None) -> None:
    """Train the model pack."""
    from indicators.classify.train import train as fit
    from indicators.packs import models_dir

    manifest = fit(corpus, output or models_dir() / "specificity")
    click.echo(_figures(manifest["figures"]))


@click.command(cls=Command, help="用语料重复评估具体性模型（按行业、按部门留出），不写任何文件。")
@_CORPUS
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="输出格式。")
def evaluate(corpus: Path, form: str) -> None:
    """Measure the model pack."""
    from indicators.classify.evaluate import evaluate as measure
    from indicators.packs import models_dir

    figures = measure(corpus, models_dir() / "specificity", report=lambda line: click.echo(line, err=True))
    click.echo(json.dumps(figures, ensure_ascii=False, indent=1) if form == "json" else _figures(figures))


def _figures(figures: dict[str, Any]) -> str:
    sectors = figures["sectors_out"]
    lines = [
        f"按行业留出（{sectors['n']} 条）：macro-F1 {sectors['macro_f1']:.4f}　QWK {sectors['qwk']:.4f}　"
        f"校准误差 {sectors['ece']:.4f}"
    ]
    names = {"all": "真实表格按单位留出", "police": "　其中公安", "other sectors": "　其中其他行业"}
    for name, part in figures.get("bureaus_out", {}).items():
        pseudo = part["pseudo"]
        lines.append(
            f"{names[name]}（{part['n']} 条）：macro-F1 {part['macro_f1']:.4f}　QWK {part['qwk']:.4f}　"
            f"校准误差 {part['ece']:.4f}　伪量化 {pseudo['n']} 条，查出率 {pseudo['recall']:.4f}，"
            f"查准率 {pseudo['precision']:.4f}"
        )
    return "\n".join(lines)
