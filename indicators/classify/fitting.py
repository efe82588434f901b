"""Fit the models of the pack on labelled rows: what training and measuring share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.component import PipelineMarker
from indicators.classify.corpus import Labelled
from indicators.classify.derive import derive
from indicators.classify.features import Encoder
from indicators.classify.lexicon import pack_lexicon
from indicators.classify.pack import WORDS
from indicators.classify.persist import Parts
from indicators.classify.tokens import build_pipeline

__all__ = ["PARAMETERS", "build_encoder", "fit_base", "fit_thresholds"]

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
