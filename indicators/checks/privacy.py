"""What must not be published (family P)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indicators.records import Field, Form, Indicator
from indicators.text import mask_numbers

from .base import Hit, check

__all__ = ["mobile_number_absent"]

# The reader masks the cell 联系电话, so a masked number is a mobile number that was printed.
_MOBILE = re.compile(r"(?<![0-9*])1[3-9][0-9](?:[0-9]{4}|\*{4})[0-9]{4}(?![0-9*])")


@check(scope="form")
def mobile_number_absent(form: Form) -> Iterator[Hit]:
    """Look for personal mobile numbers in every text of a form.

    Yields
    ------
    Hit
        At the first text with one, with ``phone`` (masked) and ``count``.
    """
    found: list[tuple[Field | Indicator, str]] = []
    for item in form.fields:
        if item.path != "filled_on":
            found.extend((item, number) for number in _MOBILE.findall(item.text))
    for indicator in form.indicators:
        found.extend((indicator, number) for number in _MOBILE.findall(f"{indicator.name} {indicator.value}"))
    if found:
        place, number = found[0]
        masked = mask_numbers(number)
        yield Hit(place, {"phone": masked, "count": len({number for _, number in found})}, key=masked)
