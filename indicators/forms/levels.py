"""Decide the 二级指标 of rows whose label is merged, displaced or lost.

The vocabulary and its printing order, the twin side and the labels around decide, never the wording of
an indicator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.vocabulary import LEVEL2_ORDER

__all__ = ["Evidence", "resolve"]

_RANK = {label: rank for rank, label in enumerate(LEVEL2_ORDER)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The labels printed on one row: lifetime (or only) side first.

    ``solid`` is false where the row holds nothing but its labels (an empty slot).
    """

    left: str | None
    right: str | None = None
    two_sided: bool = False
    filled: bool = True


def resolve(rows: Sequence[Evidence]) -> tuple[list[str | None], set[int]]:
    """Return the canonical 二级指标 of every row and the indices of rows where it was inferred.

    Undisputed rows (a label on the left, or none on either side, and no displaced label) keep the label
    printed last; otherwise the cheapest labelling of the whole block is taken.
    """
    if _plain(rows):
        labels: list[str | None] = []
        current: str | None = None
        for row in rows:
            current = row.left or row.right or current
            labels.append(current)
        return labels, set()
    return _cheapest(rows)


def _plain(rows: Sequence[Evidence]) -> bool:
    return all(not row.two_sided or row.left == row.right for row in rows)


_MISMATCH_LEFT = 2.2
_MISMATCH_RIGHT = 2.0
_UNLABELLED_CHANGE = 1.5
_DISPLACED = 0.1
_BACKWARD = 2.5
_REPEATED_LABEL = 0.3


def _cheapest(rows: Sequence[Evidence]) -> tuple[list[str | None], set[int]]:
    """Return the cheapest labelling that uses every printed label of a filled row at least once."""
    states = [label for label in LEVEL2_ORDER if any(label in (row.left, row.right) for row in rows)]
    if not states:
        return [None] * len(rows), set()
    _, labels = _viterbi(rows, states, {})
    forced: dict[int, str] = {}
    for number, row in enumerate(rows):
        for label in (row.left, row.right):
            if label is None or not row.filled or label in labels:
                continue
            tries = [n for n in (number, number + 1, number - 1) if 0 <= n < len(rows) and n not in forced]
            options = [(*_viterbi(rows, states, {**forced, n: label}), n) for n in tries]
            if options:
                _, labels, place = min(options, key=lambda option: option[0])
                forced[place] = label
    inferred = {n for n, row in enumerate(rows) if row.filled and row.two_sided and labels[n] != row.left}
    return [*labels], inferred


def _viterbi(rows: Sequence[Evidence], states: list[str], forced: dict[int, str]) -> tuple[float, list[str]]:
    cost = [0.0] * len(states)
    trail: list[list[int]] = []
    for number, row in enumerate(rows):
        near = {
            label
            for other in rows[max(number - 1, 0) : number + 2]
            if other.filled
            for label in (other.left, other.right)
        }
        fresh, origin = [], []
        for here, label in enumerate(states):
            local = _emission(row, label) + (1e6 if forced.get(number, label) != label else 0.0)
            steps = [
                before_cost + (_step(row, states[before], label, near) if number else 0.0)
                for before, before_cost in enumerate(cost)
            ]
            before = min(range(len(states)), key=steps.__getitem__)
            if steps[here] <= steps[before]:
                before = here
            fresh.append(steps[before] + local)
            origin.append(before)
        cost = fresh
        trail.append(origin)
    state = min(range(len(states)), key=cost.__getitem__)
    total = cost[state]
    chosen = [state]
    for origin in reversed(trail[1:]):
        state = origin[state]
        chosen.append(state)
    return total, [states[state] for state in reversed(chosen)]


def _step(row: Evidence, before: str, label: str, near: set[str | None]) -> float:
    """Cost of going from one row's label to the next one's."""
    if before == label:
        return _REPEATED_LABEL if row.left == label and row.right == label else 0.0
    cost = _BACKWARD if _RANK[label] < _RANK[before] else 0.0
    if label in (row.left, row.right):
        return cost
    return cost + (_DISPLACED if label in near else _UNLABELLED_CHANGE)


def _emission(row: Evidence, label: str) -> float:
    total = 0.0
    if row.left is not None and row.left != label:
        total += _MISMATCH_LEFT if row.filled else 6.0
    if row.two_sided and row.right is not None and row.right != label:
        total += _MISMATCH_RIGHT if row.filled else 6.0
    return total
