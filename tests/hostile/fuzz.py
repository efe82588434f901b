"""Mutated documents through the whole pipeline: ``python -m tests.hostile.fuzz`` or ``make fuzz``.

Each case damages a sample (:mod:`tests.hostile.samples`, :mod:`tests.hostile.mutating`), judges it in a guarded process
and writes reports. What must not happen is counted by format and kind:

crash
    the program failed on it, or a rule did
    (what the reader refuses in words is fine);
slow, big
    over 20 s of processor time, over 1.5 GB at any moment;
silent
    fewer filled indicators than the sound sample, and nothing in the records that doubts.

What makes a case cheap without making it weaker: one process judges case after case; small samples are taken more often,
since they hold the same structures; a document read just as the sound sample was is not judged again; every report is
written for one case in 50, JSON and CSV for one in 8. Cases come in slices with a seed each: ``--results`` keeps what has
run, and a run that was cut off goes on where it stood.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indicators.errors import ReadError
from indicators.guarding import Guarded
from indicators.pipeline import Checker, Options, forms_of
from indicators.readers import read_bytes
from indicators.records import Document
from tests.hostile.mutating import DAMAGE, KINDS
from tests.hostile.samples import samples

FORMATS = ("pdf", "docx", "xlsx", "xls", "html", "txt")
SECONDS, MEGABYTES = 20.0, 1536.0
#: Cases of a slice: as many of each format and kind.
SLICE = 12 * len(FORMATS) * len(KINDS)
#: One case in so many has JSON and CSV written, one in so many every report.
SOME, EVERY = 8, 50
REPORTS = ("json", "csv", "xlsx", "html", "docx", "table")


@dataclass(frozen=True)
class Case:
    """A damaged file: what was done to it, its bytes, the sample it was, and which reports are written."""

    kind: str
    ending: str
    data: bytes
    sample: str
    reports: tuple[str, ...] = REPORTS


@dataclass(frozen=True)
class Judged:
    """What came of a file: filled indicators, whether its records doubt, the rule that failed, and its price."""

    rows: int
    doubt: bool
    crashed: str
    seconds: float
    megabytes: float


@dataclass
class Campaign:
    """What is the same for every case."""

    checker: Checker = field(default_factory=lambda: Checker(options=Options(classifier=False, ocr=False)))
    #: Blocks, marks and filled indicators of the sound samples.
    sound: dict[str, tuple[Document, int]] = field(default_factory=dict)

    def know(self, found: dict[str, list[tuple[str, bytes]]]) -> None:
        """Read the sound samples, and load what need not be loaded in every process."""
        _ = self.checker.rules, self.checker.weights
        for name, data in (item for group in found.values() for item in group):
            document = read_bytes(data, "x", ocr=False)
            self.sound[name] = document, filled(forms_of(document))

    def judge(self, case: Case) -> Judged:
        """Return what came of a case."""
        from indicators.report import render

        began = time.process_time()
        document = read_bytes(case.data, "x", ocr=False)
        doubt = any(note.doubt for note in document.problems)
        sound, rows = self.sound.get(case.sample, (None, 0))
        crashed = ""
        if sound is None or document.blocks != sound.blocks or document.marks != sound.marks:
            extraction = forms_of(document)
            report = self.checker.check_extraction(extraction, path="x")
            crashed = next((item.message for item in report.findings if item.rule == "X901"), "")
            whole = self.checker.report([report])
            for form in case.reports:
                render(whole, form, rules=self.checker.rules)
            rows = filled(extraction)
            doubted = (form.confidence < 1 or form.reading != "understood" for form in extraction.forms)
            doubt |= not extraction.forms or any(doubted)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return Judged(rows, doubt, crashed, time.process_time() - began, megabytes)

    def guarded(self, seconds: float) -> Guarded[Case, Judged]:
        """Return what judges cases in a process of its own."""
        # The clock on the wall runs on while others have the processor.
        return Guarded(self.judge, seconds=seconds, megabytes=MEGABYTES)


def filled(extraction: Any) -> int:
    """Return how many indicators have a text."""
    return sum(not item.empty for form in extraction.forms for item in form.indicators)


def run(case: Case, guarded: Guarded[Case, Judged], expected: int) -> tuple[str, float]:
    """Return what came of a case, in a word and, for what must not happen, with the reason; and its seconds."""
    began = time.monotonic()
    try:
        found = guarded(case, "x")
    except ReadError as error:
        words = {"超时": "slow", "内存过多": "big", "意外退出": "crash", "程序出错": "crash"}
        outcome = next((f"{word}：{error}" for sign, word in words.items() if sign in error.what), "refused")
        return outcome, time.monotonic() - began
    outcome = "read"
    if found.crashed:
        outcome = f"crash：{found.crashed}"
    elif found.megabytes > MEGABYTES:
        guarded.close()
        outcome = f"big：{found.megabytes:.0f} MB"
    elif found.seconds > SECONDS:
        outcome = f"slow：{found.seconds:.1f} s"
    elif case.kind in DAMAGE and case.ending != "txt" and found.rows < expected and not found.doubt:
        outcome = f"silent：{found.rows} of {expected}"
    return outcome, found.seconds


def cases(
    number: int, given: argparse.Namespace, found: dict[str, list[tuple[str, bytes]]], rows: dict[str, int]
) -> Iterator[Case]:
    """Yield the cases of a slice."""
    rng = random.Random(f"{given.seed}/{number}")
    formats, kinds = given.formats.split(","), given.kinds.split(",")
    # What a sample costs rises with its rows; the dear ones come the less often. Damage that mostly ends at a check sum
    # is cheap, and needs the places of a large file.
    weights = {
        ending: [[(rows[name] + 4) ** -power for name, _ in found[ending]] for power in (1.5, 0.75)]
        for ending in formats
    }
    for place in range(min(SLICE, given.cases - number * SLICE)):
        ending, kind = formats[place % len(formats)], kinds[place // len(formats) % len(kinds)]
        ((name, data),) = rng.choices(found[ending], weights[ending][kind in DAMAGE])
        reports = REPORTS if place % EVERY == 0 else REPORTS[:2] if place % SOME == 0 else ()
        yield Case(kind, ending, KINDS[kind](data, rng), name, reports)


def run_slice(
    number: int, given: argparse.Namespace, campaign: Campaign, found: dict[str, list[tuple[str, bytes]]]
) -> dict[str, Any]:
    """Run the cases of a slice and return their figures."""
    counts: Counter[str] = Counter()
    told: list[str] = []
    slowest: list[tuple[float, str]] = []
    began, guarded = time.monotonic(), campaign.guarded(given.seconds)
    rows = {name: known for name, (_, known) in campaign.sound.items()}
    for place, case in enumerate(cases(number, given, found, rows)):
        outcome, spent = run(case, guarded, rows[case.sample])
        word = outcome.split("：")[0]
        counts[f"{case.ending} {case.kind} cases"] += 1
        counts[f"{case.ending} {case.kind} {word}"] += 1
        where = f"{number}/{place}\t{case.ending}\t{case.kind}\t{case.sample}"
        slowest = sorted([*slowest, (round(spent, 2), where)], reverse=True)[:3]
        if word not in ("read", "refused"):
            told.append(f"{where}\t{outcome[:300]}")
            print(told[-1], flush=True)
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{word}-{given.seed}-{number}-{place}.{case.ending}").write_bytes(case.data)
    guarded.close()
    return {
        "seed": given.seed, "slice": number, "counts": counts, "told": told, "slowest": slowest,
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run cases and print the figures by format and kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3 * SECONDS, help="on the clock, after which a case is ended")
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--keep", type=Path, help="folder for the files that were found")
    parser.add_argument("--results", type=Path, help="file of the slices that have run, which are not run again")
    given = parser.parse_args(arguments)
    kept = given.results.read_text("utf-8").splitlines() if given.results and given.results.exists() else []
    done = {result["slice"]: result for result in map(json.loads, kept) if result["seed"] == given.seed}
    found, campaign = samples(given.formats.split(",")), Campaign()
    campaign.know(found)
    end = time.monotonic() + 60 * given.minutes
    for number in range(-(-given.cases // SLICE)):
        if time.monotonic() > end:
            break
        if number in done:
            continue
        done[number] = run_slice(number, given, campaign, found)
        print(f"slice {number}: {done[number]['seconds']} s", file=sys.stderr, flush=True)
        if given.results:
            with given.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[number], ensure_ascii=False) + "\n")
    return summary(list(done.values()))


def summary(results: list[dict[str, Any]]) -> int:
    """Print the figures of slices; the status is 1 where something happened that must not."""
    outcomes = ("cases", "read", "refused", "crash", "slow", "big", "silent")
    counts: Counter[str] = Counter()
    for result in results:
        counts.update(result["counts"])
    print("\t".join(("format", "kind", *outcomes)))
    for ending, kind in sorted({tuple(key.split()[:2]) for key in counts}):
        print("\t".join((ending, kind, *(str(counts[f"{ending} {kind} {outcome}"]) for outcome in outcomes))))
    whole = [sum(n for key, n in counts.items() if key.split()[2] == outcome) for outcome in outcomes]
    spent = sum(result["seconds"] for result in results)
    slowest = sorted((tuple(item) for result in results for item in result["slowest"]), reverse=True)[:5]
    for seconds, where in slowest:
        print(f"slowest\t{seconds} s\t{where}")
    print(f"time\t{1000 * spent / max(1, whole[0]):.1f} ms a case")
    print("\t".join(("all", "", *map(str, whole))))
    return 1 if any(whole[3:]) else 0


if __name__ == "__main__":
    sys.exit(main())
