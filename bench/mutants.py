"""Changes one thing in the code and asks whether a test notices: python -m bench.mutants --count 40 --seed 7.

A change is a comparison, a condition, an operator or a number that is turned, made with a copy of the repository in a
temporary folder. Those that no test notices are listed: each is a place where a fault would pass.

Before, the tests run once with a note of which lines each one reaches; a change is then shown to the tests that reach
it, the quickest first.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: What is changed; the tests that must notice, quickest first; those asked about survivors with ``--thorough``.
ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "money": (("money.py", "units.py"), ("tests/test_money.py", "tests/test_quantities.py"), ("tests/test_rules.py",)),
    "checks": (
        ("checks",),
        ("tests/golden", "tests/checks", "tests/test_money.py"),
        ("tests/test_rules.py", "tests/report"),
    ),
    "forms": (
        ("forms", "vocabulary"),
        ("tests/golden", "tests/forms", "-k", "not random_layouts and not of_its_cases"),
        ("tests/test_money.py", "tests/forms", "tests/test_samples.py"),
    ),
    "grid": (
        ("grid",),
        ("tests/golden", "tests/grid", "-k", "not of_its_cases and not random and not any_order and not drawn"),
        ("tests/grid", "tests/forms", "tests/test_samples.py"),
    ),
}
#: Seconds of work, and how many times what the tests took before, after which a change made something endless.
_PATIENCE, _LONGER = 60, 10
#: Bytes after which it made something boundless.
_MOST_MEMORY = 8 * 2**30

_TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


class _Sites(ast.NodeVisitor):
    """Collects the nodes that can be changed; what only names or describes something is left alone."""

    def __init__(self) -> None:
        self.found: list[ast.expr] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name != "__repr__":
            for part in (*node.body, *node.args.defaults, *filter(None, node.args.kw_defaults)):
                self.visit(part)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """The body alone: whether a record is frozen or has slots is no behaviour."""
        for part in node.body:
            self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Wording and patterns are no business of arithmetic."""

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr) and _changed(node) is not None:
            self.found.append(node)
        super().generic_visit(node)


def _changed(node: ast.expr) -> ast.expr | None:
    """Return another expression in place of this one, ``None`` where there is nothing to turn."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _TURNED:
        operators = [_TURNED[type(node.ops[0])](), *node.ops[1:]]
        return ast.Compare(node.left, operators, node.comparators)  # type: ignore[arg-type]
    if isinstance(node, ast.BoolOp):
        return ast.BoolOp(_TURNED[type(node.op)](), node.values)  # type: ignore[arg-type]
    if isinstance(node, ast.BinOp) and type(node.op) in _TURNED and not _text(node):
        return ast.BinOp(node.left, _TURNED[type(node.op)](), node.right)  # type: ignore[arg-type]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    if isinstance(node, ast.Constant):
        return _other_constant(node.value)
    return None


def _text(node: ast.BinOp) -> bool:
    """Whether the operator joins texts: turning it only crashes."""
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _other_constant(value: object) -> ast.expr | None:
    if isinstance(value, bool):
        return ast.Constant(not value)
    if isinstance(value, int):
        return ast.Constant(value + max(1, abs(value) // 2))
    if isinstance(value, float):
        return ast.Constant(value * 1.5 if value else 0.5)
    if isinstance(value, str) and value[:1].isdigit():
        try:
            return ast.Constant(str(Decimal(value) * Decimal("1.5") or Decimal("0.5")))
        except InvalidOperation:
            return None
    return None


def sites(names: tuple[str, ...]) -> Iterator[tuple[Path, int]]:
    """Yield every place that can be changed: file below ``indicators`` and number of the place in it."""
    for name in names:
        top = ROOT / "indicators" / name
        for path in [top] if top.is_file() else sorted(top.rglob("*.py")):
            visitor = _Sites()
            visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
            yield from ((path.relative_to(ROOT), number) for number in range(len(visitor.found)))


def change(path: Path, number: int, target: Path) -> tuple[str, range | None]:
    """Write a file with one place changed; return what was changed and the lines it stands in (see ``_span``)."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    visitor = _Sites()
    visitor.visit(tree)
    node = visitor.found[number]
    other = _changed(node)
    assert other is not None
    span = _span(tree, node)

    class Change(ast.NodeTransformer):
        def visit(self, item: ast.AST) -> ast.AST:
            return other if item is node else self.generic_visit(item)

    said = f"{path}:{node.lineno}  {ast.unparse(node)[:70]}  ->  {ast.unparse(other)[:70]}"
    target.write_text(ast.unparse(ast.fix_missing_locations(Change().visit(tree))), encoding="utf-8")
    return said, span


def _span(tree: ast.AST, node: ast.expr) -> range | None:
    """Return the lines of the statement a place stands in, ``None`` where it is run on import."""
    around = [item for item in ast.walk(tree) if isinstance(item, ast.stmt) and any(n is node for n in ast.walk(item))]
    *outer, own = around
    if not any(isinstance(item, ast.FunctionDef) for item in outer):
        return None
    body = getattr(own, "body", None)
    return range(own.lineno, body[0].lineno if body else (own.end_lineno or own.lineno) + 1)


def copied(folder: Path) -> Path:
    """Return a copy of the repository whose package may be changed; what is not code is linked.

    The tests are copied as well, so that work on them meanwhile does not count.
    """
    tree = folder / "tree"
    tree.mkdir()
    for name in ("indicators", "tests"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("rules", "models", "corpus", "bench", "docs", "pyproject.toml"):
        (tree / name).symlink_to(ROOT / name)
    return tree


@dataclass(frozen=True, slots=True)
class Reached:
    """What the tests reach: by file and line the tests, by test the seconds of work it takes, quickest first."""

    lines: dict[str, dict[int, set[str]]]
    seconds: dict[str, float]

    def by(self, path: Path, span: range | None) -> list[str]:
        """Return the tests that reach one of some lines; those that are run on import are reached by all."""
        lines = self.lines.get(str(path), {})
        found = {test for line in span or () for test in lines.get(line, ())}
        everywhere = span is None or "" in found
        return [test for test in self.seconds if everywhere or test in found or test.split("::")[0] in found]


class _Noting:
    """Notes while tests run which lines they reach."""

    def __init__(self, tree: Path, names: tuple[str, ...]) -> None:
        import coverage

        self.tree = tree
        inside = [str(tree / "indicators" / name) + ("" if name.endswith(".py") else "/*") for name in names]
        self.coverage = coverage.Coverage(data_file=None, include=inside, config_file=False)
        self.seconds: dict[str, float] = {}
        self.coverage.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        _forget()
        self.coverage.switch_context(nodeid)
        self.seconds[nodeid] = -time.process_time()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] += time.process_time()
        self.coverage.switch_context("")

    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> None:
        """What is made once for several tests is reached by all of its file."""
        if fixturedef.scope != "function":
            self.coverage.switch_context(request.node.nodeid.split("::")[0])

    def pytest_runtest_call(self, item: Any) -> None:
        self.coverage.switch_context(item.nodeid)

    def write(self, target: Path) -> None:
        self.coverage.stop()
        data = self.coverage.get_data()
        lines = {
            str(Path(name).relative_to(self.tree)): data.contexts_by_lineno(name) for name in data.measured_files()
        }
        target.write_text(json.dumps({"lines": lines, "seconds": self.seconds}), encoding="utf-8")


def _forget() -> None:
    """Empty every memory of results, so that a test reaches what it would reach alone."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("indicators", "tests"):
            for item in vars(module).values():
                if hasattr(item, "cache_clear"):
                    item.cache_clear()


class _Only:
    """Lets some tests run alone, in an order of their own; all, where a change has renamed some."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.place = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        chosen = [item for item in items if item.nodeid in self.place]
        if len(chosen) == len(self.place):
            items[:] = sorted(chosen, key=lambda item: self.place[item.nodeid])


def _run(tree: Path, tests: Sequence[str], make: Callable[[], Any], longest: float = 0.0) -> int:
    """Run tests on the tree in a process of its own with a plugin; return how it ended."""
    process = os.fork()
    if process == 0:
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        # What is compiled of the unchanged code serves all runs; a changed file is newer and never written.
        sys.dont_write_bytecode = longest > 0
        os.environ["PYTHONPATH"] = str(tree)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        if longest:
            resource.setrlimit(resource.RLIMIT_CPU, (int(longest), int(longest)))
        import pytest

        plugin = make()
        options = ["-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(tree)]
        ended = int(pytest.main([*options, *tests], plugins=[plugin]))
        if isinstance(plugin, _Noting):
            plugin.write(tree / "reached.json")
        # The caught failure of a changed import is a failure too.
        os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@cache
def reached(tree: Path, names: tuple[str, ...], tests: tuple[str, ...]) -> Reached:
    """Run tests on the tree as it is and return what they reach of some files below ``indicators``."""
    if _run(tree, tests, lambda: _Noting(tree, names)):
        raise SystemExit(f"{' '.join(tests)}: the tests fail on code that was not changed")
    noted = json.loads((tree / "reached.json").read_text(encoding="utf-8"))
    lines = {
        name: {int(line): set(found) for line, found in by_line.items()} for name, by_line in noted["lines"].items()
    }
    return Reached(lines, dict(sorted(noted["seconds"].items(), key=lambda pair: pair[1])))


def noticed(tree: Path, tests: tuple[str, ...], known: Reached, path: Path, span: range | None) -> bool:
    """Run the tests that reach a change; whether one failed, or never ended."""
    chosen = known.by(path, span)
    longest = _PATIENCE + _LONGER * sum(known.seconds[test] for test in chosen)
    return bool(chosen) and _run(tree, tests, lambda: _Only(chosen), longest) != 0


def main() -> None:
    """Measure a sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", default=list(ROOMS), help=f"of {', '.join(ROOMS)}; all of them")
    parser.add_argument("--count", type=int, default=20, help="changes a room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--thorough", action="store_true", help="ask slow tests about what the quick ones let pass")
    parser.add_argument("--least", type=float, default=0.0, help="fails below this share")
    given = parser.parse_args()
    # Forked children find these loaded; the package itself must be the changed one.
    import hypothesis  # noqa: F401
    import lxml.html  # noqa: F401
    import numpy as np  # noqa: F401
    import pytest  # noqa: F401

    caught = made = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = copied(Path(folder))
        for room in given.rooms:
            names, quick, slow = ROOMS[room]
            stages = (quick, slow) if given.thorough else (quick,)
            known = {tests: reached(tree, names, tests) for tests in stages}
            places = list(sites(names))
            chosen = random.Random(f"{room}{given.seed}").sample(places, min(given.count, len(places)))
            found = 0
            for path, number in chosen:
                said, span = change(path, number, tree / path)
                if any(noticed(tree, tests, known[tests], path, span) for tests in stages):
                    found += 1
                else:
                    print("SURVIVED ", said, flush=True)
                shutil.copyfile(ROOT / path, tree / path)
            print(f"{room}: {found} of {len(chosen)} noticed; {len(places)} places", flush=True)
            caught, made = caught + found, made + len(chosen)
    print(f"all: {caught} of {made} noticed, {caught / max(made, 1):.0%}")
    if caught < given.least * made:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
