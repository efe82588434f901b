"""Makes ``docs/images``: every output of the sample budget as real software shows it.

``python -m tests.report.pictures`` needs Chromium, LibreOffice and pdftoppm; the sample is fictitious.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from indicators.pipeline import Checker, Options
from indicators.report.annotate import annotate_file
from indicators.report.html import write_html
from indicators.report.letter import write_letter
from indicators.report.terminal import write_terminal
from indicators.report.xlsx import write_xlsx
from tests.report.making import SAMPLES, form_text, sample

IMAGES = Path(__file__).parents[2] / "docs" / "images"
_BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
_INK = {"1": "font-weight:bold", "2": "color:#8a94a0", "1;31": "color:#ff7b72;font-weight:bold", "31": "color:#ff7b72"}
_INK |= {"32": "color:#7ee787", "33": "color:#e3b341", "36": "color:#79c0ff"}


def shrunk(picture: Path, target: str, box: tuple[int, int, int, int] | None = None) -> None:
    """Save a picture with few colours; documentation needs no more."""
    from PIL import Image

    image = Image.open(picture).convert("RGB")
    if box is not None:
        image = image.crop(box)
    image.quantize(160, dither=Image.Dither.NONE).save(IMAGES / target, optimize=True)


def browsed(page: Path, target: str, folder: Path, *, place: str = "", width: int = 1300, height: int = 900) -> None:
    shot = folder / "shot.png"
    command = [
        _BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--virtual-time-budget=3000",
    ]
    command += [f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}", f"--screenshot={shot}"]
    subprocess.run([*command, f"{page.as_uri()}{place}"], check=True, timeout=120, capture_output=True)
    shrunk(shot, target)


def paged(file: Path, folder: Path, *, page: int = 1, dpi: int = 80) -> Path:
    """Return a page as LibreOffice prints it."""
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, timeout=180, capture_output=True)
    stem = folder / f"{file.stem}-page"
    numbers = ["-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", *numbers, str(file.with_suffix(".pdf")), str(stem)], check=True)
    return stem.with_suffix(".png")


def terminal_page(text: str) -> str:
    shown = html.escape(text)
    shown = re.sub(
        r"\x1b\[([0-9;]+)m(.*?)\x1b\[0m", lambda m: f'<span style="{_INK.get(m[1], "")}">{m[2]}</span>', shown
    )
    # Where the cursor is moved, what follows stands at its column whatever the font makes of what is before.
    shown = "\n".join(_placed(line) for line in shown.splitlines())
    style = "background:#0d1117;color:#dfe5ec;font:15px/1.45 'Noto Sans Mono CJK SC',monospace;margin:0;padding:14px"
    return f'<meta charset="utf-8"><body style="{style}"><pre style="font:inherit;margin:0">{shown}</pre>'


def _placed(line: str) -> str:
    first, *rest = re.split(r" *\x1b\[(\d+)G", line)
    spans = (f'<span style="position:absolute;left:calc(14px + {int(at) - 1}ch)">{text}</span>'
             for at, text in zip(rest[::2], rest[1::2]))  # fmt: skip
    return first + "".join(spans)


def main() -> None:
    import pypdfium2

    IMAGES.mkdir(parents=True, exist_ok=True)
    checker = Checker(options=Options(ocr=False))
    budget = sample("水利局")
    one = checker.check_file(budget)
    alone = checker.report([one])
    files = [path for path in sorted(SAMPLES.iterdir()) if path.suffix in (".pdf", ".docx", ".xlsx", ".html")]
    every = checker.report([checker.check_file(path) for path in files])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = folder / "terminal.html"
        text = write_terminal(alone, colour=True, width=112)
        page.write_text(terminal_page("\n".join(text.splitlines()[:36])), encoding="utf-8")
        browsed(page, "terminal.png", folder, width=1080, height=830)
        page.write_text(write_html(every, checker.rules), encoding="utf-8")
        browsed(page, "html-overview.png", folder, height=1180)
        number = files.index(budget)
        browsed(page, "html-form.png", folder, place=f"#f-{number}-9", height=1000)
        browsed(page, "html-findings.png", folder, place="#findings?severity=error", height=620)
        book = folder / "result.xlsx"
        book.write_bytes(write_xlsx(every, checker.rules))
        shrunk(paged(book, folder), "excel-overview.png", (0, 0, 936, 480))
        shrunk(paged(book, folder, page=2, dpi=110), "excel-findings.png", (30, 40, 1260, 560))
        letter = folder / "letter.docx"
        unit = "云溪县防汛抗旱服务中心"
        letter.write_bytes(write_letter(alone, unit=unit, bureau="云溪县财政局", today=date(2025, 1, 20)))
        shrunk(paged(letter, folder, dpi=90), "letter.png", (0, 0, 744, 640))
        marked = pypdfium2.PdfDocument(annotate_file(one))
        for index, target in ((0, "annotated-pdf-summary.png"), (len(marked) - 4, "annotated-pdf.png")):
            marked[index].render(scale=1.25).to_pil().save(folder / "page.png")
            shrunk(folder / "page.png", target)
        text_file = folder / "云溪县水利局.txt"
        text_file.write_text(
            form_text(1).replace("≥3000人", "有所提高").replace("6月完工。", "按计划实施。"), encoding="utf-8"
        )
        page.write_bytes(annotate_file(checker.check_file(text_file)))
        browsed(page, "annotated-text.png", folder, width=1100, height=1000)
    print("\n".join(f"{path.name} {path.stat().st_size // 1024} KB" for path in sorted(IMAGES.glob("*.png"))))


if __name__ == "__main__":
    sys.exit(main())
