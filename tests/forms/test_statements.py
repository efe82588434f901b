"""The figures of the explanatory text, in the wordings departments use."""

from __future__ import annotations

from decimal import Decimal

from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Statement


def statements(text: str) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for item in find_forms(read_text(text.encode(), "示例.txt", sha256="")).statements:
        found.setdefault(item.kind, []).append(item)
    return found


def test_a_sentence_cut_by_the_line_is_read_whole() -> None:
    found = statements(
        "2025年度本部门政府采购预算38.20万元，其中：政府采购货物预算7.80万元、政府采购工程预算0万元、政府采购服务预算30.40万\n元。\n"
    )
    purchase = found["purchase"][0]
    assert [purchase.get(name) for name in ("total", "goods", "works", "services")] == [
        Decimal("38.20"), Decimal("7.80"), Decimal("0"), Decimal("30.40"),
    ]  # fmt: skip


def test_a_number_on_the_next_line_belongs_to_the_sentence() -> None:
    found = statements(
        "本部门2024年所属三家单位机关运行经费财政拨款预算\n\n1602.59万元，比上年增加239.77万元，增长17.59%。\n"
    )
    assert found["operating"][0].get("total") == Decimal("1602.59")
    assert found["change"][0].get("total") == Decimal("1602.59")


def test_shares_know_the_total_their_sentence_begins_with() -> None:
    found = statements("2024年度支出预算1000万元，其中：基本支出600万元，占60%；项目支出400万元，占40%。\n")
    assert [(item.get("part"), item.get("total")) for item in found["share"]] == [
        (Decimal(600), Decimal(1000)), (Decimal(400), Decimal(1000)),
    ]  # fmt: skip
    assert found["expenditure"][0].get("project") == Decimal(400)


def test_a_share_of_a_named_base_has_no_total() -> None:
    found = statements("本部门支出1000万元，项目涉及金额300万元，占部门项目支出总额的75%。\n")
    assert found["share"][0].get("total") is None


def test_growth_between_two_amounts() -> None:
    found = statements(
        "主要用于统计工作。2023年预算执行数为60.13万元，2024年预算安排25.77万元，比2023年预算执行数减少57.14%。\n"
    )
    growth = found["growth"][0]
    assert (growth.get("last"), growth.get("current"), growth.get("percent")) == (
        Decimal("60.13"), Decimal("25.77"), Decimal("-57.14"),
    )  # fmt: skip


def test_three_public_with_the_change_of_each_item() -> None:
    found = statements(
        "2024年“三公”经费预算213.00万元比2023年减少206.10万元。\n"
        "其中：因公出国（境）费0万元，与上年预算数相同；公务接待费0万元，与上年相比减少0.10万元；"
        "公务用车运行维护费213.00万元，与上年相比增加14.00万元；公务用车购置费0万元，与上年相比减少220.00万元。\n"
    )
    public = found["three_public"][0]
    assert public.get("abroad_change") == 0
    assert public.get("reception_change") == Decimal("-0.10")
    assert public.get("vehicles_bought_change") == Decimal("-220.00")
    assert public.get("vehicles") is None


def test_the_change_of_the_next_item_is_not_taken() -> None:
    found = statements(
        "2024年“三公”经费预算2万元，其中：因公出国（境）费0万元，公务接待费2万元，比上年减少0.50万元。\n"
    )
    assert found["three_public"][0].get("abroad_change") is None
    assert found["three_public"][0].get("reception_change") == Decimal("-0.50")


def test_published_forms_are_told_from_managed_ones() -> None:
    found = statements("2024年本部门编制绩效目标的项目12个，其中重点项目3个公开绩效目标。\n")
    assert [item.get("count") for item in found["declared_forms"]] == [3]
    found = statements(
        "本部门2个预算单位开展了绩效目标编报工作，编报绩效目标的项目50个，涉及项目预算资金5634.81万元。\n"
    )
    assert [(item.get("count"), item.get("amount")) for item in found["managed_forms"]] == [(50, Decimal("5634.81"))]
