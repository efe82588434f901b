"""Accuracy and time of the OCR path on scans with ground truth.

usage: python bench/ocr.py [--set tuned|untouched|all] [--show] [--only WORD]

Cases are split: the tuned ones were looked at while the reader was written, the untouched ones only measured.
The untouched ones use other projects, fonts, sizes, rule styles, resolutions and wear. Needs Chromium to print.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402
from rapidfuzz import fuzz  # noqa: E402
from samples.scans import Printed, Wear, forms, print_forms, render, wear  # noqa: E402

from indicators.forms import find_forms  # noqa: E402
from indicators.readers.ocr import make_page_ocr  # noqa: E402
from indicators.records import Document  # noqa: E402
from indicators.text import squash  # noqa: E402

DARK, FINE = "dark solid rules", "dashed, dotted, grey rules"


@dataclass(frozen=True, slots=True)
class Case:
    group: str
    rule: str
    layout: str
    start: int
    how: Wear
    count: int = 2
    font: str = "Noto Serif CJK SC"
    size: float = 9.0
    height: float = 15.0

    @property
    def name(self) -> str:
        plain = Wear(dpi=self.how.dpi)
        keys = [
            key for key in Wear.__dataclass_fields__ if getattr(self.how, key) != getattr(plain, key) and key != "seed"
        ]
        changes = ",".join(f"{key}={getattr(self.how, key)}" for key in keys)
        return f"{self.rule} {self.layout} {self.how.dpi:g}dpi {changes}"


def tuned() -> list[Case]:
    wears = (
        Wear(dpi=100),
        Wear(dpi=150, angle=0.8, jpeg=60),
        Wear(dpi=200, noise=8, light=0.3),
        Wear(dpi=150, broken=0.15, stamp=True),
        Wear(dpi=200, watermark=205, angle=-0.5, jpeg=50),
        Wear(dpi=300, angle=0.3, blur=1.2, fade=0.4),
    )
    dark = [
        Case(DARK, rule, layout, 0, how)
        for rule, layout in (("solid", "two"), ("thin", "one"), ("thick", "two"), ("double", "one"))
        for how in wears
    ]
    fine = [
        Case(FINE, rule, layout, 0, how)
        for rule, layout in (
            ("dashed", "two"),
            ("dotted", "one"),
            ("dotted", "two"),
            ("grey", "two"),
            ("greydash", "one"),
        )
        for how in wears
        if not (how.broken and rule != "dashed")
    ]
    return dark + fine


def untouched() -> list[Case]:
    dark = [
        Case(DARK, "solid", "two", 8, Wear(dpi=130, angle=-1.1, jpeg=55, seed=5), 2, "WenQuanYi Zen Hei", 8.5, 14),
        Case(DARK, "hair", "two", 10, Wear(dpi=200, noise=5, jpeg=70, seed=6), 2, "Noto Sans CJK SC", 9, 16),
        Case(DARK, "solid", "one", 12, Wear(dpi=250, stamp=True, light=0.25, seed=7), 2, "Noto Serif CJK SC", 10.5, 18),
        Case(DARK, "thin", "two", 14, Wear(dpi=180, watermark=215, angle=0.6, seed=8), 2, "WenQuanYi Micro Hei", 9, 15),
        Case(
            DARK, "solid", "two", 16, Wear(dpi=300, noise=12, blur=0.8, jpeg=50, seed=9), 2, "Noto Serif CJK SC", 8, 13
        ),
        Case(DARK, "double", "two", 18, Wear(dpi=150, angle=2.2, jpeg=65, seed=10), 2, "Noto Sans CJK SC", 9, 15),
        Case(DARK, "blue", "one", 20, Wear(dpi=150, stamp=True, jpeg=70, seed=11), 2, "WenQuanYi Zen Hei", 10, 17),
        Case(DARK, "solid", "one", 22, Wear(dpi=110, resize=1.15, seed=12), 2, "Noto Sans CJK SC", 9.5, 16),
        Case(DARK, "thick", "one", 4, Wear(dpi=100, noise=4, jpeg=60, seed=13), 2, "WenQuanYi Micro Hei", 10, 16),
        Case(DARK, "solid", "two", 24, Wear(dpi=200, broken=0.08, angle=-0.4, seed=14), 2, "Noto Serif CJK SC", 9, 15),
        Case(DARK, "thin", "one", 26, Wear(dpi=200, quarter=1, noise=4, seed=15), 2, "Noto Serif CJK SC", 10, 16),
        Case(DARK, "solid", "two", 6, Wear(dpi=150, quarter=2, jpeg=75, seed=16), 2, "Noto Sans CJK SC", 9, 15),
    ]
    fine = [
        Case(FINE, "bolddash", "two", 8, Wear(dpi=150, angle=0.7, jpeg=60, seed=21), 2, "Noto Sans CJK SC", 9, 15),
        Case(FINE, "bolddots", "one", 10, Wear(dpi=200, noise=6, seed=22), 2, "WenQuanYi Zen Hei", 10, 17),
        Case(FINE, "palegrey", "two", 12, Wear(dpi=200, jpeg=70, seed=23), 2, "Noto Serif CJK SC", 9, 15),
        Case(
            FINE, "greydots", "two", 14, Wear(dpi=180, angle=-0.9, jpeg=65, seed=24), 2, "WenQuanYi Micro Hei", 8.5, 15
        ),
        Case(FINE, "dotted", "two", 16, Wear(dpi=130, jpeg=70, seed=25), 2, "WenQuanYi Zen Hei", 9, 15),
        Case(FINE, "dashed", "one", 18, Wear(dpi=250, light=0.3, noise=6, seed=26), 2, "Noto Sans CJK SC", 9.5, 16),
        Case(FINE, "grey", "one", 20, Wear(dpi=150, stamp=True, angle=0.5, seed=27), 2, "Noto Serif CJK SC", 10, 16),
        Case(FINE, "greydash", "two", 22, Wear(dpi=200, watermark=215, seed=28), 2, "Noto Sans CJK SC", 9, 15),
        Case(FINE, "dotted", "one", 24, Wear(dpi=300, angle=-0.3, jpeg=60, seed=29), 2, "Noto Serif CJK SC", 9, 15),
        Case(FINE, "dashed", "two", 4, Wear(dpi=110, seed=30), 2, "WenQuanYi Micro Hei", 9, 15),
    ]
    return dark + fine


def printed(case: Case) -> bytes:
    """Print the forms of a case, kept between runs: the browser takes longer than the reading."""
    key = repr((case.rule, case.layout, case.start, case.count, case.font, case.size, case.height))
    source = (ROOT / "tests/samples/scans.py").read_bytes() + (ROOT / "tests/samples/projects.toml").read_bytes()
    folder = Path(tempfile.gettempdir(), "jixiao-scans")
    folder.mkdir(exist_ok=True)
    path = folder / f"{sha256(source + key.encode()).hexdigest()[:20]}.pdf"
    if not path.exists():
        made = print_forms(
            forms(case.layout, case.start, case.count),
            rule=case.rule,
            font=case.font,
            size=case.size,
            height=case.height,
        )
        path.write_bytes(made)
    return path.read_bytes()


_MARKS = re.compile(r"[≥≤＞＜><=]|\d+(?:\.\d+)?")


def score(form: Printed, document: Document, differences: list[Any]) -> Counter[str]:
    extraction = find_forms(document)
    found = [
        (item.horizon, item.level1, item.level2, squash(item.name), squash(item.value))
        for made in extraction.forms
        for item in made.indicators
        if not item.empty
    ]
    count: Counter[str] = Counter(forms=1, forms_found=len(extraction.forms) == 1)
    left = list(found)
    for row in form.indicators:
        wanted = (*row[:3], squash(row[3]), squash(row[4]))
        count["rows"] += 1
        if wanted in left:
            left.remove(wanted)
            count["rows_right"] += 1
        else:
            differences.append(("row", wanted))
        marks = _MARKS.findall(wanted[4])
        if marks:
            near = [one for one in found if one[0] == wanted[0] and one[2] == wanted[2]] or found
            best = max(near, key=lambda one: fuzz.ratio(one[3], wanted[3]), default=("",) * 5)
            count["marks"] += 1
            right = _MARKS.findall(best[4]) == marks
            count["marks_right"] += right
            if not right:
                differences.append(("value", wanted[4], best[4]))
    differences += [("extra", row) for row in left]
    made = extraction.forms[0] if extraction.forms else None
    for (horizon, source), text in form.amounts.items():
        if text:
            amount = made.amount(horizon, source) if made else None
            right = amount is not None and abs(float(amount) - float(text.replace(",", ""))) < 0.005
            count["amounts"] += 1
            count["amounts_right"] += right
            if not right:
                differences.append(("amount", horizon, source, text, amount))
    cells = {
        (cell.at.row, cell.at.column, cell.row_span, cell.column_span): cell
        for table in document.tables
        for cell in table.cells
    }
    for cell in form.cells:
        seen = cells.get((cell.row, cell.column, cell.rows, cell.columns))
        count["cells"] += 1
        if seen is not None and squash(seen.text) == squash(cell.text):
            count["cells_right"] += 1
        else:
            differences.append(("cell", cell.row, cell.column, cell.text, seen and (seen.text, seen.confidence)))
        if not cell.text:
            count["empty"] += 1
            if seen is not None and seen.text:
                count["invented"] += 1
    count["exact_grid"] += any(table.grid == "exact" for table in document.tables)
    return count


def run(cases: list[Case], show: bool) -> dict[str, Counter[str]]:
    recogniser = make_page_ocr()
    totals: dict[str, Counter[str]] = {}
    for case in cases:
        mine: Counter[str] = Counter()
        differences: list[Any] = []
        seconds = []
        for form, page in zip(forms(case.layout, case.start, case.count), render(printed(case), case.how.dpi)):
            data = wear(page, case.how)
            pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
            started = time.process_time()
            reading = recogniser.reading(pixels, case.how.dpi * case.how.resize / 72, 1)
            seconds.append(time.process_time() - started)
            document = Document(
                name="scan",
                sha256="",
                media_type="image/png",
                reader="ocr",
                blocks=reading.blocks,
                problems=reading.notes,
            )
            mine += score(form, document, differences)
            mine["pages"] += 1
            mine["notes"] += len(reading.notes)
        mine["milliseconds"] = round(1000 * sum(seconds))
        totals.setdefault(case.group, Counter()).update(mine)
        share = mine["rows_right"] / max(1, mine["rows"])
        print(
            f"  {share:6.3f} rows  {mine['cells_right']:4d}/{mine['cells']:4d} cells  {mine['marks_right']}/{mine['marks']}"
            f" values  {mine['amounts_right']}/{mine['amounts']} amounts  {mine['invented']}/{mine['empty']} invented"
            f"  {mine['exact_grid']}/{mine['pages']} exact  {sum(seconds) / len(seconds):.1f} s  {case.name}",
            flush=True,
        )
        if show:
            for item in differences:
                print("        ", *item)
    return totals


def table(title: str, totals: dict[str, Counter[str]]) -> None:
    print(f"\n{title}")
    print("| group | pages | rows exact | values | amounts | invented | cells | forms | s/page |")
    print("|---|---|---|---|---|---|---|---|---|")
    for group, one in totals.items():

        def part(right: str, of: str, one: Counter[str] = one) -> str:
            return f"{one[right] / max(1, one[of]):.4f} ({one[right]}/{one[of]})"

        print(
            f"| {group} | {one['pages']} | {part('rows_right', 'rows')} | {part('marks_right', 'marks')} |"
            f" {part('amounts_right', 'amounts')} | {part('invented', 'empty')} | {part('cells_right', 'cells')} |"
            f" {one['forms_found']}/{one['forms']} | {one['milliseconds'] / 1000 / max(1, one['pages']):.2f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", choices=("tuned", "untouched", "all"), default="all")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    for name, cases in (("tuned", tuned()), ("untouched", untouched())):
        if args.set in (name, "all"):
            chosen = [case for case in cases if args.only in case.name]
            print(name)
            table(f"{name} cases", run(chosen, args.show and name == "tuned"))


if __name__ == "__main__":
    main()
