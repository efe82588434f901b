"""The same department in two years: projects matched, targets carried over or lowered, money, findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from indicators.report.saved import SavedFinding, SavedForm, SavedIndicator, SavedReport
from indicators.text import squash

__all__ = ["Comparison", "IndicatorPair", "Pair", "compare", "plain_name"]

#: Names at least this alike (0..100) are the same project or indicator in another year.
_SAME_PROJECT, _SAME_INDICATOR = 82.0, 85.0
_MONEY_UP = Decimal("1.05")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:[-—~至](?:19|20)?[0-9]{2,4})?(?:年度|年|学年)?|[0-9]{2}年|上年|本年|结转")
_BRACKETS = re.compile(r"[（(][）)]|[（）()【】\[\]“”\"、,，.。:：—\-_ ]")
_NOT_TOO_MUCH = {"时效指标", "成本指标", "经济成本指标", "社会成本指标", "生态环境成本指标"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorPair:
    """An indicator in both years; ``change`` is ``same``, ``lowered``, ``raised`` or ``reworded``."""

    old: SavedIndicator
    new: SavedIndicator
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A project in both years.

    Parameters
    ----------
    likeness
        0..100, how alike the names are.
    indicators
        Those found in both years.
    dropped, added
        Those of one year only.
    fixed, recurring, fresh
        Findings of the old year that are gone, of the new year that were there before, and new ones.
    """

    old: SavedForm
    new: SavedForm
    likeness: float
    indicators: tuple[IndicatorPair, ...]
    dropped: tuple[SavedIndicator, ...]
    added: tuple[SavedIndicator, ...]
    fixed: tuple[SavedFinding, ...]
    recurring: tuple[SavedFinding, ...]
    fresh: tuple[SavedFinding, ...]

    def changed(self, kind: str) -> tuple[IndicatorPair, ...]:
        """Return the pairs of one kind of change."""
        return tuple(item for item in self.indicators if item.change == kind)

    @property
    def carried_over(self) -> bool:
        """Whether every indicator of the new year stood word for word in the old one."""
        return bool(self.indicators) and not self.added and all(item.change == "same" for item in self.indicators)

    @property
    def money_ratio(self) -> Decimal | None:
        """New amount over old, ``None`` where one is missing or zero."""
        if not self.old.amount or self.new.amount is None:
            return None
        return self.new.amount / self.old.amount

    @property
    def money_without_targets(self) -> bool:
        """Whether the money rose by a twentieth or more while no target was raised and none added."""
        ratio = self.money_ratio
        return ratio is not None and ratio >= _MONEY_UP and not self.added and not self.changed("raised")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two years of one department; pairs in the order of the new year."""

    old_name: str
    new_name: str
    pairs: tuple[Pair, ...]
    ended: tuple[SavedForm, ...]
    begun: tuple[SavedForm, ...]


def compare(old: SavedReport, new: SavedReport) -> Comparison:
    """Match the projects of two reports and say what became of them.

    Projects are matched by name, years and 结转 aside; among equally alike names the same unit goes first.
    """
    chosen = {id(two): (one, likeness) for one, two, likeness in _matches(old.forms, new.forms)}
    pairs = [_pair(chosen[id(form)][0], form, chosen[id(form)][1]) for form in new.forms if id(form) in chosen]
    used = {id(one) for one, _ in chosen.values()}
    return Comparison(
        old_name=old.name,
        new_name=new.name,
        pairs=tuple(pairs),
        ended=tuple(form for form in old.forms if id(form) not in used),
        begun=tuple(form for form in new.forms if id(form) not in chosen),
    )


def plain_name(name: str) -> str:
    """Return a project name for comparing: no years, no 结转, no brackets and signs."""
    plain = _BRACKETS.sub("", _YEAR.sub("", squash(name)))
    return plain or squash(name)


def _matches(old: tuple[SavedForm, ...], new: tuple[SavedForm, ...]) -> Iterator[tuple[SavedForm, SavedForm, float]]:
    """Yield the best pairs first; each form goes into one pair at most."""
    names = [[plain_name(form.project) for form in forms] for forms in (old, new)]
    candidates = []
    for first, second, likeness in _alike(names[0], names[1], _SAME_PROJECT):
        same_unit = squash(old[first].unit) == squash(new[second].unit)
        # Another unit's project of a similar name is another project; of the same name it has moved.
        if same_unit or likeness >= 99:
            candidates.append((-likeness, not same_unit, abs(first - second), first, second))
    yield from ((old[first], new[second], likeness) for first, second, likeness in _greedy(candidates))


def _greedy(candidates: list[tuple[float, bool, int, int, int]]) -> Iterator[tuple[int, int, float]]:
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for likeness, _, _, first, second in sorted(candidates):
        if first not in taken_old and second not in taken_new:
            taken_old.add(first)
            taken_new.add(second)
            yield first, second, -likeness


def _alike(old: list[str], new: list[str], floor: float) -> Iterator[tuple[int, int, float]]:
    """Yield the positions of names that are alike; whole matrices are taken in strips to bound memory."""
    from rapidfuzz import fuzz, process

    if not old or not new:
        return
    strip = 256
    for start in range(0, len(old), strip):
        scores = process.cdist(old[start : start + strip], new, scorer=fuzz.ratio, score_cutoff=floor)
        rows, columns = scores.nonzero()
        for row, column in zip(rows.tolist(), columns.tolist()):
            if old[start + row] and new[column]:
                yield start + row, column, float(scores[row, column])


def _pair(old: SavedForm, new: SavedForm, likeness: float) -> Pair:
    matched, dropped, added = _indicators(old, new)
    fixed, recurring, fresh = _findings(old, new)
    return Pair(
        old=old,
        new=new,
        likeness=likeness,
        indicators=matched,
        dropped=dropped,
        added=added,
        fixed=fixed,
        recurring=recurring,
        fresh=fresh,
    )


def _side(form: SavedForm) -> list[SavedIndicator]:
    """Return the filled annual indicators, those of the whole project where the layout has no annual side."""
    filled = [item for item in form.indicators if item.name or item.value]
    return [item for item in filled if item.horizon == "annual"] or filled


def _indicators(
    old: SavedForm, new: SavedForm
) -> tuple[tuple[IndicatorPair, ...], tuple[SavedIndicator, ...], tuple[SavedIndicator, ...]]:
    before, after = _side(old), _side(new)
    candidates = []
    keys = [[f"{item.level2}{plain_name(item.name)}" for item in side] for side in (before, after)]
    for first, second, likeness in _alike(keys[0], keys[1], _SAME_INDICATOR):
        if before[first].level2 == after[second].level2:
            same_value = squash(before[first].value) == squash(after[second].value)
            candidates.append((-likeness, not same_value, abs(first - second), first, second))
    found = sorted(_greedy(candidates), key=lambda item: item[1])
    matched = tuple(
        IndicatorPair(old=before[first], new=after[second], change=_change(before[first], after[second]))
        for first, second, _ in found
    )
    left, right = {first for first, _, _ in found}, {second for _, second, _ in found}
    dropped = tuple(item for index, item in enumerate(before) if index not in left)
    return matched, dropped, tuple(item for index, item in enumerate(after) if index not in right)


def _change(old: SavedIndicator, new: SavedIndicator) -> str:
    """Say whether a target asks for less: a lower figure, or a higher one where little is good."""
    if squash(old.value) == squash(new.value):
        return "same"
    comparable = old.number is not None and new.number is not None and squash(old.unit) == squash(new.unit)
    if not comparable or old.upper is not None or new.upper is not None:
        return "reworded"
    assert old.number is not None and new.number is not None  # noqa: PT018
    if old.number == new.number:
        return "same" if old.relation == new.relation else "reworded"
    signs = {old.relation, new.relation}
    little_is_good = bool(signs & {"≤", "<"}) or (signs == {"="} and new.level2 in _NOT_TOO_MUCH)
    if signs & {"≤", "<"} and signs & {"≥", ">"}:
        return "reworded"
    return "lowered" if (new.number > old.number) == little_is_good else "raised"


def _findings(
    old: SavedForm, new: SavedForm
) -> tuple[tuple[SavedFinding, ...], tuple[SavedFinding, ...], tuple[SavedFinding, ...]]:
    """Match findings by rule and subject: fingerprints hold the year and cannot match across years."""
    left = Counter(_key(item, old) for item in old.findings)
    recurring, fresh = [], []
    for item in new.findings:
        key = _key(item, new)
        if left[key] > 0:
            left[key] -= 1
            recurring.append(item)
        else:
            fresh.append(item)
    fixed = []
    for item in old.findings:
        if left[_key(item, old)] > 0:
            left[_key(item, old)] -= 1
            fixed.append(item)
    return tuple(fixed), tuple(recurring), tuple(fresh)


def _key(item: SavedFinding, form: SavedForm) -> tuple[str, str]:
    if item.indicator is not None and 0 <= item.indicator < len(form.indicators):
        indicator = form.indicators[item.indicator]
        return item.rule, f"{indicator.level2}{plain_name(indicator.name)}"
    return item.rule, item.subject
