"""Placed text whose horizontal rules stand around groups of rows, labels in the middle of two rows."""

from __future__ import annotations

from indicators.forms import find_forms
from indicators.records import Document, Line, Location, Region, Segment

_PITCH = 1.04
_COLUMNS = (10.0, 30.0, 52.0, 90.0)
#: Row, and the cells at the places of the columns.
_PRINTED: list[tuple[float, tuple[str, str, str, str]]] = [
    (0, ("项目名称", "岭北县城东供水管网改造", "", "")),
    (1, ("主管部门", "岭北县水务局", "实施单位", "岭北县供水公司")),
    (2, ("工程性质", "改建", "实施期限", "2024年3月—2025年6月")),
    (3, ("总投资", "5,000.00", "年度资金总额", "2,000.00")),
    (4, ("其他资金", "1,000.00", "其他资金", "400.00")),
    (5, ("年度目标", "更换老旧供水管网18公里。", "", "")),
    (6, ("一级指标", "二级指标", "三级指标", "年度指标值")),
    (7, ("", "", "更换供水管网长度", "≥18公里")),
    (7.5, ("", "数量指标", "", "")),
    (8, ("", "", "新建加压泵站", "2座")),
    (9, ("", "", "水质合格率", "100%")),
    (9.5, ("产出指标", "质量指标", "", "")),
    (10, ("", "", "管道试压合格率", "≥98%")),
    (11, ("", "", "投资完成比例", "≥40%")),
    (11.5, ("", "时效指标", "", "")),
    (12, ("", "", "资金支出进度", "≥90%")),
    (13, ("", "经济效益指标", "年减少漏损水量", "≥30万吨")),
    (13.5, ("效益指标", "", "", "")),
    (14, ("", "社会效益指标", "受益人口", "≥2.4万人")),
    (15, ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%")),
]
#: Rules above these rows.
_RULES = (0, 1, 3, 5, 6, 7, 16)


def _document() -> Document:
    at = Location(page=1)
    segments: list[Segment] = []
    lines: list[Line] = []
    for row, cells in _PRINTED:
        for x, text in zip(_COLUMNS, cells, strict=True):
            if text:
                width = sum(1.0 if character.isascii() else 2.0 for character in text)
                segments.append(
                    Segment(text=text, x0=x, x1=x + width, y=2 + row * _PITCH, line=len(lines), at=Location(page=1))
                )
        lines.append(Line(text=" ".join(filter(None, cells)), at=at))
    rules = tuple((2 + (row - 0.5) * _PITCH, 9.0, 122.0) for row in _RULES)
    region = Region(
        text="\n".join(line.text for line in lines), at=at, lines=tuple(lines), segments=tuple(segments), rules=rules,
        height=22.0,
    )  # fmt: skip
    title = Line(text="2024年项目绩效目标表", at=at)
    return Document(name="a.pdf", sha256="", media_type="application/pdf", reader="pdf", blocks=(title, region))


def test_whole_labels_between_two_rules_are_rows_of_their_own() -> None:
    form = find_forms(_document()).forms[0]
    assert form.text("department") == "岭北县水务局"
    assert form.text("implementing_unit") == "岭北县供水公司"
    assert form.text("project_period") == "2024年3月—2025年6月"
    assert [form.amount(side, "total") for side in ("lifetime", "annual")] == [5000, 2000]
    assert [form.amount(side, "other") for side in ("lifetime", "annual")] == [1000, 400]
    assert [(item.level1, item.level2, item.name) for item in form.indicators] == [
        ("产出指标", "数量指标", "更换供水管网长度"),
        ("产出指标", "数量指标", "新建加压泵站"),
        ("产出指标", "质量指标", "水质合格率"),
        ("产出指标", "质量指标", "管道试压合格率"),
        ("产出指标", "时效指标", "投资完成比例"),
        ("产出指标", "时效指标", "资金支出进度"),
        ("效益指标", "经济效益指标", "年减少漏损水量"),
        ("效益指标", "社会效益指标", "受益人口"),
        ("满意度指标", "服务对象满意度指标", "居民满意度"),
    ]
