"""Whether a page break cut a row or a merged cell in two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from indicators.records import BBox
from indicators.text import squash

__all__ = ["Pair", "Piece", "Wording", "cut_row", "joined_cells"]

_ENDINGS = tuple("。；;！!？?.")
#: Borders of cells over or beside each other differ by less, in points.
_NEAR = 4.0
#: What no cell begins with.
_CLOSING = tuple("。，、；：！？）》”’】％,;:)%")
#: Longest label, in characters.
_LABEL = 14


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
    size, pad
        Usual height of a character, and least distance of text from the side of a cell.
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
    pad: float = 0.0
    confidence: float = 1.0
    open: bool = False

    @property
    def span(self) -> int:
        """Rows covered."""
        return self.stop - self.row


#: Cells over each other across a page break.
Pair = tuple[Piece, Piece]


@dataclass(frozen=True, slots=True)
class Wording:
    """What the whole cells of a document say, to tell a cut label from a new one.

    Parameters
    ----------
    texts
        Texts that stand in several cells away from page breaks.
    endings
        Last characters of all cells there.
    """

    texts: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Wording:
        """Collect the wording of cells."""
        counts = Counter(squash(text) for text in texts if text)
        # A text met once may itself be half of a cut cell.
        common = frozenset(text for text, count in counts.items() if count > 1)
        return cls(common, frozenset(text[-1] for text in counts if text))

    def knows(self, *pieces: Piece) -> bool:
        """Return whether one of the texts is a whole cell elsewhere."""
        return any(squash(piece.text) in self.texts for piece in pieces)


def cut_row(pairs: Sequence[Pair], above: Sequence[Piece], below: Sequence[Piece], wording: Wording) -> bool:
    """Return whether the first row of a page is the rest of the last row of the page before.

    At least one cell must run on in mid-sentence, or the first cells of the rest must be empty, and no cell may speak
    against it.

    Parameters
    ----------
    pairs
        Cells that stand over each other across the break.
    above, below
        All cells that touch the break.
    wording
        Of the document.
    """
    if len(pairs) != len(above) or len(pairs) != len(below):
        return False
    if any(upper.open for upper, _ in pairs):
        return all(upper.open for upper, _ in pairs)
    proof, contrary = False, False
    for upper, lower in pairs:
        if upper.text and lower.text:
            if _is_cut_label(upper, lower, wording) or lower.text.startswith(_CLOSING):
                proof = True
                continue
            runs_on = _is_full(upper) and _meets_break(upper, lower)
            contrary = contrary or not runs_on or wording.knows(upper, lower)
            proof = proof or (runs_on and _is_sentence(upper))
        elif lower.text and upper.span == 1 and lower.span == 1:
            return False
    return (proof and not contrary) or _is_rest(pairs)


def _is_rest(pairs: Sequence[Pair]) -> bool:
    """Return whether a row goes on below the break in some cells only, those before them being finished."""
    plain = sorted(
        ((upper, lower) for upper, lower in pairs if upper.span == 1 and lower.span == 1), key=lambda pair: pair[0].x0
    )
    if any(lower.text for upper, lower in pairs if upper.span > 1 or lower.span > 1) or not plain:
        return False
    texts = [(upper, lower) for upper, lower in plain if lower.text]
    if not texts:
        # Nothing but the padding of the row was left for the next page.
        return min(lower.y1 - lower.y0 for _, lower in plain) < 1.4 * plain[0][0].size
    finished = [upper for upper, lower in plain if upper.text and not lower.text]
    if not finished or finished[0].x0 > texts[0][0].x0:
        return False
    if len(texts) == 1 and len(finished) > 1:
        upper, lower = texts[0]
        return bool(upper.text) and _meets_break(upper, lower)
    return len(plain) == len(pairs) and all(
        upper.text and _is_tall(upper) and _meets_break(upper, lower) for upper, lower in texts
    )


def _is_full(piece: Piece) -> bool:
    """Return whether the last line of a text fills its cell and the sentence is not over."""
    if piece.text.endswith(_ENDINGS):
        return False
    slack = piece.x1 - piece.x0 - (piece.tail - piece.ink[0])
    return slack <= 2 * piece.pad + piece.size


def _meets_break(upper: Piece, lower: Piece) -> bool:
    """Return whether the text stands close to the break on both sides."""
    # Above the break less than a line may be left over.
    return upper.y1 - upper.ink[3] <= 1.8 * upper.size and lower.ink[1] - lower.y0 <= 1.2 * lower.size


def _is_sentence(piece: Piece) -> bool:
    """Return whether a cell is wide enough for sentences; in a column two characters wide every line is full."""
    width = piece.x1 - piece.x0
    return width >= 8 * piece.size or (width >= 4 * piece.size and _is_tall(piece))


def _is_tall(piece: Piece) -> bool:
    """Return whether a text has more than one line."""
    return piece.ink[3] - piece.ink[1] >= 2 * piece.size


def joined_cells(
    pairs: Sequence[Pair], below: Sequence[Piece], everything: Sequence[Piece], wording: Wording
) -> list[Pair]:
    """Return the pairs that are one merged cell across a break between two rows.

    Parameters
    ----------
    pairs
        Cells that stand over each other across the break.
    below
        All cells that begin below the break.
    everything
        All cells of the table.
    wording
        Of the document.
    """
    partners = {id(lower): upper for upper, lower in pairs}
    # Cells that begin and end in the same rows, such as name, amount and goal of a project, go together.
    parted = {
        (upper.row, lower.stop)
        for upper, lower in pairs
        if max(upper.span, lower.span) > 1
        and upper.text
        and lower.text
        and not upper.open
        and not _goes_on(upper, lower, wording)
    }
    columns = [(piece.x0, piece.x1) for piece in everything if piece.span > 1 and piece.text]
    row = _Row(
        cells=list(below),
        partners=partners,
        merging=lambda piece: any(abs(x0 - piece.x0) < _NEAR and abs(x1 - piece.x1) < _NEAR for x0, x1 in columns),
        header=len(partners) < len(below),
    )
    result: list[Pair] = []
    fresh = 0
    for lower in sorted(below, key=lambda piece: piece.x0):
        upper = partners.get(id(lower))
        # Where a new group begins on the left, everything it spans is new as well.
        new = lower.span <= fresh or (upper is not None and (upper.row, lower.stop) in parted)
        if upper is not None and (upper.open or (not new and _same_cell(upper, lower, row, wording))):
            result.append((upper, lower))
            row.cells.remove(lower)
        elif lower.text and lower.span > 1:
            fresh = max(fresh, lower.span)
    return result


@dataclass(slots=True)
class _Row:
    """The first row below a break.

    Parameters
    ----------
    cells
        Its cells that were not joined so far.
    partners
        The cell above the break by identity of the cell below.
    merging
        Whether other cells of the same column span rows.
    header
        Whether cells of the row divide a cell above the break, as only headers do.
    """

    cells: list[Piece]
    partners: dict[int, Piece]
    merging: Callable[[Piece], bool]
    header: bool

    def leads_to_text(self, piece: Piece) -> bool:
        """Return whether text follows an empty cell on its right, with nothing but empty labels between."""
        for other in self.cells:
            if abs(other.x0 - piece.x1) < _NEAR:
                above = self.partners.get(id(other))
                label = other.span > 1 or self.merging(other) or (above is not None and not above.text)
                return bool(other.text) or (label and self.leads_to_text(other))
        # The cell on the right is no longer among the rest: it was joined, as a label that both cells stand beside.
        return any(other.text and other.x0 > piece.x0 for other in self.cells)


def _same_cell(upper: Piece, lower: Piece, row: _Row, wording: Wording) -> bool:
    spans = upper.span > 1 or lower.span > 1
    if upper.text and lower.text:
        whole = squash(upper.text) + squash(lower.text)
        cut = whole in wording.texts and _is_cut_label(upper, lower, wording)
        return cut or (spans and _goes_on(upper, lower, wording))
    if spans or not upper.text:
        return spans
    leftmost = any(other.text for other in row.cells) and all(other.x0 > lower.x0 for other in row.cells if other.text)
    return (leftmost and row.header) or ((leftmost or row.merging(lower)) and row.leads_to_text(lower))


def _goes_on(upper: Piece, lower: Piece, wording: Wording) -> bool:
    """Return whether two texts are halves of one, or the same one printed again."""
    same = squash(upper.text) == squash(lower.text) or lower.text.startswith(_CLOSING)
    sentence = _is_full(upper) and _is_sentence(upper) and not wording.knows(upper, lower)
    return same or sentence or _is_cut_label(upper, lower, wording) or _presses(upper, lower)


def _is_cut_label(upper: Piece, lower: Piece, wording: Wording) -> bool:
    """Return whether two halves make a label of the document, or only together end like one."""
    head, tail = squash(upper.text), squash(lower.text)
    if head + tail in wording.texts:
        return not (head in wording.texts and tail in wording.texts)
    if wording.knows(upper, lower) or len(head + tail) > _LABEL:
        return False
    return head[-1] not in wording.endings and tail[-1] in wording.endings


def _presses(upper: Piece, lower: Piece) -> bool:
    """Return whether the two texts press against the break from both sides."""
    above = upper.y1 - upper.ink[3] < upper.ink[1] - upper.y0 - 0.5 * upper.size
    below = lower.ink[1] - lower.y0 < lower.y1 - lower.ink[3] - 0.5 * lower.size
    return above and below and not upper.text.endswith(_ENDINGS)
