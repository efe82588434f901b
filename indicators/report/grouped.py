"""Groups of findings in words: a line for people, with all its places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indicators.grouping import Group, grouped
from indicators.records import DocumentReport, Finding, Form
from indicators.report.places import SEVERITY_RANK, clean, form_name, subject_text
from indicators.report.rows import form_reports, worst_first

__all__ = ["GroupLine", "document_line", "form_line", "group_lines"]

#: More places than this are counted, not named.
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """What is shown of a group: its first finding, and where else it stands."""

    finding: Finding
    more: str
    severity: str
    findings: tuple[Finding, ...]

    @property
    def message(self) -> str:
        """The message of the first finding, with the other places."""
        return clean(self.finding.message) + self.more


def _line(group: Group, more: str) -> GroupLine:
    return GroupLine(
        finding=group.head,
        more=more,
        severity=min((item.severity for item in group.findings), key=lambda severity: SEVERITY_RANK[severity]),
        findings=group.findings,
    )


def form_line(group: Group, form: Form | None) -> GroupLine:
    """Return the line of a group that stands in one form: further rows of the same rule are named."""
    others = [item for item in group.findings[1:] if item.rule == group.head.rule]
    if not others:
        return _line(group, "")
    names = list(dict.fromkeys(_called(item, form) for item in others))
    listed = "、".join(names[:_NAMED]).replace("”、“", "”“") + ("等" if len(names) > _NAMED else "")
    return _line(group, f"（另有 {len(others)} 处：{listed}）")


def _called(item: Finding, form: Form | None) -> str:
    """Return what a place is called: the name of the indicator, else the field or amount."""
    number = item.indicator
    if form is not None and number is not None and 0 <= number < len(form.indicators) and form.indicators[number].name:
        return f"“{clean(form.indicators[number].name)}”"
    return subject_text(item, form)


def document_line(group: Group, forms: dict[int, Form], *, names: bool = False) -> GroupLine:
    """Return the line of a group that concerns the document: the forms it stands in are told.

    Parameters
    ----------
    names
        Whether by the names of the projects instead of by number, from 1.
    """
    if len(group.forms) < 2:
        return _line(group, "")
    shown = group.forms[:_NAMED] if names else group.forms
    told = "、".join(form_name(forms[index]) if names and index in forms else str(index + 1) for index in shown)
    told = f"：{told}" + ("等" if len(shown) < len(group.forms) else "") if names else f"：第 {told} 张"
    return _line(group, f"（{len(group.forms)} 张表都有{told}）")


def group_lines(document: DocumentReport) -> Iterator[GroupLine]:
    """Yield a line for every group: faults of the document, then form by form, the worst first, then notes on it.

    Within each the gravest stand first; every finding is in exactly one line.
    """
    known = {form.index: form for form in document.extraction.forms}
    groups = grouped(document)
    whole = _gravest_first([document_line(group, known) for group in groups if group.form is None])
    yield from (line for line in whole if line.severity != "note")
    for item in worst_first(form_reports(document)):
        if item.form is not None:
            own = [group for group in groups if group.form == item.form.index]
            yield from _gravest_first([form_line(group, item.form) for group in own])
    yield from (line for line in whole if line.severity == "note")
    # A finding whose form is missing from the records must not vanish.
    yield from (form_line(group, None) for group in groups if group.form is not None and group.form not in known)


def _gravest_first(lines: list[GroupLine]) -> list[GroupLine]:
    return sorted(lines, key=lambda line: SEVERITY_RANK[line.severity])
