"""Every number at the top of a module is held by a document: moved by half, something else comes of it."""

from __future__ import annotations

import pytest

from tests.golden import documents
from tests.golden.constants import STAGES, UNSEEN, constants, shown, written

KNOWN = written()
PATHS = {path.stem: path for path in documents()}
#: Numbers that no document shows yet: bounds on work, and prices that others outweigh. There may be fewer, not more.
MOST_UNSEEN = 99


def test_every_number_is_looked_for() -> None:
    """A new number needs ``python -m tests.golden.constants``, which finds its document or says that there is none."""
    assert [key for package in STAGES for key in constants(package)] == list(KNOWN)


def test_few_numbers_are_shown_by_no_document() -> None:
    assert sum(document == UNSEEN for _, document in KNOWN.values()) <= MOST_UNSEEN


@pytest.mark.parametrize(
    ("module", "constant"), [key for key, (_, document) in KNOWN.items() if document != UNSEEN], ids=str
)
def test_a_number_moved_by_half_is_noticed(module: str, constant: str) -> None:
    way, document = KNOWN[module, constant]
    assert shown(module, constant, way, PATHS[document])
