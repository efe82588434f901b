"""How well forms survive the damage met in the field: damage a text form at random, compare with the sound reading.

usage: python bench/damage.py FILE.txt [--rounds N] [--seed S] [--show N]

FILE is a document of tab-separated forms that is read soundly. Each round damages every form in one way and
prints the F1 of indicators, empty slots, fields and funds against the reading of the undamaged file.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Form
from indicators.text import squash
from indicators.vocabulary import level1_label, level2_label


def block(lines: list[str]) -> list[int]:
    """Line numbers of the indicator rows (rows that hold a level label or follow one)."""
    out, on = [], False
    for number, line in enumerate(lines):
        cells = [c for c in line.split("\t") if c.strip()]
        if "三级指标" in cells:
            on = True
        elif cells and cells[0].startswith("负责人"):
            on = False
        elif on and cells:
            out.append(number)
    return out


def pick_row(rng: random.Random, lines: list[str], test) -> int | None:
    rows = [n for n in block(lines) if test(lines[n].split("\t"))]
    return rng.choice(rows) if rows else None


def labels_at(cells: list[str]) -> list[int]:
    return [i for i, c in enumerate(cells) if level2_label(c)]


def drop_label(rng, lines, which):
    n = pick_row(rng, lines, lambda c: len(labels_at(c)) >= 2 and len([x for x in c if x]) >= 6)
    if n is not None:
        cells = lines[n].split("\t")
        cells[labels_at(cells)[which]] = ""
        lines[n] = "\t".join(cells)
    return lines


def drop_left(rng, lines):
    return drop_label(rng, lines, 0)


def drop_right(rng, lines):
    return drop_label(rng, lines, 1)


def shift_left(rng, lines):
    n = pick_row(rng, lines, lambda c: c and not c[0].strip())
    if n is not None:
        lines[n] = lines[n].lstrip("\t")
    return lines


def shift_right(rng, lines):
    n = pick_row(rng, lines, lambda c: len([x for x in c if x]) >= 4)
    if n is not None:
        lines[n] = "\t" + lines[n]
    return lines


def push_off(rng, lines):
    n = pick_row(rng, lines, lambda c: len(labels_at(c)) >= 2 and len([x for x in c if x.strip()]) >= 6)
    if n is not None:
        cells = lines[n].rstrip("\t").split("\t")
        at = labels_at(cells)[0] + 1
        cells.insert(at, "")
        lines[n] = "\t".join(cells[:-1])
    return lines


def doubled_columns(rng, lines):
    return [
        "\t".join(x for c in line.split("\t") for x in (c, "")) if n in set(block(lines)) else line
        for n, line in enumerate(lines)
    ]


def spare_column(rng, lines):
    out = []
    rows = set(block(lines))
    for n, line in enumerate(lines):
        cells = line.split("\t")
        at = labels_at(cells)
        if n in rows and len(at) >= 2:
            cells.insert(at[1], "")
        out.append("\t".join(cells))
    return out


def printed_twice(rng, lines):
    n = pick_row(rng, lines, lambda c: len([x for x in c if x.strip()]) >= 6)
    if n is not None:
        cells = lines[n].split("\t")
        filled = [i for i, c in enumerate(cells) if c.strip() and not level2_label(c) and not level1_label(c)]
        i = rng.choice(filled)
        cells.insert(i, cells[i])
        lines[n] = "\t".join(cells)
    return lines


def header_lost(rng, lines):
    return [line for line in lines if "三级指标" not in line]


def level1_lost(rng, lines):
    return [re.sub(r"^(\t?)(?:产出指标|效益指标|满意度指标)(?=\t)", r"\1", line) for line in lines]


def level1_displaced(rng, lines):
    """The merged level-1 cell prints one row lower."""
    rows = block(lines)
    for n in rows[:-1]:
        cells = lines[n].split("\t")
        first = next((i for i, c in enumerate(cells) if c.strip()), None)
        if first is not None and cells[first] in ("效益指标",) and n + 1 in rows:
            below = lines[n + 1].split("\t")
            cells[first] = ""
            if first < len(below) and not below[first].strip():
                below[first] = "效益指标"
                lines[n], lines[n + 1] = "\t".join(cells), "\t".join(below)
            break
    return lines


def beside(rng, lines):
    """可持续影响 prints on the row of 满意度, its own row gone."""
    rows = block(lines)
    for n in rows:
        cells = lines[n].split("\t")
        filled = [c for c in cells if c.strip()]
        if filled and level2_label(filled[0]) == "可持续影响指标" and len(filled) <= 2 and n + 1 in rows:
            lines[n + 1] = filled[0] + "\t" + lines[n + 1].lstrip("\t")
            del lines[n]
            break
    return lines


def watermark(rng, lines):
    rows = block(lines)
    for n in sorted(rng.sample(rows, min(4, len(rows))), reverse=True):
        lines.insert(n, "公开使用")
    return lines


def glyph_in_label(rng, lines):
    n = pick_row(rng, lines, lambda c: len(labels_at(c)) >= 2)
    if n is not None:
        cells = lines[n].split("\t")
        i = labels_at(cells)[rng.choice([0, 1])]
        cells[i] = cells[i].replace("指", "描") if "指标" in cells[i] else cells[i].replace("满", "蒲")
        lines[n] = "\t".join(cells)
    return lines


def glyph_in_field(rng, lines):
    swaps = (
        ("立项依据", "立顶依据"),
        ("项目概况", "项目概祝"),
        ("实施期目标", "实施朝目标"),
        ("填报日期", "填报曰期"),
        ("总体目标", "总休目标"),
    )
    old, new = rng.choice(swaps)
    return [line.replace(old, new, 1) if line.startswith(old) or old == "填报日期" else line for line in lines]


def title_gone(rng, lines):
    return [line for line in lines if "绩效目标表" not in line and not re.match(r"\(20\d\d年度\)$", line)]


def tail_lost(rng, lines):
    rows = block(lines)
    return lines[: rows[-1] + 1]


def bars(rng, lines):
    return [" | ".join(line.split("\t")) if "\t" in line else line for line in lines]


def wrapped_fund(rng, lines):
    out = []
    for line in lines:
        cells = line.split("\t")
        at = [i for i, c in enumerate(cells) if re.search(r"财政资金$", c) and re.search("县|区", c)]
        if len(at) == 2:
            upper, lower = list(cells), [""] * len(cells)
            for i in at:
                upper[i] = cells[i][:-1]
                lower[i] = "金"
            out += ["\t".join(upper), "\t".join(lower)]
        else:
            out.append(line)
    return out


def glued_fund(rng, lines):
    out = []
    for line in lines:
        cells = line.split("\t")
        at = [i for i, c in enumerate(cells) if re.search(r"财政资金$", c) and re.search("县|区", c)]
        for i in at:
            j = next((k for k in range(i + 1, len(cells)) if re.match(r"[\d,.]+$", cells[k])), None)
            if j is not None:
                cells[i], cells[j] = cells[i][:-1], "金" + cells[j]
        out.append("\t".join(cells))
    return out


def one_per_line(rng, lines):
    out = []
    for line in lines:
        out += [c.strip() for c in line.split("\t") if c.strip()] if "\t" in line else [line]
    return out


DAMAGES = [
    drop_left, drop_right, shift_left, shift_right, push_off, doubled_columns, spare_column, printed_twice,
    header_lost, level1_lost, level1_displaced, beside, watermark, glyph_in_label, glyph_in_field, title_gone, tail_lost, bars,
    wrapped_fund, glued_fund, one_per_line,
]  # fmt: skip


def rows_of(form: Form) -> Counter:
    return Counter((i.horizon, i.level1, i.level2, squash(i.name), squash(i.value)) for i in form.indicators)


def compare(want: list[Form], got: list[Form]) -> tuple[dict[str, float], list[str]]:
    shown: list[str] = []
    hits = have = need = 0
    fields = right = 0
    funds = fund_right = 0
    named = defaultdict(list)
    for form in got:
        named[squash(form.project_name)].append(form)
    for form in want:
        options = named.get(squash(form.project_name))
        other = options.pop(0) if options else None
        a, b = rows_of(form), rows_of(other) if other else Counter()
        hits += sum((a & b).values())
        have += sum(b.values())
        need += sum(a.values())
        shown += [f"{form.index} missing {row}" for row in (a - b).elements()]
        shown += [f"{form.index} extra   {row}" for row in (b - a).elements()]
        for item in form.fields:
            if item.text:
                fields += 1
                same = other is not None and squash(other.text(item.path)) == squash(item.text)
                right += same
                if not same:
                    shown.append(
                        f"{form.index} {item.path}: {item.text[:30]!r} got {(other.text(item.path) if other else '')[:30]!r}"
                    )
        for line in form.funds:
            if line.amount is not None:
                funds += 1
                fund_right += other is not None and other.amount(line.horizon, line.source) == line.amount
    return {
        "indicators": 2 * hits / max(have + need, 1),
        "fields": right / max(fields, 1),
        "funds": fund_right / max(funds, 1),
        "forms": len(got) / max(len(want), 1),
    }, shown


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    for file in args.files:
        data = Path(file).read_bytes()
        want = list(find_forms(read_text(data, file, sha256="")).forms)
        lines = data.decode("utf-8-sig").split("\n")
        starts = [form.at.line - 1 for form in want]
        ends = [*starts[1:], len(lines)]
        print(Path(file).name, len(want), "forms")
        for damage in DAMAGES:
            if args.only and damage.__name__ != args.only:
                continue
            totals: Counter = Counter()
            notes: list[str] = []
            for round_number in range(args.rounds):
                rng = random.Random(args.seed + round_number)
                out = lines[: starts[0]]
                for start, end in zip(starts, ends):
                    stop = next((n for n in range(start, end) if lines[n].startswith("负责人")), end - 1) + 1
                    out += damage(rng, lines[start:stop]) + lines[stop:end]
                got = list(find_forms(read_text("\n".join(out).encode(), file, sha256="")).forms)
                figures, shown = compare(want, got)
                totals.update(figures)
                notes += shown
            print(
                f"  {damage.__name__:18s}",
                "  ".join(f"{k} {totals[k] / args.rounds:.4f}" for k in ("forms", "indicators", "fields", "funds")),
            )
            for note in notes[: args.show]:
                print("      ", note)


if __name__ == "__main__":
    main()
