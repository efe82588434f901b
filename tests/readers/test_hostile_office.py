from __future__ import annotations

import io
import random
import resource
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.errors import ReadError
from indicators.readers import container
from indicators.readers.convert import find_office
from indicators.readers.doc import read_doc
from indicators.readers.docx import read_docx
from indicators.readers.html import read_html
from indicators.readers.xlsx import read_xlsx
from indicators.records import Document
from tests.readers.office import compound, docx, p, packed, tbl, tc, xlsx
from tests.samples.forms import projects
from tests.samples.layouts import LAYOUTS
from tests.samples.render_docx import render_docx
from tests.samples.render_html import render_html
from tests.samples.render_xlsx import render_xlsx

Reader = Callable[[bytes, str], Document]
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "哈哈哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
)
_HERE = Path(__file__).parent


def refused(reader: Reader, data: bytes, *words: str) -> None:
    with pytest.raises(ReadError) as caught:
        reader(data, "某表")
    message = str(caught.value)
    assert "某表" in message
    assert caught.value.remedy
    for word in words:
        assert word in message


def survived(reader: Reader, data: bytes) -> bool:
    """Return whether the reader gives a document or an error that names the file and a remedy."""
    try:
        return isinstance(reader(data, "某表"), Document)
    except ReadError as error:
        return error.where == "某表" and bool(error.remedy)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bombs_are_refused(encoding: str) -> None:
    body = (
        f"<?xml version='1.0' encoding='{encoding}'?>{_LAUGHS}<w:document xmlns:w='x'><w:body>&c;</w:body></w:document>"
    )
    refused(read_docx, packed({"word/document.xml": body.encode(encoding)}), "实体")
    sheet = f"<?xml version='1.0' encoding='{encoding}'?>{_LAUGHS}<worksheet><sheetData/></worksheet>".encode(encoding)
    data = xlsx({"一": "<sheetData/>"})
    parts = {info: zipfile_read(data, info) for info in names(data)}
    refused(read_xlsx, packed({**parts, "xl/worksheets/sheet1.xml": sheet}), "实体")


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def zipfile_read(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def test_external_entities_are_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    prolog = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    refused(read_docx, docx("<w:p><w:r><w:t>&s;</w:t></w:r></w:p>", prolog=prolog), "实体")
    page = f"{prolog}<html><p>&s;</p></html>".encode()
    assert "机密" not in str(read_html(page, "页"))


def test_zip_bombs_are_stopped_early() -> None:
    blank = b" " * (64 << 20)
    bomb = packed({"word/document.xml": b"<w:document xmlns:w='x'>" + blank + b"</w:document>"})
    assert len(bomb) < 1 << 20
    refused(read_docx, bomb, "压缩炸弹")
    data = xlsx({"一": "<sheetData/>"})
    parts = {name: zipfile_read(data, name) for name in names(data)}
    row = b"<row><c/></row>".ljust(256)
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData>" + row * ((64 << 20) // len(row))
    refused(read_xlsx, packed(parts), "压缩炸弹")


def test_many_parts_share_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MAX_TOTAL_BYTES", 4000)
    headers = {f"header{n}": "<w:hdr xmlns:w='x'>" + " " * 900 + "</w:hdr>" for n in range(6)}
    assert any(note.code == "part-unreadable" for note in read_docx(docx(p("甲"), **headers), "x").problems)


def test_declared_sizes_are_not_believed() -> None:
    data = bytearray(docx(p("甲" * 4000)))
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/document.xml"))
    struct.pack_into("<I", data, start + 24, 10)  # uncompressed size in the directory
    try:
        document = read_docx(bytes(data), "某表")
    except ReadError:
        return
    assert len(str(document.blocks)) < 20_000


@pytest.mark.parametrize("reader", [read_docx, read_xlsx])
def test_encrypted_and_damaged_files_say_so(reader: Reader) -> None:
    refused(reader, compound({"EncryptionInfo": b"\0", "EncryptedPackage": b"\0"}), "密码")
    refused(reader, b"PK\x03\x04" + b"\0" * 100, "损坏")
    refused(reader, packed({"a.txt": "甲"}), "损坏")
    refused(reader, render_docx(LAYOUTS["2-one-sided"]("x", projects()[:1]))[:-2000], "损坏")


def test_a_part_with_a_password_says_so() -> None:
    data = bytearray(docx(p("甲")))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    refused(read_docx, bytes(data), "密码")


def test_encrypted_legacy_files_say_so() -> None:
    refused(read_doc, compound({"WordDocument": b"\xec\xa5".ljust(10, b"\0") + struct.pack("<H", 0x100)}), "密码")
    records = struct.pack("<HHHH", 0x809, 4, 0x600, 5) + struct.pack("<HHH", 0x2F, 2, 1) + struct.pack("<HH", 0x0A, 0)
    refused(read_xlsx, compound({"Workbook": records}), "密码")
    refused(read_xlsx, compound({"Workbook": b"\xff" * 600}), "损坏")


def test_macros_are_not_run_but_noted() -> None:
    data = docx(p("甲"))
    parts: dict[str, str | bytes] = {name: zipfile_read(data, name) for name in names(data)}
    document = read_docx(packed({**parts, "word/vbaProject.bin": b"\xd0\xcf"}), "宏.docm")
    assert [note.code for note in document.problems] == ["macro-ignored"]


def test_a_far_away_cell_costs_nothing() -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    merges = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A1:XFD1048575"/></mergeCells>'
    document = read_xlsx(xlsx({"一": f"<sheetData>{cells}</sheetData>{merges}"}), "x")
    assert len(document.blocks) <= 2
    start = struct.pack("<HHHH", 0x809, 4, 0x600, 5)
    listed = struct.pack("<HHIBBBB", 0x85, 9, len(start) + 13 + 4, 0, 0, 1, 0) + b"A"
    page = struct.pack("<HHHH", 0x809, 4, 0x600, 0x10) + struct.pack("<HHHHHd", 0x203, 14, 65535, 255, 0, 1.0)
    end = struct.pack("<HH", 0x0A, 0)
    document = read_xlsx(compound({"Workbook": start + listed + end + page + end}), "x")
    assert [(line.text, line.at.row, line.at.column) for line in document.lines] == [("1", 65535, 255)]


def test_a_directory_of_thousands_is_refused_unopened() -> None:
    data = packed({"word/document.xml": "<x/>"}) + b"PK\x01\x02" * 20_001
    refused(read_docx, data, "过多")


def test_what_cannot_be_printed_is_left_out() -> None:
    page = xlsx({"一": '<sheetData><row><c t="str"><v>甲_xD800_乙_x0007_丙_x4E01_</v></c></row></sheetData>'})
    assert [line.text for line in read_xlsx(page, "x").lines] == ["甲乙丙丁"]
    assert [line.text for line in read_html("<p>甲&#7;乙&#xFFFE;丙\x01</p>".encode(), "x").lines] == ["甲乙丙"]


def test_deep_nesting_ends_in_an_error_or_a_document() -> None:
    deep = p("底")
    for _ in range(300):
        deep = tbl(tc(deep + p("")))
    for reader, data in ((read_docx, docx(deep)), (read_html, ("<table><tr><td>" * 3000 + "底").encode())):
        assert survived(reader, data)


def test_absurd_spans_are_bounded() -> None:
    wide = tc("甲", '<w:gridSpan w:val="99999999"/>')
    refused(read_docx, docx(tbl(wide)), "过大")
    row = "<tr>" + "<td colspan=1000 rowspan=1000>x" * 1000
    refused(read_html, f"<table>{row * 4}</table>".encode(), "过大")
    hanging = "<tr>" + "<td colspan=1000 rowspan=1000>x" * 200 + "<tr><td>y" * 900
    refused(read_html, f"<table>{hanging}</table>".encode(), "过大")


@pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
def test_legacy_word_through_libreoffice() -> None:
    rtf = b"{\\rtf1\\ansi {\\u32489 ?\\u25928 ?\\u30446 ?\\u26631 ?}\\par}"
    document = read_doc(rtf, "旧.rtf")
    assert [line.text for line in document.lines] == ["绩效目标"]
    assert (document.reader, document.media_type) == ("doc", "application/rtf")
    assert document.problems[0].code == "converted"
    refused(lambda data, name: read_doc(data, name, time_limit=0.01), rtf, "超时")


def test_without_libreoffice_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    refused(read_doc, compound({"WordDocument": b"\xec\xa5" + b"\0" * 20}), "LibreOffice", ".docx")


def _originals() -> list[tuple[str, Reader, bytes]]:
    sample = LAYOUTS["1-two-sided-yuan"]("样本", projects()[:2])
    return [
        ("docx", read_docx, render_docx(sample, watermark="内部")),
        ("xlsx", read_xlsx, render_xlsx(sample)),
        ("html", read_html, render_html(sample)),
        ("xls", read_xlsx, (_HERE / "legacy.xls").read_bytes()),
    ]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a few of them changed, cut out, doubled or cut off."""
    raw = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at, kind = chance.randrange(len(raw)), chance.randrange(5)
        size = chance.choice((1, 2, 8, 64))
        if kind == 0:
            raw[at] = chance.randrange(256)
        elif kind == 1:
            del raw[at : at + size]
        elif kind == 2:
            raw[at:at] = raw[at : at + size]
        elif kind == 3:
            raw[at : at + size] = bytes(chance.choice((0, 255, 127)) for _ in range(len(raw[at : at + size])))
        elif chance.random() < 0.2:
            del raw[max(at, 1) :]
        if not raw:
            return b"\0"
    return bytes(raw)


@pytest.mark.parametrize("number", range(4), ids=["docx", "xlsx", "html", "xls"])
def test_mutated_files_give_a_document_or_a_read_error(number: int) -> None:
    _, reader, data = _originals()[number]
    chance = random.Random(20251121 + number)
    for _ in range(150):
        assert survived(reader, mutated(data, chance))


def test_mutated_parts_inside_a_sound_container() -> None:
    """Random bytes rarely get past the checksum of a ZIP; mutate the XML before packing."""
    chance = random.Random(7)
    for _, reader, data in _originals()[:2]:
        parts = {name: zipfile_read(data, name) for name in names(data)}
        for _ in range(150):
            name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
            assert survived(reader, packed({**parts, name: mutated(parts[name], chance)}))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_give_a_document_or_a_read_error(data: bytes) -> None:
    for reader in (read_docx, read_xlsx, read_html):
        assert survived(reader, data)


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
def test_bombs_do_not_grow_the_process() -> None:
    bomb = packed({"word/document.xml": b"<w:document xmlns:w='x'>" + b" " * (64 << 20)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        with pytest.raises(ReadError):
            read_docx(bomb, "x")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120_000
