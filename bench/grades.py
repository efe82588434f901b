"""Does the reference score order forms as a careful reader does, and which grades do known faults get.

``python -m bench.grades [FOLDER ...] [--cases FOLDER]``

Forms were ranked by hand (``corpus/rankings``); ``FOLDER`` holds the documents named there by SHA-256, the samples are
always there. Printed is Spearman's rank correlation of the score with the mean of the two readings, of the two
readings with each other, and for each split the grades against the hand's. ``--cases`` is a folder of practitioners'
cases (``in/ID_wrong.txt``, ``in/ID_right.txt``), whose grades are counted. Scores do not depend on the classifier.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indicators.pipeline import Checker, Options
from indicators.readers import read_bytes
from indicators.records import DocumentReport

ROOT = Path(__file__).resolve().parent.parent
RANKINGS = ROOT / "corpus" / "rankings" / "readings.csv"
_GRADES = ("优", "良", "中", "差")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A form as two readings ranked it: points 0 to 100 and the grade of their mean."""

    document: str
    form: int
    split: str
    first: float
    second: float
    grade: str

    @property
    def mean(self) -> float:
        """What the score is compared with."""
        return (self.first + self.second) / 2


def read_rankings(path: Path = RANKINGS) -> list[Ranked]:
    """Read the table of readings; forms count from 1 as everywhere."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Ranked(
                document=row["document"],
                form=int(row["form"]),
                split=row["split"],
                first=float(row["first"]),
                second=float(row["second"]),
                grade=row["grade"],
            )
            for row in csv.DictReader(file)
        ]


def ranks(values: Sequence[float]) -> list[float]:
    """Return ranks from 1, ties at their mean."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end + 1 < len(order) and values[order[end + 1]] == values[order[at]]:
            end += 1
        for place in order[at : end + 1]:
            found[place] = (at + end) / 2 + 1
        at = end + 1
    return found


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the rank correlation, ties at their mean rank; 0 where either does not vary."""
    first, second = ranks(one), ranks(other)
    middle = (len(first) + 1) / 2
    a, b = [rank - middle for rank in first], [rank - middle for rank in second]
    spread = (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5
    return sum(x * y for x, y in zip(a, b, strict=True)) / spread if spread else 0.0


def identify(data: bytes, name: str) -> str:
    """Return how a document is named in the rankings: samples by name, others by the beginning of their SHA-256."""
    return name if (ROOT / "corpus" / "samples" / name).exists() else hashlib.sha256(data).hexdigest()[:12]


def _documents(folders: Sequence[Path], wanted: set[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in (ROOT / "corpus" / "samples", *folders):
        for path in sorted(folder.iterdir()):
            if path.is_file() and (key := identify(path.read_bytes(), path.name)) in wanted:
                found[key] = path
    return found


def _checked(checker: Checker, path: Path) -> DocumentReport:
    return checker.check_document(read_bytes(path.read_bytes(), path.name))


def compare(rankings: Sequence[Ranked], folders: Sequence[Path], checker: Checker) -> None:
    """Print correlations and grades of both splits, and the forms that lie farthest apart."""
    documents = _documents(folders, {item.document for item in rankings})
    scores: dict[tuple[str, int], tuple[float, str]] = {}
    for key, path in documents.items():
        for score in _checked(checker, path).scores:
            if score.total is not None:
                scores[key, score.form + 1] = score.total, score.grade
    print(f"forms ranked {len(rankings)}, with a score {sum((r.document, r.form) in scores for r in rankings)}")
    for split in ("fit", "check"):
        rows = [item for item in rankings if item.split == split and (item.document, item.form) in scores]
        if len(rows) < 3:
            continue
        given = [scores[item.document, item.form] for item in rows]
        by_hand = [item.mean for item in rows]
        readings = spearman([item.first for item in rows], [item.second for item in rows])
        print(f"{split:5} {len(rows)} forms: Spearman {spearman([total for total, _ in given], by_hand):.3f}; ", end="")
        print(f"the two readings {readings:.3f}")
        table = Counter((item.grade, grade) for item, (_, grade) in zip(rows, given, strict=True))
        for hand in _GRADES:
            print(f"      by hand {hand}: " + " ".join(f"{grade} {table[hand, grade]}" for grade in _GRADES))
        gaps = zip(ranks([total for total, _ in given]), ranks(by_hand), rows, given, strict=True)
        for score_rank, hand_rank, item, (total, grade) in sorted(gaps, key=lambda row: -abs(row[0] - row[1]))[:5]:
            print(
                f"      {item.document[:16]} {item.form}: rank {score_rank:.1f} by hand {hand_rank:.1f} ({total} {grade})"
            )


def count_cases(folder: Path, checker: Checker) -> None:
    """Print the grades of wrong and right practitioners' forms."""
    counts = {"wrong": Counter[str](), "right": Counter[str]()}
    for path in sorted((folder / "in").glob("*.txt")):
        kind = path.stem.rpartition("_")[2]
        counts[kind].update(score.grade for score in _checked(checker, path).scores)
    for kind, grades in counts.items():
        whole = max(grades.total(), 1)
        print(f"{folder.name} {kind}: " + " ".join(f"{grade} {grades[grade]}" for grade in _GRADES), end="")
        print(f" (优 {grades['优'] / whole:.3f})")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--cases", action="append", default=[], type=Path)
    given = parser.parse_args()
    checker = Checker(options=Options(classifier=False, ocr=False))
    compare(read_rankings(), given.folders, checker)
    for folder in given.cases:
        count_cases(folder, checker)


if __name__ == "__main__":
    main()
