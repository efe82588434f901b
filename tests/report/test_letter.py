"""The letter: one for each unit that has something to correct, from a template the bureau may replace."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from indicators.errors import ConfigError
from indicators.report.letter import letters, units, write_letter
from indicators.report.templates.make_letter import make_letter
from tests.report.making import PHONE, form_text, from_text, hostile_report, report_of

docx = pytest.importorskip("docx")
pytest.importorskip("docxtpl")


@pytest.fixture(scope="module")
def report():
    other = form_text(1, name="水库除险").replace("实施单位\t\t云溪县水利局", "实施单位\t\t云溪县水库管理站")
    return report_of(from_text(form_text(3)), from_text(other, name="另一份.txt"))


def read(data):
    document = docx.Document(io.BytesIO(data))
    paragraphs = [item.text for item in document.paragraphs]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return paragraphs, tables


def test_one_letter_a_unit(report):
    assert units(report) == ("云溪县水利局", "云溪县水库管理站")
    paragraphs, tables = read(write_letter(report, bureau="云溪县财政局", today=date(2025, 1, 20)))
    assert paragraphs.count("绩效目标审核意见") == 2
    assert "云溪县水库管理站：" in paragraphs
    assert paragraphs.count("云溪县财政局") == 2
    assert "2025年1月20日" in paragraphs
    text = "\n".join(paragraphs)
    assert "参考分 82.0（良）：完整性 20，相关性 20，适当性 12，可行性 30" in text
    assert not any(sign in text for sign in ("{{", "{%", "<built-in"))
    findings = [row for table in tables for row in table[1:]]
    listed = [item for letter in letters(report) for project in letter.projects for item in project.findings]
    general = [item for letter in letters(report) for item in letter.general]
    assert len(findings) == len(listed) + len(general) == 8
    # One warning in all three projects of a unit is told once; an error stays with its project.
    assert [item.rule for item in general] == ["V101", "A101", "A101"]
    assert "（3 张表都有：" in general[0].message


def test_notes_on_request(report):
    found = list(letters(report, notes=True))
    assert sum(len(p.findings) for letter in found for p in letter.projects) == 6
    assert sum(len(letter.general) for letter in found) == 4


def test_one_unit_alone(report):
    paragraphs, tables = read(write_letter(report, unit="云溪县水库管理站"))
    assert paragraphs.count("绩效目标审核意见") == 1
    assert len(tables) == 1
    assert "　　　　年　　月　　日" in paragraphs
    with pytest.raises(ConfigError) as caught:
        write_letter(report, unit="云溪县教育局")
    assert "云溪县水利局" in caught.value.remedy


def test_nothing_to_correct():
    paragraphs, tables = read(write_letter(report_of()))
    assert "绩效目标表未发现需要修改的问题。" in paragraphs
    assert tables == []


def test_document_text_stays_text():
    paragraphs, tables = read(write_letter(hostile_report()))
    cells = [cell for table in tables for row in table for cell in row]
    assert any("<script>alert(1)</script>]]>" in cell for cell in cells)
    assert any("<script>alert(1)</script>]]>" in line for line in paragraphs)
    hostile = report_of(from_text(form_text(1, name="{{ 7*7 }}{% raw %}")))
    paragraphs, _ = read(write_letter(hostile))
    assert any("{{ 7*7 }}{% raw %}" in line for line in paragraphs)


def test_template_of_the_bureau(report, tmp_path):
    path = tmp_path / "own.docx"
    own = docx.Document()
    own.add_paragraph("{%p for letter in letters %}")
    own.add_paragraph("致{{ letter.unit }}：错误{{ letter.errors }}处")
    own.add_paragraph("{%p endfor %}")
    own.save(str(path))
    paragraphs, _ = read(write_letter(report, template=path))
    assert paragraphs == ["致云溪县水利局：错误3处", "致云溪县水库管理站：错误1处"]


@pytest.mark.parametrize(
    "line", ["{{ letters.nothing.at.all }}", "{% for %}", "{{ ''.__class__.__mro__[1].__subclasses__() }}"]
)
def test_template_with_a_mistake(report, tmp_path, line):
    path = tmp_path / "own.docx"
    own = docx.Document()
    own.add_paragraph(line)
    own.save(str(path))
    with pytest.raises(ConfigError) as caught:
        write_letter(report, template=path)
    assert str(path) in str(caught.value)


def test_template_that_is_none(report, tmp_path):
    path = tmp_path / "own.docx"
    path.write_text("kein Word")
    for wrong in (path, tmp_path / "missing.docx"):
        with pytest.raises(ConfigError):
            write_letter(report, template=wrong)


def test_no_phone_and_no_name(report):
    with zipfile.ZipFile(io.BytesIO(write_letter(report, notes=True))) as parts:
        text = "".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist())
    assert PHONE not in text
    assert "甲乙丙" not in text
    assert "138****1234" in text


def test_shipped_template_is_the_one_the_script_makes(tmp_path):
    from indicators.report.letter import TEMPLATE

    path = tmp_path / "letter.docx"
    make_letter(path)
    with zipfile.ZipFile(path) as made, zipfile.ZipFile(TEMPLATE) as shipped:
        assert made.read("word/document.xml") == shipped.read("word/document.xml")
