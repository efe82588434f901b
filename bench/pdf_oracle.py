"""Cell texts of the PDF reader against those of tuned pdfplumber.

Usage: ``python bench/pdf_oracle.py FILE...``

pdfplumber runs with slanted characters dropped by their matrix and tolerances of 1.5 points, and sees every box a
program draws, white ones too. ``by page`` compares the cell texts of each page, whatever their order; ``by table``
compares each table of pdfplumber with the table of the reader that overlaps it most, cells on its page only.
White space is left out of the texts.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from indicators.readers.pdf import read_pdf
from indicators.readers.pdf.plumber import SETTINGS, opened, upright_page
from indicators.records import BBox, Document
from indicators.text import squash

Texts = Counter[str]
#: Box and cell texts of a table on one page.
Found = tuple[BBox, Texts]


def plumber_tables(data: bytes, name: str) -> dict[int, list[Found]]:
    """Return the tables that tuned pdfplumber finds, by page."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    found: dict[int, list[Found]] = {}
    with opened(data, name) as document:
        for page in document.pages:
            options = {"x_tolerance": SETTINGS["text_x_tolerance"], "y_tolerance": SETTINGS["text_y_tolerance"]}
            found[int(page.page_number)] = [
                (
                    table.bbox,
                    Counter(squash(text) for row in table.extract(**options) for text in row if text is not None),
                )
                for table in upright_page(page).find_tables(SETTINGS)
            ]
            page.close()
    return found


def reader_tables(document: Document) -> dict[int, list[Found]]:
    """Return the tables of a document as they stand on each page; tables over several pages are parted again."""
    found: dict[int, list[Found]] = defaultdict(list)
    for table in document.tables:
        pages = {cell.at.page for cell in table.cells if cell.at.page is not None}
        for number in sorted(pages):
            cells = [cell for cell in table.cells if cell.at.page == number]
            boxes = [cell.at.bbox for cell in cells if cell.at.bbox is not None]
            x0, y0, x1, y1 = zip(*boxes, strict=True)
            found[number].append(((min(x0), min(y0), max(x1), max(y1)), Counter(squash(cell.text) for cell in cells)))
    return found


def equal_by_page(oracle: dict[int, list[Found]], ours: dict[int, list[Found]]) -> int:
    """Return how many cell texts of each page the reader has as well."""
    return sum((_together(tables) & _together(ours.get(number, []))).total() for number, tables in oracle.items())


def equal_by_table(oracle: dict[int, list[Found]], ours: dict[int, list[Found]]) -> int:
    """Return how many cell texts of each table the table that overlaps it most has as well."""
    equal = 0
    for number, tables in oracle.items():
        for box, texts in tables:
            best = max(ours.get(number, []), key=lambda found: _overlap(box, found[0]), default=None)
            equal += (texts & best[1]).total() if best is not None and _overlap(box, best[0]) > 0 else 0
    return equal


def _together(tables: list[Found]) -> Texts:
    return sum((texts for _, texts in tables), Counter())


def _overlap(one: BBox, other: BBox) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)


def main() -> None:
    """Compare the files named on the command line and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    heads = ("file", "tables", "cells", "by page", "share", "by table", "share", "extra")
    print("{:28} {:>6} {:>6} {:>8} {:>8} {:>8} {:>8} {:>6}".format(*heads))
    totals: Counter[str] = Counter()
    for path in arguments.files:
        data = path.read_bytes()
        oracle, ours = plumber_tables(data, path.name), reader_tables(read_pdf(data, path.name))
        counts = {
            "tables": sum(map(len, oracle.values())),
            "cells": sum(_together(tables).total() for tables in oracle.values()),
            "page": equal_by_page(oracle, ours),
            "table": equal_by_table(oracle, ours),
            "ours": sum(_together(tables).total() for tables in ours.values()),
        }
        totals.update(counts)
        _print_row(path.name, counts)
    if len(arguments.files) > 1:
        _print_row("total", totals)


def _print_row(name: str, counts: dict[str, int]) -> None:
    cells = counts["cells"]
    page, table = (counts[key] / max(cells, 1) for key in ("page", "table"))
    print(
        f"{name[:28]:28} {counts['tables']:6} {cells:6} {counts['page']:8} {page:8.4f} {counts['table']:8} {table:8.4f} "
        f"{counts['ours'] - counts['page']:6}"
    )


if __name__ == "__main__":
    main()
