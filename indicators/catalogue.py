"""Rule files and the packs that hold them.

A pack is a folder: ``pack.toml``, ``sources.toml``, ``lexicons/*.txt`` and one TOML file a rule in a folder a family.
The built-in pack is ``rules/``; a bureau's own pack is laid on top of it. Every key is checked: a rule file that is
wrong says which file and which key.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from indicators.checks import CHECKS, Check, Lexicon
from indicators.errors import PackError, ReadError
from indicators.packs import rules_dir
from indicators.readers import file_bytes
from indicators.rule import BY_TOOL, DIMENSIONS, FAMILIES, FORM_TYPES, SEVERITIES, Case, Rule, RuleSet, Source, Variant
from indicators.toml import parse_toml
from indicators.vocabulary import LEVEL2_ORDER
from indicators.wording import template_fault

__all__ = ["FAMILIES", "Case", "Rule", "RuleSet", "Source", "Variant", "builtin_rules", "load_rules", "with_params"]

_REQUIRED = {"code", "name", "severity", "scope", "dimension", "check", "sources", "title", "message", "why", "fix"}
_OPTIONAL = {
    "params",
    "requires",
    "preview",
    "default",
    "neighbour",
    "ends",
    "form_types",
    "categories",
    "variants",
    "bad",
    "good",
}
_VARIANT = {"severity", "title", "message", "fix"}


@cache
def builtin_rules() -> RuleSet:
    """Return the built-in pack, read once."""
    return load_rules()


def load_rules(*folders: Path) -> RuleSet:
    """Read the built-in pack and lay further packs on top; a later rule replaces one of the same code.

    Raises
    ------
    PackError
        If a file is broken; names the file and the key.
    """
    rules: dict[str, Rule] = {}
    sources: dict[str, Source] = {}
    lexicons: dict[str, Lexicon] = {}
    one_of: list[tuple[str, ...]] = []
    versions: list[str] = []
    packs = (rules_dir(), *folders)
    for folder in packs:
        if not folder.is_dir():
            raise PackError(
                "规则目录不存在", where=str(folder), remedy="检查 --rules 或 indicators.toml 中 rules 的路径"
            )
        pack = _Table(folder / "pack.toml", optional=folder is not packs[0])
        pack.known({"name", "version", "one_of", "note"})
        versions.append(
            pack.text("version", "0") if folder is packs[0] else f"{folder.name} {pack.text('version', '0')}"
        )
        groups = pack.get("one_of", list, [])
        if not all(isinstance(group, list) and all(isinstance(code, str) for code in group) for group in groups):
            raise pack.wrong("one_of", "应为规则编号的列表的列表")
        one_of.extend(tuple(group) for group in groups)
        sources.update(_sources(folder / "sources.toml"))
        lexicons.update(_lexicons(folder / "lexicons"))
        for path in _rule_files(folder):
            rule = _rule(path, lexicons, sources)
            rules[rule.code] = rule
    ordered = dict(sorted(rules.items(), key=lambda item: _rank(item[0])))
    for rule in ordered.values():
        for code in rule.requires:
            if code not in ordered:
                raise PackError(f"键 requires 有误：没有规则 {code}", where=str(rule.path))
    return RuleSet(
        rules=ordered,
        version="+".join(versions),
        one_of=tuple(one_of),
        sources=sources,
        lexicons=lexicons,
        folders=tuple(packs),
    )


def with_params(rule: Rule, params: Mapping[str, Any], rules: RuleSet, *, where: str = "") -> Rule:
    """Return a rule with some of its params replaced (thresholds of the configuration).

    Raises
    ------
    PackError
        If the rule has no such parameter or the value does not fit.
    """
    merged = {**rule.params, **params}
    table = _Table.of(Path(where) if where else rule.path, {"params": merged})
    return replace(rule, params=merged, arguments=_arguments(rule.check, merged, table, rules.lexicons))


def _rank(code: str) -> tuple[int, str]:
    letters = list(FAMILIES)
    return (letters.index(code[0]) if code[0] in letters else len(letters), code)


def _rule_files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*.toml") if re.fullmatch(r"[A-Z]\d{3}", path.stem))
    home = os.path.realpath(folder)
    # An installer may link what ships with the package to its cache.
    for path in (*found, *folder.glob("lexicons/*.txt")) if folder != rules_dir() else ():
        # A pack may come from a stranger: a link in it must not read what lies elsewhere.
        if not os.path.realpath(path).startswith(home + os.sep):
            raise PackError(
                "规则文件不在规则目录内", where=str(path), why="这是指向别处的链接", remedy="改为实际的文件"
            )
    return found


class _Table:
    """A TOML file whose every value is checked, so that an error can name the file and the key."""

    def __init__(self, path: Path, *, optional: bool = False) -> None:
        self.path = path
        self.data: dict[str, Any] = {}
        if optional and not path.exists():
            return
        try:
            self.data = parse_toml(_text(path))
        except tomllib.TOMLDecodeError as error:
            raise PackError("规则文件读不出来", where=str(path), why=str(error), remedy="按 TOML 格式改正") from error

    @classmethod
    def of(cls, path: Path, data: dict[str, Any]) -> _Table:
        table = cls.__new__(cls)
        table.path, table.data = path, data
        return table

    def wrong(self, key: str, why: str) -> PackError:
        return PackError(f"键 {key} 有误", where=str(self.path), why=why, remedy="改正规则文件后重试")

    def known(self, keys: Iterable[str], required: Iterable[str] = ()) -> None:
        allowed = set(keys) | set(required)
        for key in self.data:
            if key not in allowed:
                raise self.wrong(key, f"没有这个键；可用的键：{'、'.join(sorted(allowed))}")
        for key in required:
            if key not in self.data:
                raise self.wrong(key, "缺少这个键")

    def get(self, key: str, kind: type, default: Any) -> Any:
        value = self.data.get(key, default)
        if not isinstance(value, kind):
            raise self.wrong(key, f"类型应为 {kind.__name__}")
        return value

    def text(self, key: str, default: str = "") -> str:
        value: str = self.get(key, str, default)
        return value.strip()

    def filled(self, key: str) -> str:
        if not self.text(key):
            raise self.wrong(key, "不能为空")
        return self.text(key)

    def template(self, key: str) -> str:
        text = self.filled(key)
        if wrong := template_fault(text):
            raise self.wrong(key, wrong)
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.get(key, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, "应为文字列表")
        return tuple(values)

    def choice(self, key: str, choices: Iterable[str]) -> Any:
        value = self.text(key)
        if value not in choices:
            raise self.wrong(key, f"应为其中之一：{'、'.join(choices)}")
        return value


def _rule(path: Path, lexicons: Mapping[str, Lexicon], sources: Mapping[str, Source]) -> Rule:
    table = _Table(path)
    table.known(_OPTIONAL, _REQUIRED)
    if table.text("code") != path.stem:
        raise table.wrong("code", f"应与文件名一致：{path.stem}")
    check = CHECKS.get(table.text("check"))
    if check is None:
        raise table.wrong("check", f"没有这个检查：{table.text('check')}")
    scope = table.choice("scope", ("indicator", "form", "document"))
    if check.scope != scope and check.name != BY_TOOL:
        raise table.wrong("scope", f"检查 {check.name} 的范围是 {check.scope}")
    for key in table.texts("sources"):
        if key not in sources:
            raise table.wrong("sources", f"sources.toml 中没有 {key}")
    bad, good = _cases(table, "bad"), _cases(table, "good")
    if check.name != BY_TOOL and (len(bad) < 2 or len(good) < 2):
        raise table.wrong("bad / good", "至少各要两个例子")
    params = table.get("params", dict, {})
    return Rule(
        code=table.text("code"),
        name=table.filled("name"),
        severity=table.choice("severity", SEVERITIES),
        scope=scope,
        dimension=table.choice("dimension", DIMENSIONS),
        check=check,
        params=params,
        arguments=_arguments(check, params, table, lexicons),
        requires=table.texts("requires"),
        sources=table.texts("sources"),
        title=table.filled("title"),
        message=table.template("message"),
        why=table.filled("why"),
        fix=table.template("fix"),
        preview=table.get("preview", bool, False),
        default=table.get("default", bool, True),
        neighbour=table.get("neighbour", bool, False),
        ends=table.get("ends", bool, False),
        form_types=_subset(table, "form_types", FORM_TYPES),
        categories=_subset(table, "categories", LEVEL2_ORDER),
        variants={name: _variant(table, name) for name in table.get("variants", dict, {})},
        bad=bad,
        good=good,
        path=path,
    )


def _subset(table: _Table, key: str, choices: Iterable[str]) -> tuple[str, ...]:
    values = table.texts(key)
    for value in values:
        if value not in choices:
            raise table.wrong(key, f"{value} 不在其中：{'、'.join(choices)}")
    return values


def _variant(table: _Table, name: str) -> Variant:
    data = table.data["variants"][name]
    part = _Table.of(table.path, data if isinstance(data, dict) else {})
    part.known(_VARIANT)
    if "severity" in part.data:
        part.choice("severity", SEVERITIES)
    for key in {"message", "fix"} & set(part.data):
        part.template(key)
    return Variant(**{key: part.text(key) for key in part.data})  # type: ignore[arg-type]


def _cases(table: _Table, key: str) -> tuple[Case, ...]:
    cases = []
    for number, data in enumerate(table.get(key, list, []), 1):
        part = _Table.of(table.path, data if isinstance(data, dict) else {})
        expect = part.get("expect", dict, {})
        if not all(isinstance(value, str) for value in expect.values()):
            raise table.wrong(f"{key} 第 {number} 例 expect", "各值应写成文字")
        cases.append(
            Case(
                patch={
                    name: value for name, value in data.items() if name not in {"note", "expect", "severity", "also"}
                },
                note=part.text("note"),
                expect=expect,
                severity=part.text("severity"),
                also=part.texts("also"),
            )
        )
    return tuple(cases)


def _arguments(
    check: Check, params: Mapping[str, Any], table: _Table, lexicons: Mapping[str, Lexicon]
) -> dict[str, Any]:
    for name in params:
        if name not in check.params:
            raise table.wrong(f"params.{name}", f"检查 {check.name} 没有这个参数")
    missing = check.required - set(params)
    if missing:
        raise table.wrong("params", f"检查 {check.name} 还要参数：{'、'.join(sorted(missing))}")
    arguments = {}
    for name, value in params.items():
        try:
            arguments[name] = _convert(check.params[name], value, lexicons)
        except (TypeError, ValueError, KeyError, InvalidOperation) as error:
            raise table.wrong(f"params.{name}", f"值 {value!r} 不合用：{error}") from error
    return arguments


def _convert(kind: Any, value: Any, lexicons: Mapping[str, Lexicon]) -> Any:
    if get_origin(kind) in (Union, UnionType):
        kind = next(item for item in get_args(kind) if item is not type(None))
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if not isinstance(value, list):
            raise TypeError("应为列表")
        return tuple(_convert(item, part, lexicons) for part in value)
    if kind is Lexicon:
        if value not in lexicons:
            raise KeyError(f"没有词表 {value}")
        return lexicons[value]
    if kind is Decimal:
        return Decimal(str(value))
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"类型应为 {kind.__name__}")
    return value


def _sources(path: Path) -> dict[str, Source]:
    table = _Table(path, optional=True)
    sources = {}
    for key, data in table.data.items():
        part = _Table.of(path, data if isinstance(data, dict) else {})
        part.known({"title", "number", "date", "verified", "note"}, {"title", "verified"})
        sources[key] = Source(
            key=key,
            title=part.filled("title"),
            number=part.text("number"),
            date=part.text("date"),
            verified=part.get("verified", bool, False),
            note=part.text("note"),
        )
    return sources


def _lexicons(folder: Path) -> dict[str, Lexicon]:
    return {path.stem: Lexicon.parse(path.stem, _text(path)) for path in sorted(folder.glob("*.txt"))}


#: Of one file of a pack; the largest that ships has a hundredth of it.
_MOST_BYTES = 2 << 20


def _text(path: Path) -> str:
    """Return the text of a file of a pack, which must be a plain file in UTF-8."""
    try:
        data = file_bytes(path)
        if len(data) > _MOST_BYTES:
            why = f"超过 {_MOST_BYTES >> 20} MB"
            raise PackError("规则文件过大", where=str(path), why=why, remedy="规则和词表都应当短小，请删减后重试")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"第 {error.start + 1} 个字节起不是 UTF-8"
        raise PackError("规则文件读不出来", where=str(path), why=why, remedy="另存为 UTF-8 编码后重试") from error
    except ReadError as error:
        raise PackError("规则文件读不出来", where=str(path), why=error.what, remedy=error.remedy) from error
