"""Labels of the heading, the texts, the goals, the sign-off and of blocks; columns at the left of lists."""

from __future__ import annotations

import re
from functools import lru_cache

from indicators.text import squash
from indicators.vocabulary.keys import ANNUAL, LONGEST_LABEL, SCOPE, bare, horizon_of, label_key, one_off
from indicators.vocabulary.needed import any_of, either, may_hold

__all__ = [
    "BLOCK_WORD",
    "FIELD_WORD",
    "NAMES",
    "NAME_WORD",
    "block_label",
    "damaged_field",
    "field_label",
    "list_column",
]

_P = r"(?:预算|财政|专项|支出|政府|政策|二级|一级|子|具体|本|该)"
_FIELD_PATTERNS = tuple(
    (path, re.compile(pattern))
    for path, pattern in (
        ("leader", r"(?:项目|单位|部门|填报|分管|主要)*(?:负责人|责任人|领导)(?:及?(?:联系)?(?:电话|方式))?(?:签字|签章|签名)?"),
        ("handler", r"(?:项目|单位|填报)*(?:经办人|填报人|填表人|联系人|制表人|申报人|编制人)(?:及?(?:联系)?(?:电话|方式))?(?:签字|签章|签名)?"),
        ("contact_phone", r"(?:项目|单位|填报|填表|经办|负责|联系|申报)*(?:人)?(?:及)?(?:联系)?(?:电话|方式|手机)(?:号码)?"),
        ("filled_on", r"(?:填报|填表|申报|编制|填写|上报|制表)(?:日期|时间)"),
        ("project_name", rf"{_P}*(?:项目|专项资金|专项|政策|资金|转移支付)(?:支出|资金|政策|专项|/|、|或|及)*名称"),
        ("department", r"归口(?:管理)?(?:部门|单位)(?:名称)?|(?:一级|主管)预算(?:单位|部门)(?:名称)?(?:及|和|、)?(?:代码|编码)?|(?:项目|预算|业务|财政|市级?|省级?|旗?县级?|区级?|上级|归口|政策)*主管(?:部门|单位|处室|局|科室|股室)(?:名称)?(?:及|和|或|、|与|/)?(?:其|预算|部门)*(?:代码|编码|编号|名称)?"),
        ("department_name", r"(?:填报|编制|部门|填表)(?:部门|单位)(?:名称)?|预算部门(?:名称)?|申报部门(?:名称)?|单位部门名称|部门(?:单位)?名称|单位部门名称|部门单位|预算部门单位"),
        ("implementing_unit", r"(?:项目|资金|具体|预算|政策|主要|专项)*(?:实施|承担|执行|申报|用款|使用|承办|建设|责任|组织实施|组织|受援|购买|经办)(?:单位|部门|主体|机构|处室)(?:名称)?(?:及|和|、|/)?(?:代码|编码)?|(?:申报|承担|承办|实施)(?:学校|院校|企业)|(?:预算|项目|本)单位(?:名称)?(?:及|和|、)?(?:代码|编码)?|单位名称(?:及|和|、)?(?:代码|编码)?"),
        ("project_attribute", r"(?:项目|资金|支出|经费|专项)(?:存续|存在|支出)?(?:属性|类型|类别|性质|分类)"),
        ("period.start", r"(?:项目|计划|预计|实施)+(?:开始|开工|起始)(?:日期|时间)"),
        ("period.end", r"(?:项目|计划|预计|实施)+(?:完成|结束|完工|终止)(?:日期|时间)"),
        ("project_period", r"(?:项目|政策|专项|资金|支出|预算|计划)*(?:实施|执行|起止|建设|存续|起讫)+(?:支出)?(?:周期|期限|期间|时间|日期|年限|年度|期|时限)|(?:项目|政策|专项)(?:支出)?(?:周期|期限|期间|日期|年限|期|时间)(?:范围|区间)?|(?:项目支出|项目)?实施期|期限|项目期限年|存续期"),
        ("basis", r"(?:项目|政策|预算|专项)*(?:立项|设立|政策|申报|实施|项目|法律|文件|申请)(?:的|\W)*依据"),
        ("necessity", r"(?:项目|政策|专项|立项|设立|实施|申报|的|申请|支出)*必要性(?:及可行性|和可行性|说明|论证|分析|阐述)*"),
        ("measures", r"(?:保证|保障|确保).{0,10}(?:制度|措施|办法)(?:[及和与、/]*(?:制度|措施|办法|情况|说明|保障|等))*(?:[（(].{0,6})?|(?:项目|组织|管理|实施|保障|内部|资金|制度|及|和|、)+(?:制度|措施)(?:及|和|、)?(?:保障)?(?:措施|制度)?(?:等)?"),
        ("plan", r"(?:项目|年度|工作|专项)*(?:实施|进度|工作|建设|执行)+(?:进度)?(?:计划|方案|安排)|项目(?:工作)?计划|项目方案|(?:项目|年度|工程)*(?:实施|执行|建设|工作)(?:进度|步骤)"),
        ("overview", r"(?:项目|政策|专项)(?:资金|支出)?(?:基本|主要|实施|建设|总体|立项)*(?:概况|概述|内容|简介|情况|描述|介绍|说明|基本情况)+(?:及主要内容|及内容|[及与和](?:资金|经费|预算)?测算(?:过程|依据|说明|明细)?|说明)?|(?:概况|概述|基本情况|主要内容)"),
        ("duties", r"(?:部门|单位)*(?:主要)?(?:职能|职责)+(?:概述|职责)*"),
        ("tasks", r"(?:年度|重点|主要|工作|本年)*任务(?:概述)?|年度重点工作"),
    )
)  # fmt: skip
#: The fields whose value names a form.
NAMES = ("project_name", "department_name")
_FIELD_WORD, NAME_WORD = any_of(dict(_FIELD_PATTERNS).values()), any_of(dict(_FIELD_PATTERNS)[path] for path in NAMES)
_ANY_FIELD = either(dict(_FIELD_PATTERNS).values())
_GOAL = re.compile(
    rf"(?:目标|任务)?(?:{SCOPE}|部门|支出|预算|绩效|预期|预计|计划|设定|拟定|专项资金|工作|任务|主要|具体|申报){{0,6}}目标"
    r"(?:任务|内容|描述|情况|概述|说明|设定|表述)?[0-9一二三四五]?"
)
#: What was reached, beside the goals of a form that is reported on later; blank in the form itself.
_GOAL_DONE = re.compile(r".{0,10}目标.{0,4}(?:完成情况|实际完成.{0,4}|实现情况)")
_NOT_GOAL = re.compile(r"^(?:目标|绩效目标表|指标目标|二级目标|子目标)$")
_BLOCK = re.compile(
    r"(?:项目|预算|年度|专项|支出)*(?:资金|预算|投资|经费)(?:情况|来源|安排|构成|规模|申请|总体情况)*(?:及.{2,6})?|项目资金|资金总体情况"
    r"|(?:年度|本年度?|当年|长期|中期|中长期|实施期|项目期|项目|支出|20[0-9]{2}年度?)*绩效(?:项目|目标)?指标(?:表|体系)?|绩效衡量指标|(?:本?年度|当年|长期|中期|中长期|实施期|项目期|三年)指标|指标体系"
)
BLOCK_WORD = any_of([_BLOCK])


@lru_cache(maxsize=8192)
def block_label(text: str) -> bool:
    """Whether a label names a block of the form and has no value of its own: 项目资金（万元）, 绩效指标."""
    named = len(text) <= LONGEST_LABEL and may_hold(BLOCK_WORD, squash(text))
    return named and _BLOCK.fullmatch(bare(text)) is not None


_REVIEW = re.compile(
    r".{0,12}(?:审核|评审|审查|审批|部门|单位|科室|处室|股室|股|科|领导|财政|专家|主管|初审|复核|办|[学院]校|学院|医院|[局厅委会所镇乡])(?:.{0,4})意见(?:.{0,6})?"
)
_OTHER_REMARKS = re.compile(
    r"(?:需要?|应)?(?:说明|补充)的?其[他它](?:问题|事项|情况).{0,4}|其他?(?:需要?|应)?(?:说明|补充)的?(?:问题|事项|情况)?.{0,4}"
)
_REMARK_WORD = any_of([_REVIEW, _OTHER_REMARKS])
#: Found in every text that names a field, a goal or a remark.
FIELD_WORD = any_of([_FIELD_WORD, _REMARK_WORD, _GOAL, _GOAL_DONE])


@lru_cache(maxsize=32768)
def field_label(text: str) -> str | None:
    """Return the path of the field this label names, ``None`` where it is no field label.

    Review opinions and remarks below the indicators (审核意见, 其他需要说明的问题 …) are ``review``; a start and an end
    of the project on their own are ``period.start`` and ``period.end``; goals are ``goal.lifetime``,
    ``goal.annual`` or, where the label names no side, ``goal``.
    """
    if len(text) > LONGEST_LABEL + 8:
        return None
    full = label_key(text)
    if len(full) > LONGEST_LABEL + 4:
        return None
    if _REMARK_WORD.search(full) and (_REVIEW.fullmatch(full) or _OTHER_REMARKS.fullmatch(full)):
        return "review"
    key = bare(text)
    if len(key) > 20 or len(key) < 2:
        return None
    return _field(key) or (_field(re.sub(r"[()\[\]【】]", "", full)) if full != key else None)


def _field(key: str) -> str | None:
    if "目标" in key:
        if _GOAL_DONE.fullmatch(key):
            return "goal.actual"
        if _GOAL.fullmatch(key) and not _NOT_GOAL.match(key):
            path = _goal_path(key)
            # 年度目标1 is a label; 目标1：维护小区 begins the text of a goal.
            return path if path != "goal" or not key[-1].isalnum() or key[-1] not in "0123456789一二三四五" else None
    if not _FIELD_WORD.search(key) or not _ANY_FIELD.fullmatch(key):
        return None
    for path, pattern in _FIELD_PATTERNS:
        if pattern.fullmatch(key):
            return path
    return None


def _goal_path(key: str) -> str:
    # 总体目标, 项目整体绩效目标 name the whole project only beside a goal of the year (read_goals decides).
    named = re.sub(r"总体|整体|^总(?!目标)", "", key)
    if horizon_of(named) == "lifetime":
        return "goal.lifetime"
    generic = re.sub(r"总体|绩效|整体|项目|部门|支出|年度", "", key) == "目标" and "总体" in key
    if ANNUAL.search(key) and not generic:
        return "goal.annual"
    return "goal"


_PLAIN_FIELDS = {
    "项目名称": "project_name", "主管部门": "department", "主管部门及代码": "department", "实施单位": "implementing_unit",
    "项目实施单位": "implementing_unit", "项目属性": "project_attribute", "项目概况": "overview", "立项依据": "basis",
    "项目设立必要性": "necessity", "保证项目实施的制度、措施": "measures", "项目实施计划": "plan", "实施期目标": "goal.lifetime",
    "年度目标": "goal.annual", "总体目标": "goal", "年度绩效目标": "goal", "起止时间": "project_period",
    "项目起止时间": "project_period", "联系电话": "contact_phone", "填报日期": "filled_on", "绩效目标": "goal",
}  # fmt: skip
_PLAIN_BY_LENGTH = {
    length: [(label, path) for label, path in _PLAIN_FIELDS.items() if len(label) == length]
    for length in set(map(len, _PLAIN_FIELDS))
}


@lru_cache(maxsize=8192)
def damaged_field(text: str) -> str | None:
    """Return the field whose label this is but for one character (立顶依据), ``None`` where it is none."""
    key = label_key(text)
    if not 4 <= len(key) <= 14 or field_label(text) or key.endswith("指标"):
        return None
    found = {path for label, path in _PLAIN_BY_LENGTH.get(len(key), ()) if one_off(key, label)}
    if found == {"goal", "goal.annual"}:
        return "goal"
    return found.pop() if len(found) == 1 else None


_LIST_PROJECT = re.compile(
    rf"(?:{_P}|申报|实施|绩效|年度)*项目(?:名称)?(?:及|和|、|/)?(?:内容|编码|代码)?|(?:{_P}|政策)*(?:项目|专项|政策)(?:资金)?名称|(?:专项|任务)名称"
)
_LIST_UNIT_PROJECT = re.compile(
    r"(?:预算)?(?:单位|部门)(?:名称)?(?:及|和|与|、|/|或)?(?:下属)?(?:项目|专项)(?:支出)?(?:名称)?|项目(?:名称)?(?:/|或|及|、)?单位/?名称|单位项目名称|项目单位/名称|项目\(单位\)名称|单位\((?:项目|专项)\)名称"
)


@lru_cache(maxsize=4096)
def list_column(text: str) -> str | None:
    """Return what a column at the left of a list table holds.

    ``project``, ``unit_project`` (units and their projects in one column) or ``unit_name``; ``None`` for others.
    """
    if len(text) > LONGEST_LABEL:
        return None
    full, key = label_key(text), bare(text)
    if _LIST_UNIT_PROJECT.fullmatch(full) or _LIST_UNIT_PROJECT.fullmatch(re.sub(r"[()]", "", full)):
        return "unit_project"
    if _LIST_PROJECT.fullmatch(key):
        return "project"
    if field_label(text) in ("implementing_unit", "department_name") and not key.startswith(("责任", "牵头")):
        return "unit_name"
    return None
