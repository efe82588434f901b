"""The classifier: rows in, levels with calibrated probabilities and reasons out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.corpus import REASONS
from indicators.classify.features import DENSE, Encoder, Row
from indicators.classify.lexicon import read_lexicon
from indicators.classify.persist import REASON_WORDS, WORDS, Parts, load_parts
from indicators.classify.reasons import Explainer, read_reasons
from indicators.classify.tokens import build_pipeline
from indicators.packs import models_dir
from indicators.records import Specificity

__all__ = ["LEVELS", "Classifier", "Scorer", "load_classifier", "to_levels"]

LEVELS = 4
_BATCH = 5_000
Array = NDArray[Any]


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


def calibrated(thresholds: Sequence[Any], evidence: Array) -> Array:
    """Turn the evidence of both models into four ordinal probabilities that sum to 1."""
    above = np.stack([_sigmoid(evidence @ model.coef_[0] + model.intercept_[0]) for model in thresholds], axis=1)
    # A level above 1 is also above 0.
    above = np.minimum.accumulate(above, axis=1)
    edges = np.concatenate([np.ones((len(above), 1)), above, np.zeros((len(above), 1))], axis=1)
    probabilities: Array = np.clip(edges[:, :-1] - edges[:, 1:], 0.0, 1.0)
    result: Array = probabilities / probabilities.sum(axis=1, keepdims=True)
    return result


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


class Scorer:
    """The numeric part: blocks of features to probabilities.

    Parameters
    ----------
    parts
        A trained model.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.classes: tuple[str, ...] = tuple(map(str, parts.linear.classes_))
        width = len(DENSE)
        dense = np.asarray(parts.columns) < width
        # The weights are laid out in full once, so that no batch has to pick columns.
        self.dense_weights = np.zeros((width, len(self.classes)), dtype=np.float32)
        self.dense_weights[parts.columns[dense]] = parts.linear.coef_.T[dense]
        self._sparse_columns = np.asarray(parts.columns)[~dense] - width
        self._sparse_weights = parts.linear.coef_.T[~dense].astype(np.float32)
        self._full: Array | None = None

    def _weights(self, columns: int) -> Array:
        if self._full is None or len(self._full) != columns:
            self._full = np.zeros((columns, len(self.classes)), dtype=np.float32)
            self._full[self._sparse_columns] = self._sparse_weights
        return self._full

    def reason_probabilities(self, dense: Array, sparse: Any) -> Array:
        """Return the linear model's probability of each reason code, ``(n, len(classes))``."""
        scores = dense @ self.dense_weights + sparse @ self._weights(sparse.shape[1]) + self.parts.linear.intercept_
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: Array = scores / scores.sum(axis=1, keepdims=True)
        return result

    def evidence(self, dense: Array, sparse: Any) -> tuple[Array, Array]:
        """Return the cumulative log-odds of both models ``(n, 6)`` and the reason probabilities."""
        reasons = self.reason_probabilities(dense, sparse)
        trees = self.parts.trees.predict_proba(dense[:, self.parts.tree_columns])
        both = [cumulative_log_odds(to_levels(reasons, self.classes)), cumulative_log_odds(trees)]
        return np.hstack(both), reasons

    def probabilities(self, dense: Array, sparse: Any) -> tuple[Array, Array]:
        """Return calibrated level probabilities ``(n, 4)`` and reason probabilities."""
        evidence, reasons = self.evidence(dense, sparse)
        return calibrated(self.parts.thresholds, evidence), reasons


@lru_cache(maxsize=1)
def _pools() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def _no_collections() -> Iterator[None]:
    """Hold the cycle collector off: a batch makes many small objects and no cycles, a collection visits them all."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Classifier:
    """Says how specific an indicator is.

    Parameters
    ----------
    encoder
        Turns rows into features.
    scorer
        Turns features into probabilities.
    explainer
        Words the reasons.
    version
        Version of the model pack.
    """

    def __init__(self, encoder: Encoder, scorer: Scorer, explainer: Explainer, version: str) -> None:
        self.encoder = encoder
        self.scorer = scorer
        self.explainer = explainer
        self.version = version

    def score(self, rows: Sequence[Row]) -> list[Specificity]:
        """Score many indicators at once.

        Parameters
        ----------
        rows
            ``(level2, level3, value)`` as printed; equal rows are scored once.

        Returns
        -------
        list
            One judgement a row, in order.
        """
        distinct = list(dict.fromkeys(rows))
        judged: dict[Row, Specificity] = {}
        # A batch is a few milliseconds of arithmetic: threads wait for one another longer than they work, and on a
        # machine that has other work a hundred times as long.
        with _no_collections(), _pools().limit(limits=1):
            for start in range(0, len(distinct), _BATCH):
                batch = distinct[start : start + _BATCH]
                judged.update(zip(batch, self._score(batch), strict=True))
        return [judged[row] for row in rows]

    def _score(self, rows: Sequence[Row]) -> list[Specificity]:
        dense, sparse, marks = self.encoder.encode(rows)
        probabilities, reasons = self.scorer.probabilities(dense, sparse)
        probabilities = np.round(probabilities, 4)
        probabilities[np.arange(len(rows)), probabilities.argmax(axis=1)] += 1 - probabilities.sum(axis=1)
        probabilities = np.round(probabilities, 4)
        levels = probabilities.argmax(axis=1)
        # Nothing printed is void whatever the name promises; no model is asked.
        for index, (name, value) in enumerate(marks):
            if not name.text or not value.text:
                probabilities[index], levels[index] = _void(probabilities[index]), 0
        scores = np.round(probabilities @ np.arange(LEVELS) / (LEVELS - 1) * 100, 1)
        words = self.explainer.explain(rows, marks, dense, reasons, levels)
        return [
            Specificity(level=level, score=score, probabilities=(p[0], p[1], p[2], p[3]), reasons=why)
            for level, score, p, why in zip(
                levels.tolist(), scores.tolist(), probabilities.tolist(), words, strict=True
            )
        ]


def _void(probabilities: Array) -> Array:
    return np.asarray([0.97, 0.01, 0.01, 0.01]) if probabilities[0] < 0.97 else probabilities


def _assemble(folder: Path) -> Classifier:
    parts, manifest = load_parts(folder)
    encoder = Encoder(build_pipeline(read_lexicon(folder / WORDS)))
    scorer = Scorer(parts)
    explainer = Explainer(read_reasons(folder / REASON_WORDS), scorer.classes, scorer.dense_weights)
    return Classifier(encoder, scorer, explainer, str(manifest.get("version", "")))


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> Classifier:
    return _assemble(folder)


def load_classifier(path: Path | None = None) -> Classifier:
    """Load a model pack, once a process.

    Parameters
    ----------
    path
        Folder of the pack; ``None`` for the one that ships with the package.

    Raises
    ------
    PackError
        If the pack is incomplete, changed, or holds unexpected types.
    """
    return _loaded((path or models_dir() / "specificity").resolve())
