"""Quantities and dates: the printed cases of the field, and properties that hold for any text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import dates
from indicators.quantities import (
    amount_in_yuan,
    canonical_unit,
    find_dates,
    find_quantities,
    half_width,
    parse_amount,
    parse_dates,
    parse_quantity,
    unit_kind,
)
from indicators.units import UNITS

VALUES = {
    "≥95%": "≥ 95 %",
    "不低于95％": "≥ 95 %",
    "3175.77 平方米": "= 3175.77 平方米",
    "10件/月": "= 10 件/月",
    "96万元": "= 96 万元",
    "三层": "= 3 层",
    "验收后十五日内": "≤ 15 日",
    "1次/月": "= 1 次/月",
    "≤5.5元/平米": "≤ 5.5 元/平米",
    "800元/人": "= 800 元/人",
    ">=29人": "≥ 29 人",
    "大于等于|98|%": "≥ 98 %",
    "大于等于98%": "≥ 98 %",
    "≥90百分比": "≥ 90 %",
    "提高99%": "= 99 %",
    "2次以上": "≥ 2 次",
    "30日内": "≤ 30 日",
    "约50人": "≈ 50 人",
    "50人左右": "≈ 50 人",
    "95%以上": "≥ 95 %",
    "不超过3天": "≤ 3 天",
    "控制在3天以内": "≤ 3 天",
    "＜3%": "< 3 %",
    "＞９９％": "> 99 %",
    "1,000元": "= 1000 元",
    "15+24万元": "= 39 万元",
    "20℃": "= 20 ℃",
    "-5℃": "= -5 ℃",
    "±5%": "≤ 5 %",
    "1:10": "= 1 :10",
    "100%": "= 100 %",
    "12个月": "= 12 个月",
    "十二个月": "= 12 个月",
    "两次": "= 2 次",
    "一百二十人": "= 120 人",
    "百分之九十五": "= 95 %",
    "66363年": "= 66363 年",
    "≥18月": "≥ 18 月",
    "1月,循环存储": "= 1 月",
    "7级": "= 7 级",
    "0起": "= 0 起",
    "0": "= 0 ",
    "≥ 95": "≥ 95 ",
    "100余万元": "≥ 100 万元",
    "5个工作日内": "≤ 5 个工作日",
    "10人无": "= 10 人",
    "3万人": "= 3 万人",
    "500元/人·月": "= 500 元/人·月",
    "≥2个百分点": "≥ 2 个百分点",
    "半年": "= 0.5 年",
}
NONE = [
    *("及时无", "", "无", "/", "一次性", "按月发放", "涉密", "一批", "一体化", "GB/T 18883-2022", "〔2023〕12号文件"),
    *(
        "六个百分之百",
        "第13月工资",
        "2024年",
        "2024年度",
        "2022年12月1日至2027年11月30日",
        "1月1日-12月31日",
        "三级伤残",
    ),
    *("2019、2020、2021、2022、2023年", "2024年12月底前", "春节前", "2024年11月至2025年3月", "提高" * 100),
]


@pytest.mark.parametrize("text", VALUES)
def test_values_of_the_field(text):
    quantity = parse_quantity(text)
    assert quantity is not None
    assert f"{quantity.relation} {quantity.number} {quantity.unit}" == VALUES[text]


@pytest.mark.parametrize("text", NONE)
def test_no_quantity(text):
    assert parse_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "lower", "upper", "unit"),
    [("10-20人", 10, 20, "人"), ("90%～95%", 90, 95, "%"), ("3至5天", 3, 5, "天"), ("1.5—2万元", "1.5", 2, "万元")],
)
def test_ranges_keep_both_ends(text, lower, upper, unit):
    quantity = parse_quantity(text)
    assert quantity is not None
    assert (quantity.number, quantity.upper, quantity.unit) == (Decimal(lower), Decimal(upper), unit)


DATES = {
    "2022年12月1日至2027年11月30日": ("2022-12-01", "2027-11-30", "day"),
    "2024年12月底前": (None, "2024-12-31", "month"),
    "2024年": ("2024-01-01", "2024-12-31", "year"),
    "２０２４年度": ("2024-01-01", "2024-12-31", "year"),
    "1月1日-12月31日": (None, None, "day"),
    "春节前": (None, None, "day"),
    "2023年1月-12月": ("2023-01-01", "2023-12-31", "month"),
    "2019、2020、2021、2022、2023年": ("2019-01-01", "2023-12-31", "year"),
    "2024年11月至2025年3月": ("2024-11-01", "2025-03-31", "month"),
    "2023年12月1日至次年3月31日": ("2023-12-01", "2024-03-31", "day"),
    "2023年11月1日至12月31日": ("2023-11-01", "2023-12-31", "day"),
    "2024.1.1-2024.12.31": ("2024-01-01", "2024-12-31", "day"),
    "2024-01-01至2024-12-31": ("2024-01-01", "2024-12-31", "day"),
    "2024年第三季度": ("2024-07-01", "2024-09-30", "month"),
    "2024年上半年": ("2024-01-01", "2024-06-30", "month"),
    "2023-2025年": ("2023-01-01", "2025-12-31", "year"),
    "2024年2月30日": ("2024-02-29", "2024-02-29", "day"),
    "2020年5月10日至2027": ("2020-05-10", "2027-12-31", "year"),
    "3-5月": (None, None, "month"),
    "20240101": ("2024-01-01", "2024-01-01", "day"),
}


@pytest.mark.parametrize("text", DATES)
def test_dates_of_the_field(text):
    span = parse_dates(text)
    assert span is not None
    printed = tuple(None if day is None else day.isoformat() for day in (span.start, span.end))
    assert (*printed, span.precision) == DATES[text]


@pytest.mark.parametrize("text", ["", "18月", "1月", "12个月", "66363年", "2025人", "1234.5元", "〔2023〕12号", "无"])
def test_no_date(text):
    assert parse_dates(text) is None


def test_dates_without_year_take_the_assumed_one():
    season = parse_dates("10月25日-4月15日", year=2024)
    assert season is not None
    assert (season.start, season.end) == (date(2024, 10, 25), date(2025, 4, 15))


def test_running_text_yields_counted_things_only():
    text = (
        "辅警183人×710元/月×12个月，协管员十二人，依据晋财〔2023〕12号，2024年投入1,200万元，第3季度完成80%，一批设备。"
    )
    found = find_quantities(text)
    printed = [f"{q.number}{q.unit}" for q, _, _ in found]
    assert printed == ["183人", "710元/月", "12个月", "12人", "1200万元", "80%"]
    assert [text[start:end] for _, start, end in found][:2] == ["183人", "710元/月"]
    assert [text[start:end] for _, start, end in find_dates(text)] == ["2024年"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1,144,629.25", "1144629.25"), ("金300,000", "300000"), ("10000万元", "10000"), ("0", "0"), ("-5.5", "-5.5")],
)
def test_money_cells(text, amount):
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "  ", "-", "元", "无"])
def test_blank_money_cells(text):
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("96万元", 960000), ("1.5亿元", 150000000), ("3千元", 3000), ("25元", 25), ("800元/人", None), ("5人", None)],
)
def test_amounts_scale_to_yuan(text, yuan):
    assert amount_in_yuan(parse_quantity(text)) == yuan


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("个", "count"),
        ("人次", "person"),
        ("万人", "person"),
        ("万元", "money"),
        ("元/人/月", "money-rate"),
        ("个工作日", "time"),
        ("公里", "length"),
        ("万平方米", "area"),
        ("立方米", "volume"),
        ("吨", "mass"),
        ("%", "ratio"),
        (":10", "ratio"),
        ("千瓦时", "energy"),
        ("℃", "temperature"),
        ("次/月", "rate-per-time"),
        ("", "other"),
        ("某某", "other"),
    ],
)
def test_unit_kinds(unit, kind):
    assert unit_kind(unit) == kind


def test_units_are_written_plainly():
    assert [canonical_unit(unit) for unit in ("平米", "万㎡", "百分比", "元/平米", "月", "个")] == [
        "平方米",
        "万平方米",
        "%",
        "元/平方米",
        "个月",
        "个",
    ]


ALPHABET = st.text(
    alphabet=st.sampled_from("0123456789０９.,，%％≥≤>=~-至年月日号度个人万元亿/每十一二两半余以上内前无 第〔〕:+|"),
    max_size=24,
)


@settings(max_examples=150, deadline=None)
@given(ALPHABET | st.text(max_size=40))
def test_nothing_raises_and_positions_hold(text):
    for call in (parse_quantity, parse_dates, parse_amount):
        call(text)
    for quantity, start, end in find_quantities(text):
        assert 0 <= start < end <= len(text)
        assert quantity.number.is_finite()
        unit_kind(canonical_unit(quantity.unit))
    for span, start, end in find_dates(text):
        assert 0 <= start < end <= len(text)
        assert span.precision in {"day", "month", "year"}


RELATIONS = st.sampled_from(["=", "≥", "≤", ">", "<", "≈"])
NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False, allow_infinity=False)
UNIT_NAMES = st.sampled_from(["%", "人", "万元", "元/人", "平方米", "件/月", "个工作日", "℃", "公里", "个百分点", "次"])


@settings(max_examples=150, deadline=None)
@given(RELATIONS, NUMBERS, UNIT_NAMES, st.booleans(), st.booleans())
def test_print_then_parse_round_trip(relation, number, unit, full_width, separators):
    printed = f"{number:,}" if separators else str(number)
    text = ("" if relation == "=" else relation) + printed + unit
    if full_width:
        text = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c not in "/" else c for c in text)
    quantity = parse_quantity(text)
    assert quantity is not None
    assert (quantity.relation, quantity.number, quantity.unit) == (relation, number, unit)


WORDS = {"不低于": "≥", "至少": "≥", "大于等于": "≥", "不超过": "≤", "不高于": "≤", "超过": ">", "低于": "<", "约": "≈"}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(WORDS)), st.integers(0, 9999), UNIT_NAMES)
def test_relation_words(word, number, unit):
    quantity = parse_quantity(f"{word}{number}{unit}")
    assert quantity is not None
    assert (quantity.relation, quantity.number) == (WORDS[word], number)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_widths_keep_length(text):
    assert len(half_width(text)) == len(text)


@pytest.mark.parametrize("relation", ["", "≥", "≤", "<", "≈"])
@pytest.mark.parametrize("number", ["3", "0.5", "480", "2025", "20250101", "2025.03", "007"])
def test_simple_values_read_as_the_scanner_reads_them(relation, number):
    # A trailing blank keeps a text away from the short way.
    for unit in UNITS:
        text = relation + number + unit
        assert find_quantities(text) == find_quantities(text + " "), text


@given(st.text("0123456789０１.．／-~至到年月日号前期内/％%元人次个万 春节国庆—〜", max_size=14))
@settings(max_examples=300, deadline=None)
def test_texts_without_marks_of_dates_hold_none(text):
    if not dates._MAY_BE.search(text):
        assert dates._group(text.translate(dates._WIDTH)) == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("≥100.00(%)", "≥100%"),
        ("=1.00(次)", "=1次"),
        ("≤120.00（万元）", "≤120万元"),
        ("≤1.00(万元/公里)", "≤1万元/公里"),
    ],
)
def test_a_unit_in_brackets_is_a_unit(text: str, plain: str) -> None:
    assert parse_quantity(text) == parse_quantity(plain) is not None
