"""What ``import indicators`` promises, whatever was called before."""

from __future__ import annotations

import pydoc
import subprocess
import sys
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

import indicators
from tests.forms.test_forms import FORM

PUBLIC = [name for name in indicators.__all__ if not name.startswith("__")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "预算.txt"
    file.write_text(FORM, encoding="utf-8")
    return file


def test_functions_stay_functions_after_any_order_of_calls(path: Path) -> None:
    code = (
        "import sys, indicators, pandas\n"
        "frame = pandas.DataFrame([{'level2': '数量指标', 'level3': '维修堤防长度', 'value': '3公里'}])\n"
        "def calls():\n"
        "    return {'check': lambda: indicators.check(sys.argv[1]), 'score': lambda: indicators.score(frame),\n"
        "            'read': lambda: indicators.find_forms(indicators.read(sys.argv[1]))}\n"
        "for name in sys.argv[2:]: calls()[name]()\n"
        "assert all(callable(getattr(indicators, name)) for name in indicators.__all__ if name[0] != '_')\n"
        "assert len(indicators.score(frame)) == 1\n"
    )
    for order in permutations(("check", "score", "read")):
        done = subprocess.run(
            [sys.executable, "-c", code, str(path), *order], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_no_module_bears_the_name_of_a_function() -> None:
    home = Path(indicators.__file__).parent
    modules = {item.stem for item in home.iterdir() if item.suffix == ".py" or item.is_dir()}
    assert not modules & set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_functions_are_listed_and_explained(name: str) -> None:
    assert name in dir(indicators)
    assert f"{name}(" in pydoc.plain(pydoc.render_doc(indicators))


def test_records_show_themselves_on_one_line_without_phone_numbers(path: Path) -> None:
    report = indicators.check(path)
    document = report.documents[0]
    form = document.extraction.forms[0]
    loud = replace(form.indicators[0], name="电话13800001234" * 20)
    for record in (report, document, document.extraction, document.extraction.document, form, loud, *report.findings):
        shown = repr(record)
        assert "\n" not in shown
        assert len(shown) < 250
        assert "13800001234" not in shown
    assert form.project_name in repr(form)


def test_a_report_is_a_table_in_a_notebook(path: Path) -> None:
    report = indicators.check(path)
    assert len(report.to_frame()) == len(report.findings)
    assert "<table" in report._repr_html_()
