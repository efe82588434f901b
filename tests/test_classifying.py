"""``score``, ``suggest``, ``train`` and ``evaluate`` on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from indicators.cli import main

FIGURES: dict[str, Any] = {
    "sectors_out": {"n": 12, "macro_f1": 0.91234, "qwk": 0.95, "ece": 0.012},
    "bureaus_out": {
        "all": {"n": 5, "macro_f1": 0.8, "qwk": 0.9, "ece": 0.03, "pseudo": {"n": 2, "recall": 0.5, "precision": 1.0}}
    },
}


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "指标.csv"
    rows = [
        ("level2", "level3", "value"),
        ("数量指标", "清淤长度", "≥8公里"),
        ("社会效益指标", "社会效益", "明显"),
    ]
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_a_list_is_scored(pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = pairs.with_name("结果.csv")
    assert main(["score", str(pairs), "-o", str(out)]) == 0
    assert "已判定 2 条" in capsys.readouterr().err
    with out.open(encoding="utf-8-sig", newline="") as stream:
        concrete, vague = list(csv.DictReader(stream))
    assert concrete["level3"] == "清淤长度"
    assert int(concrete["level"]) == 3
    assert int(vague["level"]) <= 1
    assert float(concrete["score"]) > float(vague["score"])
    assert main(["score", str(pairs), "-o", str(out), "-q"]) == 2, "it may be anybody's"
    assert "--force" in capsys.readouterr().err
    assert main(["score", str(pairs), "-o", str(out), "-q", "--force"]) == 0
    assert capsys.readouterr().err == ""


def test_a_list_without_its_columns_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert main(["score", str(path), "-o", str(tmp_path / "b.csv")]) == 2
    assert "列" in capsys.readouterr().err
    assert not (tmp_path / "b.csv").exists()


def test_suggestions_are_of_the_category_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["suggest", "群众满意度", "--category", "满意度", "--project", "堤防加固", "--limit", "2"]
    assert main([*call, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found) == 2
    assert {item["category"] for item in found} == {"服务对象满意度指标"}
    assert main(call) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("　")[1] for line in lines] == [f"{item['name']} = {item['value']}" for item in found]


def test_an_own_library_is_asked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "本单位.csv"
    row = "水利,社会效益指标,防洪能力提升的独有写法,≥N年一遇,堤防加固"
    library.write_text(f"sector,category,name,value,project\n{row}\n", encoding="utf-8")
    call = ["suggest", "防洪能力提升的独有写法", "--category", "社会效益指标", "--library", str(library)]
    assert main(call) == 0
    assert "独有写法" in capsys.readouterr().out


def test_a_category_that_is_none_is_named_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", "防洪", "--category", "甲乙"]) == 2
    assert "可用：数量指标" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_figures_are_told(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[Path, Path]] = []

    def train(corpus: Path, folder: Path, *, jobs: int) -> dict[str, Any]:
        asked.append((corpus, folder))
        return {"figures": FIGURES}

    def evaluate(corpus: Path, folder: Path, *, report: Any) -> dict[str, Any]:
        asked.append((corpus, folder))
        report("第 1 折")
        return FIGURES

    monkeypatch.setattr("indicators.classify.train.train", train)
    monkeypatch.setattr("indicators.classify.evaluate.evaluate", evaluate)
    assert main([command, "--corpus", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        "按行业留出（12 条）：macro-F1 0.9123　QWK 0.9500　校准误差 0.0120",
        "真实表格按单位留出（5 条）：macro-F1 0.8000　QWK 0.9000　校准误差 0.0300　伪量化 2 条，查出率 0.5000，查准率 1.0000",
    ]
    assert asked[0][0] == tmp_path
    assert asked[0][1].name == "specificity"
    if command == "evaluate":
        assert printed.err == "第 1 折\n"
        assert main([command, "--corpus", str(tmp_path), "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out) == FIGURES
