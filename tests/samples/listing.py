"""Layout families 3 (list table) and 4 (all indicators as text in one cell)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.samples.forms import LEVEL1_OF, YEAR, Project, indicator
from tests.samples.one_sided import OneSided, fill
from tests.samples.page import Builder, Sample, Text, runs
from tests.samples.printing import Record, wan


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
        record = OneSided().truth_of(project)
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
        record = OneSided().truth_of(project)
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
