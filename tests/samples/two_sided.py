"""Layout family 1: 实施期 | 年度 side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.samples.forms import LEVEL1_OF, YEAR, Project, Target, amounts, indicator, truth
from tests.samples.page import Builder, Item, Text, runs
from tests.samples.printing import HORIZONS, Record, label_of, wan, yuan


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
            for side, horizon in enumerate(HORIZONS):
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
                for side, horizon in enumerate(HORIZONS)
                for _, sides in rows
                if (target := sides[side]) is not None
            ]
        if self.lifetime_empty:
            record["goal"]["lifetime"] = ""
            for item in record["indicators"]:
                if item["horizon"] == "lifetime":
                    item["level3"] = item["value"] = ""
        return record
