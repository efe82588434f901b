"""Forms of one project: title, headings, funds, goals, indicators, sign-off, on one grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.layouts.content import LEVEL1, LEVEL2, SOURCES, Project, Target, Value
from tests.layouts.draw import Draw
from tests.layouts.funds import HORIZONS, FundBlock, Record
from tests.layouts.rows import spread, wide_row
from tests.layouts.style import SCHEMES, Style
from tests.layouts.words import FIELD_LABELS, level_heads, scope, value_head
from tests.samples.page import Builder, Grid


def empty_record(title: str, year: int, unit: str) -> Record:
    fields = ("project_name", "department", "implementing_unit", "project_attribute", "project_period",
              "overview", "basis", "necessity", "measures", "plan")  # fmt: skip
    nothing = dict.fromkeys(("total", *SOURCES))
    return {
        "form_type": "project", "title": title, "year": year, **dict.fromkeys(fields, ""), "fund_unit": unit,
        "funds": {h: dict(nothing) for h in HORIZONS}, "goal": dict.fromkeys(HORIZONS, ""), "indicators": [],
    }  # fmt: skip


@dataclass(slots=True)
class Column:
    """``role`` is ``l1 l2 name op value unit`` or the kind of an extra; ``side`` a horizon or empty."""

    role: str
    head: str
    side: str = ""
    width: float = 1.0


WIDTHS = {"l1": 1.1, "l2": 1.2, "name": 1.9, "value": 1.4, "op": 0.8, "unit": 0.9, "points": 0.6, "serial": 0.6,
          "meaning": 1.9, "standard": 1.9, "direction": 0.9}  # fmt: skip


@dataclass(slots=True)
class FormMaker:
    """Makes the forms of one document; what is drawn here is drawn once and holds for all of them."""

    draw: Draw
    style: Style
    title: str
    family: str
    columns: list[Column] = field(init=False)
    block_label: str = field(init=False)
    plan: dict[str, str] = field(init=False)
    labels: dict[str, str] = field(init=False)
    words: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        draw, style, year = self.draw, self.style, self.style.year
        self.two = self.family in ("pairs", "stacked", "shared")
        self.labels = {name: draw.pick(f"field.{name}", *options) for name, options in FIELD_LABELS.items()}
        word = draw.pick("block.word", ("绩效指标", "指标"), ("考核指标", "绩效目标指标", "指标体系"))
        how = draw.pick("block.label", ("plain", "vertical"), ("none", "spaced")) if not style.tight else "plain"
        if self.family == "stacked" and how == "none":
            how = "plain"
        self.block_label = {"plain": word, "vertical": "\n".join(word), "none": "", "spaced": " ".join(word)}[how]
        if how == "vertical" and not style.breaks:
            self.block_label = word
        self.plan = {
            "pairs": draw.pick("headings.per row", ("2", "1"), ("3", "mixed")),
            "colon": draw.pick("headings.colon", ("none",), ("：", "label and value in one cell")),
            "funds": draw.pick("funds.block", ("column",), ("row", "matrix", "label cell", "one cell", "sentence", "heading", "matrix of sources")),
            "unit": draw.pick("funds.unit", ("block", "caption"), ("row label", "cell", "table row")),
            "scheme": draw.pick("funds.scheme", ("财政/其他", "中央省市县自筹其他"), tuple(s for s in SCHEMES if s not in ("财政/其他", "中央省市县自筹其他"))),
            "of": draw.pick("funds.prefix", ("其中：", ""), ("其中:", "—")),
            "goal": draw.pick("goal.block", ("columns", "rows"), ("above", "same row", "single cell", "first column")),
            "goal word": draw.pick("goal.word", ("绩效目标", "目标"), ("总体绩效目标", "总体目标", "任务目标")),
            "header rows": draw.pick("head.rows", ("1",), ("2", "2 split")),
            "stack": draw.pick("stack.marker", ("left", "row"), ("head",)),
            "stack head": draw.pick("stack.head", ("each", "once")),
            "level 1": draw.pick("pairs.level 1", ("once", "twice")),
            "sides": draw.pick("sides.order", ("lifetime annual",), ("annual lifetime",)),
        }  # fmt: skip
        self._fund_words()
        self.goal_column = self.family == "one_sided" and not style.tight and self.plan["goal"] == "first column"
        if self.goal_column:
            self.block_label = ""
        across = draw.pick("satisfaction.cell", ("own level 2",), ("across both levels",)) == "across both levels"
        self.caption = draw.pick("caption.unit", ("none",), ("编报单位：", "填报单位（盖章）："))
        self.columns = self._columns()
        draw.note("columns", " | ".join(column.head for column in self.columns))
        roles = [column.role for column in self.columns]
        beside = [n for n, role in enumerate(roles) if role == "l1"]
        self.spanned = across and style.levels == "span" and not style.tight and not style.under_benefit
        self.spanned = self.spanned and bool(beside) and all(roles[n + 1] == "l2" for n in beside)
        self.spanned = self.spanned and roles.count("l2") == len(beside)
        self.shown_fields = ["department", "implementing_unit", "project_attribute", "project_period"]
        self.shown_fields = [name for name in self.shown_fields if draw.flag(f"has.{name}", 0.75)]
        self.long_fields = [
            n for n in ("overview", "basis", "necessity", "measures", "plan") if draw.flag(f"has.{n}", 0.35)
        ]
        self.people = draw.flag("has.people", 0.3)
        self.review = draw.flag("tail.review", 0.15)
        self.further = draw.flag("tail.further matters", 0.2)
        self.funds_both = self.two and draw.flag("funds.both", 0.8)
        self.sign = draw.plain("tail.sign", ("none", "row"), ("stamp", "lines"))
        self.order = draw.pick("order", ("funds goal",), ("goal funds", "funds last"))
        self.year = year
        if "implementing_unit" not in self.shown_fields:
            self.caption = "none"

    shown_fields: list[str] = field(init=False)
    long_fields: list[str] = field(init=False)
    people: bool = field(init=False)
    review: bool = field(init=False)
    further: bool = field(init=False)
    funds_both: bool = field(init=False)
    sign: str = field(init=False)
    order: str = field(init=False)
    year: int = field(init=False)
    two: bool = field(init=False)
    goal_column: bool = field(init=False)
    spanned: bool = field(init=False)
    caption: str = field(init=False)
    codes: list[str] = field(default_factory=list)

    def _fund_words(self) -> None:
        pick = self.draw.pick
        life = pick(
            "funds.total.lifetime", ("项目资金总额", "实施期资金总额"), ("项目总投资", "总投资额", "项目期资金合计")
        )
        year = pick(
            "funds.total.annual",
            ("年度资金总额", "年度资金申请总额"),
            ("当年预算数", "本年度预算金额", "年度预算总额", "{y}年资金总额"),
        )
        block = pick("funds.label", ("项目资金", "资金情况"), ("预算资金", "资金来源", "项目预算", "资金构成"))
        if self.style.blurred and year.startswith("{y}"):  # an amount before it would run into it
            year = "年度资金总额"
        self.words = {"lifetime": life, "annual": year.replace("{y}", str(self.style.year)), "block": block}
        head = pick("goal.head", ("目标", "绩效目标"), ("总体目标", "目标任务", "预期目标"))
        for horizon in HORIZONS:
            self.words[f"goal.{horizon}"] = scope(self.draw, "goal", horizon, self.style.year) + head
            noun = pick("stack.word", ("绩效指标", "指标"), ("目标指标",))
            self.words[f"stack.{horizon}"] = scope(self.draw, "stack", horizon, self.style.year) + noun

    # columns of the indicator block

    def _columns(self) -> list[Column]:
        style, draw = self.style, self.draw
        one, two, three = level_heads(draw, blurred=style.blurred)
        scoped = self.family in ("shared", "pairs") or (self.family == "stacked" and self.plan["stack"] == "head")
        loose = self.family == "one_sided" and draw.pick("head.value.scoped", ("no", "yes")) == "yes"
        heads = {h: value_head(draw, h, style.year, scoped=scoped or loose) for h in HORIZONS}
        if heads["lifetime"] == heads["annual"] and scoped:
            heads["lifetime"] = "实施期" + heads["lifetime"].removeprefix("年度")
        sides = self.plan["sides"].split()
        levels = {"l1": one, "l2": two, "name": three}
        if self.family == "no_levels":
            levels = {"name": draw.pick("no levels.name", ("指标", "指标名称"), ("绩效指标", "考核指标"))}
        elif self.family == "l1_only":
            levels = {"l1": draw.pick("level 1 only.head", ("一级指标", "指标类别"), ("指标大类",)), "name": three}
        elif self.family == "zhejiang":
            levels = {"l1": draw.pick("zhejiang.type", ("指标类型",), ("指标大类", "类型")),
                      "l2": draw.pick("zhejiang.name", ("指标名称",), ("指标分类", "名称")),
                      "name": draw.pick("zhejiang.text", ("指标描述",), ("指标内容描述", "指标说明"))}  # fmt: skip
        columns = [Column(role, head) for role, head in levels.items()]
        if self.family == "pairs":
            columns = []
            for number, side in enumerate(sides):
                roles = ["l1", "l2", "name"] if number == 0 or self.plan["level 1"] == "twice" else ["l2", "name"]
                columns += [Column(role, levels[role], side) for role in roles]
                columns += self._value_columns(
                    heads[side] if self.plan["header rows"] == "1" else self._plain_head(), side
                )
        elif self.family == "shared":
            for side in sides:
                columns += self._value_columns(heads[side], side)
        elif self.family == "stacked":
            columns += self._value_columns(heads["annual"], "")
        else:
            columns += self._value_columns(heads["annual"], "annual")
        columns = self._with_extras(columns)
        for column in columns:
            column.width = WIDTHS.get(column.role, 1.1)
        return columns

    def _plain_head(self) -> str:
        return self.draw.pick("head.value.plain", ("指标值", "目标值"), ("预期值", "计划值"))

    def _value_columns(self, head: str, side: str) -> list[Column]:
        roles = {"joined": "value", "unit": "value unit", "op": "op value", "op_unit": self.style.split_order}[
            self.style.split
        ]
        heads = {"value": head, "op": self.style.operator_head(), "unit": self.style.unit_head()}
        return [Column(role, heads[role], side) for role in roles.split()]

    def _with_extras(self, columns: list[Column]) -> list[Column]:
        if self.family == "no_levels":
            columns.insert(1, Column("points", self.style.extra_head("points")))
        for kind in self.style.extras:
            extra = Column(kind, self.style.extra_head(kind))
            if kind == "serial":
                place = next(n for n, c in enumerate(columns) if c.role == "name")
            elif self.style.extra_place == "before value":
                place = next(n for n, c in enumerate(columns) if c.role in ("op", "value", "unit"))
            elif self.style.extra_place == "after level 2":
                place = next(n for n, c in enumerate(columns) if c.role == "name")
            else:
                place = len(columns)
            columns.insert(place, extra)
        return columns

    # the form

    def form(self, project: Project) -> tuple[Grid, Record, list[str]]:
        """Return the grid, its record and the lines printed below it."""
        record = empty_record(self.title, self.year, self.style.money_unit)
        left = [1.6] if self.goal_column else [0.5] if self.block_label else []
        grid = Builder((*left, *(c.width for c in self.columns)))
        grid.widths = tuple(w / sum(grid.widths) for w in grid.widths)
        self._headings(grid, project, record)
        steps = {
            "funds": lambda: FundBlock(self.draw, self.style, self.plan, self.words).write(
                grid, project, record, self._fund_sides()
            ),
            "goal": lambda: self._goals(grid, project, record),
        }
        order = {"funds goal": ("funds", "goal"), "goal funds": ("goal", "funds"), "funds last": ("goal",)}[self.order]
        for step in order:
            steps[step]()
        self._indicators(grid, project, record)
        if self.order == "funds last":
            steps["funds"]()
        below = self._tail(grid)
        return grid.grid(), record, below

    def _headings(self, grid: Builder, project: Project, record: Record) -> None:
        pairs = []
        for name in ("project_name", *self.shown_fields):
            pairs.append(
                (
                    self.labels[name],
                    getattr(project, name if name != "project_name" else "name", "") or self._value(project, name),
                )
            )
            record[name] = pairs[-1][1]
        if self.people:
            pairs += [("项目负责人", "祁某某"), ("联系电话", "6800123")]
        wish = self.plan["pairs"]
        size = {"1": 1, "2": 2, "3": 3, "mixed": 2}[wish]
        size = max(1, min(size, len(grid.widths) // 2))
        if self.plan["colon"] == "label and value in one cell" and not self.style.tight:
            size = max(1, min(size, len(grid.widths)))
        first, rest = (pairs[:1], pairs[1:]) if wish in ("mixed", "2") else ([], pairs)
        for chunk in ([first] if first else []) + [rest[n : n + size] for n in range(0, len(rest), size)]:
            self._pairs(grid, chunk)
        for name in self.long_fields:
            record[name] = getattr(project, name)
            wide_row(grid, (self.labels[name], 1), (record[name], 5))

    def _value(self, project: Project, name: str) -> str:
        return {
            "implementing_unit": project.unit,
            "project_attribute": project.attribute,
            "project_period": project.period,
        }[name]

    def _pairs(self, grid: Builder, pairs: list[tuple[str, str]]) -> None:
        colon = self.plan["colon"]
        if colon == "label and value in one cell" and not self.style.tight:
            wide_row(grid, *((f"{label}：{value}", 1) for label, value in pairs))
            return
        mark = "：" if colon == "：" else ""
        cells = [cell for label, value in pairs for cell in ((label + mark, 1.0), (value, 1.6))]
        wide_row(grid, *cells)

    def _fund_sides(self) -> list[str]:
        sides = self.plan["sides"].split() if self.two else list(HORIZONS)
        return [side for side in sides if side == "annual" or self.funds_both]

    # goals

    def _goals(self, grid: Builder, project: Project, record: Record) -> None:
        horizons = self.plan["sides"].split() if self.two else ["annual"]
        for horizon in horizons:
            record["goal"][horizon] = project.goals[horizon]
        if self.goal_column:
            return
        texts = [(self.words[f"goal.{h}"], project.goals[h]) for h in horizons]
        how = self.plan["goal"] if not self.style.tight else "rows"
        wide = len(grid.widths) >= 3
        if len(texts) == 1 and how in ("columns", "single cell"):
            word = self.plan["goal word"]
            label = texts[0][0] if word in ("总体目标", "总体绩效目标") or how == "columns" else word
            wide_row(grid, (label, 1), (texts[0][1], 5))
        elif how == "columns" and wide:
            grid.row((self.plan["goal word"], 1, 2), *self._split(grid, [label for label, _ in texts]))
            grid.row(*self._split(grid, [text for _, text in texts]))
        elif how == "above":
            for label, text in texts:
                wide_row(grid, (label, 1))
                wide_row(grid, (text, 1))
        elif how == "same row" and len(grid.widths) >= 4:
            wide_row(grid, *(cell for label, text in texts for cell in ((label, 1.0), (text, 3.0))))
        else:
            for label, text in texts:
                wide_row(grid, (label, 1), (text, 5))

    def _split(self, grid: Builder, texts: list[str]) -> list[tuple[str, int]]:
        return list(zip(texts, spread(len(grid.widths) - 1, [1.0] * len(texts)), strict=True))

    # indicators

    def _indicators(self, grid: Builder, project: Project, record: Record) -> None:
        targets = self.style.targets(project.targets)
        self.codes = [target.code for target in targets]
        if self.family == "stacked":
            for number, horizon in enumerate(HORIZONS):
                headed = number == 0 or self.plan["stack head"] == "each" or self.plan["stack"] == "head"
                self._block(grid, targets, record, [horizon], headed)
        elif self.two:
            self._block(grid, targets, record, self.plan["sides"].split(), True)
        else:
            self._block(grid, targets, record, ["annual"], True)

    def _header(self, horizon: str) -> list[list[tuple[str, int, int]]]:
        """Return the header rows as ``(text, columns, rows)``."""
        heads = [column.head for column in self.columns]
        if self.family == "stacked" and self.plan["stack"] == "head":
            for number, column in enumerate(self.columns):
                if column.role == "value":
                    heads[number] = self.draw.drawn["= head.value." + horizon]
        if self.family == "pairs" and self.plan["header rows"] != "1":
            groups = []
            for side in self.plan["sides"].split():
                width = sum(column.side == side for column in self.columns)
                groups.append((self.words[f"stack.{side}"], width, 1))
            rest = [(c.head, 1, 2) for c in self.columns if not c.side]
            return [[*groups, *rest], [(c.head, 1, 1) for c in self.columns if c.side]]
        values = [n for n, column in enumerate(self.columns) if column.role in ("op", "value", "unit", "last")]
        together = len(values) > 1 and values == list(range(values[0], values[-1] + 1))
        if self.plan["header rows"] == "2" and together and not self.style.tight:
            group = self.draw.pick("head.group", ("指标值", "绩效目标值"), ("目标值情况", "指标值设定"))
            top = [(head, 1, 2) for head in heads]
            first = [*top[: values[0]], (group, len(values), 1), *top[values[-1] + 1 :]]
            return [first, [(heads[n], 1, 1) for n in values]]
        return [[(head, 1, 1) for head in heads]]

    def _block(self, grid: Builder, targets: list[Target], record: Record, sides: list[str], headed: bool) -> None:
        shown = [(target, {side: self._shown(target, side) for side in sides}) for target in targets]
        header = self._header(sides[0]) if headed else []
        label = self.block_label
        if self.family == "stacked":
            if self.plan["stack"] == "row":
                wide_row(grid, (self.words[f"stack.{sides[0]}"], 1))
            elif self.plan["stack"] == "left":
                label = self.words[f"stack.{sides[0]}"]
                label = "\n".join(label) if "\n" in self.block_label else label
        lead: list[Any] = [(label, 1, len(header) + len(shown))] if label else []
        if self.goal_column:
            lead = [(self.words["goal.annual"], 1, len(header))]
        for cells in header:
            grid.row(*lead, *cells, bold=True)
            lead = []
        if self.goal_column:
            lead = [(record["goal"]["annual"], 1, len(shown))]
        for number, (target, values) in enumerate(shown):
            cells = [
                cell
                for column in range(len(self.columns))
                if (cell := self._cell(column, number, shown, sides)) is not None
            ]
            grid.row(*lead, *cells)
            lead = []
            self._record(record, target, values, sides)

    def _shown(self, target: Target, side: str) -> tuple[str, Value]:
        """Return name and value of a side; empty for a slot left empty."""
        value = target.annual if side == "annual" else target.lifetime
        bare = self.style.empty and target.code in ("E", "G", "C2", "C3", "K") and self.codes.count(target.code) == 1
        if bare and self.draw.random.random() < 0.4 and self.family not in ("no_levels", "l1_only", "tree"):
            return "", Value()
        return self.style.name(target, value), value

    def _cell(self, place: int, number: int, shown: list[Any], sides: list[str]) -> Any:
        """Return a cell, ``None`` where a span of above covers it."""
        column = self.columns[place]
        target, values = shown[number]
        if target.code == "M" and self.spanned and column.role in ("l1", "l2"):
            first = shown[number - 1][0].code != "M"
            count = sum(other.code == "M" for other, _ in shown)
            return (self.style.labels.level1("M"), 2, count) if column.role == "l1" and first else None
        if column.role in ("l1", "l2"):
            return self._level(column.role, number, shown)
        side = column.side or sides[0]
        name, value = values[side]
        if column.role == "name":
            return name if self.family != "shared" else next((n for n, _ in values.values() if n), "")
        if column.role in ("op", "value", "unit"):
            return self.style.parts(value)[0][column.role]
        return extra_cell(column.role, number, len(shown), target, name)

    def _level(self, role: str, number: int, shown: list[Any]) -> Any:
        def key(row: int) -> tuple[str, ...]:
            code = shown[row][0].code
            one = self.style.labels.level1(code, self.style.under_benefit)
            return (one,) if role == "l1" else (one, self.style.labels.level2(code))

        text = key(number)[-1]
        new = number == 0 or key(number) != key(number - 1)
        mode = self.style.levels
        if mode == "repeat":
            return text
        if mode == "blank" or self.style.tight:
            return text if new else ""
        if not new:
            return None
        length = next((n for n in range(number, len(shown)) if key(n) != key(number)), len(shown)) - number
        return (text, 1, length)

    def _record(self, record: Record, target: Target, values: dict[str, tuple[str, Value]], sides: list[str]) -> None:
        shared_name = next((n for n, _ in values.values() if n), "")
        for side in sides:
            name, value = values[side]
            record["indicators"].append({
                "horizon": side,
                "level1": "" if self.family == "no_levels" else LEVEL1[target.code],
                "level2": "" if self.family in ("no_levels", "l1_only") else LEVEL2[target.code],
                "level3": shared_name if self.family == "shared" else name,
                "value": self.style.parts(value)[1],
            })  # fmt: skip

    # the tail

    def _tail(self, grid: Builder) -> list[str]:
        if self.further:
            word = self.draw.pick("tail.further", ("其他需要说明的问题", "其他说明的情况"), ("需要说明的其他事项",))
            wide_row(grid, (word, 1), (self.draw.pick("tail.further.text", ("无", "无其他问题"), ("暂无",)), 4))
        if self.review:
            wide_row(grid, (self.draw.pick("tail.review.word", ("财政部门审核意见", "主管部门意见"), ("审核意见",)), 1),
                     ("经审核，绩效目标编制完整、指标较为细化，同意按程序报批。", 4))  # fmt: skip
        if self.sign == "row":
            wide_row(grid, ("填报人：", 1), ("祁某某", 1), ("填报日期：", 1), (f"{self.year - 1}年12月8日", 1))
        elif self.sign == "stamp":
            wide_row(grid, ("单位负责人（签字）：　　　　　　（盖章）", 1))
        return ["单位负责人：祁某　　填表人：祝某某　　联系电话：6800123"] if self.sign == "lines" else []


def extra_cell(kind: str, number: int, count: int, target: Target, name: str) -> str:
    """Return what stands in a further column."""
    if not name and kind != "serial":
        return ""
    value = target.last
    last = value.words or f"{value.number}{value.unit}"
    offices = ("规划财务股", "业务一科", "办公室", "项目管理科")
    return {
        "points": str(_points(number, count)),
        "remark": "" if number % 3 else "按计划推进",
        "meaning": f"反映{target.name}情况",
        "standard": "达到目标值得满分，未达到的按比例扣分",
        "source": ("工作台账", "统计报表", "验收资料", "问卷调查")[number % 4],
        "last": last,
        "office": offices[number % 4],
        "direction": "反向指标" if value.operator == "≤" else "正向指标" if value.number else "定性指标",
        "serial": str(number + 1),
    }[kind]  # fmt: skip


def _points(number: int, count: int) -> int:
    share, left = divmod(90, count)
    return share + (number < left)
