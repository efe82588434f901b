"""Findings that are one thing are one group; repairs take away just their own findings."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from indicators.grouping import grouped
from indicators.pipeline import Checker, Options
from indicators.readers import read_bytes
from indicators.records import DocumentReport, Report
from indicators.report.csv import write_csv
from indicators.report.diff import diff
from indicators.report.grouped import document_line, group_lines
from indicators.report.html import write_html
from indicators.report.json import write_json
from indicators.report.saved import read_saved
from indicators.report.terminal import write_terminal
from indicators.report.xlsx import write_xlsx

_WORKS = (
    ("龙山水库清淤", "清淤土方量", "立方米", 5200),
    ("白沙渠衬砌", "衬砌渠道长度", "米", 3100),
    ("柳湾泵站更新", "更新水泵台数", "台", 14),
    ("石桥闸门维修", "维修闸门数量", "座", 9),
    ("青石护岸加固", "加固护岸长度", "米", 2600),
    ("南坡造林", "造林面积", "亩", 880),
    ("北岭谷坊修建", "修建谷坊数量", "座", 24),
    ("城东雨量站更换", "更换雨量计数量", "套", 37),
    ("河道界桩埋设", "埋设界桩数量", "根", 1250),
    ("机井封填", "封填机井数量", "眼", 46),
    ("山塘防渗", "防渗山塘数量", "口", 31),
    ("灌区量水设施安装", "安装量水设施数量", "处", 58),
    ("水文缆道检修", "检修缆道数量", "条", 7),
    ("节水器具发放", "发放节水器具数量", "件", 4300),
    ("水源地围网架设", "架设围网长度", "米", 6700),
)
_FORM = """项目支出绩效目标表
(2025年度)
项目名称\t\t{name}
主管部门及代码\t\t318-云溪县水利局\t\t实施单位\t\t云溪县水利局
项目属性\t\t一次性项目(1年结束)\t\t项目期\t\t1年
项目资金(元)\t\t实施期资金总额:\t\t{money}\t\t年度资金总额:\t\t{money}
\t\t其中:省级财政资金\t\t{money}\t\t省级财政资金\t\t{money}
项目概况\t\t对{name}所涉及的设施开展施工，{thing}{count}{unit}。
立项依据\t\t云水〔2024〕{number}号
项目设立必要性\t\t2024年{number}月检查发现{name}处设施损坏{number}处。
保证项目实施的制度、措施\t\t《云溪县水利局{name}管理办法》，按{number}道工序验收。
项目实施计划\t\t3月招标，4月至8月完成{name}，9月验收。
总体目标\t\t实施期目标\t\t年度目标
\t\t{name}{count}{unit}，9月底前验收。\t\t{name}{count}{unit}，9月底前验收。
绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值
"""
_ROWS = {
    "数量指标": "{thing}={count}{unit}",
    "质量指标": "{name}验收合格率==100%",
    "时效指标": "{name}完成时间=2025年8月底前",
    "成本指标": "{name}总成本=≤{money}元",
    "社会效益指标": "{name}受益人口=≥{people}人",
    "服务对象满意度指标": "{name}群众满意度=≥92%",
}
_LEVEL1 = {"数量指标": "产出指标", "社会效益指标": "效益指标", "服务对象满意度指标": "满意度指标"}
#: What goes wrong where: number of the form, category, row.
_FAULTS = {
    1: ("社会效益指标", "灌溉条件=改善"),
    4: ("成本指标", "护岸加固总成本=≥{money}元"),
    7: ("质量指标", "雨量计验收合格率=≥100%"),
    9: ("质量指标", "机井资料差错率=≥3%"),
    11: ("社会效益指标", "灌区用水秩序=稳步提高"),
    13: ("时效指标", "器具发放完成时间=及时"),
}


def budget(faults: set[int], order: list[int] | None = None) -> str:
    forms = []
    for number in order or range(len(_WORKS)):
        name, thing, unit, count = _WORKS[number]
        facts = {"name": name, "thing": thing, "unit": unit, "count": count, "number": number + 3}
        facts |= {"money": 310000 + 7000 * number, "people": 1200 + 310 * number}
        lines = [_FORM.format(**facts)]
        for category, row in _ROWS.items():
            if number in faults and _FAULTS[number][0] == category:
                row = _FAULTS[number][1]
            left, _, right = row.format(**facts).partition("=")
            lines.append(f"\t{_LEVEL1.get(category, '')}\t{category}\t{left}\t{right}\t{category}\t{left}\t{right}\n")
        forms.append("".join(lines) + "负责人:\t\t经办人:\t\t联系电话:\t填报日期:\t20241215100357\n")
    return "云溪县水利局2025年部门预算\n" + "".join(forms)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(options=Options(classifier=False, ocr=False))


def checked(checker: Checker, text: str) -> DocumentReport:
    return checker.check_document(read_bytes(text.encode(), "云溪县水利局.txt"))


def saved(tmp_path: Path, name: str, document: DocumentReport) -> Path:
    path = tmp_path / name
    path.write_text(write_json(Report(documents=(document,), tool_version="0")), encoding="utf-8")
    return path


def test_four_repairs_are_four_findings_gone(checker: Checker, tmp_path: Path) -> None:
    """Six faults in fifteen forms; four are repaired and two forms change places: four are gone, nothing is new."""
    before = checked(checker, budget(set(_FAULTS)))
    order = [*range(2, 15), 0, 1]
    after = checked(checker, budget({1, 13}, order))
    assert len(before.extraction.forms) == len(after.extraction.forms) == 15
    found = diff(read_saved(saved(tmp_path, "a.json", before)), read_saved(saved(tmp_path, "b.json", after)))
    assert sorted(item.rule for item in found.gone) == ["U102", "U104", "V102", "V110"]
    assert found.new == ()
    assert {item.rule for item in found.kept} >= {"V101", "V103"}


def repeated(value: str, count: int) -> str:
    """Return the budget with one row that says the same in so many forms."""
    text = budget(set())
    for number in range(count):
        name, *_ = _WORKS[number]
        row = f"社会效益指标\t{name}受益人口\t≥{1200 + 310 * number}人"
        text = text.replace(row, f"社会效益指标\t水利服务能力\t{value}")
    return text


def test_one_vague_row_in_many_forms_is_one_group(checker: Checker) -> None:
    document = checked(checker, repeated("提高", 5))
    vague = [item for item in document.findings if item.rule == "V101"]
    assert len(vague) == 5
    groups = grouped(document)
    assert sorted(map(id, document.findings)) == sorted(id(item) for group in groups for item in group.findings)
    (group,) = [group for group in groups if vague[0] in group.findings]
    assert group.head.rule == "D102"
    assert group.form is None
    assert group.forms == (0, 1, 2, 3, 4)
    known = {form.index: form for form in document.extraction.forms}
    assert document_line(group, known).message.endswith("（5 张表都有：第 1、2、3、4、5 张）")
    text = write_terminal(Report(documents=(document,), tool_version="0"), width=140)
    assert text.count("警告  D102") == 1
    assert "警告  V101" not in text
    assert "■ [3]" not in text


def test_two_forms_are_not_many(checker: Checker) -> None:
    document = checked(checker, repeated("提高", 2))
    groups = [group for group in grouped(document) if group.head.rule == "V101"]
    assert [group.form for group in groups] == [0, 1]


def test_what_follows_from_one_blank_is_one_group(checker: Checker) -> None:
    text = budget(set()).replace("龙山水库清淤验收合格率\t=100%", "龙山水库清淤验收合格率\t")
    document = checked(checker, text)
    (blank,) = [item for item in document.findings if item.rule == "S110"]
    doubt = replace(blank, rule="V121", severity="warning")
    missing = replace(blank, rule="S105", severity="warning", indicator=None, subject="indicators.质量指标")
    elsewhere = replace(blank, rule="S104", severity="warning", indicator=None, subject="indicators.数量指标")
    document = replace(document, findings=(missing, doubt, elsewhere, *document.findings))
    (group,) = [group for group in grouped(document) if blank in group.findings]
    assert group.head is blank
    assert {item.rule for item in group.findings} == {"S110", "V121", "S105"}


def test_rows_of_one_form_are_told_together(checker: Checker) -> None:
    text = budget(set()).replace("龙山水库清淤受益人口\t≥1200人", "水库保障能力\t提高")
    text = text.replace("龙山水库清淤群众满意度\t≥92%", "下游用水秩序\t改善")
    document = checked(checker, text)
    (group,) = [group for group in grouped(document) if group.head.rule == "V101"]
    assert len(group.findings) == 2
    shown = write_terminal(Report(documents=(document,), tool_version="0"), width=140)
    assert "另有 1 处" in shown


def test_json_keeps_every_finding_and_names_its_group(checker: Checker) -> None:
    document = checked(checker, repeated("提高", 5))
    data = json.loads(write_json(Report(documents=(document,), tool_version="0")))["documents"][0]
    assert len(data["findings"]) == len(document.findings)
    numbers = {item["group"] for item in data["findings"] if item["rule"] in ("V101", "D102")}
    assert len(numbers) == 1


def test_tables_count_forms_from_one(checker: Checker) -> None:
    document = checked(checker, budget({1}))
    rows = [line.split(",") for line in write_csv(Report(documents=(document,), tool_version="0")).splitlines()[1:]]
    assert [row[1] for row in rows if row[5] == "V101"] == ["2"]


def alike(checker: Checker) -> DocumentReport:
    """Return fifteen forms of which five share a vague row, and one has two more."""
    text = repeated("提高", 5)
    text = text.replace("河道界桩埋设受益人口\t≥3680人", "界桩管护秩序\t改善")
    return checked(checker, text.replace("河道界桩埋设群众满意度\t≥92%", "沿河巡查能力\t增强"))


def test_lines_hold_every_finding_once_and_what_concerns_the_document_first(checker: Checker) -> None:
    document = alike(checker)
    lines = list(group_lines(document))
    held = [id(finding) for line in lines for finding in line.findings]
    assert sorted(held) == sorted(map(id, document.findings))
    wide = [len({finding.form for finding in line.findings} - {None}) != 1 for line in lines if line.severity != "note"]
    assert wide == sorted(wide, reverse=True)
    assert len(lines) < len(document.findings)


def test_a_page_says_once_what_is_one_thing_and_leads_to_every_place(checker: Checker) -> None:
    document = alike(checker)
    page = write_html(Report(documents=(document,), tool_version="0"), checker.rules)
    listed = page[page.index('<section id="findings"') :]
    listed = listed[: listed.index("</section>")]
    rows = listed.split("<tr data-severity")[1:]
    assert len(rows) == len(list(group_lines(document)))
    (shared,) = [row for row in rows if "水利服务能力" in row]
    assert "全部 6 处" in shared
    assert 'data-rule="D102\nV101"' in shared
    places = {link for row in rows for link in re.findall(r'href="#(f-\d+-(?:d|\d+)-\d+)"', row)}
    assert len(places) == len(document.findings)
    assert all(f'id="{place}"' in page for place in places)
    article = page[page.index('<article id="f-0-8"') : page.index('<article id="f-0-9"')]
    assert len(re.findall(r'<section id="[^"]+" class="finding[^>]*>(?:(?!</section>).)*V101', article, re.S)) == 1
    assert "沿河巡查能力" in article[article.index('<ul class="places">') :]
    assert "另有 4 张表也有" in page


def workbook_rows(data: bytes) -> list[tuple[dict[str, object], int, bool]]:
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(io.BytesIO(data))["问题清单"]
    heads = [cell.value for cell in sheet[1]]
    rows = []
    for number, values in enumerate(sheet.iter_rows(min_row=2, values_only=True), start=2):
        shape = sheet.row_dimensions[number]
        rows.append((dict(zip(heads, values, strict=True)), shape.outlineLevel, bool(shape.hidden)))
    return rows


def test_a_workbook_folds_what_is_one_thing_below_its_first_row(checker: Checker) -> None:
    document = alike(checker)
    rows = workbook_rows(write_xlsx(Report(documents=(document,), tool_version="0"), checker.rules))
    assert {row["指纹"] for row, _, _ in rows} == {finding.fingerprint for finding in document.findings}
    seen = [row for row, _, hidden in rows if not hidden]
    assert len(seen) == len(list(group_lines(document)))
    assert all(row["组"] == row["序号"] for row in seen)
    folded = [(row, level) for row, level, hidden in rows if hidden]
    assert folded
    assert all(level == 1 and row["同类"] == f"同第 {row['组']} 号" for row, level in folded)
    (shared,) = [row for row in seen if row["规则"] == "D102"]
    assert str(shared["同类"]).startswith("5 张表都有：第 1、2、3、4、5 张")


class Cells:
    """Stands for the process that opens workbooks: gives the cells of the sheet."""

    def __init__(self, rows: list[dict[str, object]]) -> None:
        self.rows = rows

    def look(self, _: object) -> str:
        heads = list(self.rows[0])
        lines = [dict(zip(heads, heads, strict=True)), *self.rows]
        cells = {
            str(number): {str(heads.index(name)): str(value or "") for name, value in line.items()}
            for number, line in enumerate(lines)
        }
        return json.dumps({"问题清单": cells})


def test_a_decision_on_a_folded_group_is_one_on_all_its_rows(checker: Checker) -> None:
    importing = pytest.importorskip("indicators.review.importing")
    document = alike(checker)
    rows = [
        row for row, _, _ in workbook_rows(write_xlsx(Report(documents=(document,), tool_version="0"), checker.rules))
    ]
    own = [row for row in rows if row["规则"] in ("D102", "V101") and "水利服务能力" in str(row["说明"])]
    own[0]["处理意见"], own[0]["处理说明"] = "退回修改", "逐项重写"
    own[2]["处理意见"] = "误报"
    # Sorted by somebody: the first row of the group stands last.
    read = importing.decisions_of_workbook(Cells(rows[::-1]), b"", "初审.xlsx")
    assert sorted((item.fingerprint, item.decision, item.note) for item in read) == sorted(
        (str(row["指纹"]), *(("误报", "") if row is own[2] else ("退回修改", "逐项重写"))) for row in own
    )
