"""Layout family 2: one block of indicators, amounts in 万元."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.samples.forms import LEVEL1_OF, YEAR, Project, Target, amounts, indicator, split_value, truth
from tests.samples.page import Builder, Item, Text, runs
from tests.samples.printing import COST_FIRST, HORIZONS, WORDS, Record, label_of, wan


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
        record = self.truth_of(project)
        for horizon in ("lifetime", "annual") if self.stacked else ("annual",):
            self._block(grid, project, horizon, record)
        if self.review:
            grid.row(("审核意见", 2), ("经审核，绩效目标设置较为完整，指标基本量化，同意报送。", rest))
        items: list[Item] = [Text(self.title, "title"), Text(f"（{YEAR}年度）", "subtitle"), grid.grid()]
        return items, record

    def _funds(self, grid: Builder, project: Project, rest: int) -> None:
        fiscal = {
            h: sum((project.funds(h)[s] for s in ("central", "provincial", "local")), Decimal(0)) for h in HORIZONS
        }
        others = {h: project.funds(h)["self"] + project.funds(h)["other"] for h in HORIZONS}
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
            shown = {
                h: wan({"total": project.total(h), "fiscal": fiscal[h], "others": others[h]}[key]) for h in HORIZONS
            }
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

    def truth_of(self, project: Project) -> Record:
        both = self.whole_project or self.stacked
        nothing = dict.fromkeys(("total", "central", "provincial", "local", "self", "other"))
        funds = {h: amounts(project, h, 10000, ("total",)) for h in HORIZONS}
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
