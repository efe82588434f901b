"""PDF to Document, at the speed of the parser."""

from __future__ import annotations

from indicators.readers.pdf.pictures import PageOcr
from indicators.readers.pdf.reader import read_pdf

__all__ = ["PageOcr", "read_pdf"]
