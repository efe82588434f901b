"""What a template prints in a cell until somebody fills it in (S115)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.records import Form, Indicator
from indicators.text import squash

from .base import Context, Hit, NotApplicable, check
from .value_words import unused

__all__ = ["placeholder_replaced"]

_PLACEHOLDER = re.compile(
    r"[*＊]{2,}|[×✕╳]{2,}|(?<![A-Za-z0-9])[Xx]{2,}(?![A-Za-z0-9])|[_＿]{2,}|[□○]{2,}|TBD|待补充|待填"
    r"|[(（【\[]\s*[)）】\]](?=\s*[%％个件元万亿人户处台套平公米吨次])"
    r"|[(（【\[]\s*(?:请)?(?:填写|填入|填报|输入|补充|数字|数值|空)[^)）】\]]{0,6}[)）】\]]"
)
_WHOLE = re.compile(
    r"(?:null|NULL|Null|N/A|n/a|#(?:REF|N/A|VALUE|NAME)[!?]?|\{[^{}]{1,200}\}|同上|待定|略|暂无|待确定|待明确|(?:详)?见附(?:件|表)?\d*|详见.{0,12}|同左|同前|[.。…·\-—–/\\?？~*＊#＃@＠^￥$＄]+|填写.{0,8}|示例.{0,4}"
    # 指标1, 三级指标名称2: the template's own name of a row.
    r"|(?:[一二三]级)?指标(?:名称?|内容)?[0-9０-９一二三四五六七八九十①-⑩]{1,2})"
)
#: A value put off until somebody decides: 视上级任务下达情况而定, 待招标后确定.
_PUT_OFF = re.compile(
    "(?:由[^0-9，,。；;]{1,10})?(?:视|看|等?待|依据?|根据|按照?|结合|随)[^0-9，,。；;]{2,24}?(?:而定|来定|待定|再定|另定|后(?:再|另)?(?:行)?(?:填报?|确定|明确|下达))"
    "|由[^0-9，,。；;]{1,10}视[^0-9，,。；;]{1,16}(?:确定|决定|核定)"
    "|待[^0-9，,。；;]{1,16}?(?:确定|明确|下达)"
    "|(?:.{2,16}?)?(?:另行|再行|届时)(?:确定|下达|明确|通知|核定|安排)"
    "|以[^0-9，,。；;]{0,8}实际[^0-9，,。；;]{0,8}为准"
    "|(?:尚未|暂未|目前未|还未|未)(?:确定|明确|下达|核定)"
)
#: Where a figure must stand, rules of their own say that there is none.
_FIGURES = ("数量指标", "成本指标", "经济成本指标", "服务对象满意度指标")
_TITLE = re.compile(r"《[^》]*》")
#: A unit of measure and nothing else; words that are also answers (级, 次, 名) stand with a multiplier only.
_ONLY_UNIT = re.compile(
    r"[≥≤=><]?(?:[万千百亿]?(?:公里|千米|平方米|立方米|公顷|亩|吨|公斤|千瓦时|元|人|人次|户|只|头|株|台套|个百分点|㎡)|%|％|个|件|份|台|套|辆)"
)


_HINT = re.compile(r"[(（]?\s{0,8}[≥≤><=＝]{1,2}\s*[*＊×✕╳]{2,}\s*[^()（）]{0,6}[)）]?[\s。；;，,]*$")


def _hinted(form: Form) -> tuple[Indicator, ...]:
    """Return the rows whose name still holds the hint of the template, and whose value is a figure or a date."""
    return tuple(
        item
        for item in form.indicators
        if _HINT.search(item.name)
        and not _PLACEHOLDER.search(_HINT.sub("", item.name))
        and (item.quantity is not None or item.dates is not None)
        and not _PLACEHOLDER.search(item.value)
    )


def _put_off(item: Indicator) -> bool:
    """Whether a value says only that it is going to be decided."""
    if item.quantity is not None or item.dates is not None or item.level2 in _FIGURES:
        return False
    return _PUT_OFF.fullmatch(squash(item.value).rstrip("。；;，,")) is not None


@check(scope="indicator")
def placeholder_replaced(indicator: Indicator, form: Form, context: Context) -> Iterator[Hit]:
    """Look for placeholders that were never replaced (``**``, ``××``, 同上, 待定, 详见附件).

    The hint of the national template behind a name (``满意度(≥**%)``) loses nothing where the value is filled.

    Yields
    ------
    Hit
        At the indicator, with ``cell`` (the cell that holds one); variant ``hint``, once a form, with ``count``;
        ``unit`` for a unit alone, ``later`` for a value put off until somebody decides.
    """
    if unused(indicator):
        raise NotApplicable
    hinted = context.of(form, _hinted)
    if any(item is indicator for item in hinted):
        if hinted[0] is indicator:
            count = len({item.name for item in hinted})
            yield Hit(indicator, {"cell": indicator.name, "count": count}, variant="hint", key="hint")
        return
    for text in (indicator.name, indicator.value):
        body = _TITLE.sub("", squash(text))
        if body and (_PLACEHOLDER.search(body) or _WHOLE.fullmatch(body)):
            yield Hit(indicator, {"cell": text})
            return
    if _put_off(indicator):
        yield Hit(indicator, {"cell": indicator.value}, variant="later")
        return
    if _ONLY_UNIT.fullmatch(squash(indicator.value)):
        yield Hit(indicator, {"cell": indicator.value}, variant="unit")
