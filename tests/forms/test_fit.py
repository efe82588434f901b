"""Rows split out of text are fitted to columns sooner, and no differently, where dear ways are left out."""

from pathlib import Path

import pytest

from indicators.forms import body, find_forms
from indicators.readers import read

KINDS = sorted((Path(__file__).parent.parent / "kinds").glob("*.txt"))


@pytest.mark.parametrize("bounds", [(float("inf"),), (0.5, 1.0, 2.0, float("inf"))])
def test_ways_left_out_for_their_cost_change_no_row(bounds: tuple[float, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [find_forms(read(path)) for path in KINDS]
    monkeypatch.setattr(body, "_USUAL_ROWS", bounds)
    assert [find_forms(read(path)) for path in KINDS] == expected


def test_what_costs_as_much_as_the_bound_is_followed_further(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []
    cheapest = body.Body._cheapest

    def counted(
        self: body.Body, begin: int, printed: list[int], way: body._Way, most: float
    ) -> tuple[float, list[int]]:
        asked.append(most)
        return cheapest(self, begin, printed, way, most)

    monkeypatch.setattr(body.Body, "_cheapest", counted)
    for path in KINDS:
        find_forms(read(path))
    assert set(asked) == set(body._USUAL_ROWS), "some rows of these documents are dearer than others"
