"""Contents that no page draws, because the page that did has lost its way to them.

A page without contents is blank, and nobody can tell by itself whether it was meant so. But a content that shows text
and hangs nowhere in the file was meant for a page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["lacks_names", "shows_text", "undrawn", "unescaped"]

Key = tuple[int, int]

#: Objects that are looked through for references.
MAX_NODES = 300_000
_SHOWS = re.compile(rb"[)>\]][\s\x00]*T[jJ](?![A-Za-z])")
_NAME = rb"/([^\s/<>\[\](){}%\x00]+)[\s\x00]+"
_FONT = re.compile(_NAME + rb"[-+\d.]+[\s\x00]+Tf(?![A-Za-z])")
_DRAWN = re.compile(_NAME + rb"Do(?![A-Za-z])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def lacks_names(content: bytes, resources: Any) -> bool:
    """Whether a content names a font or an object that the resources of its page do not have."""
    import pikepdf

    for pattern, kind in ((_FONT, "/Font"), (_DRAWN, "/XObject")):
        named = set(pattern.findall(content))
        known = resources.get(kind) if named and isinstance(resources, pikepdf.Dictionary) else None
        keys = set(known.keys()) if isinstance(known, pikepdf.Dictionary) else set()
        # Names in other letters may be written in any encoding.
        if any(key.isascii() and key not in keys for key in map(unescaped, named)):
            return True
    return False


def unescaped(name: bytes) -> str:
    """Return a name of a content as a key of its resources."""
    plain = _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), name)
    return "/" + plain.decode("utf-8", "replace")


def undrawn(pdf: Any, contents: Sequence[tuple[Key, ...]]) -> Iterator[Any]:
    """Yield the contents that show text and to which no object leads, if a page may have lost its own.

    Parameters
    ----------
    pdf
        Open with pikepdf.
    contents
        Keys of the contents of each page: one that has none, or those of another page, may have lost its own.
    """
    import pikepdf

    times = Counter(contents)
    if all(keys and times[keys] == 1 for keys in contents):
        return
    led_to = _references(pdf)
    if led_to is None:
        return
    for item in pdf.objects:
        bare = isinstance(item, pikepdf.Stream) and not any(key in item for key in ("/Type", "/Subtype", "/Length1"))
        if bare and item.objgen not in led_to:
            yield item


def shows_text(content: bytes) -> bool:
    """Whether a content prints something."""
    return _SHOWS.search(content) is not None


def _references(pdf: Any) -> set[Key] | None:
    """Return the keys of all objects that others lead to, ``None`` where there are too many to look through.

    A stream that a page names under another word than /Contents is drawn by nobody.
    """
    import pikepdf

    found: set[Key] = set()
    nodes = 0
    for top in (*pdf.objects, pdf.trailer):
        waiting = [top]
        while waiting:
            node = waiting.pop()
            nodes += 1
            if nodes > MAX_NODES:
                return None
            of_page = isinstance(node, pikepdf.Dictionary) and node.get("/Type") == "/Page"
            for key, child in _children(node):
                if not child.is_indirect:
                    waiting.append(child)
                elif not (of_page and isinstance(child, pikepdf.Stream) and key != "/Contents"):
                    found.add(child.objgen)
    return found


def _children(node: Any) -> Iterator[tuple[str, Any]]:
    import pikepdf

    if isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
        items: Any = ((key, node.get(key)) for key in node.keys())  # noqa: SIM118 - a stream is no mapping
    elif isinstance(node, pikepdf.Array):
        items = (("", child) for child in node)
    else:
        return
    yield from ((key, child) for key, child in items if isinstance(child, pikepdf.Object))
