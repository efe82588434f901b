"""Changes one thing in the code and asks whether a test notices: python -m bench.mutants --count 40 --seed 7.

A change is a comparison, a condition, an operator or a number that is turned, made with a copy of the repository in a
temporary folder. Those that no test notices are listed: each is a place where a fault would pass.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

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
#: Seconds a run may take before the change counts as noticed: it made something endless.
_LONGEST = 900

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


def change(path: Path, number: int, target: Path) -> str:
    """Write a file with one place changed and say what was changed."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    visitor = _Sites()
    visitor.visit(tree)
    node = visitor.found[number]
    other = _changed(node)
    assert other is not None

    class Change(ast.NodeTransformer):
        def visit(self, item: ast.AST) -> ast.AST:
            return other if item is node else self.generic_visit(item)

    said = f"{path}:{node.lineno}  {ast.unparse(node)[:70]}  ->  {ast.unparse(other)[:70]}"
    target.write_text(ast.unparse(ast.fix_missing_locations(Change().visit(tree))), encoding="utf-8")
    return said


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


def noticed(tree: Path, tests: tuple[str, ...]) -> bool:
    """Run tests on the tree in a process of its own; whether one failed, or it never ended."""
    started = time.monotonic()
    process = os.fork()
    if process == 0:
        os.setsid()
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        sys.dont_write_bytecode = True
        os.environ["PYTHONPATH"] = str(tree)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        import pytest

        # The caught failure of a changed import is a failure too.
        os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(tree), *tests])))
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) != 0
        if time.monotonic() - started > _LONGEST:
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return True
        time.sleep(0.1)


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
            names, tests, slow = ROOMS[room]
            if noticed(tree, tests):
                raise SystemExit(f"{room}: the tests fail on code that was not changed")
            places = list(sites(names))
            chosen = random.Random(f"{room}{given.seed}").sample(places, min(given.count, len(places)))
            found = 0
            for path, number in chosen:
                said = change(path, number, tree / path)
                if noticed(tree, tests) or (given.thorough and noticed(tree, slow)):
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
