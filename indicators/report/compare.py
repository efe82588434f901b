"""A comparison of two years in words, as JSON and as CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from indicators.report.folding import fold
from indicators.report.matching import Comparison, Pair, compare
from indicators.report.places import SEVERITY_NAMES, clean
from indicators.report.saved import SavedFinding, SavedForm, SavedIndicator, Source, as_saved
from indicators.text import csv_text

__all__ = ["comparison_csv", "comparison_json", "comparison_text", "write_compare"]

_CSV = (
    *("单位", "上年项目", "本年项目", "上年金额（元）", "本年金额（元）", "增减（%）", "沿用指标", "降低指标"),
    *("提高指标", "改写指标", "取消指标", "新增指标", "全部沿用", "增钱不增目标", "已消除问题", "仍有问题", "新问题"),
)


def write_compare(old: Source, new: Source, *, kind: str = "table", verbose: bool = False, width: int = 100) -> str:
    """Compare two years and return the result.

    Parameters
    ----------
    old, new
        What ``indicators check --format json`` wrote: its path, its content, or a report read already.
    kind
        ``table``, ``json`` or ``csv``.
    verbose, width
        See :func:`comparison_text`.

    Raises
    ------
    ConfigError
        If one of them is no report.
    """
    comparison = compare(as_saved(old), as_saved(new))
    if kind == "json":
        return comparison_json(comparison)
    if kind == "csv":
        return comparison_csv(comparison)
    return comparison_text(comparison, verbose=verbose, width=width)


def comparison_text(comparison: Comparison, *, verbose: bool = False, width: int = 100) -> str:
    """Return a comparison as text: what deserves a look first.

    Parameters
    ----------
    verbose
        Whether projects without anything to say are listed too.
    width
        Columns of the screen.
    """
    pairs = comparison.pairs
    lines = [
        f"{comparison.old_name} → {comparison.new_name}",
        f"两年都有的项目 {len(pairs)} 个，上年才有 {len(comparison.ended)} 个，本年新增 {len(comparison.begun)} 个。",
        f"全部指标原样沿用 {sum(pair.carried_over for pair in pairs)} 个；"
        f"有目标降低 {sum(bool(pair.changed('lowered')) for pair in pairs)} 个；"
        f"资金增加而目标不变 {sum(pair.money_without_targets for pair in pairs)} 个。",
        f"问题：已消除 {sum(len(pair.fixed) for pair in pairs)}，仍存在 {sum(len(pair.recurring) for pair in pairs)}，"
        f"新出现 {sum(len(pair.fresh) for pair in pairs)}。",
    ]
    for pair in sorted(pairs, key=_weight, reverse=True):
        said = list(_sentences(pair))
        if said or verbose:
            lines += ["", *_folded(f"■ {clean(pair.new.project)}　{clean(pair.new.unit)}　{_money(pair)}", width, "  ")]
            if clean(pair.old.project) != clean(pair.new.project):
                lines += _folded(f"  上年名称：{clean(pair.old.project)}", width, "    ")
            for sentence in said:
                lines += _folded(f"  {clean(sentence)}", width, "    ")
    lines += _listed("上年才有", comparison.ended, width) + _listed("本年新增", comparison.begun, width)
    return "\n".join(lines) + "\n"


def _folded(text: str, width: int, indent: str) -> list[str]:
    lead = text[: len(text) - len(text.lstrip(" "))]
    first, *rest = fold(text.lstrip(" "), width - len(indent)).splitlines() or [""]
    return [lead + first, *(indent + line for line in rest)]


def _weight(pair: Pair) -> tuple[int, Decimal]:
    weight = 4 * pair.money_without_targets + 2 * len(pair.changed("lowered")) + pair.carried_over + len(pair.fresh)
    return weight, pair.new.amount or Decimal(0)


def _sentences(pair: Pair) -> Iterator[str]:
    if pair.money_without_targets:
        yield "资金增加，指标没有增加也没有提高。"
    if pair.carried_over:
        yield f"{len(pair.indicators)} 条指标全部照抄上年。"
    for item in pair.changed("lowered"):
        more = item.old.number is not None and item.new.number is not None and item.new.number > item.old.number
        change = f"{item.new.level2}“{item.new.name}” {item.old.value} → {item.new.value}"
        yield f"目标{'放宽' if more else '降低'}：{change}"
    if pair.dropped:
        yield "取消的指标：" + "；".join(_indicator(item) for item in pair.dropped)
    yield from (f"新问题：{_finding(item)}" for item in pair.fresh)
    yield from (f"上年就有的问题：{_finding(item)}" for item in pair.recurring if item.severity == "error")
    if pair.fixed:
        yield "已消除的问题：" + "、".join(dict.fromkeys(f"{item.rule} {item.title}".strip() for item in pair.fixed))


def _indicator(item: SavedIndicator) -> str:
    return f"{item.name} {item.value}".strip()


def _finding(item: SavedFinding) -> str:
    return f"{SEVERITY_NAMES.get(item.severity, item.severity)} {item.rule} {item.message}"


def _money(pair: Pair) -> str:
    if pair.old.amount is None or pair.new.amount is None:
        return "金额不全"
    if pair.old.amount == pair.new.amount:
        return f"{pair.new.amount:,f} 元，两年相同"
    ratio = pair.money_ratio
    change = f"（{(ratio - 1) * 100:+.1f}%）" if ratio is not None else ""
    return f"{pair.old.amount:,f} → {pair.new.amount:,f} 元{change}"


def _listed(title: str, forms: tuple[SavedForm, ...], width: int) -> list[str]:
    if not forms:
        return []
    lines = ["", f"■ {title}（{len(forms)}）"]
    for form in forms:
        amount = f"　{form.amount:,f} 元" if form.amount is not None else ""
        lines += _folded(f"  {clean(form.project or '（无项目名称）')}　{clean(form.unit)}{amount}", width, "    ")
    return lines


def comparison_json(comparison: Comparison) -> str:
    """Return a comparison as JSON: ``pairs``, ``ended`` and ``begun``."""
    data = {
        "schema": "indicators.comparison",
        "version": 1,
        "old": comparison.old_name,
        "new": comparison.new_name,
        "pairs": [_pair_dict(pair) for pair in comparison.pairs],
        "ended": [_form_dict(form) for form in comparison.ended],
        "begun": [_form_dict(form) for form in comparison.begun],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _form_dict(form: SavedForm) -> dict[str, Any]:
    amount = float(form.amount) if form.amount is not None else None
    return {"source": form.source, "form": form.index, "unit": form.unit, "project": form.project, "amount": amount}


def _pair_dict(pair: Pair) -> dict[str, Any]:
    return {
        "old": _form_dict(pair.old),
        "new": _form_dict(pair.new),
        "likeness": round(pair.likeness, 1),
        "carried_over": pair.carried_over,
        "money_without_targets": pair.money_without_targets,
        "indicators": [
            {
                "level2": item.new.level2,
                "name": item.new.name,
                "old": item.old.value,
                "new": item.new.value,
                "change": item.change,
            }
            for item in pair.indicators
        ],
        "dropped": [{"level2": item.level2, "name": item.name, "value": item.value} for item in pair.dropped],
        "added": [{"level2": item.level2, "name": item.name, "value": item.value} for item in pair.added],
        **{
            key: [{"rule": item.rule, "severity": item.severity, "message": item.message} for item in found]
            for key, found in (("fixed", pair.fixed), ("recurring", pair.recurring), ("fresh", pair.fresh))
        },
    }


def comparison_csv(comparison: Comparison) -> str:
    """Return one row a project that stands in both years."""
    return csv_text((_CSV, *map(_csv_row, comparison.pairs)))


def _csv_row(pair: Pair) -> tuple[object, ...]:
    return (
        pair.new.unit,
        pair.old.project,
        pair.new.project,
        pair.old.amount,
        pair.new.amount,
        round((pair.money_ratio - 1) * 100, 1) if pair.money_ratio is not None else None,
        *(len(pair.changed(kind)) for kind in ("same", "lowered", "raised", "reworded")),
        len(pair.dropped),
        len(pair.added),
        "是" if pair.carried_over else "否",
        "是" if pair.money_without_targets else "否",
        len(pair.fixed),
        len(pair.recurring),
        len(pair.fresh),
    )
