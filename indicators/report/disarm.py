"""What a submission could do when its annotated copy is opened is taken out of the copy.

The copy is ours, and whoever opens it trusts it: formulas that reach outside, dynamic data exchange, links to programs
and files, scripts and actions of a PDF do not go along. Sums and other formulas, and links to web pages, stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from indicators.report.ooxml import Parts

__all__ = ["disarm_package", "disarm_pdf"]

#: Formulas that start programs, load from outside or run old macros; ``|`` is dynamic data exchange.
_REACHES_OUT = re.compile(
    r"\||\b(?:HYPERLINK|WEBSERVICE|FILTERXML|RTD|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE|ENCODEURL|SQL\.REQUEST)\s*\(|\[[0-9]+\]",
    re.I,
)
_MAY_REACH = re.compile(
    rb"\||hyperlink|webservice|filterxml|rtd|call|register|exec|image|encodeurl|request|\[[0-9]", re.I
)
_HARMLESS = ("http://", "https://", "mailto:", "#")
#: Where a link led that was taken out; relative, so that it leads to nothing.
_NOWHERE = "已移除的链接"
#: Fields of Word that only show the document. Others load, run or point elsewhere (DDE, INCLUDETEXT, LINK, QUOTE).
_SWITCHES = r"(?:\\[a-z][^\\]*)*$"
_PLAIN_FIELD = re.compile(
    r"\s*(?:PAGE|NUMPAGES|SECTION|SECTIONPAGES|TOC|REF|PAGEREF|NOTEREF|SEQ|STYLEREF|DATE|TIME|AUTHOR|TITLE|SUBJECT|"
    r"FILENAME|CREATEDATE|SAVEDATE|PRINTDATE|NUMWORDS|NUMCHARS|SYMBOL|EQ|FORM(?:TEXT|CHECKBOX|DROPDOWN)|=)(?![A-Z])|"
    rf"\s*HYPERLINK\s+(?:\\[a-z]\s+)*\"?(?:https?://|mailto:|#|_Toc)[^\\]*{_SWITCHES}|"
    rf"\s*HYPERLINK\s+\\l\s[^\\]*{_SWITCHES}",
    re.I,
)
_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
_ACTIONS = ("/A", "/AA", "/PA")
_MOST_OUTLINES = 20_000


def disarm_package(parts: Parts) -> None:
    """Take out of an Office file what reaches outside when it is opened or clicked."""
    for path in parts.names():
        lower = path.lower()
        if lower.endswith(".rels"):
            _cut_links(parts, path)
        elif lower.startswith("xl/") and lower.endswith(".xml") and _MAY_REACH.search(parts.raw(path)):
            _cut_formulas(parts, path)
        elif lower.startswith("word/") and lower.endswith(".xml") and b"instr" in parts.raw(path):
            _cut_fields(parts, path)


def _cut_links(parts: Parts, path: str) -> None:
    """Lead links nowhere but to the web; templates, pictures and data that load by themselves not even there."""
    for item in parts.xml(path):
        if (item.get("TargetMode") or "").strip().lower() != "external":
            continue
        target = (item.get("Target") or "").strip()
        clicked = (item.get("Type") or "").rstrip("/").lower().endswith("/hyperlink")
        if not clicked or not target.lower().startswith(_HARMLESS):
            item.set("Target", _NOWHERE)
            parts.changed(path)


def _cut_fields(parts: Parts, path: str) -> None:
    """Empty the instructions of fields that do more than show the document; what they showed last stays."""
    # An instruction may be cut into pieces, and may hold fields that make up its words.
    open_fields: list[list[Any]] = []
    for element in list(parts.xml(path).iter()):
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if name == "fldSimple":
            key = next((key for key in element.attrib if key.rpartition("}")[2] == "instr"), None)
            if key is not None and not _PLAIN_FIELD.match(element.get(key)):
                element.set(key, "")
                parts.changed(path)
        elif name == "fldChar":
            kind = next((value for key, value in element.items() if key.endswith("fldCharType")), "")
            if kind == "begin":
                open_fields.append([])
            elif open_fields:
                _cut_field(parts, path, open_fields[-1])
                if kind == "end":
                    open_fields.pop()
                else:
                    open_fields[-1] = []
        elif name in ("instrText", "delInstrText"):
            open_fields = open_fields or [[]]
            open_fields[-1].append(element)
    for pieces in open_fields:
        _cut_field(parts, path, pieces)


def _cut_field(parts: Parts, path: str, pieces: list[Any]) -> None:
    if pieces and not _PLAIN_FIELD.match("".join(piece.text or "" for piece in pieces)):
        for piece in pieces:
            piece.text = ""
        parts.changed(path)


def _cut_formulas(parts: Parts, path: str) -> None:
    for element in list(parts.xml(path).iter()):
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if name in _FORMULAS and _REACHES_OUT.search(element.text or ""):
            # The stored result of a cell stays; a name or a condition keeps its place.
            if name == "f":
                element.getparent().remove(element)
            else:
                element.text = "0"
            parts.changed(path)
        elif name == "ddeLink":
            element.set("ddeService", "removed")
            element.set("ddeTopic", "removed")
            parts.changed(path)


def disarm_pdf(writer: Any) -> None:
    """Take scripts, programs and actions out of a PDF that is being written; links to pages and the web stay.

    Parameters
    ----------
    writer
        Of pypdf. In an incremental update the original bytes stay in front, but nothing refers to them any more.
    """
    root = writer._root_object
    if "/OpenAction" in root and not _harmless(root["/OpenAction"]):
        del root["/OpenAction"]
    root.pop("/AA", None)
    names = _dictionary(root.get("/Names"))
    for key in ("/JavaScript", "/EmbeddedFiles"):
        names.pop(key, None)
    form = _dictionary(root.get("/AcroForm"))
    form.pop("/XFA", None)
    for field in _tree(form.get("/Fields"), "/Kids"):
        _strip(field)
    for page in writer.pages:
        page.pop("/AA", None)
        for annotation in _items(page.get("/Annots")):
            _strip(annotation)
    for item in _outlines(_dictionary(root.get("/Outlines")).get("/First")):
        _strip(item)


def _strip(item: Any) -> None:
    for key in _ACTIONS:
        if key in item and (key != "/A" or not _harmless(item[key])):
            del item[key]
    if item.get("/Subtype") in ("/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"):
        for key in ("/FS", "/RichMediaContent", "/Movie", "/3DD"):
            item.pop(key, None)


def _harmless(action: Any) -> bool:
    """Return whether an action only turns to a page or opens an address of the web."""
    found = action.get_object()
    if not hasattr(found, "get"):
        return True  # a place in the document itself
    if "/Next" in found:
        return False
    kind = found.get("/S")
    if kind == "/URI":
        return str(found.get("/URI")).strip().lower().startswith(_HARMLESS)
    return kind in ("/GoTo", "/Named", None)


def _dictionary(item: Any) -> Any:
    found = item.get_object() if item is not None else None
    return found if hasattr(found, "pop") and hasattr(found, "get") else {}


def _items(item: Any) -> Iterator[Any]:
    found = item.get_object() if item is not None else None
    for part in found if isinstance(found, list) else ():
        inner = _dictionary(part)
        if inner:
            yield inner


def _tree(item: Any, key: str, depth: int = 0) -> Iterator[Any]:
    for inner in _items(item):
        yield inner
        if depth < 30:
            yield from _tree(inner.get(key), key, depth + 1)


def _outlines(first: Any) -> Iterator[Any]:
    waiting, seen = [first], 0
    while waiting and seen < _MOST_OUTLINES:
        item = _dictionary(waiting.pop())
        if item:
            seen += 1
            yield item
            waiting += [item.get("/Next"), item.get("/First")]
