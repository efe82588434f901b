"""Damage that cost rows without a word: each is now said, and nothing is trusted fully."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from indicators.pipeline import forms_of
from indicators.readers import read_bytes
from indicators.records import Extraction
from tests.readers.office import packed, xlsx
from tests.readers.pdf_making import drawn, form_grid

FOUND = Path(__file__).with_name("found")
SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
PAGE = (SAMPLES / "云溪县住房和城乡建设局2025年项目绩效目标表.html").read_bytes()
TEXT = (Path(__file__).parents[1] / "kinds" / "without_levels.txt").read_bytes()


def doubted(found: Extraction) -> bool:
    notes = [note for note in found.document.problems if note.doubt]
    return bool(notes) and all(form.confidence < 1 for form in found.forms)


@pytest.mark.parametrize(
    ("whole", "damaged"),
    [
        (b"<title>", b"<tit"),  # a title without its beginning is text, and one without its end swallows the page
        (b"</title>", b"</ti"),
        (b"<style>", b""),
        (b"</style>", b""),
        (b"<tr><td", b"<tr-<td"),  # a byte of a tag: the row runs into the one before
        (b"</tr>\n<tr>", b"</<tr>"),
        (b'<td colspan="2">', b'<td coBspan="2">'),  # no span, and all columns behind it stood one to the left
        (b'<td colspan="2">', b'<td colspan="b">'),
        (b'<td colspan="2">', b'<td colspan="2L>'),  # a quote that does not end: three of five rows were gone
    ],
)
def test_damaged_tags_of_a_page_are_doubted(whole: bytes, damaged: bytes) -> None:
    assert not doubted(forms_of(read_bytes(PAGE, "x.html")))
    assert whole in PAGE
    assert doubted(forms_of(read_bytes(PAGE.replace(whole, damaged, 1), "x.html")))


def test_a_page_without_its_beginning_is_a_page() -> None:
    found = forms_of(read_bytes(b"<h" + PAGE[PAGE.index("目标表</title>".encode()) :], "x.html"))
    assert found.document.reader == "html"
    assert found.forms
    assert doubted(found)


def test_a_script_that_writes_scripts_is_sound() -> None:
    page = PAGE.replace(b"</title>", b"</title><script>w('<script src=a><\\/script>')</script>", 1)
    assert not doubted(forms_of(read_bytes(page, "x.html")))


@pytest.mark.parametrize("damage", [b"\xff", b"\x00\x00"])
def test_damaged_bytes_of_a_text_are_doubted(damage: bytes) -> None:
    assert not doubted(forms_of(read_bytes(TEXT, "x.txt")))
    place = TEXT.index("指标".encode())
    assert doubted(forms_of(read_bytes(TEXT[:place] + damage + TEXT[place + len(damage) :], "x.txt")))


def test_levels_that_are_filled_and_gave_no_indicator_were_not_understood() -> None:
    page = (Path(__file__).parents[1] / "kinds" / "central_investment.html").read_bytes()
    span = '<td colspan="2">一级指标'.encode()
    assert span in page
    (form,) = forms_of(read_bytes(page.replace(span, "<td>一级指标".encode()), "x.html")).forms
    assert not form.indicators
    assert form.reading == "not understood"


@pytest.mark.parametrize("path", sorted(FOUND.glob("lost-*")), ids=lambda path: path.name)
def test_what_cost_rows_unseen_is_doubted(path: Path) -> None:
    found = forms_of(read_bytes(path.read_bytes(), path.name))
    assert any(form.confidence < 1 for form in found.forms)


def test_a_filter_nobody_knows_is_damage() -> None:
    sound = drawn(form_grid())
    assert not forms_of(read_bytes(sound, "x.pdf")).document.problems
    # One byte of a name: pdfium leaves the stream as it is, and the page is blank.
    damaged = sound.replace(b"/FlateDecode ]", b"/Fl_teDecode ]")
    assert damaged != sound
    assert [note.code for note in forms_of(read_bytes(damaged, "x.pdf")).document.problems if note.doubt]


def test_a_record_between_cells_that_no_workbook_has_there_is_damage() -> None:
    sound = (FOUND / "lost-length-of-a-cell.xls").read_bytes().replace(b"\xfd\x00\xde\x00", b"\xfd\x00\x0a\x00", 1)
    assert not forms_of(read_bytes(sound, "x.xls")).document.problems
    first = sound.index(b"\xfd\x00\x0a\x00")
    place = sound.index(b"\xfd\x00\x0a\x00", first + 200)
    # One byte of the kind of a cell: the cell was gone.
    damaged = sound[:place] + b"\xf3" + sound[place + 1 :]
    assert doubted(forms_of(read_bytes(damaged, "x.xls")))


def test_a_run_of_numbers_that_is_no_run_is_damage() -> None:
    from indicators.readers.biff import _sound

    def said(*body: bytes) -> set[str]:
        damage: set[str] = set()
        list(_sound(((0xBE, part) for part in body), damage))
        return damage

    whole = struct.pack("<HHHHHH", 1, 0, 15, 15, 15, 2)
    assert said(whole) == set()
    assert said(whole[:-2] + b"\x09\x00") == said(b"\0\0") == {"有长度不对的记录"}


def test_a_page_with_more_characters_than_are_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.readers.pdf import pages

    data = drawn(form_grid())
    monkeypatch.setattr(pages, "MAX_CHARS", 60)
    codes = [note.code for note in read_bytes(data, "x.pdf").problems]
    # Blanks among the characters, which are taken out, must not hide that the others were not read.
    assert codes == ["page-limit"]


def test_drawings_beyond_a_bound_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.readers.pdf import pages, paths

    data = drawn(form_grid(), style="cell-rects")
    assert read_bytes(data, "x.pdf").problems == ()
    for module, name, bound in ((pages, "MAX_OBJECTS", 20), (paths, "MAX_SEGMENTS", 20)):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, bound)
            assert [note.code for note in read_bytes(data, "x.pdf").problems] == ["page-limit"]


@pytest.mark.parametrize("name", [b"worksheets/sheet1.xml", b"sharedStrings.xml", b"styles.xml"])
def test_a_part_whose_name_is_damaged_is_missed(name: bytes) -> None:
    sound = (SAMPLES / "云溪县生态环境分局2025年项目绩效目标表.xlsx").read_bytes()
    assert not forms_of(read_bytes(sound, "x.xlsx")).document.problems
    # Once in front of the part and once in the list of parts: the sheet was gone, and its form with it.
    damaged = sound.replace(b"xl/" + name, b"x1/" + name)
    assert damaged.count(b"x1/" + name) == 2
    assert [note.code for note in read_bytes(damaged, "x.xlsx").problems] == ["part-missing"]


def test_a_sheet_without_a_part_is_missed() -> None:
    book = xlsx({"甲": "<sheetData/>", "乙": "<sheetData/>"})
    assert read_bytes(book, "x.xlsx").problems == ()
    parts = {
        item.filename: zipfile.ZipFile(io.BytesIO(book)).read(item)
        for item in zipfile.ZipFile(io.BytesIO(book)).infolist()
    }
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'"rId2"', b'"rId7"')
    assert [note.code for note in read_bytes(packed(parts), "x.xlsx").problems] == ["part-missing"]


ROW = PAGE.index(b"<tr>", PAGE.index("产出指标".encode()))


@pytest.mark.parametrize(
    "opened",
    [
        "<!--", "<![CDATA[", "<?x ", "<script>", "<xmp>", "<plaintext>", "<noscript>", "<template>", "<iframe>", "<noframes>",
        "<select>", "<option>", "<svg>", "<video>", "<canvas>", "<object>", "<map>", "<textarea>", "<td title='a>",
    ],
)  # fmt: skip
def test_what_is_opened_between_rows_and_never_closed_is_doubted(opened: str) -> None:
    assert doubted(forms_of(read_bytes(PAGE[:ROW] + opened.encode() + PAGE[ROW:], "x.html")))


@pytest.mark.parametrize("tag", ["form", "button", "font", "details", "marquee", "unknown"])
def test_rows_that_stand_in_another_element_are_rows(tag: str) -> None:
    # A browser takes such an element out of the table; its rows were gone without a word.
    sound = forms_of(read_bytes(PAGE, "x.html")).forms
    wrapped = forms_of(read_bytes(PAGE[:ROW] + f"<{tag}>".encode() + PAGE[ROW:], "x.html")).forms
    assert [form.indicators for form in wrapped] == [form.indicators for form in sound]


def test_hidden_rows_of_a_page_are_told() -> None:
    page = PAGE[:ROW] + b"<tr hidden>" + PAGE[ROW + 4 :]
    (note,) = read_bytes(page, "x.html").problems
    assert note.code == "cells-hidden"
    assert not note.doubt


def test_rows_in_a_comment_or_a_script_that_ends_are_sound() -> None:
    for aside in (
        "<!-- <tr><td>旧 -->",
        "<script>w('<tr><td>')</script>",
        "<noscript><table><tr><td>x</td></tr></table></noscript>",
    ):
        page = PAGE.replace(b"</body>", aside.encode() + b"</body>", 1)
        assert aside.encode() in page
        assert not doubted(forms_of(read_bytes(page, "x.html")))
