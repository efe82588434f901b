"""List tables: one long table for all projects of a unit; and trees in the first column."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.layouts.content import LEVEL1, LEVEL2, Project, Target
from tests.layouts.draw import Draw
from tests.layouts.forms import WIDTHS, Column, Record, empty_record, extra_cell
from tests.layouts.style import Style, total
from tests.layouts.words import level_heads, value_head
from tests.samples.page import Builder, Grid

_HEADS = {
    "owner": (("单位名称", "预算单位"), ("单位", "实施单位", "项目单位名称")),
    "title": (("项目名称", "支出项目名称"), ("项目", "预算项目名称", "专项名称")),
    "money": (("预算数", "预算金额"), ("资金额度", "年度预算数", "项目资金", "本年预算")),
    "goal": (("年度绩效目标", "年度目标"), ("绩效目标", "年度总体目标", "项目年度目标")),
    "cell": (("绩效指标", "指标"), ("绩效指标明细", "年度绩效指标")),
}


@dataclass(slots=True)
class ListMaker:
    """Makes one list table of all projects of a document."""

    draw: Draw
    style: Style
    title: str
    family: str
    columns: list[Column] = field(init=False)
    project_cells: str = field(init=False)
    unit_place: str = field(init=False)
    subtotals: str = field(init=False)
    caption_row: bool = field(init=False)

    def __post_init__(self) -> None:
        draw, style = self.draw, self.style
        self.project_cells = draw.pick("list.project cells", ("span", "blank"), ("repeat", "owner once"))
        self.unit_place = draw.pick("list.money unit", ("head", "caption"), ("table row", "cell"))
        self.subtotals = draw.pick("list.subtotals", ("none",), ("unit", "unit and total"))
        heads = {role: draw.pick(f"list.{role}", *options) for role, options in _HEADS.items()}
        if self.unit_place == "head":
            heads["money"] += f"（{style.money_unit}）"
        lead = ["owner", "title", "money", "goal"]
        lead = [role for role in lead if role == "title" or draw.flag(f"list.has.{role}", 0.8)]
        if "money" in lead and draw.pick("list.order", ("money first", "goal first")) == "goal first":
            lead = [role for role in lead if role != "money"] + ["money"]
        if self.subtotals != "none" and not {"owner", "money"} <= set(lead):
            self.subtotals = "none"
        self.columns = [
            Column(role, heads[role], "project", {"goal": 2.4, "title": 1.6, "owner": 1.4}.get(role, 1.0))
            for role in lead
        ]
        if self.family == "list_cell":
            self.columns.append(Column("cell", heads["cell"], "", 5.0))
        else:
            self._indicator_columns()
        draw.note("columns", " | ".join(column.head for column in self.columns))
        self.group = draw.pick("cell.group", ("【{1}-{2}】", "{1}-{2}："), ("【{1}】【{2}】", "{1}>{2}：", "[{2}]"))
        self.item = draw.pick(
            "cell.item", ("指标{n}：{name}（{value}）", "{n}.{name}：{value}"), ("{name}（{value}）", "{name}：{value}")
        )
        self.mark = draw.pick("cell.join", ("；", "line"), ("，", " "))

    group: str = field(init=False)
    item: str = field(init=False)
    mark: str = field(init=False)

    def _indicator_columns(self) -> None:
        style, draw = self.style, self.draw
        one, two, three = level_heads(draw, blurred=False)
        levels = [Column("l1", one), Column("l2", two), Column("name", three)]
        scoped = draw.pick("head.value.scoped", ("no", "yes")) == "yes"
        heads = {
            "value": value_head(draw, "annual", style.year, scoped=scoped),
            "op": style.operator_head(),
            "unit": style.unit_head(),
        }
        roles = {"joined": "value", "unit": "value unit", "op": "op value", "op_unit": style.split_order}[style.split]
        levels += [Column(role, heads[role]) for role in roles.split()]
        for kind in style.extras:
            if kind != "last":
                levels.append(Column(kind, style.extra_head(kind)))
        for column in levels:
            column.width = WIDTHS.get(column.role, 1.0)
        self.columns += levels

    def make(self, projects: list[Project]) -> tuple[Grid, list[Record]]:
        grid = Builder(tuple(column.width for column in self.columns), repeat=0)
        grid.widths = tuple(width / sum(grid.widths) for width in grid.widths)
        if self.unit_place == "table row":
            grid.row((f"金额单位：{self.style.money_unit}", len(grid.widths)))
        grid.row(*(column.head for column in self.columns), bold=True)
        again = self.draw.pick("list.head again", ("no", "yes")) == "yes"
        paged = self.style.format.startswith(("pdf", "docx", "html"))
        if again and paged:
            grid.repeat = grid.rows
        if self.subtotals == "unit and total":
            self._sum_row(grid, "合计", projects)
        records, last = [], ""
        for project in projects:
            if project.unit != last and self.subtotals != "none":
                self._sum_row(grid, project.unit, [p for p in projects if p.unit == project.unit])
            if (
                again and not paged and records and len(records) % 2 == 0
            ):  # text and sheets keep the header of each page
                grid.row(*(column.head for column in self.columns), bold=True)
                last = ""
            records.append(self._project(grid, project, last))
            last = project.unit
        return grid.grid(), records

    def _sum_row(self, grid: Builder, label: str, projects: list[Project]) -> None:
        amount, _ = self._money(sum((total(p.funds["annual"]) for p in projects), Decimal(0)))
        grid.row(*({"owner": label, "money": amount}.get(column.role, "") for column in self.columns))

    def _money(self, amount: Decimal) -> tuple[str, float | None]:
        text, number = self.style.money(amount)
        return text + (self.style.money_unit if self.unit_place == "cell" else ""), number

    def _project(self, grid: Builder, project: Project, last: str) -> Record:
        record = empty_record(self.title, self.style.year, self.style.money_unit)
        amount, number = self._money(total(project.funds["annual"]))
        roles = {column.role for column in self.columns}
        record["project_name"] = project.name
        record["implementing_unit"] = project.unit if "owner" in roles else ""
        record["goal"]["annual"] = project.goals["annual"] if "goal" in roles else ""
        record["funds"]["annual"]["total"] = number if "money" in roles else None
        if "money" not in roles:
            record["fund_unit"] = ""
        texts = {"owner": project.unit, "title": project.name, "money": amount, "goal": project.goals["annual"]}
        if self.project_cells == "owner once" and project.unit == last and "money" in roles:
            texts["owner"] = ""  # printed once for all projects of the unit
        targets = self.style.targets(project.targets)
        if self.family == "list_cell":
            texts["cell"] = self._text(targets, record)
            grid.row(*(texts[column.role] for column in self.columns))
            return record
        for number, target in enumerate(targets):
            parts, value = self.style.parts(target.annual)
            name = self.style.name(target, target.annual)
            row: list[Any] = []
            for column in self.columns:
                cell = self._lead(column.role, texts, number, len(targets)) if column.side else None
                if not column.side:
                    cell = self._cell(column.role, number, targets, parts, name)
                if cell is not None:
                    row.append(cell)
            grid.row(*row)
            record["indicators"].append(
                {
                    "horizon": "annual",
                    "level1": LEVEL1[target.code],
                    "level2": LEVEL2[target.code],
                    "level3": name,
                    "value": value,
                }
            )
        return record

    def _lead(self, role: str, texts: dict[str, str], number: int, count: int) -> Any:
        if self.project_cells == "repeat":
            return texts[role]
        if self.project_cells == "blank":
            return texts[role] if number == 0 else ""
        return (texts[role], 1, count) if number == 0 else None

    def _cell(self, role: str, number: int, targets: list[Target], parts: dict[str, str], name: str) -> Any:
        if role in ("l1", "l2"):
            return self._level(role, number, targets)
        if role in ("op", "value", "unit"):
            return parts[role]
        return name if role == "name" else extra_cell(role, number, len(targets), targets[number], name)

    def _level(self, role: str, number: int, targets: list[Target]) -> Any:
        labels, under = self.style.labels, self.style.under_benefit

        def key(row: int) -> tuple[str, ...]:
            code = targets[row].code
            return (labels.level1(code, under),) if role == "l1" else (labels.level1(code, under), labels.level2(code))

        new = number == 0 or key(number) != key(number - 1)
        if self.style.levels == "repeat":
            return key(number)[-1]
        if self.style.levels == "blank":
            return key(number)[-1] if new else ""
        if not new:
            return None
        last = next((n for n in range(number, len(targets)) if key(n) != key(number)), len(targets))
        return (key(number)[-1], 1, last - number)

    def _text(self, targets: list[Target], record: Record) -> str:
        """Return all indicators of a project as the text of one cell."""
        labels, lines, seen = self.style.labels, [], {}
        for target in targets:
            group = self.group.replace("{1}", labels.level1(target.code).replace("\n", "")).replace(
                "{2}", labels.level2(target.code).replace("\n", "")
            )
            value = target.annual
            text = value.words or f"{value.operator}{value.number}{value.unit}"
            seen.setdefault(group, []).append((target, text))
            record["indicators"].append(
                {
                    "horizon": "annual",
                    "level1": LEVEL1[target.code],
                    "level2": LEVEL2[target.code],
                    "level3": target.name,
                    "value": text,
                }
            )
        number = 0
        for group, items in seen.items():
            texts = []
            for target, text in items:
                number += 1
                texts.append(self.item.format(n=number, name=target.name, value=text))
            lines.append(group + ("\n".join(texts) if self.mark == "line" else self.mark.join(texts)))
        return "\n".join(lines)


def tree(draw: Draw, style: Style, title: str, projects: list[Project]) -> tuple[Grid, list[Record]]:
    """Return the tree of unit, project, levels and indicators in one column (a table of approved targets)."""
    step = draw.pick("tree.indent", ("　", "none"), ("　　", "-"))
    first = draw.pick("tree.head", ("项目", "单位/项目/指标"), ("名称", "项目及绩效指标"))
    money = draw.pick("tree.money", ("绩效金额", "项目金额"), ("预算金额", "批复金额"))
    value = value_head(draw, "annual", style.year, scoped=False)
    place = draw.pick("tree.order", ("value money", "money value"))
    grid = Builder((0.56, 0.22, 0.22))
    order = place.split()
    heads = {"value": value, "money": f"{money}（{style.money_unit}）"}
    grid.row(first, *(heads[role] for role in order), bold=True)

    def row(depth: int, text: str, value: str = "", money: str = "") -> None:
        lead = "" if step == "none" else step * depth
        cells = {"value": value, "money": money}
        grid.row(lead + text, *(cells[role] for role in order))

    records, last = [], ""
    for project in projects:
        if project.unit != last:
            of_unit = [p for p in projects if p.unit == project.unit]
            row(0, project.unit, "", style.money(sum((total(p.funds["annual"]) for p in of_unit), Decimal(0)))[0])
            last = project.unit
        record = empty_record(title, style.year, style.money_unit)
        text, number = style.money(total(project.funds["annual"]))
        record["project_name"], record["implementing_unit"] = project.name, project.unit
        record["funds"]["annual"]["total"] = number
        row(1, project.name, "", text)
        above = ("", "")
        for target in style.targets(project.targets):
            one, two = style.labels.level1(target.code, style.under_benefit), style.labels.level2(target.code)
            if one != above[0]:
                row(2, one)
            if (one, two) != above:
                row(3, two)
            above = (one, two)
            shown = style.parts(target.annual)[1]
            row(4, style.name(target, target.annual), shown)
            record["indicators"].append({"horizon": "annual", "level1": LEVEL1[target.code], "level2": LEVEL2[target.code],
                                         "level3": style.name(target, target.annual), "value": shown})  # fmt: skip
        records.append(record)
    return grid.grid(), records
