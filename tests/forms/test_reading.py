"""How well forms are read: the kinds of published forms, random layouts, and the real documents where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from indicators.forms import find_forms
from indicators.readers import read
from indicators.serialize import extraction_dict
from tests.forms.pages import only
from tests.layouts import generate
from tests.layouts.score import DocumentScore, f1, judge

KINDS = Path(__file__).parent.parent / "kinds"
REAL = Path(__file__).parents[2].parent / "shared" / "real"


def gold_of(folder: Path, stem: str) -> list[dict[str, Any]]:
    text = (folder / f"{stem}.gold.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def forms_of(path: Path) -> list[dict[str, Any]]:
    return list(extraction_dict(find_forms(read(path, ocr=False)))["forms"])


def stems(folder: Path) -> list[str]:
    return sorted(path.name.removesuffix(".gold.jsonl") for path in folder.glob("*.gold.jsonl"))


def document_of(folder: Path, stem: str) -> Path:
    return next(path for path in folder.iterdir() if path.stem == stem and path.suffix not in (".jsonl", ".json"))


def micro(scores: list[DocumentScore]) -> float:
    forms = [form for score in scores for form in score.forms]
    invented = sum(score.invented_rows for score in scores)
    return f1(sum(x.right for x in forms), sum(x.gold for x in forms), sum(x.got for x in forms) + invented)


@pytest.mark.parametrize("stem", stems(KINDS))
def test_kinds_of_published_forms(stem: str) -> None:
    score = judge(gold_of(KINDS, stem), forms_of(document_of(KINDS, stem)))
    assert score.invented == 0
    assert micro([score]) == 1.0


@pytest.mark.parametrize("wordings", ["shown", "held-out"])
def test_random_layouts(tmp_path: Path, wordings: Any) -> None:
    scores = []
    for seed in range(4000, 4030):
        layout = generate(seed, unusual=0.0, wordings=wordings)
        scores.append(judge(list(layout.gold), forms_of(layout.write(tmp_path))))
    assert micro(scores) >= 0.85


@pytest.mark.shared
@pytest.mark.skipif(not REAL.is_dir(), reason="the real documents are not here")
@pytest.mark.parametrize(("kind", "floor"), [("grid", 0.99), ("text", 0.92)])
def test_real_documents(kind: str, floor: float) -> None:
    scores = []
    for stem in stems(REAL):
        if stem.endswith("_grid") == (kind == "grid"):
            score = judge(gold_of(REAL, stem), forms_of(document_of(REAL, stem)))
            assert score.invented == 0, stem
            scores.append(score)
    assert micro(scores) >= floor


def test_the_year_stands_beside_its_label_in_the_heading() -> None:
    form = only(
        "<p>项目支出绩效目标表<table><tr><td>项目名称<td>渠道清淤<td>预算年度<td>2025年<tr><td>实施单位<td>云溪县灌区站<td>预算金额（万元）<td>98"
        "<tr><td>年度目标<td colspan=3>清淤渠道46公里。<tr><td>二级指标<td>三级指标<td colspan=2>指标值"
        "<tr><td>数量指标<td>清淤渠道长度<td colspan=2>46公里<tr><td>质量指标<td>验收合格率<td colspan=2>100%</table>"
    )
    assert form.year == 2025
