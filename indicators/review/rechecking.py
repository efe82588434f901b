"""A corrected submission against its earlier version: which findings are gone, which remain, which are new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from indicators.records import DocumentReport, Finding, Form
from indicators.report.places import clean, form_name, subject_text
from indicators.report.restored import restored
from indicators.review.presenting import form_of, own_findings
from indicators.store import Store
from indicators.store.decisions import DECISIONS, Decision, decided
from indicators.store.schema_review import lineage
from indicators.store.submissions import DOCUMENT

__all__ = ["Change", "Recheck", "rechecks"]

#: What became of a finding.
STATES = {"fixed": "已改", "same": "未改", "again": "改过仍有", "stands": "不需改", "new": "新出现"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A finding before and after.

    ``state`` is ``fixed``, ``same``, ``again`` (reworded, still at fault), ``stands`` (kept on purpose) or ``new``.
    """

    state: str
    name: str
    subject: str
    before: str
    after: str
    severity: str
    decision: str
    fingerprint: str
    rule: str
    old_value: str = ""
    new_value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """A form and the earlier form it corrects."""

    document: str
    form: int
    title: str
    previous_document: str
    previous_form: int
    previous_title: str
    previous_file: str
    likeness: float
    chosen: str
    changes: tuple[Change, ...]

    def count(self, *states: str) -> int:
        """Return how many findings have one of some states."""
        return sum(item.state in states for item in self.changes)


def rechecks(store: Store, document: str) -> Iterator[Recheck]:
    """Yield each form of a document with what became of the findings on the form it corrects."""
    with store.engine.connect() as connection:
        query = select(lineage).where(lineage.c.document == document).order_by(lineage.c.form)
        pairs = connection.execute(query).all()
    reports: dict[str, DocumentReport | None] = {}
    standing: dict[str, _Standing] = {}

    def report(key: str) -> DocumentReport | None:
        if key not in reports:
            data = store.report(key) if key else None
            reports[key] = restored(data, path=key) if data is not None else None
        return reports[key]

    new = report(document)
    if new is None:
        return
    known = {pair.form: pair for pair in pairs}
    for number in (DOCUMENT, *(form.index for form in new.extraction.forms)):
        pair = known.get(number)
        old = report(pair.previous_document) if pair is not None else None
        title = _title(new, number)
        if pair is None or old is None:
            if number != DOCUMENT:
                yield Recheck(
                    document=document, form=number, title=title, previous_document="", previous_form=DOCUMENT,
                    previous_title="", previous_file="", likeness=0.0, chosen=pair.chosen if pair else "", changes=(),
                )  # fmt: skip
            continue
        if old.path not in standing:
            standing[old.path] = _standing_of(store, old.path)
        changes = tuple(_changes(old, pair.previous_form, new, number, standing[old.path]))
        if number == DOCUMENT and not changes:
            continue
        yield Recheck(
            document=document, form=number, title=title, previous_document=old.path, previous_form=pair.previous_form,
            previous_title=_title(old, pair.previous_form), previous_file=clean(old.extraction.document.name),
            likeness=pair.likeness, chosen=pair.chosen, changes=changes,
        )  # fmt: skip


def _title(report: DocumentReport, number: int) -> str:
    form = form_of(report, number)
    return form_name(form) if form is not None else "整份材料"


@dataclass(frozen=True, slots=True)
class _Standing:
    """What people decided on an earlier version, by fingerprint, and their own remarks on it by form."""

    made: Mapping[str, Decision]
    own: Mapping[int, list[tuple[Finding, Mapping[str, Any]]]]


def _standing_of(store: Store, document: str) -> _Standing:
    with store.engine.connect() as connection:
        made = {place[1]: item for place, item in decided(connection, [document]).items()}
        found: dict[int, list[tuple[Finding, Mapping[str, Any]]]] = {}
        for item, row in own_findings(connection, document):
            found.setdefault(DOCUMENT if item.form is None else item.form, []).append((item, row))
    return _Standing(made, found)


def _changes(
    old: DocumentReport, old_form: int, new: DocumentReport, new_form: int, people: _Standing
) -> Iterator[Change]:
    """Yield what became of the findings of a form: those sent back first, then what is new.

    A finding is unchanged where its fingerprint stands again. Where it does not, but the same rule still finds fault
    with the same subject, the text was changed without curing it.
    """
    made = people.made
    before, after = _of(old, old_form), _of(new, new_form)
    earlier, later = form_of(old, old_form), form_of(new, new_form)
    left = list(after)
    waiting: list[Finding] = []
    found: list[Change] = []
    for item in before:
        twin = next((other for other in left if other.fingerprint == item.fingerprint), None)
        if twin is None:
            # The name of a project is part of the fingerprint; where only that was corrected, the finding stands.
            twin = next((other for other in left if _said(other, later) == _said(item, earlier)), None)
        if twin is None:
            waiting.append(item)
            continue
        left.remove(twin)
        standing = made.get(item.fingerprint)
        # What was kept or found wrong was never asked to be changed.
        state = "stands" if standing is not None and standing.decision in ("keep", "wrong") else "same"
        found.append(_change(state, item, twin, earlier, later, standing))
    for item in waiting:
        key = _key(item, earlier)
        twin = next((other for other in left if _key(other, later) == key), None)
        if twin is not None:
            left.remove(twin)
        state = "again" if twin is not None else "fixed"
        found.append(_change(state, item, twin, earlier, later, made.get(item.fingerprint)))
    for item, row in people.own.get(old_form, ()):
        state = "fixed" if row["state"] == "fixed" else "same"
        found.append(_change(state, item, None, earlier, later, Decision(decision="return")))
    order = {"return": 0, "later": 1, "": 2, "keep": 3, "wrong": 4}
    codes = {name: code for code, name in DECISIONS.items()}
    found.sort(key=lambda change: (order[codes.get(change.decision, "")], change.state == "fixed"))
    yield from found
    for item in left:
        yield _change("new", None, item, earlier, later, None)


def _of(report: DocumentReport, number: int) -> list[Finding]:
    wanted = None if number == DOCUMENT else number
    return [item for item in report.findings if item.form == wanted and item.severity != "note"]


def _said(finding: Finding, form: Form | None) -> tuple[str, str]:
    """Return rule and message, the name of the project left out."""
    name = form.project_name if form is not None else ""
    return finding.rule, finding.message.replace(name, "") if name else finding.message


def _key(finding: Finding, form: Form | None) -> tuple[str, str]:
    """Return rule and subject without position: rows move when a form is corrected."""
    if form is not None and finding.indicator is not None and finding.indicator < len(form.indicators):
        item = form.indicators[finding.indicator]
        return finding.rule, f"{item.horizon} {item.level2} {item.name}"
    return finding.rule, finding.subject


def _change(
    state: str, before: Finding | None, after: Finding | None, old: Form | None, new: Form | None, made: Decision | None
) -> Change:
    shown = before if before is not None else after
    if shown is None:
        raise ValueError("a change needs a finding before or after")
    return Change(
        state=state,
        name=STATES[state],
        subject=subject_text(before, old) if before is not None else subject_text(shown, new),
        before=clean(before.message) if before is not None else "",
        after=clean(after.message) if after is not None else "",
        severity=shown.severity,
        decision=DECISIONS[made.decision] if made is not None else "",
        fingerprint=shown.fingerprint,
        rule=shown.rule,
        old_value=_value(before, old),
        new_value=_value(after, new) or _matching_value(before, old, new),
    )


def _value(finding: Finding | None, form: Form | None) -> str:
    if finding is None or form is None or finding.indicator is None or finding.indicator >= len(form.indicators):
        return ""
    item = form.indicators[finding.indicator]
    return clean(f"{item.name} {item.value}".strip())


def _matching_value(finding: Finding | None, old: Form | None, new: Form | None) -> str:
    """Return what stands now where a finding was: the indicator of the same name, else of the same place."""
    if finding is None or old is None or new is None or finding.indicator is None:
        return ""
    if finding.indicator >= len(old.indicators):
        return ""
    was = old.indicators[finding.indicator]
    same = [item for item in new.indicators if (item.horizon, item.level2) == (was.horizon, was.level2)]
    named = [item for item in same if item.name == was.name]
    if not named and finding.indicator < len(new.indicators):
        there = new.indicators[finding.indicator]
        named = [there] if there in same else []
    return clean(f"{named[0].name} {named[0].value}".strip()) if named else ""
