"""Compares extracted forms with gold records: what ``bench.layouts`` and the tests count.

Text is compared after NFKC and without white space. An indicator is right when horizon, levels, name and value are.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

FIELDS = (
    "project_name", "department", "implementing_unit", "project_attribute", "project_period",
    "overview", "basis", "necessity", "measures", "plan",
)  # fmt: skip
HORIZONS = ("lifetime", "annual")
Record = dict[str, Any]


def norm(value: Any) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", "" if value is None else str(value)))


def rows(form: Record | None) -> Counter[tuple[str, ...]]:
    """Return the indicators that have a name or a value, as a multiset."""
    found: Counter[tuple[str, ...]] = Counter()
    for item in (form or {}).get("indicators") or ():
        row = tuple(norm(item.get(name)) for name in ("horizon", "level1", "level2", "level3", "value"))
        if row[3] or row[4]:
            found[row] += 1
    return found


def align(gold: Sequence[Record], got: Sequence[Record]) -> list[tuple[int, int]]:
    """Return pairs of gold and extracted forms, in order, by project name and annual total."""

    def key(form: Record) -> str:
        return norm(form.get("project_name")) + "|" + norm(((form.get("funds") or {}).get("annual") or {}).get("total"))

    matcher = difflib.SequenceMatcher(None, [key(f) for f in gold], [key(f) for f in got], autojunk=False)
    pairs: list[tuple[int, int]] = []
    for _tag, a0, a1, b0, b1 in matcher.get_opcodes():
        pairs += zip(range(a0, a1), range(b0, b1))
    return pairs


def f1(right: int, gold: int, got: int) -> float:
    """Return F1; 1.0 where nothing was to be found and nothing was."""
    return 2 * right / (gold + got) if gold + got else 1.0


@dataclass(frozen=True, slots=True)
class FormScore:
    """One gold form: whether it was found, its F1, what the tool says of its own reading, right and all of the rest."""

    found: bool
    right: int
    gold: int
    got: int
    reading: str
    funds: tuple[int, int]
    goals: tuple[int, int]
    fields: tuple[int, int]
    differences: tuple[str, ...]

    @property
    def f1(self) -> float:
        return f1(self.right, self.gold, self.got) if self.found else 0.0


@dataclass(slots=True)
class DocumentScore:
    """A document: its gold forms, and the forms that nobody printed (with their indicators)."""

    forms: list[FormScore] = field(default_factory=list)
    invented: int = 0
    invented_rows: int = 0

    @property
    def f1(self) -> float:
        right = sum(form.right for form in self.forms)
        gold = sum(form.gold for form in self.forms)
        got = sum(form.got for form in self.forms) + self.invented_rows
        if not self.forms:
            return 0.0 if self.invented else 1.0
        return f1(right, gold, got)


def judge(gold: Sequence[Record], got: Sequence[Record]) -> DocumentScore:
    """Compare the forms of one document."""
    pairs = dict(align(gold, got))
    used = set(pairs.values())
    others = [form for number, form in enumerate(got) if number not in used]
    score = DocumentScore(invented=len(others), invented_rows=sum(rows(form).total() for form in others))
    for number, want in enumerate(gold):
        score.forms.append(_form(want, got[pairs[number]] if number in pairs else None))
    return score


def _form(want: Record, have: Record | None) -> FormScore:
    wanted, found = rows(want), rows(have)
    differences = [f"missing {' '.join(row)}" for row in wanted - found]
    differences += [f"extra   {' '.join(row)}" for row in found - wanted]
    parts = {"funds": _funds(want, have), "goals": _goals(want, have), "fields": _fields(want, have)}
    tallies = {}
    for name, checks in parts.items():
        tallies[name] = (sum(right for right, _ in checks), len(checks))
        differences += [f"{name} {text}" for right, text in checks if not right]
    return FormScore(
        found=have is not None, right=(wanted & found).total(), gold=wanted.total(), got=found.total(),
        reading=str((have or {}).get("reading") or ""), differences=tuple(differences), **tallies,
    )  # fmt: skip


def _funds(want: Record, have: Record | None) -> list[tuple[bool, str]]:
    checks = []
    same_unit = not have or not want.get("fund_unit") or have.get("fund_unit") == want["fund_unit"]
    for horizon in HORIZONS:
        found = ((have or {}).get("funds") or {}).get(horizon) or {}
        for source, amount in ((want.get("funds") or {}).get(horizon) or {}).items():
            if amount is not None:
                is_ = found.get(source)
                right = is_ is not None and abs(float(is_) - float(amount)) < 0.005 and same_unit
                checks.append(
                    (
                        right,
                        f"{horizon}.{source}: want {amount} {want.get('fund_unit')} got {is_} {(have or {}).get('fund_unit')}",
                    )
                )
    return checks


def _goals(want: Record, have: Record | None) -> list[tuple[bool, str]]:
    checks = []
    for horizon in HORIZONS:
        text, found = (norm(((form or {}).get("goal") or {}).get(horizon)) for form in (want, have))
        if text:
            checks.append((text == found, f"{horizon}: want {text[:40]} got {found[:40]}"))
    return checks


def _fields(want: Record, have: Record | None) -> list[tuple[bool, str]]:
    checks = []
    for name in FIELDS:
        text, found = norm(want.get(name)), norm((have or {}).get(name))
        if text:
            checks.append((text == found, f"{name}: want {text[:40]} got {found[:40]}"))
    return checks
