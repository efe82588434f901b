"""Any bytes give a Document or a ReadError, in bounded time and memory."""

from __future__ import annotations

import cProfile
import pstats
import random
import zlib

import pytest

from indicators.errors import ReadError
from indicators.readers.pdf import read_pdf
from indicators.records import Document

pytest.importorskip("reportlab")
from reportlab.lib.pdfencrypt import StandardEncryption

from tests.readers.pdf_making import Pen, flowed, form_grid, plain_grid, words


def one_page(**options: object) -> bytes:
    pen = Pen(**options)  # type: ignore[arg-type]
    pen.grid(form_grid())
    return pen.data()


def raw_pdf(content: bytes, extra: bytes = b"", filters: bytes = b"", box: bytes = b"0 0 595 842") -> bytes:
    """Write the smallest PDF around a content stream; readers rebuild its missing cross-reference table."""
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox["
        + box
        + b"]/Contents 4 0 R/Resources<</XObject<</F0 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length "
        + str(len(content)).encode()
        + filters
        + b">>stream\n"
        + content
        + b"\nendstream endobj\n"
        + extra
        + b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def test_the_smallest_pdf_is_read() -> None:
    assert read_pdf(raw_pdf(b"0 0 m 10 10 l S"), "a.pdf").pages == 1


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"%PDF-", b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + bytes(100), b"%PDF-1.4\n" + bytes(5000)]
)
def test_what_is_no_pdf_is_refused_in_chinese(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read_pdf(data, "坏文件.pdf")
    assert "坏文件.pdf" in str(caught.value)
    assert caught.value.why
    assert caught.value.remedy


def test_a_password_is_named_as_the_reason() -> None:
    with pytest.raises(ReadError, match="密码") as caught:
        read_pdf(one_page(encrypt=StandardEncryption("secret", canPrint=0)), "密.pdf")
    assert "另存为无密码" in caught.value.remedy


def test_a_file_with_an_owner_password_only_is_read() -> None:
    document = read_pdf(one_page(encrypt=StandardEncryption("", ownerPassword="owner")), "a.pdf")
    assert len(document.tables) == 1


def test_no_pages_is_an_error() -> None:
    data = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
    with pytest.raises(ReadError):
        read_pdf(data, "空.pdf")


def test_an_unknown_engine_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="engine"):
        read_pdf(one_page(), "a.pdf", engine="magic")


def test_a_compression_bomb_is_refused() -> None:
    squeezed = zlib.compress(b"0 0 m 1 1 l S\n" * 900_000, 9)
    with pytest.raises(ReadError, match="解压后超过"):
        read_pdf(raw_pdf(squeezed, filters=b"/Filter/FlateDecode"), "弹.pdf")


def test_a_doubly_compressed_stream_is_refused() -> None:
    content = zlib.compress(zlib.compress(bytes(1000)))
    with pytest.raises(ReadError, match="重复压缩"):
        read_pdf(raw_pdf(content, filters=b"/Filter[/FlateDecode/FlateDecode]"), "弹.pdf")


def test_forms_that_multiply_are_refused() -> None:
    # Each of twelve forms draws the next one ten times: 10^12 drawings in two kilobytes.
    parts = []
    for number in range(12):
        inner = b"/N Do " * 10 if number < 11 else b"0 0 m 9 9 l S"
        link = b"/Resources<</XObject<</N %d 0 R>>>>" % (6 + number) if number < 11 else b""
        parts.append(
            b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]%s/Length %d>>stream\n%s\nendstream endobj\n"
            % (5 + number, link, len(inner), inner)
        )
    with pytest.raises(ReadError, match="嵌套"):
        read_pdf(raw_pdf(b"/F0 Do", extra=b"".join(parts)), "弹.pdf")


@pytest.mark.parametrize(
    "box", [b"0 0 14400000 14400000", b"0 0 0 0", b"100 100 0 0", b"-1e9 -1e9 1e9 1e9", b"0 0 1e-9 1"]
)
def test_odd_page_sizes_are_survived(box: bytes) -> None:
    assert isinstance(read_pdf(raw_pdf(b"0 0 m 90 90 l S 10 10 50 50 re f", box=box), "a.pdf"), Document)


def test_a_page_full_of_drawing_is_survived() -> None:
    rng = random.Random(1)
    content = "".join(
        f"{rng.randint(0, 600)} {rng.randint(0, 800)} {rng.randint(1, 90)} {rng.randint(1, 90)} re S\n"
        for _ in range(20_000)
    )
    document = read_pdf(raw_pdf(content.encode()), "a.pdf")
    assert document.pages == 1


@pytest.mark.parametrize("engine", ["pypdfium2", "pdfplumber"])
def test_mutated_files_give_a_document_or_a_read_error(engine: str) -> None:
    rng = random.Random(20)
    samples = [one_page(), one_page(pageCompression=0), flowed([form_grid(1), plain_grid(40, 3)], ["一", "二"])]
    rounds = 40 if engine == "pypdfium2" else 4
    for sample in samples:
        for _ in range(rounds):
            data = bytearray(sample)
            for _ in range(rng.choice((1, 3, 10, 60))):
                place = rng.randrange(len(data))
                action = rng.randrange(4)
                if action == 0:
                    data[place] = rng.randrange(256)
                elif action == 1:
                    del data[place : place + rng.randrange(1, 200)]
                elif action == 2:
                    data[place:place] = data[max(0, place - rng.randrange(1, 300)) : place]
                else:
                    data[place:place] = str(rng.choice((-1, 0, 99999999, 2**31, 1e30))).encode()
            try:
                assert isinstance(read_pdf(bytes(data), "mutated.pdf", engine=engine), Document)
            except ReadError:
                pass


def test_truncated_files_give_a_document_or_a_read_error() -> None:
    data = flowed([plain_grid(60, 4)], [words(4, 1)])
    for share in (0.05, 0.2, 0.5, 0.8, 0.95, 0.999):
        try:
            assert isinstance(read_pdf(data[: int(len(data) * share)], "cut.pdf"), Document)
        except ReadError:
            pass


def test_reading_again_does_not_grow() -> None:
    import resource

    data = flowed([plain_grid(300, 5)], [""])
    for _ in range(3):
        read_pdf(data, "a.pdf")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(12):
        read_pdf(data, "a.pdf")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 12_000


def form(number: int, content: bytes, resources: bytes = b"") -> bytes:
    head = b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]%s/Length %d>>stream\n" % (
        number,
        resources,
        len(content),
    )
    return head + content + b"\nendstream endobj\n"


def test_forms_that_draw_themselves_are_refused() -> None:
    inner = b"/N Do /N Do"
    with pytest.raises(ReadError, match="引用自己"):
        read_pdf(raw_pdf(b"/F0 Do", extra=form(5, inner, b"/Resources<</XObject<</N 5 0 R>>>>")), "弹.pdf")


def test_forms_without_resources_have_those_of_the_page() -> None:
    with pytest.raises(ReadError, match="引用自己"):
        read_pdf(raw_pdf(b"/F0 Do", extra=form(5, b"/F0 Do /F0 Do")), "弹.pdf")


@pytest.mark.parametrize("call", [b"/#4e Do ", b"/N%\n Do ", b"/N\x00Do "])
def test_forms_called_in_odd_ways_are_counted(call: bytes) -> None:
    parts = [form(5 + number, call * 100, b"/Resources<</XObject<</N %d 0 R>>>>" % (6 + number)) for number in range(3)]
    with pytest.raises(ReadError, match="嵌套"):
        read_pdf(raw_pdf(b"/F0 Do", extra=b"".join(parts) + form(8, b"0 0 m 9 9 l S")), "弹.pdf")


@pytest.mark.parametrize(
    "filters",
    [
        b"/Filter/Flate#44ecode",
        b"/Filter/FlateDecode" + b"/X(" + b"x" * 900 + b")",
        b"/X(" + b"x" * 900 + b")/Filter/FlateDecode",
        b"/Filter 9 0 R",
    ],
    ids=["escaped", "long after", "long before", "far away"],
)
def test_a_bomb_is_found_however_its_filter_is_written(filters: bytes) -> None:
    squeezed = zlib.compress(b"0 0 m 1 1 l S\n" * 900_000, 9)
    data = raw_pdf(squeezed, filters=filters, extra=b"9 0 obj/FlateDecode endobj\n")
    with pytest.raises(ReadError, match="解压后超过"):
        read_pdf(data, "弹.pdf")


def test_streams_after_one_that_ends_oddly_do_not_escape() -> None:
    # The end of one stream used to be taken for the beginning of the next.
    odd = b"5 0 obj<</Length 4>>stream\nabcd endstream\nendobj\n"
    squeezed = zlib.compress(bytes(300_000_000), 9)
    font = b"6 0 obj<</Type/X/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n" % (len(squeezed), squeezed)
    with pytest.raises(ReadError, match="解压后超过"):
        read_pdf(raw_pdf(b"0 0 m 9 9 l S", extra=odd + font), "弹.pdf")


def test_a_long_sound_stream_with_a_line_end_behind_it_ends() -> None:
    # zlib keeps the line end before ``endstream``; the guard waited for it to be used up.
    content = zlib.compress(b"0 0 m 10 10 l S\n" * 100_000, 1)
    assert read_pdf(raw_pdf(content + b"\r\n\r\n", filters=b"/Filter/FlateDecode"), "图.pdf").pages == 1


def test_contents_in_a_long_array_are_added_up() -> None:
    content = zlib.compress(b"0 0 m 10 10 l S\n" * 60_000, 9)
    data = raw_pdf(content, filters=b"/Filter/FlateDecode").replace(
        b"/Contents 4 0 R", b"/Contents[" + b"4 0 R " * 500 + b"]"
    )
    assert "page-limit" in [note.code for note in read_pdf(data, "弹.pdf").problems]


def test_many_forms_take_time_in_proportion() -> None:
    def calls(count: int) -> int:
        from indicators.readers.pdf import bombs

        forms = b"".join(form(10 + number, b"0 0 m 9 9 l S") for number in range(count))
        names = b"".join(b"/X%d %d 0 R" % (number, 10 + number) for number in range(count))
        content = b"".join(b"/X%d Do " % number for number in range(count))
        data = raw_pdf(content, extra=forms).replace(b"/F0 5 0 R", names)
        profile = cProfile.Profile()
        profile.runcall(bombs.examine, data, "x")
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]

    assert calls(800) < 2.6 * calls(400)


def test_what_had_to_be_mended_is_said() -> None:
    sound = one_page()
    assert "pdf-mended" not in [note.code for note in read_pdf(sound, "a.pdf").problems]
    damaged = sound.replace(b"startxref", b"startxxxx")
    assert "pdf-mended" in [note.code for note in read_pdf(damaged, "a.pdf").problems]
