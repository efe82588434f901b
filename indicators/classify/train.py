"""Train the classifier: one deterministic command from corpus/ to the model pack."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.component import PipelineMarker
from indicators.classify.corpus import Labelled, corpus_digest, read_corpus
from indicators.classify.derive import derive
from indicators.classify.features import Encoder
from indicators.classify.lexicon import pack_lexicon
from indicators.classify.pack import WORDS
from indicators.classify.persist import Parts, save_parts
from indicators.classify.tokens import build_pipeline

__all__ = ["PARAMETERS", "build_encoder", "features_digest", "fit_base", "fit_thresholds", "train"]

PARAMETERS: dict[str, Any] = {
    "linear": {"C": 1.0, "max_iter": 300, "tol": 1e-4},
    "trees": {
        "max_iter": 30,
        "learning_rate": 0.3,
        "max_leaf_nodes": 16,
        "min_samples_leaf": 8,
        "l2_regularization": 1.0,
        "max_features": 0.2,
        "early_stopping": False,
        "random_state": 0,
    },
    "thresholds": {"C": 1.0, "max_iter": 1000},
    "least_rows_linear": 2,
    "least_rows_trees": 5,
    "derived_weight": 0.15,
    "real_weight": 2.0,
    "seed": 0,
}
"""Everything that is chosen by hand; part of the manifest."""

_LIBRARIES = ("jieba", "numpy", "scikit-learn", "scipy", "skops", "spacy")
_PROBES = 400


def build_encoder(folder: Path) -> Encoder:
    """Build the encoder of a pack from its word list and the rules' heads of names."""
    return Encoder(PipelineMarker(build_pipeline(pack_lexicon(folder / WORDS))))


def _joined(encoder: Encoder, rows: Sequence[Labelled]) -> tuple[NDArray[np.float32], Any]:
    from scipy.sparse import csr_matrix, hstack

    dense, sparse, _ = encoder.encode([row.row for row in rows])
    return dense, hstack([csr_matrix(dense), sparse.csr()], format="csr")


def fit_base(encoder: Encoder, rows: Sequence[Labelled]) -> Parts:
    """Fit both models on labelled rows and on rows derived from them.

    Returns
    -------
    Parts
        Without thresholds.
    """
    from scipy.sparse import vstack
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    extra = derive(rows, encoder.marks, seed=PARAMETERS["seed"])
    dense, joined = _joined(encoder, rows)
    more_dense, more_joined = _joined(encoder, extra)
    # Published rows are few, and what the tool will meet.
    own = np.where([row.real for row in rows], PARAMETERS["real_weight"], 1.0)
    weights = np.concatenate([own, np.full(len(extra), PARAMETERS["derived_weight"])])
    reasons = np.asarray([row.reason for row in (*rows, *extra)])
    levels = np.asarray([row.level for row in (*rows, *extra)])
    seen = np.asarray((joined != 0).sum(axis=0)).ravel()
    columns = np.flatnonzero(seen >= PARAMETERS["least_rows_linear"]).astype(np.int32)
    tree_columns = np.flatnonzero((dense != 0).sum(axis=0) >= PARAMETERS["least_rows_trees"]).astype(np.int32)
    linear = LogisticRegression(**PARAMETERS["linear"])
    linear.fit(vstack([joined, more_joined], format="csr")[:, columns], reasons, sample_weight=weights)
    # Kept in single precision, so that the tables of the pack hold the same weights.
    linear.coef_ = linear.coef_.astype(np.float32).astype(np.float64)
    trees = HistGradientBoostingClassifier(**PARAMETERS["trees"])
    trees.fit(np.vstack([dense, more_dense])[:, tree_columns], levels, sample_weight=weights)
    return Parts(linear=linear, columns=columns, trees=trees, tree_columns=tree_columns)


def fit_thresholds(
    evidence: NDArray[Any], levels: NDArray[Any], weights: NDArray[Any] | None = None
) -> tuple[Any, ...]:
    """Fit the three ordinal thresholds on evidence the base models were not trained on.

    Parameters
    ----------
    evidence
        Cumulative log-odds of both models, ``(n, 6)``.
    levels
        0..3, ``(n,)``.
    weights
        Of the rows, ``(n,)``; ``None`` for 1 each.
    """
    from sklearn.linear_model import LogisticRegression

    models = []
    for cut in range(3):
        model = LogisticRegression(**PARAMETERS["thresholds"])
        models.append(model.fit(evidence, levels > cut, sample_weight=weights))
    return tuple(models)


def features_digest(encoder: Encoder, rows: Sequence[Labelled]) -> str:
    """Return a digest of what the code makes of sample rows, and of the parameters.

    Formatting, comments and renamed variables do not change it; anything that changes a feature does.

    Parameters
    ----------
    encoder
        Of the pack.
    rows
        The corpus; every n-th row is a sample.
    """
    step = max(len(rows) // _PROBES, 1)
    sample = sorted(rows, key=lambda row: (row.sector, *row.row))[::step]
    dense, block, _ = encoder.encode([row.row for row in sample])
    sparse = block.csr()
    sparse.sum_duplicates()
    digest = hashlib.sha256(json.dumps(PARAMETERS, sort_keys=True).encode())
    digest.update(np.round(dense, 4).astype("<f4").tobytes())
    digest.update(sparse.indices.astype("<i8").tobytes())
    digest.update(np.round(sparse.data, 4).astype("<f4").tobytes())
    for row in derive(sample, encoder.marks, seed=PARAMETERS["seed"]):
        digest.update("\x1f".join((*row.row, row.reason)).encode())
    return digest.hexdigest()


def train(corpus: Path, folder: Path, *, pack_version: str = "1", jobs: int = 1) -> dict[str, Any]:
    """Train the pack and measure it.

    Parameters
    ----------
    corpus
        The folder ``corpus``: ``labels/*.csv`` and ``splits/sectors.csv``.
    folder
        The pack to write, holding ``words.txt`` and ``reasons.tsv`` already.
    pack_version
        Goes into the manifest.
    jobs
        So many models are fitted at a time while measuring; the result is the same.

    Returns
    -------
    dict
        The manifest with its figures.

    Raises
    ------
    PackError
        If corpus or word list cannot be read.
    """
    from dataclasses import replace

    from indicators.classify.card import write_card
    from indicators.classify.evaluate import evaluate_rows, read_splits

    rows = read_corpus(corpus / "labels")
    encoder = build_encoder(folder)
    figures, calibration = evaluate_rows(encoder, rows, read_splits(corpus / "splits", rows), jobs=jobs)
    parts = replace(fit_base(encoder, rows), thresholds=fit_thresholds(*calibration))
    manifest = {
        "schema": "indicators.specificity",
        "version": pack_version,
        "corpus": corpus_digest(rows),
        "features": features_digest(encoder, rows),
        "parameters": PARAMETERS,
        "rows": {"written": sum(not row.real for row in rows), "real": sum(row.real for row in rows)},
        "libraries": {name: version(name) for name in _LIBRARIES},
        "python": platform.python_version(),
        "figures": figures,
    }
    frequencies = encoder.marker.nlp.tokenizer.jieba.FREQ  # type: ignore[attr-defined]
    save_parts(folder, parts, frequencies, pack_lexicon(folder / WORDS), manifest)
    write_card(corpus, folder, manifest)
    return manifest
