"""Train the classifier: one deterministic command from corpus/ to the model pack."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from indicators.classify.card import write_card
from indicators.classify.corpus import Labelled, corpus_digest, read_corpus
from indicators.classify.derive import derive
from indicators.classify.evaluate import evaluate_rows, read_splits
from indicators.classify.features import Encoder
from indicators.classify.fitting import PARAMETERS, build_encoder, fit_base, fit_thresholds
from indicators.classify.lexicon import pack_lexicon
from indicators.classify.pack import WORDS
from indicators.classify.persist import save_parts

__all__ = ["features_digest", "train"]

_LIBRARIES = ("jieba", "numpy", "scikit-learn", "scipy", "skops", "spacy")
_PROBES = 400


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
