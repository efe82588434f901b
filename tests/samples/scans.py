"""Scans with ground truth: forms printed with any rule style, then photographed badly on purpose.

A form is laid out once as a grid of cells (the truth), printed by headless Chromium, rendered at the wanted
resolution and degraded: rotation, noise, uneven light, JPEG, stamp, watermark, broken rules, screenshot.
Chromium is needed to make new scans, not to read those that are committed.
"""

from __future__ import annotations

import html
import io
import random
import re
import shutil
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

__all__ = ["Printed", "Slip", "Wear", "chromium", "forms", "print_forms", "wear"]

Pixels = NDArray[np.uint8]
PROJECTS = Path(__file__).with_name("projects.toml")
_LEVELS = (
    ("产出指标", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)
_SOURCES = (
    ("central", "其中：中央财政资金"),
    ("provincial", "省级财政资金"),
    ("local", "市县（区）财政资金"),
    ("self", "单位自筹"),
    ("other", "其他资金"),
)


@dataclass(frozen=True, slots=True)
class Slip:
    """A cell as printed: its place in the grid, its spans, its text."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1
    left: bool = False


@dataclass(slots=True)
class Printed:
    """A form as laid out: the truth of every cell, indicator, amount and field."""

    title: str
    year: str
    columns: int
    widths: tuple[float, ...]
    cells: list[Slip] = field(default_factory=list)
    indicators: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    amounts: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: int = 0

    def add(self, *parts: tuple[int, int, str] | tuple[int, int, str, bool]) -> None:
        """Append a row of ``(columns, rows, text[, left])``; places held by cells above are skipped."""
        taken = {
            (r, c)
            for cell in self.cells
            for r in range(cell.row, cell.row + cell.rows)
            for c in range(cell.column, cell.column + cell.columns)
        }
        column = 0
        for part in parts:
            while (self.rows, column) in taken:
                column += 1
            wide, high, text = part[:3]
            left = len(part) > 3 and bool(part[3])
            self.cells.append(Slip(self.rows, column, text, rows=high, columns=wide, left=left))
            column += wide
        self.rows += 1


def _money(value: int | float | None) -> str:
    if not value:
        return "0" if value == 0 else ""
    text = f"{value:,.2f}"
    return text[:-3] if text.endswith(".00") else text


def _indicators(project: dict[str, Any]) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for line in project["indicators"]:
        parts = line.split("|")
        annual = parts[2]
        found.setdefault(parts[0], []).append((parts[1], annual, parts[3] if len(parts) > 3 else annual))
    return found


def two_sided(project: dict[str, Any]) -> Printed:
    """Lay out a project as the form with both horizons side by side, amounts in 元."""
    form = Printed("云溪县县级预算部门（单位）项目支出绩效目标表", "（2025年度）", 8, (5, 8, 13, 19, 14, 13, 17, 14))
    form.add((2, 1, "项目名称"), (6, 1, project["name"]))
    form.add((2, 1, "主管部门及代码"), (3, 1, project["department"]), (1, 1, "实施单位"), (2, 1, project["unit"]))
    years = f"{project['years']}年"
    form.add((2, 1, "项目属性"), (3, 1, project["attribute"]), (1, 1, "项目期"), (2, 1, years))
    annual, life = project["annual"], project.get("lifetime") or project["annual"]
    totals = sum(life.values()), sum(annual.values())
    form.add(
        (2, 6, "项目资金（元）"), (2, 1, "实施期资金总额："), (1, 1, _money(totals[0])),
        (2, 1, "年度资金总额："), (1, 1, _money(totals[1])),
    )  # fmt: skip
    form.amounts["lifetime", "total"], form.amounts["annual", "total"] = _money(totals[0]), _money(totals[1])
    for key, label in _SOURCES:
        blank = 0 if key != "other" else None
        left, right = _money(life.get(key, blank)), _money(annual.get(key, blank))
        form.add((2, 1, label), (1, 1, left), (2, 1, label), (1, 1, right))
        form.amounts["lifetime", key], form.amounts["annual", key] = left, right
    for label, key in (
        ("项目概况", "overview"), ("立项依据", "basis"), ("项目设立必要性", "necessity"),
        ("保证项目实施的制度、措施", "measures"), ("项目实施计划", "plan"),
    ):  # fmt: skip
        form.add((2, 1, label), (6, 1, project[key], True))
    form.add((1, 2, "总体目标"), (4, 1, "实施期目标"), (3, 1, "年度目标"))
    form.add((4, 1, project.get("goal_lifetime") or project["goal"], True), (3, 1, project["goal"], True))
    found = _indicators(project)
    rows = sum(max(1, len(found.get(level2, ()))) for _, group in _LEVELS for level2 in group)
    heads = [(1, 1, text) for text in ("一级指标", *("二级指标", "三级指标", "指标值") * 2)]
    form.add((1, rows + 1, "绩效指标"), *heads)
    for level1, group in _LEVELS:
        size = sum(max(1, len(found.get(level2, ()))) for level2 in group)
        for order, level2 in enumerate(group):
            items = found.get(level2) or [("", "", "")]
            for index, (name, value, long) in enumerate(items):
                first: list[tuple[int, int, str]] = [(1, size, level1)] if not order and not index else []
                label = [(1, len(items), level2)] if not index else []
                form.add(*first, *label, (1, 1, name), (1, 1, long), *label, (1, 1, name), (1, 1, value))
                if name or value:
                    form.indicators.append(("lifetime", level1, level2, name, long))
                    form.indicators.append(("annual", level1, level2, name, value))
    form.add((3, 1, "负责人："), (2, 1, "经办人："), (2, 1, "联系电话："), (1, 1, "填报日期："))
    return form


def one_sided(project: dict[str, Any]) -> Printed:
    """Lay out a project as the one-sided form, amounts in 万元, with a column of points."""
    form = Printed("项目支出绩效目标申报表", "（2025年度）", 6, (6, 11, 19, 28, 24, 9))
    form.add((2, 1, "项目名称"), (4, 1, project["name"]))
    form.add((2, 1, "主管部门及代码"), (2, 1, project["department"]), (1, 1, "实施单位"), (1, 1, project["unit"]))
    form.add((2, 1, "项目属性"), (2, 1, project["attribute"]), (1, 1, "项目期"), (1, 1, f"{project['years']}年"))
    total, own = sum(project["annual"].values()), project["annual"].get("self", 0)
    fiscal = total - own
    parts = [f"{value / 10000:.2f}" for value in (total, fiscal, own)]
    form.add((2, 3, "项目资金（万元）"), (2, 1, "年度资金总额："), (2, 1, parts[0]))
    form.add((2, 1, "其中：财政拨款"), (2, 1, parts[1]))
    form.add((2, 1, "其他资金"), (2, 1, parts[2]))
    form.amounts["annual", "total"] = parts[0]
    form.amounts["annual", "other"] = parts[2]
    form.add((1, 1, "总体目标"), (5, 1, project["goal"], True))
    found = _indicators(project)
    rows = sum(max(1, len(found.get(level2, ()))) for _, group in _LEVELS for level2 in group)
    form.add((1, rows + 1, "绩效指标"), *((1, 1, t) for t in ("一级指标", "二级指标", "三级指标", "指标值", "分值")))
    for level1, group in _LEVELS:
        size = sum(max(1, len(found.get(level2, ()))) for level2 in group)
        for order, level2 in enumerate(group):
            items = found.get(level2) or [("", "", "")]
            for index, (name, value, _) in enumerate(items):
                first: list[tuple[int, int, str]] = [(1, size, level1)] if not order and not index else []
                label = [(1, len(items), level2)] if not index else []
                form.add(*first, *label, (1, 1, name), (1, 1, value), (1, 1, "10" if name else ""))
                if name or value:
                    form.indicators.append(("annual", level1, level2, name, value))
    return form


def slim(project: dict[str, Any]) -> Printed:
    """Lay out a project as the plain form of four columns, amounts in 元."""
    form = Printed("项目支出绩效目标表", "（2025年度）", 4, (17, 24, 36, 23))
    form.add((1, 1, "项目名称"), (3, 1, project["name"]))
    form.add((1, 1, "主管部门"), (1, 1, project["department"]), (1, 1, "实施单位"), (1, 1, project["unit"]))
    total, own = sum(project["annual"].values()), project["annual"].get("self", 0)
    parts = [_money(value) for value in (total, total - own, own)]
    form.add((1, 3, "项目资金（元）"), (2, 1, "年度资金总额："), (1, 1, parts[0]))
    form.add((2, 1, "其中：财政拨款"), (1, 1, parts[1]))
    form.add((2, 1, "其他资金"), (1, 1, parts[2]))
    form.amounts["annual", "total"], form.amounts["annual", "other"] = parts[0], parts[2]
    form.add((1, 1, "年度总体目标"), (3, 1, project["goal"], True))
    form.add(*((1, 1, text) for text in ("一级指标", "二级指标", "三级指标", "指标值")))
    found = _indicators(project)
    for level1, group in _LEVELS:
        size = sum(max(1, len(found.get(level2, ()))) for level2 in group)
        for order, level2 in enumerate(group):
            items = found.get(level2) or [("", "", "")]
            for index, (name, value, _) in enumerate(items):
                first: list[tuple[int, int, str]] = [(1, size, level1)] if not order and not index else []
                label = [(1, len(items), level2)] if not index else []
                form.add(*first, *label, (1, 1, name), (1, 1, value))
                if name or value:
                    form.indicators.append(("annual", level1, level2, name, value))
    return form


def varied(project: dict[str, Any], seed: int) -> dict[str, Any]:
    """Return a project with other numbers, amounts and indicators: each name from any project, each digit anew."""
    rng = random.Random(seed)
    pool: dict[str, list[str]] = {}
    for other in _projects():
        for line in other["indicators"]:
            if line.split("|")[1]:
                pool.setdefault(line.split("|")[0], []).append(line)

    def digits(match: re.Match[str]) -> str:
        text = match[0]
        if len(text) == 4 and text.startswith("20"):
            return text
        return str(rng.randint(10 ** (len(text) - 1), 10 ** len(text) - 1))

    chosen = []
    for _, group in _LEVELS:
        for level2 in group:
            count = rng.choice((0, 1, 1, 2, 3)) if level2 != "数量指标" else rng.choice((2, 3, 4))
            lines = rng.sample(pool[level2], min(count, len(pool[level2])))
            chosen += [re.sub(r"\d+", digits, line) for line in lines] or [f"{level2}||"]
    annual = {key: rng.choice((0, 1, 1, 1)) * rng.randint(1, 99_999_999) / 100 for key in ("central", "provincial")}
    annual |= {"local": rng.randint(1, 9_999_999), "self": rng.choice((0, rng.randint(10_000, 9_999_999)))}
    return {
        **{key: re.sub(r"\d+", digits, text) if isinstance(text, str) else text for key, text in project.items()},
        "indicators": chosen, "annual": annual, "lifetime": None,
    }  # fmt: skip


@lru_cache(maxsize=1)
def _projects() -> tuple[dict[str, Any], ...]:
    with PROJECTS.open("rb") as stream:
        return tuple(tomllib.load(stream)["project"])


def forms(layout: str, start: int, count: int, vary: int = 0) -> list[Printed]:
    """Lay out projects ``start`` to ``start + count`` as ``two`` or ``one`` sided or ``slim`` forms.

    ``vary`` other than 0 gives other numbers, amounts and indicators.
    """
    build = {"two": two_sided, "one": one_sided, "slim": slim}[layout]
    projects = _projects()[start : start + count]
    return [build(varied(project, vary + order) if vary else project) for order, project in enumerate(projects)]


#: Rule styles as CSS.
RULES = {
    "solid": "1px solid #000",
    "thin": "0.6px solid #222",
    "thick": "2px solid #000",
    "dashed": "1px dashed #000",
    "dotted": "1px dotted #000",
    "double": "3px double #000",
    "grey": "1px solid #bbb",
    "midgrey": "1px solid #777",
    "greydash": "1px dashed #888",
    "hair": "0.5px solid #555",
    "bolddash": "1.5px dashed #222",
    "bolddots": "2px dotted #333",
    "palegrey": "1px solid #c4c4c4",
    "greydots": "1.5px dotted #666",
    "blue": "1px solid #3060a0",
    "none": "0",
}
_PAGE = """<!doctype html><meta charset=utf-8><style>
@page {{ size: A4; margin: {margin}mm }} body {{ margin: 0; font: {size}pt/1.35 {font} }}
section {{ break-after: page }} h1 {{ font-size: {title}pt; text-align: center; margin: 0 0 2pt }}
p {{ text-align: center; margin: 0 0 4pt }} table {{ border-collapse: collapse; width: 100%; table-layout: fixed }}
td {{ border: {rule}; padding: {padding}; text-align: center; height: {height}pt; overflow-wrap: anywhere }}
td.l {{ text-align: left }} td.h {{ background: {shade} }} table {{ outline: {outline} }}
</style>{body}"""


def _section(form: Printed) -> str:
    lines = [f"<section><h1>{form.title}</h1><p>{form.year}</p><table><colgroup>"]
    lines += [f'<col style="width:{width}%">' for width in form.widths]
    lines.append("</colgroup>")
    for row in range(form.rows):
        lines.append("<tr>")
        for cell in form.cells:
            if cell.row == row:
                kind = ' class="l"' if cell.left else ' class="h"' if cell.text.endswith(("指标", "：", "目标")) else ""
                spans = f' rowspan="{cell.rows}" colspan="{cell.columns}"'
                lines.append(f"<td{kind}{spans}>{html.escape(cell.text)}</td>")
        lines.append("</tr>")
    return "".join(lines) + "</table></section>"


def chromium() -> str | None:
    """Return the browser that prints, ``None`` where none is installed."""
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )


def print_forms(
    printed: list[Printed],
    *,
    rule: str = "solid",
    font: str = "Noto Serif CJK SC",
    size: float = 9.0,
    height: float = 15,
    shade: str = "none",
) -> bytes:
    """Print forms to a PDF, one or more pages each; ``shade`` is the colour behind labels."""
    outline = RULES["solid"] if rule in ("dotted", "bolddash") else "0"
    page = _PAGE.format(
        margin=12, size=size, font=f"'{font}'", title=size * 1.6, rule=RULES[rule], padding="1pt 2.5pt", height=height,
        outline=outline, shade=shade, body="".join(map(_section, printed)),
    )  # fmt: skip
    browser = chromium()
    assert browser is not None, "no Chromium to print with"
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "form.html"), Path(folder, "form.pdf")
        source.write_text(page, encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run(
            [*command, f"--print-to-pdf={target}", source.as_uri()], check=True, capture_output=True, timeout=120
        )
        return target.read_bytes()


def render(pdf: bytes, dpi: float) -> list[Pixels]:
    """Render every page as RGB, shape ``(height, width, 3)``."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    return [np.array(page.render(scale=dpi / 72).to_pil().convert("RGB")) for page in document]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """What happens to a page between printer and file."""

    dpi: float = 200
    angle: float = 0.0
    quarter: int = 0
    noise: float = 0.0
    light: float = 0.0
    blur: float = 0.0
    jpeg: int = 0
    stamp: str = ""
    watermark: int = 0
    broken: float = 0.0
    resize: float = 1.0
    fade: float = 0.0
    grey: bool = False
    seed: int = 1

    def at(self, **changes: Any) -> Wear:
        """Return the same wear with changes."""
        return replace(self, **changes)


def _stamp(image: Image.Image, how: Wear, rng: np.random.Generator) -> Image.Image:
    """Set a seal: ``ink`` darkens what lies under it, ``seal`` is a translucent picture, ``opaque`` hides it."""
    layer = Image.new("RGBA", image.size, (220, 20, 30, 0))
    draw = ImageDraw.Draw(layer)
    size = how.dpi * 1.6
    x, y = image.width * rng.uniform(0.5, 0.7), image.height * rng.uniform(0.5, 0.8)
    colour = (220, 20, 30, 255 if how.stamp == "opaque" else 190)
    draw.ellipse((x, y, x + size, y + size), outline=colour, width=max(2, int(how.dpi / 30)))
    font = ImageFont.truetype(_font("Serif-Bold"), int(size / 8))
    draw.text((x + size * 0.13, y + size * 0.62), "云溪县财政局", font=font, fill=colour)
    star = ImageFont.truetype(_font("Serif-Bold"), int(size / 3))
    draw.text((x + size * 0.33, y + size * 0.16), "★", font=star, fill=colour)
    if how.stamp == "ink":
        paper = Image.new("RGBA", image.size, "white")
        return ImageChops.multiply(image, Image.alpha_composite(paper, layer).convert("RGB"))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def _watermark(image: Image.Image, dpi: float, grey: int) -> Image.Image:
    layer = Image.new("L", image.size, 255)
    font = ImageFont.truetype(_font("Sans-Regular"), int(dpi * 0.55))
    draw = ImageDraw.Draw(layer)
    for y in range(-image.height, 2 * image.height, int(dpi * 2.6)):
        for x in range(-image.width, 2 * image.width, int(dpi * 4.2)):
            draw.text((x, y), "内部公开资料", font=font, fill=grey)
    layer = layer.rotate(35, fillcolor=255, resample=Image.Resampling.BICUBIC)
    return Image.fromarray(np.minimum(np.asarray(image), np.asarray(layer)[..., None]))


def _font(style: str) -> str:
    return f"/usr/share/fonts/opentype/noto/Noto{style.split('-')[0]}CJK-{style.split('-')[1]}.ttc"


def wear(page: Pixels, how: Wear) -> bytes:
    """Degrade a rendered page and return it as PNG or, where ``jpeg`` is a quality, JPEG bytes."""
    rng = np.random.default_rng(how.seed)
    image = Image.fromarray(page)
    if how.watermark:
        image = _watermark(image, how.dpi, how.watermark)
    if how.broken:
        image = Image.fromarray(_holes(np.array(image), how, rng))
    if how.stamp:
        image = _stamp(image, how, rng)
    if how.angle:
        image = image.rotate(how.angle, fillcolor=(255, 255, 255), resample=Image.Resampling.BICUBIC)
    if how.resize != 1.0:
        size = (int(image.width * how.resize), int(image.height * how.resize))
        image = image.resize(size, Image.Resampling.BILINEAR)
    if how.blur:
        image = image.filter(ImageFilter.GaussianBlur(how.blur))
    if how.quarter:
        image = image.rotate(90 * how.quarter, expand=True)
    pixels = np.asarray(image).astype(np.float32)
    if how.fade:
        pixels = 255 - (255 - pixels) * (1 - how.fade)
    if how.light:
        rows, columns = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]].astype(np.float32)
        shade = 1 - how.light * (0.6 * columns / pixels.shape[1] + 0.4 * (rows / pixels.shape[0]) ** 2)
        pixels = pixels * shade[..., None]
    if how.noise:
        pixels = pixels + rng.normal(0, how.noise, pixels.shape[:2])[..., None]
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if how.grey:
        image = image.convert("L")
    buffer = io.BytesIO()
    if how.jpeg:
        image.save(buffer, "JPEG", quality=how.jpeg)
    else:
        image.save(buffer, "PNG")
    return buffer.getvalue()


def _holes(pixels: Pixels, how: Wear, rng: np.random.Generator) -> Pixels:
    """Break long rules: a share ``broken`` of each is lost in gaps of up to 2 mm, as fax and toner do."""
    import cv2

    dark = (pixels.mean(axis=2) < 190).astype(np.uint8)
    length = int(how.dpi * 0.5)
    lines = np.zeros_like(dark)
    for shape in ((length, 1), (1, length)):
        kernel = np.ones(shape[::-1], np.uint8)
        found = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
        gap = int(how.dpi * 0.06)
        drops = (rng.random((dark.shape[0] // gap + 1, dark.shape[1] // gap + 1)) < how.broken).astype(np.uint8)
        mask = np.kron(drops, np.ones((gap, gap), np.uint8))[: dark.shape[0], : dark.shape[1]]
        lines |= cv2.dilate(found, np.ones((3, 3), np.uint8)) & mask
    result = pixels.copy()
    result[lines > 0] = 255
    return result
