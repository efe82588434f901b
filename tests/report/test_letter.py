"""The letter: one for each unit that has something to correct, from a template the bureau may replace."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date

import pytest

from indicators.cli import main
from indicators.errors import ConfigError
from indicators.report.letter import Terms, _numeral, letters, units, write_letter
from indicators.report.marks import is_ours
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
    assert "水库除险 82.0（良）" in text
    shown = text + "".join(cell for table in tables for row in table for cell in row)
    assert not any(sign in shown for sign in ("{{", "{%", "<built-in"))
    for letter, table in zip(letters(report), tables):
        listed = [item for project in letter.projects for item in project.findings] + list(letter.general)
        assert {group.title for group in letter.groups} == {item.title for item in listed}
        joined = "\n".join(row[-1] for row in table)
        assert all(re.sub("（(?:另有|\\d+ 张表).*", "", item.message) in joined for item in listed)


def test_what_is_corrected_alike_is_said_once(report):
    """Three forms with the same three faults are three things to say."""
    (first, *_) = letters(report)
    assert (
        len({(group.title, group.fix) for group in first.groups}) == len(first.groups) < first.errors + first.warnings
    )
    assert [group.level for group in first.groups] == sorted(
        (group.level for group in first.groups), key=["错误", "警告", "提示", "意见"].index
    )
    assert [group.number for group in first.groups] == list("一二三四五六七八九十"[: len(first.groups)])
    numbers = [point.number for group in first.groups for point in group.points]
    assert numbers == list(range(1, len(numbers) + 1))
    shared = [point for group in first.groups for point in group.points if point.name.count("；") == 2]
    assert shared
    assert shared[0].name.split("；")[0].startswith(first.projects[0].name)


def test_the_opening_counts_only_what_is_there(report):
    (first, *_) = letters(report)
    assert first.opening.startswith("对你单位报送的2025年度绩效目标表（3 张，来自《")
    assert re.search(r" 0 [张处]", first.opening) is None
    document = from_text(form_text(1))
    whole = replace(document.findings[0], form=None, indicator=None)
    empty = replace(document.extraction, forms=())
    alone = report_of(replace(document, extraction=empty, findings=(whole,), scores=(), specificity=()))
    (only,) = letters(alone)
    assert "张" not in only.opening
    assert re.search(r"(^| )0 ", only.opening) is None


def test_numerals_of_groups():
    assert [_numeral(at) for at in (0, 9, 10, 18, 19, 20, 98, 99)] == [
        "一", "十", "十一", "十九", "二十", "二十一", "九十九", "100",
    ]  # fmt: skip


def test_pages_are_numbered_and_terms_are_said(report):
    terms = Terms(deadline=date(2025, 2, 10), contact="预算股，0000-8000000")
    data = write_letter(report, bureau="云溪县财政局", today=date(2025, 1, 20), terms=terms)
    paragraphs, _ = read(data)
    text = "\n".join(paragraphs)
    assert "于2025年2月10日前重新报送" in text
    assert "联系人：预算股，0000-8000000。" in text
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        foot = "".join(parts.read(name).decode() for name in parts.namelist() if "footer" in name)
    assert "PAGE" in foot
    assert "NUMPAGES" in foot


@pytest.mark.slow
def test_twenty_ordinary_forms_take_two_pages(tmp_path):
    """As many faults a form as the samples have, and more than most of those kinds."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    text = form_text(20).replace("520000", "620000", 6).replace("≥3000人", "有所提高", 8).replace("≥92%", "满意", 5)
    path = tmp_path / "letter.docx"
    path.write_bytes(write_letter(report_of(from_text(text)), bureau="云溪县财政局", today=date(2025, 1, 20)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    import pypdf

    assert len(pypdf.PdfReader(path.with_suffix(".pdf")).pages) <= 2


@pytest.fixture
def files(tmp_path):
    (tmp_path / "甲.txt").write_text(form_text(2), encoding="utf-8")
    other = form_text(1, name="水库除险").replace("实施单位\t\t云溪县水利局", "实施单位\t\t云溪县水库/管理站")
    (tmp_path / "乙.txt").write_text(other, encoding="utf-8")
    return [str(tmp_path / "甲.txt"), str(tmp_path / "乙.txt"), "--exit-zero", "--no-classifier", "--no-config"]


def test_one_file_a_unit_with_sender_and_deadline(files, tmp_path):
    out = tmp_path / "意见"
    terms = ["--sender", "云溪县财政局", "--deadline", "2025-02-10", "--contact", "预算股", "--date", "2025-01-20"]
    assert main(["check", *files, "-o", f"{out}/", "--split-by", "unit", *terms]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["云溪县水利局.docx", "云溪县水库_管理站.docx"]
    for path in out.iterdir():
        paragraphs, _ = read(path.read_bytes())
        assert paragraphs.count("绩效目标审核意见") == 1
        assert paragraphs[-2:] == ["云溪县财政局", "2025年1月20日"]
        assert "于2025年2月10日前" in "\n".join(paragraphs)
        assert is_ours(path)
    assert main(["check", *files, "-o", f"{out}/", "--split-by", "unit", *terms]) == 0
    (out / "云溪县水利局.docx").write_text("别人的", encoding="utf-8")
    assert main(["check", *files, "-o", f"{out}/", "--split-by", "unit"]) == 2


def test_options_of_letters_are_refused_elsewhere(files, tmp_path, capsys):
    assert main(["check", *files, "--sender", "云溪县财政局"]) == 2
    assert "--sender" in capsys.readouterr().err
    assert main(["check", *files, "-o", str(tmp_path / "a.docx"), "--split-by", "unit"]) == 2
    assert "文件夹" in capsys.readouterr().err
    assert main(["check", *files, "-o", str(tmp_path / "a.docx"), "--deadline", "月底"]) == 2
    assert "月底" in capsys.readouterr().err


def test_a_template_on_the_command_line(files, tmp_path):
    own = docx.Document()
    own.add_paragraph("{%p for letter in letters %}")
    own.add_paragraph("致{{ letter.unit }}")
    own.add_paragraph("{%p endfor %}")
    own.save(str(tmp_path / "own.docx"))
    out = tmp_path / "a.docx"
    assert main(["check", *files, "-o", str(out), "--template", str(tmp_path / "own.docx")]) == 0
    assert read(out.read_bytes())[0] == ["致云溪县水利局", "致云溪县水库/管理站"]


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
