"""Training: deterministic, ordinal, written and read back the same; derived rows follow the guideline."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indicators.classify.card import CARD, write_card
from indicators.classify.corpus import REASONS, read_corpus
from indicators.classify.derive import derive
from indicators.classify.evaluate import read_splits, worst_errors, write_splits
from indicators.classify.fitting import build_encoder, fit_base, fit_thresholds
from indicators.classify.lexicon import pack_lexicon
from indicators.classify.pack import MANIFEST, REASON_WORDS, WORDS, load_tables
from indicators.classify.persist import load_parts, save_parts
from indicators.classify.scorers import PlainScorer, SklearnScorer, calibrated, cumulative_log_odds
from indicators.errors import PackError
from indicators.packs import models_dir

ROOT = Path(__file__).resolve().parents[2]
PACK = models_dir() / "specificity"


@pytest.fixture(scope="module")
def rows():
    if not (ROOT / "corpus" / "labels").is_dir():
        pytest.skip("the corpus does not ship with the package")
    return read_corpus(ROOT / "corpus" / "labels")[::25]


@pytest.fixture(scope="module")
def encoder():
    return build_encoder(PACK)


def test_training_is_deterministic_and_survives_the_file(rows, encoder, tmp_path):
    first, second = fit_base(encoder, rows), fit_base(encoder, rows)
    dense, sparse, _ = encoder.encode([row.row for row in rows])
    evidence, reasons = SklearnScorer(first).evidence(dense, sparse)
    again, _ = SklearnScorer(second).evidence(dense, sparse)
    assert (evidence == again).all()
    assert reasons.sum(axis=1) == pytest.approx(1, abs=1e-4)
    levels = np.asarray([row.level for row in rows])
    parts = replace(first, thresholds=fit_thresholds(evidence, levels))
    for name in (WORDS, REASON_WORDS):
        shutil.copy(PACK / name, tmp_path / name)
    frequencies = encoder.marker.nlp.tokenizer.jieba.FREQ
    save_parts(tmp_path, parts, frequencies, pack_lexicon(PACK / WORDS), {"version": "test"})
    loaded, manifest = load_parts(tmp_path)
    assert manifest["version"] == "test"
    before = SklearnScorer(parts).probabilities(dense, sparse)[0]
    after = SklearnScorer(loaded).probabilities(dense, sparse)[0]
    assert np.allclose(before, after)
    tables, _ = load_tables(tmp_path)
    assert np.abs(PlainScorer(tables).probabilities(dense, sparse)[0] - before).max() < 1e-6
    assert (before.argmax(axis=1) == levels).mean() > 0.9
    assert len(worst_errors(rows, before)) <= 20


def test_probabilities_are_ordinal():
    # The second threshold is fitted above the first: a level above 1 must not be likelier than one above 0.
    found = calibrated(np.ones((3, 3)), np.asarray([0.0, 2.0, -3.0]), np.zeros((4, 3)))
    assert found.shape == (4, 4)
    assert (found >= 0).all()
    assert found.sum(axis=1) == pytest.approx(1)
    assert found[0][1] == 0


def test_log_odds_are_bounded():
    odds = cumulative_log_odds(np.asarray([[1.0, 0, 0, 0], [0, 0, 0, 1.0], [0.25, 0.25, 0.25, 0.25]]))
    assert np.isfinite(odds).all()
    assert (odds[0] < -5).all()
    assert (odds[1] > 5).all()
    assert odds[2].tolist() == pytest.approx([np.log(3), 0, -np.log(3)])


def test_derived_rows_follow_the_guideline(rows, encoder):
    made = derive(rows, encoder.marks, seed=3)
    assert made == derive(rows, encoder.marks, seed=3)
    assert len(made) > len(rows) / 2
    printed = {row.row for row in rows}
    assert not printed & {row.row for row in made}
    assert all(REASONS[row.reason] == row.level for row in made)
    assert {"mismatch", "pseudo", "category-name", "garbled"} <= {row.reason for row in made}


def test_splits_keep_what_is_assigned(rows, tmp_path):
    write_splits(tmp_path, rows)
    before = read_splits(tmp_path, rows)
    more = [*rows, *(replace(row, sector="新行业") for row in rows[:30] if not row.real)]
    with pytest.raises(PackError, match="新行业"):
        read_splits(tmp_path, more)
    write_splits(tmp_path, more)
    after = read_splits(tmp_path, more)
    assert {key: after[key] for key in before} == before
    with pytest.raises(PackError, match="语料划分"):
        read_splits(tmp_path / "none", rows)


def test_the_card_is_that_of_the_manifest(tmp_path):
    if not (ROOT / "corpus").is_dir():
        pytest.skip("the corpus does not ship with the package")
    manifest = json.loads((PACK / MANIFEST).read_text(encoding="utf-8"))
    shutil.copy(PACK / "card.template.md", tmp_path)
    write_card(ROOT / "corpus", tmp_path, manifest)
    assert (tmp_path / CARD).read_text(encoding="utf-8") == (PACK / CARD).read_text(encoding="utf-8")
    (tmp_path / "card.template.md").write_text("{nothing}", encoding="utf-8")
    with pytest.raises(PackError, match="模板"):
        write_card(ROOT / "corpus", tmp_path, manifest)


def test_several_processes_measure_the_same():
    """In a process of its own: what was forked must not have begun threads of OpenMP before."""
    if not (ROOT / "corpus" / "labels").is_dir():
        pytest.skip("the corpus does not ship with the package")
    code = (
        "from pathlib import Path; import numpy as np;"
        "from indicators.classify import evaluate; evaluate.FOLDS = 2;"
        "from indicators.classify.corpus import read_corpus;"
        "from indicators.classify.evaluate import out_of_fold, read_splits;"
        "from indicators.classify.fitting import build_encoder;"
        "from indicators.packs import models_dir;"
        "rows = read_corpus(Path('corpus/labels'))[::60];"
        "folds = read_splits(Path('corpus/splits'), rows);"
        "encoder = build_encoder(models_dir() / 'specificity');"
        "first, second = (out_of_fold(encoder, rows, folds, jobs=jobs) for jobs in (2, 1));"
        "print(all((one == two).all() for one, two in zip(first, second)), np.abs(first[0]).sum() > 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.stdout.split() == ["True", "True"], run.stderr
