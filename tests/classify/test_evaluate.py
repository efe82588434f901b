"""Measuring: nobody is scored by a model that saw it, and the figures are those of the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indicators.classify import evaluate
from indicators.classify.corpus import Labelled, read_corpus
from indicators.classify.evaluate import BUREAU_FOLDS, FOLDS, evaluate_rows
from indicators.classify.fitting import build_encoder
from indicators.packs import models_dir

LABELS = Path(__file__).resolve().parents[2] / "corpus" / "labels"


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    if not LABELS.is_dir():
        pytest.skip("the corpus does not ship with the package")
    return read_corpus(LABELS)[::40]


def test_no_row_is_scored_by_a_model_that_saw_its_sector_or_bureau(
    rows: list[Labelled], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[list[Labelled]] = []
    real_fit = evaluate.fit_base

    def fit(encoder: Any, kept: list[Labelled]) -> Any:
        trained.append(kept)
        return real_fit(encoder, kept)

    monkeypatch.setattr(evaluate, "fit_base", fit)
    sectors = sorted({row.sector for row in rows if not row.real})
    folds = {sector: number % FOLDS for number, sector in enumerate(sectors)}
    told: list[str] = []
    figures, (evidence, levels, weights) = evaluate_rows(
        build_encoder(models_dir() / "specificity"), rows, folds, report=told.append
    )
    written, real = [row for row in rows if not row.real], [row for row in rows if row.real]
    assert told[:FOLDS] == [f"第 {number + 1}/{FOLDS} 折" for number in range(FOLDS)]
    for fold, kept in enumerate(trained[:FOLDS]):
        assert not {row.sector for row in kept if not row.real} & {name for name in folds if folds[name] == fold}
    bureaus = evaluate.bureau_folds(rows)
    for fold, kept in enumerate(trained[FOLDS : FOLDS + BUREAU_FOLDS]):
        assert not {row.bureau for row in kept if row.real} & {name for name in bureaus if bureaus[name] == fold}
    assert len(evidence) == len(levels) == len(weights) == len(written) + len(real)
    assert figures["sectors_out"]["n"] == len(written)
    assert sum(part["n"] for part in figures["by_sector"].values()) == len(written)
    assert sum(part["n"] for part in figures["by_category"].values()) == len(written)
    assert sum(part["n"] for part in figures["by_reason"].values()) == len(written)
    assert figures["bureaus_out"]["all"]["n"] == len(real)
    # A fortieth of the corpus is enough to be much better than guessing.
    assert figures["sectors_out"]["macro_f1"] > 0.6


def test_pseudo_rows_are_counted_as_found_and_as_wrongly_accused() -> None:
    def row(level: int, reason: str) -> Labelled:
        return Labelled(level2="数量指标", level3="甲", value="1", level=level, reason=reason, sector="水利")

    rows = [row(1, "pseudo"), row(1, "pseudo"), row(3, "count"), row(3, "count"), row(1, "direction")]
    figures = evaluate._of_pseudo(rows, np.asarray([1, 3, 1, 3, 1]))
    assert figures == {"n": 2, "recall": 0.5, "precision": 0.5}
    assert evaluate._of_pseudo(rows[4:], np.asarray([1])) == {"n": 0, "recall": 0.0, "precision": 0.0}


def test_right_answers_by_reason() -> None:
    levels, scored = np.asarray([3, 3, 1, 0]), np.asarray([3, 1, 1, 0])
    assert evaluate._recall(["count", "count", "direction", "empty"], levels, scored) == {
        "count": {"n": 2, "right": 0.5},
        "direction": {"n": 1, "right": 1.0},
        "empty": {"n": 1, "right": 1.0},
    }
