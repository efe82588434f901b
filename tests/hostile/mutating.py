"""Ways to damage a document, and texts put in its cells: bytes, blocks, tails, and what lies inside packages and streams."""

from __future__ import annotations

import functools
import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

__all__ = ["DAMAGE", "KINDS"]

#: Damage that a transfer or a disk does; it must be noticed. What a person edits may remove rows on purpose.
DAMAGE = ("byte", "zeros", "cut")
TEXTS = (
    "9" * 4301, "9" * 400 + "万元", "9999999年", "102021年", "一亿" * 200, "1:" + "9" * 300, "≥" * 400, "=1+1", "＝cmd|x",
    "{project.__class__}", "\x00\x01\x1b[2J", "\u202e反", "\ud800", "2024年" * 500, "1月" * 900, "20" * 900, "%s%n", "|" * 3000,
    "138-0013-8000", "NaN", "1e999999", "-" * 500, "\n" * 500, "<td>", "]]>", "&#x0;", "其中：" * 300, "增加1万元，" * 300,
)  # fmt: skip
#: What takes the place of a number in a drawing, a record or an attribute.
_NUMBERS = (b"0", b"-1", b"1", b"65536", b"1048576", b"99999999999", b"1e38", b"-0.00001", b"", b"x")
_PLACES = (b"A1:XFD1048576", b"A1:A2", b"XFD1048576", b"A0")


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
    """Copy a block over another; in a package, half of the time within a part."""
    if data[:2] == b"PK" and rng.random() < 0.5:
        return _in_part(data, rng, _moved)
    return _moved(data, rng)


def _moved(data: bytes, rng: random.Random) -> bytes:
    if len(data) < 8:
        return data
    size = rng.randrange(1, max(2, len(data) // 8))
    source, target = rng.randrange(len(data) - size), rng.randrange(len(data) - size)
    return data[:target] + data[source : source + size] + data[target + size :]


def noise(data: bytes, rng: random.Random) -> bytes:
    """Change a few dozen bytes; in a package, half of the time within a part."""
    if data[:2] == b"PK" and rng.random() < 0.5:
        return _in_part(data, rng, _noise)
    return _noise(data, rng)


def _noise(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randrange(2, 60) if data else 0):
        out[rng.randrange(len(out))] = rng.randrange(256)
    return bytes(out)


def edited(data: bytes, rng: random.Random) -> bytes:
    """Put hostile texts in cells: in the text itself, in the XML of a package, over the strings of a workbook."""
    if data[:4] == b"%PDF":
        return _unfolded_pdf(data, rng, _strings)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        text, at = rng.choice(TEXTS).encode("utf-16-le", "surrogatepass")[:200], rng.randrange(512, len(data))
        return data[:at] + text + data[at + len(text) :]
    if data[:2] != b"PK":
        return _texts(data.decode("utf-8", "replace"), rng).encode("utf-8", "surrogatepass")
    return _in_part(data, rng, _noise if rng.random() < 0.25 else _in_elements, remove=0.1)


def _texts(text: str, rng: random.Random) -> str:
    words = list(re.finditer(r"[^\s<>|\t]{1,30}", text))
    for _ in range(rng.randrange(1, 4) if words else 0):
        word = rng.choice(words)
        hostile = rng.choice(TEXTS)
        text = (
            text[: word.start()] + hostile + text[word.end() :]
            if rng.random() < 0.5
            else text.replace(word[0], hostile, 3)
        )
    return text


def inside(data: bytes, rng: random.Random) -> bytes:
    """Change the structure, and leave the container whole: elements, attributes, operators, records."""
    if data[:4] == b"%PDF":
        return _unfolded_pdf(data, rng, _tokens)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return _records(data, rng)
    if data[:2] == b"PK":
        return _in_part(data, rng, _elements if rng.random() < 0.5 else _attributes)
    if b"<t" in data:
        return _elements(data, rng) if rng.random() < 0.6 else _attributes(data, rng)
    return _lines(data, rng)


def _in_part(
    data: bytes, rng: random.Random, change: Callable[[bytes, random.Random], bytes], remove: float = 0.0
) -> bytes:
    """Change one part of a package, or leave it out; the package is sound again."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        names = [name for name in parts if name.endswith((".xml", ".rels"))]
        # The parts with the text are what most is read out of.
        main = [name for name in names if re.search(r"document\.xml$|sheet\d+\.xml|sharedStrings|styles", name)]
        chosen = rng.choice(main if main and rng.random() < 0.7 else names)
        if remove and rng.random() < remove:
            del parts[chosen]
        else:
            parts[chosen] = change(parts[chosen], rng)
        for name, body in parts.items():
            new.writestr(zipfile.ZipInfo(name, (2025, 1, 6, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _in_elements(body: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb">([^<]{1,80})<", body))
    if not found:
        return body
    match = rng.choice(found)
    text = re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff]", "", rng.choice(TEXTS)).replace("&", "&amp;").replace("<", "&lt;")
    return body[: match.start(1)] + text.encode() + body[match.end(1) :]


def _attributes(body: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb'="?([0-9A-Za-z:]{1,12})(?=["\s/>])', body))
    for match in rng.sample(found, min(len(found), rng.randrange(1, 4))):
        value = rng.choice((*_NUMBERS, *_PLACES))
        body = body[: match.start(1)] + value + body[match.end(1) :]
    return body


def _elements(body: bytes, rng: random.Random) -> bytes:
    """Double, drop, swap, nest or rename tags and what lies between two of them."""
    for _ in range(rng.randrange(1, 4)):
        tags = list(re.finditer(rb"<[^<>]{1,200}>", body))
        if len(tags) < 3:
            return body
        first, second = sorted(rng.sample(range(len(tags)), 2))
        one, other = tags[first], tags[min(second, first + 40)]
        between = body[one.start() : other.end()]
        kind = rng.randrange(6)
        if kind == 0:
            body = body[: one.start()] + body[one.end() :]
        elif kind == 1:
            body = body[: one.start()] + between * rng.choice((2, 2, 2, 50)) + body[other.end() :]
        elif kind == 2:
            body = body[: one.start()] + other[0] + body[one.end() : other.start()] + one[0] + body[other.end() :]
        elif kind == 3:
            body = body[: one.start()] + one[0] * rng.choice((2, 5, 300)) + body[one.end() :]
        elif kind == 4:
            body = body[: one.start()] + body[other.end() :]
        else:
            body = body[: one.start()] + re.sub(rb"[a-zA-Z]+", b"x", one[0], count=1) + body[one.end() :]
    return body


def _lines(data: bytes, rng: random.Random) -> bytes:
    """Double, swap, join, part and blank the lines of a text and their cells."""
    lines = data.split(b"\n")
    for _ in range(rng.randrange(1, 6)):
        at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        kind = rng.randrange(6)
        if kind == 0:
            lines[at : at + 1] = [lines[at]] * rng.choice((2, 2, 200))
        elif kind == 1:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 2 and at + 1 < len(lines):
            lines[at : at + 2] = [lines[at] + lines[at + 1]]
        elif kind == 3:
            lines[at] = re.sub(rb"[ \t|]+", rng.choice((b" ", b"  ", b"\t", b"|", b"\n", b"")), lines[at])
        elif kind == 4:
            lines[at] = rng.choice((b"|", b"\t", b"    ")).join([lines[at]] * rng.choice((2, 3, 90)))
        else:
            lines[at] = b""
    return b"\n".join(lines)


@functools.lru_cache(maxsize=16)
def _plain_pdf(data: bytes) -> bytes:
    """Return a PDF with its streams unfolded, so that what is drawn can be changed."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        modes = pikepdf.StreamDecodeLevel.generalized, pikepdf.ObjectStreamMode.disable
        pdf.save(out, stream_decode_level=modes[0], object_stream_mode=modes[1], compress_streams=False, static_id=True)
    return out.getvalue()


def _unfolded_pdf(data: bytes, rng: random.Random, change: Callable[[bytes, random.Random], bytes]) -> bytes:
    """Change an object or a content of a PDF; half of the time the table of objects is made to fit again."""
    found = list(re.finditer(rb"\d+ 0 obj\b.*?endobj", _plain_pdf(data), re.DOTALL))
    # Fonts are long and say nothing; contents and dictionaries are what is followed.
    short = [match for match in found if len(match[0]) < 60_000]
    match = rng.choice(short or found)
    plain = _plain_pdf(data)
    plain = plain[: match.start()] + change(match[0], rng) + plain[match.end() :]
    return _retabled(plain) if rng.random() < 0.7 else plain


def _retabled(data: bytes) -> bytes:
    """Return a PDF with lengths and table of objects that fit."""

    def fitted(match: re.Match[bytes]) -> bytes:
        head, body = match[1], match[2]
        return re.sub(rb"/Length \d+", b"/Length %d" % len(body), head, count=1) + b"stream\n" + body + b"endstream"

    data = re.sub(rb"(\d+ 0 obj\b(?:(?!endobj).)*?)stream\n(.*?)endstream", fitted, data, flags=re.DOTALL)
    body, _, end = data.rpartition(b"xref\n")
    trailer = re.search(rb"trailer.*?(?=startxref)", end, re.DOTALL)
    places = {int(match[1]): match.start() for match in re.finditer(rb"(?<=\n)(\d{1,5}) 0 obj\b", body)}
    if not trailer or not places:
        return data
    rows = b"".join(
        b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(max(places) + 1)
    )
    return body + b"xref\n0 %d\n" % (max(places) + 1) + rows + trailer[0] + b"startxref\n%d\n%%%%EOF" % len(body)


def _tokens(body: bytes, rng: random.Random) -> bytes:
    """Change numbers, names, operators and order in an object."""
    for _ in range(rng.randrange(1, 5)):
        found = list(re.finditer(rb"/?[A-Za-z*']+|-?\d+(?:\.\d+)?|<<|>>|[\[\]]", body))[3:]
        if len(found) < 2:
            return body
        one, other = rng.choice(found), rng.choice(found)
        if one[0][:1].isdigit() or one[0][:1] == b"-":
            new = rng.choice((*_NUMBERS, other[0]))
        else:
            new = rng.choice((other[0], b"", one[0] * 2, b"/Type", b"Do", b"q " * 500, b"[" * 300))
        body = body[: one.start()] + new + body[one.end() :]
    return body


def _strings(body: bytes, rng: random.Random) -> bytes:
    """Put other codes in the texts of a content, or a text in a dictionary."""
    found = list(re.finditer(rb"<[0-9A-Fa-f]{2,400}>|\((?:[^()\\]|\\.){1,400}\)", body, re.DOTALL))
    if not found:
        return _tokens(body, rng)
    one, other = rng.choice(found), rng.choice(found)
    text = rng.choice(TEXTS).encode("utf-16-be", "surrogatepass")
    new = rng.choice((other[0], one[0] * 40, b"<" + text.hex().encode() + b">", b"(" + text[:300] + b")", b"<>", b"("))
    return body[: one.start()] + new + body[one.end() :]


def _records(data: bytes, rng: random.Random) -> bytes:
    """Change kinds, lengths and contents of the records of a workbook in BIFF."""
    start = data.find(b"\x09\x08\x10\x00\x00\x06")
    start = start if start >= 0 else data.find(b"\x09\x08\x08\x00\x00\x05")
    records, at = [], start
    while 0 <= at < len(data) - 4:
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == 0 and length == 0:
            break
        records.append((at, kind, length))
        at += 4 + length
    out = bytearray(data)
    for _ in range(rng.randrange(1, 4) if records else 0):
        at, _, length = rng.choice(records)
        _, other, size = rng.choice(records)
        choice = rng.randrange(4)
        if choice == 0:
            struct.pack_into("<H", out, at, other)
        elif choice == 1:
            struct.pack_into("<H", out, at + 2, rng.choice((0, size, length + 1, 65535, 8224)))
        elif length and at + 4 + length <= len(out):
            place = at + 4 + rng.randrange(length)
            hostile = rng.choice((b"\xff\xff", b"\x00\x00", b"\xff\x00", b"\x01\x00", b"\xff\xff\xff\x7f"))
            out[place : place + len(hostile)] = hostile
    return bytes(out[: len(data)])


KINDS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "byte": byte, "zeros": zeros, "cut": cut, "moved": moved, "noise": noise, "edited": edited, "inside": inside,
}  # fmt: skip
