"""From findings to a reference score (参考分, 机器初审) and to the order in which a person should read the forms.

Score
-----
Each dimension starts with its full points. A finding costs a share of them by severity (``score.toml``), a second
finding of the same rule in the same form half of that, up to a limit by rule. An indicator that is empty or vague
(``hollow`` rules) costs its share of all indicators instead: a form whose indicators all are earns nothing for them.
Any error or warning costs a share of all points, so that no form with one is 优, which goes through unseen. Then
ceilings: a form cut off, without a goal, benefits or indicators cannot be judged and is no better than its ceiling; a
proven contradiction of funds costs a grade.
Notes cost nothing. What the model says costs nothing either, so that the score is the same without it, and findings
of rules on trial do not count. Every point lost names its finding by fingerprint.
A form that was not understood has no score.

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
from indicators.checks import plain
from indicators.errors import PackError
from indicators.packs import rules_dir
from indicators.records import SEVERITIES, Deduction, DocumentReport, Finding, Form, Score, Specificity
from indicators.toml import parse_toml

__all__ = ["HEADING", "Weights", "builtin_weights", "load_weights", "ranking", "score_document"]

#: What limits a score, in the order in which it is applied.
_LIMITS = ("share", "bound", "grade")
HEADING = "参考分（机器初审）"
_TABLES = ("source", "dimensions", "grades", "severities", "deductions", "rules", "hollow", "ceilings", "priority")
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
    hollow_power: float
    hollow: Mapping[str, float]
    ceilings: Mapping[str, float]
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
        data = parse_toml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError("评分文件读不出来", where=str(path), why=str(error)) from error
    for key in data:
        if key not in _TABLES:
            raise PackError(f"键 {key} 有误", where=str(path), why=f"可用的键：{'、'.join(_TABLES)}")
    source = data.get("source", {})
    deductions = _figures(data, "deductions", path, ("repeat", "most_per_rule", "hollow_power"))
    return Weights(
        dimensions=_figures(data, "dimensions", path),
        grades=tuple(sorted(_figures(data, "grades", path).items(), key=lambda item: -item[1])),
        severities=_figures(data, "severities", path, SEVERITIES),
        repeat=deductions["repeat"],
        most_per_rule=deductions["most_per_rule"],
        hollow_power=deductions["hollow_power"],
        hollow=_figures(data, "hollow", path),
        ceilings=_figures(data, "ceilings", path),
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
    """Return the report with a score for each form that was understood.

    Parameters
    ----------
    report
        As the engine gives it with the whole catalogue; accepted findings cost nothing.
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
    scores = []
    for position, form in enumerate(report.extraction.forms):
        if form.reading == "not understood":
            continue
        levels = report.specificity[position] if position < len(report.specificity) else ()
        scores.append(_score(form, by_form[form.index], levels, rules, weights))
    return replace(report, scores=tuple(scores))


def _score(
    form: Form, findings: list[Finding], levels: tuple[Specificity | None, ...], rules: RuleSet, weights: Weights
) -> Score:
    counted = [item for item in findings if item.rule in rules.rules and not rules.rules[item.rule].preview]
    deductions: list[Deduction] = []
    for name, most in weights.dimensions.items():
        lost = [*_deductions(name, most, counted, rules, weights), *_hollow(form, name, most, counted, weights)]
        total = sum(item.points for item in lost)
        if total > most:
            lost = [replace(item, points=item.points * most / total) for item in lost]
        deductions.extend(lost)
    for kind, figure, finding in _ceilings(counted, rules, weights):
        left = _left(deductions, weights)
        points = sum(left.values())
        most = figure
        if kind == "share":
            # A share, not a bound: a form with one fault and a form with five must not end on the same points.
            most = points * figure / 100
        elif kind == "grade":
            # A grade less than without it: just below the lower end of the grade the form has.
            most = _grade(points, weights)[1] - 1
        if points > most >= 0:
            deductions += [
                Deduction(
                    rule=finding.rule,
                    fingerprint=finding.fingerprint,
                    dimension=name,
                    points=value * (1 - most / points),
                )
                for name, value in left.items()
                if value > 0
            ]
    left = _left(deductions, weights)
    known = [level.score for level in levels if level is not None]
    specificity = sum(known) / len(known) if known else None
    return Score(
        form=form.index,
        total=sum(left.values()),
        grade=_grade(sum(left.values()), weights)[0],
        dimensions=tuple(left.items()),
        specificity=specificity,
        priority=_priority(form, findings, specificity, weights.priority),
        deductions=tuple(deductions),
    )


def _left(deductions: list[Deduction], weights: Weights) -> dict[str, float]:
    lost: dict[str, float] = defaultdict(float)
    for item in deductions:
        lost[item.dimension] += item.points
    return {name: max(0.0, most - lost[name]) for name, most in weights.dimensions.items()}


def _grade(points: float, weights: Weights) -> tuple[str, float]:
    return next((row for row in weights.grades if round(points, 1) >= row[1]), weights.grades[-1])


def _ceilings(findings: list[Finding], rules: RuleSet, weights: Weights) -> list[tuple[str, float, Finding]]:
    """Return what limits a form, in order: the share any fault leaves, bounds, the lowest last, and lost grades."""
    found: dict[str, tuple[str, float, Finding]] = {}
    for finding in findings:
        code, free = finding.rule, weights.rules.get(finding.rule, 1.0) == 0
        if free or finding.severity == "note" or rules.rules[code].dimension not in weights.dimensions:
            continue
        found.setdefault("any", ("share", weights.ceilings["any"], finding))
        if code == "S112" and not finding.subject.endswith("annual"):
            continue
        figure = weights.ceilings.get(code)
        if figure is not None and figure >= 0:
            found.setdefault(code, ("bound", figure, finding))
        elif figure is not None and finding.severity == "error":
            found.setdefault(code, ("grade", figure, finding))
    return sorted(found.values(), key=lambda row: (_LIMITS.index(row[0]), -row[1]))


def _hollow(form: Form, dimension: str, most: float, findings: list[Finding], weights: Weights) -> list[Deduction]:
    """Return what empty and vague indicators cost in a dimension: their share of all that are printed."""
    share = weights.hollow.get(dimension, 0.0)
    filled = sum(not item.empty for item in form.indicators)
    seen: set[int] = set()
    parts: list[tuple[Finding, float]] = []
    for finding in findings:
        if finding.rule not in weights.hollow or finding.severity == "note":
            continue
        if finding.indicator is None or finding.indicator in seen:
            continue
        seen.add(finding.indicator)
        twins = len(form.sides) if len(form.sides) > 1 and _twin(form, finding.indicator) else 1
        parts.append((finding, weights.hollow[finding.rule] * twins / max(filled, 1)))
    whole = min(sum(part for _, part in parts), 1.0)
    # The first vague row weighs more than the sixth: readers say so.
    scale = most * share * whole ** (weights.hollow_power - 1) if whole > 0 else 0.0
    return [
        Deduction(rule=finding.rule, fingerprint=finding.fingerprint, dimension=dimension, points=scale * part)
        for finding, part in parts
        if scale * part > 0
    ]


def _twin(form: Form, number: int) -> bool:
    """Whether the other side prints the same indicator, perhaps cut off by its cell: a finding speaks for both."""
    item = form.indicators[number]
    return any(
        other.horizon != item.horizon and _cut_off(other.name, item.name) and _cut_off(other.value, item.value)
        for other in form.indicators
        if other.level2 == item.level2
    )


def _cut_off(one: str, other: str) -> bool:
    first, second = plain(one), plain(other)
    return first == second or (bool(first and second) and (first.startswith(second) or second.startswith(first)))


def _deductions(
    dimension: str, most: float, findings: list[Finding], rules: RuleSet, weights: Weights
) -> list[Deduction]:
    """Return what each finding of a dimension costs, before the dimension is exhausted."""
    lost: list[Deduction] = []
    spent: dict[str, float] = defaultdict(float)
    for finding in findings:
        rule = rules.rules[finding.rule]
        if rule.dimension != dimension or (rule.code in weights.hollow and finding.indicator is not None):
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
        for scores in ({score.form: score for score in document.scores},)
        for form in document.extraction.forms
        if (score := scores.get(form.index)) is not None
    ]
    return sorted(rows, key=lambda row: (-row[2].priority, row[0].path, row[1].index))
