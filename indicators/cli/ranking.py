"""``rank``: which forms are most worth a person's reading."""

from __future__ import annotations

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
)
from indicators.cli.chinese import Command
from indicators.cli.outputs import FORCE
from indicators.cli.tables import TABLE_FORMAT, write_table
from indicators.errors import ConfigError
from indicators.money import told

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
    "forms": "表数",
    "path": "文件",
    "form": "表序",
    "page": "页",
    "why": "为什么",
}


@click.command(
    cls=Command,
    help="按阅读价值给绩效目标表排序：金额、问题、可信度、具体性合成优先度。给出文件，或用 --store 读批量检查的库。",
)
@click.argument("paths", nargs=-1, metavar="路径...")
@click.option("--store", help="批量检查的库（文件或数据库地址）。")
@click.option("--by", type=click.Choice(["form", "unit", "department"]), default="form", help="按表、单位或部门排。")
@click.option("--limit", type=click.IntRange(min=1), help="只列前几名。")
@click.option("--why", is_flag=True, help="写明优先度从哪里来。")
@TABLE_FORMAT
@OUTPUT
@FORCE
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
        if given["why"]:
            row["why"] = _why(row)
    names = {
        key: word
        for key, word in _COLUMNS.items()
        if any(key in row for row in rows) and (key != "why" or given["why"])
    }
    end = f"共 {len(rows)} 项。优先度是机器给出的阅读次序，不是审核结论。"
    write_table(
        rows, names, form=given["form"], output=given["output"], force=given["force"], title="阅读次序", end=end
    )
    return 0


def _why(row: dict[str, Any]) -> str:
    """Return the parts of a priority in words."""
    parts = [f"资金 {told(row['amount'])}" if row.get("amount") else "资金未填"]
    faults = [f"{word} {row[key]}" for key, word in (("errors", "错误"), ("warnings", "警告")) if row.get(key)]
    parts.append("、".join(faults) or "没有错误和警告")
    if row.get("specificity") is not None:
        parts.append(f"指标具体性 {row['specificity']:g}（满分 100）")
    return "；".join(parts)


def _from_store(store: str, limit: int | None) -> list[dict[str, Any]]:
    from indicators.catalogue import builtin_rules
    from indicators.store import open_store
    from indicators.store.settling import ranked

    with open_store(store, create=False) as opened:
        return ranked(opened, builtin_rules())


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
                "page": form.at.page,
                "form_type": form.form_type,
                "reading": form.reading,
            }
        )
    return rows


def _grouped(rows: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """Add forms up by unit or department; the priority of a group is the money-weighted mean of its forms."""
    from indicators.store.queries import money_of

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
                "amount": money_of([(row["path"], row.get("form_type", ""), row["amount"]) for row in members]),
                "total": round(sum(float(row["total"]) for row in members) / len(members), 1),
                "errors": sum(int(row["errors"]) for row in members),
                "warnings": sum(int(row["warnings"]) for row in members),
            }
        )
    return sorted(out, key=lambda row: (-float(row["priority"]), str(row[by])))
