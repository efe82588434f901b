"""Files made to exhaust memory or time are refused before pdfium sees them.

pdfium runs a page in one call that nothing can interrupt. So the objects are read with qpdf first, and what a page
would cost is added up: streams that unfold beyond all measure, contents in long arrays, forms that draw forms that draw
forms, or themselves. What qpdf had to mend on the way is reported as well: where a table of objects is broken, pages
and rows may be missing.
"""

from __future__ import annotations

import binascii
import io
import itertools
import re
import zlib
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from indicators.errors import ReadError
from indicators.readers.pdf.aside import aside
from indicators.readers.pdf.grammar import is_balanced, is_content, is_seen
from indicators.readers.pdf.undrawn import lacks_names, shows_text, undrawn, unescaped
from indicators.records import Note

__all__ = ["Examined", "examine"]

#: Largest page content, and largest font, table or other part, unfolded, in bytes.
MAX_CONTENT = 12_000_000
MAX_UNFOLDED = 256_000_000
#: Compressed streams below this size cannot unfold beyond ``MAX_UNFOLDED``.
_SMALL = 240_000
#: Content one page draws, forms counted as often as they are drawn. The fullest page of the published documents has
#: 0.4 MB; pdfium takes some three seconds for 6 MB of lines.
MAX_PAGE = 6_000_000
#: Content of a large page, and of all large pages together: pdfium takes a second for 3 MB of characters.
LARGE, MAX_LARGE = 1_000_000, 60_000_000
#: Content of all pages of a document.
MAX_DOCUMENT = 400_000_000
#: Drawings of forms by forms on one page, and how deep they may lie in each other.
MAX_DRAWN = 100_000
MAX_DEPTH = 40
#: Pages of a document; as many nodes may stand above them.
MAX_PAGES = 5_000
_STEP = 1 << 20
_SQUEEZED = frozenset(("/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"))
#: Filters that are not undone here; a name beside these and those below is damaged.
_LEFT = frozenset(("/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode", "/Crypt"))
#: Keys that page content never has.
_OTHER = ("/Length1", "/Length2", "/N", "/Type", "/FunctionType", "/ShadingType", "/First", "/Alternate", "/Subtype")
_DRAW = re.compile(rb"/([^\s/<>\[\](){}%\x00]+)[\s\x00]+Do(?![A-Za-z])")
_DO = re.compile(rb"(?<![A-Za-z])Do(?![A-Za-z])")

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of a file before it is read.

    Parameters
    ----------
    heavy
        Pages, from 0, with more content than any printed page.
    mended
        Whether the structure is damaged and was mended by guessing.
    unbalanced
        Pages, from 0, that save the state of drawing and do not restore it, or the other way round: sloppy programs
        write such pages, and damage makes them.
    shared
        Pages, from 0, whose contents another page shows as well, each a part of them.
    notes
        On what stands beside the contents of the pages.
    """

    heavy: frozenset[int] = frozenset()
    mended: bool = False
    unbalanced: frozenset[int] = frozenset()
    shared: frozenset[int] = frozenset()
    notes: tuple[Note, ...] = ()


def examine(data: bytes, name: str) -> Examined:
    """Refuse a file with a stream that unfolds, or forms that multiply, beyond all measure.

    Raises
    ------
    ReadError
        Names the limit.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            return _Examination(name).run(pdf, every=_long_object(data))
    except pikepdf.PasswordError:
        return Examined()  # pdfium says what is to be done
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        # What qpdf cannot follow pdfium may still read; the guard of the process is what is left then.
        return Examined(mended=True)


@dataclass(slots=True)
class _Examination:
    """Adds up what the pages of one file would cost; sizes and costs are worked out once an object."""

    name: str
    sizes: dict[Key, int] = field(default_factory=dict)
    costs: dict[tuple[Key, Key], tuple[int, int]] = field(default_factory=dict)
    named: dict[Key, dict[str, Any]] = field(default_factory=dict)
    fonts: set[Key] = field(default_factory=set)
    broken: bool = False

    def run(self, pdf: Any, *, every: bool) -> Examined:
        """Examine every page, and every stream where one may be long."""
        import pikepdf

        for item in pdf.objects if every else ():
            if isinstance(item, pikepdf.Stream):
                self.stream(item)
        self.count_pages(pdf)
        heavy, unbalanced = set(), set()
        whole = large = 0
        contents: list[tuple[Key, ...]] = []
        for index, page in enumerate(pdf.pages):
            parts = self.contents(page)
            contents.append(tuple(part.objgen for part in parts))
            size, balanced = self.page(page, parts)
            if not balanced:
                unbalanced.add(index)
            whole += size
            large += size if LARGE < size <= MAX_PAGE else 0
            if size > MAX_PAGE or (size > LARGE and large > MAX_LARGE):
                heavy.add(index)
            if whole > MAX_DOCUMENT:
                raise self.error(f"全部页面的内容超过 {MAX_DOCUMENT // 1_000_000} MB")
        lost = (item for item in undrawn(pdf, contents) if self.size(item) and shows_text(item.read_bytes()))
        self.broken |= next(lost, None) is not None
        count = pdf.Root.Pages.get("/Count")
        mended = self.broken or bool(pdf.get_warnings()) or count != len(pdf.pages)
        times = Counter(contents)
        shared = frozenset(index for index, keys in enumerate(contents) if keys and times[keys] > 1)
        return Examined(
            heavy=frozenset(heavy), mended=mended, unbalanced=frozenset(unbalanced), shared=shared, notes=(*aside(pdf),)
        )

    def count_pages(self, pdf: Any) -> None:
        """Refuse a tree of pages beyond its limit before qpdf follows it: one page named often takes minutes."""
        import pikepdf

        waiting, seen = [pdf.Root.get("/Pages")], 0
        while waiting:
            node = waiting.pop()
            kids = node.get("/Kids") if isinstance(node, pikepdf.Dictionary) else None
            if not isinstance(kids, pikepdf.Array):
                continue
            seen += len(kids)
            if seen > 2 * MAX_PAGES:
                why = f"超过 {MAX_PAGES} 页"
                raise ReadError("PDF 页数过多", where=self.name, why=why, remedy="请拆分后再检查")
            waiting.extend(kids)

    def stream(self, item: Any) -> None:
        """Refuse a stream that unfolds beyond its limit."""
        names = self.filters(item)
        subtype = item.get("/Subtype")
        if subtype == "/Image" or not (_SQUEEZED & set(names)):
            return
        content = subtype == "/Form" or not any(key in item for key in _OTHER)
        if content:
            self.size(item)
            return
        raw = item.read_raw_bytes()
        if len(raw) > _SMALL and _unfolded_size(raw, names, MAX_UNFOLDED)[0] > MAX_UNFOLDED:
            raise self.error(f"数据流解压后超过 {MAX_UNFOLDED // 1_000_000} MB")

    def filters(self, item: Any) -> list[str]:
        """Return the filters of a stream; more than one that packs is a bomb."""
        names = _filters(item)
        if len(names) > 1 and sum(name in _SQUEEZED for name in names) > 1:
            raise self.error("数据流经过重复压缩")
        return names

    def size(self, item: Any) -> int:
        """Return the bytes of a content stream unfolded."""
        key = item.objgen
        if key not in self.sizes or key == (0, 0):
            self.sizes[key], whole = _unfolded_size(item.read_raw_bytes(), self.filters(item), MAX_CONTENT)
            self.broken |= not whole
            if self.sizes[key] > MAX_CONTENT:
                raise self.error(f"数据流解压后超过 {MAX_CONTENT // 1_000_000} MB")
        return self.sizes[key]

    def contents(self, page: Any) -> list[Any]:
        """Return the contents of a page."""
        import pikepdf

        contents = page.obj.get("/Contents")
        named: list[Any] = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        parts = [part for part in named if isinstance(part, pikepdf.Stream)]
        self.broken |= contents is not None and len(parts) < len(named)
        # A page that was left blank names no fonts of its own.
        self.broken |= contents is None and bool(_named_fonts(page.obj.get("/Resources")))
        return parts

    def page(self, page: Any, parts: list[Any]) -> tuple[int, bool]:
        """Return the bytes of content a page draws, and whether it restores what it saves."""
        size = 0
        for part in parts:
            size += self.size(part)
            if size > MAX_PAGE:
                return size, True
        self.look_at_fonts(page.resources)
        forms = self.forms(page.obj.objgen, page.resources)
        # What is known to be broken is not looked at again, but what it draws is added up.
        if not parts or (self.broken and not forms):
            return size, True
        content = b"\n".join(part.read_bytes() for part in parts)
        self.look_at_content(content, page.resources)
        drawn, more = self.drawn(content, page.obj.objgen, ()) if forms else (0, 0)
        if drawn > MAX_DRAWN:
            raise self.error(f"图形嵌套重复超过 {MAX_DRAWN} 次")
        return size + more, is_balanced(content)

    def look_at_content(self, content: bytes, resources: Any) -> None:
        """Look whether a content is whole, has what it names, and can be seen."""
        self.broken |= not is_content(content) or lacks_names(content, resources) or not is_seen(content)

    def look_at_fonts(self, resources: Any) -> None:
        """Look whether the fonts are whole: where their tables are broken, characters vanish without a word."""
        import pikepdf

        for font in _named_fonts(resources):
            if not isinstance(font, pikepdf.Dictionary):
                self.broken = True
            elif font.objgen not in self.fonts and font.get("/Subtype") != "/Type3":
                self.fonts.add(font.objgen)
                descendants = font.get("/DescendantFonts")
                inner = [part for part in descendants or () if isinstance(part, pikepdf.Dictionary)]
                self.broken |= font.get("/Subtype") == "/Type0" and not inner
                for part in (font, *inner):
                    self.look_at_font(part)

    def look_at_font(self, font: Any) -> None:
        """Look whether the streams of a font are whole."""
        import pikepdf

        described = font.get("/FontDescriptor")
        holders = [font, described] if isinstance(described, pikepdf.Dictionary) else [font]
        for key in ("/ToUnicode", "/CIDToGIDMap", "/FontFile", "/FontFile2", "/FontFile3", "/Encoding"):
            for item in (holder.get(key) for holder in holders):
                if isinstance(item, pikepdf.Stream):
                    limit = MAX_CONTENT if key == "/ToUnicode" else MAX_UNFOLDED
                    size, whole = _unfolded_size(item.read_raw_bytes(), self.filters(item), limit)
                    self.broken |= not whole
                    if size > limit:
                        raise self.error(f"字体数据解压后超过 {limit // 1_000_000} MB")

    def forms(self, owner: Key, resources: Any) -> dict[str, Any]:
        """Return the forms among the named objects of a page or form, by their names."""
        import pikepdf

        if owner not in self.named:
            named = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
            items = named.items() if isinstance(named, pikepdf.Dictionary) else ()
            streams = ((name, item) for name, item in items if isinstance(item, pikepdf.Stream))
            self.named[owner] = {name: item for name, item in streams if item.get("/Subtype") == "/Form"}
        return self.named[owner]

    def drawn(self, content: bytes, owner: Key, above: tuple[Key, ...]) -> tuple[int, int]:
        """Return how many forms a content draws in the end, and their bytes; its names are those of ``owner``."""
        forms = self.named[owner]
        calls = Counter(unescaped(name) for name in _DRAW.findall(content))
        known = {name: self.cost(forms[name], owner, above) for name in calls if name in forms}
        # A call written in an odd way counts for the dearest form it may mean.
        odd = len(_DO.findall(content)) - calls.total()
        if odd > 0:
            calls["?"] = odd
            known["?"] = max((self.cost(form, owner, above) for form in forms.values()), default=(0, 0))
        drawn = sum(times * known[name][0] for name, times in calls.items() if name in known)
        return drawn, sum(times * known[name][1] for name, times in calls.items() if name in known)

    def cost(self, form: Any, outer: Key, above: tuple[Key, ...]) -> tuple[int, int]:
        """Return the drawings and bytes of drawing a form once; without resources of its own it has those outside."""
        import pikepdf

        resources = form.get("/Resources")
        own = isinstance(resources, pikepdf.Dictionary)
        owner = form.objgen if own else outer
        key = (form.objgen, owner)
        if form.objgen in above or len(above) > MAX_DEPTH:
            raise self.error("图形引用自己，或嵌套过深")
        if key not in self.costs:
            size = self.size(form)
            content = form.read_bytes()
            if own:
                self.look_at_content(content, resources)
            drawn, more = 0, 0
            if b"Do" in content and (not own or self.forms(owner, resources)):
                drawn, more = self.drawn(content, owner, (*above, form.objgen))
            self.costs[key] = (drawn + 1, more + size)
        return self.costs[key]

    def error(self, why: str) -> ReadError:
        """Return the error of a file made to exhaust."""
        return ReadError(
            "PDF 内容异常，已拒绝读取", where=self.name, why=why, remedy="请确认文件来源，重新导出 PDF 后再试"
        )


def _long_object(data: bytes) -> bool:
    """Return whether an object is long enough for a stream that unfolds beyond ``MAX_UNFOLDED``."""
    ends = [0, *(match.end() for match in re.finditer(rb"endobj", data)), len(data)]
    return any(after - before > _SMALL for before, after in itertools.pairwise(ends))


def _filters(item: Any) -> list[str]:
    """Return the names of a stream's filters in the order they are undone."""
    import pikepdf

    found = item.get("/Filter")
    names = list(found) if isinstance(found, pikepdf.Array) else [found]
    return [str(name) for name in names if isinstance(name, pikepdf.Name)]


def _named_fonts(resources: Any) -> list[Any]:
    """Return the fonts that resources name."""
    import pikepdf

    fonts = resources.get("/Font") if isinstance(resources, pikepdf.Dictionary) else None
    return list(fonts.values()) if isinstance(fonts, pikepdf.Dictionary) else []


def _unfolded_size(raw: bytes, names: list[str], limit: int) -> tuple[int, bool]:
    """Return the size of a stream unfolded, counted up to a little beyond the limit, and whether it is whole."""
    if not raw:
        return 0, True  # an empty page, as some programs write it: nothing was packed
    for name in names:
        if name in ("/FlateDecode", "/Fl"):
            return _inflated_size(raw, limit)
        if name in ("/LZWDecode", "/LZW"):
            return _lzw_size(raw, limit), True
        try:
            if name in ("/ASCII85Decode", "/A85"):
                raw = _a85decoded(raw)
            elif name in ("/ASCIIHexDecode", "/AHx"):
                raw = bytes.fromhex(raw.split(b">")[0].decode("ascii", "ignore"))
            elif name in ("/RunLengthDecode", "/RL"):
                return len(raw) * 64, True
            elif name not in _LEFT:
                return len(raw), False
        except (ValueError, binascii.Error):
            return len(raw), False
    return len(raw), True


_A85_BLANKS = bytes(range(33))


def _a85decoded(raw: bytes) -> bytes:
    """Return ASCII85 data undone; the module ``base64`` takes more time for it than pdfium for the page.

    Raises
    ------
    ValueError
        If there are other signs in it.
    """
    import numpy as np

    digits = raw.strip().removeprefix(b"<~").split(b"~")[0].translate(None, _A85_BLANKS).replace(b"z", b"!!!!!")
    missing = -len(digits) % 5
    values = np.frombuffer(digits + b"u" * missing, dtype=np.uint8).reshape(-1, 5).astype(np.uint64)
    if values.size and (values.min() < 33 or values.max() > 117):
        raise ValueError("no digit of ASCII85")
    words = ((values - 33) * np.array([85**4, 85**3, 85**2, 85, 1], dtype=np.uint64)).sum(axis=1)
    found: bytes = words.astype(">u4").tobytes()
    return found[: len(found) - missing]


def _inflated_size(raw: bytes, limit: int) -> tuple[int, bool]:
    unfold = zlib.decompressobj()
    size, pending = 0, raw
    try:
        # At its end zlib leaves what follows the data in ``unconsumed_tail`` (seen: the line end before endstream).
        while pending and size <= limit and not unfold.eof:
            size += len(unfold.decompress(pending, _STEP))
            pending = unfold.unconsumed_tail
    except zlib.error:
        return size, False
    return size, unfold.eof or size > limit


def _codes(raw: bytes) -> Generator[int, int | None, None]:
    """Yield the codes of LZW data; the reader sets ``width`` by sending it."""
    value = bits = 0
    width = 9
    for byte in raw:
        value, bits = (value << 8) | byte, bits + 8
        while bits >= width:
            bits -= width
            sent = yield value >> bits
            width = sent or width
            value &= (1 << bits) - 1


def _lzw_size(raw: bytes, limit: int) -> int:
    """Return the size of LZW data unfolded, by the lengths of its table alone."""
    clear, end = 256, 257
    lengths = [1] * 258
    size = before = 0
    codes = _codes(raw)
    code = next(codes, end)
    while code != end and size <= limit:
        if code == clear:
            del lengths[258:]
            before = 0
        else:
            length = lengths[code] if code < len(lengths) else before + 1
            size += length
            if before and len(lengths) < 4096:
                lengths.append(before + 1)
            before = length
        try:
            code = codes.send(9 + (len(lengths) >= 511) + (len(lengths) >= 1023) + (len(lengths) >= 2047))
        except StopIteration:
            break
    return size
