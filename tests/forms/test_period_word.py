"""What a form calls the whole period is kept for the messages."""

from __future__ import annotations

import pytest

from indicators import find_forms, read

_FORM = """项目支出绩效目标表
（2025年度）
项目名称\t隐患点专业监测
主管部门\t岭下县自然资源局\t实施单位\t岭下县监测站
总体目标\t{whole}\t年度目标
\t2025年至2027年布设设备152处。\t2025年布设设备52处。
一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t布设设备处数\t152处\t数量指标\t布设设备处数\t52处
产出指标\t质量指标\t设备在线率\t≥96%\t质量指标\t设备在线率\t≥95%
效益指标\t社会效益指标\t覆盖群众人数\t6840人\t社会效益指标\t覆盖群众人数\t2340人
满意度指标\t服务对象满意度指标\t群众满意度\t≥92%\t服务对象满意度指标\t群众满意度\t≥90%
"""


@pytest.mark.parametrize(
    ("label", "word"),
    [("中期目标", "中期"), ("长期绩效目标", "长期"), ("中长期目标（2025年—2027年）", "中长期"), ("实施期目标", "")],
)
def test_the_word_of_the_goal(tmp_path, label: str, word: str) -> None:
    path = tmp_path / "form.txt"
    path.write_text(_FORM.format(whole=label), encoding="utf-8")
    (form,) = find_forms(read(path)).forms
    assert form.text("goal.lifetime") == "2025年至2027年布设设备152处。"
    assert form.period_word == word
