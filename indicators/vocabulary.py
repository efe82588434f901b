"""The closed vocabulary of the forms: level labels, field labels, fund labels and their variants.

Labels are compared by :func:`label_key`: half width, no white space, no points, colons or numbering.
The variants are those met in published forms (see the layouts in the field).
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
    "attribute_label",
    "damaged_field",
    "damaged_level2",
    "field_label",
    "fund_label",
    "header_role",
    "label_key",
    "level1_label",
    "level2_label",
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

LEVEL1 = {
    **dict.fromkeys(("产出指标", "产出", "项目产出指标", "项目产出", "产出类指标", "产出绩效指标"), "产出指标"),
    **dict.fromkeys(
        ("效益指标", "效益", "成效指标", "成效", "效果指标", "效果", "项目效益指标", "项目效益", "项目效果指标",
         "项目效果", "效益类指标", "项目成效", "产出效益指标"),
        "效益指标",
    ),
    **dict.fromkeys(("满意度指标", "满意度", "满意度类指标", "满意指标"), "满意度指标"),
    **dict.fromkeys(("成本指标", "成本", "项目成本指标", "项目成本", "成本类指标"), "成本指标"),
}  # fmt: skip

_LEVEL2_STEMS = {
    "数量指标": ("数量", "产出数量", "项目产出数量", "实施数量"),
    "质量指标": ("质量", "产出质量", "项目产出质量"),
    "时效指标": ("时效", "产出时效", "项目产出时效", "进度", "时效性"),
    "成本指标": ("成本", "产出成本", "项目产出成本"),
    "经济成本指标": ("经济成本",),
    "社会成本指标": ("社会成本",),
    "生态环境成本指标": ("生态环境成本", "生态成本", "环境成本"),
    "经济效益指标": ("经济效益", "经济效果", "经济成效"),
    "社会效益指标": ("社会效益", "社会效果", "社会成效"),
    "生态效益指标": ("生态效益", "环境效益", "生态环境效益", "生态效果", "环境效果", "生态成效"),
    "可持续影响指标": ("可持续影响", "可持续发展", "可持续性影响", "可持续影响力", "可持续效益", "可持续性", "可持续发展影响"),
    "服务对象满意度指标": (
        "服务对象满意度", "服务对象满意", "满意度", "服务对象", "受益对象满意度", "受益对象", "社会公众满意度",
        "社会公众或服务对象满意度", "服务对象或社会公众满意度", "公众满意度", "服务对象满意程度", "服务满意度",
        "社会公众或服务对象", "服务对象或项目受益人满意度",
    ),
}  # fmt: skip

#: Printed variant -> canonical 二级指标.
LEVEL2 = {
    variant: canonical
    for canonical, stems in _LEVEL2_STEMS.items()
    for stem in stems
    for variant in (stem, f"{stem}指标", f"{stem}类指标", f"{stem}指")
}

_DECORATION = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[0-9]+[.、．]|[(（][0-9一二三四五六七八九十]+[)）]|[①-⑳])|[:：;；*＊★▲]+$"
)
_POINTS = re.compile(r"[(（\[【]?(?:权重)?[:：]?[0-9]+(?:\.[0-9]+)?(?:分|%)[)）\]】]?$")


@lru_cache(maxsize=32768)
def label_key(text: str) -> str:
    """Return the key by which a label is compared: 产出指标(50分) and 产 出 指 标： give 产出指标."""
    key = _DECORATION.sub("", squash(text))
    key = _DECORATION.sub("", key)
    stripped = _POINTS.sub("", key)
    return stripped or key


_LONGEST_LABEL = 24


@lru_cache(maxsize=32768)
def level1_label(text: str) -> str | None:
    """Return the canonical 一级指标 printed here, ``None`` where it is none."""
    return LEVEL1.get(label_key(text)) if len(text) <= _LONGEST_LABEL else None


@lru_cache(maxsize=32768)
def level2_label(text: str) -> str | None:
    """Return the canonical 二级指标 printed here, ``None`` where it is none."""
    return LEVEL2.get(label_key(text)) if len(text) <= _LONGEST_LABEL else None


_FULL_LABELS = tuple(key for key in LEVEL2 if key.endswith("指标") and not key.endswith("类指标"))


def _one_off(key: str, label: str) -> bool:
    return len(key) == len(label) and sum(a != b for a, b in zip(key, label)) == 1


@lru_cache(maxsize=8192)
def damaged_level2(text: str) -> str | None:
    """Return the 二级指标 whose label this is but for one character (数量描标), ``None`` where it is none.

    Only full labels of at least four characters count; which place it stands in is for the caller to judge.
    """
    key = label_key(text)
    if not 4 <= len(key) <= 12 or key in LEVEL2 or key in LEVEL1:
        return None
    found = {LEVEL2[label] for label in _FULL_LABELS if _one_off(key, label)}
    if len(key) >= 6:
        found |= {LEVEL2[label] for label in LEVEL2 if len(label) >= 6 and _one_off(key, label)}
    return found.pop() if len(found) == 1 else None


# Label of a field -> path. Longest variants are matched exactly, never by prefix.
_FIELDS = {
    "project_name": ("项目名称", "项目(政策)名称", "政策名称", "项目政策名称", "预算项目名称", "二级项目名称", "项目(专项)名称", "专项名称", "专项(项目)名称"),
    "department": (
        "主管部门及代码", "主管部门", "主管部门(单位)", "主管部门及编码", "主管部门名称", "预算主管部门", "主管部门(及代码)",
        "项目主管部门", "主管单位", "主管部门及代码(单位)", "市级主管部门", "省级主管部门", "主管处室及代码",
    ),
    "implementing_unit": (
        "实施单位", "项目实施单位", "项目单位", "预算单位", "单位名称", "承担单位", "项目承担单位", "执行单位", "申报单位",
        "用款单位", "具体实施单位", "项目执行单位", "项目承办单位", "承办单位", "项目实施部门", "项目用款单位", "责任单位", "实施部门", "项目申报单位", "资金使用单位", "具体实施处室(单位)", "实施单位及代码",
    ),
    "project_attribute": ("项目属性", "项目类型", "项目类别", "项目性质", "资金类型"),
    "project_period": (
        "项目期", "项目期限", "项目日期", "起止时间", "项目起止时间", "实施期限", "项目周期", "项目实施期", "实施周期",
        "项目起止年限", "项目期限(年)", "项目执行期", "项目实施周期", "实施期", "存续期间", "存续期", "项目存续期",
        "项目存续期间", "起止年限", "实施年限", "项目年限", "项目实施年限", "起止日期", "项目起止日期", "执行期限", "项目起止年度", "起止年度",
    ),
    "overview": ("项目概况", "项目概述", "项目内容", "项目基本概况", "项目简介", "项目基本情况", "项目主要内容", "项目描述", "项目概况及主要内容"),
    "basis": ("立项依据", "项目立项依据", "项目立项的依据", "政策依据", "设立依据", "项目依据", "立项(政策)依据", "项目设立依据"),
    "necessity": ("项目设立必要性", "项目设立的必要性", "设立必要性", "项目必要性", "立项必要性", "项目立项必要性", "必要性", "项目实施必要性", "项目申报必要性"),
    "measures": (
        "保证项目实施的制度、措施", "保证项目实施的制度措施", "保证项目实施的制度和措施", "保证项目实施的措施", "保障措施",
        "制度措施", "保证项目实施的制度、措施等", "项目保障措施", "保证项目实施的制度及措施", "保障项目实施的制度、措施", "实施保障措施",
    ),
    "plan": ("项目实施计划", "实施计划", "项目计划", "项目进度计划", "项目实施进度计划", "项目实施方案", "实施方案", "工作计划", "项目工作计划"),
    "leader": ("负责人", "项目负责人", "单位负责人", "填报负责人", "负责人签字", "单位负责人(签字)", "项目负责人及电话", "负责人及电话", "项目负责人及联系电话",
        "负责人及联系电话"),
    "handler": ("经办人", "填报人", "联系人", "项目联系人", "填表人", "经办人签字", "填报人(签字)", "联系人及电话", "联系人及联系电话", "项目联系人及电话"),
    "contact_phone": ("联系电话", "电话", "联系方式", "联系人电话", "填报人电话"),
    "filled_on": ("填报日期", "填报时间", "填表日期", "申报日期", "填表时间", "编制日期"),
    "department_name": ("部门名称", "部门(单位)名称", "预算部门", "部门(单位)", "预算部门名称", "单位(部门)名称", "填报单位", "填报部门"),
    "goal": (
        "总体目标", "年度总体目标", "绩效目标", "项目绩效目标", "年度绩效目标", "项目总体目标", "整体目标", "年度整体目标",
        "整体绩效目标", "年度目标", "总体绩效目标", "项目年度绩效目标", "部门整体绩效目标", "年度总体绩效目标", "当年绩效目标",
    ),
    "goal.lifetime": (
        "实施期目标", "长期目标", "中期目标", "项目期目标", "中长期目标", "实施期总目标", "实施期总体目标", "项目实施期目标",
        "长期绩效目标", "中期绩效目标", "实施期绩效目标", "项目期绩效目标", "总体目标(长期)", "中长期绩效目标",
        "项目中长期绩效目标", "项目总目标", "三年目标", "三年绩效目标", "三年总体目标", "三年总目标", "规划期目标",
        "长期总目标", "中期总目标", "中期总体目标", "长期总体目标", "全周期目标", "全周期绩效目标",
    ),
    "goal.annual": ("年度目标", "本年度目标", "年度绩效目标", "当年目标", "本年目标", "年度总目标", "当年度目标", "本年度绩效目标"),
    "duties": ("部门职能概述", "部门职责", "部门主要职责", "单位职责", "部门职能", "职能概述", "单位职能概述", "主要职责", "部门职能职责概述"),
    "tasks": ("年度主要任务", "年度重点工作任务", "主要任务", "年度工作任务", "重点工作任务", "年度重点工作"),
}  # fmt: skip
_FIELD_OF = {squash(variant): path for path, variants in _FIELDS.items() for variant in variants}


@lru_cache(maxsize=32768)
def field_label(text: str) -> str | None:
    """Return the path of the field this label names, ``None`` where it is no field label.

    Review opinions below the indicators (审核意见, 财政部门意见 …) are ``review``.
    """
    if len(text) > _LONGEST_LABEL:
        return None
    key = label_key(text)
    if _REVIEW.fullmatch(key):
        return "review"
    return _FIELD_OF.get(key) or _FIELD_OF.get(_YEARS.sub("", key))


#: 中期目标(2026年-2028年), 年度绩效目标(2026年度): the label names its years.
_YEARS = re.compile(r"^20[0-9]{2}年度?|[(（]20[0-9]{2}年?度?(?:[-—－–~～至到]+20[0-9]{2}年?度?)?[)）]$")


_REVIEW = re.compile(
    r".{0,10}(?:审核|评审|审查|审批|部门|单位|科室|处室|股室|领导|财政|专家|主管)(?:.{0,4})意见(?:.{0,6})?"
)


@lru_cache(maxsize=8192)
def damaged_field(text: str) -> str | None:
    """Return the field whose label this is but for one character (立顶依据), ``None`` where it is none."""
    key = label_key(text)
    if not 4 <= len(key) <= 14 or key in _FIELD_OF or key.endswith("指标"):
        return None
    found = {path for label, path in _FIELD_OF.items() if _one_off(key, label)}
    if found == {"goal", "goal.annual"}:
        return "goal"
    return found.pop() if len(found) == 1 else None


_ATTRIBUTES = {
    "score": ("分值", "分数", "指标分值", "标准分值", "分值(权重)"),
    "weight": ("权重", "指标权重", "权重(%)", "分值权重", "权重系数", "权重值"),
    "note": ("备注", "说明", "指标说明", "指标值说明", "备注说明", "其他说明"),
    "explanation": ("指标解释", "指标内容解释", "指标释义", "指标含义", "指标定义", "指标解释及计算方法", "指标解释说明"),
    "standard": ("绩效标准", "评分标准", "评(扣)分标准", "评扣分标准", "评价标准", "评分细则", "扣分标准", "绩效度量标准"),
    "operator": (
        "指标性质", "指标方向", "计算符号", "指标值类型", "符号", "运算符", "比较符", "指标符号", "运算符号", "性质",
        "方向", "比较符号", "指标值性质", "目标值性质", "绩效指标性质", "指标方向性", "方向性", "绩效指标方向", "指标值方向", "逻辑符号",
    ),
    "unit": ("度量单位", "计量单位", "单位", "指标单位", "指标值单位", "计量单位(单位)", "绩效度量单位"),
    "source": ("指标值来源", "数据来源", "指标值确定依据", "指标来源", "指标值设定依据", "取数来源", "设定依据"),
    "formula": ("计算公式", "指标计算公式", "计算方法"),
    "previous": ("上年指标值", "前年指标值", "上年实际值", "历史值", "参考值", "上年值", "上年完成值", "上年实际完成值", "标杆值", "行业标准值", "前年", "上年", "前年实际值",
        "前年值", "前三年平均值", "近三年平均值", "历史标准值"),
    "actual": ("实际完成值", "全年完成值", "全年实际值", "实际完成情况", "完成值", "年度完成值", "实际值", "实际完成指标值", "全年实际完成值"),
    "interim": (
        "半年(程)指标值", "半年(程)目标值", "半年指标值", "半年目标值", "上半年指标值", "上半年目标值", "半程指标值", "半程目标值",
    ),
    "gained": ("得分", "自评得分", "评分", "自评分", "评价得分"),
    "sequence": ("序号", "编号", "指标编号"),
}  # fmt: skip
_ATTRIBUTE_OF = {squash(variant): role for role, variants in _ATTRIBUTES.items() for variant in variants}


@lru_cache(maxsize=8192)
def attribute_label(text: str) -> str | None:
    """Return the role of a further indicator column (``score``, ``operator``, ``unit`` …), else ``None``."""
    return _ATTRIBUTE_OF.get(label_key(text)) if len(text) <= _LONGEST_LABEL else None


_HEADERS = {
    "level1": ("一级指标", "指标类型", "指标类别", "一级指标名称"),
    "level2": ("二级指标", "指标分类", "二级指标名称"),
    "name": ("三级指标", "指标内容", "指标名称", "具体指标", "三级指标名称", "绩效指标内容", "四级指标", "个性指标"),
    "value": (
        "指标值", "目标值", "年度指标值", "指标目标值", "年度目标值", "指标值(目标值)", "年初目标值", "本年指标值", "实施期指标值",
        "预期指标值", "计划指标值", "绩效指标值", "年度(项目)指标值", "年度/项目指标值", "项目指标值", "预期目标值", "预期值",
        "年度预期值", "指标值(内容)", "绩效指标目标值", "年度绩效指标值", "全年指标值", "指标值及单位", "目标值(年度)",
        "长期指标值", "中期指标值", "三年指标值", "三年目标值", "规划期指标值", "长期目标值", "中期目标值", "项目期目标值",
        "预计当年实现", "预期当年实现", "预计当年实现值", "预计当年实现指标值", "当年实现值", "当年指标值", "当年目标值",
        "全年(程)指标值", "全年(程)目标值", "全年目标值", "全程指标值", "全程目标值", "本年目标值", "设定值", "计划值", "绩效目标值", "预期当年实现值", "年度计划值",
        "指标(目标)值", "中长期指标值", "项目期指标值", "实施期目标值", "总体指标值",
    ),
}  # fmt: skip
_HEADER_OF = {squash(variant): role for role, variants in _HEADERS.items() for variant in variants}


@lru_cache(maxsize=8192)
def header_role(text: str) -> str | None:
    """Return the role of a header cell of the indicator block, ``None`` where it is none."""
    if len(text) > _LONGEST_LABEL:
        return None
    key = label_key(text)
    role = _HEADER_OF.get(key)
    if role is None:
        role = _ATTRIBUTE_OF.get(key)
    if role is None and re.fullmatch(r"(?:20[0-9]{2}年?度?|本年度?|当年)(?:指标值|目标值|绩效指标值)", key):
        role = "value"
    return role


_FUND_SOURCE = (
    # (pattern over label_key, source, horizon or None); first match wins
    (re.compile(r"(?:实施期|项目期|中期|长期|项目|总体|全周期|中长期)(?:资金|预算|投资)?(?:总额|合计|总量|总计)"), "total", "lifetime"),
    (re.compile(r"^项目(?:资金|预算)总额|^项目总(?:投资|预算|金额|资金)"), "total", "lifetime"),
    (re.compile(r"(?:年度|当年|本年度?|20[0-9]{2}年度?)(?:项目)?(?:预算)?(?:资金|申请|预算|投入)?(?:资金|预算)?(?:申请|安排)?(?:总额|合计|总量|总计|金额)"), "total", "annual"),
    (re.compile(r"^项目(?:当年|年度|本年度?)(?:预算|资金)(?:数|额)?$|^年度(?:资金|预算)(?:申请)?(?:数|额)?$|^年度资金申请总额|^预算(?:数|金额|资金|总额)$|^本年预算(?:数)?$|^当年预算(?:数)?$|^年度预算(?:数|金额)$"), "total", "annual"),
    (re.compile(r"^(?:资金)?(?:总额|合计|总计)$|^资金总额$|^金额合计$|^(?:部门|单位|年度部门|整体支出)预算(?:总额|合计|资金总额)$"), "total", None),
    (re.compile(r"中央"), "central", None),
    (re.compile(r"省级|自治区(?:级)?(?:财政|资金|补助)|^省(?:财政|本级|补助|安排|配套|投入|承担|专项)"), "provincial", None),
    (re.compile(r"^[市县区州](?:财政)?(?:补助|安排|配套|投入|承担|专项)|市县|市、县|市\(?区\)?|县\(?区|县级|市级|区级|地方(?:财政)?|本级(?:财政)?|州级|旗县|县\(市|市\(县|市本级|县本级|区县|盟市"), "local", None),
    (re.compile(r"自筹|单位资金|自有资金"), "self", None),
    (re.compile(r"财政拨款|财政资金|一般公共预算|政府性基金|国有资本经营|当年财政"), "fiscal", None),
    (re.compile(r"结转|结余"), "carried", None),
    (re.compile(r"其他|社会资金|银行贷款|其它"), "other", None),
)  # fmt: skip
_FUND_SHAPE = re.compile(
    r"(?:资金|财政|总额|合计|自筹|拨款|预算|结转|结余|投资|金额|总计|总量|贷款|其[他它])[^0-9]*$|财政资?$|预算数?$"
)
#: 中央补助, 省级补助, 县级安排: a level of government and what it gives, without the word 资金.
_FUND_OF_LEVEL = re.compile(
    r"(?:中央|省级?|自治区(?:级)?|市级?|州级?|县级?|区级?|市县|地方|本级)(?:财政)?(?:补助|安排|配套|投入|承担|专项)(?:数|额)?"
)
_FUND_PREFIX = re.compile(r"^(?:其中|一|二|三|四|五|-|—|─|·|\d)[:：、.]?")
_FUND_UNIT = re.compile(r"[(（](?:单位[:：])?(万元|元|亿元)[)）]")


@lru_cache(maxsize=16384)
def fund_label(text: str) -> tuple[str, str | None] | None:
    """Return ``(source, horizon)`` of a fund label; ``horizon`` is ``None`` where its place decides.

    ``source`` is one of the contract's keys, or ``fiscal`` (财政拨款 without a level) or ``carried`` (上年结转).
    """
    if len(text) > 32:
        return None
    key = _FUND_UNIT.sub("", squash(text))
    key = _FUND_PREFIX.sub("", label_key(key))
    key = label_key(key)
    if not key or key[0].isdigit() or not (_FUND_SHAPE.search(key) or _FUND_OF_LEVEL.fullmatch(key)):
        return None
    if key.startswith("项目资金") and not re.search(r"总|合", key):
        return None
    for pattern, source, horizon in _FUND_SOURCE:
        if pattern.search(key):
            return source, horizon
    return None


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
