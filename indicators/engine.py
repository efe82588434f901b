"""Runs the rules over what was read out of one document.

The engine adds to each hit of a check what the check does not know: code, severity, wording, place, subject and
fingerprint. It decides what is not reported: rules that are off, twins on the other side of a form, lesser wordings
of the same fault, accepted findings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter

from indicators.catalogue import Rule, RuleSet, with_params
from indicators.checks import Context, Hit, NotApplicable
from indicators.config import Config
from indicators.findings import Raw, identified, most_telling, tool_finding, without_twins
from indicators.records import (
    DocumentReport,
    Extraction,
    Form,
    Indicator,
    Outcome,
    Specificity,
)

__all__ = ["Statistics", "active_rules", "check_extraction", "tool_finding"]

_CRASHED = "X901"
#: Families of rules that judge what a form says: nothing to ask where it was not understood.
_CONTENT = frozenset("SCFVUTD")


@dataclass(slots=True)
class Statistics:
    """Findings and seconds by rule, added up over the documents of a run."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=partial(defaultdict, float))

    def add(self, other: Statistics) -> None:
        """Add what was counted elsewhere."""
        self.counts.update(other.counts)
        for code, seconds in other.seconds.items():
            self.seconds[code] += seconds

    def rows(self) -> tuple[tuple[str, int, float], ...]:
        """Return ``(code, findings, seconds)``, slowest first."""
        codes = sorted(self.seconds, key=lambda code: -self.seconds[code])
        return tuple((code, self.counts[code], self.seconds[code]) for code in codes)


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
        Without scores; see ``indicators.scoring``.
    """
    config = config or Config()
    run = _Run(extraction, rules, config, specificity, active_rules(rules, config, path), statistics or Statistics())
    raws = without_twins(most_telling(run.raws(), rules.one_of))
    findings = identified(raws, extraction, config)
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

    def raws(self) -> list[Raw]:
        found: list[Raw] = []
        for rule in self.rules:
            self.fired[rule.code] = set()
            self.fired_forms[rule.code] = set()
            started = perf_counter()
            forms: tuple[Form | None, ...] = (None,) if rule.scope == "document" else self.extraction.forms
            for form in forms:
                if form is not None and rule.form_types and form.form_type not in rule.form_types:
                    continue
                if form is not None and _not_asked(rule, form):
                    continue
                hits = [raw for raw in self.ask(rule, form) if raw.form is None or not _not_asked(rule, raw.form)]
                if rule.code in self.active:
                    found.extend(hits)
            self.statistics.seconds[rule.code] += perf_counter() - started
        return found

    def ask(self, rule: Rule, form: Form | None) -> list[Raw]:
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
            given = self.given(rule, None)
            yield from ((hit, None) for hit in function(*given, **arguments))
        elif rule.scope == "form":
            if any(form.index in self.fired_forms[code] for code in rule.requires):
                raise NotApplicable
            given = self.given(rule, form)
            yield from ((hit, None) for hit in function(*given, **arguments))
        else:
            yield from self.indicator_hits(rule, form)

    def indicator_hits(self, rule: Rule, form: Form) -> Iterator[tuple[Hit, int | None]]:
        function, arguments = rule.check.function, rule.arguments
        if any((form.index, None) in self.fired[code] for code in rule.requires):
            raise NotApplicable
        given = self.given(rule, form)
        slot = rule.check.takes.index("indicator")
        excused = set().union(*(self.fired[code] for code in rule.requires))
        asked = 0
        # The last row of a form that breaks off may go on.
        for number, item in self.filled[form.index][: -1 if form.cut_off else None]:
            if rule.categories and item.level2 not in rule.categories:
                continue
            if excused and (form.index, number) in excused:
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

    def given(self, rule: Rule, form: Form | None) -> list[object]:
        available = {
            "indicator": None,
            "form": form,
            "extraction": self.extraction,
            "context": self.context,
        }
        return [available[name] for name in rule.check.takes]

    def placed(self, rule: Rule, hit: Hit, form: Form | None, indicator: int | None) -> Raw:
        if hit.variant and hit.variant not in rule.variants:
            raise KeyError(f"规则文件中没有 variants.{hit.variant}")
        owner = hit.form or form or (hit.at if isinstance(hit.at, Form) else None)
        horizon = ""
        if isinstance(hit.at, Indicator):
            horizon = hit.at.horizon
            if indicator is None and owner is not None:
                indicator = next((n for n, item in enumerate(owner.indicators) if item is hit.at), None)
        return Raw(rule, hit, owner, indicator, horizon)

    def crash(self, rule: Rule, form: Form | None, error: Exception) -> list[Raw]:
        if self.crash_rule is None or rule.code in self.crashed:
            return []
        # Once a rule and document: a rule that fails on every form must not bury the report.
        self.crashed.add(rule.code)
        values = {"code": rule.code, "reason": f"{type(error).__name__}: {error}"}
        hit = Hit(form or self.extraction, values, subject="document", key=rule.code)
        return [Raw(self.crash_rule, hit, form, None)]


def _not_asked(rule: Rule, form: Form) -> bool:
    """Whether a rule judges the content of a form that was not understood, or misses what its document ended before."""
    return (form.reading == "not understood" and rule.family in _CONTENT) or (rule.ends and form.cut_off)


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
