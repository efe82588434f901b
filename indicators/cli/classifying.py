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
from indicators.cli.outputs import FORCE, check_output, screen_width
from indicators.cli.tables import KINDS, chosen_kind
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
    help="判定指标的具体程度：逐条列出，或用 --by 按项目、单位、部门、行业、年度汇总（说法：哪些说法最拉低分数）。"
    "清单是 CSV 或 Excel，表头有“二级指标、三级指标、指标值”（或 level2、level3、value），汇总另需所按的那一列；"
    "本软件写出的 Excel 可以直接用；写 - 则从标准输入读 CSV。汇总也可用 --store 读批量检查的库。",
)
@click.argument("pairs", type=click.Path(allow_dash=True, path_type=Path), metavar="清单", required=False)
@click.option("--store", help="批量检查的库（文件或数据库地址），与 --by 同用。")
@click.option(
    "--by", type=click.Choice(tuple(_BY)), help="汇总到哪一级：" + "、".join(map("=".join, _BY.items())) + "。"
)
@click.option("--picture", type=_NEW, help="另写一张区间图（SVG），与 --by 同用。")
@click.option("--limit", type=click.IntRange(min=1), help="汇总只列前几行，与 --by 同用。")
@click.option("--format", "form", type=click.Choice(KINDS), help="输出格式；逐条默认 csv，汇总默认 table，或按扩展名。")
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
    """Score a list of indicators, or sum up judgements by group."""
    from indicators.classify import load_classifier

    if (pairs is None) == (given["store"] is None):
        raise ConfigError("请给出清单，或用 --store 给出库，二者选一")
    if given["by"] is None and (pairs is None or given["picture"] or given["limit"]):
        raise ConfigError("--store、--picture、--limit 须与 --by 同用", remedy="例如加上 --by department")
    if given["by"] == "phrase" and given["picture"]:
        raise ConfigError("说法没有区间，不能画图", remedy="去掉 --picture，或换一个 --by")
    inputs = () if pairs is None or str(pairs) == "-" else (pairs,)
    default = "csv" if given["by"] is None else "table"
    kind = chosen_kind(given["form"], given["output"], KINDS, inputs, force=given["force"], default=default)
    check_output(given["picture"], inputs, force=given["force"])
    classifier = load_classifier(engine=given["engine"])
    if given["by"] is not None:
        _sum_up(pairs, classifier, kind, given)
    elif pairs is not None:
        _each(pairs, classifier, kind, given)


def _each(pairs: Path, classifier: Classifier, kind: str, given: Mapping[str, Any]) -> None:
    """Write the rows of a list with their judgements."""
    from indicators.classify.table import score_table, write_csv
    from indicators.cli.scoring_lists import read_list
    from indicators.report.flat import Flat, write_flat

    output = given["output"]
    header, body, encoding = read_list(pairs)
    whole, scored = score_table(header, body, str(pairs), classifier)
    if kind == "csv" and output is not None:
        write(write_csv(whole, scored, encoding), output)
    elif kind == "csv":
        write(write_csv(whole, scored, "utf-8").decode("utf-8"), None)
    else:
        # Two columns may have one header: a table tells them apart by number, JSON by the number behind the second.
        keys = [str(number) for number in range(len(whole))]
        if kind == "json":
            keys = [name if whole.index(name) == at else f"{name}_{at + 1}" for at, name in enumerate(whole)]
        rows = [dict(zip(keys, row, strict=True)) for row in scored]
        flat = Flat(title="具体程度", names=dict(zip(keys, whole, strict=True)), rows=rows, end=f"共 {len(rows)} 条。")
        write(write_flat(flat, kind, width=screen_width()), output)
    if not given["quiet"]:
        click.echo(f"已判定 {len(scored)} 条" + (f"，写入 {output}" if output is not None else ""), err=True)


def _sum_up(pairs: Path | None, classifier: Classifier, kind: str, given: Mapping[str, Any]) -> None:
    from indicators.classify.groups import by_group, by_phrase
    from indicators.report.flat import Flat, write_flat

    by = given["by"]
    rows = _listed(pairs, by) if pairs is not None else _stored(given["store"])
    judged = classifier.score([(row["level2"], row["level3"], row["value"]) for row in rows])
    if by == "phrase":
        found = by_phrase(rows, judged, classifier.explainer.lexicon)[: given["limit"]]
        names = _PHRASES
    else:
        found = by_group(rows, judged, by)[: given["limit"]]
        columns = _SUMS
        if given["picture"] is not None:
            _draw(found, by, given["picture"])
        if kind == "table":
            found, columns = [_short(row) for row in found], _ON_SCREEN
        names = {by: _BY[by]} | {key: word for key, word in columns.items() if any(row.get(key) for row in found)}
    doubtful = sum(item.doubtful for item in judged)
    end = (
        f"共 {len(rows)} 条指标，其中 {doubtful} 条把握不大，只计数、不计分。"
        f"具体性 0—100，区间为按指标自助抽样的 95% 区间；模型版本 {classifier.version}，供参考，不是审核结论。"
    )
    flat = Flat(title=_title(by), names=names, rows=found, end=end)
    write(write_flat(flat, kind, width=screen_width()), given["output"])


def _title(by: str) -> str:
    return f"指标具体性（按{_BY[by]}）"


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its interval and its place as words."""
    span = f"{row['low']:.0f}—{row['high']:.0f}" if row["low"] is not None else ""
    return {**row, "span": span, "position": f"{row['place']}/{row['of']}" if "place" in row else ""}


def _draw(found: Sequence[Mapping[str, Any]], by: str, picture: Path) -> None:
    from indicators.report.charts import Span, spans, standing_alone

    data = [
        Span(str(row[by]) or "（未写明）", row["mean"], row["low"], row["high"], f"{row['indicators']} 条")
        for row in found
        if row["mean"] is not None
    ]
    write(standing_alone(spans(_title(by), data)), picture)


def _listed(pairs: Path, by: str) -> list[dict[str, str]]:
    from indicators.classify.table import named_rows
    from indicators.cli.scoring_lists import read_list

    header, body, _ = read_list(pairs)
    rows = named_rows(header, body, str(pairs), _BY)
    if rows and by != "phrase" and by not in rows[0]:
        remedy = "现有的列：" + "、".join(name.strip() for name in header)
        raise ConfigError(f"没有“{_BY[by]}”（{by}）这一列", where=str(pairs), remedy=remedy)
    return rows


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
    if not found:
        _patterns(label, name, project, form)
        return
    if form == "json":
        click.echo(json.dumps([asdict(item) for item in found], ensure_ascii=False, indent=1))
        return
    for item in found:
        where = "：".join(filter(None, (item.sector, item.project)))
        source = f"，{item.source}" if item.source else ""
        click.echo(f"{item.category}　{item.name} = {item.value}　（{where}{source}）")


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
