"""Sound documents that are damaged: the samples of the repository, and small ones, which find the same faults sooner."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path

from tests.readers.office import docx, p, tbl, tc, xlsx
from tests.readers.pdf_making import Grid, drawn, flowed, form_grid

__all__ = ["FORM", "samples"]

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
LEGACY = Path(__file__).parents[1] / "readers" / "legacy.xls"
SMALL = Path(__file__).parents[1] / "kinds"
FORM = (
    ("项目名称", "水渠清淤项目"),
    ("主管部门", "云溪县水利局"),
    ("年度资金总额（万元）", "100.00"),
    ("年度总体目标", "完成水渠清淤20公里，新建泵站2座，受益群众300人。"),
    ("一级指标", "二级指标", "三级指标", "指标值"),
    ("产出指标", "数量指标", "清淤长度", "≥20公里"),
    ("产出指标", "质量指标", "验收合格率", "100%"),
    ("产出指标", "时效指标", "完成时间", "2025年12月底前"),
    ("效益指标", "社会效益指标", "受益群众", "≥300人"),
    ("满意度指标", "服务对象满意度指标", "群众满意度", "≥95%"),
)
_TITLE = "项目支出绩效目标表"


def small_docx() -> bytes:
    """Return one form with merged cells as a Word file."""
    rows, before = [], ""
    for first, *rest in FORM:
        wide = len(rest) == 1
        merge = f"<w:vMerge{'' if first == before else ' w:val=' + chr(34) + 'restart' + chr(34)}/>"
        left = tc(p("" if first == before else first), "" if wide else merge)
        rows.append(left + "".join(tc(text, '<w:gridSpan w:val="3"/>' if wide else "") for text in rest))
        before = first
    return docx(p(_TITLE) + p("（2025年度）") + tbl(*rows))


def small_xlsx() -> bytes:
    """Return one form with merged cells, shared strings and numbers as a workbook."""
    strings: list[str] = [_TITLE]
    rows = ['<row r="1"><c r="A1" t="s"><v>0</v></c></row>']
    merged = ["A1:D1"]
    for number, texts in enumerate(FORM, 2):
        cells = ""
        for column, text in zip("ABCD", texts, strict=False):
            if text.replace(".", "").isdigit():
                cells += f'<c r="{column}{number}"><v>{text}</v></c>'
                continue
            strings.append(text)
            cells += f'<c r="{column}{number}" t="s"><v>{len(strings) - 1}</v></c>'
        merged += [f"B{number}:D{number}"] if len(texts) == 2 else []
        rows.append(f'<row r="{number}">{cells}</row>')
    merged.append("A7:A9")
    inside = f"<sheetData>{''.join(rows)}</sheetData><mergeCells>{''.join(f'<mergeCell ref={chr(34)}{one}{chr(34)}/>' for one in merged)}</mergeCells>"
    return xlsx({"目标": inside}, strings="".join(f"<si><t>{escape(text)}</t></si>" for text in strings))


def written_xlsx() -> bytes:
    """Return one form as a program writes it, with styles and number formats."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2025, 1, 6)})  # the same bytes every time
    sheet, money = book.add_worksheet("目标"), book.add_format({"num_format": "#,##0.00", "border": 1})
    sheet.merge_range(0, 0, 0, 3, _TITLE)
    for number, (first, *rest) in enumerate(FORM, 1):
        sheet.write_string(number, 0, first)
        if len(rest) == 1:
            sheet.merge_range(number, 1, number, 3, "")
        for column, text in enumerate(rest, 1):
            if text.replace(".", "").isdigit():
                sheet.write_number(number, column, float(text), money)
            else:
                sheet.write_string(number, column, text)
    book.close()
    return buffer.getvalue()


def _form_pdf() -> bytes:
    """Return the form set by a program of today, over two pages."""
    rows = [*FORM, *(("产出指标", "数量指标", f"第{n}处", f"≥{n}处") for n in range(1, 30))]
    cells = [
        (row, column, 1, 3 if len(texts) == 2 and column else 1, text)
        for row, texts in enumerate(rows)
        for column, text in enumerate(texts)
    ]
    return flowed([Grid(len(rows), 4, tuple(cells))], [_TITLE])


def _saved_as_xls(books: dict[str, bytes]) -> list[tuple[str, bytes]]:
    """Return workbooks as LibreOffice saves them in the old format, none without it."""
    office = shutil.which("soffice")
    if office is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        for name, data in books.items():
            Path(folder, name).write_bytes(data)
        profile = f"-env:UserInstallation={Path(folder, 'p').as_uri()}"
        paths = [str(Path(folder, name)) for name in books]
        subprocess.run(
            [office, "--headless", profile, "--convert-to", "xls", "--outdir", folder, *paths],
            capture_output=True, check=False,
        )  # fmt: skip
        return [(path.name, path.read_bytes()) for path in sorted(Path(folder).glob("*.xls"))]


def samples(endings: Sequence[str]) -> dict[str, list[tuple[str, bytes]]]:
    """Return the sound documents by ending."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for path in (*sorted(SAMPLES.iterdir()), *sorted(SMALL.iterdir()), LEGACY):
        if path.suffix in (".pdf", ".docx", ".xlsx", ".xls", ".html", ".txt"):
            found.setdefault(path.suffix[1:], []).append((path.name, path.read_bytes()))
    found["pdf"] += [("drawn", drawn(form_grid())), ("flowed", _form_pdf())]
    found["docx"].append(("small.docx", small_docx()))
    found["xlsx"].append(("written.xlsx", written_xlsx()))
    found["xls"] += _saved_as_xls(dict(found["xlsx"])) if "xls" in endings else []
    found["xlsx"].append(("small.xlsx", small_xlsx()))
    return {ending: found[ending] for ending in endings}
