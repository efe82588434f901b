"""Headers of the indicator block: what a column holds by the words above it."""

from __future__ import annotations

import re
from functools import lru_cache

from indicators.vocabulary.keys import LONGEST_LABEL, SCOPE, bare, horizon_of, label_key
from indicators.vocabulary.needed import any_of, either

__all__ = ["HEADER_WORD", "header_hint", "header_role"]

_MODIFIER = r"(?:预期|预计|计划|设定|绩效|目标|指标|任务|考核|申报|批复|期望|拟定|拟|应|设置|可|达到|完成|实现|可实现|定|量化|具体)"
_VALUE = re.compile(
    rf"{SCOPE}*{_MODIFIER}*{SCOPE}*{_MODIFIER}*(?:值|数值|目标值|实现值|水平|标准值|值域|实现)"
    r"(?:及|和|与|或|、|/)?(?:计量|度量)?(?:单位|内容|说明|要求|标准)?"
)
#: Whatever stands before it, what ends in 指标值 or 目标值 heads the values.
_ANY_VALUE = re.compile(
    r"[^\W\d]{0,8}(?:20\d\d年?度?)?[^\W\d]{0,6}(?:指标|目标|任务|预期|计划|考核|绩效)(?:[^\W\d]{0,2})值"
)
_LEVEL_NUMBER = re.compile(
    r"(?:绩效|考核|评价|项目|年度|本年度?|当年|长期|中期|实施期|指标|目标|具体)*第?(III|II|I|[一二三四1234])级(?:绩效|考核|评价|项目|具体)*(?:指标|目标)?"
    r"(?:类别|类型|分类|名称|内容|描述|体系|要素|项目|及|和|、)*(?:长期|中期|实施期|年度|当年|本年度?)?"
)
#: 指标（一级）
_LEVEL_IN_REMARK = re.compile(r"指标[(\[][一二三四]级[)\]]$")
_TYPE1 = re.compile(r"(?:绩效)?指标(?:类型|类别|大类|种类)|(?:一级)?类别")
_TYPE2 = re.compile(r"(?:绩效)?指标(?:分类|子类|小类|细类)")
_NAME = re.compile(
    r"(?:绩效|年度|项目|考核|具体|细化|个性|评价|核心|明细|量化|及|、|和)*指标(?:(?:名称|内容|要素|事项|项|点)(?:及|和|、)?(?:内容|名称|说明|描述)?|及内容|描述)?"
    r"|(?:具体|绩效|考核|指标|目标)(?:内容|事项|指标)"
)
_EXPLANATION = re.compile(r"(?:绩效|指标|及|值|内容|三级)*(?:解释|释义|含义|定义|描述|说明|内涵).{0,6}")
_OPERATOR = re.compile(
    r"(?:绩效|指标|目标|值|计算|运算|比较|逻辑|判断|关系|数学|取值)*(?:性质|方向性?|导向|符号?|运算符号?|比较符号?|类型|属性|趋向|趋势|关系|正反向|极性)"
)
_UNIT = re.compile(r"(?:绩效|指标|目标|数值|值|计量|度量|数量|计数|量化|考核)*单位")
_ATTRIBUTES = (
    ("gained", re.compile(r"(?:自评|评价|实际|绩效|考核|指标)*(?:得分|评分)(?:情况)?|自评分|评价分")),
    ("score", re.compile(r"(?:绩效|指标|标准|考核|评价)*(?:分值|分数|满分|标准分|赋分|分)")),
    ("weight", re.compile(r"(?:绩效|指标|分值|考核|评价)*权重(?:系数|值|分)?")),
    ("note", re.compile(r"(?:其他|补充|指标|指标值)?(?:备注|说明)(?:说明)?")),
    (
        "standard",
        re.compile(r"(?:绩效|评分|评价|扣分|考核|赋分|计分|度量|评\(?扣\)?分|评扣分)+(?:标准|细则|规则|办法|方法)"),
    ),
    (
        "source",
        re.compile(
            r"(?:数据|取数|指标|目标|值|资料|设定|设立|设置|佐证|确定|信息|绩效)*(?:来源|依据|渠道|出处)|佐证(?:材料|资料)"
        ),
    ),
    ("formula", re.compile(r"(?:指标|绩效)?计算(?:公式|方法|方式|口径)")),
    ("sequence", re.compile(r"序号|编号|指标(?:编号|编码|代码)")),
    ("responsible", re.compile(r"(?:责任|牵头|负责|实施|考核)(?:科室|处室|股室|部门|单位|人|主体)")),
    ("amount", re.compile(r"(?:绩效|指标|对应)*(?:金额|资金)")),
)
_PAST = re.compile(r"[上前][一两]?年度?|去年|前年|前三年|近三年|历史|标杆|行业|参考|基期|基准")
_DONE = re.compile(r"实际|完成(?:值|情况)|已完成|执行值")
_HALF = re.compile(r"半年|半程|上半")
#: With what a header of values ends.
_VALUED = ("值", "水平", "实现", "值及单位", "情况", "值单位")
_OTHERS = (_LEVEL_NUMBER, _UNIT, _OPERATOR, _TYPE1, _PAST, _TYPE2, _NAME, _EXPLANATION, *dict(_ATTRIBUTES).values())
HEADER_WORD, _ANY_OTHER = any_of(_OTHERS, *_VALUED), either(_OTHERS)


@lru_cache(maxsize=8192)
def header_role(text: str) -> str | None:
    """Return the role of a header cell of the indicator block, ``None`` where it is none.

    Roles: ``level1``, ``level2``, ``name``, ``value``, ``operator``, ``unit``, what stands beside them (``score``,
    ``weight``, ``note``, ``explanation``, ``standard``, ``source``, ``formula``, ``sequence``, ``responsible``),
    values that are not the target (``previous``, ``interim``, ``actual``) and ``gained`` of a self-evaluation.
    """
    if len(text) > LONGEST_LABEL + 16:
        return None
    full = label_key(text)
    key = bare(text)
    if len(key) > LONGEST_LABEL or not key:
        return None
    if _LEVEL_IN_REMARK.search(full):
        key = re.sub(r"[()\[\]【】]", "", full)
    return _header(key) or (_header(re.sub(r"[()\[\]【】]", "", full)) if full != key else None)


def _header(key: str) -> str | None:
    if not HEADER_WORD.search(key):
        return None
    valued = key.endswith(_VALUED) or "值" in key or "水平" in key
    if not valued and not _ANY_OTHER.fullmatch(key):
        return None
    return _other_role(key) or (_value_of(key) if valued else None) or _text_role(key)


def _other_role(key: str) -> str | None:
    number = _LEVEL_NUMBER.fullmatch(key)
    if number is not None and not key.endswith(("项目", "项目名称")):
        if "解释" in key or "说明" in key:
            return "explanation"
        return {"一": "level1", "1": "level1", "I": "level1", "二": "level2", "2": "level2", "II": "level2"}.get(
            number.group(1), "name"
        )
    if _UNIT.fullmatch(key):
        return "unit"
    if _OPERATOR.fullmatch(key) and key not in ("类型", "关系", "属性", "趋势"):
        return "level1" if _TYPE1.fullmatch(key) else "operator"
    if _TYPE1.fullmatch(key):
        return "level1"
    for role, pattern in _ATTRIBUTES:
        if pattern.fullmatch(key):
            return role
    if _PAST.fullmatch(key):
        return "previous"
    return None


def _value_of(key: str) -> str | None:
    # 绩效标准/目标值: one word for it or another, but for headers glued to one another.
    words = (key, *key.split("/")[1:]) if "级" not in key else (key,)
    return next(filter(None, map(_value_role, words)), None)


def _text_role(key: str) -> str | None:
    if _TYPE2.fullmatch(key):
        return "level2"
    if _NAME.fullmatch(key) and key not in (
        "绩效指标",
        "年度指标",
        "项目指标",
        "项目绩效指标",
        "年度绩效指标",
    ):
        return "name"
    if _EXPLANATION.fullmatch(key):
        return "explanation"
    return None


def _value_role(key: str) -> str | None:
    if _HALF.search(key):
        return "interim"
    if _DONE.search(key) and not re.search(r"预期|预计|计划|目标|设定|拟|应", key) and horizon_of(key) != "lifetime":
        return "previous" if re.search(r"20[0-9]{2}年|" + _PAST.pattern, key) else "actual"
    if _PAST.search(key):
        return "previous"
    if "级" in key or key.count("指标") > 1:
        # Headers glued to one another (一级指标二级指标指标值), but for 目标指标指标值.
        return "value" if _VALUE.fullmatch(key) and "级" not in key else None
    return "value" if _VALUE.fullmatch(key) or _ANY_VALUE.fullmatch(key) else None


#: The last word of a header that is not understood as a whole: 证据来源, 数值量纲, 任务水平.
_HINTS = tuple(
    (role, re.compile(f"(?:{words})$"))
    for role, words in (
        ("unit", r"单位|量纲|计量"),
        ("operator", r"符号?|关系|方向|导向|运算|比较"),
        ("source", r"来源|依据|出处|材料|资料|渠道"),
        ("standard", r"标准|办法|细则|规则|方法"),
        ("responsible", r"科室|处室|股室|部门|责任人|负责人|主体"),
        ("note", r"备注|说明|备考|附注"),
        ("explanation", r"解释|释义|含义|定义|内涵|口径"),
        ("weight", r"权重|比重"),
        ("score", r"分值|分数|分"),
        ("sequence", r"序号|编号|No\.?|NO\.?|号"),
        ("value", r"值|数值|水平|标准值|指标值|要求|程度|情况|设定|标的"),
        ("level1", r"类别|类型|分类|大类|种类|维度"),
        ("name", r"名称|内容|事项|指标|项目|要点|要素|描述"),
    )
)


@lru_cache(maxsize=4096)
def header_hint(text: str) -> str | None:
    """Return the role that the last word of a header speaks for, ``None`` where it speaks for none."""
    key = bare(text)
    return next((role for role, pattern in _HINTS if pattern.search(key)), None)
