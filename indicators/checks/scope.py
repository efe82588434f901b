"""Is what an indicator counts the project's own, or that of a whole county, city or province (family V: V129)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.quantities import unit_kind
from indicators.records import Form, Indicator

from .base import Context, Hit, Lexicon, NotApplicable, check, plain

__all__ = ["total_is_the_projects"]

#: Which place is larger.
_RANKS = {"国": 4, "省": 3, "自治区": 3, "市": 2, "州": 2, "盟": 2, "县": 1, "区": 1, "旗": 1, "镇": 0, "乡": 0}
_SCOPE = re.compile("^(?:本?年度?|20[0-9]{2}年度?)?全(?P<level>国|省|自治区|市|州|盟|县|区|旗|镇|乡)(?!覆盖|会)")
#: What a place has or yields as a whole.
_WHOLE = re.compile(
    "总(?:产量|产值|量|件数|户数|人数|人次|人口|数量?|面积|额|收入|规模|里程|次数|吨数|销售额|消费额)$|生产总值|GDP|总产值"
    "|(?<!单位)(?<!亩均)(?<!平均)产[量值]$|财政收入$|可支配收入$|零售额$|(?:常住|户籍)人口$"
)
_OF_THE_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}?(?P<level>自治区|省|市|州|盟|县|区|旗)")
#: Levels printed within this many characters belong to the place, later ones to the office (市区…园区管委会).
_PLACE_NAME = 10


def _rank(form: Form, context: Context) -> int | None:
    """Return the level of the lowest place a department or unit is of (某市某县某局: a county's)."""
    found: list[int] = []
    for text in (form.text("department"), form.text("implementing_unit"), context.extraction.department):
        place = re.sub(r"^[0-9\-—－ ]+", "", text)[:_PLACE_NAME]
        found.extend(_RANKS[match.group("level")] for match in _OF_THE_PLACE.finditer(place))
    return min(found, default=None)


@check(scope="indicator")
def total_is_the_projects(indicator: Indicator, form: Form, context: Context, *, unless: Lexicon) -> Iterator[Hit]:
    """Look for the total of a whole place as what one project brings about (全省粮食总产量).

    Parameters
    ----------
    unless
        Words of projects that are about the whole place (普查, 统计, 规划).

    Yields
    ------
    Hit
        At the indicator, with ``scope``; variant ``above`` where the place is larger than the department's.
    """
    name, quantity = plain(indicator.name), indicator.quantity
    scope = _SCOPE.search(name)
    if scope is None or quantity is None or unit_kind(quantity.unit) == "time":
        raise NotApplicable
    if unless.find(form.project_name) or not _WHOLE.search(name):
        return
    core = name[scope.end() :]
    # What the goal promises, or the project is named after, is its own whatever its size.
    if any(core in plain(text) for text in (form.project_name, form.text("goal.annual"), form.text("goal.lifetime"))):
        return
    rank = _rank(form, context)
    above = rank is not None and _RANKS[scope.group("level")] > rank
    yield Hit(indicator, {"scope": f"全{scope.group('level')}"}, variant="above" if above else "")
