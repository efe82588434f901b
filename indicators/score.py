"""From findings to a reference score (参考分, 机器初审) and to the order in which a person should read the forms.

Score
-----
Each dimension starts with its full points. A finding costs a share of them by severity (``score.toml``), a second
finding of the same rule in the same form half of that, up to a limit by rule. Where rules could not be asked (no budget
table, one side only), those that could be asked weigh more, so that a form is not rewarded for what it does not print:
the share is multiplied by the weight of all rules of the dimension over the weight of those that applied, within a
limit. A dimension never falls below zero; then its deductions are scaled to what there was to lose. Notes cost nothing.
Every point lost names its finding by fingerprint.

Priority
--------
``confidence x (a money + b findings + c vagueness)``, each part 0..1 and explained in ``score.toml``: much money, many
grave findings, vague indicators, read with certainty.

The weights are data; their source is not verified (待核).
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from indicators.catalogue import RuleSet
from indicators.errors import PackError
from indicators.packs import rules_dir
from indicators.records import Deduction, DocumentReport, Finding, Form, Score, Specificity

__all__ = ["HEADING", "Weights", "builtin_weights", "load_weights", "ranking", "score_document"]

HEADING = "参考分（机器初审）"
_TABLES = ("source", "dimensions", "grades", "severities", "deductions", "rules", "priority")
_PRIORITY = (
    "money",
    "findings",
    "vagueness",
    "money_from",
    "money_to",
    "error",
    "warning",
    "half",
    "unknown",
    "confidence_floor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The figures of ``score.toml``, which explains them."""

    dimensions: Mapping[str, float]
    grades: tuple[tuple[str, float], ...]
    severities: Mapping[str, float]
    repeat: float
    most_per_rule: float
    most_scaling: float
    rules: Mapping[str, float]
    priority: Mapping[str, float]
    verified: bool
    note: str


@cache
def builtin_weights() -> Weights:
    """Return the weights of the built-in pack, read once."""
    return load_weights(rules_dir() / "score.toml")


def load_weights(path: Path) -> Weights:
    """Read a ``score.toml``.

    Raises
    ------
    PackError
        If a table or figure is missing, unknown or no number; names the file and the key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError("评分文件读不出来", where=str(path), why=str(error)) from error
    for key in data:
        if key not in _TABLES:
            raise PackError(f"键 {key} 有误", where=str(path), why=f"可用的键：{'、'.join(_TABLES)}")
    source = data.get("source", {})
    deductions = _figures(data, "deductions", path, ("repeat", "most_per_rule", "most_scaling"))
    return Weights(
        dimensions=_figures(data, "dimensions", path),
        grades=tuple(sorted(_figures(data, "grades", path).items(), key=lambda item: -item[1])),
        severities=_figures(data, "severities", path, ("error", "warning", "note")),
        repeat=deductions["repeat"],
        most_per_rule=deductions["most_per_rule"],
        most_scaling=deductions["most_scaling"],
        rules=_figures(data, "rules", path),
        priority=_figures(data, "priority", path, _PRIORITY),
        verified=bool(source.get("verified", False)),
        note=str(source.get("note", "")),
    )


def _figures(data: Mapping[str, Any], table: str, path: Path, keys: Iterable[str] = ()) -> dict[str, float]:
    values = data.get(table, {})
    for key in keys:
        if key not in values:
            raise PackError(f"缺少键 {table}.{key}", where=str(path))
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or (keys and key not in keys):
            raise PackError(f"键 {table}.{key} 有误", where=str(path), why="没有这个键，或值不是数")
    return {key: float(value) for key, value in values.items()}


def score_document(report: DocumentReport, rules: RuleSet, weights: Weights | None = None) -> DocumentReport:
    """Return the report with a score for each form.

    Parameters
    ----------
    report
        As the engine gives it; accepted findings cost nothing.
    rules
        The rules it was judged by.
    weights
        ``None`` = those of the built-in pack.
    """
    weights = weights or builtin_weights()
    by_form: dict[int, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        if finding.form is not None:
            by_form[finding.form].append(finding)
    scaling = _scaling(report, rules, weights)
    scores = []
    for position, form in enumerate(report.extraction.forms):
        levels = report.specificity[position] if position < len(report.specificity) else ()
        scores.append(_score(form, by_form[form.index], scaling, levels, rules, weights))
    return replace(report, scores=tuple(scores))


def _scaling(report: DocumentReport, rules: RuleSet, weights: Weights) -> dict[tuple[int, str], float]:
    """Return, by form and dimension, how much heavier the rules weigh that could be asked."""
    full: dict[tuple[int, str], float] = defaultdict(float)
    asked: dict[tuple[int, str], float] = defaultdict(float)
    for outcome in report.outcomes:
        rule = rules.rules.get(outcome.rule)
        if rule is None or outcome.form is None:
            continue
        weight = weights.severities[rule.severity]
        full[outcome.form, rule.dimension] += weight
        if outcome.status != "skipped":
            asked[outcome.form, rule.dimension] += weight
    return {key: min(weights.most_scaling, full[key] / asked[key]) if asked[key] else 1.0 for key in full}


def _score(
    form: Form,
    findings: list[Finding],
    scaling: Mapping[tuple[int, str], float],
    levels: tuple[Specificity | None, ...],
    rules: RuleSet,
    weights: Weights,
) -> Score:
    dimensions = []
    deductions: list[Deduction] = []
    for name, most in weights.dimensions.items():
        lost = _deductions(name, most * scaling.get((form.index, name), 1.0), findings, rules, weights)
        total = sum(item.points for item in lost)
        if total > most:
            lost = [replace(item, points=item.points * most / total) for item in lost]
        dimensions.append((name, most - min(total, most)))
        deductions.extend(lost)
    points = sum(value for _, value in dimensions)
    known = [level.score for level in levels if level is not None]
    specificity = sum(known) / len(known) if known else None
    return Score(
        form=form.index,
        total=points,
        grade=next((grade for grade, least in weights.grades if round(points, 1) >= least), weights.grades[-1][0]),
        dimensions=tuple(dimensions),
        specificity=specificity,
        priority=_priority(form, findings, specificity, weights.priority),
        deductions=tuple(deductions),
    )


def _deductions(
    dimension: str, most: float, findings: list[Finding], rules: RuleSet, weights: Weights
) -> list[Deduction]:
    """Return what each finding of a dimension costs, before the dimension is exhausted."""
    lost: list[Deduction] = []
    spent: dict[str, float] = defaultdict(float)
    for finding in findings:
        rule = rules.rules.get(finding.rule)
        if rule is None or rule.dimension != dimension:
            continue
        one = most * weights.severities[finding.severity] * weights.rules.get(finding.rule, 1.0)
        cost = min(
            one if not spent[rule.code] else one * weights.repeat, one * weights.most_per_rule - spent[rule.code]
        )
        if cost > 0:
            spent[rule.code] += cost
            lost.append(Deduction(rule=rule.code, fingerprint=finding.fingerprint, dimension=dimension, points=cost))
    return lost


def _priority(form: Form, findings: list[Finding], specificity: float | None, p: Mapping[str, float]) -> float:
    amount = form.yuan() or form.yuan("lifetime") or Decimal(0)
    span = math.log(p["money_to"] / p["money_from"])
    money = math.log(float(amount) / p["money_from"]) / span if amount > 0 else 0.0
    weight = sum(p.get(finding.severity, 0.0) for finding in findings)
    parts = {
        "money": min(1.0, max(0.0, money)),
        "findings": 1 - 2 ** (-weight / p["half"]),
        "vagueness": 1 - specificity / 100 if specificity is not None else p["unknown"],
    }
    whole = sum(p[name] for name in parts)
    confidence = p["confidence_floor"] + (1 - p["confidence_floor"]) * form.confidence
    return confidence * sum(p[name] * value for name, value in parts.items()) / whole


def ranking(documents: Iterable[DocumentReport]) -> list[tuple[DocumentReport, Form, Score]]:
    """Return all forms of a run, those first whose reading by a person is worth most."""
    rows = [
        (document, form, score)
        for document in documents
        for form, score in zip(document.extraction.forms, document.scores)
    ]
    return sorted(rows, key=lambda row: (-row[2].priority, row[0].path, row[1].index))
