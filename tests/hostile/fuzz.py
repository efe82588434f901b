"""Mutated documents through the whole pipeline: ``python -m tests.hostile.fuzz`` or ``make fuzz``.

Each case damages a sample of the repository (bytes, blocks, tails, members of packages, cells and texts), judges it in a
guarded process and writes every kind of report. What must not happen is counted by format and kind:

crash
    the program failed on it, or a rule did
    (what the reader refuses in words is fine);
slow, big
    over 20 s, over 1.5 GB;
silent
    fewer filled indicators than the sound sample, and nothing in the records that doubts.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from indicators.errors import ReadError
from indicators.guarding import Guarded
from indicators.pipeline import Checker, Options, forms_of
from indicators.readers import read_bytes
from tests.readers.pdf_making import drawn, form_grid

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
LEGACY = Path(__file__).parents[1] / "readers" / "legacy.xls"
SMALL = Path(__file__).parents[1] / "kinds"
SECONDS, MEGABYTES = 20.0, 1536.0
#: Damage that a transfer or a disk does; it must be noticed. What a person edits may remove rows on purpose.
DAMAGE = ("byte", "zeros", "cut")
TEXTS = (
    "9" * 4301, "9" * 400 + "万元", "9999999年", "102021年", "一亿" * 200, "1:" + "9" * 300, "≥" * 400, "=1+1", "＝cmd|x",
    "{project.__class__}", "\x00\x01\x1b[2J", "\u202e反", "\ud800", "2024年" * 500, "1月" * 900, "20" * 900, "%s%n", "|" * 3000,
    "138-0013-8000", "NaN", "1e999999", "-" * 500, "\n" * 500, "<td>", "]]>", "&#x0;", "其中：" * 300, "增加1万元，" * 300,
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A damaged file: its name for the report, its bytes and whether losses must be noticed."""

    kind: str
    ending: str
    data: bytes
    sample: str


def samples() -> dict[str, list[tuple[str, bytes]]]:
    """Return the sound documents by ending."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for path in (*sorted(SAMPLES.iterdir()), *sorted(SMALL.iterdir()), LEGACY):
        if path.suffix in (".pdf", ".docx", ".xlsx", ".xls", ".html", ".txt"):
            found.setdefault(path.suffix[1:], []).append((path.name, path.read_bytes()))
    found["pdf"].append(("drawn", drawn(form_grid())))
    if office := shutil.which("soffice"):
        with tempfile.TemporaryDirectory() as folder:
            books = [str(path) for path in sorted(SAMPLES.glob("*.xlsx"))]
            profile = f"-env:UserInstallation={Path(folder, 'p').as_uri()}"
            subprocess.run(
                [office, "--headless", profile, "--convert-to", "xls", "--outdir", folder, *books],
                capture_output=True, check=False,
            )  # fmt: skip
            found["xls"] += [(path.name, path.read_bytes()) for path in sorted(Path(folder).glob("*.xls"))]
    return found


def byte(data: bytes, rng: random.Random) -> bytes:
    """Change one byte."""
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :]


def zeros(data: bytes, rng: random.Random) -> bytes:
    """Zero a sector."""
    at = rng.randrange(0, max(1, len(data) - 512))
    return data[:at] + bytes(512) + data[at + 512 :]


def cut(data: bytes, rng: random.Random) -> bytes:
    """Cut the tail off."""
    return data[: rng.randrange(len(data) // 10, len(data))]


def moved(data: bytes, rng: random.Random) -> bytes:
    """Copy a block over another."""
    size = rng.randrange(1, max(2, len(data) // 8))
    source, target = rng.randrange(len(data) - size), rng.randrange(len(data) - size)
    return data[:target] + data[source : source + size] + data[target + size :]


def noise(data: bytes, rng: random.Random) -> bytes:
    """Change a few dozen bytes."""
    out = bytearray(data)
    for _ in range(rng.randrange(2, 60)):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def _texts(text: str, rng: random.Random) -> str:
    words = list(re.finditer(r"[^\s<>|\t]{1,30}", text))
    for _ in range(rng.randrange(1, 4)):
        word = rng.choice(words)
        hostile = rng.choice(TEXTS)
        text = (
            text[: word.start()] + hostile + text[word.end() :]
            if rng.random() < 0.5
            else text.replace(word[0], hostile, 3)
        )
    return text


def edited(data: bytes, rng: random.Random) -> bytes:
    """Put hostile texts in cells: in the text itself, or in the XML of a package."""
    if data[:4] in (b"%PDF", b"\xd0\xcf\x11\xe0"):
        text, at = rng.choice(TEXTS).encode("utf-8", "surrogatepass")[:200], rng.randrange(512, len(data))
        return data[:at] + text + data[at + len(text) :]
    if data[:2] != b"PK":
        return _texts(data.decode("utf-8", "replace"), rng).encode("utf-8", "surrogatepass")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = [name for name in old.namelist() if name.endswith((".xml", ".rels"))]
        chosen = rng.choice(names)
        for name in old.namelist():
            body = old.read(name)
            if name == chosen:
                kind = rng.randrange(4)
                if kind == 0:
                    body = noise(body, rng)
                elif kind == 1:
                    continue
                else:
                    body = _in_elements(body, rng) if kind == 2 else _attributes(body, rng)
            new.writestr(name, body)
    return out.getvalue()


def _in_elements(body: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb">([^<]{1,80})<", body))
    if not found:
        return body
    match = rng.choice(found)
    text = re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff]", "", rng.choice(TEXTS)).replace("&", "&amp;").replace("<", "&lt;")
    return body[: match.start(1)] + text.encode() + body[match.end(1) :]


def _attributes(body: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb'="([0-9A-Z:]{1,12})"', body))
    if not found:
        return body
    match = rng.choice(found)
    value = rng.choice((b"0", b"-1", b"1048576", b"99999999999", b"A1:XFD1048576", b"", b"x"))
    return body[: match.start(1)] + value + body[match.end(1) :]


KINDS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "byte": byte, "zeros": zeros, "cut": cut, "moved": moved, "noise": noise, "edited": edited,
}  # fmt: skip


def filled(extraction: Any) -> int:
    """Return how many indicators have a text."""
    return sum(not item.empty for form in extraction.forms for item in form.indicators)


def judge(data: bytes, *, checker: Checker, every: bool) -> tuple[int, bool, str]:
    """Return the filled indicators of a file, whether its records doubt, and which rule failed."""
    from indicators.report import render

    document = read_bytes(data, "x", ocr=False)
    extraction = forms_of(document)
    report = checker.check_extraction(extraction, path="x")
    crashed = next((item.message for item in report.findings if item.rule == "X901"), "")
    whole = checker.report([report])
    for form in ("json", "csv", "xlsx", "html", "docx", "table") if every else ("json", "csv"):
        render(whole, form, rules=checker.rules)
    doubt = any(note.doubt for note in document.problems) or any(form.confidence < 1 for form in extraction.forms)
    return filled(extraction), doubt or not extraction.forms, crashed


def main(arguments: list[str] | None = None) -> int:
    """Run cases and print the figures by format and kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="what a case may take")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--formats", default="pdf,docx,xlsx,xls,html,txt")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--keep", type=Path, help="folder for the files that were found")
    given = parser.parse_args(arguments)
    rng = random.Random(given.seed)
    sound = samples()
    checker = Checker(options=Options(classifier=False, ocr=False))
    _ = checker.rules, checker.weights
    guarded: Guarded[bytes, tuple[int, bool, str]] = Guarded(
        partial(judge, checker=checker, every=False), seconds=given.seconds, megabytes=MEGABYTES
    )
    expected = {name: guarded(data, name)[0] for group in sound.values() for name, data in group}
    counts: Counter[tuple[str, str, str]] = Counter()
    end = time.monotonic() + 60 * given.minutes
    formats, kinds = given.formats.split(","), given.kinds.split(",")
    for number in range(given.cases):
        if time.monotonic() > end:
            break
        if number % 1000 == 999:
            print(f"{number + 1} cases", file=sys.stderr, flush=True)
        ending, kind = formats[number % len(formats)], kinds[number // len(formats) % len(kinds)]
        # A small sample costs little: it is taken the more often.
        (name, data), *_ = rng.choices(sound[ending], [1 / len(data) for _, data in sound[ending]])
        case = Case(kind, ending, KINDS[kind](data, rng), name)
        outcome = run(case, guarded, expected[name])
        counts[ending, kind, "cases"] += 1
        counts[ending, kind, outcome.split("：")[0]] += 1
        if outcome.split("：")[0] not in ("read", "refused"):
            print(f"{number}\t{ending}\t{kind}\t{name}\t{outcome[:300]}", flush=True)
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{outcome.split('：')[0]}-{given.seed}-{number}.{ending}").write_bytes(case.data)
    guarded.close()
    return _print(counts)


def run(case: Case, guarded: Guarded[bytes, tuple[int, bool, str]], expected: int) -> str:
    """Return what came of a case, in a word and, for what must not happen, with the reason."""
    try:
        rows, doubt, crashed = guarded(case.data, "x")
    except ReadError as error:
        words = {"超时": "slow", "内存过多": "big", "意外退出": "crash", "程序出错": "crash"}
        return next((f"{word}：{error}" for sign, word in words.items() if sign in error.what), "refused")
    if crashed:
        return f"crash：{crashed}"
    if case.kind in DAMAGE and case.ending != "txt" and rows < expected and not doubt:
        return f"silent：{rows} of {expected}"
    return "read"


def _print(counts: Counter[tuple[str, str, str]]) -> int:
    outcomes = ("cases", "read", "refused", "crash", "slow", "big", "silent")
    print("\t".join(("format", "kind", *outcomes)))
    for ending, kind in sorted({(ending, kind) for ending, kind, _ in counts}):
        print("\t".join((ending, kind, *(str(counts[ending, kind, outcome]) for outcome in outcomes))))
    bad = {outcome: sum(n for (_, _, o), n in counts.items() if o == outcome) for outcome in outcomes}
    print("\t".join(("all", "", *(str(bad[outcome]) for outcome in outcomes))))
    return 1 if any(bad[outcome] for outcome in outcomes[3:]) else 0


if __name__ == "__main__":
    sys.exit(main())
