"""How far the reading of one file is, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Tell", "at_page", "telling"]

#: Called with the page that is begun, from 1, and the number of pages, 0 where it is not known.
Tell = Callable[[int, int], None]

_tell: ContextVar[Tell | None] = ContextVar("tell", default=None)


@contextmanager
def telling(tell: Tell) -> Iterator[None]:
    """Let readers tell of their pages for as long as this lasts."""
    token = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(token)


def at_page(number: int, count: int = 0) -> None:
    """Say that a page is begun; nobody may be listening."""
    tell = _tell.get()
    if tell is not None:
        tell(number, count)
