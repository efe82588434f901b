"""The classifier: rows in, levels with calibrated probabilities and reasons out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from indicators.classify.features import Encoder, Row
from indicators.classify.lexicon import pack_lexicon
from indicators.classify.marks import Marker
from indicators.classify.pack import REASON_WORDS, WORDS, load_tables
from indicators.classify.reasons import Explainer, read_reasons
from indicators.classify.scorers import LEVELS, PlainScorer, Scorer, SklearnScorer
from indicators.classify.segment import Vocabulary
from indicators.packs import models_dir
from indicators.records import Specificity

__all__ = ["Classifier", "Engine", "load_classifier"]

Engine = Literal["plain", "sklearn"]
"""What scores: the tables of the pack with numpy, or spaCy and the scikit-learn models they were made of."""
_BATCH = 1_024
Array = NDArray[Any]


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
        words = self.explainer.explain(rows, marks, reasons, levels)
        judged = []
        for level, score, p, why in zip(levels.tolist(), scores.tolist(), probabilities.tolist(), words, strict=True):
            item = Specificity(level=level, score=score, probabilities=(p[0], p[1], p[2], p[3]), reasons=why)
            judged.append(replace(item, reasons=(*why, "把握不大，宜由人判断")) if item.doubtful else item)
        return judged


def _void(probabilities: Array) -> Array:
    return np.asarray([0.97, 0.01, 0.01, 0.01]) if probabilities[0] < 0.97 else probabilities


def _assemble(folder: Path, engine: Engine) -> Classifier:
    scorer: Scorer
    if engine == "sklearn":
        from indicators.classify.fitting import build_encoder
        from indicators.classify.persist import load_parts

        parts, manifest = load_parts(folder)
        encoder, scorer, lexicon = build_encoder(folder), SklearnScorer(parts), pack_lexicon(folder / WORDS)
    else:
        tables, manifest = load_tables(folder)
        lexicon = tables.lexicon()
        encoder = Encoder(Marker(Vocabulary(tables.words.tobytes().decode(), tables.counts, lexicon.masks)))
        scorer = PlainScorer(tables)
    explainer = Explainer(read_reasons(folder / REASON_WORDS), scorer.classes, lexicon)
    return Classifier(encoder, scorer, explainer, str(manifest.get("version", "")))


@lru_cache(maxsize=4)
def _loaded(folder: Path, engine: Engine) -> Classifier:
    return _assemble(folder, engine)


def load_classifier(path: Path | None = None, *, engine: Engine = "plain") -> Classifier:
    """Load a model pack, once a process.

    Parameters
    ----------
    path
        Folder of the pack; ``None`` for the one that ships with the package.
    engine
        ``plain`` reads the tables; ``sklearn`` the trained models, and judges the same at greater cost.

    Raises
    ------
    PackError
        If the pack is incomplete, changed, or holds unexpected types.
    """
    return _loaded((path or models_dir() / "specificity").resolve(), engine)
