"""Samples as HTML, also the source of PDFs printed by a browser."""

from __future__ import annotations

from html import escape

from tests.samples.page import Break, Grid, Sample, Text

_STYLE = """
@page { size: A4 %(orientation)s; margin: 16mm 14mm; }
body { font-family: "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif; font-size: 9pt; }
h1 { font-size: 15pt; text-align: center; margin: 6pt 0; }
p.subtitle { text-align: center; margin: 3pt 0; } p.right { text-align: right; margin: 3pt 0; }
table { border-collapse: collapse; width: 100%%; table-layout: fixed; }
td, th { border: 0.6pt solid #000; padding: 2pt 3pt; font-weight: normal; text-align: left; word-break: break-all; }
.new { break-before: page; }
"""


def render_html(sample: Sample, *, landscape: bool = False) -> bytes:
    """Return a page with one table a grid, merged cells by rowspan and colspan."""
    style = _STYLE % {"orientation": "landscape" if landscape else "portrait"}
    parts = [f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(sample.name)}</title>']
    parts.append(f"<style>{style}</style></head>\n<body>")
    new = ""
    for item in sample.items:
        if isinstance(item, Break):
            new = ' class="new"'
        elif isinstance(item, Grid):
            parts.append(_table(item))
        else:
            parts.append(_text(item, new))
            new = ""
    parts.append("</body></html>\n")
    return "\n".join(parts).encode()


def _text(item: Text, new: str) -> str:
    if item.kind == "title":
        return f"<h1{new}>{escape(item.text)}</h1>"
    if item.kind == "heading":
        return f"<h2{new}>{escape(item.text)}</h2>"
    return f'<p class="{item.kind}">{escape(item.text)}</p>'


def _table(grid: Grid) -> str:
    columns = "".join(f'<col style="width:{share * 100:.1f}%">' for share in grid.widths)
    rows = [_row(cells, "th" if number < grid.repeat else "td") for number, cells in enumerate(grid.matrix())]
    head = f"<thead>{''.join(rows[: grid.repeat])}</thead>" if grid.repeat else ""
    body = "\n".join(rows[grid.repeat :])
    return f"<table><colgroup>{columns}</colgroup>{head}<tbody>\n{body}\n</tbody></table>"


def _row(cells: list, tag: str) -> str:  # type: ignore[type-arg]
    parts: list[str] = []
    for cell in cells:
        if cell is None:
            continue
        spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
        spans += f' colspan="{cell.column_span}"' if cell.column_span > 1 else ""
        text = escape(cell.text).replace("\n", "<br>")
        parts.append(f"<{tag}{spans}>{f'<b>{text}</b>' if cell.bold else text}</{tag}>")
    return f"<tr>{''.join(parts)}</tr>"
