"""Files made to take for ever: ``python -m tests.hostile.bombs``.

Each is a megabyte or a few, well formed, and as full of one thing as its format allows. Each is judged in a process of its
own, under the limits of a single run; printed are the seconds of processor time, the most memory, and what came of it.
The process that waits goes on whatever happens: that is what the guard is for. What must not happen is more than 20 s or
1.5 GB before the file is refused in words, or read.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
import zlib
from collections.abc import Callable

from indicators.errors import ReadError
from indicators.guarding import Guarded
from indicators.pipeline import MEGABYTES, Checker, Options, forms_of
from indicators.readers import read_bytes
from indicators.report import render
from tests.readers.office import docx, p, tbl, tc, xlsx

BOMBS: dict[str, Callable[[], bytes]] = {}
#: Seconds of processor time after which a bomb is ended here.
LONGEST = 40
LIST = "单位名称|项目名称|年度绩效目标|一级指标|二级指标|三级指标|指标值\n"


def bomb(make: Callable[[], bytes]) -> Callable[[], bytes]:
    BOMBS[make.__name__.replace("_", " ")] = make
    return make


def pdf(
    pages: list[list[bytes]], *, packed: bool = True, extra: tuple[bytes, ...] = (), resources: bytes = b""
) -> bytes:
    """Return a PDF of pages, each a list of contents; the same content is the same object."""
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    objects: list[bytes] = [b"", b"", font, *extra]
    numbers: dict[bytes, int] = {}
    kids = []
    for contents in pages:
        for content in contents:
            if content not in numbers:
                body = zlib.compress(content, 9) if packed else content
                head = b"<</Length %d%s>>" % (len(body), b"/Filter/FlateDecode" if packed else b"")
                objects.append(head + b"stream\n" + body + b"\nendstream")
                numbers[content] = len(objects)
        listed = b" ".join(b"%d 0 R" % numbers[content] for content in contents)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>%s>>/Contents[%s]>>"
            % (resources, listed)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    data, places = [b"%PDF-1.7\n"], []
    size = len(data[0])
    for number, body in enumerate(objects, 1):
        places.append(size)
        data.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        size += len(data[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, table)
    end += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, size)
    return b"".join(data) + end


def stream(content: bytes, keys: bytes) -> bytes:
    body = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n" % (len(body), keys) + body + b"\nendstream"


LINES = b"".join(b"%d %d m %d %d l S\n" % (n % 590, n % 840, (n * 7) % 590, (n * 3) % 840) for n in range(250_000))
CHARS = (
    b"BT /F 6 Tf " + b"".join(b"1 0 0 1 %d %d Tm (abcd) Tj\n" % (n % 590, n * 7 % 840) for n in range(100_000)) + b"ET"
)


@bomb
def pdf_200_pages_of_lines() -> bytes:
    return pdf([[LINES]] * 200)


@bomb
def pdf_60_pages_of_lines_that_differ() -> bytes:
    return pdf([[LINES, b"%d w" % n] for n in range(60)])


@bomb
def pdf_400000_characters_on_a_page() -> bytes:
    return pdf([[CHARS]])


@bomb
def pdf_400000_characters_on_each_of_20_pages() -> bytes:
    return pdf([[CHARS]] * 20)


@bomb
def pdf_characters_at_one_place() -> bytes:
    return pdf([[b"BT /F 6 Tf 100 100 Td " + b"(aaaaaaaaaa) Tj 0 0 Td " * 40_000 + b"ET"]])


@bomb
def pdf_content_of_11_MB() -> bytes:
    return pdf([[LINES + LINES]])


@bomb
def pdf_array_of_500_contents() -> bytes:
    return pdf([[LINES[10_000 * n : 10_000 * n + 10_000] for n in range(500)]] * 3)


@bomb
def pdf_path_of_a_million_points() -> bytes:
    return pdf([[b"0 0 m " + b"".join(b"%d %d l " % (n % 590, n * 7 % 840) for n in range(600_000)) + b" S"]])


@bomb
def pdf_path_of_upright_steps() -> bytes:
    return pdf(
        [[b"0 0 m " + b"".join(b"%d %d l " % ((n + 1) // 2 % 590, n // 2 % 840) for n in range(600_000)) + b" S"]]
    )


@bomb
def pdf_rectangles() -> bytes:
    return pdf([[b"".join(b"%d %d 5 5 re f\n" % (n % 590, n * 7 % 840) for n in range(350_000))]] * 5)


@bomb
def pdf_grid_of_a_million_cells() -> bytes:
    ways = [b"%.2f 0 m %.2f 842 l S\n" % (n * 0.6, n * 0.6) for n in range(990)]
    ways += [b"0 %.2f m 595 %.2f l S\n" % (n * 0.8, n * 0.8) for n in range(1050)]
    return pdf([[b"".join(ways)]] * 20)


@bomb
def pdf_grids_of_small_tables() -> bytes:
    boxes = (b"%d %d 8 8 re S\n" % (x * 10, y * 10) for x in range(59) for y in range(84))
    letters = (b"1 0 0 1 %d %d Tm (a) Tj\n" % (x * 10 + 2, y * 10 + 2) for x in range(59) for y in range(84))
    return pdf([[b"".join(boxes) + b"BT /F 6 Tf " + b"".join(letters) + b"ET"]] * 100)


@bomb
def pdf_5000_pages_of_a_table() -> bytes:
    text = b"BT /F 8 Tf " + b"".join(
        b"1 0 0 1 %d %d Tm (abc) Tj\n" % (60 + x * 90, 60 + y * 20) for x in range(5) for y in range(35)
    )
    lines = b"".join(b"50 %d m 500 %d l S\n" % (55 + y * 20, 55 + y * 20) for y in range(36))
    lines += b"".join(b"%d 55 m %d 755 l S\n" % (50 + x * 90, 50 + x * 90) for x in range(6))
    return pdf([[text + b"ET\n" + lines]] * 5000)


@bomb
def pdf_clips_and_states() -> bytes:
    return pdf([[b"q 0 0 500 500 re W n 1 0 0 1 .1 .1 cm\n" * 130_000]] * 3)


@bomb
def pdf_inline_pictures() -> bytes:
    return pdf([[b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI\n" * 150_000]] * 3)


@bomb
def pdf_picture_of_a_gigapixel() -> bytes:
    picture = stream(
        bytes(4_000_000),
        b"/Type/XObject/Subtype/Image/Width 32000/Height 32000/BitsPerComponent 8/ColorSpace/DeviceGray",
    )
    return pdf([[b"595 0 0 842 0 0 cm /I Do"]], extra=(picture,), resources=b"/XObject<</I 4 0 R>>")


@bomb
def pdf_pattern_and_mask() -> bytes:
    pattern = stream(
        LINES[:2_000_000],
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 1/YStep 1/Resources<<>>",
    )
    return pdf([[b"/Pattern cs /P scn 0 0 595 842 re f\n" * 500]], extra=(pattern,), resources=b"/Pattern<</P 4 0 R>>")


@bomb
def pdf_type3_font() -> bytes:
    glyph = stream(b"1000 0 0 0 750 750 d1 " + LINES[:200_000], b"")
    font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 750 750]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 97/LastChar 97/Widths[1000]/CharProcs<</a 4 0 R>>/Encoding<</Type/Encoding/Differences[97/a]>>/Resources<<>>>>"
    return pdf(
        [[b"BT /G 9 Tf 10 10 Td (" + b"a" * 50_000 + b") Tj ET"]], extra=(glyph, font), resources=b"/Font<</G 5 0 R>>"
    )


def _list(count: int) -> bytes:
    return (
        LIST + "".join(f"某局|项目{n // 5}|完成{n}项|产出指标|数量指标|完成第{n}处|≥{n}处\n" for n in range(count))
    ).encode()


@bomb
def text_list_of_100000_rows() -> bytes:
    return _list(100_000)


@bomb
def text_list_of_one_project() -> bytes:
    return (LIST + "".join(f"某局|项目|完成|产出指标|数量指标|完成第{n}处|≥{n}处\n" for n in range(100_000))).encode()


@bomb
def text_of_bars() -> bytes:
    return ("|" * 3_000 + "\n").encode() * 10_000


@bomb
def text_of_a_million_lines() -> bytes:
    return ("完成\n" * 1_000_000).encode()


@bomb
def text_of_columns_by_blanks() -> bytes:
    return (("数量指标      完成   ≥1个     " * 8 + "\n") * 20_000).encode()


@bomb
def text_of_30000_forms() -> bytes:
    from bench.growth import FORM

    return (FORM * 10_000).encode()


@bomb
def text_of_statements() -> bytes:
    return "".join(
        f"本年收入{n}万元，比上年增加10万元，增长5%，其中财政拨款{n}万元，占5%。\n" for n in range(100_000)
    ).encode()


@bomb
def html_100000_nested_tables() -> bytes:
    return b"<table><tr><td>a" * 100_000 + b"</td></tr></table>" * 100_000


@bomb
def html_100000_tables() -> bytes:
    return "<table><tr><td>数量指标</td><td>完成</td></tr></table>".encode() * 100_000


@bomb
def html_a_million_cells() -> bytes:
    return b"<table>" + (b"<tr>" + "<td>数量指标</td>".encode() * 20 + b"</tr>") * 50_000 + b"</table>"


@bomb
def html_spans() -> bytes:
    return (
        b"<table>"
        + (b"<tr><td rowspan=1000 colspan=60>" + "数量指标</td><td>≥1个</td></tr>".encode()) * 40_000
        + b"</table>"
    )


@bomb
def html_list_of_100000_rows() -> bytes:
    rows = _list(100_000).decode().splitlines()
    return (
        "<table>" + "".join(f"<tr><td>{row.replace('|', '</td><td>')}</td></tr>" for row in rows) + "</table>"
    ).encode()


@bomb
def html_open_tags() -> bytes:
    return b"<html>" + "<b>完成".encode() * 300_000


@bomb
def docx_100000_paragraphs() -> bytes:
    return docx(p("完成水渠清淤") * 100_000)


@bomb
def docx_list_of_100000_rows() -> bytes:
    return docx(tbl(*("".join(map(tc, row.split("|"))) for row in _list(100_000).decode().splitlines())))


@bomb
def docx_3000_nested_tables() -> bytes:
    return docx("<w:tbl><w:tr><w:tc>" * 3_000 + p("完成") + "</w:tc></w:tr></w:tbl>" * 3_000)


@bomb
def docx_rows_of_wide_spans() -> bytes:
    return docx(tbl(*[tc("完成", '<w:gridSpan w:val="63"/><w:vMerge w:val="restart"/>') * 60] * 3_000))


@bomb
def docx_100000_runs_in_a_paragraph() -> bytes:
    return docx("<w:p>" + "<w:r><w:t>完成</w:t></w:r>" * 300_000 + "</w:p>")


@bomb
def xlsx_one_string_in_a_million_cells() -> bytes:
    row = "<row>" + '<c t="s"><v>0</v></c>' * 20 + "</row>"
    return xlsx({"a": f"<sheetData>{row * 50_000}</sheetData>"}, strings="<si><t>完成</t></si>")


@bomb
def xlsx_long_string_in_many_cells() -> bytes:
    row = "<row>" + '<c t="s"><v>0</v></c>' * 20 + "</row>"
    return xlsx({"a": f"<sheetData>{row * 1_000}</sheetData>"}, strings=f"<si><t>{'数量指标' * 5_000}</t></si>")


@bomb
def xlsx_list_of_100000_rows() -> bytes:
    rows = (
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row.split("|")) + "</row>"
        for row in _list(100_000).decode().splitlines()
    )
    return xlsx({"a": f"<sheetData>{''.join(rows)}</sheetData>"})


@bomb
def xlsx_merges() -> bytes:
    merges = "".join(f'<mergeCell ref="A{n}:XFD{n + 30_000}"/>' for n in range(1, 60_000))
    row = '<row><c t="inlineStr"><is><t>完成</t></is></c></row>'
    return xlsx({"a": f"<sheetData>{row * 60_000}</sheetData><mergeCells>{merges}</mergeCells>"})


@bomb
def xlsx_corners_far_apart() -> bytes:
    cells = "".join(f'<row r="{n * 500 + 1}"><c r="XFD{n * 500 + 1}"><v>1</v></c></row>' for n in range(2_000))
    return xlsx({"a": f"<sheetData>{cells}</sheetData>"})


@bomb
def xlsx_2000_sheets() -> bytes:
    row = '<sheetData><row><c t="inlineStr"><is><t>完成</t></is></c></row></sheetData>'
    return xlsx({f"s{n}": row for n in range(2_000)})


@bomb
def xlsx_number_formats() -> bytes:
    formats = "".join(f'<numFmt numFmtId="{n + 200}" formatCode="{"#,##0" * 40}.{"0" * n}"/>' for n in range(200))
    xfs = "".join(f'<xf numFmtId="{n + 200}"/>' for n in range(200))
    styles = f"<numFmts>{formats}</numFmts><cellXfs>{xfs}</cellXfs>"
    row = "<row>" + "".join(f'<c s="{n % 200}"><v>1.{n}e300</v></c>' for n in range(100)) + "</row>"
    return xlsx({"a": f"<sheetData>{row * 3_000}</sheetData>"}, styles=styles)


def judge(data: bytes) -> tuple[int, int, str, float, float]:
    """Judge a bomb; returns forms, findings, the rule that failed, seconds and megabytes."""
    # The clock on the wall runs on while others have the processor.
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST + 1))
    checker = Checker(options=Options(classifier=False, ocr=False))
    _ = checker.rules, checker.weights
    began = time.process_time()
    document = read_bytes(data, "x", ocr=False)
    read = time.process_time() - began
    report = checker.check_extraction(forms_of(document), path="x")
    whole = checker.report([report])
    render(whole, "json", rules=checker.rules)
    crashed = next((item.message for item in report.findings if item.rule == "X901"), "")
    spent, most = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    notes = f"reading {read:.1f} s {crashed} " + "；".join(note.message for note in document.problems)[:80]
    return len(report.extraction.forms), len(report.findings), notes, spent, most


def main(arguments: list[str] | None = None) -> int:
    """Judge the bombs and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="those with this in their name")
    parser.add_argument("--first", default="", help="where to begin")
    given = parser.parse_args(arguments)
    bad = 0
    names = [name for name in BOMBS if given.only in name]
    for name in names[names.index(given.first) if given.first else 0 :]:
        make = BOMBS[name]
        data = make()
        guarded: Guarded[bytes, tuple[int, int, str, float, float]] = Guarded(
            judge, seconds=20.0 * LONGEST, megabytes=MEGABYTES
        )
        began = time.monotonic()
        try:
            forms, findings, notes, spent, most = guarded(data, "x")
            outcome = f"{forms} forms, {findings} findings, {notes}"
        except ReadError as error:
            ended = f"退出码 -{int(signal.SIGXCPU)}" in error.why
            spent, most = LONGEST if ended else time.monotonic() - began, 0.0
            outcome = f"ended after {LONGEST} s" if ended else f"refused: {str(error)[:90]}"
            bad += not ended and any(sign in error.what for sign in ("意外退出", "程序出错", "超时"))
        guarded.close()
        bad += spent > 20 or most > 1536
        print(f"{name}\t{len(data) / 1e6:.1f} MB\t{spent:.1f} s\t{most:.0f} MB\t{outcome}", flush=True)
    print(f"{bad} over 20 s or 1.5 GB")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
