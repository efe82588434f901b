"""Joins the forms of a document with the lines of its 项目支出预算表, and compares their money (F104-F106).

The table names projects once per unit, often without a column for the unit, so that one name stands in it many times:
lines and forms are matched as multisets, those that agree in the amount first. Only what is left and still pairs
without doubt is judged.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from indicators.records import BudgetLine, Extraction, Form
from indicators.text import squash

from .base import Context, Hit, NotApplicable, check, pairs, plain
from .money import Money, annual_funds, line_money, possible_funds, side_of_year
from .totals import distinct_projects

__all__ = ["BudgetJoin", "Pair", "budget_lines_have_forms", "form_in_budget_table", "funds_match_table", "join"]

#: Names that are this alike (0..100) may be the same project in other words.
_ALIKE = 78
#: Pairs that agree in the amount need less.
_ALIKE_WITH_AMOUNT = 60
#: A name with one misread character must be at least this long.
_SHORTEST_DAMAGED = 6
#: Where fewer of the forms than this are found, the table lists something other than projects.
_LEAST_FOUND = Decimal("0.5")
#: From so many pairs on, a majority that differs means that another column was read.
_FEW_PAIRS = 4
_COMMON = 200
_TELLING = re.compile("[0-9一二三四五六七八九十甲乙丙丁东南西北上下左右男女老新旧大小内外]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:年度?)?")
_FRAME = re.compile(r"项目|经费|资金|费用|专项|预算|(?:支出|费)$")
_CARRIED = re.compile("结转|结余|上年")


@dataclass(frozen=True, slots=True)
class Pair:
    """A form and the line it was matched with; ``exact`` = under the same name."""

    form: Form
    line: BudgetLine
    exact: bool


@dataclass(frozen=True, slots=True)
class BudgetJoin:
    """What of the forms and lines of a document was matched.

    Parameters
    ----------
    digits
        Decimals the table prints.
    pairs
        By index of the form; agreeing and differing ones. A form that equals several lines has none of them.
    missing
        Forms without any line like them.
    unused
        Lines of the current year without a form.
    forms
        Number of forms looked for.
    differing
        Number of pairs whose amounts do not agree.
    """

    digits: int
    pairs: dict[int, Pair] = field(default_factory=dict)
    missing: tuple[Form, ...] = ()
    unused: tuple[BudgetLine, ...] = ()
    forms: int = 0
    differing: int = 0

    @property
    def usable(self) -> bool:
        """Whether the table lists the projects the forms are about."""
        return self.forms > 0 and self.forms - len(self.missing) >= _LEAST_FOUND * self.forms


@lru_cache(maxsize=16384)
def _core(name: str) -> str:
    """Return a name without year, code letters and the words every project name has."""
    bare = _YEAR.sub("", plain(squash(name)))
    bare = re.sub(r"^[A-Za-z0-9]{1,3}(?=[\u4e00-\u9fff])", "", bare)
    core = _FRAME.sub("", bare)
    return core if len(core) >= 2 else bare


def _damaged(one: str, other: str) -> bool:
    """Whether one misread character is all that tells two names apart."""
    first, second = plain(squash(one)), plain(squash(other))
    if min(len(first), len(second)) < _SHORTEST_DAMAGED or Levenshtein.distance(first, second, score_cutoff=1) != 1:
        return False
    changed = [
        (first[edit.src_pos : edit.src_pos + 1], second[edit.dest_pos : edit.dest_pos + 1])
        for edit in Levenshtein.editops(first, second)
    ]
    # 一期 and 二期 are two projects, 监控 and 监拉 are one.
    return not any(_TELLING.match(left) and _TELLING.match(right) for left, right in changed)


def _alike(one: str, other: str, least: int) -> bool:
    first, second = _core(one), _core(other)
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    return (len(short) >= 4 and short in long) or fuzz.ratio(first, second) >= least


class _Joiner:
    """Matches forms with lines, the surest first."""

    def __init__(self, extraction: Extraction) -> None:
        self.lines = [
            line for line in extraction.budget_lines if line.table == "current" and line.amount and line.project
        ]
        self.carried = [line for line in extraction.budget_lines if line.table != "current" and line.amount]
        self.digits = max((_decimals(line.amount) for line in self.lines), default=2)
        self.forms = [form for form in distinct_projects(extraction) if form.project_name and annual_funds(form)]
        self.units = {plain(line.unit) for line in self.lines if line.unit}
        self.free_lines = dict(enumerate(self.lines))
        self.free_forms = {form.index: form for form in self.forms}
        self.pairs: dict[int, Pair] = {}
        self.missing: list[Form] = []
        self.doubtful: set[int] = set()

    def result(self) -> BudgetJoin:
        if not self.lines or not self.forms:
            return BudgetJoin(digits=self.digits)
        forms_by_name: dict[str, list[Form]] = defaultdict(list)
        lines_by_name: dict[str, list[int]] = defaultdict(list)
        for form in self.forms:
            forms_by_name[plain(form.project_name)].append(form)
        for number, line in self.free_lines.items():
            lines_by_name[plain(line.project)].append(number)
        for name, forms in forms_by_name.items():
            if name in lines_by_name:
                self.same_name(forms, lines_by_name[name])
        self.other_names()
        return BudgetJoin(
            digits=self.digits,
            pairs=self.pairs,
            missing=tuple(self.missing),
            unused=tuple(line for number, line in self.free_lines.items() if number not in self.doubtful),
            forms=len(self.forms),
            differing=sum(not _agrees(pair, self.digits) for pair in self.pairs.values()),
        )

    def take(self, form: Form, number: int, *, exact: bool) -> None:
        self.pairs[form.index] = Pair(form, self.free_lines.pop(number), exact)
        del self.free_forms[form.index]

    def agree(self, form: Form, numbers: Iterable[int]) -> bool:
        """Whether the lines together are the money of a form."""
        amounts = [line_money(self.lines[number], self.digits) for number in numbers]
        whole = Money.total(money for money in amounts if money is not None)
        return any(whole.agrees(funds) for funds in _year_funds(form))

    def same_name(self, forms: list[Form], numbers: list[int]) -> None:
        """Match the forms and lines of one name."""
        self.by_amount(forms, numbers, same_unit=True)
        self.by_amount(forms, numbers, same_unit=False)
        left = [form for form in forms if form.index in self.free_forms]
        free = [number for number in numbers if number in self.free_lines]
        for form in left:
            own = [number for number in free if self.of_unit(form, number)]
            rivals = [other for other in left if _unit(other) == _unit(form)]
            for group in (own, free):
                if len(rivals) == 1 and len(group) > 1 and self.agree(form, group):
                    self.settle(form, group)
                    break
            else:
                if len(own) == 1 and len(rivals) == 1 and form.index in self.free_forms:
                    self.take(form, own[0], exact=True)
            free = [number for number in free if number in self.free_lines]
        self.last_of_name([form for form in forms if form.index in self.free_forms], free)

    def last_of_name(self, left: list[Form], free: list[int]) -> None:
        """Pair the last form and line of a name; what does not pair for certain is left alone."""
        if len(left) == 1 and len(free) == 1 and not self.contradicts(left[0], free[0]):
            self.take(left[0], free[0], exact=True)
            return
        if len(left) > 1 and len(free) == 1 and self.one_line_for_all(left, free[0]):
            self.free_lines.pop(free[0])
        for form in left:
            # The name is in the table: nothing that could be proved is missing.
            self.free_forms.pop(form.index, None)
        self.doubtful.update(free[: len(left)])

    def settle(self, form: Form, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.free_lines.pop(number, None)
        self.free_forms.pop(form.index, None)

    def one_line_for_all(self, forms: Sequence[Form], number: int) -> bool:
        money = line_money(self.lines[number], self.digits)
        funds = [annual_funds(form) for form in forms]
        return money is not None and Money.total(item for item in funds if item).agrees(money)

    def by_amount(self, forms: Sequence[Form], numbers: Sequence[int], *, same_unit: bool) -> None:
        for form in forms:
            if form.index not in self.free_forms:
                continue
            for number in numbers:
                if number in self.free_lines and (not same_unit or self.of_unit(form, number)):
                    if self.agree(form, (number,)):
                        self.take(form, number, exact=True)
                        break

    def of_unit(self, form: Form, number: int) -> bool:
        unit = plain(self.lines[number].unit)
        return bool(unit) and unit == _unit(form)

    def contradicts(self, form: Form, number: int) -> bool:
        """Whether the line is that of another unit although this form's unit has lines of its own."""
        unit = plain(self.lines[number].unit)
        return bool(unit) and unit != _unit(form) and len(self.units) > 1 and _unit(form) in self.units

    def other_names(self) -> None:
        """Match what is left under names that are alike; what has no like is missing."""
        index = _bigrams({number: line.project for number, line in self.free_lines.items()})
        everything = _bigrams(dict(enumerate(line.project for line in (*self.lines, *self.carried))))
        names = [line.project for line in (*self.lines, *self.carried)]
        for form in list(self.free_forms.values()):
            name = form.project_name
            alike = [number for number in _candidates(index, name) if number in self.free_lines]
            by_amount = [
                number
                for number in alike
                if _alike(name, self.lines[number].project, _ALIKE_WITH_AMOUNT) and self.agree(form, (number,))
            ]
            damaged = [number for number in alike if _damaged(name, self.lines[number].project)]
            if by_amount:
                self.take(form, by_amount[0], exact=False)
            elif len(damaged) == 1 and not self.contradicts(form, damaged[0]):
                self.take(form, damaged[0], exact=False)
            elif _CARRIED.search(name) or any(
                _alike(name, names[number], _ALIKE) for number in _candidates(everything, name)
            ):
                del self.free_forms[form.index]
                self.doubtful.update(number for number in alike if _alike(name, self.lines[number].project, _ALIKE))
            else:
                self.missing.append(form)


def _unit(form: Form) -> str:
    return plain(form.text("implementing_unit") or form.text("department"))


def _year_funds(form: Form) -> list[Money]:
    return possible_funds(form, side_of_year(form))


def _decimals(amount: Decimal | None) -> int:
    exponent = amount.as_tuple().exponent if amount is not None else 0
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _pieces(name: str) -> set[str]:
    core = _core(name)
    return pairs(core) or {core}


def _bigrams(names: dict[int, str]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for number, name in names.items():
        for piece in _pieces(name):
            index[piece].append(number)
    return index


def _candidates(index: dict[str, list[int]], name: str) -> list[int]:
    """Return the entries that share pairs of characters with a name, most first."""
    shared: Counter[int] = Counter()
    for piece in _pieces(name):
        entries = index.get(piece, ())
        # A pair that half the names hold tells nothing and would make long documents slow.
        if len(entries) <= _COMMON:
            shared.update(entries)
    return [number for number, _ in shared.most_common(50)]


def join(extraction: Extraction) -> BudgetJoin:
    """Return how the forms of a document and the lines of its 项目支出预算表 go together."""
    return _Joiner(extraction).result()


@check(scope="form")
def funds_match_table(form: Form, context: Context) -> Iterator[Hit]:
    """Compare the money of the year with the line of 项目支出预算表.

    Yields
    ------
    Hit
        At the annual total, with ``annual``, ``budget`` and ``gap`` in 元; variant ``damaged`` where the names differ
        by a character.
    """
    joined = context.once(join)
    pair = joined.pairs.get(form.index)
    if pair is None or not joined.usable:
        raise NotApplicable
    side = side_of_year(form)
    total, funds, money = form.fund(side, "total"), annual_funds(form), line_money(pair.line, joined.digits)
    if total is None or funds is None or money is None or _agrees(pair, joined.digits) or money.slipped(funds):
        return
    if len(joined.pairs) >= _FEW_PAIRS and 2 * joined.differing > len(joined.pairs):
        raise NotApplicable
    yield Hit(
        total,
        {
            "annual": funds.yuan,
            "budget": money.yuan,
            "gap": abs(funds.yuan - money.yuan),
            "line": pair.line.project,
        },
        variant="" if pair.exact else "damaged",
    )


def _agrees(pair: Pair, digits: int) -> bool:
    money = line_money(pair.line, digits)
    return money is not None and any(money.agrees(funds) for funds in _year_funds(pair.form))


@check(scope="form")
def form_in_budget_table(form: Form, context: Context) -> Iterator[Hit]:
    """Ask that a project with a form is in 项目支出预算表.

    Yields
    ------
    Hit
        At the name, with ``name`` and ``funds`` in 元.
    """
    joined = context.once(join)
    funds = annual_funds(form)
    if not joined.usable or funds is None or not form.project_name:
        raise NotApplicable
    name = form.field("project_name")
    if name is not None and any(missing is form for missing in joined.missing):
        yield Hit(name, {"name": form.project_name, "funds": funds.yuan})


_SCORES = re.compile("总分|得分|自评(?:总分|得分)|合计得分")


@check(scope="document")
def budget_lines_have_forms(extraction: Extraction, context: Context) -> Iterator[Hit]:
    """Ask that every project of 项目支出预算表 has a form.

    Yields
    ------
    Hit
        At the document, with ``count``, ``amount`` in 元 and the ``projects``.
    """
    joined = context.once(join)
    if not joined.usable:
        raise NotApplicable
    if any(_SCORES.fullmatch(plain(line.project)) for line in joined.unused):
        # A table of a self-evaluation: its points were taken for amounts.
        raise NotApplicable
    if joined.unused:
        amounts = [line_money(line, joined.digits) for line in joined.unused]
        whole = Money.total(money for money in amounts if money is not None)
        values = {
            "count": len(joined.unused),
            "amount": whole.yuan,
            "projects": tuple(f"{line.project} {line.amount} {line.amount_unit}" for line in joined.unused),
        }
        yield Hit(extraction, values, key="|".join(sorted(plain(line.project) for line in joined.unused)))
