"""``python -m tests.samples OUTDIR``: write every sample document with its ground truth.

For each layout a folder with one document a format and variant, and ``<document>.jsonl`` beside it holding one
ground-truth form a line.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.samples.forms import Project, projects, truncated
from tests.samples.layouts import LAYOUTS
from tests.samples.page import Sample
from tests.samples.render_docx import render_docx
from tests.samples.render_html import render_html
from tests.samples.render_pdf import Look, chromium, print_pdf, render_pdf
from tests.samples.render_text import render_text
from tests.samples.render_xlsx import render_xlsx

Renderer = Callable[[Sample], bytes]


def renderers(*, with_chromium: bool) -> dict[str, Renderer]:
    """Return the renderers by file name ending."""
    found: dict[str, Renderer] = {
        ".pdf": render_pdf,
        "-flow-watermark.pdf": lambda s: render_pdf(
            s, Look(flow=True, cut_rows=True, watermark="内部资料", rules="rects")
        ),
        "-landscape-dashed.pdf": lambda s: render_pdf(s, Look(landscape=True, rules="dashed", header="云溪县部门预算")),
        "-borderless.pdf": lambda s: render_pdf(s, Look(rules="none")),
        ".docx": lambda s: render_docx(s, watermark="内部资料"),
        ".xlsx": render_xlsx,
        "-stacked.xlsx": lambda s: render_xlsx(s, mode="stacked"),
        "-tight.xlsx": lambda s: render_xlsx(s, mode="tight"),
        ".html": render_html,
        ".txt": render_text,
    }
    if with_chromium:
        found["-chromium.pdf"] = print_pdf
    return found


def samples(chosen: Sequence[Project]) -> Iterator[Sample]:
    """Yield a sample of each layout, and truncated annual sides for the two-sided one."""
    for name, make in LAYOUTS.items():
        yield make(name, chosen)
    yield LAYOUTS["1-two-sided-yuan"]("1-two-sided-truncated", [truncated(project, 6) for project in chosen])


def write_truth(path: Path, truth: Sequence[dict[str, Any]]) -> None:
    """Write one ground-truth form a line."""
    lines = (json.dumps({"form": n, **record}, ensure_ascii=False) for n, record in enumerate(truth))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_samples(folder: Path, chosen: Sequence[Project], *, with_chromium: bool) -> int:
    """Write all samples and return their number."""
    count = 0
    for sample in samples(chosen):
        target = folder / sample.name
        target.mkdir(parents=True, exist_ok=True)
        for ending, render in renderers(with_chromium=with_chromium).items():
            path = target / f"{sample.name}{ending}"
            path.write_bytes(render(replace(sample, name=path.stem)))
            write_truth(path.with_name(path.name + ".jsonl"), sample.truth)
            count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.samples", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=8, help="projects a document (all: 0)")
    parser.add_argument("--no-chromium", action="store_true")
    options = parser.parse_args()
    everything = projects()
    step = max(1, len(everything) // options.count) if options.count else 1
    chosen = everything[::step][: options.count or None]
    found = write_samples(options.folder, chosen, with_chromium=not options.no_chromium and chromium() is not None)
    print(f"{found} documents in {options.folder}")


if __name__ == "__main__":
    main()
