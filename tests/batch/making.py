"""Folders of made-up documents for batches: many bureaus, many formats, some damaged, some that hang or explode."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

from tests.batch.faults import MARKS
from tests.samples.forms import Project, projects
from tests.samples.layouts import LAYOUTS
from tests.samples.page import Sample
from tests.samples.render_docx import render_docx
from tests.samples.render_html import render_html
from tests.samples.render_text import render_text
from tests.samples.render_xlsx import render_xlsx

COUNTIES = (
    "云溪县", "青石县", "白河县", "松岭县", "柳泉县", "石桥县", "明湖区", "东溪区", "北原县", "长渡县",
    "双塔区", "金沙县", "红枫县", "安澜县", "临川岭县", "望水县", "沙洲区", "竹溪岭县", "黄坪县", "小河县",
)  # fmt: skip
#: How often each format is made; PDF is made apart because its library is slow to load.
FORMATS: dict[str, Callable[[Sample], bytes]] = {
    ".docx": render_docx,
    ".xlsx": render_xlsx,
    ".html": render_html,
    ".txt": render_text,
}
_LAYOUTS = ("1-two-sided-yuan", "1-two-sided-uneven", "2-one-sided", "2-split-values", "2-cost-first", "3-list")


def render_pdf(sample: Sample) -> bytes:
    from tests.samples.render_pdf import render_pdf as render

    return render(sample)


def varied(project: Project, county: str, draw: random.Random) -> Project:
    """Return the project as another county would have it: other place, other money, often another goal."""
    factor = Decimal(draw.randrange(3, 60)) / 10
    texts = {
        item.name: value.replace("云溪县", county).replace("云溪", county[:-1])
        for item in fields(Project)
        if isinstance(value := getattr(project, item.name), str)
    }
    funds = {
        horizon: {source: (amount * factor).quantize(Decimal(1)) for source, amount in amounts.items()}
        for horizon, amounts in (("annual", project.annual), ("lifetime", project.lifetime))
    }
    for amounts in funds.values():
        amounts["total"] = sum((value for source, value in amounts.items() if source != "total"), Decimal(0))
    changed = replace(project, **texts, **funds)
    if draw.random() < 0.7:
        other = draw.choice(projects())
        goal = f"{other.plan[: draw.randrange(20, 60)]}，{changed.goal[draw.randrange(8) :]}"
        changed = replace(changed, goal=goal, goal_lifetime=goal)
    return changed


def make_documents(
    folder: Path, count: int, *, seed: int = 1, pdf: bool = False, forms: Sequence[int] = (1, 2, 3)
) -> list[Path]:
    """Write so many documents into folders by county, and return their paths in order."""
    draw = random.Random(seed)
    formats = {**FORMATS, ".pdf": render_pdf} if pdf else FORMATS
    made = []
    for number in range(count):
        county = COUNTIES[number % len(COUNTIES)]
        ending = tuple(formats)[number // len(COUNTIES) % len(formats)] if pdf else tuple(formats)[number % 4]
        bureau = draw.choice(sorted({item.department for item in projects()}))
        own = [item for item in projects() if item.department == bureau]
        chosen = [varied(item, county, draw) for item in draw.sample(own, min(len(own), draw.choice(forms)))]
        layout = draw.choice(_LAYOUTS)
        name = f"{county}{number:04d}号项目绩效目标表"
        path = folder / county / f"{name}{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(formats[ending](replace(LAYOUTS[layout](layout, chosen), name=name)))
        made.append(path)
    return made


def make_damaged(folder: Path, count: int, whole: Sequence[Path], *, seed: int = 2) -> list[Path]:
    """Write damaged copies of documents: cut off, empty, scrambled, or of a wrong kind."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    binary = [path for path in whole if path.suffix in (".pdf", ".docx", ".xlsx")]
    for number in range(count):
        source = binary[number % len(binary)]
        data = source.read_bytes()
        kind = number % 4
        if kind == 0:
            data = data[: len(data) // 3]
        elif kind == 1:
            data = b""
        elif kind == 2:
            data = data[:8] + draw.randbytes(3000)
        else:
            data = bytes(byte if draw.random() > 0.2 else draw.randrange(256) for byte in data[:20000])
        path = folder / f"损坏{number:02d}{source.suffix}"
        path.write_bytes(data)
        made.append(path)
    return made


def make_faulty(folder: Path, kinds: Sequence[str]) -> list[Path]:
    """Write documents that make their process hang, grow, exit or crash (see ``tests.batch.faults``)."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, kind in enumerate(kinds):
        path = folder / f"异常{number:02d}-{kind}.txt"
        path.write_text(f"项目支出绩效目标表\n{MARKS[kind]}\n", encoding="utf-8")
        made.append(path)
    return made
