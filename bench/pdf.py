"""Time and memory of the PDF reader against what pdfium alone needs and against tuned pdfplumber.

Usage: ``python bench/pdf.py FILE... [--rounds 5] [--no-pdfplumber] [--processes]``

Every measurement is cold (the file is opened, each page read once, the file closed) and counts CPU time. The engines
take turns in one process and the best of the rounds counts, so that a busy machine hurts all alike. ``pdfium`` loads
every page and hands over all characters with boxes and angles and the bounds and colours of all paths, with the same
prepared calls as the reader and nothing else; ``parse`` only loads pages and text pages. Memory is measured in
processes of their own.
"""

from __future__ import annotations

import argparse
import ctypes
import io
import logging
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import compress, repeat
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from indicators.readers.pdf import read_pdf
from indicators.readers.pdf.native import pdfium
from indicators.readers.pdf.plumber import SETTINGS, upright_page

_PATH = 2
_MEMORY = """
import re, sys
def peak():
    # ru_maxrss of a child includes the process that started it.
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\\s+([0-9]+)", status.read()).group(1))
sys.path.insert(0, {root!r})
from indicators.readers.pdf import read_pdf
from indicators.readers.pdf.native import pdfium
import indicators.readers.pdf.plumber
pdfium()
before = peak()
data = open({path!r}, "rb").read()
peaks = []
for _ in range({times}):
    read_pdf(data, "x.pdf")
    peaks.append(peak())
print(before, peaks[0], peaks[-1])
"""


def parse_only(data: bytes) -> None:
    """Let pdfium load every page and its text, and ask for nothing."""
    raw = pdfium().raw
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    for index in range(raw.FPDF_GetPageCount(document)):
        page = raw.FPDF_LoadPage(document, index)
        raw.FPDFText_ClosePage(raw.FPDFText_LoadPage(page))
        raw.FPDF_ClosePage(page)
    raw.FPDF_CloseDocument(document)


def hand_over(data: bytes) -> None:
    """Let pdfium load every page and hand over its characters and paths through ctypes."""
    api = pdfium()
    raw = api.raw
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    for index in range(raw.FPDF_GetPageCount(document)):
        page = raw.FPDF_LoadPage(document, index)
        text = raw.FPDFText_LoadPage(page)
        handle = ctypes.c_void_p(ctypes.cast(text, ctypes.c_void_p).value)
        count = raw.FPDFText_CountChars(text)
        raw.FPDFText_GetText(text, 0, count, (ctypes.c_ushort * (count + 1))())
        api.char_boxes(handle, count)
        list(map(api.angle, repeat(handle), range(count)))
        holder = ctypes.c_void_p(ctypes.cast(page, ctypes.c_void_p).value)
        objects = list(map(api.page_object, repeat(holder), range(raw.FPDFPage_CountObjects(page))))
        paths = list(compress(objects, map(_PATH.__eq__, map(api.type, objects))))
        api.object_bounds(paths)
        api.draw_modes(paths)
        api.colours(paths, stroke=False)
        api.colours(paths, stroke=True)
        raw.FPDFText_ClosePage(text)
        raw.FPDF_ClosePage(page)
    raw.FPDF_CloseDocument(document)


def read_fast(data: bytes) -> None:
    """Read with this package."""
    read_pdf(data, "bench.pdf")


def read_plumber(data: bytes) -> None:
    """Read the tables and the text of every page with tuned pdfplumber."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            upright = upright_page(page)
            upright.extract_tables(SETTINGS)
            upright.extract_text_lines(return_chars=False)
            page.close()


def best_times(data: bytes, engines: dict[str, Callable[[bytes], None]], rounds: int) -> dict[str, float]:
    """Return the least CPU seconds of each engine; they take turns."""
    best: dict[str, float] = {}
    for number in range(rounds):
        for name, engine in engines.items():
            if name == "pdfplumber" and number >= max(1, rounds // 3):
                continue
            start = time.process_time()
            engine(data)
            spent = time.process_time() - start
            best[name] = min(spent, best.get(name, spent))
    return best


def peak_memory(path: Path, times: int = 6) -> tuple[float, float]:
    """Return the peak in MB beyond imports after one reading and after several."""
    root = str(Path(__file__).resolve().parent.parent)
    code = _MEMORY.format(root=root, path=str(path), times=times)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, first, last = (int(part) / 1024 for part in done.stdout.split())
    return first - before, last - before


def _read_path(path: str) -> int:
    return len(read_pdf(Path(path).read_bytes(), "bench.pdf").blocks)


def scaling(paths: list[Path], copies: int) -> float:
    """Return how many times faster two processes read all files than one."""
    work = [str(path) for path in paths] * copies
    seconds = []
    context = multiprocessing.get_context("spawn")
    for workers in (1, 2):
        with context.Pool(workers) as pool:
            # Start and imports are paid before the clock runs.
            pool.map(_read_path, work[:1] * 2 * workers, chunksize=1)
            start = time.perf_counter()
            pool.map(_read_path, work, chunksize=1)
            seconds.append(time.perf_counter() - start)
    return seconds[0] / seconds[1]


def main() -> None:
    """Measure the files named on the command line and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-pdfplumber", action="store_true")
    parser.add_argument("--no-memory", action="store_true")
    parser.add_argument("--processes", action="store_true", help="also measure two processes against one")
    arguments = parser.parse_args()
    engines: dict[str, Callable[[bytes], None]] = {"parse": parse_only, "pdfium": hand_over, "reader": read_fast}
    if not arguments.no_pdfplumber:
        engines["pdfplumber"] = read_plumber
    heads = ("file", "pages", "ms/page", "/parse", "/pdfium", "plumber/", "MB", "MB x6")
    print("{:28} {:>5} {:>8} {:>7} {:>8} {:>9} {:>6} {:>6}".format(*heads))
    total: dict[str, float] = dict.fromkeys(engines, 0.0)
    for path in arguments.files:
        data = path.read_bytes()
        pages = read_pdf(data, path.name).pages or 1
        best = best_times(data, engines, arguments.rounds)
        for name, value in best.items():
            total[name] += value
        memory = (0.0, 0.0) if arguments.no_memory else peak_memory(path)
        _print_row(path.name, pages, best, memory)
    if len(arguments.files) > 1:
        _print_row("total", 0, total, None)
    if arguments.processes:
        print(f"two processes: {scaling(arguments.files, copies=12):.2f} x one")


def _print_row(name: str, pages: int, best: dict[str, float], memory: tuple[float, float] | None) -> None:
    reader = best["reader"]
    plumber = f"{best['pdfplumber'] / reader:9.1f}" if "pdfplumber" in best else " " * 9
    each = f"{reader / pages * 1e3:8.2f}" if pages else " " * 8
    peaks = f"{memory[0]:6.1f} {memory[1]:6.1f}" if memory else ""
    print(
        f"{name[:28]:28} {pages or '':>5} {each} {reader / best['parse']:7.2f} {reader / best['pdfium']:8.2f} "
        f"{plumber} {peaks}"
    )


if __name__ == "__main__":
    main()
