"""How fast text documents become forms on one core: reader, grid solver and forms, no rules, no model.

usage: python -m bench.text [--documents 8] [--unusual 0.25] [--seed N] [--times 7] [FILE ...]

Without files, so many documents of each text format are generated. Every document is read some times over and its least
CPU time counts, as whatever else the machine does can only slow it down; the first time, when its texts were met by no
cache, is told beside it. The yardstick is a loop of plain Python: what two machines or two hours give compares by it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from indicators.pipeline import forms_of
from indicators.readers import read_bytes
from tests.layouts import FORMATS, generate


def seconds(job: Callable[[], object]) -> float:
    """Return the CPU time of a job."""
    began = time.process_time()
    job()
    return time.process_time() - began


def yardstick() -> None:
    """Do what takes 10 ms or less on a machine that is idle."""
    sum(number * number for number in range(100_000))


def read(data: bytes) -> int:
    """Return how many forms a document holds."""
    return len(forms_of(read_bytes(data, "x.txt")).forms)


def generated(count: int, unusual: float, seed: int) -> dict[str, list[bytes]]:
    """Return documents by text format."""
    formats = [name for name, ending in FORMATS.items() if ending == "txt"]
    seeds = range(seed, seed + count)
    return {
        name: [generate(one, unusual=unusual, wordings="both", fixed={"format": name}).content for one in seeds]
        for name in formats
    }


def measured(group: list[bytes], times: int) -> tuple[int, float, float]:
    """Return the forms of some documents, and the seconds they took the first time and at least."""
    forms, first, least = 0, 0.0, 0.0
    for data in group:
        spent = [seconds(partial(read, data)) for _ in range(times)]
        forms += read(data)
        first, least = first + spent[0], least + min(spent)
    return forms, first, least


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--documents", type=int, default=8, help="of each format")
    parser.add_argument("--unusual", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    groups = {path.name: [path.read_bytes()] for path in options.files}
    groups = groups or generated(options.documents, options.unusual, options.seed)
    print("| documents | forms | forms/s, texts met for the first time | forms/s | forms a yardstick |")
    print("|---|---|---|---|---|")
    for name, group in groups.items():
        forms, first, least = measured(group, options.times)
        stick = min(seconds(yardstick) for _ in range(9))
        print(f"| {name} | {forms} | {forms / first:.0f} | {forms / least:.0f} | {forms / least * stick:.2f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
