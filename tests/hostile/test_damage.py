"""Damage that cost rows without a word: each is now said, and nothing is trusted fully."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.pipeline import forms_of
from indicators.readers import read_bytes
from indicators.records import Extraction

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
