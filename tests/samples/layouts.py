"""The layouts of the field: a list of projects becomes a sample (items and ground truth) in each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.samples.forms import LEVEL1_OF, YEAR, Project, Target, amounts, indicator, split_value, truth
from tests.samples.page import Break, Builder, Item, Sample, Text, runs

#: Printed level-2 labels by style.
LABELS: dict[str, dict[str, str]] = {
    "full": {},
    "short": {
        "服务对象满意度指标": "服务对象满意度",
        "可持续影响指标": "可持续发展指标",
        "生态效益指标": "环境效益指标",
    },
    "bare": {
        "数量指标": "数量",
        "质量指标": "质量",
        "时效指标": "时效",
        "成本指标": "成本",
        "经济效益指标": "经济效益",
        "社会效益指标": "社会效益",
        "生态效益指标": "生态效益",
        "可持续影响指标": "可持续影响",
        "服务对象满意度指标": "满意度",
    },
}
WORDS = {"≥": "大于等于", "≤": "小于等于", "=": "等于", ">": "大于", "<": "小于"}
COST_FIRST = {"成本指标": "经济成本指标"}
Record = dict[str, Any]
_BOTH = ("lifetime", "annual")


def yuan(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def wan(amount: Decimal) -> str:
    return f"{amount / 10000:,.2f}"


def label_of(level2: str, style: str) -> str:
    return LABELS[style].get(level2, level2)


# ---------------------------------------------------------------- family 1: two-sided


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSided:
    """Family 1; ``inline_unit`` prints 万元 inside each amount; ``stacked_header`` heads the triples 长期 | 年度."""

    title: str = "云溪县项目支出绩效目标表"
    labels: str = "full"
    inline_unit: bool = False
    stacked_header: bool = False
    lifetime_empty: bool = False
    spare: bool = False
    uneven: bool = False

    def form(self, project: Project) -> tuple[list[Item], Record]:
        gap = (0.03,) if self.spare else ()
        grid = Builder((0.06, 0.1, 0.11, 0.16, 0.11, *gap, 0.11, 0.2, 0.15))
        wide = 3 + self.spare  # the right half of a row over the whole width
        self._heading(grid, project)
        self._funds(grid, project)
        for label, text in (
            ("项目概况", project.overview),
            ("立项依据", project.basis),
            ("项目设立必要性", project.necessity),
            ("保证项目实施的制度、措施", project.measures),
            ("项目实施计划", project.plan),
        ):
            grid.row((label, 2), (text, 3 + wide))
        lifetime = "" if self.lifetime_empty else project.goal_lifetime
        first = "长期目标" if self.stacked_header else "实施期目标"
        grid.row(("总体目标", 2, 2), (first, 3), ("年度目标", wide))
        grid.row((lifetime, 3), (project.goal, wide))
        self._indicators(grid, project)
        grid.row(("负责人:", 2), "", "经办人:", "", ("联系电话:", 1 + self.spare), "填报日期:", project.filled_on)
        items: list[Item] = [Text(self.title, "title"), Text(f"({YEAR}年度)", "subtitle"), grid.grid()]
        return items, self._truth(project)

    def _heading(self, grid: Builder, project: Project) -> None:
        right = 2 + self.spare
        grid.row(("项目名称", 2), (project.name, 4 + right))
        grid.row(("主管部门及代码", 2), (project.department, 3), "实施单位", (project.unit, right))
        grid.row(("项目属性", 2), (project.attribute, 3), "项目期", (project.period, right))

    def _funds(self, grid: Builder, project: Project) -> None:
        first = "长期资金总额:" if self.stacked_header else "实施期资金总额:"
        rows = (
            (first, "年度资金总额:", "total"),
            ("其中:中央财政资金", "其中:中央财政资金", "central"),
            ("省级财政资金", "省级财政资金", "provincial"),
            ("市县(区)财政资金", "市县(区)财政资金", "local"),
            ("单位自筹", "单位自筹", "self"),
            ("其他资金", "其他资金", "other"),
        )
        for number, (left, right, source) in enumerate(rows):
            shown = [self._amount(project, horizon, source) for horizon in ("lifetime", "annual")]
            cells = (left, 2), shown[0], (right, 2 + self.spare), shown[1]
            if number == 0:
                name = "项目资金" if self.inline_unit else "项目资金(元)"
                grid.row((name, 2, len(rows)), *cells)
            else:
                grid.row(*cells)

    def _amount(self, project: Project, horizon: str, source: str) -> str:
        amount = project.funds(horizon)[source]
        if source == "other" and not amount:
            return ""
        return f"{wan(amount)}万元" if self.inline_unit else yuan(amount)

    def _indicators(self, grid: Builder, project: Project) -> None:
        rows = self._rows(project)
        gap = [""] if self.spare else []
        label = ("绩效指标", 1, len(rows) + 1 + self.stacked_header)
        heads = ["二级指标", "三级指标", "指标值", *gap, "二级指标", "三级指标", "指标值"]
        if self.stacked_header:
            grid.row(label, ("一级指标", 1, 2), ("长期", 3), *gap, ("年度", 3), bold=True)
            grid.row(*heads, bold=True)
        else:
            grid.row(label, "一级指标", *heads, bold=True)
        level1 = dict(runs([LEVEL1_OF[level2] for level2, _ in rows]))
        level2 = dict(runs([level2 for level2, _ in rows]))
        for index, (name, sides) in enumerate(rows):
            cells: list[Any] = []
            if index in level1:
                cells.append((LEVEL1_OF[name], 1, level1[index]))
            for side, horizon in enumerate(_BOTH):
                cells += gap if side else []
                if index in level2:
                    cells.append((label_of(name, self.labels), 1, level2[index]))
                target = None if self.lifetime_empty and not side else sides[side]
                cells += [target.name, target.value(horizon)] if target else ["", ""]
            grid.row(*cells)

    def _rows(self, project: Project) -> list[tuple[str, tuple[Target | None, Target | None]]]:
        """Return the rows of the indicator block: level 2 and the indicators of the two sides."""
        found: list[tuple[str, tuple[Target | None, Target | None]]] = []
        for start, length in runs([target.level2 for target in project.targets]):
            group = list(project.targets[start : start + length])
            other: list[Target | None] = [*group]
            if self.uneven and length > 1:
                # The year often takes only some of the indicators, in another order.
                other = [*reversed(group[1:]), None]
            found += [(target.level2, (target, twin)) for target, twin in zip(group, other, strict=True)]
        return found

    def _truth(self, project: Project) -> Record:
        record = truth(project, title=self.title)
        scale = 10000 if self.inline_unit else 1
        record["fund_unit"] = "万元" if self.inline_unit else "元"
        for horizon in ("lifetime", "annual"):
            record["funds"][horizon] = amounts(project, horizon, scale)
            if not project.funds(horizon)["other"]:
                record["funds"][horizon]["other"] = None
        if self.uneven:
            rows = self._rows(project)
            record["indicators"] = [
                indicator(target, horizon)
                for side, horizon in enumerate(_BOTH)
                for _, sides in rows
                if (target := sides[side]) is not None
            ]
        if self.lifetime_empty:
            record["goal"]["lifetime"] = ""
            for item in record["indicators"]:
                if item["horizon"] == "lifetime":
                    item["level3"] = item["value"] = ""
        return record


# ---------------------------------------------------------------- family 2: one-sided


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSided:
    """Family 2.

    ``columns`` are the headers of the indicator block after 一级 and 二级: a header in ``_FILL`` says what it
    holds. ``split`` prints operator, number and unit in columns of their own.
    """

    title: str = "项目支出绩效目标表"
    labels: str = "full"
    columns: tuple[str, ...] = ("三级指标", "指标值", "分值", "备注")
    split: bool = False
    cost_first: bool = False
    satisfaction_inside: bool = False
    points: bool = False
    review: bool = False
    stacked: bool = False
    whole_project: bool = False

    def form(self, project: Project) -> tuple[list[Item], Record]:
        count = 3 + len(self.columns)
        share = 0.72 / len(self.columns)
        grid = Builder((0.08, 0.1, 0.1, *(share,) * (count - 3)))
        rest = count - 2
        grid.row(("项目名称", 2), (project.name, rest))
        half = rest // 2
        unit = (project.unit, rest - half - 1)
        grid.row(("主管部门", 2), (project.department, half), "实施单位", unit)
        self._funds(grid, project, rest)
        self._goal(grid, project, rest)
        record = self._truth(project)
        for horizon in ("lifetime", "annual") if self.stacked else ("annual",):
            self._block(grid, project, horizon, record)
        if self.review:
            grid.row(("审核意见", 2), ("经审核，绩效目标设置较为完整，指标基本量化，同意报送。", rest))
        items: list[Item] = [Text(self.title, "title"), Text(f"（{YEAR}年度）", "subtitle"), grid.grid()]
        return items, record

    def _funds(self, grid: Builder, project: Project, rest: int) -> None:
        fiscal = {h: sum((project.funds(h)[s] for s in ("central", "provincial", "local")), Decimal(0)) for h in _BOTH}
        others = {h: project.funds(h)["self"] + project.funds(h)["other"] for h in _BOTH}
        half = rest // 2
        if not (self.whole_project or self.stacked):
            rows = (
                ("年度资金总额", wan(project.total())),
                ("其中：财政拨款", wan(fiscal["annual"])),
                ("其他资金", wan(others["annual"])),
            )
            for number, (label, amount) in enumerate(rows):
                cells = (label, half), (amount, rest - half)
                grid.row(*((("项目资金（万元）", 2, 3), *cells) if number == 0 else cells))
            return
        quarter = max(half // 2, 1)
        for number, (left, right, key) in enumerate(
            (
                ("项目资金总额", "年度资金申请总额", "total"),
                ("其中：财政拨款", "其中：财政拨款", "fiscal"),
                ("其他资金", "其他资金", "others"),
            )
        ):
            shown = {h: wan({"total": project.total(h), "fiscal": fiscal[h], "others": others[h]}[key]) for h in _BOTH}
            cells = (
                (left, quarter),
                (shown["lifetime"], half - quarter),
                (right, quarter),
                (shown["annual"], rest - half - quarter),
            )
            grid.row(*((("项目资金（万元）", 2, 3), *cells) if number == 0 else cells))

    def _goal(self, grid: Builder, project: Project, rest: int) -> None:
        half = rest // 2
        if self.whole_project:
            grid.row(("绩效目标", 2, 2), ("总体目标", half), ("年度目标", rest - half))
            grid.row((project.goal_lifetime, half), (project.goal, rest - half))
        elif not self.stacked:
            grid.row(("年度总体目标", 2), (project.goal, rest))

    def _block(self, grid: Builder, project: Project, horizon: str, record: Record) -> None:
        targets = self._ordered(project)
        if self.stacked:
            word = "长期" if horizon == "lifetime" else "年度"
            goal = project.goal_lifetime if horizon == "lifetime" else project.goal
            grid.row((f"{word}绩效目标", 2), (goal, grid_rest(grid)))
        name = {"lifetime": "长期绩效指标", "annual": "年度绩效指标"}[horizon] if self.stacked else "绩效指标"
        grid.row((name, 1, len(targets) + 1), "一级指标", "二级指标", *self.columns, bold=True)
        labels = [(self._level1(level2), self._label(level2)) for level2, _ in targets]
        level1, level2 = dict(runs([a for a, _ in labels])), dict(runs([f"{a}/{b}" for a, b in labels]))
        for index, (canonical, target) in enumerate(targets):
            cells: list[Any] = []
            if index in level1:
                cells.append((labels[index][0], 1, level1[index]))
            if index in level2:
                cells.append((labels[index][1], 1, level2[index]))
            printed, value = fill(self.columns, target, target.value(horizon), self.split, index)
            grid.row(*cells, *printed)
            record["indicators"].append(indicator(target, horizon, level2=canonical, value=value))

    def _ordered(self, project: Project) -> list[tuple[str, Target]]:
        pairs = [(COST_FIRST.get(t.level2, t.level2) if self.cost_first else t.level2, t) for t in project.targets]
        if self.cost_first:
            pairs.sort(key=lambda pair: pair[0] != "经济成本指标")
        return pairs

    def _level1(self, level2: str) -> str:

        name = LEVEL1_OF[level2]
        if self.satisfaction_inside and name == "满意度指标":
            name = "效益指标"
        points = {"成本指标": 20, "产出指标": 50, "效益指标": 30, "满意度指标": 10}
        return f"{name}({points[name]}分)" if self.points else name

    def _label(self, level2: str) -> str:
        return label_of(level2, self.labels)

    def _truth(self, project: Project) -> Record:
        both = self.whole_project or self.stacked
        nothing = dict.fromkeys(("total", "central", "provincial", "local", "self", "other"))
        funds = {h: amounts(project, h, 10000, ("total",)) for h in _BOTH}
        if not both:
            funds["lifetime"] = nothing
        blank = dict.fromkeys(
            ("project_attribute", "project_period", "overview", "basis", "necessity", "measures", "plan")
        )
        goal = {"lifetime": project.goal_lifetime if both else "", "annual": project.goal}
        return truth(
            project, title=self.title, fund_unit="万元", funds=funds, goal=goal, indicators=[], filled_on=None, **blank
        )


def grid_rest(grid: Builder) -> int:
    return len(grid.widths) - 2


def fill(columns: Sequence[str], target: Target, value: str, split: bool, index: int) -> tuple[list[str], str]:
    """Return the printed cells after 二级指标 and the value that they state."""
    parts = split_value(value) if split and value else None
    joined = f"{parts[0]}{parts[1]}{parts[2]}" if parts else value
    cells: list[str] = []
    for header in columns:
        if header == "指标性质" and "指标方向" in columns:
            kinds = {"≤": "反向指标", "<": "反向指标"}
            cells.append(kinds.get(parts[0], "正向指标") if parts else ("定性指标" if value else ""))
        elif header in ("三级指标", "指标内容", "指标名称"):
            cells.append(target.name)
        elif header in ("指标值", "目标值", "年度指标值", "指标目标值"):
            cells.append(parts[1] if parts else value)
        elif header in ("计算符号", "指标性质"):
            cells.append(parts[0] if parts else ("定性" if value else ""))
        elif header in ("指标方向", "指标值类型"):
            cells.append(WORDS[parts[0]] if parts else ("定性" if value else ""))
        elif header in ("计量单位", "度量单位"):
            cells.append(parts[2] if parts else "")
        elif header in ("分值", "权重"):
            cells.append(str(5 + index % 2 * 5) if target.name else "")
        elif header in ("指标解释", "绩效标准"):
            cells.append(f"反映{target.name}情况，按计划标准考核" if target.name else "")
        else:
            cells.append("")
    return cells, joined


# ---------------------------------------------------------------- family 3: list table


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Family 3: one long table; ``merged`` merges project and level cells, else levels repeat on every row."""

    columns: tuple[str, ...] = ("三级指标", "指标性质", "目标值", "计量单位", "分值")
    merged: bool = True
    unit_row: bool = False
    shuffled: bool = False

    def sample(self, name: str, projects: Sequence[Project]) -> Sample:
        share = 0.5 / len(self.columns)
        grid = Builder((0.12, 0.08, 0.14, 0.08, 0.08, *(share,) * len(self.columns)), repeat=1)
        grid.row("单位/项目名称", "预算数", "年度绩效目标", "一级指标", "二级指标", *self.columns, bold=True)
        truths: list[Record] = []
        for department in dict.fromkeys(project.department for project in projects):
            group = [project for project in projects if project.department == department]
            if self.unit_row:
                total = sum((project.total() for project in group), Decimal(0))
                grid.row(department, wan(total), *[""] * (3 + len(self.columns)))
            truths.extend(self._project(grid, project) for project in group)
        items = (Text(f"{YEAR}年部门预算项目支出绩效目标表", "title"), Text("单位：万元", "right"), grid.grid())
        return Sample(name, items, tuple(truths))

    def _project(self, grid: Builder, project: Project) -> Record:

        targets = [target for target in project.targets if target.name]
        if self.shuffled:
            targets = targets[len(targets) // 2 :] + targets[: len(targets) // 2]
        record = OneSided()._truth(project)
        record |= {"department": None, "implementing_unit": None}
        level1 = dict(runs([LEVEL1_OF[target.level2] for target in targets]))
        level2 = dict(runs([target.level2 for target in targets]))
        for index, target in enumerate(targets):
            cells: list[Any] = []
            if index == 0:
                height = len(targets)
                cells += [(project.name, 1, height), (wan(project.total()), 1, height), (project.goal, 1, height)]
            if not self.merged:
                cells += [LEVEL1_OF[target.level2], target.level2]
            else:
                cells += [(LEVEL1_OF[target.level2], 1, level1[index])] if index in level1 else []
                cells += [(target.level2, 1, level2[index])] if index in level2 else []
            printed, value = fill(self.columns, target, target.annual, True, index)
            grid.row(*cells, *printed)
            record["indicators"].append(indicator(target, "annual", value=value))
        return record


# ---------------------------------------------------------------- family 4: text in a cell


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlocks:
    """Family 4: all indicators of a project inside one cell, with subtotal rows between the projects."""

    subtotals: bool = True

    def sample(self, name: str, projects: Sequence[Project]) -> Sample:
        grid = Builder((0.16, 0.1, 0.24, 0.5), repeat=1)
        grid.row("项目名称", "预算金额（万元）", "年度绩效目标", "绩效指标", bold=True)
        truths: list[Record] = []
        for department in dict.fromkeys(project.department for project in projects):
            group = [project for project in projects if project.department == department]
            if self.subtotals:
                total = wan(sum((project.total() for project in group), Decimal(0)))
                grid.row(f"{department} 小计", total, "", "")
                grid.row("特定目标类项目", total, "", "")
            for project in group:
                grid.row(project.name, wan(project.total()), project.goal, block_text(project))
                truths.append(self._truth(project))
        items = (Text(f"{YEAR}年度项目支出绩效目标表", "title"), Text("单位：万元", "right"), grid.grid())
        return Sample(name, items, tuple(truths))

    def _truth(self, project: Project) -> Record:
        record = OneSided()._truth(project)
        record |= {"department": None, "implementing_unit": None}
        record["indicators"] = [indicator(target, "annual") for target in project.targets if target.name]
        return record


def block_text(project: Project) -> str:
    """Return all indicators as one text: 【产出指标-数量指标】 指标1：…（≥77台）."""

    parts: list[str] = []
    targets = [target for target in project.targets if target.name]
    for start, length in runs([target.level2 for target in targets]):
        level2 = targets[start].level2
        lines = [f"指标{n}：{t.name}（{t.annual}）" for n, t in enumerate(targets[start : start + length], start=1)]
        parts.append(f"【{LEVEL1_OF[level2]}-{level2}】 " + "；".join(lines))
    return "\n".join(parts)


# ---------------------------------------------------------------- overall forms


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


# ---------------------------------------------------------------- all of them

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
