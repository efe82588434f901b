"""Whether a page break cut a row or a merged cell in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.records import BBox
from indicators.text import squash

__all__ = ["Piece", "cut_row", "same_cell"]

_ENDINGS = tuple("。；;！!？?.")


@dataclass(slots=True)
class Piece:
    """A cell of a growing table.

    Parameters
    ----------
    row, stop
        First row, and row after the last.
    x0, x1
        Its sides from the left border of the table, in points.
    y0, y1
        Its upper and lower border on its page.
    ink
        Box around its text on its page; ``left`` is the left border of the table there.
    tail
        Right end of its last line.
    size
        Usual height of a character.
    open
        Whether no rule closes it at the end of its page.
    """

    row: int
    stop: int
    x0: float
    x1: float
    y0: float
    y1: float
    text: str
    page: int
    box: BBox
    ink: list[float]
    left: float
    tail: float
    size: float
    confidence: float = 1.0
    open: bool = False

    @property
    def span(self) -> int:
        """Rows covered."""
        return self.stop - self.row


def cut_row(pairs: Sequence[tuple[Piece, Piece]], above: Sequence[Piece], below: Sequence[Piece]) -> bool:
    """Return whether the first row of a page is the rest of the last row of the page before.

    At least one cell must run on in mid-sentence, and none may speak against it.

    Parameters
    ----------
    pairs
        Cells that stand over each other across the break.
    above, below
        All cells that touch the break.
    """
    if len(pairs) != len(above) or len(pairs) != len(below):
        return False
    if any(upper.open for upper, _ in pairs):
        return all(upper.open for upper, _ in pairs)
    proof = False
    for upper, lower in pairs:
        if upper.text and lower.text:
            if not _runs_on(upper, lower):
                return False
            proof = proof or _is_telling(upper)
        elif lower.text and upper.span == 1 and lower.span == 1:
            return False
    return proof


def _runs_on(upper: Piece, lower: Piece) -> bool:
    """Return whether a text fills the cell to its end and goes on at once after the break."""
    if upper.text.endswith(_ENDINGS):
        return False
    size = upper.size
    margin = max(0.0, upper.ink[0] - upper.left - upper.x0)
    full = upper.left + upper.x1 - upper.tail <= margin + 1.3 * size
    return full and upper.y1 - upper.ink[3] <= 1.2 * size and lower.ink[1] - lower.y0 <= 1.2 * size


def _is_telling(piece: Piece) -> bool:
    # In a column two characters wide every line is full.
    return piece.x1 - piece.x0 >= 5 * piece.size


def same_cell(upper: Piece, lower: Piece, row: Sequence[Piece]) -> bool:
    """Return whether two cells across a break are one merged cell.

    Parameters
    ----------
    upper, lower
        Cells with the same sides, above and below the break.
    row
        All cells that begin below the break.
    """
    if upper.open:
        return True
    spans = upper.span > 1 or lower.span > 1
    if upper.text and lower.text:
        return spans and (squash(upper.text) == squash(lower.text) or _halves(upper, lower))
    if upper.text:
        return spans or _is_label(lower, row)
    return spans


def _is_label(piece: Piece, row: Sequence[Piece]) -> bool:
    """Return whether an empty cell stands left of all text of its row: a label that was printed once."""
    return any(other.text for other in row) and all(other.x0 > piece.x0 for other in row if other.text)


def _halves(upper: Piece, lower: Piece) -> bool:
    """Return whether the two texts press against the break from both sides."""
    above = upper.y1 - upper.ink[3] < upper.ink[1] - upper.y0 - 0.5 * upper.size
    below = lower.ink[1] - lower.y0 < lower.y1 - lower.ink[3] - 0.5 * lower.size
    return above and below and not upper.text.endswith(_ENDINGS)
