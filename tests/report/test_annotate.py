"""Annotated copies: the marks at their cells, a summary in front, the original untouched."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import pytest

from indicators.errors import ReadError
from indicators.records import Location
from indicators.report.annotate import annotate_file, annotated_ending, beside
from indicators.report.annotate_pdf import annotate_pdf
from tests.report.making import (
    HOSTILE,
    PHONE,
    finding,
    form_text,
    from_file,
    from_text,
    hostile_report,
    judged,
    sample,
)

PDFS = ("水利局", "农业农村局")


def annotations(data):
    """Return the highlights by page, in points from the top left of the displayed page, and the page sizes."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [
            [
                (_words(item["data"]["Contents"]), (item["x0"], item["top"], item["x1"], item["bottom"]))
                for item in page.annots
                if str(item["data"].get("Subtype")).strip("/'") == "Highlight"
            ]
            for page in pdf.pages
        ]


def _words(contents):
    return (
        contents if isinstance(contents, str) else contents.decode("utf-16" if contents[:2] == b"\xfe\xff" else "utf-8")
    )


def inside(inner, outer, slack=0.01):
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


@pytest.mark.parametrize("name", PDFS)
def test_pdf_highlights_lie_inside_their_cells(name):
    path = sample(name)
    document = from_file(path)
    found = annotations(annotate_file(document))
    pages = document.extraction.document.pages
    extra = len(found) - pages
    assert 1 <= extra <= 3
    boxes = {(item.at.page, item.at.bbox) for item in document.findings if item.at.bbox is not None}
    marks = [(number - extra + 1, box) for number, page in enumerate(found) for _, box in page]
    assert len(marks) == len(boxes)
    for page, box in boxes:
        own = [mark for number, mark in marks if number == page and inside(mark, box)]
        assert len(own) == 1
        width, height = own[0][2] - own[0][0], own[0][3] - own[0][1]
        assert width > 0.8 * (box[2] - box[0])
        assert height > 0.6 * (box[3] - box[1])


def test_pdf_original_bytes_stay_in_front():
    path = sample("水利局")
    original = path.read_bytes()
    assert annotate_file(from_file(path)).startswith(original)


def test_pdf_pages_look_the_same_apart_from_the_marks():
    import numpy as np
    import pypdfium2

    path = sample("水利局")
    document = from_file(path)
    copy = annotate_file(document)
    marked = {item.at.page for item in document.findings}
    clear = next(number for number in range(1, 18) if number not in marked)
    before, after = pypdfium2.PdfDocument(path.read_bytes()), pypdfium2.PdfDocument(copy)
    extra = len(after) - len(before)
    for number, same in ((clear, True), (min(page for page in marked if page), False)):
        one = before[number - 1].render(scale=0.6).to_numpy()
        two = after[number - 1 + extra].render(scale=0.6).to_numpy()
        assert np.array_equal(one, two) == same


def test_pdf_summary_lists_and_links():
    import pypdf

    data = annotate_file(from_file(sample("农业农村局")))
    reader = pypdf.PdfReader(io.BytesIO(data))
    first = reader.pages[0]
    links = [item.get_object() for item in first["/Annots"]]
    assert links
    targets = {reader.get_page_number(item["/Dest"][0].get_object()) for item in links}
    assert min(targets) >= 1
    assert "绩效目标机器初审意见" in first.extract_text()


def summary_pages(document, data):
    import pypdf

    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return pages[: len(pages) - document.extraction.document.pages]


@pytest.mark.parametrize("name", PDFS)
def test_pdf_summary_carries_the_font_of_what_it_shows(name):
    """A font that is only named is blank where the reader has no data for Chinese."""
    document = from_file(sample(name))
    for page in summary_pages(document, annotate_file(document)):
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        assert fonts
        for font in fonts:
            inner = font["/DescendantFonts"][0].get_object()
            file = inner["/FontDescriptor"]["/FontFile2"].get_object().get_data()
            # A part of the font, not the two megabytes of it.
            assert 1_000 < len(file) < 400_000
            names = {font["/BaseFont"], inner["/BaseFont"], inner["/FontDescriptor"]["/FontName"]}
            assert len(names) == 1
            assert re.fullmatch(r"/[A-Z]{6}\+NotoSansCJKsc-Regular", names.pop())


def test_pdf_marks_bear_the_numbers_of_the_summary_and_nothing_is_left_out():
    import pypdf

    path = sample("水利局")
    document = from_file(path)
    document = replace(document, findings=document.findings * 12)
    data = annotate_file(document, path.read_bytes())
    front = summary_pages(document, data)
    assert len(front) > 3
    listed = "\n".join(page.extract_text() for page in front)
    numbers = {int(number) for number in re.findall(r"(?m)^(\d+) (?:错误|警告|提示) [A-Z]\d{3}", listed)}
    assert numbers == set(range(1, len(document.findings) + 1))
    shown = []
    for page in pypdf.PdfReader(io.BytesIO(data)).pages[len(front) :]:
        for mark in (item.get_object() for item in page.get("/Annots", ())):
            if mark["/Subtype"] == "/Highlight":
                drawn = re.search(rb"\(([0-9,]+)\) Tj", mark["/AP"]["/N"].get_object().get_data()).group(1).decode()
                assert re.findall(r"【(\d+) ", mark["/Contents"]) == drawn.split(",")
                shown += map(int, drawn.split(","))
    placed = sum(item.at.bbox is not None for item in document.findings)
    assert len(set(shown)) == len(shown) == placed


def test_pdf_summary_is_the_same_bytes_again_and_shows_that_a_character_is_missing():
    path = sample("农业农村局")
    document = from_file(path)
    odd = replace(document.findings[0], message="前\U0002a6b2后")
    document = replace(document, findings=(odd, *document.findings[1:]))
    one, two = (annotate_file(document, path.read_bytes()) for _ in range(2))
    assert one == two
    assert "前〓后" in "".join(page.extract_text() for page in summary_pages(document, one))


@pytest.mark.parametrize("quarter", [90, 180, 270])
def test_pdf_turned_and_cropped_pages(quarter):
    """The boxes are those of the page as displayed, whatever its rotation and crop box."""
    import pypdf
    from pypdf.generic import RectangleObject

    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(width=600, height=800)
    page.cropbox = RectangleObject((50, 100, 550, 700))
    page.rotate(quarter)
    out = io.BytesIO()
    writer.write(out)
    wide, high = (600, 500) if quarter % 180 else (500, 600)
    box = (40.0, 30.0, 140.0, 60.0)
    document = from_text(form_text(1))
    place = Location(page=1, bbox=box)
    document = replace(document, findings=(finding("F101", 0, place),))
    data = annotate_pdf(document, out.getvalue())
    import pypdfium2

    pixels = pypdfium2.PdfDocument(data)[1].render(scale=1).to_numpy()
    assert abs(pixels.shape[1] - wide) <= 1
    assert abs(pixels.shape[0] - high) <= 1
    rows, columns = (pixels[:, :, 0] != pixels[:, :, 2]).nonzero()
    assert rows.size
    assert inside((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1), box, slack=1.5)
    assert columns.max() - columns.min() > 90


def test_pdf_locked_against_changes():
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(sample("农业农村局").read_bytes()))
    writer.encrypt(user_password="", owner_password="x", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    data = annotate_pdf(from_file(sample("农业农村局")), out.getvalue())
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert not reader.is_encrypted
    assert sum(len(page) for page in annotations(data)) > 0


def test_pdf_that_is_none():
    with pytest.raises(ReadError) as caught:
        annotate_pdf(from_text(form_text(1)), b"%PDF-1.7 broken")
    assert caught.value.remedy


def test_word_comments_at_cells():
    docx = pytest.importorskip("docx")
    path = sample("教育局")
    document = from_file(path)
    data = annotate_file(document)
    opened = docx.Document(io.BytesIO(data))
    placed = [item for item in document.findings if item.at.table is not None]
    assert len(list(opened.comments)) == len(placed)
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    marked = {item.get(f"{space}id"): item for item in opened.element.body.iter(f"{space}commentRangeStart")}
    texts = []
    for comment in opened.comments:
        cell = next(marked[str(comment.comment_id)].iterancestors(f"{space}tc"))
        texts.append((comment.text[:12], "".join(text.text or "" for text in cell.iter(f"{space}t"))))
    totals = {f"{form.amount('annual'):,}" for form in document.extraction.forms}
    assert {text for words, text in texts if "F101" in words} == totals
    goals = {form.text("goal.annual") for form in document.extraction.forms}
    assert {text for words, text in texts if "C103" in words} == goals
    assert opened.paragraphs[0].text == "绩效目标机器初审意见"


def test_word_text_and_tables_are_untouched():
    docx = pytest.importorskip("docx")
    path = sample("教育局")
    before = docx.Document(io.BytesIO(path.read_bytes()))
    after = docx.Document(io.BytesIO(annotate_file(from_file(path))))
    texts = [[cell.text for row in table.rows for cell in row.cells] for table in before.tables]
    assert [[cell.text for row in table.rows for cell in row.cells] for table in after.tables] == texts
    old = [item.text for item in before.paragraphs]
    assert [item.text for item in after.paragraphs][-len(old) :] == old


@pytest.mark.parametrize("name", ["生态环境", "绩效目标清单"])
def test_excel_comments_and_colours_at_cells(name):
    openpyxl = pytest.importorskip("openpyxl")
    path = sample(name)
    document = from_file(path)
    book = openpyxl.load_workbook(io.BytesIO(annotate_file(document)))
    assert book.sheetnames[0] == "机器初审意见"
    colours = {"error": "FFF8CBAD", "warning": "FFFFE699", "note": "FFDDEBF7"}
    placed = [item for item in document.findings if item.at.sheet is not None]
    assert placed
    for item in placed:
        cell = book[item.at.sheet].cell(item.at.row + 1, item.at.column + 1)
        assert item.message.replace(PHONE, "138****1234") in cell.comment.text
        assert cell.fill.fgColor.rgb == colours[item.severity]
    assert sum(cell.comment is not None for sheet in book for row in sheet for cell in row) == len(placed)


def test_excel_keeps_everything_else(tmp_path):
    """Comments, names, charts and pictures that were there stay; every other part is byte for byte the same."""
    openpyxl = pytest.importorskip("openpyxl")
    import xlsxwriter

    path = tmp_path / "old.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表一")
        second = book.add_worksheet("It's")
        for row in range(6):
            sheet.write_row(row, 0, [row, row * 2, f"文字{row}"])
        sheet.write_comment("A1", "原有批注")
        sheet.merge_range("A8:C8", "合并")
        book.define_name("It's!here", "='It''s'!$A$1")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=表一!$A$1:$A$6"})
        second.insert_chart("B2", chart)
        sheet.insert_textbox("E2", "文本框")
    original = path.read_bytes()
    document = from_text(form_text(1))
    places = [("表一", 0, 0), ("表一", 0, 1), ("表一", 30, 4), ("It's", 2, 2)]
    found = tuple(
        finding("F101", 0, Location(sheet=sheet, row=row, column=column), message=f"{sheet}{row}{column}")
        for sheet, row, column in places
    )
    source = replace(document.extraction.document, media_type=_XLSX)
    document = replace(document, findings=found, extraction=replace(document.extraction, document=source))
    data = annotate_file(document, original)
    with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(io.BytesIO(data)) as new:
        for name in old.namelist():
            if "chart" in name or "drawing1.xml" in name or "theme" in name or "sharedStrings" in name:
                assert old.read(name) == new.read(name)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["机器初审意见", "表一", "It's"]
    assert book["表一"]["A1"].comment.text.startswith("原有批注")
    assert "F101" in book["表一"]["A1"].comment.text
    assert "F101" in book["表一"]["E31"].comment.text
    assert book["It's"]["C3"].comment is not None
    assert "here" in book["It's"].defined_names
    assert [sheet.sheet_view.tabSelected for sheet in book] == [True, None, None] or not book[
        "表一"
    ].sheet_view.tabSelected
    assert book["机器初审意见"]["F7"].hyperlink.location.startswith("'")


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_text_becomes_a_page_with_marks():
    text = form_text(2)
    document = from_text(text)
    page = annotate_file(document, text.encode()).decode()
    assert annotated_ending(document) == ".html"
    marks = re.findall(r'<mark class="(\w+)">(.*?)</mark>', page)
    assert ("error", "520000") in marks
    assert ("warning", "3公里") in marks
    assert ("note", "清淤完成") in marks
    numbers = set(re.findall(r'id="m(\d+)"', page))
    assert len(numbers) == sum(item.at.line is not None for item in document.findings)
    assert numbers <= set(re.findall(r'id="r(\d+)"', page))


def test_text_page_hides_names_and_phones():
    text = form_text(2)
    page = annotate_file(from_text(text), text.encode()).decode()
    assert "甲乙丙" not in page
    assert PHONE not in page


def test_hostile_text_stays_text_everywhere():
    report = hostile_report()
    text = form_text(2, name='=HYPERLINK("http://example.invalid")<script>alert(1)</script>]]>')
    page = annotate_file(report.documents[0], text.encode()).decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    for name in ("教育局", "生态环境", "水利局"):
        path = sample(name)
        base = from_file(path)
        document = judged(base.extraction, words=HOSTILE, path=str(path))
        data = annotate_file(document)
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                joined = b"".join(parts.read(item) for item in parts.namelist() if item.endswith((".xml", ".vml")))
            assert b"<script>" not in joined
            assert b"&lt;script&gt;" in joined
            assert b"<f>=HYPERLINK" not in joined
            assert b"<f>HYPERLINK" not in joined
        else:
            assert any("<script>alert(1)</script>]]>" in words for page in annotations(data) for words, _ in page)


def test_file_gone_or_changed():
    document = from_text(form_text(1))
    with pytest.raises(ReadError) as caught:
        annotate_file(replace(document, path="nowhere.txt"))
    assert "重新检查" in caught.value.remedy


def test_name_of_the_copy():
    document = from_file(sample("教育局"))
    assert beside(document).name == "云溪县教育局2025年项目绩效目标表（初审）.docx"
