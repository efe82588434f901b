"""The ranking by hand and what the score makes of it; the published documents are not here, the samples are."""

from __future__ import annotations

import pytest

from bench.grades import compare, ranks, read_rankings, spearman
from indicators.pipeline import Checker, Options


def test_ranks_share_ties() -> None:
    assert ranks([3.0, 1.0, 3.0, 2.0]) == [3.5, 1.0, 3.5, 2.0]


def test_spearman() -> None:
    assert spearman([1, 2, 3, 4], [10, 20, 30, 40]) == pytest.approx(1)
    assert spearman([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    # By hand: ranks 1 2 3 4 5 against 2 1 4 3 5, differences squared add up to 4: 1 - 6*4/(5*24).
    assert spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) == pytest.approx(0.8)
    assert spearman([1, 1, 1], [1, 2, 3]) == 0


def test_the_table_of_readings_holds_together() -> None:
    rankings = read_rankings()
    assert len(rankings) == 60
    assert len({(item.document, item.form) for item in rankings}) == 60
    split = {}
    for item in rankings:
        # A document is wholly in one half.
        assert split.setdefault(item.document, item.split) == item.split
        bounds = (("优", 90), ("良", 80), ("中", 60), ("差", 0))
        assert item.grade == next(grade for grade, least in bounds if item.mean >= least)
    assert set(split.values()) == {"fit", "check"}


def test_samples_are_ordered_as_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """All samples are good forms but for a few: the score must keep those few apart."""
    rankings = [item for item in read_rankings() if not item.document.isascii()]
    assert len(rankings) == 18
    compare(rankings, (), Checker(options=Options(classifier=False, ocr=False)))
    shown = capsys.readouterr().out
    assert "forms ranked 18, with a score 18" in shown
    fit = float(shown.split("fit")[1].split("Spearman ")[1].split(";")[0])
    assert fit > 0.6
