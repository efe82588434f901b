"""What labels of the forms can mean: closed level names, and labels composed of morphemes.

No bureau prints the wording of the next one (年度(/项目)指标值, 预期2025年实现值, 指标值(包含数字及文字描述)), so
headers and field labels are not listed: a label is a scope (年度, 项目期), a subject (资金, 绩效), a modifier (预期,
计划) and a head (总额, 值, 目标), in brackets or not, and the head decides. Closed lists stay where the field is
closed: the twelve 二级指标 and the sources of funds. Labels are compared by :func:`label_key`: half width, no white
space, no points, colons, numbering or remarks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from indicators.text import squash

__all__ = [
    "LEVEL1",
    "LEVEL1_OF",
    "LEVEL2",
    "LEVEL2_ORDER",
    "OPERATORS",
    "block_label",
    "damaged_field",
    "damaged_level2",
    "field_label",
    "fund_label",
    "header_role",
    "horizon_of",
    "label_key",
    "level1_label",
    "level2_label",
    "list_column",
    "operator_word",
]

#: Canonical 二级指标 in the order every form prints them.
LEVEL2_ORDER = (
    "数量指标",
    "质量指标",
    "时效指标",
    "成本指标",
    "经济成本指标",
    "社会成本指标",
    "生态环境成本指标",
    "经济效益指标",
    "社会效益指标",
    "生态效益指标",
    "可持续影响指标",
    "服务对象满意度指标",
)

#: 一级指标 of each 二级指标.
LEVEL1_OF = {
    "数量指标": "产出指标",
    "质量指标": "产出指标",
    "时效指标": "产出指标",
    "成本指标": "产出指标",
    "经济成本指标": "成本指标",
    "社会成本指标": "成本指标",
    "生态环境成本指标": "成本指标",
    "经济效益指标": "效益指标",
    "社会效益指标": "效益指标",
    "生态效益指标": "效益指标",
    "可持续影响指标": "效益指标",
    "服务对象满意度指标": "满意度指标",
}

_LONGEST_LABEL = 24
_REMARK = re.compile(r"[(\[【<][^()\[\]【】<>]*[)\]】>]")
_DECORATION = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.]|[0-9]+[.、．]|[(][0-9一二三四五六七八九十]+[)]|[①-⑳]|[*★▲※]+)|[:：;；*★▲※]+$"
)
_POINTS = re.compile(r"[(\[【]?(?:权重|分值|满分)?[:：]?[0-9]+(?:\.[0-9]+)?(?:分|%)[)\]】]?$")


@lru_cache(maxsize=32768)
def label_key(text: str) -> str:
    """Return the key by which a label is compared: 产出指标(50分) and 产 出 指 标： give 产出指标."""
    key = _DECORATION.sub("", squash(text))
    key = _DECORATION.sub("", key)
    stripped = _POINTS.sub("", key)
    return stripped or key


@lru_cache(maxsize=32768)
def _bare(text: str) -> str:
    """Return the key without remarks in brackets: 数量指标(必填硬性指标) gives 数量指标."""
    key = label_key(text)
    bare = _DECORATION.sub("", _REMARK.sub("", key))
    return bare or key


# --- levels ---------------------------------------------------------------------------------------------

_STEMS1 = {
    "产出指标": ("产出",),
    "效益指标": ("效益", "成效", "效果", "产出效益"),
    "满意度指标": ("满意度", "满意"),
    "成本指标": ("成本",),
}
_STEMS2 = {
    "数量指标": ("数量", "实施数量"),
    "质量指标": ("质量",),
    "时效指标": ("时效", "进度", "时效性"),
    "成本指标": ("成本",),
    "经济成本指标": ("经济成本",),
    "社会成本指标": ("社会成本",),
    "生态环境成本指标": ("生态环境成本", "生态成本", "环境成本"),
    "经济效益指标": ("经济效益", "经济效果", "经济成效", "经济影响"),
    "社会效益指标": ("社会效益", "社会效果", "社会成效", "社会影响"),
    "生态效益指标": (
        "生态效益", "环境效益", "生态环境效益", "生态效果", "环境效果", "生态成效", "生态影响", "环境影响",
    ),
    "可持续影响指标": (
        "可持续影响", "可持续发展", "可持续性影响", "可持续影响力", "可持续效益", "可持续性", "可持续发展影响",
        "可持续",
    ),
    "服务对象满意度指标": ("满意度", "满意", "满意程度"),
}  # fmt: skip
#: Whose satisfaction: 社会公众或服务对象满意度, 服务(受益)对象满意度.
_WHO = (
    r"(?:社会公众|服务对象|受益对象|社会群众|受益群众|受益人群|项目受益人|服务|公众|群众|受益人|受益|对象|或|及|和|、)"
)
_PREFIX = r"(?:预期|绩效|年度|项目|产出|支出|总体|实施)*?"
_SUFFIX = r"(?:类|性|度)?(?:绩效)?(?:指标|指标值|目标|值|指)?"


def _stem_pattern(stems: dict[str, tuple[str, ...]], who: str) -> dict[str, re.Pattern[str]]:
    return {
        canonical: re.compile(
            f"{_PREFIX}{who if canonical.endswith('满意度指标') else ''}(?:{'|'.join(sorted(words, key=len, reverse=True))}){_SUFFIX}"
        )
        for canonical, words in stems.items()
    }


_LEVEL1_PATTERNS = _stem_pattern(_STEMS1, f"{_WHO}*")
_LEVEL2_PATTERNS = _stem_pattern(_STEMS2, f"{_WHO}*")
#: 项目完成指标: the level 1 of outputs in 四川; 服务对象 without its head: a label cut short.
_OTHER1 = re.compile(r"(?:项目|任务|工作)完成(?:类)?指标")
_OTHER2 = re.compile(rf"{_WHO}+(?:指标)?")


def _level(text: str, patterns: dict[str, re.Pattern[str]]) -> str | None:
    if len(text) > _LONGEST_LABEL + 8:
        return None
    key = _bare(text)
    if not 2 <= len(key) <= _LONGEST_LABEL or key in ("指标", "目标"):
        return None
    if key in _VALUES or _ASKED.fullmatch(key):
        return None
    for canonical, pattern in patterns.items():
        if pattern.fullmatch(key):
            return canonical
    return None


#: Stems that alone are values or names (满意, 可持续): labels only with 指标 behind them.
_VALUES = {"满意", "可持续", "经济影响", "社会影响", "生态影响", "环境影响", "满意程度"}
#: 群众满意度 names an indicator; the label says 群众满意度指标.
_ASKED = re.compile(r"(?:社会|受益)?(?:群众|人|人群)(?:的)?满意(?:度|程度)?")


@lru_cache(maxsize=32768)
def level1_label(text: str) -> str | None:
    """Return the canonical 一级指标 printed here, ``None`` where it is none."""
    found = _level(text, _LEVEL1_PATTERNS)
    if found is None and len(text) <= _LONGEST_LABEL and _OTHER1.fullmatch(_bare(text)):
        return "产出指标"
    return found


@lru_cache(maxsize=32768)
def level2_label(text: str) -> str | None:
    """Return the canonical 二级指标 printed here, ``None`` where it is none."""
    found = _level(text, _LEVEL2_PATTERNS)
    if found is None and len(text) <= _LONGEST_LABEL:
        key = _bare(text)
        if len(key) >= 4 and key != "服务指标" and "对象" in key and _OTHER2.fullmatch(key):
            return "服务对象满意度指标"
    return found


#: The plain labels, for programs that look for them in running text.
LEVEL1 = {f"{stem}{end}": level for level, stems in _STEMS1.items() for stem in stems for end in ("", "指标")}
LEVEL2 = {f"{stem}{end}": level for level, stems in _STEMS2.items() for stem in stems for end in ("", "指标")} | {
    f"{who}满意度{end}": "服务对象满意度指标"
    for who in ("服务对象", "受益对象", "社会公众", "社会公众或服务对象")
    for end in ("", "指标")
}
_FULL_LABELS = tuple(key for key in LEVEL2 if key.endswith("指标"))


def _one_off(key: str, label: str) -> bool:
    return len(key) == len(label) and sum(a != b for a, b in zip(key, label)) == 1


@lru_cache(maxsize=8192)
def damaged_level2(text: str) -> str | None:
    """Return the 二级指标 whose label this is but for one character (数量描标), ``None`` where it is none.

    Only full labels of at least four characters count; which place it stands in is for the caller to judge.
    """
    key = label_key(text)
    if not 4 <= len(key) <= 12 or level2_label(text) or level1_label(text):
        return None
    found = {LEVEL2[label] for label in _FULL_LABELS if _one_off(key, label)}
    if len(key) >= 6:
        found |= {LEVEL2[label] for label in LEVEL2 if len(label) >= 6 and _one_off(key, label)}
    return found.pop() if len(found) == 1 else None


# --- side words -----------------------------------------------------------------------------------------

_LIFETIME = re.compile(
    r"实施期|实施周期|中长期|长期|中期|项目期|全周期|规划期|全程|全期|[三五]年|项目总|^总(?:体|目标)|整体实施|存续期|总体"
)
_ANNUAL = re.compile(r"年度|当年|本年|今年|年初|全年|20[0-9]{2}年?")


@lru_cache(maxsize=8192)
def horizon_of(text: str) -> str | None:
    """Return the side a label names: ``lifetime``, ``annual``, ``None`` where it names none.

    年度总体目标 is annual: a year named beats 总体, which alone stands for the whole project.
    """
    key = squash(text)
    strong = re.sub(r"总体|^总", "", key)
    if _LIFETIME.search(strong):
        return "lifetime"
    if _ANNUAL.search(key):
        return "annual"
    return "lifetime" if _LIFETIME.search(key) else None


# --- headers of the indicator block ---------------------------------------------------------------------

_SCOPE = (
    r"(?:年度|当年|本年度?|全年|年初|今年|20[0-9]{2}年?度?|实施期|实施周期|项目实施周期|项目实施期|项目期|长期|中期|中长期"
    r"|全周期|规划期|三年|总体|项目总?|总|专项|政策|半年|全程|年|/|及|或|和|、|的|期)"
)
_MODIFIER = (
    r"(?:预期|预计|计划|设定|绩效|目标|指标|考核|申报|批复|期望|拟定|拟|应|设置|可|达到|完成|实现|可实现|定|量化|具体)"
)
_VALUE = re.compile(
    rf"{_SCOPE}*{_MODIFIER}*{_SCOPE}*{_MODIFIER}*(?:值|数值|目标值|实现值|水平|标准值|值域|实现)"
    r"(?:及|和|与|或|、|/)?(?:计量|度量)?(?:单位|内容|说明|要求|标准)?"
)
_VALUE_WITH_REMARK = re.compile(r"指标|目标|值|预期|计划|实现")
_LEVEL_NUMBER = re.compile(r"([一二三四1234])级(?!预算|单位|部门|项目)")
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
_UNIT = re.compile(r"(?:绩效|指标|值|计量|度量|数量|计数|量化|考核)*单位")
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
_PAST = re.compile(r"上年|上一?年度|去年|前年|前三年|近三年|历史|标杆|行业|参考|基期|基准")
_DONE = re.compile(r"实际|完成(?:值|情况)|已完成|执行值")
_HALF = re.compile(r"半年|半程|上半")


@lru_cache(maxsize=8192)
def header_role(text: str) -> str | None:
    """Return the role of a header cell of the indicator block, ``None`` where it is none.

    Roles: ``level1``, ``level2``, ``name``, ``value``, ``operator``, ``unit``, what stands beside them (``score``,
    ``weight``, ``note``, ``explanation``, ``standard``, ``source``, ``formula``, ``sequence``, ``responsible``),
    values that are not the target (``previous``, ``interim``, ``actual``) and ``gained`` of a self-evaluation.
    """
    if len(text) > _LONGEST_LABEL + 16:
        return None
    full = label_key(text)
    key = _bare(text)
    if len(key) > _LONGEST_LABEL or not key:
        return None
    if _LEVEL_IN_REMARK.search(full):
        key = re.sub(r"[()\[\]【】]", "", full)
    return _header(key) or (_header(re.sub(r"[()\[\]【】]", "", full)) if full != key else None)


def _header(key: str) -> str | None:
    number = _LEVEL_NUMBER.search(key)
    if number is not None and len(key) <= 14 and not key.endswith("值") and key.count("级") == 1:
        if "解释" in key or "说明" in key:
            return "explanation"
        return {"一": "level1", "1": "level1", "二": "level2", "2": "level2"}.get(number.group(1), "name")
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
    if key.endswith(("值", "水平", "实现", "值及单位", "情况", "值单位")) or "值" in key:
        if role := _value_role(key):
            return role
    if _TYPE2.fullmatch(key):
        return "level2"
    if _NAME.fullmatch(key) and key not in (
        "绩效指标",
        "年度指标",
        "项目指标",
        "项目绩效指标",
        "年度绩效指标",
        "考核内容",
    ):
        return "name"
    if _EXPLANATION.fullmatch(key):
        return "explanation"
    return None


def _value_role(key: str) -> str | None:
    if _HALF.search(key):
        return "interim"
    if _DONE.search(key) and not re.search(r"预期|预计|计划|目标", key):
        return "previous" if re.search(r"20[0-9]{2}年|" + _PAST.pattern, key) else "actual"
    if _PAST.search(key):
        return "previous"
    return "value" if _VALUE.fullmatch(key) else None


# --- fields of the heading, texts, goals and sign-off -----------------------------------------------------

_P = r"(?:预算|财政|专项|支出|政府|政策|二级|一级|子|具体|本|该)"
_FIELD_PATTERNS = tuple(
    (path, re.compile(pattern))
    for path, pattern in (
        ("leader", r"(?:项目|单位|部门|填报|分管|主要)*(?:负责人|责任人|领导)(?:及?(?:联系)?(?:电话|方式))?(?:签字|签章|签名)?"),
        ("handler", r"(?:项目|单位|填报)*(?:经办人|填报人|填表人|联系人|制表人|申报人|编制人)(?:及?(?:联系)?(?:电话|方式))?(?:签字|签章|签名)?"),
        ("contact_phone", r"(?:项目|单位|填报|填表|经办|负责|联系|申报)*(?:人)?(?:及)?(?:联系)?(?:电话|方式|手机)(?:号码)?"),
        ("filled_on", r"(?:填报|填表|申报|编制|填写|上报|制表)(?:日期|时间)"),
        ("project_name", rf"{_P}*(?:项目|专项资金|专项|政策|资金)(?:支出|资金|政策|专项|/|、|或|及)*名称"),
        ("department", r"(?:项目|预算|业务|财政|市级?|省级?|县级?|区级?|上级|归口|政策)*主管(?:部门|单位|处室|局|科室|股室)(?:名称)?(?:及|和|或|、|与|/)?(?:其|预算|部门)*(?:代码|编码|编号|名称)?"),
        ("department_name", r"(?:填报|编制|部门|填表)(?:部门|单位)(?:名称)?|预算部门(?:名称)?|申报部门(?:名称)?|单位部门名称|部门(?:单位)?名称|单位部门名称|部门单位|预算部门单位"),
        ("implementing_unit", r"(?:项目|资金|具体|预算|政策|主要|专项)*(?:实施|承担|执行|申报|用款|使用|承办|建设|责任|组织实施|组织)(?:单位|部门|主体|机构|处室)(?:名称)?(?:及|和|、|/)?(?:代码|编码)?|(?:预算|项目|本)单位(?:名称)?(?:及|和|、)?(?:代码|编码)?|单位名称(?:及|和|、)?(?:代码|编码)?"),
        ("project_attribute", r"(?:项目|资金|支出|经费|专项)(?:存续|存在|支出)?(?:属性|类型|类别|性质|分类)"),
        ("period.start", r"(?:项目|计划|预计|实施)+(?:开始|开工|起始)(?:日期|时间)"),
        ("period.end", r"(?:项目|计划|预计|实施)+(?:完成|结束|完工|终止)(?:日期|时间)"),
        ("project_period", r"(?:项目|政策|专项|资金|支出|预算|计划)*(?:实施|执行|起止|建设|存续|起讫)+(?:支出)?(?:周期|期限|期间|时间|日期|年限|年度|期|时限)|(?:项目|政策|专项)(?:支出)?(?:周期|期限|期间|日期|年限|期|时间)|(?:项目支出|项目)?实施期|期限|项目期限年|存续期"),
        ("basis", r"(?:项目|政策|预算|专项)*(?:立项|设立|政策|申报|实施|项目|法律|文件|申请)(?:的|\W)*依据"),
        ("necessity", r"(?:项目|政策|专项|立项|设立|实施|申报|的|申请|支出)*必要性(?:及可行性|和可行性|说明|论证)?"),
        ("measures", r"(?:保证|保障|确保).{0,10}(?:制度|措施|办法).{0,6}|(?:项目|组织|管理|实施|保障|内部|资金|制度|及|和|、)+(?:制度|措施)(?:及|和|、)?(?:保障)?(?:措施|制度)?(?:等)?"),
        ("plan", r"(?:项目|年度|工作|专项)*(?:实施|进度|工作|建设|执行)+(?:进度)?(?:计划|方案|安排)|项目(?:工作)?计划|项目方案"),
        ("overview", r"(?:项目|政策|专项)(?:资金|支出)?(?:基本|主要|实施|建设|总体|立项)*(?:概况|概述|内容|简介|情况|描述|介绍|基本情况)(?:及主要内容|及内容|说明)?|(?:概况|概述|基本情况|主要内容)"),
        ("duties", r"(?:部门|单位)*(?:主要)?(?:职能|职责)+(?:概述|职责)*"),
        ("tasks", r"(?:年度|重点|主要|工作|本年)*任务(?:概述)?|年度重点工作"),
    )
)  # fmt: skip
_GOAL = re.compile(rf"(?:{_SCOPE}|当年度|部门|整体|支出|预算|总体|绩效|预期|资金){{0,6}}目标(?:内容|描述|情况|概述)?")
#: What was reached, beside the goals of a form that is reported on later; blank in the form itself.
_GOAL_DONE = re.compile(r".{0,10}目标.{0,4}(?:完成情况|实际完成.{0,4}|实现情况)")
_NOT_GOAL = re.compile(r"^(?:目标|绩效目标表|指标目标|二级目标|子目标)$")
_BLOCK = re.compile(
    r"(?:项目|预算|年度|专项|支出)*(?:资金|预算|投资|经费)(?:情况|来源|安排|构成|规模|申请|总体情况)*(?:及.{2,6})?|项目资金|资金总体情况"
    r"|(?:年度|本年度?|当年|长期|中期|中长期|实施期|项目期|项目|支出|20[0-9]{2}年度?)*绩效(?:项目|目标)?指标(?:表|体系)?|绩效衡量指标|年度指标|指标体系"
)


@lru_cache(maxsize=8192)
def block_label(text: str) -> bool:
    """Whether a label names a block of the form and has no value of its own: 项目资金（万元）, 绩效指标."""
    return len(text) <= _LONGEST_LABEL and _BLOCK.fullmatch(_bare(text)) is not None


_REVIEW = re.compile(
    r".{0,12}(?:审核|评审|审查|审批|部门|单位|科室|处室|股室|股|科|领导|财政|专家|主管|初审|复核|办)(?:.{0,4})意见(?:.{0,6})?"
)
_OTHER_REMARKS = re.compile(r"其他?(?:需要?|应)?(?:说明|补充)的?(?:问题|事项|情况)?.{0,4}")


@lru_cache(maxsize=32768)
def field_label(text: str) -> str | None:
    """Return the path of the field this label names, ``None`` where it is no field label.

    Review opinions and remarks below the indicators (审核意见, 其他需要说明的问题 …) are ``review``; a start and an end
    of the project on their own are ``period.start`` and ``period.end``; goals are ``goal.lifetime``,
    ``goal.annual`` or, where the label names no side, ``goal``.
    """
    if len(text) > _LONGEST_LABEL + 8:
        return None
    full = label_key(text)
    if len(full) > _LONGEST_LABEL + 4:
        return None
    if _REVIEW.fullmatch(full) or _OTHER_REMARKS.fullmatch(full):
        return "review"
    key = _bare(text)
    if len(key) > 20 or len(key) < 2:
        return None
    return _field(key) or (_field(re.sub(r"[()\[\]【】]", "", full)) if full != key else None)


def _field(key: str) -> str | None:
    if "目标" in key:
        if _GOAL_DONE.fullmatch(key):
            return "goal.actual"
        if _GOAL.fullmatch(key) and not _NOT_GOAL.match(key):
            return _goal_path(key)
    for path, pattern in _FIELD_PATTERNS:
        if pattern.fullmatch(key):
            return path
    return None


def _goal_path(key: str) -> str:
    if re.search(r"实施期|实施周期|中长期|长期|中期|项目期|全周期|规划期|三年|项目总目标|^总目标", key):
        return "goal.lifetime"
    generic = re.sub(r"总体|绩效|整体|项目|部门|支出|年度", "", key) == "目标" and "总体" in key
    if re.search(r"年度|当年|本年|20[0-9]{2}", key) and not generic:
        return "goal.annual"
    return "goal"


_PLAIN_FIELDS = {
    "项目名称": "project_name", "主管部门": "department", "主管部门及代码": "department", "实施单位": "implementing_unit",
    "项目实施单位": "implementing_unit", "项目属性": "project_attribute", "项目概况": "overview", "立项依据": "basis",
    "项目设立必要性": "necessity", "保证项目实施的制度、措施": "measures", "项目实施计划": "plan", "实施期目标": "goal.lifetime",
    "年度目标": "goal.annual", "总体目标": "goal", "年度绩效目标": "goal", "起止时间": "project_period",
    "项目起止时间": "project_period", "联系电话": "contact_phone", "填报日期": "filled_on", "绩效目标": "goal",
}  # fmt: skip


@lru_cache(maxsize=8192)
def damaged_field(text: str) -> str | None:
    """Return the field whose label this is but for one character (立顶依据), ``None`` where it is none."""
    key = label_key(text)
    if not 4 <= len(key) <= 14 or field_label(text) or key.endswith("指标"):
        return None
    found = {path for label, path in _PLAIN_FIELDS.items() if _one_off(key, label)}
    if found == {"goal", "goal.annual"}:
        return "goal"
    return found.pop() if len(found) == 1 else None


_LIST_PROJECT = re.compile(
    rf"(?:{_P}|申报|实施|绩效|年度)*项目(?:名称)?(?:及|和|、|/)?(?:内容|编码|代码)?|(?:{_P}|政策)*(?:项目|专项|政策)(?:资金)?名称|(?:专项|任务)名称"
)
_LIST_UNIT_PROJECT = re.compile(
    r"(?:预算)?(?:单位|部门)(?:名称)?(?:及|和|与|、|/|或)?(?:下属)?项目(?:支出)?(?:名称)?|项目(?:名称)?(?:/|或|及|、)?单位/?名称|单位项目名称|项目单位/名称|项目\(单位\)名称|单位\(项目\)名称"
)


@lru_cache(maxsize=4096)
def list_column(text: str) -> str | None:
    """Return what a column at the left of a list table holds.

    ``project``, ``unit_project`` (units and their projects in one column) or ``unit_name``; ``None`` for others.
    """
    if len(text) > _LONGEST_LABEL:
        return None
    full, key = label_key(text), _bare(text)
    if _LIST_UNIT_PROJECT.fullmatch(full) or _LIST_UNIT_PROJECT.fullmatch(re.sub(r"[()]", "", full)):
        return "unit_project"
    if _LIST_PROJECT.fullmatch(key):
        return "project"
    if field_label(text) in ("implementing_unit", "department_name") and not key.startswith(("责任", "牵头")):
        return "unit_name"
    return None


# --- funds ----------------------------------------------------------------------------------------------

_FUND_SOURCE = (
    # (pattern over the key without unit and numbering, source); first match wins
    (re.compile(r"中央"), "central"),
    (re.compile(r"省级|自治区(?:级)?(?:财政|资金|补助)|^省(?:财政|本级|补助|安排|配套|投入|承担|专项)"), "provincial"),
    (re.compile(r"^[市县区州](?:财政)?(?:补助|安排|配套|投入|承担|专项)|市县|市、县|市\(?区\)?|县\(?区|县级|市级|区级|地方(?:财政)?|本级(?:财政)?|州级|旗县|县\(市|市\(县|市本级|县本级|区县|盟市"), "local"),
    (re.compile(r"自筹|单位资金|自有资金|自有"), "self"),
    (re.compile(r"结转|结余"), "carried"),
    (re.compile(r"财政拨款|财政资金|一般公共预算|政府性基金|国有资本|当年财政|财政补助|财政安排|财政性"), "fiscal"),
    (re.compile(r"其[他它].{0,4}(?:资金|收入|来源|投入|拨款|款)|^其[他它]$|社会资金|银行贷款"), "other"),
)  # fmt: skip
_TOTAL = re.compile(
    rf"(?:{_SCOPE}|项目|专项|部门|单位|整体支出|本级|省级|市级|县级|区级|计划|预计|申请|安排|批复|拟){{0,5}}"
    r"(?:资金|预算|投资|金额|经费|投入|支出|申请|安排|财政)*(?:总额|合计|总计|总量|总数|数额|数|额|总金额|规模)?"
)
_TOTAL_HEAD = re.compile(r"总|合计|数$|金额|额$|规模")
#: A year and its budget alone: 当年预算 (重庆).
_PLAIN_TOTAL = re.compile(r"(?:项目)?(?:当年|本年度?|年度)(?:预算|资金|申请)")
_MONEY_NOUN = re.compile(r"资金|预算|投资|金额|经费|总额|总计")
_FUND_SHAPE = re.compile(
    r"(?:资金|财政|总额|合计|小计|自筹|拨款|预算|结转|结余|投资|金额|总计|总量|贷款|其[他它])[^0-9]*$|财政资?$|预算数?$|收入$"
)
#: 中央补助, 省级补助, 县级安排: a level of government and what it gives, without the word 资金.
_FUND_OF_LEVEL = re.compile(
    r"(?:中央|省级?|自治区(?:级)?|市级?|州级?|县级?|区级?|市县|地方|本级)(?:财政)?(?:补助|安排|配套|投入|承担|专项)(?:数|额)?|[省市县区州]本级"
)
_FUND_PREFIX = re.compile(r"^(?:其中|一|二|三|四|五|-|—|─|·|\d|[(][一二三四五六七八九十\d]+[)])[:：、.]?")
#: 项目期资金总额：1,027.63万元: label and amount in one cell.
_FUND_AMOUNT = re.compile(r"[:：]-?\d[\d,，]*(?:\.\d+)?(?:亿元|万元|千元|元|万)?$")
_FUND_UNIT = re.compile(r"[(（](?:单位[:：]|金额[:：]?)?(?:万元|元|亿元|千元|百万元)[)）]|[/,，](?:万元|元|亿元|千元)$")


@lru_cache(maxsize=16384)
def fund_label(text: str) -> tuple[str, str | None] | None:
    """Return ``(source, horizon)`` of a fund label; ``horizon`` is ``None`` where its place decides.

    ``source`` is one of the contract's keys, or ``fiscal`` (财政拨款 without a level) or ``carried`` (上年结转).
    """
    if len(text) > 32:
        return None
    key = _FUND_AMOUNT.sub("", _FUND_UNIT.sub("", squash(text)))
    key = _FUND_PREFIX.sub("", label_key(key))
    key = label_key(key)
    if not key or (key[0].isdigit() and not re.match(r"20[0-9]{2}年", key)):
        return None
    if len(key) > 16 or not (_FUND_SHAPE.search(key) or _FUND_OF_LEVEL.fullmatch(key) or _TOTAL_HEAD.search(key)):
        return None
    if re.search(r"率|指标|人|成本|执行|目标|绩效|标准|补贴|单价|到位|支付|拨付|下达|使用", key):
        return None
    total = _total(key)
    if total is not None:
        return total
    for pattern, source in _FUND_SOURCE:
        if pattern.search(key) and (_FUND_SHAPE.search(key) or _FUND_OF_LEVEL.fullmatch(key)):
            return source, None
    return None


def _total(key: str) -> tuple[str, str | None] | None:
    """Return the total a label names: 项目总投资, 年度资金合计, 当年预算, 预算数."""
    bare = _REMARK.sub("", key)
    if not _TOTAL.fullmatch(bare) or not (_TOTAL_HEAD.search(bare) or _PLAIN_TOTAL.fullmatch(bare)):
        return None
    if not _MONEY_NOUN.search(bare) and bare not in ("合计", "总计", "总额"):
        return None
    if bare in ("项目资金", "预算资金", "资金情况", "项目预算") or re.fullmatch(r"项目(?:资金|预算|经费)", bare):
        return None
    if _ANNUAL.search(bare):
        return "total", "annual"
    if re.search(r"实施期|实施周期|中长期|长期|中期|项目期|全周期|规划期|三年|总投资|总体|项目总|^总(?:投|预)", bare):
        return "total", "lifetime"
    if re.match(r"项目(?:资金|预算|投资)(?:总额|合计|总计|总量)", bare):
        return "total", "lifetime"
    if re.fullmatch(r"预算(?:数|金额|资金|总额|规模)|(?:预算|申请|安排)(?:金额|数额|数|额)", bare):
        return "total", "annual"
    return "total", None


#: Operator words and signs of split layouts -> relation.
OPERATORS = {
    **dict.fromkeys(("≥", ">=", "=>", "≧", "大于等于", "大于或等于", "不小于", "不低于", "不少于"), "≥"),
    **dict.fromkeys(("≤", "<=", "=<", "≦", "小于等于", "小于或等于", "不大于", "不高于", "不超过", "不多于"), "≤"),
    **dict.fromkeys((">", "大于", "高于", "超过"), ">"),
    **dict.fromkeys(("<", "小于", "低于", "少于"), "<"),
    **dict.fromkeys(("=", "==", "等于"), "="),
    **dict.fromkeys(
        ("定性", "文字描述", "文字", "定性指标", "其他", "定量", "定量指标", "正向", "反向", "正向指标", "反向指标"), ""
    ),
}


def operator_word(text: str) -> str | None:
    """Return the relation an operator cell states (``""`` for 定性), ``None`` where it is no operator."""
    return OPERATORS.get(squash(text)) if len(text) <= 8 else None
