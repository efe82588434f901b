"""Pages to a document: running lines out, tables stitched, blocks in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.readers.pdf.cuts import Wording
from indicators.readers.pdf.marks import running_lines
from indicators.readers.pdf.parts import PageLayout, TablePart, TextLine
from indicators.readers.pdf.regions import Block, with_regions
from indicators.readers.pdf.stitch import Grown
from indicators.records import Location, Mark, Picture

__all__ = ["assemble"]

#: Part of the page above the bottom margin, where no page of the document reaches further.
_BODY = 0.84


@dataclass(frozen=True, slots=True)
class _Body:
    """A page without its running lines; ``items`` from top to bottom."""

    page: PageLayout
    items: list[TablePart | TextLine]


def assemble(pages: list[PageLayout], recognised: list[Picture]) -> tuple[tuple[Block, ...], list[Mark]]:
    """Return the blocks of a document in reading order, and its running headers and footers.

    Parameters
    ----------
    pages
        Layouts of all pages read.
    recognised
        What pictures show, to be placed by page and height.
    """
    running = running_lines(pages)
    marks = [
        Mark(text=line.text, kind=running[id(line)], at=Location(page=page.number, bbox=page.shown(line.box)))
        for page in pages
        for line in page.lines
        if id(line) in running
    ]
    bodies = [_Body(page, _ordered(page, running)) for page in pages]
    limit = _limits(bodies)
    flow: list[Grown | tuple[TextLine, PageLayout]] = []
    before: _Body | None = None
    wording: Wording | None = None
    for body in bodies:
        items = body.items
        part = _lead(body)
        table = _open_table(flow)
        if before is not None and part is not None and table is not None and _adjoin(before, body):
            skip = table.continued(part, limit[_size(before.page)] - table.parts[-1].box[3])
            if skip is not None:
                wording = wording or _wording(pages)
                table.add(_placed(part, body.page), skip, wording)
                items = items[items.index(part) + 1 :]
        flow += [
            Grown.of(_placed(item, body.page)) if isinstance(item, TablePart) else (item, body.page) for item in items
        ]
        before = body if body.items else before
    return _merged(with_regions(flow), recognised), marks


def _wording(pages: list[PageLayout]) -> Wording:
    """Collect the texts of all cells but those at the top and the bottom of pages, which may be halves."""
    texts: list[str] = []
    for page in pages:
        parts = sorted(page.tables, key=lambda part: part.box[1])
        for part in parts:
            top, bottom = part is parts[0], part is parts[-1]
            texts += [
                text
                for (row, _, stop, _), text in zip(part.cells.tolist(), part.texts, strict=True)
                if (row > 0 or not top) and (stop < len(part.ys) - 1 or not bottom)
            ]
    return Wording.of(texts)


def _merged(printed: list[Block], recognised: list[Picture]) -> tuple[Block, ...]:
    """Place pictures among the printed blocks by page and height."""
    blocks: list[Block] = []
    waiting = sorted(recognised, key=_place)
    for block in printed:
        while waiting and _place(waiting[0]) < _place(block):
            blocks.append(waiting.pop(0))
        blocks.append(block)
    return (*blocks, *waiting)


def _place(block: Block) -> tuple[int, float]:
    return block.at.page or 0, block.at.bbox[1] if block.at.bbox else 0.0


def _ordered(page: PageLayout, running: dict[int, str]) -> list[TablePart | TextLine]:
    items: list[TablePart | TextLine] = [line for line in page.lines if id(line) not in running]
    items += page.tables
    items.sort(key=lambda item: (item.box[1], item.box[0]))
    return items


def _size(page: PageLayout) -> tuple[int, int]:
    return round(page.width), round(page.height)


def _limits(bodies: list[_Body]) -> dict[tuple[int, int], float]:
    """Return how far down the text of the document reaches, by page size."""
    limits: dict[tuple[int, int], float] = {}
    for body in bodies:
        key = _size(body.page)
        lowest = max((item.box[3] for item in body.items), default=0.0)
        limits[key] = max(limits.get(key, _BODY * body.page.height), lowest)
    return limits


def _adjoin(before: _Body, body: _Body) -> bool:
    return body.page.number == before.page.number + 1


def _lead(body: _Body) -> TablePart | None:
    """Return the table a page begins with; a caption 续表 above it does not count."""
    lead = body.items[:2]
    if lead and isinstance(lead[0], TextLine) and "续" in lead[0].text and len(lead[0].text) < 40:
        lead = lead[1:]
    return lead[0] if lead and isinstance(lead[0], TablePart) else None


def _open_table(flow: list[Grown | tuple[TextLine, PageLayout]]) -> Grown | None:
    """Return the table the last page ends with; a line beside it, such as a word on the margin, does not end it."""
    for item in reversed(flow):
        if isinstance(item, Grown):
            return item
        line, page = item
        if not any(table.box[1] <= line.box[1] and line.box[3] <= table.box[3] for table in page.tables):
            return None
    return None


def _placed(part: TablePart, page: PageLayout) -> TablePart:
    return part.shown(-page.turn, page.width, page.height)
