"""Characters that can be printed: what readers let through from a file."""

from __future__ import annotations

import re

from indicators.text import join_lines, printed

__all__ = ["cell_text", "visible"]

#: Control characters, lone surrogates and non-characters show nothing and break reports (XML, XLSX, JSON).
#: U+0002 stays: :func:`indicators.text.printed` knows it as a hyphen at a line end.
_UNSEEN = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """Return the characters that a reader sees: no controls, everyday code points for look-alikes."""
    return printed(_UNSEEN.sub("", text))


def cell_text(text: str) -> str:
    """Return the text of a cell, its line breaks joined."""
    return join_lines(visible(line) for line in text.replace("\r", "\n").split("\n")) if text else ""
