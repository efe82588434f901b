"""The layouts of the field: a list of projects becomes a sample (items and ground truth) in each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from tests.samples.forms import LEVEL1_OF, YEAR, Project, Target, indicator
from tests.samples.listing import Listing, TextBlocks
from tests.samples.one_sided import OneSided
from tests.samples.page import Break, Builder, Item, Sample, Text, runs
from tests.samples.printing import Record, wan
from tests.samples.two_sided import TwoSided


def overall(department: str, projects: Sequence[Project]) -> tuple[list[Item], Record]:
    """Return the 整体支出绩效目标表 of a department."""
    total = sum((project.total() for project in projects), Decimal(0))
    goal = (
        f"围绕县委县政府中心工作，完成{len(projects)}个项目的年度任务，预算执行率达到95%以上，服务对象满意度不低于90%。"
    )
    targets = _overall_targets(projects)
    grid = Builder((0.12, 0.12, 0.16, 0.24, 0.12, 0.12, 0.12))
    grid.row(("部门（单位）名称", 2), (department, 5))
    grid.row(
        ("年度主要任务", 1, len(projects) + 3),
        ("任务名称", 2, 2),
        ("主要内容", 1, 2),
        ("预算金额（万元）", 3),
        bold=True,
    )
    grid.row("总额", "财政拨款", "其他资金", bold=True)
    for project in projects:
        grid.row((project.name, 2), project.goal, wan(project.total()), wan(project.total()), "0.00")
    grid.row(("金额合计", 3), wan(total), wan(total), "0.00")
    grid.row(("年度总体目标", 2), (goal, 5))
    grid.row(("年度绩效指标", 1, len(targets) + 1), "一级指标", "二级指标", ("三级指标", 2), ("指标值", 2), bold=True)

    level1 = dict(runs([LEVEL1_OF[target.level2] for target in targets]))
    for index, target in enumerate(targets):
        head = [(LEVEL1_OF[target.level2], 1, level1[index])] if index in level1 else []
        grid.row(*head, target.level2, (target.name, 2), (target.annual, 2))
    title = "部门（单位）整体支出绩效目标表"
    nothing = dict.fromkeys(("total", "central", "provincial", "local", "self", "other"))
    record: Record = {
        "form_type": "overall",
        "title": title,
        "year": YEAR,
        "fund_unit": "万元",
        "funds": {"lifetime": nothing, "annual": {**nothing, "total": float(total / 10000)}},
        "goal": {"lifetime": "", "annual": goal},
        "indicators": [indicator(target, "annual") for target in targets],
    }
    return [Text(title, "title"), Text(f"（{YEAR}年度）", "subtitle"), grid.grid()], record


def _overall_targets(projects: Sequence[Project]) -> list[Target]:
    rows = (
        ("数量指标", "实施项目个数", f"{len(projects)}个"),
        ("质量指标", "项目验收合格率", "≥98%"),
        ("时效指标", "年度任务完成时间", f"{YEAR}年12月31日前"),
        ("成本指标", "公用经费控制率", "≤100%"),
        ("经济效益指标", "盘活存量资金", "≥20万元"),
        ("社会效益指标", "重点工作完成率", "≥95%"),
        ("生态效益指标", "办公用电下降率", "≥3%"),
        ("可持续影响指标", "内部控制制度健全率", "100%"),
        ("服务对象满意度指标", "社会公众满意度", "≥90%"),
    )
    return [Target(level2=level2, name=name, annual=value, lifetime=value) for level2, name, value in rows]


Maker = Callable[[str, Sequence[Project]], Sample]


def of_forms(form: Callable[[Project], tuple[list[Item], Record]]) -> Maker:
    """Return a maker of documents that print one form after another, each on a new page."""

    def make(name: str, projects: Sequence[Project]) -> Sample:
        items: list[Item] = []
        truths: list[Record] = []
        for project in projects:
            shown, record = form(project)
            items += [*([Break(project.name)] if items else []), *shown]
            truths.append(record)
        return Sample(name, tuple(items), tuple(truths))

    return make


def overalls(name: str, projects: Sequence[Project]) -> Sample:
    items: list[Item] = []
    truths: list[Record] = []
    for department in dict.fromkeys(project.department for project in projects):
        shown, record = overall(department, [item for item in projects if item.department == department])
        items += [*([Break(department)] if items else []), *shown]
        truths.append(record)
    return Sample(name, tuple(items), tuple(truths))


_EXTRA = ("指标内容", "目标值", "绩效标准", "权重")
LAYOUTS: dict[str, Maker] = {
    "1-two-sided-yuan": of_forms(TwoSided().form),
    "1-two-sided-unit-in-cell": of_forms(TwoSided(inline_unit=True, labels="short").form),
    "1-two-sided-long-annual": of_forms(TwoSided(stacked_header=True, labels="bare").form),
    "1-two-sided-lifetime-empty": of_forms(TwoSided(lifetime_empty=True).form),
    "1-two-sided-uneven": of_forms(TwoSided(uneven=True).form),
    "1-two-sided-spare-column": of_forms(TwoSided(spare=True, labels="short").form),
    "2-one-sided": of_forms(OneSided().form),
    "2-whole-project": of_forms(OneSided(whole_project=True, columns=("三级指标", "指标值", "权重", "备注")).form),
    "2-split-values": of_forms(
        OneSided(split=True, columns=("三级指标", "指标方向", "指标值", "计量单位", "权重", "备注")).form
    ),
    "2-split-signs": of_forms(
        OneSided(split=True, columns=("三级指标", "计算符号", "目标值", "度量单位", "分值"), labels="short").form
    ),
    "2-cost-first": of_forms(OneSided(cost_first=True, columns=("三级指标", "指标值", "指标解释", "分值")).form),
    "2-satisfaction-inside": of_forms(OneSided(satisfaction_inside=True, labels="short").form),
    "2-stacked": of_forms(OneSided(stacked=True, columns=("三级指标", "指标值", "备注")).form),
    "2-points-review": of_forms(OneSided(points=True, review=True).form),
    "2-synonyms": of_forms(OneSided(columns=_EXTRA, labels="bare").form),
    "3-list": Listing().sample,
    "3-list-words": Listing(
        columns=("三级指标", "指标方向", "指标值", "计量单位"), merged=False, unit_row=True, shuffled=True
    ).sample,
    "3-list-both": Listing(
        columns=("三级指标", "指标性质", "指标方向", "指标目标值", "计量单位", "分值", "备注")
    ).sample,
    "4-text-blocks": TextBlocks().sample,
    "5-overall": overalls,
}
