"""Rows split out of text are fitted to columns sooner, and no differently, where dear ways are left out."""

from pathlib import Path

import pytest

from indicators.forms import find_forms, row_fit
from indicators.readers import read

KINDS = sorted((Path(__file__).parent.parent / "kinds").glob("*.txt"))


@pytest.mark.parametrize("bounds", [(float("inf"),), (0.5, 1.0, 2.0, float("inf"))])
def test_ways_left_out_for_their_cost_change_no_row(bounds: tuple[float, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [find_forms(read(path)) for path in KINDS]
    monkeypatch.setattr(row_fit, "_USUAL_ROWS", bounds)
    assert [find_forms(read(path)) for path in KINDS] == expected


def test_what_costs_as_much_as_the_bound_is_followed_further(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    cheapest = row_fit.RowFit._cheapest

    def counted(
        self: row_fit.RowFit, begin: int, printed: list[int], way: row_fit.Way, most: float
    ) -> tuple[float, list[int]]:
        asked.append(most)
        return cheapest(self, begin, printed, way, most)

    monkeypatch.setattr(row_fit.RowFit, "_cheapest", counted)
    for path in KINDS:
        find_forms(read(path))
    assert set(asked) > set(row_fit._USUAL_ROWS), "some rows of these documents are dearer than others"


@pytest.mark.parametrize("dear", [0.0, float("inf")])
def test_what_rows_like_it_cost_changes_no_row(dear: float, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [find_forms(read(path)) for path in KINDS]
    monkeypatch.setattr(row_fit, "_DEAR", dear)
    assert [find_forms(read(path)) for path in KINDS] == expected
