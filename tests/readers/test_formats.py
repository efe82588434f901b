"""The table of formats: every row works, and what is told apart by its first bytes is told apart."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import pytest

from indicators.errors import ReadError
from indicators.readers import read_bytes
from indicators.readers.formats import FORMATS, SUFFIXES, Format
from indicators.readers.sniff import sniff


@pytest.mark.parametrize("item", FORMATS.values(), ids=lambda item: item.kind)
def test_a_row_names_what_exists(item: Format) -> None:
    module, _, function = item.reader.partition(":")
    assert callable(getattr(import_module(f"indicators.readers.{module}"), function))
    assert find_spec(f"indicators.report.annotate_{item.annotator}")
    if item.saved_as:
        assert FORMATS[item.saved_as].annotator != "text"
    assert all(ending.startswith(".") and ending == ending.lower() for ending in item.endings)
    # The marked copy keeps the ending of its format, and LibreOffice is told by it what it gets.
    assert item.endings or (item.annotator == "text" and not item.saved_as)


def test_an_ending_belongs_to_one_format() -> None:
    endings = [ending for item in FORMATS.values() for ending in item.endings]
    assert len(endings) == len(set(endings)) == len(SUFFIXES)


@pytest.mark.parametrize("item", [item for item in FORMATS.values() if item.signatures], ids=lambda item: item.kind)
def test_first_bytes_tell_the_kind(item: Format) -> None:
    for start in item.signatures:
        assert sniff(start + b"\0" * 40) == item.kind


@pytest.mark.parametrize(
    ("data", "kind"), [(b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, "7z"), (b"PK\x05\x06" + b"\0" * 18, "zip")]
)
def test_a_kind_without_a_row_is_refused_with_what_to_do(data: bytes, kind: str) -> None:
    with pytest.raises(ReadError, match=rf"不支持的文件格式.*{kind}.*另存为 PDF"):
        read_bytes(data, "a.bin")
