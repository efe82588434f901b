"""Figures of merit for ordinal levels: macro-F1, weighted kappa, calibration, agreement of two readings."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.errors import ReadError

__all__ = ["agreement", "calibration_curve", "confusion", "expected_calibration_error", "summary"]

_LEVELS = 4
_BINS = 10


def confusion(labels: Sequence[int], scored: Sequence[int]) -> NDArray[np.int64]:
    """Count labels (rows) against scored levels (columns), ``(4, 4)``."""
    table = np.zeros((_LEVELS, _LEVELS), dtype=np.int64)
    np.add.at(table, (np.asarray(labels, dtype=np.int64), np.asarray(scored, dtype=np.int64)), 1)
    return table


def _f1(table: NDArray[np.int64]) -> list[float | None]:
    sums = table.sum(axis=1) + table.sum(axis=0)
    return [2 * float(table[k, k]) / float(sums[k]) if table[k].sum() else None for k in range(_LEVELS)]


def _kappa(table: NDArray[np.int64], power: int) -> float:
    grid = np.abs(np.subtract.outer(np.arange(_LEVELS), np.arange(_LEVELS)))
    weights = (grid > 0).astype(float) if power == 0 else (grid / (_LEVELS - 1.0)) ** power
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1)
    chance = float((weights * expected).sum())
    return 1 - float((weights * table).sum()) / chance if chance else 1.0


def summary(labels: Sequence[int], scored: Sequence[int]) -> dict[str, Any]:
    """Sum up how well scored levels agree with labels.

    Returns
    -------
    dict
        ``n``, ``accuracy``, ``macro_f1`` (over the levels that occur among the labels), ``qwk`` (quadratic
        weighted kappa), ``kappa`` (unweighted), ``f1`` by level, ``confusion``.
    """
    table = confusion(labels, scored)
    scores = _f1(table)
    present = [score for score in scores if score is not None]
    return {
        "n": int(table.sum()),
        "accuracy": round(float(np.trace(table)) / max(int(table.sum()), 1), 4),
        "macro_f1": round(sum(present) / max(len(present), 1), 4),
        "qwk": round(_kappa(table, 2), 4),
        "kappa": round(_kappa(table, 0), 4),
        "f1": [None if score is None else round(score, 4) for score in scores],
        "confusion": table.tolist(),
    }


def calibration_curve(labels: Sequence[int], probabilities: NDArray[Any]) -> list[dict[str, float]]:
    """Return, for ten bins of the winning probability, ``from``, ``n``, mean ``confidence`` and ``accuracy``."""
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == np.asarray(labels)
    bins = np.minimum((top * _BINS).astype(int), _BINS - 1)
    curve = []
    for index in range(_BINS):
        inside = bins == index
        if inside.any():
            curve.append(
                {
                    "from": index / _BINS,
                    "n": int(inside.sum()),
                    "confidence": round(float(top[inside].mean()), 4),
                    "accuracy": round(float(right[inside].mean()), 4),
                }
            )
    return curve


def expected_calibration_error(labels: Sequence[int], probabilities: NDArray[Any]) -> float:
    """Return the mean gap between confidence and accuracy over ten bins, weighted by their size."""
    curve = calibration_curve(labels, probabilities)
    total = sum(point["n"] for point in curve)
    gap = sum(point["n"] * abs(point["confidence"] - point["accuracy"]) for point in curve)
    return round(gap / max(total, 1), 4)


def agreement(first: Path, second: Path | None = None) -> dict[str, Any]:
    """Compare two independent readings of the same indicators.

    Parameters
    ----------
    first, second
        CSV files with columns level2, level3, value, level; rows are joined by the first three.
        Without ``second`` one file holds both readings, in columns first and second.

    Returns
    -------
    dict
        As ``summary``, with ``differences``: the rows read differently, and both levels.

    Raises
    ------
    ReadError
        If a column is missing or the files have no row in common.
    """
    one = _levels(first, "level" if second is not None else "first")
    two = _levels(second or first, "level" if second is not None else "second")
    common = [key for key in two if key in one]
    if not common:
        raise ReadError("两份标注没有相同的指标", where=f"{first} 与 {second}", remedy="两份文件应标注同一批指标")
    result = summary([one[key] for key in common], [two[key] for key in common])
    result["differences"] = [[*key, one[key], two[key]] for key in common if one[key] != two[key]]
    return result


def _levels(path: Path, column: str) -> dict[tuple[str, str, str], int]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    try:
        return {(row["level2"], row["level3"], row["value"]): int(row[column]) for row in rows}
    except (KeyError, ValueError, TypeError) as error:
        remedy = f"需要 level2、level3、value、{column} 四列"
        raise ReadError("标注文件有误", where=str(path), why=repr(error), remedy=remedy) from error
