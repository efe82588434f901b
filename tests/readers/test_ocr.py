"""Pictured forms: read as printed, doubtful ones said to be, unreadable ones never invented."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from indicators.errors import MissingExtraError, ReadError
from indicators.forms import find_forms
from indicators.grid import solve
from indicators.pipeline import Checker, Options
from indicators.readers import read_bytes
from indicators.readers.pdf import read_pdf
from indicators.records import Document, DocumentReport, Extraction, Picture, Region

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpus" / "samples" / "云溪县水利局2025年部门预算.pdf"
HEAVY = ("rapidocr", "onnxruntime", "cv2")
EXTRA = all(find_spec(name) is not None for name in HEAVY)
needs_extra = pytest.mark.skipif(not EXTRA, reason="the extra ocr is not installed")
#: A faultless form and one whose funds do not add up.
PAGE, FAULTY = 5, 13
INSTALL = 'pip install "jixiao-indicators[ocr]"'


def page_picture(dpi: int, index: int = PAGE) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument(SAMPLE)
    return document[index].render(scale=dpi / 72).to_pil().convert("RGB")


def encoded(picture: Any, kind: str = "PNG", dpi: int = 150) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, dpi=(dpi, dpi))
    return out.getvalue()


def pdf_of(pictures: Iterable[Any], dpi: int) -> Any:
    import pypdfium2

    first, *others = pictures
    out = io.BytesIO()
    first.save(out, "PDF", resolution=dpi, save_all=True, append_images=others)
    return pypdfium2.PdfDocument(out.getvalue())


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _only(index: int) -> Any:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.import_pages(pypdfium2.PdfDocument(SAMPLE), [index])
    return document


def rows(extraction: Extraction) -> list[tuple[str, str, str, str]]:
    return [(i.horizon, i.level2, i.name, i.value) for form in extraction.forms for i in form.indicators if not i.empty]


def checked(data: bytes, folder: Path, name: str) -> DocumentReport:
    path = folder / name
    path.write_bytes(data)
    return Checker(options=Options(classifier=False)).check_file(path)


def regions(document: Document) -> list[Region]:
    pictures = [block for block in document.blocks if isinstance(block, Picture)]
    return [part for picture in pictures for part in picture.parts if isinstance(part, Region)]


def without_rules(picture: Any, broken: bool = False) -> Any:
    """Wipe every long straight stroke from a page, or two thirds of each."""
    import cv2
    import numpy as np
    from PIL import Image

    grey = np.asarray(picture.convert("L")).copy()
    ink = (grey < 190).astype(np.uint8)
    for shape in ((1, 90), (90, 1)):
        long = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        gone = cv2.dilate(long, np.ones((3, 3), np.uint8)) > 0
        if broken:
            down, across = np.indices(grey.shape)
            gone &= (down + across) % 90 < 60
        grey[gone] = 255
    return Image.fromarray(grey)


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    lines = (SAMPLE.parent / f"{SAMPLE.name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def scan() -> Extraction:
    return find_forms(read_bytes(encoded(page_picture(150)), "扫描.png"))


def gold_of(extraction: Extraction, truth: list[dict[str, Any]]) -> dict[str, Any]:
    form = extraction.forms[0]
    return next(item for item in truth if item["project_name"] == form.project_name)


def assert_as_printed(extraction: Extraction, gold: dict[str, Any]) -> None:
    want = [(i["horizon"], i["level2"], i["level3"], i["value"]) for i in gold["indicators"] if i["level3"]]
    found = rows(extraction)
    assert sum(row in found for row in want) >= 0.95 * len(want)
    assert float(extraction.forms[0].amount("annual") or 0) == gold["funds"]["annual"]["total"]


@needs_extra
def test_a_png_is_read_as_printed_and_is_never_as_sure_as_print(scan: Extraction, truth: list[dict[str, Any]]) -> None:
    assert len(scan.forms) == 1
    assert_as_printed(scan, gold_of(scan, truth))
    assert all(item.confidence < 1.0 for item in scan.forms[0].indicators if not item.empty)


@needs_extra
def test_empty_cells_stay_empty(scan: Extraction, truth: list[dict[str, Any]]) -> None:
    gold = gold_of(scan, truth)
    blank = [i["level2"] for i in gold["indicators"] if not i["level3"] and i["horizon"] == "annual"]
    assert [i.level2 for i in scan.forms[0].side("annual") if i.empty] == blank


@needs_extra
def test_a_turned_jpeg_is_read_as_printed(truth: list[dict[str, Any]]) -> None:
    turned = page_picture(130).rotate(90, expand=True)
    extraction = find_forms(read_bytes(encoded(turned, "JPEG", 130), "扫描.jpg"))
    assert len(extraction.forms) == 1
    assert_as_printed(extraction, gold_of(extraction, truth))


@needs_extra
def test_a_scan_whose_rules_are_lost_is_read_by_where_its_text_stands(truth: list[dict[str, Any]]) -> None:
    extraction = find_forms(read_bytes(encoded(without_rules(page_picture(130)), dpi=130), "扫描.png"))
    assert len(extraction.forms) == 1
    assert_as_printed(extraction, gold_of(extraction, truth))
    assert max(item.confidence for item in extraction.forms[0].indicators if not item.empty) < 0.96
    assert any("行列按文字位置推定" in note.message for note in extraction.document.problems)


@needs_extra
def test_what_stands_between_remnants_of_rules_is_not_guessed_at() -> None:
    """It would be laid into columns that are none: one reading of a page half of whose rules were lost took the
    categories of other rows.
    """
    half = read_bytes(encoded(without_rules(page_picture(130), broken=True), dpi=130), "扫描.png")
    assert find_forms(half).forms == ()
    assert any(region.crossed for region in regions(half))
    whole = read_bytes(encoded(without_rules(page_picture(130)), dpi=130), "扫描.png")
    assert not any(region.crossed for region in regions(whole))
    crossed = replace(whole, blocks=tuple(
        replace(block, parts=tuple(replace(part, crossed=True) for part in block.parts if isinstance(part, Region)))
        for block in whole.blocks
        if isinstance(block, Picture)
    ))  # fmt: skip
    extraction = find_forms(crossed)
    assert extraction.forms == ()
    assert [note.code for note in extraction.document.problems] == ["picture-unread"]


@needs_extra
def test_every_page_of_a_tiff_is_read() -> None:
    out = io.BytesIO()
    tops = [page_picture(110, index).crop((0, 0, 909, 420)) for index in (PAGE, PAGE + 1)]
    tops[0].save(out, "TIFF", save_all=True, append_images=tops[1:], dpi=(110, 110))
    document = read_bytes(out.getvalue(), "扫描.tif")
    assert document.pages == 2
    tables = solve(document).tables
    assert [table.at.page for table in tables] == [1, 2]
    assert [table.at.table for table in tables] == [0, 1]
    names = [next(cell.text for cell in table.cells if cell.at.column) for table in tables]
    whole = [form.project_name for form in find_forms(read_bytes(SAMPLE.read_bytes(), "全.pdf")).forms]
    assert set(names) < set(whole)


@needs_extra
def test_text_pages_and_pictured_pages_of_one_file_are_read_in_order() -> None:
    import pypdfium2

    text = pypdfium2.PdfDocument(SAMPLE)
    mixed = pypdfium2.PdfDocument.new()
    mixed.import_pages(text, [0, 1, 2, 3, 4])
    mixed.import_pages(pdf_of([page_picture(130, PAGE)], 130))
    mixed.import_pages(text, [PAGE + 1])
    forms = find_forms(read_bytes(saved(mixed), "混合.pdf")).forms
    whole = [form.project_name for form in find_forms(read_bytes(SAMPLE.read_bytes(), "全.pdf")).forms]
    names = [form.project_name for form in forms]
    assert names == whole[: len(names)]
    assert [form.at.page for form in forms][-2:] == [PAGE + 1, PAGE + 2]
    sure = [max(item.confidence for item in form.indicators if not item.empty) for form in forms]
    assert sure[-2] < 1 == sure[-1]


@needs_extra
def test_findings_on_a_scan_are_no_errors_name_the_original_and_show_the_cell(tmp_path: Path) -> None:
    from indicators.catalogue import builtin_rules
    from indicators.records import Report
    from indicators.report.html import write_html

    picture = page_picture(130, FAULTY)
    printed = checked(saved(_only(FAULTY)), tmp_path, "文字.pdf")
    assert "error" in {item.severity for item in printed.findings}
    scanned = checked(encoded(picture, "PNG", 130), tmp_path, "扫描.png")
    judged = [item for item in scanned.findings if not item.rule.startswith("X")]
    assert {item.rule for item in printed.findings if item.severity == "error"} <= {item.rule for item in judged}
    assert {item.severity for item in judged} <= {"warning", "note"}
    assert all("请核对原件" in item.message for item in judged if item.form is not None)
    report = Report(documents=(scanned,), tool_version="", rules_version="", model_version="")
    page = write_html(report, builtin_rules())
    assert page.count('<svg class="crop"') >= 1
    assert "data:image/png;base64," in page


@needs_extra
def test_a_cell_under_an_opaque_seal_is_named(tmp_path: Path) -> None:
    from PIL import ImageDraw

    picture = page_picture(130)
    form = find_forms(read_bytes(SAMPLE.read_bytes(), "全.pdf")).forms
    item = next(i for f in form if f.at.page == PAGE + 1 for i in f.side("annual") if i.value and not i.empty)
    x0, y0, x1, y1 = (value * 130 / 72 for value in item.at.bbox or ())
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x - 110, y - 110, x + 110, y + 110), outline=(215, 20, 30), width=7)
    draw.rectangle((x - 12, y - 30, x + 45, y + 30), fill=(215, 20, 30))
    report = checked(encoded(picture, "PNG", 130), tmp_path, "盖章.png")
    assert [mark.kind for mark in report.extraction.document.marks] == ["stamp"]
    doubt = [finding for finding in report.findings if finding.rule == "X103"]
    assert doubt
    assert "存疑的单元格 0 个" not in doubt[0].message


def blank(colour: str) -> Callable[[], Any]:
    def make() -> Any:
        from PIL import Image

        return Image.new("RGB", (800, 1100), colour)

    return make


def noise() -> Any:
    import numpy as np
    from PIL import Image

    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (600, 800, 3), dtype=np.uint8))


def gradient() -> Any:
    from PIL import Image

    return Image.linear_gradient("L").resize((800, 1100))


def photograph() -> Any:
    import numpy as np
    from PIL import Image, ImageFilter

    rng = np.random.default_rng(1)
    rough = Image.fromarray(rng.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    return rough.resize((900, 700), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2))


def bricks() -> Any:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (900, 700), (180, 90, 70))
    draw = ImageDraw.Draw(picture)
    for course, y in enumerate(range(0, 700, 50)):
        draw.line((0, y, 900, y), fill=(220, 210, 200), width=4)
        for x in range(course % 2 * 60, 900, 120):
            draw.line((x, y, x, y + 50), fill=(220, 210, 200), width=4)
    return picture


def chart() -> Any:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(6):
        draw.line((80, 60 + line * 90, 860, 60 + line * 90), fill=(200, 200, 200), width=2)
        draw.text((20, 50 + line * 90), str(5000 - 1000 * line), fill="black", font_size=22)
    for bar in range(5):
        draw.rectangle((130 + bar * 150, 400 - bar * 60, 210 + bar * 150, 510), fill=(60, 110, 180))
        draw.text((140 + bar * 150, 520), str(2021 + bar), fill="black", font_size=22)
    return picture


def coarse() -> Any:
    return page_picture(58)


def prose() -> Any:
    return page_picture(90, 0)


@needs_extra
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(blank("white"), id="white"),
        pytest.param(blank("black"), id="black"),
        noise, gradient, photograph, bricks, chart, coarse, prose,
    ],
)  # fmt: skip
def test_unreadable_pictures_and_other_pictures_never_give_a_form(make: Callable[[], Any], tmp_path: Path) -> None:
    report = checked(encoded(make(), dpi=100), tmp_path, "图.png")
    assert report.extraction.forms == ()
    assert {finding.rule for finding in report.findings} & {"X101", "X103"}


@needs_extra
def test_a_pdf_of_an_unreadable_picture_is_refused_and_beside_text_named(tmp_path: Path) -> None:
    import pypdfium2

    report = checked(saved(pdf_of([blank("white")()], 100)), tmp_path, "空白.pdf")
    assert [finding.rule for finding in report.findings] == ["X101"]
    mixed = pypdfium2.PdfDocument.new()
    mixed.import_pages(pypdfium2.PdfDocument(SAMPLE), [PAGE])
    mixed.import_pages(pdf_of([blank("black")()], 100))
    report = checked(saved(mixed), tmp_path, "混合.pdf")
    assert len(report.extraction.forms) == 1
    lost = [finding for finding in report.findings if finding.rule == "X103"]
    assert [finding.form for finding in lost] == [None]
    assert "第 2 页" in lost[0].message


def png(width: int, height: int) -> bytes:
    """Return a white PNG whose few bytes say that it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@needs_extra
@pytest.mark.parametrize("size", [(20000, 20000), (10000, 8200)])
def test_a_picture_that_unpacks_to_too_much_is_refused_before(size: tuple[int, int]) -> None:
    with pytest.raises(ReadError, match="图片太大"):
        read_bytes(png(*size), "大.png")


@needs_extra
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_cut_off_picture_is_refused_in_chinese(kind: str) -> None:
    whole = encoded(page_picture(60), kind)
    with pytest.raises(ReadError) as caught:
        read_bytes(whole[: len(whole) // 2], f"坏.{kind.lower()}")
    assert "damaged" not in str(caught.value)
    assert "重新导出" in str(caught.value) or "重新扫描" in str(caught.value)


@needs_extra
def test_bytes_that_only_claim_to_be_a_picture_are_refused() -> None:
    with pytest.raises(ReadError, match="图片文件已损坏"):
        read_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "坏.png")


def test_a_switched_off_recogniser_is_no_missing_one() -> None:
    mixed = saved(pdf_of([page_picture(60)], 60))
    document = read_bytes(mixed, "扫描.pdf", ocr=False)
    assert [note.code for note in document.problems] == ["ocr-off"]
    assert "--no-ocr" in document.problems[0].message
    assert "pip" not in document.problems[0].message
    with pytest.raises(ReadError, match="--no-ocr"):
        read_bytes(encoded(page_picture(60)), "扫描.png", ocr=False)


def test_without_the_extra_pages_are_named_with_the_command_and_the_text_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import importlib.util

    import pypdfium2

    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name in HEAVY else real(name, *more))
    monkeypatch.setattr("indicators.readers.ocr.networks.find_spec", lambda name: None)
    mixed = pypdfium2.PdfDocument.new()
    mixed.import_pages(pypdfium2.PdfDocument(SAMPLE), [PAGE])
    mixed.import_pages(pdf_of([page_picture(60)], 60))
    document = read_bytes(saved(mixed), "混合.pdf")
    assert [note.code for note in document.problems] == ["ocr-missing"]
    assert INSTALL in document.problems[0].message
    assert len(find_forms(document).forms) == 1
    with pytest.raises(MissingExtraError) as caught:
        read_bytes(encoded(page_picture(60)), "扫描.png")
    assert INSTALL in str(caught.value)


def test_a_pdf_read_without_a_recogniser_names_the_page() -> None:
    document = read_pdf(saved(pdf_of([page_picture(60)], 60)), "扫描.pdf", ocr=None)
    assert [note.code for note in document.problems] == ["ocr-missing"]


def test_checking_text_pages_loads_no_recogniser() -> None:
    code = (
        "import sys\nfrom indicators.pipeline import Checker, Options\n"
        f"Checker(options=Options(classifier=False)).check_file({str(SAMPLE)!r})\n"
        f"sys.exit(any(name in sys.modules for name in {HEAVY!r}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
