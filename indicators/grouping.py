"""Findings that are one thing: what a reader is told once, with all places.

Findings stay complete in every machine-readable format; writers for people show a group as one line:

* one vague row that stands in several forms, with the finding that calls it a template;
* one text, telephone number or other fault with the same wording in several forms;
* one rule on several rows of one form;
* what several rules say of one blank: the row without a value, the category that is missing by it, the doubt of the
  model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from indicators.records import SEVERITY_RANK, DocumentReport, Finding, Form, Indicator
from indicators.text import squash, strip_empty_unit

__all__ = ["Group", "group_findings", "grouped"]

#: In so many forms a fault is one of the document.
_SEVERAL = 3
_TEMPLATE = "D102"
#: A row without value or name: whatever else is said of it follows from that.
_BLANK = frozenset(("S110", "S111", "S115"))


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that are one thing.

    Parameters
    ----------
    findings
        In the order of the report; the first is the one to show.
    """

    findings: tuple[Finding, ...]

    @property
    def head(self) -> Finding:
        """The finding that speaks for all."""
        return self.findings[0]

    @property
    def forms(self) -> tuple[int, ...]:
        """Indices of the forms it stands in, in order."""
        return tuple(dict.fromkeys(item.form for item in self.findings if item.form is not None))

    @property
    def form(self) -> int | None:
        """The only form it stands in, ``None`` where it is a matter of the document."""
        forms = self.forms
        return forms[0] if len(forms) == 1 and all(item.form is not None for item in self.findings) else None


def grouped(document: DocumentReport) -> tuple[Group, ...]:
    """Return the findings of a document in groups; every finding is in exactly one."""
    return group_findings(document.findings, {form.index: form for form in document.extraction.forms})


def group_findings(findings: tuple[Finding, ...], forms: dict[int, Form]) -> tuple[Group, ...]:
    """Return findings in groups, in the order in which the first of each stands.

    Parameters
    ----------
    findings
        Of one document, or those that are shown of it.
    forms
        Its forms by index.
    """
    joined = _Joined(len(findings))
    across = [_across(item, forms) for item in findings]
    several = _in_several_forms(findings, across)
    for numbers in several.values():
        joined.join(numbers)
    for number, item in enumerate(findings):
        if item.rule == _TEMPLATE:
            joined.join([number, *_copies(item, findings, forms)])
    of_document = {number for numbers in several.values() for number in numbers}
    local: dict[Hashable, list[int]] = defaultdict(list)
    for number, item in enumerate(findings):
        if item.form is not None and number not in of_document and joined.alone(number):
            local[item.form, item.rule].append(number)
    for numbers in local.values():
        joined.join(numbers)
    _join_blanks(findings, forms, joined)
    return tuple(Group(_in_order(findings[number] for number in numbers)) for numbers in joined.groups())


def _key(text: str) -> str:
    return strip_empty_unit(squash(text))


def _in_order(items: Iterable[Finding]) -> tuple[Finding, ...]:
    """Put first what speaks for all: the finding on the document, then the gravest."""
    return tuple(
        sorted(items, key=lambda item: (item.rule != _TEMPLATE, item.rule not in _BLANK, SEVERITY_RANK[item.severity]))
    )


def _row(item: Finding, forms: dict[int, Form]) -> Indicator | None:
    form = forms.get(item.form) if item.form is not None else None
    if form is None or item.indicator is None or not 0 <= item.indicator < len(form.indicators):
        return None
    return form.indicators[item.indicator]


def _across(item: Finding, forms: dict[int, Form]) -> Hashable:
    """Return what two findings in different forms must have in common to be one thing."""
    row = _row(item, forms)
    if row is not None and row.name and row.value:
        return item.rule, _key(row.name), _key(row.value)
    return item.rule, item.severity, _key(item.message)


def _in_several_forms(findings: tuple[Finding, ...], keys: list[Hashable]) -> dict[Hashable, list[int]]:
    places: dict[Hashable, list[int]] = defaultdict(list)
    for number, item in enumerate(findings):
        # A proven contradiction stays with its form.
        if item.form is not None and item.severity != "error":
            places[keys[number]].append(number)
    return {key: numbers for key, numbers in places.items() if len({findings[n].form for n in numbers}) >= _SEVERAL}


def _copies(template: Finding, findings: tuple[Finding, ...], forms: dict[int, Form]) -> list[int]:
    """Return the findings on the rows a template was found in: the same name and value."""
    said = dict(template.values)
    pair = _key(said.get("indicator", "")), _key(said.get("value", ""))
    found = []
    for number, item in enumerate(findings):
        row = _row(item, forms)
        if row is not None and item.rule.startswith("V") and (_key(row.name), _key(row.value)) == pair:
            found.append(number)
    return found


def _join_blanks(findings: tuple[Finding, ...], forms: dict[int, Form], joined: _Joined) -> None:
    """Join what follows from a row that is blank: other findings on it, and its category found missing."""
    for number, item in enumerate(findings):
        row = _row(item, forms)
        if item.rule not in _BLANK or row is None:
            continue
        joined.join(
            [
                number,
                *(
                    other
                    for other, finding in enumerate(findings)
                    if finding.form == item.form
                    and (finding.indicator == item.indicator or _missing(finding, row))
                    and finding.rule != item.rule
                ),
            ]
        )


def _missing(finding: Finding, row: Indicator) -> bool:
    """Whether a finding says that the category of a row is missing."""
    return finding.rule.startswith("S1") and finding.subject.endswith(f".{row.level2}") and bool(row.level2)


class _Joined:
    """Numbers joined into sets; the first number of a set stands for it."""

    def __init__(self, count: int) -> None:
        self.parents = list(range(count))
        self.sizes = [1] * count

    def first(self, number: int) -> int:
        while self.parents[number] != number:
            self.parents[number] = self.parents[self.parents[number]]
            number = self.parents[number]
        return number

    def join(self, numbers: Iterable[int]) -> None:
        roots = sorted({self.first(number) for number in numbers})
        for root in roots[1:]:
            self.parents[root] = roots[0]
            self.sizes[roots[0]] += self.sizes[root]

    def alone(self, number: int) -> bool:
        return self.sizes[self.first(number)] == 1

    def groups(self) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for number in range(len(self.parents)):
            found.setdefault(self.first(number), []).append(number)
        return list(found.values())
