"""Suggestions out of the indicator library."""

from pathlib import Path

import pytest

from indicators.cases import build
from indicators.catalogue import builtin_rules
from indicators.classify import load_classifier
from indicators.classify.offer import neighbour
from indicators.classify.suggest import (
    LIBRARY,
    build_library,
    names_a_place,
    placeholders,
    read_library,
    suggest,
    write_library,
)
from indicators.config import Config
from indicators.engine import check_extraction
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
        row("指标1:机井数(≥**眼)", "3眼", source="001"),
        row("云溪县泵站数", "3座", source="001"),
        row("管网长", "长", 1),
        row("清淤经费", "12万元"),
        row("社区水管长度", "12公里", source="x"),
    ]
    own = [{"sector": "公安", "category": "数量指标", "name": "巡逻里程", "value": "N公里", "project": ""}]
    built = build_library(rows, own, {"001": "某县水利局 2024 年表"})
    assert [(entry["name"], entry["source"]) for entry in built] == [
        ("巡逻里程", "自拟示例"),
        ("机井数", "某县水利局 2024 年表"),
        ("渠道长度", "自拟示例"),
        ("社区水管长度", "公开表格（水利）"),
    ]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("云溪县泵站数", True),
        ("临河街道改造", True),
        ("社区活动场次", False),
        ("乡镇覆盖数", False),
        ("全市培训人数", False),
    ],
)
def test_names_of_places_stay_out(name, place):
    assert names_a_place(name) is place


def test_the_library_is_that_of_the_corpus(tmp_path):
    corpus = Path(__file__).resolve().parents[2] / "corpus"
    if not corpus.is_dir():
        pytest.skip("the corpus does not ship with the package")
    write_library(corpus, tmp_path / "library.csv")
    assert (tmp_path / "library.csv").read_bytes() == (models_dir() / LIBRARY).read_bytes()
    entries = read_library(models_dir() / LIBRARY).entries
    assert all(entry["source"] for entry in entries)
    assert sum(entry["source"] != "自拟示例" for entry in entries) > 150


def test_a_wish_is_answered_by_what_can_be_counted():
    found = suggest("社会效益指标", "有效维护社会稳定", "")
    assert "矛盾纠纷化解率" in {item.name for item in found}
    assert suggest("社会效益指标", "道路通行能力提升情况", "")[0].name in {"平均通行时间缩短", "受益人口数"}


def test_a_neighbour_is_offered_where_one_is_surely_near():
    found = neighbour("社会效益指标", "社会治安案件防控", "2025年办案业务费")
    assert found is not None
    assert found.name == "刑事案件发案数较上年下降比例"
    # The row itself, what is near nothing, and what is far off stay without.
    assert neighbour("数量指标", "供暖面积", "取暖费") is None
    assert neighbour("社会效益指标", "社会主义核心价值观", "") is None
    assert neighbour("社会效益指标", "", "") is None


@pytest.mark.parametrize(
    ("category", "name", "project"),
    [
        ("社会效益指标", "公路通行保障能力", "国省干线公路养护工程"),
        ("社会效益指标", "粮食市场应急供应保障能力", "县级储备粮油管理费用"),
        ("可持续影响指标", "提升全民健康水平", "学校体育设施向社会免费开放"),
        ("生态效益指标", "优化居民生活环境", "物业管理服务"),
        ("可持续影响指标", "解决居民群众生产生活问题", "物业管理服务"),
        ("经济效益指标", "降低车辆运行成本", "农村公路养护经费"),
    ],
)
def test_what_only_shares_a_topic_is_not_offered(category, name, project):
    """工资发放拖欠人次 answers 保障能力, and helps nobody who keeps roads or grain."""
    assert neighbour(category, name, project) is None


def test_the_next_near_one_is_offered_where_it_is_of_the_subject():
    found = neighbour("社会效益指标", "道路通行能力提升情况", "下立交工程")
    assert found is not None
    assert found.name == "平均通行时间缩短"


def test_no_rule_accuses_what_is_offered():
    """A finding whose example another rule would find fault with advises two opposite things."""
    rules = builtin_rules()
    codes = tuple(rule.code for rule in rules if rule.scope == "indicator" and rule.code[0] in "UV")
    # Figures of my own may be odd where the library has none, and dates are of another year than the document.
    codes = tuple(set(codes) - {"V112", "U116"})
    for entry in read_library(models_dir() / LIBRARY).entries[::40]:
        # A high rate that must be reached, a low one that must be kept below.
        value = entry["value"].replace("N", "95" if "%" in entry["value"] and "≤" not in entry["value"] else "5")
        row = {"level2": entry["category"], "name": entry["name"], "value": value}
        scene = build({"append": [row], "alone": True})
        found = check_extraction(scene.extraction, rules, Config(select=codes)).findings
        items = scene.extraction.forms[0].indicators
        told = [
            item.rule for item in found if item.indicator is not None and items[item.indicator].name == entry["name"]
        ]
        assert not told, entry
