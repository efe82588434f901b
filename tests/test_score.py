"""The reference score: every point lost names its finding, and the order of reading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indicators.cases import build
from indicators.catalogue import builtin_rules
from indicators.config import Config
from indicators.engine import check_extraction
from indicators.errors import PackError
from indicators.packs import rules_dir
from indicators.records import DocumentReport
from indicators.scoring import builtin_weights, load_weights, ranking, score_document

# A few rules that stay what they are while the catalogue grows.
FEW = Config(select=("S107", "F101", "V101"))


def scored(patch: dict[str, object]) -> DocumentReport:
    scene = build(patch)
    report = check_extraction(scene.extraction, builtin_rules(), FEW, scene.specificity)
    return score_document(report, builtin_rules())


def test_the_faultless_form_has_full_points() -> None:
    for score in scored({}).scores:
        assert (score.total, score.grade, score.deductions) == (100, "优", ())


def test_every_point_lost_names_its_finding() -> None:
    report = scored({"drop": ["成本指标"], "funds": {"annual": {"total": "100", "central": "60"}}})
    score = report.scores[0]
    known = {item.fingerprint for item in report.findings if item.form == 0}
    assert score.deductions
    assert {item.fingerprint for item in score.deductions} <= known
    assert score.total == pytest.approx(100 - sum(item.points for item in score.deductions))
    assert score.total == pytest.approx(sum(points for _, points in score.dimensions))


def test_a_dimension_never_falls_below_zero() -> None:
    vague = [{"level2": "社会效益指标", "name": f"第{n}项工作", "value": "提高"} for n in range(40)]
    report = scored({"append": vague, "drop": ["成本指标"]})
    assert all(points >= 0 for _, points in report.scores[0].dimensions)
    assert report.scores[0].total == pytest.approx(100 - sum(item.points for item in report.scores[0].deductions))


def test_priority_rises_with_money_findings_and_vagueness() -> None:
    plain = scored({"specificity": 3}).scores[0].priority
    assert scored({"specificity": 1}).scores[0].priority > plain
    assert scored({"specificity": 3, "drop": ["成本指标"]}).scores[0].priority > plain
    poor = {"total": "20000", "local": "20000"}
    assert scored({"specificity": 3, "funds": {"both": poor}}).scores[0].priority < plain


def test_ranking_puts_the_most_worth_first() -> None:
    one = scored({"alone": True})
    two = replace(scored({"alone": True, "drop": ["成本指标"]}), path="b.txt")
    rows = ranking([one, two])
    assert rows[0][0].path == "b.txt"
    assert [row[2].priority for row in rows] == sorted((row[2].priority for row in rows), reverse=True)


def test_weights_say_that_their_source_is_not_verified() -> None:
    weights = builtin_weights()
    assert sum(weights.dimensions.values()) == 100
    assert not weights.verified
    assert "待核" in weights.note


def test_broken_weights_name_file_and_key(tmp_path: Path) -> None:
    path = tmp_path / "score.toml"
    text = (rules_dir() / "score.toml").read_text(encoding="utf-8")
    for old, new, key in (
        ("repeat", "repaet", "repeat"),
        ("half = 3.0", 'half = "3"', "half"),
        ("[grades]", "[grade]", "grade"),
    ):
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(PackError, match=key):
            load_weights(path)


@pytest.mark.parametrize(
    ("patch", "grade"),
    [
        ({"indicators": [{"level2": "数量指标"}]}, "差"),
        ({"goal": {"lifetime": "-", "annual": "-"}}, "差"),
        ({"append": [{"level2": "社会效益指标", "name": "社会影响", "value": "显著"}]}, "良"),
        ({"funds": {"annual": {"total": "3600000", "central": "60", "local": "600000"}}}, "中"),
    ],
)
def test_what_cannot_be_judged_earns_nothing(patch: dict[str, object], grade: str) -> None:
    report = check_extraction(build(patch).extraction, builtin_rules())
    assert score_document(report, builtin_rules()).scores[0].grade == grade


def test_the_model_does_not_change_the_score() -> None:
    totals = []
    for scene in (build({}), build({"specificity": 0})):
        report = check_extraction(scene.extraction, builtin_rules(), None, scene.specificity)
        totals.append(score_document(report, builtin_rules()).scores[0].total)
    assert totals[0] == totals[1]
