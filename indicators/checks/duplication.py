"""What stands twice: forms and indicators (family D: D101, D102, D105)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from indicators.quantities import canonical_unit, unit_kind
from indicators.records import Extraction, Form, Indicator

from .base import Context, Hit, Lexicon, NotApplicable, check, plain
from .value_words import pieces, unused

__all__ = [
    "bare_name",
    "form_not_repeated",
    "indicator_not_repeated",
    "indicator_not_template",
    "reworded",
]

_Pair = tuple[str, str]
_Key = tuple[str, str, Decimal | None, Decimal | None]


def _first_of_each(extraction: Extraction) -> dict[_Key, Form]:
    first: dict[_Key, Form] = {}
    for form in extraction.forms:
        key = _key(form)
        if key is not None:
            first.setdefault(key, form)
    return first


def _key(form: Form) -> _Key | None:
    name = plain(form.project_name)
    amounts = form.yuan("lifetime"), form.yuan("annual")
    if not name or not any(amounts):
        return None
    return name, plain(form.text("implementing_unit")), *amounts


@check(scope="form")
def form_not_repeated(form: Form, context: Context) -> Iterator[Hit]:
    """Look for an earlier form of the same unit, name and amounts.

    Yields
    ------
    Hit
        At the later form, with ``earlier`` (number of the form, from 1).
    """
    key = _key(form)
    if key is None:
        raise NotApplicable
    earlier = context.once(_first_of_each)[key]
    if earlier is not form:
        yield Hit(form, {"earlier": earlier.index + 1, "name": form.project_name})


def _plain_pairs(extraction: Extraction) -> dict[_Pair, dict[str, Indicator]]:
    """Return where each pair of name and unmeasured value stands: project name to its first indicator."""
    places: dict[_Pair, dict[str, Indicator]] = {}
    for form in extraction.forms:
        if form.form_type != "project":
            continue
        for item in form.indicators:
            if item.name and item.value and item.quantity is None and item.dates is None:
                places.setdefault((plain(item.name), plain(item.value)), {}).setdefault(form.project_name, item)
    return places


@check(scope="document")
def indicator_not_template(
    extraction: Extraction, context: Context, *, at_least: int, vague: tuple[Lexicon, ...]
) -> Iterator[Hit]:
    """Look for identical vague indicators in the forms of different projects.

    Parameters
    ----------
    at_least
        Number of projects from which a repeated indicator counts as a template.
    vague
        Words a vague value is made of.

    Yields
    ------
    Hit
        Once for each indicator, at its first place, with ``count`` and ``projects``.
    """
    if len(extraction.forms) < at_least:
        raise NotApplicable
    for (name, value), places in context.once(_plain_pairs).items():
        if len(places) < at_least:
            continue
        first = next(iter(places.values()))
        level = context.level(first)
        if pieces(first, vague) or (level is not None and level <= 1):
            values = {"count": len(places), "projects": tuple(places)}
            yield Hit(first, values, subject="document", key=f"{name}={value}")


_IDLE = re.compile(r"工作|情况|进行|开展|的|了|本|该|此次|指标|项目|进一步|有效|不断|持续")


#: 确保档案完好率 is 档案完好率 with a verb in front, 完成核查机构家数 is 核查机构家数.
_ASSURED = re.compile(
    r"^(?:(?:确保|保证|保障|做到|实现|力争)(?=.{3,}[率度数量]$)|(?:全面|按期|按时|预计|计划)?完成(?=.{4,}[数量]$)|(?:参加|参与|接受|享受|得到|获得)(?=.{5,}(?:数|数量|人次)$))"
)
#: 器材安装完成件数 is 器材安装件数.
_IS_DONE = re.compile("(?<=..)完成(?=[\u4e00-\u9fff]{0,2}[数量]$)")
#: That it is counted adds nothing to what is counted.
_COUNTED = re.compile(r"(?<=..)(?:总?数量|总数|个数|(?P<counter>[\u4e00-\u9fff])数)$")


def bare_name(name: str, unit: str = "") -> str:
    """Return a name without the words that add nothing: 提高民警工作积极性 is 提高民警积极性.

    Parameters
    ----------
    name
        As printed.
    unit
        Of its value: 家数 of what is counted in 家 is its 数量.
    """
    key = _IS_DONE.sub("", _ASSURED.sub("", plain(name)))
    counted = _COUNTED.search(key)
    counter = (counted.group("counter") or unit) if counted else ""
    if counted and counter == unit:
        key = key[: counted.start()]
    elif counted and unit and unit_kind(counter) == "other":
        # 儿童数: 童 counts nothing.
        key = key[:-1]
    return _IDLE.sub("", key) or key


#: Characters of a part of a name that may change its place.
_PART = 2


def reworded(one: str, other: str) -> bool:
    """Whether two bare names are the same two parts in another order: 参加科普活动人次, 科普活动参加人次.

    乡村转城区 and 城区转乡村 are three parts, and not the same.
    """
    if one == other or len(one) != len(other) or sorted(one) != sorted(other):
        return one == other
    places = [place for place, (mine, its) in enumerate(zip(one, other)) if mine != its]
    moved, place = one[places[0] : places[-1] + 1], other[places[0] : places[-1] + 1]
    cuts = range(_PART, len(moved) - _PART + 1)
    return any(moved[cut:] + moved[:cut] == place for cut in cuts)


#: How a share is told, and those of whom it is one: 取得证书的学生占比 is 学生证书取得率.
_SHARE = re.compile("(?<=..)(?:所?占的?比[例重率]?|[比占]例|比率|率)$")
_HEADS = re.compile("(?<=..)人数$")
_WHO_DO = re.compile("(?P<doing>[\u4e00-\u9fff]{4,})的(?P<who>[\u4e00-\u9fff]{2,8})")


@dataclass(frozen=True, slots=True)
class _Told:
    """A name without what adds nothing; ``doing`` is what is left where it also says who does it, behind 的."""

    name: str
    doing: str = ""

    def same(self, other: _Told) -> bool:
        """Whether two names are the same words in another order; only one of them need say who."""
        if reworded(self.name, other.name):
            return True
        return bool(self.doing) != bool(other.doing) and reworded(self.doing or self.name, other.doing or other.name)


def _told(item: Indicator) -> _Told:
    unit = _unit(item)
    counted = _SHARE if unit == "%" else _HEADS
    name = counted.sub("", plain(item.name))
    who = _WHO_DO.fullmatch(name) if name != plain(item.name) else None
    if who is None:
        bare = bare_name(item.name, unit)
        return _Told(_SHARE.sub("", bare) if unit == "%" else bare)
    doing = bare_name(who.group("doing"), unit)
    return _Told(who.group("who") + doing, doing)


def _unit(item: Indicator) -> str:
    return canonical_unit(item.quantity.unit) if item.quantity is not None else ""


_WHOLE_SIDE = 6


@check(scope="form")
def indicator_not_repeated(form: Form) -> Iterator[Hit]:
    """Look for one indicator that stands twice on a side, in one category or in two.

    Only the lifetime side is asked where there is one: names of the other are cut off and may coincide.

    Yields
    ------
    Hit
        At the later one, with ``first`` (name and category of the earlier).
    """
    asked = False
    for side in ("lifetime", "annual"):
        seen: list[tuple[_Told, str, Indicator]] = []
        rows = [item for item in form.side(side) if item.name and item.value and not unused(item)]
        if (
            2 * len({(bare_name(item.name), plain(item.value)) for item in rows}) <= len(rows)
            and len(rows) >= _WHOLE_SIDE
        ):
            # Every row stands twice: the other side was read into this one.
            raise NotApplicable
        for item in rows:
            asked = True
            told, value = _told(item), plain(item.value)
            earlier = next((known for name, said, known in seen if said == value and told.same(name)), None)
            if earlier is None:
                seen.append((told, value, item))
            else:
                low = min(earlier.confidence, item.confidence)
                values = {"first": earlier.name, "first_category": earlier.level2}
                yield Hit(item, values, confidence=low if low < 1 else None)
        if asked:
            return
    raise NotApplicable
