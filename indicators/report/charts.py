"""Charts as inline SVG: no script, no style attribute, no picture from anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from indicators.report.folding import cut

__all__ = ["Bar", "Dot", "Span", "bars", "columns", "scatter", "spans", "standing_alone"]

_WIDTH = 560
_LABEL = 190
_STEP = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of stacked parts: ``(class, number)`` pairs; ``link`` is where a click goes."""

    label: str
    parts: tuple[tuple[str, int], ...]
    link: str = ""

    @property
    def total(self) -> int:
        """Sum of the parts."""
        return sum(number for _, number in self.parts)


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the scatter chart: amount in 元 and score 0..100."""

    label: str
    amount: float
    score: float
    kind: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A value 0..100 with the interval it lies in, and a note behind it."""

    label: str
    value: float
    low: float
    high: float
    note: str = ""


def _tag(name: str, text: object = None, /, **attributes: object) -> Markup:
    pairs = " ".join(f'{key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items())
    return Markup(f"<{name} {pairs}>") + escape("" if text is None else text) + Markup(f"</{name}>")


def _svg(title: str, height: float, parts: Sequence[Markup]) -> Markup:
    head = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH, height, title)
    return head + Markup("").join(parts) + Markup("</svg>")


def _linked(content: Markup, link: str) -> Markup:
    return Markup('<a href="{}">').format(link) + content + Markup("</a>") if link else content


def bars(title: str, data: Sequence[Bar]) -> Markup:
    """Return horizontal stacked bars with label and total."""
    largest = max((bar.total for bar in data), default=0) or 1
    room = _WIDTH - _LABEL - 50
    parts = []
    for row, bar in enumerate(data):
        y = row * _STEP
        label = _tag("text", cut(bar.label, 26), x=_LABEL - 8, y=y + 17, text_anchor="end")
        drawn = [_tag("title", f"{bar.label}：{bar.total}"), label]
        x = float(_LABEL)
        for kind, number in bar.parts:
            if number:
                size = room * number / largest
                drawn.append(_tag("rect", x=f"{x:.1f}", y=y + 4, width=f"{size:.1f}", height=_STEP - 8, class_=kind))
                x += size
        drawn.append(_tag("text", bar.total, x=f"{x + 6:.1f}", y=y + 17, class_="figure"))
        parts.append(_linked(Markup("<g>") + Markup("").join(drawn) + Markup("</g>"), bar.link))
    return _svg(title, max(1, len(data)) * _STEP + 4, parts)


def columns(title: str, data: Sequence[Bar]) -> Markup:
    """Return upright columns with label and number."""
    largest = max((bar.total for bar in data), default=0) or 1
    whole = sum(bar.total for bar in data) or 1
    step = _WIDTH / max(1, len(data))
    parts = []
    for place, bar in enumerate(data):
        size = 150 * bar.total / largest
        middle = step * (place + 0.5)
        kind = bar.parts[0][0] if bar.parts else ""
        share = f"{bar.total}（{100 * bar.total / whole:.0f}%）"
        parts += [
            _tag("rect", x=f"{middle - step * 0.3:.1f}", y=f"{180 - size:.1f}", width=f"{step * 0.6:.1f}",
                 height=f"{size:.1f}", class_=kind),
            _tag("text", share, x=f"{middle:.1f}", y=f"{172 - size:.1f}", text_anchor="middle", class_="figure"),
            _tag("text", bar.label, x=f"{middle:.1f}", y=200, text_anchor="middle"),
        ]  # fmt: skip
    return _svg(title, 210, parts)


def spans(title: str, data: Sequence[Span]) -> Markup:
    """Return values 0..100 as dots on their intervals, one a line."""
    room = _WIDTH - _LABEL - 110

    def x(value: float) -> float:
        return _LABEL + room * value / 100

    bottom = max(1, len(data)) * _STEP
    parts = []
    for mark in range(0, 101, 25):
        parts.append(_tag("line", x1=f"{x(mark):.1f}", y1=0, x2=f"{x(mark):.1f}", y2=bottom, class_="grid"))
        parts.append(_tag("text", mark, x=f"{x(mark):.1f}", y=bottom + 16, text_anchor="middle"))
    for row, span in enumerate(data):
        y = row * _STEP + _STEP / 2
        note = f"{span.value:g}（{span.note}）" if span.note else f"{span.value:g}"
        drawn = [
            _tag("title", f"{span.label}：{span.value:g}，区间 {span.low:g}—{span.high:g}"),
            _tag("text", cut(span.label, 26), x=_LABEL - 8, y=y + 4, text_anchor="end"),
            _tag("line", x1=f"{x(span.low):.1f}", y1=y, x2=f"{x(span.high):.1f}", y2=y, class_="span"),
            _tag("circle", cx=f"{x(span.value):.1f}", cy=y, r=4.5, class_="good"),
            _tag("text", note, x=_LABEL + room + 8, y=y + 4, class_="figure"),
        ]
        parts.append(Markup("<g>") + Markup("").join(drawn) + Markup("</g>"))
    return _svg(title, bottom + 24, parts)


def standing_alone(chart: Markup) -> str:
    """Return a chart as an SVG file of its own."""
    style = (
        "text{font:12px 'Microsoft YaHei','Noto Sans CJK SC',sans-serif;fill:#333}.grid{stroke:#ddd}"
        ".span{stroke:#2b6ca3;stroke-width:3}.good{fill:#2b6ca3}.figure{fill:#555}"
    )
    opened = chart.replace("<svg ", Markup('<svg xmlns="http://www.w3.org/2000/svg" '), 1)
    return str(opened.replace(">", Markup(f"><style>{style}</style>"), 1)) + "\n"


def scatter(title: str, data: Sequence[Dot]) -> Markup:
    """Return scores over amounts, the amounts on a logarithmic axis from 万元 to 亿元."""
    known = [dot for dot in data if dot.amount > 0]
    logs = [math.log10(dot.amount) for dot in known]
    low = math.floor(min(logs, default=4.0))
    high = max(math.ceil(max(logs, default=7.0)), low + 1)
    floor = 10 * math.floor(min((dot.score for dot in known), default=0) / 10)
    floor = min(floor, 50)
    left, top, bottom = 40, 12, 210

    def x(value: float) -> float:
        return left + (_WIDTH - left - 20) * (value - low) / (high - low)

    def y(score: float) -> float:
        return bottom - (bottom - top) * (score - floor) / max(1, 100 - floor)

    parts = []
    for score in range(floor, 101, 10):
        line = _tag("line", x1=left, y1=f"{y(score):.1f}", x2=_WIDTH - 20, y2=f"{y(score):.1f}", class_="grid")
        parts += [line, _tag("text", score, x=left - 6, y=f"{y(score) + 4:.1f}", text_anchor="end")]
    for power in range(low, high + 1):
        parts.append(_tag("text", _money(power), x=f"{x(power):.1f}", y=bottom + 20, text_anchor="middle"))
    for dot, value in zip(known, logs):
        circle = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4.5" class="{}">').format(x(value), y(dot.score), dot.kind)
        mark = circle + _tag("title", f"{dot.label}：{dot.amount:,.0f} 元，{dot.score:.1f} 分") + Markup("</circle>")
        parts.append(_linked(mark, dot.link))
    return _svg(title, bottom + 30, parts)


def _money(power: int) -> str:
    names = {2: "百元", 3: "千元", 4: "1万元", 5: "10万元", 6: "100万元", 7: "1000万元", 8: "1亿元", 9: "10亿元"}
    return names.get(power, f"10^{power}元")
