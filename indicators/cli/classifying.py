"""``score``, ``suggest``, ``train`` and ``evaluate``: how specific indicators are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicators.cli.checking import OUTPUT, write
from indicators.cli.chinese import Command
from indicators.cli.outputs import FORCE, check_output, chosen_format
from indicators.cli.tables import KINDS, TABLE_FORMAT, write_table
from indicators.errors import ConfigError
from indicators.vocabulary import LEVEL2_ORDER, level2_label

if TYPE_CHECKING:
    from indicators.classify import Classifier

__all__ = ["evaluate", "score", "suggest", "train"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


_BY = {"project": "项目", "unit": "单位", "department": "部门", "sector": "行业", "year": "年度", "phrase": "说法"}
_SUMS = {
    "indicators": "指标条数",
    "doubtful": "把握不大",
    "mean": "具体性",
    "low": "区间下限",
    "high": "区间上限",
    "level3": "量化可核",
    "level2": "定性可核",
    "level1": "方向空泛",
    "level0": "无效",
    "like": "同类",
    "place": "位次",
    "of": "同类数",
    "median": "同类中位",
    "standing": "与同类相比",
}
# A screen has room for a few columns beside the name.
_ON_SCREEN = {
    "indicators": "条数",
    "doubtful": "存疑",
    "mean": "具体性",
    "span": "区间",
    "level3": "量化",
    "position": "位次",
    "standing": "与同类",
}
_PHRASES = {
    "phrase": "说法",
    "kind": "问题",
    "indicators": "指标条数",
    "cost": "拉低具体性（分）",
    "example": "例",
}


@click.command(
    cls=Command,
    help="判定指标的具体程度：逐条写入 CSV，或用 --by 按项目、单位、部门、行业、年度汇总（说法：哪些说法最拉低分数）。"
    "PAIRS.CSV 至少有 level2、level3、value 三列（二级指标、三级指标、指标值），汇总另需同名的分组列；"
    "也可用 --store 读批量检查的库。",
)
@click.argument("pairs", type=click.Path(path_type=Path), metavar="PAIRS.CSV", required=False)
@click.option("--store", help="批量检查的库（文件或数据库地址），与 --by 同用。")
@click.option(
    "--by", type=click.Choice(tuple(_BY)), help="汇总到哪一级：" + "、".join(map("=".join, _BY.items())) + "。"
)
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="另写一张区间图（SVG），与 --by 同用。"
)
@click.option("--limit", type=click.IntRange(min=1), help="汇总只列前几行。")
@TABLE_FORMAT
@OUTPUT
@FORCE
@click.option(
    "--engine",
    type=click.Choice(["plain", "sklearn"]),
    default="plain",
    show_default=True,
    help="plain 只用 numpy 读模型表；sklearn 用 spaCy 和 scikit-learn 原模型核对（结果相同，较慢）。",
)
@click.option("-q", "--quiet", is_flag=True, help="不显示提示。")
def score(pairs: Path | None, **given: Any) -> None:
    """Score a CSV of indicators, or sum up judgements by group."""
    from indicators.classify import load_classifier, score_csv

    if (pairs is None) == (given["store"] is None):
        raise ConfigError("请给出 PAIRS.CSV，或用 --store 给出库，二者选一")
    classifier = load_classifier(engine=given["engine"])
    if given["by"] is not None:
        _sum_up(pairs, classifier, given)
        return
    if pairs is None or given["output"] is None or given["form"] not in (None, "csv") or given["picture"]:
        raise ConfigError("逐条判定需要 PAIRS.CSV 和 -o 文件名.csv", remedy="汇总请加 --by，例如 --by department")
    count = score_csv(pairs, given["output"], classifier)
    if not given["quiet"]:
        click.echo(f"已判定 {count} 条，写入 {given['output']}", err=True)


def _sum_up(pairs: Path | None, classifier: Classifier, given: dict[str, Any]) -> None:
    from indicators.classify.groups import by_group, by_phrase
    from indicators.classify.table import read_rows

    by = given["by"]
    rows = read_rows(pairs) if pairs is not None else _stored(given["store"])
    if pairs is not None and rows and by != "phrase" and by not in rows[0]:
        raise ConfigError(f"没有“{by}”这一列（{_BY[by]}）", where=str(pairs), remedy="现有的列：" + "、".join(rows[0]))
    judged = classifier.score([(row["level2"], row["level3"], row["value"]) for row in rows])
    if by == "phrase":
        found = by_phrase(rows, judged, classifier.explainer.lexicon)[: given["limit"]]
        names = _PHRASES
    else:
        found = by_group(rows, judged, by)[: given["limit"]]
        columns = _SUMS
        if chosen_format(given["form"], given["output"], KINDS, "table") == "table":
            found, columns = [_short(row) for row in found], _ON_SCREEN
        names = {by: _BY[by]} | {key: word for key, word in columns.items() if any(row.get(key) for row in found)}
    doubtful = sum(item.doubtful for item in judged)
    end = (
        f"共 {len(rows)} 条指标，其中 {doubtful} 条把握不大，只计数、不计分。"
        f"具体性 0—100，区间为按指标自助抽样的 95% 区间；模型版本 {classifier.version}，供参考，不是审核结论。"
    )
    title = f"指标具体性（按{_BY[by]}）"
    if given["picture"] is not None:
        _draw(found, by, title, given)
    write_table(found, names, form=given["form"], output=given["output"], force=given["force"], title=title, end=end)


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its interval and its place as words."""
    span = f"{row['low']:.0f}—{row['high']:.0f}" if row["low"] is not None else ""
    return {**row, "span": span, "position": f"{row['place']}/{row['of']}" if "place" in row else ""}


def _draw(found: Sequence[Mapping[str, Any]], by: str, title: str, given: dict[str, Any]) -> None:
    from indicators.report.charts import Span, spans, standing_alone

    if by == "phrase":
        raise ConfigError("说法没有区间，不能画图", remedy="去掉 --picture，或换一个 --by")
    data = [
        Span(str(row[by]) or "（未写明）", row["mean"], row["low"], row["high"], f"{row['indicators']} 条")
        for row in found
        if row["mean"] is not None
    ]
    check_output(given["picture"], (), force=given["force"])
    write(standing_alone(spans(title, data)), given["picture"])


def _stored(store: str) -> list[dict[str, Any]]:
    from indicators.store import open_store
    from indicators.store.queries import indicator_rows

    with open_store(store, create=False) as opened, opened.engine.connect() as connection:
        return list(indicator_rows(connection))


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
    if form == "json":
        click.echo(json.dumps([asdict(item) for item in found], ensure_ascii=False, indent=1))
        return
    for item in found:
        where = "：".join(filter(None, (item.sector, item.project)))
        source = f"，{item.source}" if item.source else ""
        click.echo(f"{item.category}　{item.name} = {item.value}　（{where}{source}）")
    if not found:
        click.echo("指标库中没有相近的写法。")


_CORPUS = click.option(
    "--corpus", type=_FOLDER, default=Path("corpus"), show_default=True, help="语料目录（含 labels 和 splits）。"
)


@click.command(cls=Command, help="用语料重新训练具体性模型，写入模型目录；同样的语料得到同样的模型。")
@_CORPUS
@click.option("-o", "--output", type=_FOLDER, help="模型目录，默认是软件自带的 models/specificity。")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="评估时同时训练几个模型，结果相同。")
def train(corpus: Path, output: Path | None, jobs: int) -> None:
    """Train the model pack."""
    from indicators.classify.train import train as fit
    from indicators.packs import models_dir

    manifest = fit(corpus, output or models_dir() / "specificity", jobs=jobs)
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
