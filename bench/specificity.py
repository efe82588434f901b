"""Measure the specificity classifier: start-up, throughput, ablation, and its worst errors.

Run from the root of a checkout: ``python -m bench.specificity [startup|throughput|ablation|errors|all]``.
Every figure of ``ablation`` and ``errors`` is out of fold: no sector is in training and test.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.corpus import REASONS, Labelled, read_corpus
from indicators.classify.evaluate import FOLDS, out_of_fold, read_splits, worst_errors
from indicators.classify.features import DENSE, Encoder
from indicators.classify.figures import summary
from indicators.classify.fitting import PARAMETERS, build_encoder, fit_thresholds
from indicators.classify.model import Engine, load_classifier
from indicators.classify.scorers import calibrated, threshold_arrays
from indicators.quantities import find_quantities, parse_quantity

ROOT = Path(__file__).resolve().parent.parent
PACK = ROOT / "models" / "specificity"
BATCH = 10_000


def startup() -> None:
    """Print the CPU seconds, start to end, of a check with and without the model, and of both engines on five rows."""
    sample = str(ROOT / "corpus" / "samples" / "云溪县水利局2025年部门预算.pdf")
    rows = "load_classifier(engine='{}').score([('数量指标', '培训人数', '≥200人')] * 5)"
    code = "from indicators.classify import load_classifier; " + rows
    runs = {
        "检查样例，带模型": ["-m", "indicators", "check", "--exit-zero", sample],
        "检查样例，不带模型": ["-m", "indicators", "check", "--exit-zero", "--no-classifier", sample],
        "判五条，plain": ["-c", code.format("plain")],
        "判五条，sklearn": ["-c", code.format("sklearn")],
    }
    for label, arguments in runs.items():
        spent = []
        for _ in range(3):
            before = os.times()
            subprocess.run([sys.executable, *arguments], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
            after = os.times()
            spent.append(after.children_user + after.children_system - before.children_user - before.children_system)
        print(f"{label}：{min(spent):.2f} 秒 CPU（三次中最少）")


def throughput() -> None:
    """Print rows a second on one core: texts never seen, seen before, and repeated as in real budgets; both engines."""
    rows = [row.row for row in read_corpus(ROOT / "corpus" / "labels")]
    distinct = list(dict.fromkeys(rows))
    named = [(a, f"{b}{n // len(distinct) or ''}", c) for n, (a, b, c) in enumerate((distinct * 2)[:BATCH])]
    repeated = (distinct[:400] * (BATCH // 400 + 1))[:BATCH]
    speeds: dict[str, float] = {}
    engines: tuple[Engine, Engine] = ("plain", "sklearn")
    for engine in engines:
        start = time.process_time()
        classifier = load_classifier(engine=engine)
        classifier.score(rows[:50])
        print(f"{engine}：载入 {time.process_time() - start:.2f} 秒 CPU（含导入库）")
        for label, batch in (("全新文本", named), ("见过的文本", named), ("重复的指标", repeated)):
            if label != "见过的文本":
                for cached in (find_quantities, parse_quantity):
                    cached.cache_clear()
            start = time.process_time()
            classifier.score(batch)
            spent = time.process_time() - start
            speeds[engine + label] = len(batch) / spent
            print(f"  {label}：{len(batch)} 条，每核每秒 {len(batch) / spent:,.0f} 条")
    print(f"全新文本 plain 比 sklearn：{speeds['plain全新文本'] / speeds['sklearn全新文本']:.1f} 倍")


def _digit_rule(rows: Sequence[Labelled]) -> list[int]:
    """The rule to beat: a digit makes it 3, nothing makes it 0, all else is 1."""
    return [3 if any(c.isdigit() for c in row.value) else 1 if row.value else 0 for row in rows]


def _linear_only(
    encoder: Encoder, rows: Sequence[Labelled], fold_of: NDArray[Any], pick: Callable[[Any, Any], Any]
) -> Any:
    """Return out-of-fold levels of the linear model on part of the columns."""
    from sklearn.linear_model import LogisticRegression

    dense, sparse, _ = encoder.encode([row.row for row in rows])
    columns = pick(dense, sparse.csr()).tocsr()
    reasons = np.asarray([row.reason for row in rows])
    scored = np.zeros(len(rows), dtype=int)
    for fold in range(FOLDS):
        test = fold_of == fold
        model = LogisticRegression(**PARAMETERS["linear"]).fit(columns[~test], reasons[~test])
        found = model.predict_proba(columns[test])
        levels = np.zeros((found.shape[0], 4))
        for column, reason in enumerate(model.classes_):
            levels[:, REASONS[reason]] += found[:, column]
        scored[test] = levels.argmax(axis=1)
    return scored


def ablation(rows: list[Labelled], encoder: Encoder, folds: dict[str, int], scored: NDArray[Any]) -> None:
    """Print macro-F1 and weighted kappa of the digit rule, n-grams, features, both, and the whole model."""
    from scipy.sparse import csr_matrix, hstack

    written = [row for row in rows if not row.real]
    fold_of = np.asarray([folds[row.sector] for row in written])
    labels = [row.level for row in written]
    grams_from = 1 << 14
    results = {
        "有数字即量化": _digit_rule(written),
        "仅字词 n-gram": _linear_only(encoder, written, fold_of, lambda dense, sparse: sparse[:, grams_from:]),
        "仅特征": _linear_only(
            encoder, written, fold_of, lambda dense, sparse: hstack([csr_matrix(dense), sparse[:, :grams_from]])
        ),
        "特征与 n-gram（线性）": _linear_only(
            encoder, written, fold_of, lambda dense, sparse: hstack([csr_matrix(dense), sparse])
        ),
        "全模型（派生样本、提升树、有序校准）": scored,
    }
    for name, levels in results.items():
        found = summary(labels, list(map(int, levels)))
        print(f"{name}: macro-F1 {found['macro_f1']:.4f}  QWK {found['qwk']:.4f}  准确率 {found['accuracy']:.4f}")


def errors(rows: list[Labelled], probabilities: NDArray[Any]) -> None:
    """Print the errors furthest from the label, as the model card has them."""
    for item in worst_errors([row for row in rows if not row.real], probabilities):
        print(item)


def main(what: str = "all") -> None:
    """Run one part or all."""
    if what in {"startup", "all"}:
        startup()
    if what in {"throughput", "all"}:
        throughput()
    if what in {"ablation", "errors", "all"}:
        rows = read_corpus(ROOT / "corpus" / "labels")
        encoder = build_encoder(PACK)
        folds = read_splits(ROOT / "corpus" / "splits", rows)
        evidence, fold_of, levels = out_of_fold(encoder, rows, folds)
        probabilities = np.zeros((len(levels), 4))
        for fold in range(FOLDS):
            test = fold_of == fold
            probabilities[test] = calibrated(
                *threshold_arrays(fit_thresholds(evidence[~test], levels[~test])), evidence[test]
            )
        if what in {"ablation", "all"}:
            print(f"特征 {len(DENSE)} 列")
            ablation(rows, encoder, folds, probabilities.argmax(axis=1))
        if what in {"errors", "all"}:
            errors(rows, probabilities)


if __name__ == "__main__":
    main(*sys.argv[1:2])
