"""What a check is: a small generator that says what it found and where.

A check knows no code, no wording and no severity; its rule file (``rules/S/S107.toml``) does. Several rules may share
one check with different ``params``. How to write one::

    @check(scope="form")
    def parts_make_total(form: Form, *, tolerance: Decimal) -> Iterator[Hit]:
        for horizon in form.sides:
            ...
            yield Hit(total_line, {"total": total, "parts": parts, "gap": gap})

* The name of the function, with dashes, is the ``check`` of the rule file: ``check = "parts-make-total"``.
* ``scope`` decides how often it is called: ``indicator`` (once for each indicator that is not an empty slot),
  ``form`` or ``document``.
* Positional parameters are chosen by name: ``indicator``, ``form``, ``extraction``, ``context``. Take what you need.
* Keyword-only parameters come from ``params`` of the rule file and are converted by annotation: ``Decimal``, ``int``,
  ``float``, ``bool``, ``str``, ``tuple[str, ...]``, ``tuple[Decimal, ...]`` and ``Lexicon`` (the name of a file in
  ``rules/lexicons/``; ``Lexicon | None = None`` where it may be left out). One without a default must be given by
  the rule. Thresholds and word lists belong into the rule file, not into the code.
* ``Hit(at, values)``: ``at`` is the record that is judged (FundLine, Field, Indicator, Form, Statement, BudgetTable,
  BudgetRow, BudgetLine, Mark, Line, or the Extraction itself); the engine derives place, subject and confidence
  from it. ``values`` fill the message; give Decimal, int, str, tuples of these.
* ``raise NotApplicable`` before the first Hit where there is nothing to judge (no such side, no budget table):
  the outcome is then *skipped*, not *passed*, and does not count in the score.
* A different severity or wording for a special case is a variant: ``Hit(..., variant="works")`` with
  ``[variants.works] severity = "error"`` in the rule file.
* Work over the whole document is done once: ``context.once(build)`` calls ``build(extraction)`` on first use and
  remembers it; ``context.of(form, build)`` does the same for each form with ``build(form)``. Never loop over all forms
  inside a check of scope ``form`` or ``indicator``: build an index with ``once`` and look the form up in it.
* ``plain(text)`` is the text for comparing: width, white space, punctuation and the trailing 无 removed; cached.
* A check opens no file, reads no clock, loads no model.
"""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, TypeVar, cast, get_type_hints

from indicators.records import (
    BudgetLine,
    BudgetRow,
    BudgetTable,
    Extraction,
    Field,
    Form,
    FundLine,
    Indicator,
    Line,
    Mark,
    Specificity,
    Statement,
)

from .lexicons import Lexicon

__all__ = ["CHECKS", "Check", "Context", "Hit", "Lexicon", "NotApplicable", "Place", "Scope", "check", "pairs", "plain"]

Scope = Literal["indicator", "form", "document"]
Place = (
    FundLine | Field | Indicator | Form | Statement | BudgetTable | BudgetRow | BudgetLine | Mark | Line | Extraction
)
T = TypeVar("T")

_ALLOWED = {
    "indicator": {"indicator", "form", "context"},
    "form": {"form", "context"},
    "document": {"extraction", "context"},
}


class NotApplicable(Exception):  # noqa: N818 - not an error: the question does not arise here
    """Raised by a check that has nothing to judge; the outcome is ``skipped``."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check found.

    Parameters
    ----------
    at
        The record judged.
    values
        Evidence by name: Decimal, int, str, or tuples of these. They fill the message of the rule.
    variant
        Name of a ``[variants.…]`` table of the rule file, ``""`` for the rule itself.
    subject
        Path of what is judged where ``at`` does not say it (a missing block has no record),
        e.g. ``indicators.annual.成本指标``.
    form
        The form a hit of a document check belongs to; the finding is then that form's.
    confidence
        0..1, where other cells than ``at`` took part and one of them was recognised from a picture.
    key
        What identifies the finding from run to run where the text at ``at`` does not (a list of forms, say).
    """

    at: Place
    values: Mapping[str, object] = field(default_factory=dict)
    variant: str = ""
    subject: str = ""
    form: Form | None = None
    confidence: float | None = None
    key: str = ""


class Context:
    """What the engine hands to the checks of one document.

    Parameters
    ----------
    extraction
        The document.
    specificity
        The classifier's judgement, ``[form][indicator]``; empty without the classifier.
    """

    __slots__ = ("_levels", "_memo", "extraction", "fiscal_year")

    def __init__(self, extraction: Extraction, specificity: tuple[tuple[Specificity | None, ...], ...] = ()) -> None:
        self.extraction = extraction
        self.fiscal_year = extraction.fiscal_year
        self._memo: dict[tuple[object, int], Any] = {}
        # Records hash by content, which is slow and makes equal twins collide; identity is exact here,
        # because the extraction keeps every record alive.
        self._levels = {
            id(indicator): level
            for form, levels in zip(extraction.forms, specificity)
            for indicator, level in zip(form.indicators, levels)
        }

    def year(self, form: Form) -> int | None:
        """Return the budget year a form belongs to: the document's, else the one in its own title."""
        return self.fiscal_year if self.fiscal_year is not None else form.year

    def specificity(self, indicator: Indicator) -> Specificity | None:
        """Return the classifier's judgement, ``None`` where there is none."""
        return self._levels.get(id(indicator))

    def level(self, indicator: Indicator) -> int | None:
        """Return the specificity level 0..3, ``None`` without the classifier."""
        judged = self._levels.get(id(indicator))
        return judged.level if judged is not None else None

    def once(self, build: Callable[[Extraction], T]) -> T:
        """Return ``build(extraction)``, computed on first use in this document."""
        key = (build, -1)
        if key not in self._memo:
            self._memo[key] = build(self.extraction)
        return cast(T, self._memo[key])

    def of(self, form: Form, build: Callable[[Form], T]) -> T:
        """Return ``build(form)``, computed on first use for this form."""
        key = (build, id(form))
        if key not in self._memo:
            self._memo[key] = build(form)
        return cast(T, self._memo[key])


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check.

    Parameters
    ----------
    name
        Function name with dashes.
    takes
        Positional parameters in order.
    params
        Keyword-only parameters: name to annotation.
    required
        Those without a default.
    """

    name: str
    scope: Scope
    function: Callable[..., Iterator[Hit]]
    takes: tuple[str, ...]
    params: Mapping[str, Any]
    required: frozenset[str]


CHECKS: dict[str, Check] = {}
F = TypeVar("F", bound=Callable[..., Iterator[Hit]])


def check(*, scope: Scope) -> Callable[[F], F]:
    """Register a generator of hits under its name with dashes.

    Parameters
    ----------
    scope
        ``indicator``, ``form`` or ``document``: how often it is called.

    Raises
    ------
    TypeError
        If it takes something its scope does not have, or the name is taken.
    """

    def register(function: F) -> F:
        name = function.__name__.replace("_", "-")
        if name in CHECKS:
            raise TypeError(f"two checks are named {name}")
        hints = get_type_hints(function)
        takes, params, required = [], {}, set()
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                params[parameter.name] = hints[parameter.name]
                if parameter.default is inspect.Parameter.empty:
                    required.add(parameter.name)
            elif parameter.name in _ALLOWED[scope]:
                takes.append(parameter.name)
            else:
                raise TypeError(f"a check of scope {scope} cannot take {parameter.name}: {name}")
        if scope == "indicator" and "indicator" not in takes:
            raise TypeError(f"a check of scope indicator must take indicator: {name}")
        CHECKS[name] = Check(name, scope, function, tuple(takes), params, frozenset(required))
        return function

    return register


_NOISE = re.compile(r"[\s,，。.、；;：:！!？?“”\"'‘’（）()\[\]【】〔〕《》<>〈〉\-—_·…*]+")


def pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters of a text."""
    return {text[at : at + 2] for at in range(len(text) - 1)}


@lru_cache(maxsize=131072)
def plain(text: str) -> str:
    """Return ``text`` for comparing: half width, no white space, no punctuation, no trailing 无.

    ``<`` and ``>`` go as well; compare quantities, not signs. Figures lose their thousand separators and points,
    so never parse a number out of the result.
    """
    bare = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    # The export system prints 无 for an empty unit, glued to the value: 及时无.
    return bare[:-1] if len(bare) > 2 and bare.endswith("无") else bare
