"""Sources told by the word for who gives, amounts and goals in arrangements that no rule of a row foresaw."""

from __future__ import annotations

import pytest

from indicators.forms import find_forms
from indicators.forms.rows import label_and_amount
from indicators.readers.html import read_html
from indicators.readers.text import read_text
from indicators.records import Form

_GOAL = "面向基层开展农技推广培训，提升农户种植水平。"
_BLOCK = [
    ("一级指标", "二级指标", "三级指标", "指标值"),
    ("产出指标", "数量指标", "培训人次", "≥300人次"),
    ("效益指标", "社会效益指标", "覆盖村数", "≥12个"),
]


def _table(rows: list[tuple[str, ...]]) -> str:
    width = max(map(len, [*rows, *_BLOCK]))
    lines = []
    for row in [*rows, *_BLOCK]:
        *cells, last = row
        span = width - len(cells)
        lines.append("".join(f"<td>{cell}</td>" for cell in cells) + f'<td colspan="{span}">{last}</td>')
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def _ruled(rows: list[tuple[str, ...]], above: str = "<p>项目支出绩效目标表</p>") -> Form:
    html = f"<html><body>{above}{_table(rows)}</body></html>"
    (form,) = find_forms(read_html(html.encode(), "a.html")).forms
    return form


def _typed(text: str) -> Form:
    (form,) = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms
    return form


def _amounts(form: Form, horizon: str = "annual") -> dict[str, str]:
    return {line.source: str(line.amount) for line in form.funds if line.horizon == horizon and line.amount is not None}


@pytest.mark.parametrize(
    ("sources", "wanted"),
    [
        (
            {"兵团补助": "100", "师级配套": "60", "彩票公益金（师本级）": "30"},
            {"provincial": "100", "local": "60", "other": "30"},
        ),
        ({"国家水利救灾资金": "500", "省水利发展资金": "250", "地（市）、县配套": "100"}, {"central": "500", "provincial": "250", "local": "100"}),
        ({"中央渔业补贴资金": "80", "企业自筹": "20"}, {"central": "80", "self": "20"}),
        ({"财政拨款": "38", "社会捐赠": "32", "体彩公益金": "8"}, {"fiscal": "38", "other": "32", "further": "8"}),
        ({"财政拨款": "650", "其他资金（乡镇自筹）": "20", "油税改革转移支付结转": "58"}, {"fiscal": "650", "other": "20", "carried": "58"}),
        ({"盟级配套": "120", "国开行贷款": "100"}, {"local": "120", "other": "100"}),
    ],
)  # fmt: skip
def test_who_gives_is_told_by_one_word_of_a_label(sources: dict[str, str], wanted: dict[str, str]) -> None:
    total = str(sum(map(int, sources.values())))
    first, *rest = sources.items()
    rows = [("项目名称", "农技推广"), ("资金来源（万元）", "年度资金总额", total), ("", f"其中：{first[0]}", first[1])]
    form = _ruled([*rows, *(("", label, amount) for label, amount in rest), ("年度目标", _GOAL)])
    assert _amounts(form) == {"total": total, **wanted}


def test_several_sources_of_a_cell_are_of_the_side_above() -> None:
    form = _ruled(
        [
            ("项目名称", "农技推广"),
            ("资金来源（万元）", "实施期资金总额：600", "年度资金总额：200"),
            ("", "其中：省级财政资金 400", "省级财政资金 120；市级财政资金 50"),
            ("", "市级财政资金 150，单位自筹 50", "单位自筹 30"),
            ("年度目标", _GOAL),
        ]
    )
    assert _amounts(form, "lifetime") == {"total": "600", "provincial": "400", "local": "150", "self": "50"}
    assert _amounts(form) == {"total": "200", "provincial": "120", "local": "50", "self": "30"}


def test_sources_three_a_row_below_one_total_are_of_one_side() -> None:
    form = _ruled(
        [
            ("项目名称", "农技推广"),
            ("资金（万元）", "合计", "90", "一般公共预算", "50", "政府性基金预算", "0"),
            ("", "专户管理资金", "10", "单位资金", "20", "上年结转", "10"),
            ("年度目标", _GOAL),
        ]
    )
    assert not _amounts(form, "lifetime")
    assert _amounts(form) == {"total": "90", "fiscal": "50", "self": "20", "carried": "10", "other": "10"}


def test_a_goal_stands_beside_the_last_fund() -> None:
    form = _ruled(
        [
            ("项目名称", "农技推广"),
            ("预算总额", "400", "区级财政", "330"),
            ("自有资金", "70", "年度总体目标", _GOAL),
        ]
    )
    assert form.text("goal.annual") == _GOAL
    assert _amounts(form) == {"total": "400", "local": "330", "self": "70"}


def test_sums_below_tasks_are_those_of_the_columns() -> None:
    form = _ruled(
        [
            ("部门名称", "某县农业农村局"),
            ("年度工作任务", "任务", "预算总额（万元）", "财政资金", "其他资金"),
            ("", "培训", "100", "80", "20"),
            ("", "合计", "160", "140", "20"),
            ("年度总体目标", _GOAL),
        ]
    )
    assert _amounts(form) == {"total": "160", "fiscal": "140", "other": "20"}


def test_amounts_by_period_stand_in_cells() -> None:
    form = _ruled(
        [
            ("项目名称", "农技推广"),
            ("预算金额（元）", "实施周期：480,000", "其中：当年度：160,000"),
            ("年度目标", _GOAL),
        ]
    )
    assert (_amounts(form, "lifetime"), _amounts(form)) == ({"total": "480000"}, {"total": "160000"})


def test_headings_end_the_text_above_them_and_a_sentence_tells_the_total() -> None:
    lines = [
        "一、基本情况",
        "项目名称：农技推广",
        "主管部门：某市农业局",
        "项目起止时间：2025年1月至2025年12月",
        "二、资金情况",
        "本项目年度预算共计260万元，其中：市级财政资金200万元，合作社自筹60万元。",
        "三、绩效目标",
        _GOAL,
        "四、绩效指标",
    ]
    form = _ruled([], "".join(f"<p>{line}</p>" for line in lines))
    assert _amounts(form) == {"total": "260", "local": "200", "self": "60"}
    assert form.text("goal.annual") == _GOAL
    assert form.text("project_period") == "2025年1月至2025年12月"


def test_fillings_of_empty_cells_say_nothing() -> None:
    rows = [
        ("项目名称", "农技推广", "NaN", "NaN"),
        ("资金来源", "资金总额（万元）", "75", "NaN"),
        ("NaN", "其中：市财政", "45", "NaN"),
        ("NaN", "亚行贷款", "30", "NaN"),
        ("年度目标", _GOAL, "NaN", "NaN"),
        *_BLOCK,
    ]
    form = _typed("\n".join("| " + " | ".join(row) + " |" for row in rows))
    assert form.project_name == "农技推广"
    assert form.text("goal.annual") == _GOAL
    assert _amounts(form) == {"total": "75", "local": "45", "other": "30"}


def test_whole_amounts_of_unknown_labels_go_on_with_the_funds() -> None:
    form = _typed("""                专项资金绩效目标申报表
项目名称                            农技推广

主管部门        某市农业局                    实施单位         某市农技站

           项目资金总额：                     3,200   年度资金总额：           1,380

项目资金       其中：财政拨款                     2,900   其中：财政拨款           1,250
（万元）
                企业投入                   300      企业投入             130

                        三年期目标                            年度目标
总体目标   培训农户三千人，服务区域种植业升级，培养高素质农             培训农户一千人，推广新品
       民三百人。                                           种两个。

        一级指标           二级指标           三级指标     三年期指标值       年度指标值

        产出指标           数量指标           建设实训室       12间             5间

                       质量指标           设备验收合格率       100%            100%

        效益指标         社会效益指标           农户增收率       ≥95%            ≥93%
""")
    assert form.text("goal.lifetime") == "培训农户三千人，服务区域种植业升级，培养高素质农民三百人。"
    assert form.text("goal.annual") == "培训农户一千人，推广新品种两个。"
    assert _amounts(form) == {"total": "1380", "fiscal": "1250", "other": "130"}


def _cells(*texts: str) -> Form:
    return _typed("\n\n".join(["项目支出绩效目标表", *texts, *(cell for row in _BLOCK for cell in row)]))


def test_amounts_follow_all_their_sources_and_a_goal_begins_above_its_label() -> None:
    above, below = "面向全市基层农技人员和种养大户开展实用技术培训推广活动，不断提升广大农户的种", "植水平和经营收入。"
    amounts = ("预算资金", "合计", "财政拨款", "单位自筹（万元）", "150.00", "110.00", "40.00")
    form = _cells("项目名称", "农技推广", *amounts, above, "年度绩效目标", below)
    assert _amounts(form) == {"total": "150.00", "fiscal": "110.00", "self": "40.00"}
    assert form.text("goal.annual") == above + below


def test_the_name_of_a_unit_may_come_late() -> None:
    funds = ("年度资金总额：", "198.00", "其中：财政拨款", "198.00")
    form = _cells("项目名称", "社区服务", "实施单位", *funds, "年度绩效目标", "望河街道社区建设办", _GOAL)
    assert form.text("implementing_unit") == "望河街道社区建设办"
    assert form.text("goal.annual") == _GOAL


def test_what_money_is_spent_on_is_no_source() -> None:
    form = _ruled(
        [
            ("单位名称", "甲县法院"), ("预算资金（万元）", "资金总额：2386.75"), ("按收入性质分：", "按支出性质分："),
            ("其中：一般公共预算拨款：2386.75", "其中：基本支出：1625.75"), ("其他资金：0", "项目支出：761.00"), ("年度目标", _GOAL),
        ],
        "<p>部门（单位）整体支出绩效目标表</p>",
    )  # fmt: skip
    assert _amounts(form) == {"total": "2386.75", "fiscal": "2386.75", "other": "0"}


def test_a_total_told_in_a_sentence_is_parted_from_its_label() -> None:
    parts = label_and_amount("项目年度预算为380万元，其中省级财政资金300万元，学校自筹资金50万元。")
    assert parts[0].endswith("年度预算")
    assert parts[1].startswith("380万元")


def test_a_label_behind_another_tells_the_period_of_its_amount() -> None:
    rows = [
        ("资金总额", "全年预算数", "120"),
        ("其中：财政拨款", "全年预算数", "100"),
        ("其他资金", "全年预算数", "20"),
    ]
    form = _ruled([("项目名称", "农技推广培训", ""), *rows, ("年度目标", _GOAL)])
    assert _amounts(form) == {"total": "120", "fiscal": "100", "other": "20"}
    # Two labels whose first amount is blank: the second is one of its own.
    two = _ruled([("项目名称", "农技推广培训", ""), ("实施期资金总额", "", "年度资金总额", "120"), ("年度目标", _GOAL)])
    assert (_amounts(two), _amounts(two, "lifetime")) == ({"total": "120"}, {})
