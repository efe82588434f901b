"""A clerk's morning: check, accept one finding with a reason, check again, send the letter."""

from __future__ import annotations

import io
from datetime import date

import pytest

from indicators.config import accept, load_config
from indicators.pipeline import Checker, Options
from indicators.report.annotate import annotate_file, beside
from indicators.report.diff import write_diff
from indicators.report.json import write_json
from indicators.report.letter import write_letter
from indicators.report.terminal import write_terminal
from tests.report.making import form_text


def test_from_check_to_letter(tmp_path):
    docx = pytest.importorskip("docx")
    file = tmp_path / "云溪县水利局.txt"
    file.write_text(form_text(2).replace("≥3000人", "有所提高", 2).replace("520000", "620000", 1), encoding="utf-8")
    options = Options(classifier=False, ocr=False)
    settings = tmp_path / "indicators.toml"
    settings.write_text("", encoding="utf-8")

    first = Checker(config=load_config(settings), options=options)
    report = first.report([first.check_file(file)])
    found = [item for item in report.findings if item.rule == "V101"]
    assert found
    assert "V101" in write_terminal(report)
    before = tmp_path / "before.json"
    before.write_text(write_json(report), encoding="utf-8")

    accept(settings, found[0].fingerprint, reason="上级统一要求", until=date(2099, 12, 31))
    second = Checker(config=load_config(settings, today=date(2025, 1, 20)), options=options)
    again = second.report([second.check_file(file)])
    assert found[0].fingerprint not in {item.fingerprint for item in again.findings}
    assert [item.fingerprint for item in again.documents[0].accepted] == [found[0].fingerprint]
    after = tmp_path / "after.json"
    after.write_text(write_json(again), encoding="utf-8")
    assert write_diff(before, after).startswith("已消除 1，新出现 0")

    letter = docx.Document(io.BytesIO(write_letter(again, bureau="云溪县财政局", today=date(2025, 1, 20))))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    kept = {item.message for item in again.findings if item.severity != "note"}
    assert all(any(message in cell for cell in cells) for message in kept)
    assert found[0].message not in cells

    copy = beside(again.documents[0])
    copy.write_bytes(annotate_file(again.documents[0]))
    assert copy.name == "云溪县水利局（初审）.html"
