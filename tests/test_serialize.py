"""The JSON of the contract."""

from __future__ import annotations

import json

import pytest

from indicators.cases import build
from indicators.catalogue import builtin_rules
from indicators.engine import check_extraction
from indicators.records import Field, Location, Report
from indicators.scoring import score_document
from indicators.serialize import form_dict, phone_kind, records_dict, report_dict

PHONE = {"contact_phone": "139****1234", "measures": "请拨打 13800005678 联系。"}


def test_records_carry_schema_and_the_keys_of_the_contract() -> None:
    data = json.loads(json.dumps(records_dict([("a/1.txt", build({}).extraction)]), ensure_ascii=False))
    assert (data["schema"], data["version"]) == ("indicators.records", 1)
    document = data["documents"][0]
    form = document["forms"][0]
    assert form["funds"]["annual"] == {
        "total": 3600000,
        "central": 1200000,
        "provincial": 800000,
        "local": 1600000,
        "self": 0,
        "other": None,
    }
    first = form["indicators"][0]
    assert (first["horizon"], first["level1"], first["level2"]) == ("lifetime", "产出指标", "数量指标")
    assert (first["level3"], first["value"]) == ("维修校舍面积", "≥12000平方米")
    assert first["quantity"]["relation"] == "≥"
    assert set(form["goal"]) == {"lifetime", "annual"}
    assert document["budget_lines"][0]["amount"] == 360
    assert document["forms"][2]["overall"]["实有人数"] == "320"


def test_brief_leaves_out_the_texts() -> None:
    form = form_dict(build({}).extraction.forms[0], brief=True)
    assert not {"overview", "basis", "goal"} & set(form)
    assert form["indicators"]


def test_no_phone_number_leaves() -> None:
    scene = build(PHONE)
    report = score_document(check_extraction(scene.extraction, builtin_rules()), builtin_rules())
    data = report_dict(Report(documents=(report,), tool_version="0"))
    text = json.dumps(data, ensure_ascii=False)
    assert "13800005678" not in text
    assert "138****5678" in text
    assert data["documents"][0]["forms"][0]["contact_phone"] == "mobile"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("139****1234", "mobile"),
        ("13900001234", "mobile"),
        ("*********45", "landline"),
        ("0350-6012345", "landline"),
        ("", None),
    ],
)
def test_kind_of_phone(text: str, kind: str | None) -> None:
    assert phone_kind(Field(path="contact_phone", text=text, at=Location())) == kind


def test_findings_and_scores() -> None:
    scene = build({"drop": ["成本指标"], "specificity": 2})
    report = check_extraction(scene.extraction, builtin_rules(), specificity=scene.specificity)
    report = score_document(report, builtin_rules())
    document = report_dict(Report(documents=(report,), tool_version="0"))["documents"][0]
    finding = next(item for item in document["findings"] if item["rule"] == "S107")
    assert finding["form"] == 0
    assert finding["indicator"] is None
    assert set(finding) >= {
        "rule",
        "name",
        "severity",
        "subject",
        "message",
        "fix",
        "evidence",
        "location",
        "fingerprint",
    }
    score = document["scores"][0]
    assert set(score["dimensions"]) == {"完整性", "相关性", "适当性", "可行性"}
    assert score["total"] == pytest.approx(sum(score["dimensions"].values()), abs=0.2)
    assert document["forms"][0]["indicators"][0]["specificity"]["level"] == 2
