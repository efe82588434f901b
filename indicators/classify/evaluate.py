"""Measure the classifier on departments and sectors it was not trained on."""

from __future__ import annotations

import csv
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.corpus import REAL_SECTOR, Labelled, read_corpus
from indicators.classify.features import Encoder
from indicators.classify.figures import calibration_curve, expected_calibration_error, summary
from indicators.classify.fitting import build_encoder, fit_base, fit_thresholds
from indicators.classify.scorers import SklearnScorer, calibrated, threshold_arrays
from indicators.errors import PackError

__all__ = [
    "BUREAU_FOLDS",
    "FOLDS",
    "bureau_folds",
    "evaluate",
    "evaluate_rows",
    "out_of_fold",
    "read_splits",
    "worst_errors",
    "write_splits",
]

FOLDS = 5
BUREAU_FOLDS = 6
"""Parts the bureaus of published forms are divided into, to be left out in turn."""

CALIBRATION_WEIGHT = 4.0
"""How much a published row weighs in the calibration, against a written one."""

Array = NDArray[Any]


def write_splits(folder: Path, rows: Sequence[Labelled]) -> None:
    """Assign each sector of written rows to a fold, sectors already assigned keep theirs; largest sectors first.

    The file is committed: the folds of a figure can be looked up, and a new sector moves no other.
    """
    path = folder / "sectors.csv"
    known: dict[str, int] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as stream:
            known = {row["sector"]: int(row["fold"]) for row in csv.DictReader(stream)}
    sizes: dict[str, int] = {}
    for row in rows:
        if not row.real:
            sizes[row.sector] = sizes.get(row.sector, 0) + 1
    load = [0] * FOLDS
    for sector, fold in known.items():
        load[fold] += sizes.get(sector, 0)
    for sector in sorted(set(sizes) - set(known), key=lambda name: (-sizes[name], name)):
        known[sector] = load.index(min(load))
        load[known[sector]] += sizes[sector]
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["sector", "fold"])
        ordered: list[tuple[str, int]] = sorted(known.items(), key=lambda item: (item[1], item[0]))
        writer.writerows(ordered)


def read_splits(folder: Path, rows: Sequence[Labelled]) -> dict[str, int]:
    """Read the fold of each sector.

    Raises
    ------
    PackError
        If a sector of the corpus has no fold.
    """
    path = folder / "sectors.csv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            folds = {row["sector"]: int(row["fold"]) for row in csv.DictReader(stream)}
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise PackError("语料划分无法读取", where=str(path), why=repr(error), remedy="恢复 corpus/splits") from error
    missing = sorted({row.sector for row in rows if not row.real} - set(folds))
    if missing:
        raise PackError("有行业未划分", where=str(path), why="、".join(missing), remedy="为新行业补上折号")
    return folds


def out_of_fold(
    encoder: Encoder,
    rows: Sequence[Labelled],
    folds: dict[str, int],
    *,
    report: Callable[[str], None] = lambda _: None,
    jobs: int = 1,
) -> tuple[Array, Array, Array]:
    """Score each written row by models that saw none of its sector.

    Returns
    -------
    tuple
        Evidence ``(n, 6)``, fold ``(n,)`` and level ``(n,)`` of the written rows, in the order of ``rows``.
    """
    written = [row for row in rows if not row.real]
    fold_of = np.asarray([folds[row.sector] for row in written])
    tasks = [
        ([row for row in rows if folds.get(row.sector) != fold], [row for row in written if folds[row.sector] == fold])
        for fold in range(FOLDS)
    ]
    evidence = np.zeros((len(written), 6))
    for fold, found in enumerate(_left_out(encoder, tasks, report=report, jobs=jobs)):
        evidence[fold_of == fold] = found
    return evidence, fold_of, np.asarray([row.level for row in written])


_Task = tuple[list[Labelled], list[Labelled]]
_shared: list[tuple[Encoder, list[_Task]]] = []
"""What forked processes find in memory: encoder, and rows to train on and to score."""


def _left_out(
    encoder: Encoder, tasks: list[_Task], *, report: Callable[[str], None], jobs: int
) -> Iterator[NDArray[np.float64]]:
    """Yield the evidence of each task's second rows by models trained on its first, in order."""
    _shared[:] = [(encoder, tasks)]
    try:
        if jobs > 1 and "fork" in multiprocessing.get_all_start_methods():
            with multiprocessing.get_context("fork").Pool(jobs) as pool:
                results: Iterable[Array] = pool.map(_scored, range(len(tasks)), chunksize=1)
        else:
            results = map(_scored, range(len(tasks)))
        for number, found in enumerate(results, 1):
            report(f"第 {number}/{len(tasks)} 折")
            yield found
    finally:
        _shared.clear()


def _scored(number: int) -> Array:
    encoder, tasks = _shared[0]
    kept, tested = tasks[number]
    if not tested:
        return np.zeros((0, 6))
    scorer = SklearnScorer(fit_base(encoder, kept))
    dense, sparse, _ = encoder.encode([row.row for row in tested])
    return scorer.evidence(dense, sparse)[0]


def _crossfitted(evidence: Array, fold_of: Array, levels: Array) -> Array:
    """Calibrate each fold by thresholds fitted on the others."""
    probabilities = np.zeros((len(levels), 4))
    for fold in range(FOLDS):
        inside = fold_of == fold
        if inside.any():
            thresholds = fit_thresholds(evidence[~inside], levels[~inside])
            probabilities[inside] = calibrated(*threshold_arrays(thresholds), evidence[inside])
    return probabilities


def _figures(levels: Array, probabilities: Array) -> dict[str, Any]:
    result = summary(levels.tolist(), probabilities.argmax(axis=1).tolist())
    result["ece"] = expected_calibration_error(levels.tolist(), probabilities)
    return result


def _by(keys: Sequence[str], levels: Array, probabilities: Array) -> dict[str, dict[str, Any]]:
    found = {}
    for key in sorted(set(keys)):
        inside = np.asarray([item == key for item in keys])
        figures = _figures(levels[inside], probabilities[inside])
        found[key] = {name: figures[name] for name in ("n", "accuracy", "macro_f1", "qwk", "ece")}
        # How sure it says it is, beside how often it is right: fair where they agree.
        found[key]["confidence"] = round(float(probabilities[inside].max(axis=1).mean()), 4)
    return found


def bureau_folds(rows: Sequence[Labelled]) -> dict[str, int]:
    """Divide the bureaus of the published rows into parts of like size, largest first; each bureau in one part."""
    sizes: dict[str, int] = {}
    for row in rows:
        if row.real:
            sizes[row.bureau] = sizes.get(row.bureau, 0) + 1
    load, folds = [0] * BUREAU_FOLDS, {}
    for bureau in sorted(sizes, key=lambda name: (-sizes[name], name)):
        folds[bureau] = load.index(min(load))
        load[folds[bureau]] += sizes[bureau]
    return folds


def _real_out(encoder: Encoder, rows: Sequence[Labelled], *, jobs: int = 1) -> tuple[list[Labelled], Array]:
    """Score each published row by models that saw no row of its bureau; returns the rows and their evidence."""
    folds = bureau_folds(rows)
    real = [row for row in rows if row.real]
    fold_of = np.asarray([folds[row.bureau] for row in real])
    tasks = [
        (
            [row for row in rows if not row.real or folds[row.bureau] != fold],
            [row for row in real if folds[row.bureau] == fold],
        )
        for fold in range(BUREAU_FOLDS)
    ]
    evidence = np.zeros((len(real), 6))
    for fold, found in enumerate(_left_out(encoder, tasks, report=lambda _: None, jobs=jobs)):
        evidence[fold_of == fold] = found
    return real, evidence


def _of_pseudo(rows: Sequence[Labelled], scored: Array) -> dict[str, Any]:
    """Count how many numbers pinned on the uncountable are found, and how many level 3 rows are put at level 1."""
    pseudo = np.asarray([row.reason == "pseudo" for row in rows])
    quantified = np.asarray([row.level == 3 for row in rows])
    found, wrong = int((pseudo & (scored == 1)).sum()), int((quantified & (scored == 1)).sum())
    return {
        "n": int(pseudo.sum()),
        "recall": round(found / max(int(pseudo.sum()), 1), 4),
        "precision": round(found / max(found + wrong, 1), 4),
    }


def _real_figures(real: Sequence[Labelled], levels: Array, probabilities: Array) -> dict[str, Any]:
    """Sum up the published rows: all together, and the police departments and the other sectors by themselves."""
    police = np.asarray([row.sector == REAL_SECTOR for row in real])
    found: dict[str, Any] = {}
    for name, inside in (("all", police | ~police), ("police", police), ("other sectors", ~police)):
        if inside.any():
            found[name] = _figures(levels[inside], probabilities[inside])
            chosen = [row for row, kept in zip(real, inside, strict=True) if kept]
            found[name]["pseudo"] = _of_pseudo(chosen, probabilities[inside].argmax(axis=1))
    return found


def evaluate_rows(
    encoder: Encoder,
    rows: Sequence[Labelled],
    folds: dict[str, int],
    *,
    report: Callable[[str], None] = lambda _: None,
    jobs: int = 1,
) -> tuple[dict[str, Any], tuple[Array, Array, Array]]:
    """Measure by sector, and on published forms by bureau; ``jobs`` processes fit models at a time.

    Returns
    -------
    tuple
        The figures, and evidence, levels and weights out of fold (for fitting the thresholds of the pack).
    """
    evidence, fold_of, levels = out_of_fold(encoder, rows, folds, report=report, jobs=jobs)
    probabilities = _crossfitted(evidence, fold_of, levels)
    written = [row for row in rows if not row.real]
    scored = probabilities.argmax(axis=1)
    figures: dict[str, Any] = {
        "sectors_out": _figures(levels, probabilities),
        "calibration": calibration_curve(levels.tolist(), probabilities),
        "by_sector": _by([row.sector for row in written], levels, probabilities),
        "by_category": _by([row.level2 for row in written], levels, probabilities),
        "by_reason": _recall([row.reason for row in written], levels, scored),
        "worst": worst_errors(written, probabilities),
    }
    if any(row.real for row in rows):
        report("逐组留出真实表格的单位")
        real, real_evidence = _real_out(encoder, rows, jobs=jobs)
        real_levels = np.asarray([row.level for row in real])
        # Both sets of evidence are out of fold; the published rows are what the probabilities must be true of.
        both = np.vstack([evidence, real_evidence]), np.concatenate([levels, real_levels])
        groups = np.asarray([bureau_folds(rows)[row.bureau] for row in real])
        judged = np.zeros((len(real), 4))
        weights = np.concatenate([np.ones(len(levels)), np.full(len(real), CALIBRATION_WEIGHT)])
        for fold in range(BUREAU_FOLDS):
            inside = groups == fold
            kept = np.concatenate([np.ones(len(levels), bool), ~inside])
            thresholds = fit_thresholds(both[0][kept], both[1][kept], weights[kept])
            judged[inside] = calibrated(*threshold_arrays(thresholds), real_evidence[inside])
        figures["bureaus_out"] = _real_figures(real, real_levels, judged)
        figures["worst_real"] = worst_errors(real, judged)
        figures["real_by_sector"] = _by([row.sector for row in real], real_levels, judged)
        return figures, (*both, weights)
    return figures, (evidence, levels, np.ones(len(levels)))


def worst_errors(written: Sequence[Labelled], probabilities: Array, count: int = 20) -> list[dict[str, Any]]:
    """Return the misjudged rows whose expected level is furthest from the label, for people to read."""
    labels = np.asarray([row.level for row in written])
    gap = np.abs(probabilities @ np.arange(4) - labels)
    gap[probabilities.argmax(axis=1) == labels] = -1
    return [
        {
            "sector": written[index].sector,
            "indicator": f"{written[index].level2}｜{written[index].level3} = {written[index].value}",
            "label": int(labels[index]),
            "reason": written[index].reason,
            "scored": int(probabilities[index].argmax()),
            "probability": round(float(probabilities[index].max()), 2),
        }
        for index in np.argsort(-gap, kind="stable")[:count].tolist()
        if gap[index] >= 0
    ]


def _recall(reasons: Sequence[str], levels: Array, scored: Array) -> dict[str, dict[str, Any]]:
    found = {}
    for reason in sorted(set(reasons)):
        inside = np.asarray([item == reason for item in reasons])
        found[reason] = {"n": int(inside.sum()), "right": round(float((levels == scored)[inside].mean()), 4)}
    return found


def evaluate(corpus: Path, folder: Path, *, report: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Repeat the measurement of a pack from its corpus; nothing is written.

    Parameters
    ----------
    corpus
        The folder ``corpus``.
    folder
        The pack (its word list is used).
    report
        Called with a line of progress in Chinese.

    Returns
    -------
    dict
        The figures, equal to those in the manifest of a fresh pack.
    """
    rows = read_corpus(corpus / "labels")
    figures, _ = evaluate_rows(build_encoder(folder), rows, read_splits(corpus / "splits", rows), report=report)
    return figures
