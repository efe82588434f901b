"""Suggestions out of the indicator library."""

import pytest

from indicators.classify import load_classifier
from indicators.classify.suggest import LIBRARY, build_library, placeholders, read_library, suggest
from indicators.errors import PackError
from indicators.packs import models_dir


def test_library_is_large_and_specific():
    entries = read_library(models_dir() / LIBRARY).entries
    assert len(entries) >= 600
    assert len({entry["sector"] for entry in entries}) >= 20
    assert len({entry["category"] for entry in entries}) >= 9
    sample = entries[:: len(entries) // 150]
    rows = [(e["category"], e["name"], e["value"].replace("N", "5")) for e in sample]
    levels = [judged.level for judged in load_classifier().score(rows)]
    assert sum(level == 3 for level in levels) >= 0.9 * len(levels)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("≥3175.77 平方米", "≥N平方米"),
        ("100%", "100%"),
        (">=95%", "≥N%"),
        ("2024年6月30日前", "N年N月N日前"),
        ("0起", "0起"),
    ],
)
def test_placeholders(printed, shown):
    assert placeholders(printed) == shown


def test_suggestions_fit_category_and_project():
    found = suggest("数量指标", "供暖工作", "2025年取暖费")
    assert 1 <= len(found) <= 3
    assert {item.category for item in found} == {"数量指标"}
    assert found[0].name == "供暖面积"
    assert "N" in found[0].value
    assert found == suggest("数量指标", "供暖工作", "2025年取暖费")


def test_nothing_alike_gives_nothing():
    assert suggest("没有的类别", "供暖", "取暖") == ()
    assert suggest("数量指标", "", "") == ()
    assert suggest("数量指标", "供暖面积", "取暖费", limit=0) == ()


def test_own_library_extends(tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(
        "sector,category,name,value,project\n冰雪,数量指标,雪道维护长度,≥N米,滑雪场运营\n", encoding="utf-8-sig"
    )
    assert suggest("数量指标", "雪道维护", "滑雪场", extra=own)[0].name == "雪道维护长度"
    own.write_text("category,name\n数量指标,甲\n", encoding="utf-8")
    with pytest.raises(PackError, match="指标库"):
        suggest("数量指标", "甲", "乙", extra=own.with_name("none.csv"))
    with pytest.raises(PackError, match="sector"):
        read_library(own)


def test_build_library_takes_only_worthy_rows():
    from indicators.classify.corpus import Labelled

    def row(name, value, level=3, source="自拟"):
        return Labelled(
            level2="数量指标", level3=name, value=value, level=level, reason="quantity", sector="水利", source=source
        )

    rows = [
        row("渠道长度", "12公里"),
        row("渠道", "12公里"),
        row("闸门数", "12"),
        row("机井数", "3眼", source="001"),
        row("管网长", "长", 1),
    ]
    own = [{"sector": "公安", "category": "数量指标", "name": "巡逻里程", "value": "N公里", "project": ""}]
    assert [entry["name"] for entry in build_library(rows, own)] == ["巡逻里程", "渠道长度"]
