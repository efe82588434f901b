"""What reports cost beside checking: time and memory of every format for 1,000 forms.

``python -m bench.report [FORMS]``. Times are CPU seconds. Checking is timed without the classifier, from the read
document on: reports must not cost more than that. Memory is the peak of Python's allocations while a report is made,
result included.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from indicators.pipeline import Checker, Options
from indicators.readers import read_bytes
from indicators.records import Report
from indicators.report.annotate import annotate_file
from indicators.report.csv import write_csv
from indicators.report.html import html_parts
from indicators.report.json import write_json
from indicators.report.letter import write_letter
from indicators.report.terminal import write_terminal
from indicators.report.xlsx import write_xlsx
from tests.report.making import form_text

#: Values that the rules have something to say about, so that the report is not empty.
_FAULTS = (("≥92%", "满意"), ("≥3000人", "有所提高"), ("6月完工。", "按计划实施。"), ("100%", "保质保量"))


def faulty_text(forms: int) -> str:
    text = form_text(forms)
    for old, new in _FAULTS:
        text = text.replace(old, new)
    return text


def html_to_file(report: Report, checker: Checker, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(html_parts(report, checker.rules))


def measured(name: str, work: Callable[[], object], findings: int) -> None:
    start = time.process_time()
    work()
    seconds = time.process_time() - start
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(f"{name:12} {seconds:7.2f} s {peak:8.1f} MB {1000 * seconds / max(findings, 1):7.3f} ms a finding")


def main(forms: int) -> None:
    data = faulty_text(forms).encode()
    checker = Checker(options=Options(classifier=False, ocr=False))
    checker.check_document(read_bytes(faulty_text(1).encode(), "warm.txt"))
    start = time.process_time()
    document = read_bytes(data, "bench.txt")
    read = time.process_time()
    one = checker.check_document(document)
    end = time.process_time()
    report = checker.report([one])
    count = len(report.findings)
    print(f"{len(one.extraction)} forms, {count} findings")
    print(f"reading {read - start:.2f} s, forms and checking {end - read:.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        jobs: tuple[tuple[str, Callable[[], object]], ...] = (
            ("terminal", lambda: write_terminal(report)),
            ("csv", lambda: write_csv(report)),
            ("json", lambda: write_json(report)),
            ("xlsx", lambda: write_xlsx(report, checker.rules, path / "r.xlsx")),
            ("html", lambda: html_to_file(report, checker, path / "r.html")),
            ("letter", lambda: write_letter(report)),
            ("annotated", lambda: annotate_file(one, data)),
        )
        for name, work in jobs:
            measured(name, work, count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
