"""``rank``: which forms are most worth a person's reading."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indicators.cli.checking import (
    CONFIG,
    NO_CONFIG,
    NO_OCR,
    OUTPUT,
    QUIET,
    READER,
    RULES,
    files_of,
    guard,
    judging,
    load_settings,
    progress,
    read_options,
    write,
)
from indicators.cli.chinese import Command
from indicators.errors import ConfigError
from indicators.text import cleaned, csv_value, one_line

if TYPE_CHECKING:
    from indicators.records import DocumentReport

__all__ = ["rank"]

_COLUMNS = {
    "rank": "名次",
    "priority": "优先度",
    "department": "部门",
    "unit": "单位",
    "project": "项目",
    "amount": "年度资金(元)",
    "total": "参考分",
    "grade": "等级",
    "errors": "错误",
    "warnings": "警告",
    "specificity": "具体性",
    "path": "文件",
    "form": "表序",
}


@click.command(
    cls=Command,
    help="按阅读价值给绩效目标表排序：金额、问题、可信度、具体性合成优先度。给出文件，或用 --store 读批量检查的库。",
)
@click.argument("paths", nargs=-1, metavar="路径...")
@click.option("--store", help="批量检查的库（文件或数据库地址）。")
@click.option("--by", type=click.Choice(["form", "unit", "department"]), default="form", help="按表、单位或部门排。")
@click.option("--limit", type=click.IntRange(min=1), help="只列前几名。")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), help="输出格式；默认 table。")
@OUTPUT
@RULES
@CONFIG
@NO_CONFIG
@READER
@NO_OCR
@guard
@QUIET
def rank(paths: tuple[str, ...], **given: Any) -> int:
    """Rank the forms of a run or of a store."""
    if bool(paths) == bool(given["store"]):
        raise ConfigError("请给出文件，或用 --store 给出库，二者选一")
    rows = _from_store(given["store"], given["limit"]) if given["store"] else _from_files(paths, given)
    if given["by"] != "form":
        rows = _grouped(rows, given["by"])
    rows = rows[: given["limit"]] if given["limit"] else rows
    for number, row in enumerate(rows, 1):
        row["rank"] = number
    write(_render(rows, given["form"] or "table"), given["output"])
    return 0


def _from_store(store: str, limit: int | None) -> list[dict[str, Any]]:
    from indicators.store import open_store

    with open_store(store, create=False) as opened:
        return list(opened.rank())


def _from_files(paths: tuple[str, ...], given: dict[str, Any]) -> list[dict[str, Any]]:
    from indicators.pipeline import Checker
    from indicators.scoring import ranking

    files = files_of(paths)
    settings = load_settings(
        given["config"], given["no_config"], given["packs"], (), (), False, (Path(path) for path in paths)
    )
    checker = Checker(config=settings, options=read_options(given["reader"], given["no_ocr"]))
    reports: list[DocumentReport] = []
    with judging(checker, given) as judge, progress(len(files), given["quiet"]) as step:
        for path in files:
            reports.append(judge(path))
            step(path.name)
    rows = []
    for document, form, score in ranking(reports):
        severities = [item.severity for item in document.findings if item.form == form.index]
        amount = form.yuan()
        rows.append(
            {
                "priority": round(score.priority, 4),
                "department": document.extraction.department,
                "unit": form.text("implementing_unit"),
                "project": form.project_name,
                "amount": float(amount) if amount is not None else None,
                "total": round(score.total, 1),
                "grade": score.grade,
                "errors": severities.count("error"),
                "warnings": severities.count("warning"),
                "specificity": round(score.specificity, 1) if score.specificity is not None else None,
                "path": document.path,
                "form": form.index,
            }
        )
    return rows


def _grouped(rows: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """Add forms up by unit or department; the priority of a group is the money-weighted mean of its forms."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[by] or "（未写明）"].append(row)
    out = []
    for name, members in groups.items():
        weights = [max(float(row["amount"] or 0), 1.0) for row in members]
        whole = sum(weights)
        out.append(
            {
                by: name,
                "forms": len(members),
                "priority": round(sum(w * float(row["priority"]) for w, row in zip(weights, members)) / whole, 4),
                "amount": sum(float(row["amount"] or 0) for row in members),
                "total": round(sum(float(row["total"]) for row in members) / len(members), 1),
                "errors": sum(int(row["errors"]) for row in members),
                "warnings": sum(int(row["warnings"]) for row in members),
            }
        )
    return sorted(out, key=lambda row: (-float(row["priority"]), str(row[by])))


def _render(rows: list[dict[str, Any]], kind: str) -> str:
    if kind == "json":
        return json.dumps(
            [{key: cleaned(value) for key, value in row.items()} for row in rows], ensure_ascii=False, indent=1
        )
    names = {**_COLUMNS, "forms": "表数"}
    columns = [key for key in ("rank", *(rows[0] if rows else _COLUMNS)) if key in names]
    columns = list(dict.fromkeys(columns))
    if kind == "csv":
        out = io.StringIO()
        out.write("\ufeff")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([names[key] for key in columns])
        writer.writerows([csv_value(row.get(key)) for key in columns] for row in rows)
        return out.getvalue()
    return _table(rows, columns, names)


def _table(rows: list[dict[str, Any]], columns: list[str], names: dict[str, str]) -> str:
    from io import StringIO

    from rich.console import Console
    from rich.table import Table

    shown = [key for key in columns if key not in ("path", "form")]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for key in shown:
        right = key in ("rank", "priority", "amount", "total", "errors", "warnings", "specificity", "forms")
        table.add_column(names[key], justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(key, row.get(key)) for key in shown))
    out = StringIO()
    Console(file=out, width=140).print(table)
    text = out.getvalue().rstrip()
    return f"{text}\n共 {len(rows)} 项。优先度是机器给出的阅读次序，不是审核结论。"


def _cell(key: str, value: Any) -> str:
    if value is None:
        return "—"
    if key == "amount":
        return f"{value:,.0f}"
    return one_line(str(value))
