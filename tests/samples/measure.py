"""``python -m tests.samples.measure FOLDER``: read every generated sample and compare with its ground truth.

One line a document: F1 of the indicators (horizon, levels, name and value as one row), then fields, funds and
goals right of all. Text is compared after NFKC without white space.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

FIELDS = (
    "project_name",
    "department",
    "implementing_unit",
    "project_attribute",
    "project_period",
    "overview",
    "basis",
    "necessity",
    "measures",
    "plan",
    "filled_on",
)


def key(value: Any) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value))) if value is not None else ""


def rows(form: dict[str, Any]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for item in form.get("indicators") or ():
        row = tuple(key(item.get(name)) for name in ("horizon", "level1", "level2", "level3", "value"))
        if row[3] or row[4]:
            found[row] += 1
    return found


def compare(gold: list[dict[str, Any]], got: list[dict[str, Any]]) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Return ``{measure: (right, of)}`` and the differences; indicators count both sides: F1 is right / of."""
    counts = {name: [0, 0] for name in ("indicators", "fields", "funds", "goals")}
    shown: list[str] = []

    def tally(name: str, right: bool, note: str) -> None:
        counts[name][0] += right
        counts[name][1] += 1
        if not right:
            shown.append(note)

    for number in range(max(len(gold), len(got))):
        want = gold[number] if number < len(gold) else {}
        have = got[number] if number < len(got) else {}
        left, right = rows(want), rows(have)
        counts["indicators"][0] += 2 * (left & right).total()
        counts["indicators"][1] += left.total() + right.total()
        shown += [f"{number} missing {row}" for row in left - right] + [
            f"{number} extra   {row}" for row in right - left
        ]
        for name in FIELDS:
            if key(want.get(name)):
                note = f"{number} {name}: want {key(want[name])[:50]} got {key(have.get(name))[:50]}"
                tally("fields", key(want[name]) == key(have.get(name)), note)
        for horizon in ("lifetime", "annual"):
            goal = [key((form.get("goal") or {}).get(horizon)) for form in (want, have)]
            if goal[0]:
                tally("goals", goal[0] == goal[1], f"{number} goal.{horizon}: want {goal[0][:50]} got {goal[1][:50]}")
            funds = [(form.get("funds") or {}).get(horizon) or {} for form in (want, have)]
            for source, amount in funds[0].items():
                if amount is not None:
                    found = funds[1].get(source)
                    close = found is not None and abs(float(found) - float(amount)) < 0.005
                    tally("funds", close, f"{number} funds.{horizon}.{source}: want {amount} got {found}")
    return {name: (value[0], value[1]) for name, value in counts.items()}, shown


def extracted(path: Path) -> list[dict[str, Any]]:
    from indicators.forms import find_forms
    from indicators.readers import read
    from indicators.serialize import extraction_dict

    return list(extraction_dict(find_forms(read(path, ocr=False)))["forms"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.samples.measure", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, help="differences a document")
    parser.add_argument("--only", default="", help="part of the file name")
    parser.add_argument("--floor", type=float, default=0.0, help="exit 1 where an F1 is lower")
    options = parser.parse_args()
    lowest = 1.0
    for truth in sorted(options.folder.rglob("*.jsonl")):
        path = truth.with_suffix("")
        if options.only not in path.name or not path.is_file():
            continue
        gold = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
        try:
            got = extracted(path)
        except Exception as error:
            print(f"{path.name:55} {type(error).__name__}: {str(error)[:90]}")
            lowest = 0.0
            continue
        counts, shown = compare(gold, got)
        shares = {name: right / of if of else 1.0 for name, (right, of) in counts.items()}
        lowest = min(lowest, shares["indicators"])
        figures = "  ".join(f"{name} {share:.4f}" for name, share in shares.items())
        print(f"{path.name:55} forms {len(got):2}/{len(gold):2}  {figures}")
        for line in shown[: options.show]:
            print("    " + line)
    return int(lowest < options.floor)


if __name__ == "__main__":
    raise SystemExit(main())
