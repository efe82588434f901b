"""Runs the rules over what was read out of one document.

The engine adds to each hit of a check what the check does not know: code, severity, wording, place, subject and
fingerprint. It decides what is not reported: rules that are off, twins on the other side of a form, lesser wordings
of the same fault, accepted findings.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from time import perf_counter

from indicators.catalogue import Rule, RuleSet, with_params
from indicators.checks import Context, Hit, NotApplicable, plain
from indicators.config import Config
from indicators.records import (
    DocumentReport,
    Extraction,
    Field,
    Finding,
    Form,
    FundLine,
    Indicator,
    Line,
    Location,
    Outcome,
    Severity,
    Specificity,
    Statement,
)
from indicators.wording import evidence, facts, fill

__all__ = ["Statistics", "active_rules", "check_extraction", "tool_finding"]

_RANK = {"error": 0, "warning": 1, "note": 2}
_CHECK_ORIGINAL = "（请核对原件）"
_CRASHED = "X901"


@dataclass(slots=True)
class Statistics:
    """Findings and seconds by rule, added up over the documents of a run."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)

    def rows(self) -> tuple[tuple[str, int, float], ...]:
        """Return ``(code, findings, seconds)``, slowest first."""
        codes = sorted(self.seconds, key=lambda code: -self.seconds[code])
        return tuple((code, self.counts[code], float(self.seconds[code])) for code in codes)


@dataclass(frozen=True, slots=True)
class _Raw:
    """A hit with the rule that made it and the form and indicator it belongs to."""

    rule: Rule
    hit: Hit
    form: Form | None
    indicator: int | None
    horizon: str = ""


def active_rules(rules: RuleSet, config: Config, path: str = "") -> frozenset[str]:
    """Return the codes whose findings are reported for a document, by its path."""
    ignored = (*config.ignore, *config.ignored_for(path))
    return frozenset(rule.code for rule in rules if _selected(rule, config) and not rule.code.startswith(ignored))


def _selected(rule: Rule, config: Config) -> bool:
    named = rule.code in config.select or rule.code in config.extend_select
    if rule.preview and not config.preview:
        return False
    if named:
        return True
    if not rule.default:
        return False
    return not config.select or rule.code.startswith(config.select)


def check_extraction(
    extraction: Extraction,
    rules: RuleSet,
    config: Config | None = None,
    specificity: tuple[tuple[Specificity | None, ...], ...] = (),
    *,
    path: str = "",
    statistics: Statistics | None = None,
) -> DocumentReport:
    """Judge one document.

    Parameters
    ----------
    extraction
        What was read out of it.
    rules
        The packs.
    config
        Settings; ``None`` = the defaults.
    specificity
        The classifier's judgement, ``[form][indicator]``; empty without the classifier.
    path
        How the user named the file, for per-path ignores.
    statistics
        Added to, if given.

    Returns
    -------
    DocumentReport
        Without scores; see ``indicators.score``.
    """
    config = config or Config()
    run = _Run(extraction, rules, config, specificity, active_rules(rules, config, path), statistics or Statistics())
    raws = _without_twins(_most_telling(run.raws(), rules.one_of))
    findings = _identified(raws, extraction, config)
    reported = tuple(item for item in findings if config.acceptance(item.fingerprint) is None)
    accepted = tuple(item for item in findings if config.acceptance(item.fingerprint) is not None)
    run.statistics.counts.update(item.rule for item in findings)
    return DocumentReport(
        extraction=extraction,
        findings=reported,
        outcomes=tuple(run.outcomes),
        specificity=specificity,
        accepted=accepted,
        path=path,
    )


class _Run:
    """One pass of all rules over one document."""

    def __init__(
        self,
        extraction: Extraction,
        rules: RuleSet,
        config: Config,
        specificity: tuple[tuple[Specificity | None, ...], ...],
        active: frozenset[str],
        statistics: Statistics,
    ) -> None:
        self.extraction = extraction
        self.context = Context(extraction, specificity)
        self.active = active
        self.statistics = statistics
        self.outcomes: list[Outcome] = []
        needed = _closure(rules, active)
        where = str(config.path or "indicators.toml")
        self.rules = [
            with_params(rule, config.thresholds[rule.code], rules, where=where)
            if rule.code in config.thresholds
            else rule
            for rule in rules.order()
            if rule.code in needed
        ]
        self.crash_rule = rules.get(_CRASHED)
        self.filled = [
            [(number, item) for number, item in enumerate(form.indicators) if not item.empty]
            for form in extraction.forms
        ]
        # What fired where, before anything is taken out: (form, indicator) by code, for ``requires``.
        self.fired: dict[str, set[tuple[int | None, int | None]]] = {}
        self.fired_forms: dict[str, set[int | None]] = {}
        self.crashed: set[str] = set()

    def raws(self) -> list[_Raw]:
        found: list[_Raw] = []
        for rule in self.rules:
            self.fired[rule.code] = set()
            self.fired_forms[rule.code] = set()
            started = perf_counter()
            forms: tuple[Form | None, ...] = (None,) if rule.scope == "document" else self.extraction.forms
            for form in forms:
                if form is not None and rule.form_types and form.form_type not in rule.form_types:
                    continue
                hits = self.ask(rule, form)
                if rule.code in self.active:
                    found.extend(hits)
            self.statistics.seconds[rule.code] += perf_counter() - started  # type: ignore[assignment]
        return found

    def ask(self, rule: Rule, form: Form | None) -> list[_Raw]:
        """Ask one rule of one form (or of the document); a crash becomes a finding."""
        number = form.index if form is not None else None
        try:
            hits = [self.placed(rule, hit, form, indicator) for hit, indicator in self.hits(rule, form)]
        except NotApplicable:
            self.note(rule, number, "skipped")
            return []
        except Exception as error:
            self.note(rule, number, "skipped")
            return self.crash(rule, form, error)
        for raw in hits:
            at = raw.form.index if raw.form else None
            self.fired[rule.code].add((at, raw.indicator))
            self.fired_forms[rule.code].add(at)
        self.note(rule, number, "failed" if hits else "passed")
        return hits

    def note(self, rule: Rule, form: int | None, status: str) -> None:
        if rule.code in self.active:
            self.outcomes.append(Outcome(rule=rule.code, form=form, status=status))  # type: ignore[arg-type]

    def hits(self, rule: Rule, form: Form | None) -> Iterator[tuple[Hit, int | None]]:
        function, arguments = rule.check.function, rule.arguments
        if form is None:
            if any(self.fired[code] for code in rule.requires):
                raise NotApplicable
            given = self.given(rule, None, None)
            yield from ((hit, None) for hit in function(*given, **arguments))
        elif rule.scope == "form":
            if any(form.index in self.fired_forms[code] for code in rule.requires):
                raise NotApplicable
            given = self.given(rule, form, None)
            yield from ((hit, None) for hit in function(*given, **arguments))
        else:
            yield from self.indicator_hits(rule, form)

    def indicator_hits(self, rule: Rule, form: Form) -> Iterator[tuple[Hit, int | None]]:
        function, arguments = rule.check.function, rule.arguments
        if any((form.index, None) in self.fired[code] for code in rule.requires):
            raise NotApplicable
        given = self.given(rule, form, None)
        slot = rule.check.takes.index("indicator")
        asked = 0
        for number, item in self.filled[form.index]:
            if rule.categories and item.level2 not in rule.categories:
                continue
            if any((form.index, number) in self.fired[code] for code in rule.requires):
                continue
            given[slot] = item
            try:
                for hit in function(*given, **arguments):
                    yield hit, number
            except NotApplicable:
                continue
            asked += 1
        if not asked:
            raise NotApplicable

    def given(self, rule: Rule, form: Form | None, indicator: Indicator | None) -> list[object]:
        available = {
            "indicator": indicator,
            "form": form,
            "extraction": self.extraction,
            "context": self.context,
        }
        return [available[name] for name in rule.check.takes]

    def placed(self, rule: Rule, hit: Hit, form: Form | None, indicator: int | None) -> _Raw:
        if hit.variant and hit.variant not in rule.variants:
            raise KeyError(f"规则文件中没有 variants.{hit.variant}")
        owner = hit.form or form or (hit.at if isinstance(hit.at, Form) else None)
        horizon = ""
        if isinstance(hit.at, Indicator):
            horizon = hit.at.horizon
            if indicator is None and owner is not None:
                indicator = next((n for n, item in enumerate(owner.indicators) if item is hit.at), None)
        return _Raw(rule, hit, owner, indicator, horizon)

    def crash(self, rule: Rule, form: Form | None, error: Exception) -> list[_Raw]:
        if self.crash_rule is None or rule.code in self.crashed:
            return []
        # Once a rule and document: a rule that fails on every form must not bury the report.
        self.crashed.add(rule.code)
        values = {"code": rule.code, "reason": f"{type(error).__name__}: {error}"}
        hit = Hit(form or self.extraction, values, subject="document", key=rule.code)
        return [_Raw(self.crash_rule, hit, form, None)]


def _closure(rules: RuleSet, codes: frozenset[str]) -> set[str]:
    """Return the codes with everything they require: a rule that is off may still be asked for another's sake."""
    needed: set[str] = set()
    queue = list(codes)
    while queue:
        code = queue.pop()
        if code not in needed:
            needed.add(code)
            queue.extend(rules.rules[code].requires)
    return needed


def _most_telling(raws: list[_Raw], groups: tuple[tuple[str, ...], ...]) -> list[_Raw]:
    """Keep, of each group of rules, only the first in its order on one indicator."""
    for group in groups:
        place = {code: rank for rank, code in enumerate(group)}
        best: dict[tuple[int, int], int] = {}
        for raw in raws:
            if raw.rule.code in place and raw.form is not None and raw.indicator is not None:
                key = (raw.form.index, raw.indicator)
                best[key] = min(best.get(key, len(group)), place[raw.rule.code])
        raws = [
            raw
            for raw in raws
            if raw.rule.code not in place
            or raw.form is None
            or raw.indicator is None
            or best[raw.form.index, raw.indicator] == place[raw.rule.code]
        ]
    return raws


def _without_twins(raws: list[_Raw]) -> list[_Raw]:
    """Report a fault of an indicator once where both sides of the form print it.

    The annual side is often the other cut off by the cell width: names are compared by prefix.
    """
    kept: list[_Raw] = []
    seen: dict[tuple[str, int, str, str, str], list[int]] = {}
    for raw in raws:
        item = raw.hit.at
        if not isinstance(item, Indicator) or raw.form is None or len(raw.form.sides) < 2:
            kept.append(raw)
            continue
        # A form's rule may have other evidence on each side; then both are worth saying.
        key = (raw.rule.code, raw.form.index, item.level2, plain(item.value), str(dict(raw.hit.values)))
        for place in seen.get(key, ()):
            twin = kept[place]
            if twin.horizon != item.horizon and twin.horizon != "both" and _same_name(twin.hit.at, item):
                kept[place] = replace(twin, horizon="both")
                break
        else:
            seen.setdefault(key, []).append(len(kept))
            kept.append(raw)
    return kept


def _same_name(first: object, second: Indicator) -> bool:
    if not isinstance(first, Indicator):
        return False
    one, two = plain(first.name), plain(second.name)
    return one.startswith(two) or two.startswith(one)


def _identified(raws: list[_Raw], extraction: Extraction, config: Config) -> list[Finding]:
    """Word every hit, give it a fingerprint, and put the findings in order."""
    findings = [(raw, _finding(raw, extraction, config)) for raw in raws]
    findings.sort(
        key=lambda pair: (
            -1 if pair[1].form is None else pair[1].form,
            _RANK[pair[1].severity],
            pair[1].rule,
            -1 if pair[1].indicator is None else pair[1].indicator,
        )
    )
    repeats: Counter[str] = Counter()
    done = []
    for raw, finding in findings:
        identity = _identity(raw, finding, extraction)
        repeats[identity] += 1
        digest = hashlib.blake2b(f"{identity}\n{repeats[identity]}".encode(), digest_size=8).hexdigest()
        done.append(replace(finding, fingerprint=digest))
    return done


def _finding(raw: _Raw, extraction: Extraction, config: Config) -> Finding:
    rule, hit = raw.rule, raw.hit
    variant = rule.variants.get(hit.variant)
    severity: Severity = rule.severity
    title, message, fix = rule.title, rule.message, rule.fix
    if variant is not None:
        severity = variant.severity or severity
        title, message, fix = variant.title or title, variant.message or message, variant.fix or fix
    severity = config.severities.get(rule.code, severity)  # type: ignore[assignment]
    known = facts(hit, raw.form, raw.horizon)
    text = fill(message, known)
    confidence = hit.confidence if hit.confidence is not None else getattr(hit.at, "confidence", 1.0)
    if confidence < 1 and not isinstance(hit.at, Form):
        # What a damaged print could explain is no proof.
        severity = "warning" if severity == "error" else severity
        text = text if "请核对原件" in text else text + _CHECK_ORIGINAL
    return Finding(
        rule=rule.code,
        name=rule.name,
        severity=severity,
        title=title,
        message=text,
        fix=fill(fix, known),
        subject=hit.subject or _subject(raw),
        form=raw.form.index if raw.form is not None else None,
        indicator=raw.indicator,
        at=hit.at.at if not isinstance(hit.at, Extraction) else Location(),
        values=evidence(hit),
    )


def _subject(raw: _Raw) -> str:
    at = raw.hit.at
    if isinstance(at, FundLine | Field):
        return at.path
    if isinstance(at, Indicator):
        return f"indicators.{raw.indicator}.value" if raw.indicator is not None else "indicators"
    if isinstance(at, Form):
        return "form"
    if isinstance(at, Statement):
        return f"statements.{at.kind}"
    return "document" if isinstance(at, Extraction) else type(at).__name__.lower()


def _identity(raw: _Raw, finding: Finding, extraction: Extraction) -> str:
    """Say what a finding is about, without page, row or position."""
    form, at = raw.form, raw.hit.at
    if form is not None:
        unit = form.text("implementing_unit") or form.text("department") or extraction.department
        owner = (unit, form.project_name, str(form.year or extraction.fiscal_year or ""))
    else:
        owner = (extraction.department, "", str(extraction.fiscal_year or ""))
    subject, text = finding.subject, raw.hit.key
    if isinstance(at, Indicator):
        # Neither the number of the row nor the side: a scan may lose one of two equal sides.
        subject = raw.hit.subject or f"indicators.{at.level2}"
        text = text or f"{at.name}={at.value}"
    elif isinstance(at, FundLine):
        text = text or str(at.amount)
    elif isinstance(at, Field | Statement):
        text = text or at.text
    else:
        text = text or "|".join(value for _, value in finding.values)
    return "\n".join((finding.rule, *map(plain, owner), subject, plain(text)))


def tool_finding(rules: RuleSet, code: str, values: dict[str, object], *, at: Location | None = None) -> Finding:
    """Return a finding the tool makes itself (X101: the file cannot be read).

    Parameters
    ----------
    values
        What the message of the rule asks for.

    Raises
    ------
    KeyError
        If there is no such rule or its message asks for more.
    """
    rule = rules.rules[code]
    hit = Hit(Line(text="", at=at or Location()), values)
    known = facts(hit, None, "")
    digest = hashlib.blake2b("\n".join((code, *map(str, values.values()))).encode(), digest_size=8).hexdigest()
    return Finding(
        rule=code,
        name=rule.name,
        severity=rule.severity,
        title=rule.title,
        message=fill(rule.message, known),
        fix=fill(rule.fix, known),
        subject="document",
        at=hit.at.at if isinstance(hit.at, Line) else Location(),
        values=evidence(hit),
        fingerprint=digest,
    )
