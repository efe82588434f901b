"""A random document of forms with its ground truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.layouts import around
from tests.layouts.content import PLACES, SECTORS, Project, make_project
from tests.layouts.draw import Draw, Wordings
from tests.layouts.forms import FormMaker, Record
from tests.layouts.listing import ListMaker, tree
from tests.layouts.render import FORMATS, Press
from tests.layouts.style import UNITS, Style
from tests.samples.page import Break, Grid, GridCell, Item, Sample, Text

GRIDS = ("html", "docx", "xlsx", "pdf", "tsv", "bars", "bars-breaks")
_SINGLE = tuple(name for name in FORMATS if name != "laid-pdf")
#: The families and the formats that can show them so that a person reads them back.
FAMILIES: dict[str, tuple[str, ...]] = {
    "one_sided": _SINGLE,
    "pairs": tuple(name for name in _SINGLE if name not in ("blanks", "glued")),
    "stacked": _SINGLE,
    "shared": tuple(name for name in _SINGLE if name not in ("blanks", "glued")),
    "list_rows": (*GRIDS, "bars-bare", "pdf-horizontal", "laid"),
    "list_cell": GRIDS,
    "no_levels": tuple(name for name in _SINGLE if name not in ("blanks", "glued", "lines")),
    "tree": (*GRIDS, "bars-bare", "pdf-horizontal"),
    "l1_only": tuple(name for name in _SINGLE if name != "glued"),
    "zhejiang": tuple(name for name in _SINGLE if name not in ("blanks", "glued")),
    "negative": _SINGLE,
}
USUAL_FAMILIES = ("one_sided", "one_sided", "pairs", "stacked", "shared", "list_rows")
OTHER_FAMILIES = ("list_cell", "no_levels", "tree", "l1_only", "zhejiang", "negative")


@dataclass(frozen=True, slots=True)
class Layout:
    """A generated document: file name, content, records that should be read and every drawn dimension."""

    name: str
    content: bytes
    gold: tuple[Record, ...]
    meta: dict[str, Any]
    sample: Sample

    def write(self, folder: Path) -> Path:
        """Write document, gold and meta and return the document's path."""
        path = folder / self.name
        stem = path.name.rsplit(".", 1)[0]
        path.write_bytes(self.content)
        lines = [
            json.dumps({"doc": self.name, "form": n, **record}, ensure_ascii=False)
            for n, record in enumerate(self.gold)
        ]
        (folder / f"{stem}.gold.jsonl").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        (folder / f"{stem}.meta.json").write_text(json.dumps(self.meta, ensure_ascii=False, indent=1), encoding="utf-8")
        return path


def generate(
    seed: int,
    *,
    unusual: float = 0.25,
    wordings: Wordings = "both",
    fixed: dict[str, str] | None = None,
    render: bool = True,
) -> Layout:
    """Return the document of a seed.

    Parameters
    ----------
    seed, unusual, wordings, fixed
        See ``Draw``; ``fixed`` may hold ``format`` and ``family``.
    render
        ``False`` leaves the content empty, for tests of what is composed.
    """
    draw = Draw(seed, unusual, wordings, dict(fixed or {}))
    family = draw.fixed.get("family")
    format_ = draw.plain("format", FAMILIES[family] if family else [n for n in FORMATS if n != "laid-pdf"])
    usual = [name for name in USUAL_FAMILIES if format_ in FAMILIES[name]] or list(USUAL_FAMILIES)
    other = [name for name in OTHER_FAMILIES if format_ in FAMILIES[name]] or list(OTHER_FAMILIES)
    family = draw.plain("family", usual, other)
    sample, gold = _Composer(draw, family, format_).compose()
    name = f"lay{seed}_{family}_{format_.replace('-', '_')}.{FORMATS[format_]}"
    sample = Sample(name, sample.items, tuple(gold))
    press = Press(draw, format_)
    content = press.render(sample) if render else b""
    meta = {"seed": seed, "unusual": unusual, "wordings": wordings, "forms": len(gold), "dimensions": draw.drawn}
    return Layout(name, content, tuple(gold), meta, sample)


class _Composer:
    def __init__(self, draw: Draw, family: str, format_: str) -> None:
        self.draw, self.family, self.format = draw, family, format_
        random = draw.random
        self.year = random.choice((2022, 2023, 2024, 2025, 2026))
        self.place = random.choice(PLACES)
        self.style = Style(draw, format_, family if family != "negative" else "one_sided", self.year)
        self.title = self._title()

    def _title(self) -> str:
        pick = self.draw.pick
        what = pick(
            "title.what",
            ("项目支出", "部门预算项目"),
            ("财政专项资金", "专项资金", "预算支出项目", "一般性项目", "财政支出项目"),
        )
        kind = pick(
            "title.kind",
            ("绩效目标表", "绩效目标申报表"),
            (
                "绩效目标填报表",
                "绩效目标批复表",
                "绩效目标审批表",
                "绩效目标公开表",
                "绩效目标备案表",
                "绩效目标及指标表",
            ),
        )
        lead = pick("title.lead", ("", "{y}年"), ("{p}", "{p}{y}年度", "附件2：", "表十二 "))
        return lead.replace("{y}", str(self.year)).replace("{p}", self.place) + what + kind

    def projects(self) -> list[Project]:
        many = self.family in ("list_rows", "list_cell", "tree")
        count = int(
            self.draw.plain(
                "projects" if many else "forms",
                ("2", "3", "4") if many else ("1", "2"),
                ("5", "7") if many else ("3", "4"),
            )
        )
        sectors = self.draw.random.sample(sorted(SECTORS), 2 if many else min(count, len(SECTORS)))
        unit = UNITS[self.style.money_unit]
        found = []
        for number in range(count):
            sector = sectors[number * len(sectors) // count]
            found.append(make_project(self.draw.random, self.place, self.year, sector, unit))
        names: set[str] = set()
        for project in found:
            while project.name in names:
                project.name += "（二期）"
            names.add(project.name)
        return found

    def compose(self) -> tuple[Sample, list[Record]]:
        draw, projects = self.draw, self.projects()
        before = draw.plain("around.before", ("none", "none", "narrative"), ("cover", "budget", "furniture"))
        after = draw.plain("around.after", ("none", "none", "glossary"), ("self-evaluation", "furniture", "note"))
        items: list[Item] = list(self._before(before, projects))
        gold: list[Record] = []
        if self.family == "negative":
            items += self._negative(projects)
        elif self.family in ("list_rows", "list_cell"):
            maker = ListMaker(draw, self.style, self.title, self.family)
            grid, gold = maker.make(projects)
            items += self._headed(grid, gold, unit=maker.unit_place == "caption")
        elif self.family == "tree":
            grid, gold = tree(draw, self.style, self.title, projects)
            items += self._headed(grid, gold, unit=False)
        else:
            items += self._forms(projects, gold)
        items += self._after(after, projects)
        return Sample("", tuple(items), ()), gold

    def _forms(self, projects: list[Project], gold: list[Record]) -> list[Item]:
        maker = FormMaker(self.draw, self.style, self.title, self.family)
        items: list[Item] = []
        for number, project in enumerate(projects):
            if number:
                items.append(Break())
            grid, record, below = maker.form(project)
            gold.append(record)
            items += self._headed(grid, [record], unit=maker.plan["unit"] == "caption", own=maker.caption)
            items += [Text(line) for line in below]
        return items

    def _headed(self, grid: Grid, records: list[Record], *, unit: bool, own: str = "none") -> list[Item]:
        """Return title, year, caption and grid."""
        draw = self.draw
        place = draw.pick("title.place", ("paragraph",), ("row",))
        year = draw.pick("year.place", ("below", "none"), ("label",))
        words = {"below": f"（{self.year}年度）", "label": f"填报年度：{self.year}年", "none": ""}.get(year, "")
        lines: list[Text] = []
        if place == "paragraph":
            lines.append(Text(self.title, "title"))
            if words:
                lines.append(Text(words, "subtitle"))
        if own != "none":
            lines.append(Text(own + records[0]["implementing_unit"]))
        if unit:
            money = draw.pick("caption.money", ("单位：{u}", "金额单位：{u}"), ("（单位：{u}）", "计量单位：{u}"))
            lines.append(Text(money.replace("{u}", self.style.money_unit), "right"))
        if place != "paragraph":
            grid = _with_rows(grid, [self.title, *([words] if words else [])])
        return [*lines, grid]

    def _before(self, what: str, projects: list[Project]) -> list[Item]:
        bureau = projects[0].department.split(self.place)[-1]
        return {
            "none": list,
            "narrative": lambda: around.narrative(self.draw.random, self.year),
            "cover": lambda: around.cover(self.place, bureau, self.year),
            "budget": lambda: around.budget(projects, self.year),
            "furniture": lambda: around.furniture_above(self.place, self.year),
        }[what]()

    def _after(self, what: str, projects: list[Project]) -> list[Item]:
        return {
            "none": list,
            "glossary": around.glossary,
            "self-evaluation": lambda: around.self_evaluation(projects[0], self.year),
            "furniture": around.furniture_below,
            "note": lambda: [Text("注：1.各项指标应结合实际填报；2.本表一式两份，随预算一并报送。")],
        }[what]()

    def _negative(self, projects: list[Project]) -> list[Item]:
        what = self.draw.plain("negative", ("self-evaluation", "prose", "budget"))
        if what == "self-evaluation":
            return around.self_evaluation(projects[0], self.year)[1:]
        return (
            around.budget(projects, self.year) if what == "budget" else around.evaluation_prose(self.place, self.year)
        )


def _with_rows(grid: Grid, texts: list[str]) -> Grid:
    """Return a grid with full-width rows above."""
    count = len(texts)
    cells = [GridCell(n, 0, text, 1, grid.columns) for n, text in enumerate(texts)]
    cells += [GridCell(c.row + count, c.column, c.text, c.row_span, c.column_span, c.bold) for c in grid.cells]
    return Grid(tuple(cells), grid.rows + count, grid.widths, grid.repeat + count if grid.repeat else 0)
