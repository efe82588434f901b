"""Wordings of labels, composed from morphemes. The order in each list fixes what is shown and what held out."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.layouts.content import LEVEL1, LEVEL2
from tests.layouts.draw import Draw

_LIFETIME = (("实施期", "长期", "项目期", "中期"), ("项目周期", "中长期", "全周期", "项目整体", "整个实施期", "跨年度"))
_ANNUAL = (("年度", "本年度", "当年", "年度"), ("{y}年度", "{y}年", "本年", "预算年度"))
_REMARKS = (("",), ("（必填）", "（含文字描述）", "（定量或定性）", "(预期完成)", "/标准", "（可量化）"))


def scope(draw: Draw, dimension: str, horizon: str, year: int) -> str:
    """Draw the words that say whether the whole project or the year is meant."""
    usual, unusual = _LIFETIME if horizon == "lifetime" else _ANNUAL
    usual = tuple(dict.fromkeys(usual))
    return draw.pick(f"{dimension}.{horizon}.scope", usual, unusual).replace("{y}", str(year))


@dataclass(slots=True)
class Labels:
    """The labels of the levels, as one document prints them."""

    draw: Draw
    breaks: bool
    blurred: bool
    suffix1: str = field(init=False)
    first: dict[str, str] = field(init=False)
    second: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        pick = self.draw.pick
        self.suffix1 = pick("label1.suffix", ("指标",), ("", "类指标", "目标"))
        prefix = pick("label1.prefix", ("",), ("项目", "预期", "绩效"))
        benefit = pick("label1.benefit", ("效益",), ("效果", "成效"))
        satisfied = pick("label1.satisfaction", ("满意度",), ("服务对象满意度", "社会满意度"))
        self.first = {
            "成本指标": prefix + "成本", "产出指标": prefix + "产出", "效益指标": prefix + benefit, "满意度指标": satisfied,
        }  # fmt: skip
        suffix2 = pick("label2.suffix", ("指标",), ("", "类指标", "目标")).strip()
        words = {code: name.removesuffix("指标") for code, name in LEVEL2.items()}
        words["G"] = pick("label2.environment", ("生态效益",), ("环境效益", "生态环境效益", "生态效果"))
        words["K"] = pick("label2.sustained", ("可持续影响",), ("可持续发展", "可持续性影响", "持续影响")).strip()
        words["M"] = pick(
            "label2.satisfaction", ("服务对象满意度", "满意度"), ("受益对象满意度", "公众满意度", "群众满意度")
        )
        words["C3"] = pick("label2.environment_cost", ("生态环境成本",), ("生态成本", "环境成本"))
        self.second = {code: word + suffix2 for code, word in words.items()}
        points = pick("label1.points", ("none",), ("（{n}分）", "{n}分", "（权重{n}%）", "-{n}"))
        number1 = pick("label1.number", ("none",), ("一、", "1.", "（一）", "1、"))
        number2 = pick("label2.number", ("none",), ("1.", "（1）", "①"))
        if self.blurred:  # 40 and 1. would run together
            number2 = "none"
        remark = pick("label2.remark", ("none",), ("（必填）", "（选填）", "(核心)", "（至少一项）"))
        spacing = pick("label.spacing", ("none",), ("spaced", "broken", "wide")).strip()
        shares = {"成本指标": 20, "产出指标": 40, "效益指标": 20, "满意度指标": 10}
        for place, name in enumerate(self.first):
            word = self._space(self.first[name] + self.suffix1, spacing)
            word = _numbered(number1, place) + word
            self.first[name] = word + ("" if points == "none" else points.format(n=shares[name]))
        for place, code in enumerate(self.second):
            word = self._space(self.second[code], spacing)
            self.second[code] = _numbered(number2, place % 4) + word + ("" if remark == "none" else remark)

    def _space(self, word: str, how: str) -> str:
        if self.blurred:
            return word
        if how == "spaced" and len(word) <= 4:
            return " ".join(word)
        if how == "wide" and len(word) == 4:
            return word[:2] + "　" + word[2:]
        if how == "broken" and self.breaks and len(word) > 4:
            cut = len(word) - 2
            return word[:cut] + "\n" + word[cut:]
        return word

    def level1(self, code: str, under_benefit: bool = False) -> str:
        name = "效益指标" if code == "M" and under_benefit else LEVEL1[code]
        return self.first[name]

    def level2(self, code: str) -> str:
        return self.second[code]


def _numbered(style: str, place: int) -> str:
    if style == "none":
        return ""
    chinese, circled = "一二三四五六"[place], "①②③④⑤⑥"[place]
    return style.replace("一", chinese).replace("①", circled).replace("1", str(place + 1))


def level_heads(draw: Draw, *, blurred: bool) -> tuple[str, str, str]:
    """Return the headers of the three level columns."""
    number = draw.pick("head.level.number", ("一级",), ("第一级", "I级", "1级"))
    noun = draw.pick("head.level.noun", ("指标",), ("绩效指标", "分类", "指标名称", "", "目标")).strip()
    deco = draw.pick("head.level.deco", ("none",), ("spaced", "（必填）"))
    numbers = {"一级": "一二三", "第一级": "一二三", "I级": ("I", "II", "III"), "1级": "123"}[number]
    heads = []
    for place in range(3):
        word = number.replace("一", numbers[place]).replace("I", numbers[place], 1).replace("1", numbers[place]) + noun
        word = " ".join(word) if deco == "spaced" and not blurred else word
        heads.append(word + (deco if deco.startswith("（") else ""))
    third = draw.pick(
        "head.name", ("(level)",), ("指标内容", "指标名称", "具体指标", "考核内容", "绩效指标内容", "明细指标")
    ).strip()
    if third != "(level)":
        heads[2] = third
    elif noun in ("分类",):
        heads[2] = "三级指标"
    return heads[0], heads[1], heads[2]


def value_head(draw: Draw, horizon: str, year: int, *, scoped: bool) -> str:
    """Return the header of a value column: scope, modifier, subject, head and remark."""
    when = scope(draw, "head.value", horizon, year) if scoped else ""
    dimension = f"head.value.{horizon}"
    modifier = draw.pick(f"{dimension}.modifier", ("",), ("预期", "计划", "绩效", "设定")).strip()
    subject = draw.pick(f"{dimension}.subject", ("指标", "目标"), ("绩效指标", "绩效目标", "考核", "任务"))
    head = draw.pick(f"{dimension}.head", ("值",), ("数值", "目标值", "完成值", "标准值", "水平")).strip()
    if subject.endswith("目标") and head == "目标值":
        head = "值"
    if subject.startswith("绩效") and modifier == "绩效":
        modifier = ""
    remark = draw.pick(f"{dimension}.remark", *_REMARKS)
    return draw.note(dimension, when + modifier + subject + head + remark)


OPERATOR_HEADS = (("指标性质", "计算符号"), ("运算符", "比较符", "符号", "指标方向", "计量符号", "关系符"))
UNIT_HEADS = (("计量单位", "度量单位"), ("单位", "指标单位", "量纲", "数值单位"))
#: Headers of further columns by what stands in them.
EXTRA_HEADS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "points": (("分值", "权重"), ("指标权重", "权重（%）", "指标分值", "分数")),
    "remark": (("备注", "说明"), ("备注说明", "其他说明")),
    "meaning": (("指标解释", "指标说明"), ("指标内涵", "指标含义", "指标描述")),
    "standard": (("评分标准", "绩效标准"), ("评价标准", "评（扣）分标准", "计分办法", "考评依据")),
    "source": (("数据来源", "指标值来源"), ("佐证资料", "取数来源", "证据来源")),
    "last": (("上年实际值", "上年完成值"), ("{p}年实际值", "历史值", "前一年度完成情况")),
    "office": (("责任科室", "责任部门"), ("牵头股室", "填报科室")),
    "direction": (("指标方向性", "指标属性"), ("指标类型", "正反向")),
    "serial": (("序号",), ("编号", "No.")),
}  # fmt: skip
FIELD_LABELS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "project_name": (("项目名称",), ("专项名称", "支出项目名称", "预算项目名称", "项目（专项）名称")),
    "department": (("主管部门", "主管部门及代码"), ("预算主管部门", "归口主管部门", "业务主管部门", "一级预算单位")),
    "implementing_unit": (("实施单位", "项目实施单位"), ("项目单位", "承担单位", "具体实施单位", "用款单位")),
    "project_attribute": (("项目属性", "项目性质"), ("项目类型", "项目类别")),
    "project_period": (("项目期", "项目起止时间"), ("实施期限", "起止年限", "项目实施周期", "建设周期")),
    "overview": (("项目概况", "项目简介"), ("项目基本情况", "项目实施内容", "项目内容概述", "主要内容")),
    "basis": (("立项依据", "项目立项依据"), ("政策依据", "设立依据", "申报依据")),
    "necessity": (("项目设立必要性", "立项必要性"), ("必要性分析", "项目必要性", "申报必要性")),
    "measures": (("保证项目实施的制度、措施", "保障措施"), ("制度措施", "项目管理措施", "实施保障")),
    "plan": (("项目实施计划", "实施进度计划"), ("工作计划", "进度安排", "项目进度计划")),
}  # fmt: skip
