"""Runs the examples of rule files: patches of the faultless document, and what they must give.

``[[bad]]`` and ``[[good]]`` of a rule file patch form 0 of ``rules/faultless.toml`` (a one-year project of several
sources with two sides). Keys of a patch:

=================  ===============================================================================================
text fields        ``project_name``, ``overview``, ``basis``, ``plan``, ``project_period`` …; ``goal`` is one text or
                   ``{ lifetime = …, annual = … }``. ``""`` = printed but blank; ``false`` = not printed by the layout
``funds``          ``{ annual = { total = "100", local = "100" }, lifetime = …, both = … }``: a side that is given is
                   replaced as a whole; ``""`` = blank cell, a source left out = not printed
``indicators``     replaces all; ``{ level2, name, value }`` stands on every side, with ``horizon`` on that one
``indicator``      replaces the category of this one (on both sides, or on ``horizon``)
``append``         further indicators
``drop``           categories taken out: ``["成本指标"]``, on one side: ``["annual 成本指标"]``
``title`` ``year`` ``sides`` ``fund_unit`` ``form_type`` ``overall``   of the form
``confidence``     0..1 of the form and all its cells
``reading``        ``doubtful`` or ``not understood``, with ``doubts`` = the reasons
``form``           patch this form (0, 1, or 2 = the overall form) instead of form 0
``forms``          further forms, each a patch of form 0; with ``bare = true`` of a form without texts and indicators
``alone``          ``true``: only form 0, without other forms, budget lines, tables and statements
``budget_lines`` ``budget_tables`` ``statements`` ``marks`` ``lines``   replace those of the document
``document``       ``{ fiscal_year = 2023, department = "…" }``; ``fiscal_year = 0`` = unknown; ``forms = 0`` = no form
``specificity``    level 0..3 the classifier gives every indicator of the form; a list = one by one
=================  ===============================================================================================

Beside the patch a case may have ``note``, ``expect`` (evidence of the finding, as text), ``severity`` and ``also``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from indicators.catalogue import Case, Rule, RuleSet
from indicators.config import Config
from indicators.engine import check_extraction
from indicators.errors import PackError
from indicators.packs import rules_dir
from indicators.quantities import parse_amount, parse_dates, parse_quantity
from indicators.records import (
    HORIZONS,
    SOURCES,
    BudgetLine,
    BudgetRow,
    BudgetTable,
    Document,
    DocumentReport,
    Extraction,
    Field,
    Form,
    FundLine,
    Indicator,
    Line,
    Location,
    Mark,
    Note,
    Specificity,
    Statement,
)
from indicators.toml import parse_toml
from indicators.vocabulary import LEVEL1_OF, LEVEL2_ORDER

__all__ = ["CaseResult", "Scene", "build", "faultless", "messages", "run_case", "run_cases", "side_effects"]

_TEXTS = (
    "project_name",
    "department",
    "implementing_unit",
    "project_attribute",
    "project_period",
    "overview",
    "basis",
    "necessity",
    "measures",
    "plan",
    "leader",
    "handler",
    "contact_phone",
    "filled_on",
)
_FORM_KEYS = {*_TEXTS, "goal", "funds", "indicators", "title", "year", "sides", "fund_unit", "form_type", "overall"}
_FORM_KEYS |= {"confidence", "indicator", "append", "drop", "bare", "reading", "doubts"}
_DOCUMENT_KEYS = {"budget_lines", "budget_tables", "statements", "marks", "document", "forms", "form", "alone", "lines"}
_DOCUMENT_KEYS |= {"specificity"}
_BARE = {"overview", "basis", "necessity", "measures", "plan", "goal"}


@dataclass(frozen=True, slots=True)
class Scene:
    """What a patch makes of the faultless document."""

    extraction: Extraction
    specificity: tuple[tuple[Specificity | None, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """Whether a case gave what it must; ``message`` says in Chinese what was wrong."""

    rule: str
    kind: str
    number: int
    passed: bool
    message: str = ""


def faultless() -> Scene:
    """Return the faultless document."""
    return build({})


def build(patch: Mapping[str, Any], *, where: str = "") -> Scene:
    """Return the faultless document with a patch applied.

    Parameters
    ----------
    patch
        See the module.
    where
        File of the case, for errors.

    Raises
    ------
    PackError
        If the patch has an unknown key.
    """
    unknown = set(patch) - _FORM_KEYS - _DOCUMENT_KEYS
    if unknown:
        raise PackError(f"例子里没有这个键：{'、'.join(sorted(unknown))}", where=where, remedy="见 indicators/cases.py")
    spec = copy.deepcopy(_spec())
    base = spec["forms"][0]
    if patch.get("alone"):
        spec["forms"] = [base]
        spec |= {"budget_lines": [], "budget_tables": [], "statements": []}
        spec["document"]["lines"] = []
    further = [_patched(copy.deepcopy(base), form, where) for form in patch.get("forms", ())]
    target = int(patch.get("form", 0))
    spec["forms"][target] = _patched(spec["forms"][target], patch, where)
    spec["forms"].extend(further)
    for key in ("budget_lines", "budget_tables", "statements", "marks"):
        if key in patch:
            spec[key] = patch[key]
    spec["document"] |= patch.get("document", {})
    if spec["document"].get("forms") == 0:
        spec["forms"] = []
    if "lines" in patch:
        spec["document"]["lines"] = patch["lines"]
    extraction = _extraction(spec)
    return Scene(extraction, _levels(extraction, target, patch.get("specificity")))


@cache
def _spec() -> dict[str, Any]:
    path = rules_dir() / "faultless.toml"
    return parse_toml(path.read_text(encoding="utf-8"))


def _patched(form: dict[str, Any], patch: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Apply the keys of a patch that concern one form."""
    unknown = set(patch) - _FORM_KEYS - _DOCUMENT_KEYS
    if unknown:
        raise PackError(f"例子里没有这个键：{'、'.join(sorted(unknown))}", where=where, remedy="见 indicators/cases.py")
    if patch.get("bare"):
        form = {key: value for key, value in form.items() if key not in _BARE} | {"indicators": []}
    for key in (*_TEXTS, "title", "year", "sides", "fund_unit", "form_type", "overall", "indicators"):
        if key in patch:
            form[key] = patch[key]
    form |= {key: patch[key] for key in ("confidence", "reading", "doubts") if key in patch}
    if "goal" in patch:
        goal = patch["goal"]
        form["goal"] = {**_sided(form.get("goal", {})), **goal} if isinstance(goal, Mapping) else goal
    if "funds" in patch:
        form["funds"] = {**_sided(form.get("funds", {})), **_sided(patch["funds"])}
    for removed in patch.get("drop", ()):
        horizon, _, level2 = removed.rpartition(" ")
        form["indicators"] = _without(form["indicators"], level2, horizon)
    if "indicator" in patch:
        item = patch["indicator"]
        form["indicators"] = [*_without(form["indicators"], item["level2"], item.get("horizon", "")), item]
    form["indicators"] = [*form.get("indicators", ()), *patch.get("append", ())]
    return form


def _sided(value: Any) -> dict[str, Any]:
    """Return a value for both sides as one for each."""
    if not isinstance(value, Mapping):
        return dict.fromkeys(HORIZONS, value)
    if "both" in value:
        return {**dict.fromkeys(HORIZONS, value["both"]), **{key: part for key, part in value.items() if key != "both"}}
    return dict(value)


def _without(items: Iterable[Mapping[str, Any]], level2: str, horizon: str) -> list[dict[str, Any]]:
    """Take a category out, on one side only where ``horizon`` says so."""
    kept: list[dict[str, Any]] = []
    for item in items:
        if item["level2"] != level2 or (horizon and item.get("horizon", horizon) != horizon):
            kept.append(dict(item))
        elif horizon and "horizon" not in item:
            kept.extend({**item, "horizon": side} for side in HORIZONS if side != horizon)
    return kept


def _extraction(spec: Mapping[str, Any]) -> Extraction:
    lines = count(1)
    info = spec["document"]
    blocks = tuple(Line(text=text, at=Location(line=next(lines))) for text in info.get("lines", ()))
    marks = tuple(
        Mark(text=item["text"], kind=item.get("kind", "header"), at=_at(lines)) for item in spec.get("marks", ())
    )
    document = Document(
        name="示例.txt", sha256="0" * 64, media_type="text/plain", reader="text", blocks=blocks, marks=marks
    )
    return Extraction(
        document=document,
        department=info["department"],
        fiscal_year=info["fiscal_year"] or None,
        forms=tuple(_form(number, form, lines) for number, form in enumerate(spec["forms"])),
        budget_lines=tuple(_budget_line(item, lines) for item in spec["budget_lines"]),
        budget_tables=tuple(_budget_table(item, lines) for item in spec["budget_tables"]),
        statements=tuple(
            Statement(
                kind=item["kind"],
                figures=tuple((name, Decimal(value)) for name, value in item.get("figures", {}).items()),
                text=item.get("text", ""),
                at=_at(lines),
            )
            for item in spec["statements"]
        ),
    )


def _at(lines: Iterator[int]) -> Location:
    return Location(line=next(lines))


def _form(index: int, spec: Mapping[str, Any], lines: Iterator[int]) -> Form:
    sides = tuple(spec["sides"])
    confidence = float(spec.get("confidence", 1.0))
    texts = {name: spec[name] for name in _TEXTS if spec.get(name, False) is not False}
    if spec.get("goal", False) is not False:
        texts |= {
            f"goal.{side}": text for side, text in _sided(spec["goal"]).items() if side in sides and text is not False
        }
    return Form(
        index=index,
        form_type=spec["form_type"],
        title=spec["title"],
        year=spec["year"] or None,
        family=1 if len(sides) == 2 else 2,
        sides=sides,
        at=_at(lines),
        fields=tuple(Field(path=path, text=text, at=_at(lines), confidence=confidence) for path, text in texts.items()),
        funds=tuple(_funds(spec, sides, lines)),
        fund_unit=spec["fund_unit"],
        indicators=tuple(_indicators(spec, sides, confidence, lines)),
        overall=tuple(Field(path=path, text=text, at=_at(lines)) for path, text in spec.get("overall", {}).items()),
        confidence=confidence,
        reading=spec.get("reading", "understood"),
        doubts=tuple(Note(code="doubt", message=text) for text in spec.get("doubts", ())),
    )


def _funds(spec: Mapping[str, Any], sides: tuple[str, ...], lines: Iterator[int]) -> Iterator[FundLine]:
    for horizon, cells in _sided(spec.get("funds", {})).items():
        for source in (*SOURCES, "further", "fiscal", "carried"):
            if horizon in sides and source in cells:
                yield FundLine(
                    horizon=horizon,  # type: ignore[arg-type]
                    source=source,
                    amount=parse_amount(cells[source]),
                    unit=spec["fund_unit"],
                    at=_at(lines),
                    text=cells[source],
                )


def _indicators(
    spec: Mapping[str, Any], sides: tuple[str, ...], confidence: float, lines: Iterator[int]
) -> Iterator[Indicator]:
    for horizon in sides:
        items = [item for item in spec["indicators"] if item.get("horizon", horizon) == horizon]
        for item in sorted(items, key=lambda item: (*LEVEL2_ORDER, "").index(item["level2"])):
            name, value = item.get("name", ""), item.get("value", "")
            yield Indicator(
                horizon=horizon,  # type: ignore[arg-type]
                level1=item["level1"] if "level1" in item else LEVEL1_OF[item["level2"]],
                level2=item["level2"],
                name=name,
                value=value,
                quantity=parse_quantity(value),
                dates=parse_dates(value),
                at=_at(lines),
                confidence=float(item.get("confidence", confidence)),
                attributes=tuple(item.get("attributes", {}).items()),
            )


def _budget_line(item: Mapping[str, Any], lines: Iterator[int]) -> BudgetLine:
    return BudgetLine(
        unit=item.get("unit", ""),
        project=item["project"],
        amount=parse_amount(item["amount"]),
        amount_unit=item.get("amount_unit", "万元"),
        table=item.get("table", "current"),
        at=_at(lines),
    )


def _budget_table(item: Mapping[str, Any], lines: Iterator[int]) -> BudgetTable:
    rows = tuple(
        BudgetRow(
            label=row["label"],
            code=row.get("code", ""),
            amounts=tuple(parse_amount(text) for text in row["amounts"]),
            at=_at(lines),
        )
        for row in item.get("rows", ())
    )
    return BudgetTable(
        kind=item["kind"],
        title=item.get("title", ""),
        unit=item.get("unit", "万元"),
        columns=tuple(item.get("columns", ())),
        rows=rows,
        empty=item.get("empty", not rows),
        at=_at(lines),
    )


def _levels(extraction: Extraction, target: int, given: Any) -> tuple[tuple[Specificity | None, ...], ...]:
    if given is None:
        return ()
    judged = []
    for form in extraction.forms:
        size = len(form.indicators)
        levels = [3] * size if form.index != target else given if isinstance(given, list) else [int(given)] * size
        judged.append(tuple(_level(levels[n]) if n < len(levels) else None for n in range(size)))
    return tuple(judged)


def _level(level: int) -> Specificity:
    chances = tuple(0.91 if n == level else 0.03 for n in range(4))
    return Specificity(level=level, score=level * 100 / 3, probabilities=chances, reasons=("例",))  # type: ignore[arg-type]


def run_case(rules: RuleSet, rule: Rule, kind: str, number: int) -> CaseResult:
    """Run one example: a bad one must give a finding of the rule with the expected evidence, a good one none.

    Parameters
    ----------
    kind
        ``bad`` or ``good``.
    number
        From 0.
    """
    case: Case = (rule.bad if kind == "bad" else rule.good)[number]
    report = _judge(build(case.patch, where=str(rule.path)), rules, (rule.code, "X901"))
    crashed = [item for item in report.findings if item.rule == "X901"]
    found = [item for item in report.findings if item.rule == rule.code]
    problem = ""
    if crashed and rule.code != "X901":
        problem = crashed[0].message
    elif kind == "good" and found:
        problem = f"正例不应报出，却报出：{found[0].message}"
    elif kind == "bad":
        problem = _missing(case, [(item.severity, dict(item.values), item.message) for item in found])
    return CaseResult(rule=rule.code, kind=kind, number=number, passed=not problem, message=problem)


def messages(rules: RuleSet, rule: Rule, case: Case) -> tuple[str, ...]:
    """Return what a rule says about an example."""
    report = _judge(build(case.patch, where=str(rule.path)), rules, (rule.code,))
    return tuple(item.message for item in report.findings if item.rule == rule.code)


def _missing(case: Case, found: list[tuple[str, dict[str, str], str]]) -> str:
    if not found:
        return "反例应当报出，却没有报出"
    for severity, values, _ in found:
        if all(values.get(name) == text for name, text in case.expect.items()) and case.severity in ("", severity):
            return ""
    got = "；".join(f"[{severity}] {values}" for severity, values, _ in found[:3])
    return f"报出的证据与 expect 不符：要 {dict(case.expect)} {case.severity}，得 {got}"


def run_cases(rules: RuleSet, codes: Iterable[str] | None = None) -> tuple[CaseResult, ...]:
    """Run the examples of some rules, or of all."""
    chosen = [rule for rule in rules if codes is None or rule.code in set(codes)]
    return tuple(
        run_case(rules, rule, kind, number)
        for rule in chosen
        for kind, cases in (("bad", rule.bad), ("good", rule.good))
        for number in range(len(cases))
    )


def _judge(scene: Scene, rules: RuleSet, codes: tuple[str, ...]) -> DocumentReport:
    return check_extraction(scene.extraction, rules, Config(select=codes, preview=True), scene.specificity)


def side_effects(rules: RuleSet, rule: Rule) -> tuple[str, ...]:
    """Return the rules that the first bad example sets off beside its own, those it declares in ``also`` left out."""
    case = rule.bad[0]
    report = _judge(build(case.patch, where=str(rule.path)), rules, tuple(item.code for item in rules))
    # Further forms of a case are scenery: only the three faultless ones are complete.
    own = {item.rule for item in report.findings if item.form is None or item.form < len(_spec()["forms"])}
    return tuple(sorted(own - {rule.code, *case.also}))
