"""CSV, JSON, Excel, Parquet and DataFrames: every finding, as text, in software that opens them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile

import pytest

from indicators.catalogue import builtin_rules
from indicators.records import Location
from indicators.report.csv import write_csv
from indicators.report.frames import findings_frame, indicators_frame, scores_frame, to_frame
from indicators.report.json import write_json, write_json_lines
from indicators.report.places import cell_name, place_text
from indicators.report.rows import finding_rows
from indicators.report.xlsx import DECISIONS, write_xlsx
from indicators.text import plain_cell
from tests.report.making import PHONE, form_text, from_text, hostile_report, report_of

MARKS = ("=HYPERLINK", "<script>alert(1)</script>", "]]>")


@pytest.fixture(scope="module")
def report():
    return report_of(from_text(form_text(3)), from_text(form_text(1, name="水库除险"), name="另一份.txt"))


@pytest.fixture(scope="module")
def rules():
    return builtin_rules()


def rows_of(text):
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))


def test_csv_holds_every_finding(report):
    text = write_csv(report)
    assert text.startswith("\ufeff")
    rows = rows_of(text)
    assert len(rows) == 1 + len(report.findings) + 2
    fingerprints = {row[-1] for row in rows[1:]}
    assert {item.fingerprint for item in report.findings} <= fingerprints
    head = rows[0]
    first = dict(zip(head, rows[2]))
    assert first["单位"] == "云溪县水利局"
    assert first["项目"] == "河道清淤"
    assert first["金额（元）"] == "520000"
    assert first["级别"] == "错误"
    assert first["状态"] == "待处理"


def test_csv_starts_no_formula():
    for row in rows_of(write_csv(hostile_report())):
        assert not any(cell.lstrip().startswith(("=", "+", "@", "＝")) for cell in row)
    assert plain_cell("=1+1") == "'=1+1"
    assert plain_cell("　＝1") == "'　＝1"
    assert plain_cell("≥95%") == "≥95%"


def test_json_is_the_contract_and_one_line_a_document(report):
    data = json.loads(write_json(report))
    assert data["schema"] == "indicators.report"
    assert [len(document["findings"]) for document in data["documents"]] == [10, 4]
    lines = write_json_lines(report).splitlines()
    assert len(lines) == 2
    assert all(json.loads(line)["schema"] == "indicators.report" for line in lines)
    assert json.loads(lines[1])["findings"] == data["documents"][1]["findings"]


def test_json_survives_hostile_text():
    text = write_json(hostile_report()) + write_json_lines(hostile_report())
    text.encode()
    assert "\x00" not in text
    assert MARKS[0] in text


def test_json_lines_have_no_other_line_ends():
    report = report_of(from_text(form_text(1), words="甲\u2028乙\x85丙\ud800"))
    lines = write_json_lines(report)
    assert len(lines.splitlines()) == 1
    assert "甲\u2028乙" in json.loads(lines)["findings"][0]["message"]


def book(data):
    openpyxl = pytest.importorskip("openpyxl")
    return openpyxl.load_workbook(io.BytesIO(data))


def test_excel_holds_every_finding_and_all_sheets(report, rules):
    opened = book(write_xlsx(report, rules))
    assert opened.sheetnames == ["总览", "问题清单", "指标明细", "项目评分", "规则说明"]
    sheet = opened["问题清单"]
    head = [cell.value for cell in sheet[1]]
    for name in ("单位", "项目", "金额（元）", "规则", "级别", "问题", "证据", "位置", "建议", "处理意见"):
        assert name in head
    found = {row[head.index("指纹")] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert {row.fingerprint for row in finding_rows(report)} == found
    assert opened["指标明细"].max_row == 1 + 4 * 12
    assert opened["项目评分"].max_row == 1 + 4
    assert opened["规则说明"].max_row == 1 + len(rules)
    assert len(opened["总览"]._charts) == 2


def test_excel_is_ready_to_work_with(report, rules):
    sheet = book(write_xlsx(report, rules))["问题清单"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == f"A1:S{1 + len(report.findings) + 2}"
    drop = sheet.data_validations.dataValidation[0]
    assert drop.type == "list"
    assert drop.formula1 == '"' + ",".join(DECISIONS) + '"'
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"


def test_excel_keeps_document_text_as_text(rules):
    data = write_xlsx(hostile_report(), rules)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = [name for name in parts.namelist() if "worksheets/sheet" in name]
        for name in sheets:
            body = parts.read(name).decode()
            assert "<f>" not in body
            assert "<hyperlink" not in body
        assert not any("externalLink" in name for name in parts.namelist())
    cells = [cell for sheet in book(data) for row in sheet for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(MARKS[0] in cell.value and MARKS[1] in cell.value and MARKS[2] in cell.value for cell in cells)


def test_rules_in_the_workbook_are_in_words(report, rules):
    sheet = book(write_xlsx(report, rules))["规则说明"]
    texts = [cell.value for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)]
    assert not any(re.search(r"\{[a-z]|\*\*[一-龥]+\*\*|`", text) for text in texts)


def test_excel_can_be_written_straight_to_disk(report, rules, tmp_path):
    path = tmp_path / "结果.xlsx"
    assert write_xlsx(report, rules, path) == b""
    assert book(path.read_bytes()).sheetnames[0] == "总览"


@pytest.mark.slow
def test_excel_opens_in_libreoffice(rules, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    report = hostile_report(3)
    path = tmp_path / "result.xlsx"
    path.write_bytes(write_xlsx(report, rules))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    # Sheet 2 as CSV: what LibreOffice itself reads in 问题清单.
    target = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
    command = [office, profile, "--headless", "--convert-to", target, "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    text = next(tmp_path.glob("*.csv")).read_text(encoding="utf-8")
    assert all(item.fingerprint in text for item in report.findings)
    assert "=HYPERLINK" in text


def test_frames(report):
    frame = to_frame(report)
    assert len(frame) == len(report.findings) + 2
    assert frame["form"].dtype == "Int64"
    assert frame["form"].isna().sum() == 2
    assert frame["amount"].max() == 520000
    assert list(findings_frame(report).columns) == list(frame.columns)
    scores = scores_frame(report)
    assert len(scores) == 4
    assert scores["完整性"].tolist() == [20.0] * 4
    indicators = indicators_frame(report)
    assert set(indicators["level"]) == {3}
    assert indicators["findings"].sum() == 4
    assert to_frame(report_of()).empty


def test_parquet(report):
    parquet = pytest.importorskip("pyarrow.parquet")
    from indicators.report.parquet import write_parquet

    table = parquet.read_table(io.BytesIO(write_parquet(report)))
    assert table.num_rows == len(report.findings) + 2
    assert table.column("fingerprint").to_pylist()[0] == report.findings[0].fingerprint


def test_no_phone_and_no_name(report, rules):
    with zipfile.ZipFile(io.BytesIO(write_xlsx(report, rules))) as parts:
        packed = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    for text in (write_csv(report), write_json(report), write_json_lines(report), packed, to_frame(report).to_string()):
        assert PHONE not in text
        assert "甲乙丙" not in text
        assert "138****1234" in text


def test_places_in_words():
    assert place_text(Location(page=14, table=3, row=2, column=1)) == "第14页"
    assert place_text(Location(sheet="Sheet1", row=4, column=5)) == "“Sheet1”F5"
    assert place_text(Location(line=7, table=0, row=1, column=1)) == "第7行"
    assert place_text(Location(table=1, row=3, column=0)) == "第2个表 第4行"
    assert place_text(Location()) == ""
    assert [cell_name(0, column) for column in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]


def test_every_subject_is_named_in_chinese():
    """What the checks call a subject is a path; people read a name."""
    from indicators.cases import _judge, build
    from indicators.report.places import subject_text

    rules = builtin_rules()
    for rule in rules:
        for case in rule.bad:
            report = _judge(build(case.patch), rules, (rule.code,))
            forms = {form.index: form for form in report.extraction.forms}
            for item in report.findings:
                named = subject_text(item, forms.get(item.form))
                assert not re.search(r"[a-z]{3,}", re.sub("“.*?”", "", named)), (rule.code, named)
