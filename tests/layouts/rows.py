"""Rows over the whole width of a grid."""

from __future__ import annotations

from collections.abc import Sequence

from tests.samples.page import Builder


def spread(columns: int, weights: Sequence[float]) -> list[int]:
    """Return column spans in proportion to ``weights`` that add up to ``columns``, each at least 1."""
    spans = [1] * len(weights)
    for _ in range(columns - len(weights)):
        spans[max(range(len(weights)), key=lambda n: weights[n] / spans[n])] += 1
    return spans


def wide_row(grid: Builder, *cells: tuple[str, float]) -> None:
    """Add a row of ``(text, weight)`` cells over the whole width; more cells than columns make several rows."""
    if len(cells) > len(grid.widths):
        size = max(len(grid.widths) // 2 * 2, 1)
        for start in range(0, len(cells), size):
            wide_row(grid, *cells[start : start + size])
        return
    spans = spread(len(grid.widths), [weight for _, weight in cells])
    grid.row(*((text, span) for (text, _), span in zip(cells, spans, strict=True)))
