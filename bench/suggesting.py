"""Build the library of ``suggest``, and measure it on vague rows of sectors and bureaus it does not hold.

Run from the root of a checkout: ``python -m bench.suggesting [library|sheet|measure]``. ``library`` writes
``models/library.csv``; ``sheet`` writes the rows and their suggestions to ``corpus/agreement/suggestions.csv``, keeping
readings whose suggestions did not change; ``measure`` says for how many rows a reader accepts one of the first three.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from indicators.classify.corpus import REAL_SECTOR, Labelled, read_corpus
from indicators.classify.figures import summary
from indicators.classify.suggest import LIBRARY, suggest, write_library

ROOT = Path(__file__).resolve().parent.parent
SHEET = ROOT / "corpus" / "agreement" / "suggestions.csv"
ROWS = 100
COLUMNS = ("category", "name", "value", "project", "left_out", "one", "two", "three", "first", "second")


def vague_rows(rows: list[Labelled]) -> list[Labelled]:
    """Return 100 void or directional rows: published ones of the police, and written ones of every sector.

    The topics of ``corpus/library/topics.csv`` were written reading other rows: published ones of other sectors, and the
    written ones halfway between these.
    """
    wanted = [row for row in rows if row.level <= 1 and len(row.level3) > 2 and row.level2]
    real = [row for row in wanted if row.real and row.sector == REAL_SECTOR]
    written = sorted((row for row in wanted if not row.real), key=lambda row: (row.sector, row.project, row.level3))
    half = min(len(real), ROWS // 2)
    step = len(written) / (ROWS - half)
    return [*real[:half], *(written[int((place + 0.5) * step)] for place in range(ROWS - half))]


def suggested(rows: list[Labelled]) -> Iterator[dict[str, str]]:
    """Suggest for each row out of a library that holds nothing of its bureau or sector."""
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:
            left_out = row.bureau if row.real else row.sector
            path = Path(folder) / f"{left_out}.csv"
            if not path.exists():
                kept = lambda other, row=row: other.bureau != row.bureau if row.real else other.sector != row.sector  # noqa: E731
                write_library(ROOT / "corpus", path, kept=kept)
            found = suggest(row.level2, row.level3, row.project, library=path)
            shown = [f"{item.name} = {item.value}" for item in found]
            shown += [""] * (3 - len(shown))
            printed = (row.level2, row.level3, row.value, row.project, left_out, *shown, "", "")
            yield dict(zip(COLUMNS, printed, strict=True))


def sheet() -> None:
    """Write the sheet; a reading stays where row and suggestions are the same."""
    known = {}
    if SHEET.exists():
        with SHEET.open(encoding="utf-8", newline="") as stream:
            known = {tuple(row[name] for name in COLUMNS[:-2]): row for row in csv.DictReader(stream)}
    rows = [
        {**row, **{name: known.get(tuple(row[key] for key in COLUMNS[:-2]), row)[name] for name in COLUMNS[-2:]}}
        for row in suggested(vague_rows(read_corpus(ROOT / "corpus" / "labels")))
    ]
    with SHEET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} 条，写入 {SHEET.relative_to(ROOT)}")


def measure() -> None:
    """Print the share of rows with an accepted suggestion, by reader, and how far the readers agree."""
    with SHEET.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["first"] and row["second"]]
    for name, word in (("first", "第一遍"), ("second", "第二遍")):
        accepted = sum(row[name] == "1" for row in rows)
        print(f"{word}：{len(rows)} 条中 {accepted} 条前三有可用的（{accepted / max(len(rows), 1):.2f}）")
    agreement = summary([int(row["first"]) for row in rows], [int(row["second"]) for row in rows])
    print(f"两遍一致 {agreement['accuracy']:.2f}，kappa {agreement['kappa']:.2f}")


def main(what: str = "measure") -> None:
    """Run one part."""
    if what == "library":
        print(f"指标库 {write_library(ROOT / 'corpus', ROOT / 'models' / LIBRARY)} 条")
    else:
        {"sheet": sheet, "measure": measure}[what]()


if __name__ == "__main__":
    main(*sys.argv[1:2])
