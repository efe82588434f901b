"""Samples as tab-separated text: merged cells leave empty places, as exports to text do."""

from __future__ import annotations

from tests.samples.page import Grid, Sample, Text


def render_text(sample: Sample) -> bytes:
    """Return UTF-8 text, one line a table row."""
    lines: list[str] = []
    for item in sample.items:
        if isinstance(item, Text):
            lines += [item.text, ""]
        elif isinstance(item, Grid):
            for cells in item.matrix():
                texts = ["" if cell is None else cell.text.replace("\n", " ") for cell in cells]
                lines.append("\t".join(texts))
            lines.append("")
    return "\n".join(lines).encode()
