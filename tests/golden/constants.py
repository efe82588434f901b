"""Which document shows that a number of the code matters: each, moved by half, must change what comes of one.

``python -m tests.golden.constants`` looks for the documents of numbers that have none yet.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.golden import described, documents, expected_at

__all__ = ["PACKAGES", "SHOWN", "constants", "moved", "names_of", "shown", "written"]

PACKAGES = ("indicators.grid", "indicators.forms")
SHOWN = Path(__file__).parent / "constants.tsv"
_NAME = re.compile(r"_?[A-Z][A-Z0-9_]*")
UP, DOWN = "+", "-"


def names_of(package: str) -> Iterator[str]:
    """Yield the modules of a package, itself first."""
    module = importlib.import_module(package)
    yield package
    for found in pkgutil.iter_modules(module.__path__, f"{package}."):
        yield found.name


def _numeric(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(_numeric(item) for item in value)
    if isinstance(value, dict):
        return bool(value) and all(_numeric(item) for item in value.values())
    return isinstance(value, int | float) and not isinstance(value, bool)


def constants(package: str) -> Iterator[tuple[str, str, object]]:
    """Yield module, name (with the key in a table, if it is one) and value of each number written at its top."""
    for name in names_of(package):
        module = importlib.import_module(name)
        own = re.compile(r"^(_?[A-Z][A-Z0-9_]*)(?:: [^=\n]+)? =", re.M).findall(
            Path(module.__file__ or "").read_text("utf-8")
        )
        for constant in own:
            value = getattr(module, constant)
            if _numeric(value):
                if isinstance(value, dict):
                    yield from ((name, f"{constant}[{key}]", item) for key, item in value.items())
                else:
                    yield name, constant, value


def _by_half(value: Any, way: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_by_half(item, way) for item in value)
    if isinstance(value, int):
        return value + (1 if way == UP else -1) * max(1, abs(value) // 2)
    return value * (1.5 if way == UP else 0.5)


@contextmanager
def moved(module: str, constant: str, way: str) -> Iterator[None]:
    """Run with a constant half as large again, or half as large, wherever it is known."""
    name, _, key = constant.rstrip("]").partition("[")
    holders = [
        item
        for item in list(sys.modules.values())
        if getattr(item, "__name__", "").startswith("indicators") and name in vars(item)
    ]
    before = getattr(importlib.import_module(module), name)
    after = {**before, key: _by_half(before[key], way)} if key else _by_half(before, way)
    holders = [item for item in holders if vars(item)[name] is before]
    for holder in holders:
        setattr(holder, name, after)
    _forget()
    try:
        yield
    finally:
        for holder in holders:
            setattr(holder, name, before)
        _forget()


def _forget() -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith((*PACKAGES, "indicators.vocabulary")):
            for item in vars(module).values():
                if hasattr(item, "cache_clear"):
                    item.cache_clear()


def shown(module: str, constant: str, way: str, path: Path) -> bool:
    """Whether another thing comes of a document once a constant is moved."""
    with moved(module, constant, way):
        try:
            return described(path) != expected_at(path).read_text(encoding="utf-8")
        except Exception:
            return True


def written() -> dict[tuple[str, str], tuple[str, str]]:
    """Return way and document by module and constant."""
    rows = [line.split("\t") for line in SHOWN.read_text(encoding="utf-8").splitlines()] if SHOWN.exists() else []
    return {(module, constant): (way, document) for module, constant, way, document in rows}


def main() -> None:
    """Find a document for each constant and write them down; those without one are named."""
    known = written()
    found: dict[tuple[str, str], tuple[str, str]] = {}
    paths = {path.stem: path for path in documents()}
    seen: dict[str, int] = {}
    for package in PACKAGES:
        for module, constant, value in constants(package):
            before = known.get((module, constant))
            if before and before[1] in paths and shown(module, constant, before[0], paths[before[1]]):
                found[module, constant] = before
                continue
            # What showed other numbers is likely to show this one.
            order = sorted(paths, key=lambda stem: -seen.get(stem, 0))
            hit = next(
                ((way, stem) for way in (UP, DOWN) for stem in order if shown(module, constant, way, paths[stem])), None
            )
            if hit is None:
                print(f"{module}.{constant} = {value}: no document shows it", flush=True)
                continue
            found[module, constant] = hit
            seen[hit[1]] = seen.get(hit[1], 0) + 1
    lines = ["\t".join((*key, *hit)) for key, hit in found.items()]
    SHOWN.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
