"""The engine: what it adds to a hit, what it leaves out, and that nothing stops it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from indicators.cases import build
from indicators.catalogue import Rule, RuleSet, builtin_rules, with_params
from indicators.checks import CHECKS, Check, Hit
from indicators.config import Acceptance, Config
from indicators.engine import Statistics, active_rules, check_extraction, tool_finding
from indicators.errors import PackError
from indicators.records import DocumentReport, Form
from indicators.scoring import score_document
from indicators.wording import fill, shown

VAGUE = {"indicator": {"level2": "社会效益指标", "name": "校园安全稳定水平", "value": "提高"}}


def judge(patch: dict[str, object], config: Config | None = None, rules: RuleSet | None = None) -> DocumentReport:
    scene = build(patch)
    return check_extraction(scene.extraction, rules or builtin_rules(), config, scene.specificity)


def rows(report: DocumentReport) -> list[str]:
    return [f"{item.rule} {item.form} {item.subject}" for item in report.findings]


def test_both_sides_of_a_form_give_one_finding() -> None:
    (finding,) = [item for item in judge(VAGUE).findings if item.rule == "V101"]
    assert finding.message.startswith("实施期和年度")


def test_fingerprint_is_free_of_place_and_order() -> None:
    only = Config(select=("V101",))
    first = judge(VAGUE, only).findings
    extraction = build(VAGUE).extraction
    form = extraction.forms[0]
    turned = replace(form, indicators=tuple(reversed(form.indicators)), at=replace(form.at, line=999))
    second = check_extraction(
        replace(extraction, forms=(turned, *extraction.forms[1:])), builtin_rules(), only
    ).findings
    assert {item.fingerprint for item in first} == {item.fingerprint for item in second}
    assert [item.indicator for item in first] != [item.indicator for item in second]


def test_repeated_forms_have_fingerprints_of_their_own() -> None:
    report = judge({**VAGUE, "forms": [VAGUE]}, Config(select=("V101",)))
    assert len({item.fingerprint for item in report.findings}) == len(report.findings) == 2


def test_recognised_cells_prove_nothing() -> None:
    patch = {"indicator": {"level2": "时效指标", "name": "校舍建成时间", "value": "≥18月", "confidence": 0.6}}
    (finding,) = judge(patch, Config(select=("U101",))).findings
    assert finding.severity == "warning"
    assert "请核对原件" in finding.message


def test_outcomes_have_three_states() -> None:
    report = judge({"funds": {"annual": {"total": "100", "central": "60"}}}, Config(select=("F101", "A101")))
    assert {(item.rule, item.form): item.status for item in report.outcomes} == {
        ("F101", 0): "failed",
        ("F101", 1): "passed",
        ("F101", 2): "skipped",
        ("A101", None): "passed",
    }


def crashing(form: Form) -> Iterator[Hit]:
    raise RuntimeError("打错了")
    yield


def swapped(code: str, **changes: object) -> RuleSet:
    rules = builtin_rules()
    rule: Rule = replace(rules.rules[code], **changes)  # type: ignore[arg-type]
    return replace(rules, rules={**rules.rules, code: rule})


def test_a_crashing_rule_is_one_finding_and_the_rest_go_on() -> None:
    broken = Check("crashing", "form", crashing, ("form",), {}, frozenset())
    report = judge(VAGUE, None, swapped("F101", check=broken, arguments={}))
    assert [item.rule for item in report.findings].count("X901") == 1
    assert "F101" in next(item.message for item in report.findings if item.rule == "X901")
    assert "V101" in [item.rule for item in report.findings]


def test_a_required_rule_that_fired_silences_its_followers_on_the_same_indicator() -> None:
    rules = swapped(
        "U101", requires=("V101",), check=CHECKS["lexicon"], arguments=builtin_rules().rules["V101"].arguments
    )
    assert "U101" not in [item.rule for item in judge(VAGUE, None, rules).findings]
    # The required rule is asked even where it is not reported.
    assert rows(judge(VAGUE, Config(select=("U101",)), rules)) == []


def test_only_the_most_telling_of_a_group_is_reported() -> None:
    rules = swapped("U101", check=CHECKS["lexicon"], arguments=builtin_rules().rules["V101"].arguments)
    rules = replace(rules, one_of=(("U101", "V101"),))
    codes = [item.rule for item in judge(VAGUE, None, rules).findings]
    assert "U101" in codes
    assert "V101" not in codes


def test_requires_in_a_circle_is_an_error() -> None:
    with pytest.raises(PackError, match="圈"):
        swapped("F101", requires=("F101",)).order()


def test_accepted_findings_are_set_aside_until_their_day() -> None:
    fingerprint = judge(VAGUE, Config(select=("V101",))).findings[0].fingerprint
    item = Acceptance(fingerprint=fingerprint, reason="已核", until=date(2026, 1, 31))
    held = judge(VAGUE, Config(select=("V101",), accepted=(item,), today=date(2026, 1, 31)))
    assert (len(held.findings), len(held.accepted)) == (0, 1)
    over = judge(VAGUE, Config(select=("V101",), accepted=(item,), today=date(2026, 2, 1)))
    assert (len(over.findings), len(over.accepted)) == (1, 0)


def test_severities_and_thresholds_come_from_the_configuration() -> None:
    patch = {"funds": {"annual": {"total": "100", "central": "60"}}}
    config = Config(select=("F101",), severities={"F101": "note"})
    assert [item.severity for item in judge(patch, config).findings] == ["note"]
    assert judge(patch, Config(select=("F101",), thresholds={"F101": {"tolerance": "50"}})).findings == ()
    with pytest.raises(PackError, match="nonsense"):
        judge(patch, Config(thresholds={"F101": {"nonsense": 1}}))


def test_selection() -> None:
    rules = swapped("V101", default=False)
    rules = replace(rules, rules={**rules.rules, "U101": replace(rules.rules["U101"], preview=True)})
    assert {"V101", "U101"}.isdisjoint(active_rules(rules, Config()))
    assert "V101" in active_rules(rules, Config(extend_select=("V101",)))
    assert "V101" not in active_rules(rules, Config(select=("V",)))
    assert "U101" in active_rules(rules, Config(preview=True))
    assert active_rules(rules, Config(select=("F",))) >= {"F101"}
    assert "F101" not in active_rules(rules, Config(path_ignores=(("旧/*", ("F",)),)), "资料/旧/a.txt")
    assert "F101" in active_rules(rules, Config(path_ignores=(("旧/*", ("F",)),)), "资料/新/a.txt")


def test_statistics_add_up() -> None:
    statistics = Statistics()
    for _ in range(2):
        check_extraction(build(VAGUE).extraction, builtin_rules(), statistics=statistics)
    counts = {code: count for code, count, _ in statistics.rows()}
    assert counts["V101"] == 2
    assert all(seconds >= 0 for _, _, seconds in statistics.rows())


def test_findings_of_the_tool() -> None:
    finding = tool_finding(builtin_rules(), "X101", {"reason": "不是 PDF", "remedy": "重新导出"})
    assert finding.message == "文件无法读取：不是 PDF"
    assert finding.fix == "重新导出"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("2672300"), "2,672,300"),
        (Decimal("257.230"), "257.23"),
        (Decimal("-0.50"), "-0.5"),
        (Decimal("1E+6"), "1,000,000"),
        (2024, "2024"),
        (("甲", "乙"), "甲、乙"),
        ("电话 13900001234", "电话 139****1234"),
        (None, ""),
    ],
)
def test_how_values_are_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_formats_of_messages() -> None:
    assert (
        fill("{a:wan}，{a:yuan}，{b:3}", {"a": Decimal("2672300"), "b": "一二三四"})
        == "267.23 万元，2,672,300 元，一二三…"
    )


def test_params_are_converted() -> None:
    rule = with_params(builtin_rules().rules["F101"], {"tolerance": 1}, builtin_rules())
    assert rule.arguments["tolerance"] == Decimal(1)


@pytest.mark.parametrize("reading", ["doubtful", "not understood"])
def test_what_was_not_surely_read_is_not_proved(reading: str) -> None:
    patch = {
        "alone": True,
        "reading": reading,
        "drop": ["成本指标"],
        "funds": {"annual": {"total": "100", "central": "60", "local": "30"}},
    }
    report = check_extraction(build(patch).extraction, builtin_rules())
    codes = {item.rule for item in report.findings if item.form == 0}
    scores = score_document(report, builtin_rules()).scores
    if reading == "not understood":
        assert not {code for code in codes if code[0] in "SCFVUTD"}
        assert "X104" in codes
        assert scores == ()
    else:
        found = [item for item in report.findings if item.rule == "F101"]
        assert found
        assert all(item.severity == "warning" and "请核对原件" in item.message for item in found)
        assert len(scores) == 1


def test_a_fingerprint_survives_a_corrected_year_and_row_order() -> None:
    vague = {"level2": "社会效益指标", "name": "提升素质", "value": "提升"}
    more = {"level2": "社会效益指标", "name": "受益家长人数", "value": "≥100人"}

    def prints(patch: dict[str, object]) -> set[str]:
        report = check_extraction(build(patch).extraction, builtin_rules())
        return {item.fingerprint for item in report.findings if item.form == 0 and item.rule in ("V101", "S107")}

    first = prints({"project_name": "2023年校舍维修", "drop": ["成本指标"], "append": [vague]})
    again = prints({"project_name": "2024年校舍维修", "year": 2023, "drop": ["成本指标"], "append": [more, vague]})
    assert first == again
    assert len(first) == 2


@pytest.mark.parametrize(("word", "said"), [("中期", "中期目标"), ("", "实施期目标")])
def test_the_whole_period_is_called_what_the_form_calls_it(word: str, said: str) -> None:
    scene = build({"goal": "2024年9月底前完成28间教室的门窗更换。"})
    forms = (replace(scene.extraction.forms[0], period_word=word), *scene.extraction.forms[1:])
    report = check_extraction(replace(scene.extraction, forms=forms), builtin_rules(), Config(select=("C112",)))
    assert [item.message for item in report.findings] == [f"{said}里的28间在指标中没有出现"]


def test_the_word_alone_is_no_length_of_time() -> None:
    scene = build({"drop": ["lifetime 成本指标"]})
    forms = (replace(scene.extraction.forms[0], period_word="长期"), *scene.extraction.forms[1:])
    report = check_extraction(replace(scene.extraction, forms=forms), builtin_rules(), Config(select=("S107",)))
    assert ["长期一栏没有填报成本指标" in item.message for item in report.findings] == [True]


def test_what_a_form_says_itself_stays_as_it_is_printed() -> None:
    text = "实施期内切实提高办学水平，实施期满全面提升。"
    scene = build({"goal": {"lifetime": text, "annual": text}})
    forms = (replace(scene.extraction.forms[0], period_word="中期"), *scene.extraction.forms[1:])
    report = check_extraction(replace(scene.extraction, forms=forms), builtin_rules(), Config(select=("S119",)))
    assert report.findings
    assert all(text in item.message for item in report.findings)
