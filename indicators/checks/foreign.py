"""Rows and texts that belong to another sector than the project (C114, C115)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from indicators.quantities import unit_kind
from indicators.records import Form, Indicator

from .base import Context, Hit, Lexicon, NotApplicable, check, pairs, plain
from .form_whole import filled_side
from .mentions import mentions, scaled

__all__ = ["rows_of_this_work", "texts_of_this_work"]

#: Characters of texts from which they say what a project does, and rows that must speak of what the texts speak of.
_LONG_ENOUGH, _AT_HOME = 60, 2
_TEXTS = ("overview", "basis", "necessity", "measures", "plan", "goal.annual", "goal.lifetime")
#: Benefits reach beyond a sector (造林 of any building site); goods, and how well they turn out, do not.
_CATEGORIES = ("数量指标", "质量指标", "经济效益指标")


@lru_cache(maxsize=8)
def _sectors(lexicon: Lexicon) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Read ``名称：词、词；词、词``: a sector, what is counted there and nowhere else, and what tells of it."""
    found = []
    for line in sorted(lexicon.words):
        sector, _, listed = line.partition("：")
        counted, _, knowing = listed.partition("；")
        found.append((sector, tuple(counted.split("、")), tuple(knowing.split("、"))))
    return tuple(found)


def _heading(form: Form, context: Context) -> str:
    """Return what stands around the texts: title, names and bureaus."""
    others = (item.text for item in form.fields if item.path not in _TEXTS)
    return plain("".join((form.title, *others, context.extraction.department)))


@check(scope="form")
def rows_of_this_work(form: Form, context: Context, *, sectors: Lexicon) -> Iterator[Hit]:
    """Look for the one row that counts what only another sector has (造林面积 in the repair of a school).

    Only quantities, qualities and economic benefits are looked at. Silent where the texts are short, where they, the
    bureau or another row know anything of that sector, or where they share two characters of the name: a row that is
    merely unusual is no fault.

    Parameters
    ----------
    sectors
        Lines ``名称：词、词；词、词``: what is counted there and nowhere else, and what tells that it is known.

    Yields
    ------
    Hit
        At the row, with ``sector`` and ``word``.
    """
    told = plain("".join(form.text(path) for path in _TEXTS))
    rows = filled_side(form)
    told_pairs = pairs(told)
    if len(told) < _LONG_ENOUGH or sum(_speaks_of(item, told_pairs) for item in rows) < _AT_HOME:
        raise NotApplicable
    about = told + _heading(form, context)
    for sector, words, knowing in _sectors(sectors):
        met = [(item, word) for item in rows for word in words if word in plain(item.name)]
        if len({id(item) for item, _ in met}) != 1 or any(word in about for word in (*words, *knowing)):
            continue
        item, word = met[0]
        own = item.level2 in _CATEGORIES or _is_extent(item) or _is_how_well(item)
        if not _speaks_of(item, pairs(about)) and own:
            yield Hit(item, {"sector": sector, "word": word}, key=word)


def _is_extent(item: Indicator) -> bool:
    """Whether a row tells how much was worked on (清扫保洁面积), which is no benefit that reaches beyond a sector."""
    kind = unit_kind(item.quantity.unit) if item.quantity is not None else ""
    return kind in ("area", "length") and plain(item.name).endswith(_EXTENTS)


def _is_how_well(item: Indicator) -> bool:
    """Whether a social benefit is how well the goods of a sector turn out (粪污利用率), and not whom it reaches."""
    percent = item.quantity is not None and unit_kind(item.quantity.unit) == "ratio"
    return percent and item.level2 == "社会效益指标" and _REACHING_OUT.search(plain(item.name)) is None


_REACHING_OUT = re.compile("周边|沿线|附近|邻近|带动|辐射|惠及|受益|覆盖|满意|增[收长产]|就业|群众|居民|村民|公众|市民")
_EXTENTS = ("面积", "里程", "长度")


def _speaks_of(item: Indicator, told: set[str]) -> bool:
    """Whether two neighbouring characters of a name stand in what is told."""
    return not pairs(plain(item.name)).isdisjoint(told)


#: Texts that say what this project does, and to whom; what each is compared with is all the rest of the form.
_TOLD = ("necessity", "overview", "goal.annual", "goal.lifetime", "plan", "measures")
#: What any plan says, and any measures, whatever is done.
_OF_ANY = ("plan", "measures")
_ANY_MEASURES = re.compile(
    "管理|办法|规定|规范|规程|制度|细则|资金|台账|专人|负责|监督|检查|考核|审核|抽查|监理|按月|合格|《|》"
)
_OF_ANY_PLAN = re.compile(
    "招标|采购|验收|完成|签订|合同|方案|制定|启动|结算|决算|总结|评价|实施|项目|工程|组织|开展|支付|全部|编制"
)
_NOT_WORDS = re.compile("[0-9A-Za-z]")


@check(scope="form")
def texts_of_this_work(
    form: Form, context: Context, *, sectors: Lexicon, shortest: int, at_most: Decimal
) -> Iterator[Hit]:
    """Look for a text pasted from another project: it tells of another sector and of nothing the form tells of.

    Parameters
    ----------
    sectors
        As for ``rows_of_this_work``.
    shortest
        Pairs of neighbouring characters a text needs.
    at_most
        Share of them that the rest of the form may have, too: any two texts of one place share a few.

    Yields
    ------
    Hit
        At the text, with ``sector`` and ``word``; variant ``place`` where it tells of a ``place`` nobody else names
        what another text tells of the ``whole`` of this one, with the figure as ``printed``.
    """
    around = _heading(form, context)
    pasted = _of_another_place(form, around)
    if pasted is not None:
        yield pasted
        return
    heading = around + plain("".join(item.name for item in form.indicators))
    if not any(form.text(path) for path in _TOLD):
        raise NotApplicable
    for path in _TOLD:
        field, own = form.field(path), _words(form.text(path))
        if field is None or len(own) < shortest:
            continue
        others = (name for name in _TEXTS if name != path and not (name.startswith("goal") and path.startswith("goal")))
        rest = heading + plain("".join(form.text(name) for name in others))
        if path in _OF_ANY:
            own = _words(_ANY_MEASURES.sub("0", _OF_ANY_PLAN.sub("0", field.text)))
            # The rules of the place are named after it, whatever they rule.
            own -= _words(form.text("department") + form.text("implementing_unit"))
        shared = Decimal(len(own & _words(rest)))
        if len(rest) < _LONG_ENOUGH or shared > at_most * len(own):
            continue
        if path in _OWN_WORK and shared <= _NOTHING_SHARED * len(own) and _counts_things(form, path, context):
            yield Hit(field, {}, variant="apart", key="foreign")
            return
        if path in _OF_ANY and shared > _NOTHING_SHARED * len(own):
            continue
        # 管理办法 is no word of the courts.
        said = _ANY_MEASURES.sub("，", field.text) if path == "measures" else field.text
        foreign = _only_foreign(plain(said), rest, sectors)
        if foreign is not None:
            yield Hit(field, {"sector": foreign[0], "word": foreign[1]}, key="foreign")
            return


#: Texts that must speak of the work itself, and the share of pairs that any two texts have by chance.
_OWN_WORK, _NOTHING_SHARED = ("overview", "goal.annual"), Decimal("0.04")
_THINGS = ("count", "area", "length", "person")


def _counts_things(form: Form, path: str, context: Context) -> bool:
    """Whether a text tells of work by its figures: a slogan or a list of sums shares no word with anything."""
    return any(item.field.path == path and item.kind in _THINGS for item in context.of(form, mentions))


_PLACE = re.compile("(?:^|[为在对给向由于])(?P<place>(?![为在对给向由位])[\u4e00-\u9fff]{2,3}[县区市旗])")
_WHOLE_PLACE = re.compile("全[省市县区旗]")
#: A smaller figure may be met anywhere by chance.
_TELLING_FIGURE = 10


def _of_another_place(form: Form, heading: str) -> Hit | None:
    """Find a figure that one text gives for all of this place, another for a place the form names nowhere else.

    为乙区320名…服务 beside 全市…320名: the text was written for 乙区. A district that has a part of the work has
    another figure, or stands in the name, the unit or a second text.
    """
    found = mentions(form)
    everywhere = [item for item in found if _WHOLE_PLACE.search(item.left)]
    for item in found if everywhere else ():
        named = _PLACE.search(plain(item.left))
        place = named.group("place") if named is not None else ""
        others = "".join(field.text for field in form.fields if field is not item.field)
        if not place or place in heading or place in others or scaled(item.quantity) < _TELLING_FIGURE:
            continue
        for other in everywhere:
            same = other.quantity.unit == item.quantity.unit and scaled(other.quantity) == scaled(item.quantity)
            if (
                same
                and other.field is not item.field
                and _words(item.left + item.right) & _words(other.left + other.right)
            ):
                whole = _WHOLE_PLACE.findall(other.left)[-1]
                values = {"place": place, "printed": item.printed, "whole": whole}
                return Hit(item.field, values, variant="place", key="foreign")
    return None


#: Those who work in a sector: 环卫、快递、外卖从业人员 may rest at any unit's place.
_PEOPLE = re.compile("[\u4e00-\u9fff]{2,6}(?:[、和及与][\u4e00-\u9fff]{2,6})*(?:从业|一线)?(?:人员|工人|职工|劳动者)")


def _only_foreign(text: str, rest: str, sectors: Lexicon) -> tuple[str, str] | None:
    """Return the sector a text is of and its word there, ``None`` where it is of one the rest is of, too."""
    found: tuple[str, str] | None = None
    text = _PEOPLE.sub("", text)
    for sector, words, knowing in _sectors(sectors):
        said = [word for word in (*words, *knowing) if word in text]
        # 多渠道增加教育资源 in the form of a school: one word has two senses, the text is at home.
        if any(word in rest for word in said):
            return None
        counted = next((word for word in words if word in text), "")
        if counted and found is None and not any(word in rest for word in (*words, *knowing)):
            found = sector, counted
    return found


def _words(text: str) -> set[str]:
    """Return the pairs of neighbouring characters of a text that are no figures."""
    return {pair for pair in pairs(plain(text)) if not _NOT_WORDS.search(pair)}
