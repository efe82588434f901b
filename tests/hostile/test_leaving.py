"""Nothing personal, no control sign and no formula of a document leaves, whatever the writer."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from pathlib import Path

import pytest

from indicators.batch import Finder, run_batch
from indicators.cli import main
from indicators.pipeline import Checker, Options
from indicators.quantities import parse_quantity
from indicators.readers import read_bytes
from indicators.store import open_store, schema
from indicators.text import clean, mask_numbers, one_line, plain_cell
from tests.forms.test_forms import FORM

PHONES = (
    "13800138000",
    "138-0013-8000",
    "138 0013 8000",
    "138－0013－8000",
    "+8613800138000",
    "+86 138-0013-8000",
    "（+86）13800138000",
    "8613800138000",
    "013800138000",
    "１３８００１３８０００",
    "＋８６１３８００１３８０００",
)
IDENTITY = "110101199003077379"
CARD = "6222021234567890128"
ACCOUNT = "3301040160001234567"


@pytest.mark.parametrize("number", PHONES)
def test_a_mobile_number_is_masked_however_it_is_written(number: str) -> None:
    assert mask_numbers(f"联系人{number}。") == "联系人138****8000。"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (IDENTITY, "110101********7379"),
        ("11010119900307737X", "110101********737X"),
        ("110101 19900307 7379", "110101********7379"),
        ("１１０１０１１９９００３０７７３７９", "110101********7379"),
        (f"开户行农行，账号：{ACCOUNT}", "开户行农行，账号：3301***********4567"),
        ("账号6222 0212 3456 7890 128", "账号6222***********0128"),
    ],
)
def test_identity_and_bank_numbers_are_masked(text: str, masked: str) -> None:
    assert mask_numbers(text) == masked


@pytest.mark.parametrize(
    "number",
    [
        *(sign.join(("138", "0013", "8000")) for sign in "._/*−·\u2009\u00ad\u2060\t"),
        *(sign.join(("138", "0013", "8000")) for sign in ("  ", " - ", "——")),
        *(sign.join("13800138000") for sign in " -\u200b\u200d\ufeff\ufe0f\u0301"),
        *("".join(chr(first + int(digit)) for digit in "13800138000") for first in (0x660, 0x1D7CE)),
        "一三八〇〇一三八〇〇〇", "幺三八零零幺三八零零零", "①③⑧⓪⓪①③⑧⓪⓪⓪", "¹³⁸⁰⁰¹³⁸⁰⁰⁰",
    ],
)  # fmt: skip
def test_a_number_in_disguise_is_masked(number: str) -> None:
    assert mask_numbers(f"联系人{number}。") == "联系人138****8000。"


@pytest.mark.parametrize("sign", [" ", "-", "\u200b", "\u2060"])
def test_identity_and_bank_numbers_in_disguise_are_masked(sign: str) -> None:
    assert mask_numbers(f"证{sign.join(IDENTITY)}。") == "证110101********7379。"
    assert mask_numbers(f"卡{sign.join(CARD)}。") == "卡6222***********0128。"


def test_a_mark_of_a_list_hides_no_number() -> None:
    assert mask_numbers("①13800138000，②13900139000") == "①138****8000，②139****9000"


@pytest.mark.parametrize("number", ["13800138000", IDENTITY, "11010119900307803X", CARD])
def test_a_personal_number_is_no_quantity(number: str) -> None:
    # The value was masked, and its number stood beside it in JSON, tables and store.
    assert parse_quantity(number) is None


@pytest.mark.parametrize(
    "text",
    [
        "投入13800138000.50元",
        "项目编码330000220000000012345678",
        "1000000000000元",
        "2025-01-01至2025-12-31",
        "≥13800人次",
        "完成150、2000、3000户",
        "其中1号13座、2号8座",
        "2023、2024、2025、2026年",
        "一二三四五六七八九十",
    ],
)
def test_figures_that_are_no_personal_numbers_stay(text: str) -> None:
    assert mask_numbers(text) == text


def test_masking_a_long_text_of_digits_ends() -> None:
    text = "1 " * 200_000 + "138" * 100_000
    assert len(mask_numbers(text)) == len(text)


def test_control_signs_are_taken_out() -> None:
    hostile = "\x1b[31m红\x1b]0;t\x07\u202e反\u2066\u200f\x00\x9b字\ud800"
    assert clean(hostile) == "[31m红]0;t反字"
    assert one_line("a\nb\r\nc\u2028d") == "a b c d"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r", "＝", "＋", "－", "＠", " =", "\u3000＝", "\n="])
def test_no_cell_begins_a_formula(start: str) -> None:
    assert plain_cell(f"{start}1+1").startswith("'")


def _hostile(folder: Path) -> Path:
    text = FORM.replace("保护人口", f"＝cmd|{PHONES[1]}保护\x1b[2J人口\u202e {IDENTITY}")
    text = text.replace("≥2万人", f"≥2万人{PHONES[4]}账号{CARD}")
    path = folder / f"张三{PHONES[0]}.txt"
    path.write_text(text, encoding="utf-8")
    return path


def _texts(data: bytes) -> str:
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "\n".join(
                packed.read(name).decode("utf-8", "replace") for name in packed.namelist() if name.endswith("xml")
            )
    return data.decode("utf-8", "replace")


SECRETS = ("13800138000", "138-0013-8000", IDENTITY, CARD, "\x1b", "\u202e")


@pytest.mark.parametrize(
    "form", ["table", "line", "json", "jsonl", "csv", "xlsx", "docx", "html", "parquet", "sarif", "junit"]
)
def test_no_report_leaks(tmp_path: Path, form: str) -> None:
    path, out = _hostile(tmp_path), tmp_path / "out"
    main(["check", str(path), "--format", form, "-o", str(out), "--no-classifier", "-q"])
    told = _texts(out.read_bytes()).replace(str(tmp_path), "")
    assert not [secret for secret in SECRETS if secret in told]


ADDRESSES = ("file:///c:/x.exe", "external:c:\\x.xlsx", "internal:Sheet1!A1", "http://evil.example/x", "javascript:x()")
FORMULAS = ("＝cmd|x", "－1+1", "＠SUM(1)", "\t=1+1", "{=1+1}", "=HYPERLINK(1)")


@pytest.mark.parametrize("form", ["xlsx", "docx", "html"])
def test_no_writer_makes_links_or_formulas_of_texts(tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    for number, text in enumerate((*ADDRESSES, *FORMULAS)):
        (tmp_path / f"{number}.txt").write_text(FORM.replace("保护人口", text), encoding="utf-8")
    main(["check", str(tmp_path), "--format", form, "-o", str(out), "--no-classifier", "-q"])
    data = out.read_bytes()
    told = _texts(data)
    assert "evil.example" in told or form == "docx"  # a letter names what has findings
    if form == "html":
        assert not re.findall(r'(?:href|src)="(?!#|data:)', told)
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            links = "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".rels"))
        assert "External" not in links
        # Charts refer to their own cells by c:f; sheets of ours have no formula.
        # Numbers of pages are fields of our own.
        told = re.sub(r"<w:instrText[^>]*>\s*(?:PAGE|NUMPAGES)\s*</w:instrText>", "", told)
        assert not re.findall(r"<(?:f|w:hyperlink|w:instrText|w:fldSimple)[ >]", told)


@pytest.mark.parametrize("command", [["extract"], ["rank", "--no-ocr"]])
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_no_listing_leaks(tmp_path: Path, command: list[str], form: str) -> None:
    path, out = _hostile(tmp_path), tmp_path / "out"
    main([*command, str(path), "--format", form, "-o", str(out), "-q"])
    told = out.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in told]
    if form == "csv":
        assert not [
            cell for line in told.splitlines() for cell in line.split(",") if cell[:1] in "=+-@＝＋－＠" and cell
        ]


def test_no_store_log_or_screen_leaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    _hostile(docs)
    (docs / "坏\x1b[31m\n13900139000.pdf").write_bytes(b"%PDF-1.4 nothing")
    store, log = tmp_path / "r.db", tmp_path / "log"
    main(["batch", str(docs), "--store", str(store), "--log", str(log), "--no-classifier", "-j", "1"])
    told = capsys.readouterr().err + log.read_text(encoding="utf-8")
    assert not [secret for secret in (*SECRETS, "13900139000") if secret in told]
    assert all(line[:3] == "202" for line in log.read_text(encoding="utf-8").splitlines())
    with open_store(store) as opened:
        rows = [row for table in schema.LASTING for row in opened.rows(table)]
    for row in rows:
        # The key is the path the user gave: it must lead to the file.
        kept = {key: value for key, value in row.items() if key not in ("document", "report")}
        assert not [secret for secret in SECRETS if secret in json.dumps(kept, ensure_ascii=False, default=str)]
        if "report" in row:
            assert not [secret for secret in SECRETS if secret in zlib.decompress(row["report"]).decode()]


def test_batches_give_the_same_masks(tmp_path: Path) -> None:
    path = _hostile(tmp_path)
    with open_store(tmp_path / "r.db") as store:
        run_batch(Finder(paths=(str(path),)), store, options=Options(classifier=False, ocr=False))
        report = store.report(str(path))
    assert report is not None
    assert "138****8000" in json.dumps(report, ensure_ascii=False)


@pytest.mark.parametrize("text", [PHONES[0], "\x1b]0;反\u202e转\x07"])
def test_the_reasons_of_the_classifier_are_clean(text: str) -> None:
    # A value that repeats its name is told again in the reason, which reached every report as it stood.
    form = FORM.replace("保护人口", text).replace("≥2万人", text)
    checker = Checker(options=Options(ocr=False))
    report = checker.check_document(read_bytes(form.encode(), "x.txt"))
    reasons = [reason for form in report.specificity for level in form if level is not None for reason in level.reasons]
    assert reasons
    assert not [one for one in reasons for secret in (*SECRETS, "\x07") if secret in one]
