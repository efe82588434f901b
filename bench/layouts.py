"""How well forms are read in layouts that nobody listed: random documents with ground truth, by drawn dimension.

usage: python -m bench.layouts 500 [--unusual 0.25] [--wordings shown|held-out|both] [--seed N] [--workers 2]
       [--family NAME] [--format NAME] [--save DIR] [--worst N] [--least N]
       python -m bench.layouts 3 --alone [--format html]

``--alone`` sets one option after the other on documents that are usual in all else, so many documents an option.

Seed N stands for the first document. A form is found when a form stands in its place; indicators count as right when
horizon, levels, name and value are. ``--save`` writes every document that is not read wholly right, with gold records,
drawn dimensions and what differs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.layouts import FAMILIES, FORMATS, generate
from tests.layouts.draw import CATALOGUE
from tests.layouts.score import DocumentScore, f1, judge

GOOD, WRONG = 0.99, 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    seed: int
    unusual: float
    wordings: Any
    fixed: dict[str, str] = field(default_factory=dict)
    save: Path | None = None


@dataclass(slots=True)
class Result:
    """One document's score; ``error`` is what reading it raised."""

    name: str
    dimensions: dict[str, str]
    score: DocumentScore
    error: str = ""
    seconds: float = 0.0


def extracted(path: Path) -> list[dict[str, Any]]:
    """Return the forms as ``indicators extract`` prints them."""
    from indicators.forms import find_forms
    from indicators.readers import read
    from indicators.serialize import extraction_dict

    return list(extraction_dict(find_forms(read(path, ocr=False)))["forms"])


def run(job: Job) -> Result:
    """Generate a document, read it and compare."""
    layout = generate(job.seed, unusual=job.unusual, wordings=job.wordings, fixed=job.fixed)
    error, got = "", []
    with tempfile.TemporaryDirectory(prefix="layouts-") as folder:
        path = layout.write(Path(folder))
        started = time.perf_counter()
        try:
            got = extracted(path)
        except Exception as problem:  # a crash is a result of the bench
            error = f"{type(problem).__name__}: {problem}"
        seconds = time.perf_counter() - started
    score = judge(layout.gold, got)
    wrong = error or score.invented or any(form.differences or not form.found for form in score.forms)
    if job.save and wrong:
        path = layout.write(job.save)
        lines = [error] if error else []
        for number, form in enumerate(score.forms):
            lines += [
                f"form {number} {'F1 ' + format(form.f1, '.3f') if form.found else 'not found'} {form.reading}".rstrip()
            ]
            lines += [f"  {line}" for line in form.differences]
        lines += [f"forms that are none: {score.invented}"] if score.invented else []
        (job.save / f"{path.stem}.diff.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    dimensions = {name: value for name, value in layout.meta["dimensions"].items() if not name.startswith("= ")}
    return Result(layout.name, dimensions, score, error, seconds)


def share(pairs: Iterable[tuple[int, int]]) -> str:
    right, of = (sum(column) for column in zip(*pairs, strict=True)) if (pairs := list(pairs)) else (0, 0)
    return f"{right}/{of} = {right / of:.3f}" if of else "0/0"


def summary(results: list[Result]) -> Iterator[str]:
    """Yield the figures over all documents."""
    documents = [result for result in results if result.score.forms]
    forms = [form for result in documents for form in result.score.forms]
    invented = sum(result.score.invented for result in results)
    right, gold = sum(form.right for form in forms), sum(form.gold for form in forms)
    got = sum(form.got for form in forms) + sum(result.score.invented_rows for result in results)
    yield f"documents {len(results)} ({len(results) - len(documents)} without a form), errors {sum(bool(r.error) for r in results)}"
    yield f"forms found {share((form.found, 1) for form in forms)}; forms that are none {invented}"
    yield f"indicators F1 micro {f1(right, gold, got):.4f} (gold {gold} got {got} right {right})"
    if documents:
        yield f"  mean over documents {sum(r.score.f1 for r in documents) / len(documents):.4f}"
        yield f"  documents with F1 >= {GOOD}: {share((r.score.f1 >= GOOD, 1) for r in documents)}"
    yield f"  forms with F1 >= {GOOD}: {share((form.f1 >= GOOD, 1) for form in forms)}"
    for name in ("funds", "goals", "fields"):
        yield f"{name} {share(getattr(form, name) for form in forms)}"
    yield from readings(forms)
    seconds = sum(result.seconds for result in results)
    yield f"reading {seconds:.1f} s of one core, {len(forms) / seconds if seconds else 0:.1f} forms/s"


def readings(forms: list[Any]) -> Iterator[str]:
    """Yield how what the tool says of its reading agrees with the reading."""
    if not any(form.reading for form in forms):
        yield "the records do not say how far they are understood"
        return
    kinds = sorted({form.reading for form in forms if form.found})
    for kind in kinds:
        of = [form for form in forms if form.found and form.reading == kind]
        yield f"reading {kind or '(none)'}: {len(of)} forms, F1 >= {GOOD} {sum(f.f1 >= GOOD for f in of)}, F1 < {WRONG} {sum(f.f1 < WRONG for f in of)}"
    understood = [form for form in forms if form.reading in ("understood", "")]
    yield f"wrong (F1 < {WRONG}) but called understood: {share((form.found and form.f1 < WRONG, 1) for form in understood)}"
    right = [form for form in forms if form.found and form.f1 >= GOOD]
    yield f"right but called not understood: {share((form.reading == 'not understood', 1) for form in right)}"


def table(results: list[Result], *, least: int, worst: int) -> Iterator[str]:
    """Yield mean F1 of each option, the worst first; ``least`` documents make an option count."""
    by: dict[tuple[str, str], list[float]] = defaultdict(list)
    for result in results:
        if result.score.forms:
            for pair in result.dimensions.items():
                by[pair].append(result.score.f1)
    ranked = sorted((sum(values) / len(values), key, len(values)) for key, values in by.items() if len(values) >= least)
    for mean, (dimension, option), count in ranked[:worst]:
        yield f"  {mean:.3f}  {count:4}  {dimension} = {option!r}"


def by(results: list[Result], dimension: str) -> Iterator[str]:
    groups: dict[str, list[float]] = defaultdict(list)
    for result in results:
        groups[result.dimensions[dimension]].append(result.score.f1)
    for name, values in sorted(groups.items(), key=lambda item: sum(item[1]) / len(item[1])):
        good = sum(value >= GOOD for value in values)
        yield f"  {sum(values) / len(values):.3f}  {good}/{len(values)} good  {name}"


def measure(jobs: list[Job], workers: int) -> list[Result]:
    """Run all jobs, in processes of their own when there is more than one worker."""
    if workers <= 1:
        return [run(job) for job in jobs]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(run, jobs, chunksize=4))


def alone(count: int, format_: str, seed: int) -> list[tuple[str, str, Job]]:
    """Return jobs that set one option each: ``count`` for each option that a family draws in this format."""
    for number in range(400):  # fill the catalogue
        generate(number, unusual=0.5, fixed={"format": format_}, render=False)
    jobs = []
    families = [name for name, formats in FAMILIES.items() if format_ in formats and name != "negative"]
    for dimension, options in sorted(CATALOGUE.items()):
        if dimension in ("format", "family") or set(options) <= {"yes", "no"}:
            continue
        for option in options:
            found = 0
            for number in range(seed, seed + 40 * count):
                fixed = {"format": format_, "family": families[number % len(families)], dimension: option}
                layout = generate(number, unusual=0.0, fixed=fixed, render=False)
                if dimension in layout.meta["dimensions"]:
                    jobs.append((dimension, option, Job(seed=number, unusual=0.0, wordings="both", fixed=fixed)))
                    found += 1
                if found == count:
                    break
    return jobs


def print_alone(options: argparse.Namespace) -> None:
    """Print what each option costs on its own, against the same documents without it."""
    chosen = alone(options.count, options.format or "html", options.seed)
    plain = [
        Job(seed=j.seed, unusual=0.0, wordings="both", fixed={n: j.fixed[n] for n in ("format", "family")})
        for _, _, j in chosen
    ]
    unique = list({(job.seed, job.fixed["family"]): job for job in plain}.values())
    known = {
        (r.dimensions["family"], j.seed): r.score.f1
        for j, r in zip(unique, measure(unique, options.workers), strict=True)
    }
    results = measure([job for _, _, job in chosen], options.workers)
    costs: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for (dimension, option, job), result in zip(chosen, results, strict=True):
        costs[dimension, option].append((result.score.f1, known[job.fixed["family"], job.seed]))
    ranked = sorted((sum(f - p for f, p in values) / len(values), key, values) for key, values in costs.items())
    print(
        f"{len(ranked)} options alone on usual documents ({options.format or 'html'}); {sum(r[0] < -0.005 for r in ranked)} lose something"
    )
    for change, (dimension, option), values in ranked[: options.worst]:
        print(
            f"  {change:+.3f}  F1 {sum(f for f, _ in values) / len(values):.3f} of {sum(p for _, p in values) / len(values):.3f}  {dimension} = {option!r}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--unusual", type=float, default=0.25)
    parser.add_argument("--wordings", choices=("shown", "held-out", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--family", choices=sorted(FAMILIES))
    parser.add_argument("--format", choices=sorted(FORMATS))
    parser.add_argument("--save", type=Path, help="folder for the documents that are not read wholly right")
    parser.add_argument("--worst", type=int, default=40, help="options in the table")
    parser.add_argument("--least", type=int, default=5, help="documents an option must stand in")
    parser.add_argument("--alone", action="store_true", help="one option after the other")
    parser.add_argument("--json", type=Path, help="also write a line of JSON a document")
    options = parser.parse_args()
    fixed = {name: value for name in ("format", "family") if (value := getattr(options, name))}
    if options.alone:
        print_alone(options)
        return 0
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
    jobs = [
        Job(seed=seed, unusual=options.unusual, wordings=options.wordings, fixed=fixed, save=options.save)
        for seed in range(options.seed, options.seed + options.count)
    ]
    results = measure(jobs, options.workers)
    print("\n".join(summary(results)))
    print("by format\n" + "\n".join(by(results, "format")))
    print("by family\n" + "\n".join(by(results, "family")))
    print("by option (mean F1, documents)\n" + "\n".join(table(results, least=options.least, worst=options.worst)))
    for result in results:
        if result.error:
            print(f"error in {result.name}: {result.error[:160]}")
    if options.json:
        lines = (
            json.dumps(
                {"name": r.name, "f1": r.score.f1, "error": r.error, "dimensions": r.dimensions}, ensure_ascii=False
            )
            for r in results
        )
        options.json.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
