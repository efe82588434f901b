"""Damage that cost rows without a word: each is now said, and nothing is trusted fully."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indicators.pipeline import forms_of
from indicators.readers import read_bytes
from indicators.records import Extraction
from tests.hostile.samples import small_docx, small_xlsx
from tests.readers.office import packed, xlsx
from tests.readers.pdf_making import Pen, drawn, form_grid

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


LIST = "项目名称\t年度资金\t一级指标\t二级指标\t三级指标\t指标值\n" + "".join(
    f"项目{n}\t{n}0\t产出指标\t数量指标\t建设点位{n}\t≥{n}处\n项目{n}\t{n}0\t产出指标\t质量指标\t合格率{n}\t≥9{n}%\n"
    for n in range(1, 5)
)


@pytest.mark.parametrize("between", ["", "\t"])
def test_two_rows_of_a_list_in_one_are_doubted(between: str) -> None:
    text = "项目支出绩效目标表\n" + LIST
    assert not doubted(forms_of(read_bytes(text.encode(), "x.txt")))
    lost = text.replace("≥2处\n", "≥2处" + between, 1)
    found = read_bytes(lost.encode(), "x.txt").problems
    assert [(note.code, note.doubt, note.at and note.at.line) for note in found] == [("rows-glued", True, 5)]


def test_rows_of_a_form_may_have_any_number_of_cells() -> None:
    # Rows of one pair and of three, no list: its rows are not all alike.
    form = "项目名称\t甲\n" * 5 + "项目名称\t甲\t单位\t乙\t年度\t2025\n" + LIST.replace("\n", "\t备注\t\t\t\t\t\n", 1)
    assert not read_bytes(form.encode(), "x.txt").problems


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
    assert any(note.doubt for note in found.problems) or any(form.reading != "understood" for form in found.forms)


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


def test_a_text_longer_than_its_record_is_damage() -> None:
    sound = (FOUND / "lost-length-of-a-cell.xls").read_bytes().replace(b"\xfd\x00\xde\x00", b"\xfd\x00\x0a\x00", 1)
    first = sound.index(b"\xfd\x00\x0a\x00")
    place = sound.index(b"\xfd\x00\x0a\x00", first + 200)
    # The number of a shared text became the length of one that the cell itself should hold.
    damaged = sound[:place] + b"\x04\x02" + sound[place + 2 :]
    assert doubted(forms_of(read_bytes(damaged, "x.xls")))


def test_a_sheet_that_the_workbook_does_not_list_is_doubted() -> None:
    listed = '<sheet name="乙" sheetId="2" r:id="rId2" state="visible"/>'
    book = xlsx({"甲": "<sheetData/>", "乙": "<sheetData/>"})
    found = read_bytes(changed(book, "xl/workbook.xml", listed, ""), "x.xlsx").problems
    assert [(note.code, note.doubt) for note in found] == [("sheet-unlisted", True)]


def test_a_shared_text_in_an_element_nobody_knows_is_doubted() -> None:
    sound = small_xlsx()
    hurt = changed(sound, "xl/sharedStrings.xml", "<t>群众满意度</t>", "<tt>群众满意度</tt>")
    assert doubted(forms_of(read_bytes(hurt, "x.xlsx")))
    rich = "<r><t>群众满意度</t></r><rPh><t>q</t></rPh>"
    assert not doubted(
        forms_of(read_bytes(changed(sound, "xl/sharedStrings.xml", "<t>群众满意度</t>", rich), "x.xlsx"))
    )


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


@pytest.mark.parametrize("place", [b"<tr>", b"</tr>", b"<td>"])
def test_texts_of_a_table_in_none_of_its_cells_are_doubted(place: bytes) -> None:
    # A row whose tags were written as text stands between the others and in no cell.
    at = PAGE.index(place, ROW)
    page = PAGE[:at] + "&lt;td&gt;群众满意度&lt;/td&gt;".encode() + PAGE[at:]
    assert [note.code for note in read_bytes(page, "x.html").problems if note.doubt] == ["text-between-cells"]
    blank = PAGE[:at] + b"&nbsp;\n\xc2\xb7" + PAGE[at:]
    assert not read_bytes(blank, "x.html").problems


def test_fields_of_a_page_are_read_as_they_show() -> None:
    def shown(field: str) -> str:
        page = f"<table><tr><td>甲</td><td>{field}</td></tr></table>"
        return read_bytes(f"<html>{page}</html>".encode(), "x.html").tables[0].cells[-1].text

    assert shown("<select><option>一</option><option selected>二</option></select>") == "二"
    assert shown("<select><option>一</option><option>二</option></select>") == "一"
    assert shown('<input type="search" value="三">') == "三"
    assert shown('<input type="hidden" value="三">') == shown('<input type="button" value="三">') == ""


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


def changed(package: bytes, part: str, old: str, new: str) -> bytes:
    """Return an Office file with one thing changed in a part."""
    archive = zipfile.ZipFile(io.BytesIO(package))
    parts = {item.filename: archive.read(item) for item in archive.infolist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode(), 1)
    return packed(parts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="8">', '<row r="7">'),  # the number of the row above
        ('<row r="8">', '<row r="908">'),  # far below, and the rows behind it come back
        ('<c r="C8"', '<c r="C7"'),  # a cell of the row above, which it overwrites
        ('<c r="C8"', '<c r="B8"'),
        ('<c r="C8" t="s"><v>', '<c r="C8" t="s"><v>9999'),  # a text nobody stored
        ('ref="A7:A9"', 'ref="A7:A9"/><mergeCell ref="A7:B7"'),  # ranges over each other
    ],
)
def test_cells_of_a_sheet_out_of_their_places_are_doubted(old: str, new: str) -> None:
    sound = small_xlsx()
    assert not doubted(forms_of(read_bytes(sound, "x.xlsx")))
    assert doubted(forms_of(read_bytes(changed(sound, "xl/worksheets/sheet1.xml", old, new), "x.xlsx")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<w:t>清淤长度</w:t>", "<w:u>清淤长度</w:u>"),  # an element that holds no text
        ('<w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>产出指标', "</w:tcPr><w:p><w:r><w:t>产出指标"),
    ],
)
def test_damaged_elements_of_a_word_file_are_doubted(old: str, new: str) -> None:
    sound = small_docx()
    assert not doubted(forms_of(read_bytes(sound, "x.docx")))
    assert doubted(forms_of(read_bytes(changed(sound, "word/document.xml", old, new), "x.docx")))


def _rows_of_word(change: str) -> Extraction:
    """Read a form of Word whose last row stands in what a pattern says, ``{}`` for the row."""
    sound = small_docx()
    xml = zipfile.ZipFile(io.BytesIO(sound)).read("word/document.xml").decode()
    row = xml[xml.rindex("<w:tr>") : xml.rindex("</w:tbl>")]
    cells = row[len("<w:tr>") : -len("</w:tr>")]
    return forms_of(read_bytes(changed(sound, "word/document.xml", row, change.format(row, cells=cells)), "x.docx"))


@pytest.mark.parametrize(
    "around",
    [
        "<w:wrap>{}</w:wrap>",  # an element nobody knows
        '<z:wrap xmlns:z="urn:z">{}</z:wrap>',
        "{cells}",  # cells without a row
        "<w:tr><w:tr>{cells}</w:tr></w:tr>",
        "</w:tbl>{}<w:tbl>",  # a row without a table
    ],
)
def test_texts_of_a_word_file_that_stand_nowhere_are_doubted(around: str) -> None:
    assert not doubted(_rows_of_word("{}"))
    assert doubted(_rows_of_word(around))


def test_what_word_leaves_out_is_told_without_a_doubt() -> None:
    for around, code in (
        ("<w:tr><w:trPr><w:hidden/></w:trPr>{cells}</w:tr>", "text-hidden"),
        ("</w:tbl><w:del><w:tbl>{}</w:tbl></w:del><w:tbl>", "text-deleted"),
    ):
        assert [(note.code, note.doubt) for note in _rows_of_word(around).problems] == [(code, False)]
    # The same once more for older programs, and what a merged cell covers, are nothing that is left out.
    covered = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{cells}</w:tc></w:tr>"
    other = '<mc:AlternateContent><mc:Choice Requires="wps">{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>'
    assert not _rows_of_word(other).problems
    assert len(_rows_of_word(other).forms[0].indicators) == 5
    assert not _rows_of_word("{}" + covered.format(cells="<w:p><w:r><w:t>旧</w:t></w:r></w:p>")).problems


def test_a_choice_that_is_not_of_office_gives_way() -> None:
    choice = '<mc:AlternateContent><mc:Choice xmlns:z="urn-z" Requires="z"><w:p/></mc:Choice><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>'
    assert len(_rows_of_word(choice).forms[0].indicators) == 5


@pytest.mark.parametrize(
    "put_in",
    [
        "<w:altChunk/>",
        "<w:subDoc/>",
        '<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:o" ProgID="Excel.Sheet.12"/></w:object></w:r></w:p>',
    ],
)
def test_a_document_in_a_word_file_is_doubted(put_in: str) -> None:
    assert [note.code for note in _rows_of_word("{}</w:tbl>" + put_in + "<w:tbl>").problems] == ["document-embedded"]


def test_a_large_picture_in_a_word_file_is_told() -> None:
    def codes(height: int) -> list[str]:
        inside = f'<wp:inline><wp:extent cx="5000000" cy="{height}"/><a:blip xmlns:a="urn:a"/></wp:inline>'
        drawing = f"<w:p><w:r><w:drawing>{inside}</w:drawing></w:r></w:p>"
        return [note.code for note in _rows_of_word("{}</w:tbl>" + drawing + "<w:tbl>").problems]

    assert codes(7_000_000) == ["pictures-left"]
    assert codes(500_000) == []


def test_a_choice_of_a_form_field_is_its_text() -> None:
    field = '<w:r><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="甲"/><w:listEntry w:val="乙满意度"/></w:ddList></w:ffData></w:r>'
    hurt = changed(small_docx(), "word/document.xml", "<w:r><w:t>群众满意度</w:t></w:r>", field)
    (form,) = forms_of(read_bytes(hurt, "x.docx")).forms
    assert form.indicators[-1].name == "乙满意度"


def test_two_parts_of_one_name_are_doubted() -> None:
    sound = small_docx()
    out = io.BytesIO(sound)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("word/document.xml", archive.read("word/document.xml"))
    assert [note.code for note in read_bytes(out.getvalue(), "x.docx").problems if note.doubt] == ["part-repeated"]


def test_a_row_gone_with_the_beginning_of_its_merged_cell_is_doubted() -> None:
    def reading(gone: str) -> list[str]:
        sound = small_docx()
        xml = zipfile.ZipFile(io.BytesIO(sound)).read("word/document.xml").decode()
        # A second row of benefits, so that the merged cell goes on below the one that may be gone.
        start = xml.rindex("<w:tr>", 0, xml.index("社会效益指标"))
        row = xml[start : xml.index("</w:tr>", start) + len("</w:tr>")]
        more = row.replace('<w:vMerge w:val="restart"/>', "<w:vMerge/>", 1).replace("效益指标</w:t>", "</w:t>", 1)
        more = more.replace("社会效益指标", "生态效益指标").replace("受益群众", "水质达标率").replace("≥300人", "≥90%")
        xml = xml.replace(row, row + more)
        if gone:
            first = xml.rindex("<w:tr>", 0, xml.index(gone))
            xml = xml[:first] + xml[xml.index("</w:tr>", first) + len("</w:tr>") :]
        archive = zipfile.ZipFile(io.BytesIO(sound))
        parts: dict[str, str | bytes] = {item.filename: archive.read(item) for item in archive.infolist()}
        return [
            form.reading for form in forms_of(read_bytes(packed({**parts, "word/document.xml": xml}), "x.docx")).forms
        ]

    assert reading("") == ["understood"]
    assert reading("清淤长度") == ["doubtful"]  # the head of the column goes on instead
    assert reading("≥300人") == ["doubtful"]  # the first level before goes on instead
    # A row out of the midst, or the last of a merged cell, leaves what a person leaves who deletes it.
    assert reading("验收合格率") == reading("水质达标率") == ["understood"]


@pytest.mark.parametrize("fault", ["joined", "lines"])
def test_a_row_that_left_its_table_is_doubted(fault: str) -> None:
    sound = small_docx()
    xml = zipfile.ZipFile(io.BytesIO(sound)).read("word/document.xml").decode()
    place = xml.index("<w:tr>", xml.index("社会效益指标"))
    row = xml[place : xml.index("</w:tr>", place) + 7]
    above = {
        "joined": ("</w:tr>" + row, row[6:]),  # two rows in one
        "lines": (row, ""),
    }[fault]
    hurt = changed(sound, "word/document.xml", *above)
    if fault == "lines":
        lines = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in ("满意度指标", "群众满意度", "≥95%"))
        hurt = changed(hurt, "word/document.xml", "</w:tbl>", "</w:tbl>" + lines)
    found = forms_of(read_bytes(hurt, "x.docx")).forms
    assert [form.reading for form in forms_of(read_bytes(sound, "x.docx")).forms] == ["understood"]
    assert [form.reading for form in found] == ["doubtful"]


def test_a_row_pushed_out_of_the_columns_of_its_head_is_doubted() -> None:
    page = (Path(__file__).parents[1] / "kinds" / "head_in_lines.html").read_text("utf-8")
    sound = forms_of(read_bytes(page.encode(), "x.html"))
    assert [form.reading for form in sound.forms] == ["understood"] * 2
    # A span one too many pushes the row below aside, out of the columns of the head.
    hurt = page.replace("rowspan=2>产出指标", "rowspan=3>产出指标", 1)
    assert [form.reading for form in forms_of(read_bytes(hurt.encode(), "x.html")).forms] == ["doubtful", "understood"]


def _with_content(change: tuple[bytes, bytes]) -> bytes:
    """Return a PDF of one form whose content has one thing changed."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(form_grid()))) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
        assert change[0] in content
        pdf.pages[0].Contents = pdf.make_stream(content.replace(*change, 1))
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "change", [(b" Tj", b" Tx"), (b" Tj", b""), (b" l S", b" S"), (b" Tf", b" T"), (b"/F1", b"/F9"), (b" m ", b" ")]
)
def test_a_content_with_a_wrong_operator_or_name_is_damage(change: tuple[bytes, bytes]) -> None:
    assert not read_bytes(_with_content((b" Tj", b" Tj")), "x.pdf").problems
    assert [note.code for note in read_bytes(_with_content(change), "x.pdf").problems if note.doubt] == ["pdf-mended"]


@pytest.mark.parametrize(
    "change",
    [
        (b" l S", b" m S"),  # one letter: the rule was gone, and with it the border of two cells
        (b" 9 Tf", b" 0 Tf"),
        (b"BT 1 0 0 1 63", b"BT 0 Tz 1 0 0 1 63"),
        (b"BT 1 0 0 1 63", b"BT 0 0 0 1 63"),
        (b"BT 1 0 0 1 63", b"BT 1 0 0 0 63"),
    ],
)
def test_a_content_that_nobody_can_see_is_damage(change: tuple[bytes, bytes]) -> None:
    assert [note.code for note in read_bytes(_with_content(change), "x.pdf").problems if note.doubt] == ["pdf-mended"]


@pytest.mark.parametrize(
    "change",
    [
        (b" l S", b" l 60 200 m 90 500 m S"),  # to another place, not along a rule
        (b" l S", b" l 60 200 m 60 200 m S"),
        (b"BT 1 0 0 1 63", b"BT /F1 0 Tf /F1 9 Tf 1 0 0 1 63"),  # chosen, and nothing shown in it
        (b"BT 1 0 0 1 63", b"q BT /F1 0 Tf ET Q BT 1 0 0 1 63"),
        (b"BT 1 0 0 1 63", b"BT 10 Tz 100 Tz 1 0 0 1 63"),
    ],
)
def test_a_content_that_is_written_clumsily_is_sound(change: tuple[bytes, bytes]) -> None:
    assert not read_bytes(_with_content(change), "x.pdf").problems


def test_an_empty_page_is_sound_however_it_is_packed() -> None:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(form_grid()))) as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    assert not read_bytes(out.getvalue(), "x.pdf").problems


def _arranged(change: Callable[[Any], None]) -> list[tuple[str, bool]]:
    """Return the notes on a PDF of one form after a change of its objects."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn(form_grid()))) as pdf:
        change(pdf)
        pdf.save(out)
    return [(note.code, note.doubt) for note in read_bytes(out.getvalue(), "x.pdf").problems]


def test_text_that_the_box_of_a_page_leaves_out_is_told() -> None:
    def cut(pdf: Any) -> None:
        pdf.pages[0].MediaBox[1] = 400

    def spread(pdf: Any) -> None:
        pdf.pages.append(pdf.pages[0])
        pdf.pages[0].MediaBox, pdf.pages[1].MediaBox = [0, 400, 595, 842], [0, 0, 595, 400]

    assert _arranged(cut) == [("text-outside", False)]
    assert _arranged(spread) == []


def test_a_page_with_fonts_and_without_contents_is_damage() -> None:
    def emptied(pdf: Any) -> None:
        pdf.add_blank_page()
        pdf.pages[1].Resources = pdf.pages[0].Resources
        del pdf.pages[1].Contents

    assert _arranged(emptied) == [("pdf-mended", True)]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ({"Subtype": "/FreeText", "Contents": "群众满意度 ≥95%"}, [("fields-unread", True)]),
        ({"Subtype": "/FreeText", "IT": "/FreeTextCallout", "Contents": "请核对"}, []),
        ({"Subtype": "/Widget", "FT": "/Tx", "V": "≥95%"}, [("fields-unread", True)]),
        ({"Subtype": "/Widget", "Parent": {"FT": "/Tx", "V": "≥95%"}}, [("fields-unread", True)]),
        ({"Subtype": "/Widget", "FT": "/Tx", "V": ""}, []),
        ({"Subtype": "/Widget", "FT": "/Btn", "V": "/Yes"}, []),
        ({"Subtype": "/Link", "Contents": "x"}, []),
    ],
)
def test_what_was_typed_onto_a_page_is_doubted(entries: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    import pikepdf

    def valued(value: Any) -> Any:
        if isinstance(value, dict):
            return pikepdf.Dictionary({f"/{key}": valued(inner) for key, inner in value.items()})
        return pikepdf.Name(value) if value.startswith("/") else pikepdf.String(value)

    def typed(pdf: Any) -> None:
        fields = pikepdf.Array([pdf.make_indirect(valued({"Type": "/Annot", **entries}))])
        pdf.pages[0].Annots, pdf.Root.AcroForm = fields, pikepdf.Dictionary(Fields=fields)

    assert _arranged(typed) == expected


def test_attached_files_are_told() -> None:
    import pikepdf

    def attach(pdf: Any) -> None:
        pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="a.txt")

    assert _arranged(attach) == [("attachments-unread", False)]


def test_text_beyond_the_page_behind_a_lost_restore_is_damage() -> None:
    def codes(restored: bytes, x: int) -> list[str]:
        import pikepdf

        pen = Pen()
        pen.text(60, 80, "项目名称")
        pen.text(60 + x, 200, "指标值")
        sound = pen.data()
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(sound)) as pdf:
            content = pdf.pages[0].Contents.read_bytes()
            pdf.pages[0].Contents = pdf.make_stream(b"q\n" + content + b"\n" + restored)
            pdf.save(out)
        return [note.code for note in read_bytes(out.getvalue(), "x.pdf").problems]

    assert codes(b"Q", 0) == codes(b"Q", 5000) == codes(b"", 0) == []
    assert codes(b"", 5000) == ["page-damaged"]


def test_a_blank_page_beside_contents_without_a_page_is_damage() -> None:
    import pikepdf

    def codes(*, hangs: bool) -> list[str]:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(drawn(form_grid()))) as pdf:
            pdf.add_blank_page()
            del pdf.pages[1].Contents
            text = pdf.make_indirect(pdf.make_stream(b"BT (text) Tj ET"))
            if hangs:
                pdf.pages[1].PieceInfo = pikepdf.Dictionary(A=text)
            else:
                pdf.pages[1]["/Con_ents"] = text
            pdf.save(out)
        return [note.code for note in read_bytes(out.getvalue(), "x.pdf").problems if note.doubt]

    assert codes(hangs=True) == []
    assert codes(hangs=False) == ["pdf-mended"]


def test_a_row_between_the_rows_of_a_block_that_gave_nothing_is_doubted() -> None:
    def side(span: str, level: str, name: str, value: str) -> str:
        return f"{span and f'<td{span}>{level}'}<td>{name}<td>{value}<td>"

    def row(level: str, name: str, value: str, span: str = " rowspan=1") -> str:
        return "<tr>" + 2 * side(span, level, name, value)

    def reading(first: str) -> list[str]:
        heads = "<td>二级指标<td>三级指标<td>{}指标值<td>备注"
        page = (
            "<html><h1>项目支出绩效目标表</h1><table><tr><td>项目名称<td colspan=8>水渠清淤"
            "<tr><td colspan=1>绩效目标<td>实施期目标<td colspan=7>完成清淤。"
            f"<tr><td rowspan=11>绩效指标{heads.format('项目实施周期')}{heads.format('年度预期')}"
            f"{first}{row('', '新建泵站', '≥5座', '')}"
            f"{row('质量指标', '验收合格率', '100%')}{row('时效指标', '完成时间', '2027年')}"
            f"{row('成本指标', '清淤单价', '≤6万元/公里')}{row('经济效益指标', '节约电费', '≥8万元')}"
            f"{row('社会效益指标', '受益群众', '≥300人')}{row('生态效益指标', '水质达标率', '≥90%')}"
            f"{row('可持续影响指标', '管护制度', '建立')}{row('满意度指标', '群众满意度', '≥95%')}</table></html>"
        )
        return [form.reading for form in forms_of(read_bytes(page.encode(), "x.html")).forms]

    whole = row("数量指标", "清淤长度", "≥20公里", " rowspan=2")
    assert reading(whole) == ["understood"]
    # The cell that spans two rows is gone: the second has its name where a category should stand.
    assert reading(whole.replace("<td rowspan=2>数量指标", "", 1)) == ["doubtful"]
