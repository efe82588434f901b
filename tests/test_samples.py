"""The generated samples: sound in themselves, and read back from every format in every layout."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from indicators.forms import find_forms
from indicators.readers import read_bytes
from indicators.serialize import extraction_dict
from tests.samples.__main__ import renderers
from tests.samples.budget import water_budget
from tests.samples.corpus import FOLDER, files
from tests.samples.forms import LEVEL1_OF, projects, split_value, truncated
from tests.samples.layouts import LAYOUTS
from tests.samples.measure import compare, extracted
from tests.samples.page import Grid

FLOOR = 0.98
COMMITTED = sorted(path for path in FOLDER.iterdir() if path.suffix not in (".jsonl", ".md"))
#: Borderless pages are guessed from alignment; they are measured, not promised.
RENDERERS = {ending: render for ending, render in renderers(with_chromium=False).items() if "borderless" not in ending}


def shares(path: Path, gold: list[dict[str, object]]) -> dict[str, float]:
    counts, _ = compare(gold, extracted(path))
    return {name: right / of if of else 1.0 for name, (right, of) in counts.items()}


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.name)
def test_committed_samples_are_read_in_full(path: Path) -> None:
    gold = [json.loads(line) for line in (FOLDER / f"{path.name}.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(extracted(path)) == len(gold)
    assert shares(path, gold) == {"indicators": 1.0, "fields": 1.0, "funds": 1.0, "goals": 1.0}


@pytest.mark.parametrize("ending", RENDERERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_from_every_format(layout: str, ending: str) -> None:
    sample = LAYOUTS[layout](layout, projects()[1:3])
    document = read_bytes(RENDERERS[ending](sample), f"样本{ending}", ocr=False)
    found = extraction_dict(find_forms(document))["forms"]
    counts, differences = compare(list(sample.truth), found)
    for name, (right, of) in counts.items():
        assert right >= FLOOR * of, (name, differences)


def test_the_committed_set_is_the_generated_one() -> None:
    made = files()
    assert sorted(made) == [path.name for path in COMMITTED]
    for name, (_, sample) in made.items():
        lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == [{"form": n, **form} for n, form in enumerate(sample.truth)]
        assert (FOLDER / name).stat().st_size < 300 * 1024


def test_projects_are_many_and_varied() -> None:
    everything = projects()
    assert len(everything) >= 25
    assert len({project.department for project in everything}) >= 8
    assert len({project.name for project in everything}) == len(everything)
    assert any(project.total() != sum(project.annual.values()) - project.total() for project in everything)


def test_nobody_and_no_number_of_anybody_is_named() -> None:
    text = (Path(__file__).parent / "samples" / "projects.toml").read_text(encoding="utf-8")
    assert not re.search(r"1[3-9]\d{9}|\d{17}[\dX]|\d{3,4}-\d{7,8}", text)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_truth_is_what_the_layout_prints(layout: str) -> None:
    """Every name and value of the truth stands in some cell, up to the parts of a split value."""
    sample = LAYOUTS[layout](layout, projects())
    printed = "\n".join(cell.text for item in sample.items if isinstance(item, Grid) for cell in item.cells)
    for form in sample.truth:
        for item in form["indicators"]:
            assert LEVEL1_OF[item["level2"]] == item["level1"]
            assert item["level3"] in printed
            parts = split_value(item["value"])
            assert item["value"] in printed or (parts is not None and parts[1] in printed)


def test_truncation_cuts_the_annual_side_only() -> None:
    project = truncated(projects()[0], 6)
    assert all(len(target.annual) <= 6 for target in project.targets)
    assert replace(project, targets=(), goal="") == replace(projects()[0], targets=(), goal="")
    assert any(target.lifetime != target.annual for target in project.targets)


def test_the_budget_adds_up_but_for_its_planted_faults() -> None:
    sample = water_budget()
    assert len(sample.truth) == 12
    texts = [getattr(item, "text", "") for item in sample.items]
    total = sum(form["funds"]["annual"]["total"] for form in sample.truth) / 10000
    assert any(f"二级项目12个，共计金额{total:,.2f}万元" in text for text in texts)
