"""Blocks of features to probabilities: with numpy on the tables of a pack, or with the trained models themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indicators.classify.corpus import REASONS
from indicators.classify.features import DENSE, SPARSE_WIDTH, Part, Sparse
from indicators.classify.pack import Tables

if TYPE_CHECKING:
    from indicators.classify.persist import Parts

__all__ = [
    "LEVELS",
    "PlainScorer",
    "Scorer",
    "SklearnScorer",
    "calibrated",
    "cumulative_log_odds",
    "threshold_arrays",
    "to_levels",
]

LEVELS = 4
_ROWS = 512
Array = NDArray[Any]


class Scorer(Protocol):
    """What a classifier needs to know of its models."""

    classes: tuple[str, ...]

    def probabilities(self, dense: Array, sparse: Sparse) -> tuple[Array, Array]:
        """Return calibrated level probabilities ``(n, 4)`` and reason probabilities ``(n, len(classes))``."""


def to_levels(probabilities: Array, classes: Sequence[str]) -> Array:
    """Add up the probabilities of reason codes to those of their levels, ``(n, 4)``."""
    levels: Array = np.zeros((len(probabilities), LEVELS))
    for column, reason in enumerate(classes):
        levels[:, REASONS[reason]] += probabilities[:, column]
    return levels


def cumulative_log_odds(levels: Array) -> Array:
    """Return the log-odds of ``level > 0, 1, 2``, ``(n, 3)``, cut off at ±8."""
    above = np.cumsum(levels[:, ::-1], axis=1)[:, ::-1][:, 1:]
    above = np.clip(above, 1e-4, 1 - 1e-4)
    odds: Array = np.clip(np.log(above / (1 - above)), -8, 8)
    return odds


def calibrated(weights: Array, intercepts: Array, evidence: Array) -> Array:
    """Turn the evidence of both models into four ordinal probabilities that sum to 1."""
    above = 1 / (1 + np.exp(-(evidence @ weights.T + intercepts)))
    # A level above 1 is also above 0.
    above = np.minimum.accumulate(above, axis=1)
    edges = np.concatenate([np.ones((len(above), 1)), above, np.zeros((len(above), 1))], axis=1)
    probabilities: Array = np.clip(edges[:, :-1] - edges[:, 1:], 0.0, 1.0)
    result: Array = probabilities / probabilities.sum(axis=1, keepdims=True)
    return result


def threshold_arrays(models: Sequence[Any]) -> tuple[Array, Array]:
    """Return weights ``(3, 6)`` and intercepts ``(3,)`` of fitted thresholds."""
    return np.stack([model.coef_[0] for model in models]), np.asarray([model.intercept_[0] for model in models])


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


class SklearnScorer:
    """The trained models themselves, the oracle of the tables.

    Parameters
    ----------
    parts
        A trained model; thresholds are needed for ``probabilities`` only.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.classes: tuple[str, ...] = tuple(map(str, parts.linear.classes_))

    def evidence(self, dense: Array, sparse: Sparse) -> tuple[Array, Array]:
        """Return the cumulative log-odds of both models ``(n, 6)`` and the reason probabilities."""
        from scipy.sparse import csr_matrix, hstack

        joined = hstack([csr_matrix(dense), sparse.csr()], format="csr")[:, self.parts.columns]
        reasons = self.parts.linear.predict_proba(joined)
        trees = self.parts.trees.predict_proba(dense[:, self.parts.tree_columns])
        both = [cumulative_log_odds(to_levels(reasons, self.classes)), cumulative_log_odds(trees)]
        return np.hstack(both), reasons

    def probabilities(self, dense: Array, sparse: Sparse) -> tuple[Array, Array]:
        """Return calibrated level probabilities ``(n, 4)`` and reason probabilities."""
        evidence, reasons = self.evidence(dense, sparse)
        return calibrated(*threshold_arrays(self.parts.thresholds), evidence), reasons


class PlainScorer:
    """The tables of a pack, with numpy alone.

    Parameters
    ----------
    tables
        Of the pack.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.classes: tuple[str, ...] = tuple(tables.classes.tolist())
        width = len(DENSE)
        in_dense = tables.columns < width
        self._dense = np.zeros((width, len(self.classes)))
        self._dense[tables.columns[in_dense]] = tables.weights[in_dense]
        rest = tables.weights[~in_dense]
        self._sparse = rest
        self._unused = len(rest)
        self._place = np.full(SPARSE_WIDTH, self._unused, np.int32)
        self._place[tables.columns[~in_dense] - width] = np.arange(len(rest))
        used = np.isfinite(tables.tree_thresholds)
        pairs = np.stack([tables.tree_features, tables.tree_thresholds.view(np.int32)], axis=-1)
        flat, inverse = np.unique(pairs[used], axis=0, return_inverse=True)
        self._columns = flat[:, 0]
        self._thresholds = np.ascontiguousarray(flat[:, 1], np.int32).view(np.float32)[:, None]
        self._pair = np.zeros(used.shape, np.int64)
        self._pair[used] = inverse.ravel()
        self._pair, self._masks = self._pair.T.copy(), tables.tree_masks.T.copy()[:, :, None]
        self._offsets = (np.arange(len(used)) * tables.tree_leaves.shape[1])[:, None]
        self._leaves = tables.tree_leaves.ravel()
        self._lowest = np.zeros(1 << 16, np.uint8)
        for bit in range(16):
            self._lowest[1 << bit] = bit

    def probabilities(self, dense: Array, sparse: Sparse) -> tuple[Array, Array]:
        """Return calibrated level probabilities ``(n, 4)`` and reason probabilities."""
        reasons = _softmax(self._linear(dense, sparse))
        trees = np.vstack([self._trees(dense[start : start + _ROWS]) for start in range(0, len(dense), _ROWS)])
        levels = to_levels(reasons, self.classes)
        evidence = np.hstack([cumulative_log_odds(levels), cumulative_log_odds(_softmax(trees))])
        return calibrated(self.tables.cut_weights, self.tables.cut_intercepts, evidence), reasons

    def _linear(self, dense: Array, sparse: Sparse) -> Array:
        scores: Array = dense.astype(np.float64) @ self._dense + self.tables.intercept
        by_table: dict[int, list[Part]] = {}
        for part in sparse.parts:
            by_table.setdefault(id(part.places), []).append(part)
        for parts in by_table.values():
            places = parts[0].places
            count = sparse.count if places is None else int(places.max(initial=-1)) + 1
            sums = self._summed(parts, count)
            scores += sums if places is None else sums[places]
        return scores

    def _summed(self, parts: Sequence[Part], count: int) -> Array:
        """Add up the weights of the cells of each row, ``(count, k)``."""
        rows = np.concatenate([part.rows for part in parts])
        weights = np.concatenate([part.weights for part in parts])
        places = np.take(self._place, np.concatenate([part.columns for part in parts]))
        used = np.flatnonzero(places < self._unused)
        used = used[np.argsort(rows[used], kind="stable")]
        sizes = np.bincount(rows[used], minlength=count)
        starts = np.cumsum(sizes) - sizes
        # The first cell of every row, then the second of those that have one: blocks are added, longest rows first.
        order = np.argsort(-sizes, kind="stable")
        starts, counts = starts[order], np.searchsorted(-sizes[order], -np.arange(sizes.max(initial=0))).tolist()
        sums = np.zeros((len(sizes), len(self.classes)), np.float32)
        if not counts:
            return sums
        at = used[np.concatenate([starts[:size] + step for step, size in enumerate(counts)])]
        products = np.take(self._sparse, places[at], axis=0)
        products *= weights[at, None]
        done = 0
        for size in counts:
            sums[:size] += products[done : done + size]
            done += size
        ordered = np.empty_like(sums)
        ordered[order] = sums
        return ordered

    def _trees(self, dense: Array) -> Array:
        """Find the leaf of every tree at once: going right at a node strikes out the leaves to its left."""
        right = -(dense.T[self._columns] > self._thresholds).astype(np.uint16)
        left = ~right
        alive = np.full((self._masks.shape[1], len(dense)), 0xFFFF, np.uint16)
        for pair, mask in zip(self._pair, self._masks, strict=True):
            alive &= left[pair] | mask
        leaf = self._lowest[alive & -alive] + self._offsets
        values = self._leaves[leaf].reshape(-1, LEVELS, len(dense)).sum(axis=0)
        return np.asarray(values.T + self.tables.tree_base)
