"""Pictured forms: read as printed, doubtful ones said to be, unreadable ones never invented."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from indicators.errors import ReadError
from indicators.forms import find_forms
from indicators.readers import read_bytes
from indicators.readers.pdf import read_pdf
from indicators.records import Extraction

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "corpus" / "samples" / "云溪县水利局2025年部门预算.pdf"
EXTRA = all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))
needs_extra = pytest.mark.skipif(not EXTRA, reason="the extra ocr is not installed")
PAGE = 5


def page_picture(dpi: int, index: int = PAGE):  # type: ignore[no-untyped-def]
    import pypdfium2

    document = pypdfium2.PdfDocument(SAMPLE)
    return document[index].render(scale=dpi / 72).to_pil().convert("RGB")


def encoded(picture, kind: str = "PNG", dpi: int = 150) -> bytes:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    picture.save(out, kind, dpi=(dpi, dpi))
    return out.getvalue()


def rows(extraction: Extraction) -> list[tuple[str, str, str, str]]:
    return [(i.horizon, i.level2, i.name, i.value) for form in extraction.forms for i in form.indicators if not i.empty]


@pytest.fixture(scope="module")
def truth() -> list[dict]:  # type: ignore[type-arg]
    lines = (SAMPLE.parent / f"{SAMPLE.name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@needs_extra
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_pictured_form_is_read_as_printed(kind: str, truth: list[dict]) -> None:  # type: ignore[type-arg]
    extraction = find_forms(read_bytes(encoded(page_picture(150), kind), f"扫描.{kind.lower()}"))
    assert len(extraction.forms) == 1
    form = extraction.forms[0]
    gold = next(item for item in truth if item["project_name"] == form.project_name)
    want = [(i["horizon"], i["level2"], i["level3"], i["value"]) for i in gold["indicators"] if i["level3"]]
    found = rows(extraction)
    assert sum(row in found for row in want) >= 0.9 * len(want)
    assert float(form.amount("annual") or 0) == gold["funds"]["annual"]["total"]
    assert form.confidence <= 1.0
    assert all(item.confidence < 1.0 for item in form.indicators if not item.empty)


@needs_extra
def test_empty_cells_stay_empty(truth: list[dict]) -> None:  # type: ignore[type-arg]
    form = find_forms(read_bytes(encoded(page_picture(200)), "扫描.png")).forms[0]
    gold = next(item for item in truth if item["project_name"] == form.project_name)
    blank = [i["level2"] for i in gold["indicators"] if not i["level3"] and i["horizon"] == "annual"]
    assert [i.level2 for i in form.side("annual") if i.empty] == blank


@needs_extra
def test_text_pages_and_pictured_pages_of_one_file_are_both_read() -> None:
    import pypdfium2

    text = pypdfium2.PdfDocument(SAMPLE)
    picture = io.BytesIO()
    page_picture(150, PAGE).save(picture, "PDF", resolution=150)
    mixed = pypdfium2.PdfDocument.new()
    mixed.import_pages(text, [0, 1, 2, 3, 4])
    mixed.import_pages(pypdfium2.PdfDocument(picture.getvalue()))
    out = io.BytesIO()
    mixed.save(out)
    names = [form.project_name for form in find_forms(read_bytes(out.getvalue(), "混合.pdf")).forms]
    whole = [form.project_name for form in find_forms(read_bytes(SAMPLE.read_bytes(), "全.pdf")).forms]
    assert names == whole[: len(names)]
    assert len(names) >= 2


def test_without_the_extra_a_picture_page_is_named_and_the_text_is_still_read() -> None:
    picture = io.BytesIO()
    page_picture(100).save(picture, "PDF", resolution=100)
    document = read_pdf(picture.getvalue(), "扫描.pdf", ocr=None)
    assert [note.code for note in document.problems] == ["ocr-missing"]
    assert "pip install" in document.problems[0].message


@needs_extra
@pytest.mark.parametrize("picture", ["blank", "noise", "tiny"])
def test_unreadable_pictures_never_give_a_form(picture: str) -> None:
    import numpy as np
    from PIL import Image

    if picture == "blank":
        image = Image.new("RGB", (800, 1100), "white")
    elif picture == "noise":
        image = Image.fromarray(np.random.default_rng(0).integers(0, 255, (600, 800, 3), dtype=np.uint8))
    else:
        image = page_picture(30)
    try:
        document = read_bytes(encoded(image), "图.png")
    except ReadError:
        return
    assert find_forms(document).forms == ()


def test_a_damaged_picture_is_refused() -> None:
    with pytest.raises(ReadError):
        read_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "坏.png")


def test_reading_text_pages_loads_no_recogniser() -> None:
    code = (
        "import sys\nfrom indicators.readers import read\n"
        f"read({str(SAMPLE)!r})\n"
        "sys.exit('rapidocr' in sys.modules or 'onnxruntime' in sys.modules or 'cv2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
