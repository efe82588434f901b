"""Which document shows that a number of the code matters: moved by half, it changes what comes of that document.

``python -m tests.golden.constants`` looks for the documents of numbers that have none yet.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from tests.golden import documents, forms, tables

__all__ = ["STAGES", "UNSEEN", "constants", "moved", "shown", "written"]

#: Packages whose numbers are moved, and the stage that must come out differently.
STAGES: dict[str, Callable[[Path], str]] = {"indicators.grid": tables, "indicators.forms": forms}
SHOWN = Path(__file__).parent / "constants.tsv"
#: What stands in place of a document that is not found yet.
UNSEEN = "-"
_AT_TOP = re.compile(r"^(_?[A-Z][A-Z0-9_]*(?:, _?[A-Z][A-Z0-9_]*)*)(?:: [^=\n]+)? = (?!.* for )", re.M)


def constants(package: str) -> Iterator[tuple[str, str]]:
    """Yield module and name of each number written at the top of a module; of a table ``NAME[key]``."""
    folder = importlib.import_module(package)
    for name in (package, *(found.name for found in pkgutil.iter_modules(folder.__path__, f"{package}."))):
        module = importlib.import_module(name)
        for group in _AT_TOP.findall(Path(module.__file__ or "").read_text(encoding="utf-8")):
            for constant in group.split(", "):
                value = getattr(module, constant)
                if isinstance(value, dict):
                    yield from (
                        (name, f"{constant}[{key}]")
                        for key, item in value.items()
                        if isinstance(key, str) and _numeric(item)
                    )
                elif _numeric(value):
                    yield name, constant


def _numeric(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(_numeric(item) for item in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _by_half(value: Any, way: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_by_half(item, way) for item in value)
    if isinstance(value, int):
        return value + (1 if way == "+" else -1) * max(1, abs(value) // 2)
    return value * (1.5 if way == "+" else 0.5)


@contextmanager
def moved(module: str, constant: str, way: str) -> Iterator[None]:
    """Run with a constant half as large again (``+``) or half as large (``-``), in every module that imports it."""
    name, _, key = constant.rstrip("]").partition("[")
    before = getattr(importlib.import_module(module), name)
    after = {**before, key: _by_half(before[key], way)} if key else _by_half(before, way)
    holders = [importlib.import_module(module)]
    if not name.startswith("_"):
        ours = [item for known, item in list(sys.modules.items()) if known.startswith("indicators.")]
        holders += [item for item in ours if vars(item).get(name) is before and item not in holders]
    _put(holders, name, after)
    try:
        yield
    finally:
        _put(holders, name, before)


def _put(holders: list[Any], name: str, value: object) -> None:
    for holder in holders:
        setattr(holder, name, value)
    for known, module in list(sys.modules.items()):
        if known.startswith((*STAGES, "indicators.vocabulary")):
            for item in vars(module).values():
                if hasattr(item, "cache_clear"):
                    item.cache_clear()


def shown(module: str, constant: str, way: str, path: Path) -> bool:
    """Whether something else comes of a document once a constant is moved."""
    stage = next(stage for package, stage in STAGES.items() if module.startswith(package))
    before = _unmoved(stage, path)
    with moved(module, constant, way):
        try:
            return stage(path) != before
        except Exception:
            return True


@cache
def _unmoved(stage: Callable[[Path], str], path: Path) -> str:
    return stage(path)


def written() -> dict[tuple[str, str], tuple[str, str]]:
    """Return way and document by module and constant."""
    rows = [line.split("\t") for line in SHOWN.read_text(encoding="utf-8").splitlines()]
    return {(module, constant): (way, document) for module, constant, way, document in rows}


def main() -> None:
    """Find a document for each constant that has none and write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=40, help="documents tried for a number")
    parser.add_argument("--again", action="store_true", help="look again for numbers no document showed")
    given = parser.parse_args()
    most = given.most
    known = {key: pair for key, pair in written().items() if not given.again or UNSEEN not in pair}
    paths = {path.stem: path for path in documents()}
    often: dict[str, int] = {}
    lines = []
    for package in STAGES:
        for module, constant in constants(package):
            way, stem = known.get((module, constant), ("", ""))
            if stem != UNSEEN and (stem not in paths or not shown(module, constant, way, paths[stem])):
                # What shows other numbers is likely to show this one.
                order = sorted(paths, key=lambda name: (-often.get(name, 0), crc32(name.encode())))[:most]
                tried = ((way, name) for name in order for way in "+-")
                way, stem = next(
                    (pair for pair in tried if shown(module, constant, pair[0], paths[pair[1]])), (UNSEEN, UNSEEN)
                )
                print(module, constant, way, stem, flush=True)
            often[stem] = often.get(stem, 0) + 1
            lines.append(f"{module}\t{constant}\t{way}\t{stem}\n")
    SHOWN.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
