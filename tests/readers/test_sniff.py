from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.readers import sniff as types
from indicators.readers.sniff import sniff
from tests.readers.office import compound, docx, p, packed, xlsx


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"%PDF-1.7\n...", types.PDF),
        (b"\r\n\r\njunk before %PDF-1.4", types.PDF),
        (docx(p("甲")), types.DOCX),
        (xlsx({"一": "<sheetData/>"}), types.XLSX),
        (packed({"xl/workbook.xml": "", "xl/vbaProject.bin": b"\0"}), types.XLSM),
        (packed({"word/document.xml": "", "word/vbaProject.bin": b"\0"}), types.DOCM),
        (packed({"xl/workbook.bin": b""}), types.XLSB),
        (packed({"ppt/presentation.xml": ""}), types.PPTX),
        (packed({"mimetype": types.ODS, "content.xml": ""}), types.ODS),
        (packed({"OFD.xml": "", "Doc_0/Document.xml": ""}), types.OFD),
        (packed({"a.txt": "甲"}), types.ZIP),
        (docx(p("甲"))[:200] + b"word/document.xml", types.DOCX),
        (compound({"WordDocument": b"\0"}), types.DOC),
        (compound({"Workbook": b"\0"}), types.XLS),
        (compound({"Book": b"\0"}), types.XLS),
        (compound({"PowerPoint Document": b"\0"}), types.PPT),
        (compound({"EncryptionInfo": b"\0", "EncryptedPackage": b"\0"}), types.ENCRYPTED_OOXML),
        (compound({"CONTENTS": b"\0"}), types.OLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", types.OLE),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\x00\x08", "image/tiff"),
        (b"MM\x00*\x00", "image/tiff"),
        (b"{\\rtf1\\ansi", types.RTF),
        (b"<!DOCTYPE html><html>", types.HTML),
        (b"\xef\xbb\xbf <!-- x --> <HTML>", types.HTML),
        (b"<?xml version='1.0'?><html xmlns='x'>", types.HTML),
        (b"<table><tr><td>1", types.HTML),
        ("<html><meta charset=gbk>目标".encode("gb18030"), types.HTML),
        ("<html>目标".encode("utf-16"), types.HTML),
        (b"<?xml version='1.0'?><Workbook/>", types.XML),
        ("项目名称\t渠道维修".encode(), types.TEXT),
        ("项目名称\t渠道维修".encode("gb18030"), types.TEXT),
        ("项目名称".encode("utf-16"), types.TEXT),
        ("<p>项目</p>不是网页的开头也算网页".encode(), types.HTML),
        ("BM开头的文字".encode(), types.TEXT),
        (b"", types.TEXT),
        (b"\x00\x01\x02\x03" * 9, types.OCTETS),
    ],
)
def test_content_decides(data: bytes, expected: str) -> None:
    assert sniff(data) == expected


def test_a_character_cut_by_the_window_is_still_text() -> None:
    assert sniff(("a" + "目" * 9000).encode()) == types.TEXT


@given(st.binary(max_size=2000), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>"]))
def test_any_bytes_have_a_type(data: bytes, start: bytes) -> None:
    assert "/" in sniff(start + data)
