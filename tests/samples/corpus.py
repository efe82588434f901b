"""``python -m tests.samples.corpus``: write the committed samples of ``corpus/samples`` anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.samples.__main__ import write_truth
from tests.samples.budget import water_budget
from tests.samples.forms import Project, projects
from tests.samples.layouts import LAYOUTS
from tests.samples.page import Sample
from tests.samples.render_docx import render_docx
from tests.samples.render_html import render_html
from tests.samples.render_pdf import Look, render_pdf
from tests.samples.render_text import render_text
from tests.samples.render_xlsx import render_xlsx

FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "samples"


def of(*endings: str) -> list[Project]:
    """Return the projects of departments by the end of their names."""
    return [project for project in projects() if project.department.endswith(endings)]


def make(layout: str, name: str, chosen: list[Project]) -> Sample:
    return replace(LAYOUTS[layout](layout, chosen), name=name)


def files() -> dict[str, tuple[bytes, Sample]]:
    """Return ``{file name: (content, sample)}`` of the committed set."""
    budget = water_budget()
    rural = make("3-list", "云溪县农业农村局2025年项目绩效目标表", of("农业农村局", "林业局"))
    schools = make("1-two-sided-yuan", "云溪县教育局2025年项目绩效目标表", of("教育局"))
    many = make("3-list-words", "云溪县2025年项目绩效目标清单", of("卫生健康局", "民政局", "交通运输局"))
    works = make("2-cost-first", "云溪县住房和城乡建设局2025年项目绩效目标表", of("住房和城乡建设局", "审批服务管理局"))
    water = make("2-split-values", "云溪县生态环境分局2025年项目绩效目标表", of("生态环境分局", "文化和旅游局"))
    return {
        f"{budget.name}.pdf": (render_pdf(budget), budget),
        f"{budget.name}.txt": (render_text(budget), budget),
        f"{rural.name}.pdf": (
            render_pdf(rural, Look(rules="rects", cut_rows=True, watermark="征求意见稿", header="云溪县农业农村局")),
            rural,
        ),
        f"{schools.name}.docx": (render_docx(schools, watermark="征求意见稿"), schools),
        f"{many.name}.xlsx": (render_xlsx(many), many),
        f"{works.name}.html": (render_html(works), works),
        f"{water.name}.xlsx": (render_xlsx(water), water),
    }


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (content, sample) in files().items():
        (FOLDER / name).write_bytes(content)
        write_truth(FOLDER / f"{name}.jsonl", sample.truth)
        print(f"{name}: {len(content) // 1024} KB, {len(sample.truth)} forms")


if __name__ == "__main__":
    main()
