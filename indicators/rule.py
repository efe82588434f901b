"""What a rule is, once its file was read: records without behaviour beyond looking up and ordering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indicators.checks import Check, Lexicon
from indicators.errors import PackError
from indicators.records import SEVERITIES, Severity

__all__ = [
    "BY_TOOL",
    "DIMENSIONS",
    "FAMILIES",
    "FORM_TYPES",
    "SEVERITIES",
    "Case",
    "Rule",
    "RuleSet",
    "Source",
    "Variant",
]

FAMILIES = {
    "S": "完整性",
    "F": "资金",
    "C": "一致性",
    "V": "指标值",
    "U": "类型、方向、单位",
    "T": "时间",
    "D": "重复",
    "P": "公开",
    "A": "文档合计",
    "X": "工具",
}
DIMENSIONS = ("完整性", "相关性", "适当性", "可行性", "公开", "文档", "工具")
FORM_TYPES = ("project", "overall")
#: Check of rules that the tool raises itself (an unreadable file, a crashing rule): they have no cases.
BY_TOOL = "raised-by-tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document a rule rests on; ``verified`` is whether its wording was checked against a copy."""

    key: str
    title: str
    number: str = ""
    date: str = ""
    verified: bool = False
    note: str = ""

    @property
    def label(self) -> str:
        """How it is cited: title, number, and 待核 where it was not checked."""
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.title}》{number}" + ("" if self.verified else "【待核】")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An example of a rule file: a patch of the faultless form, and what it must give.

    Parameters
    ----------
    patch
        See ``indicators.cases``.
    expect
        Evidence the finding must carry, by name.
    severity
        Severity it must have, ``""`` = not looked at.
    also
        Codes of further rules this fault may set off.
    """

    patch: Mapping[str, Any]
    note: str = ""
    expect: Mapping[str, str] = field(default_factory=dict)
    severity: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A special case of a rule; ``None`` = as the rule itself."""

    severity: Severity | None = None
    title: str | None = None
    message: str | None = None
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule file, checked and bound to its check.

    Parameters
    ----------
    arguments
        ``params`` converted to what the check takes.
    form_types, categories
        Which forms, and for scope ``indicator`` which canonical 二级指标, the rule is asked of; empty = all.
    default
        Whether it runs without being selected.
    preview
        Whether it is on trial and only runs with ``--preview``.
    neighbour
        Whether it finds vague rows, for which an indicator of the library may stand as an example of the fix.
    ends
        Whether it counts or misses something, so that it needs the end of the form: not asked of one that is cut off.
    path
        The file.
    """

    code: str
    name: str
    severity: Severity
    scope: str
    dimension: str
    check: Check
    params: Mapping[str, Any]
    arguments: Mapping[str, Any]
    requires: tuple[str, ...]
    sources: tuple[str, ...]
    title: str
    message: str
    why: str
    fix: str
    preview: bool
    default: bool
    neighbour: bool
    ends: bool
    form_types: tuple[str, ...]
    categories: tuple[str, ...]
    variants: Mapping[str, Variant]
    bad: tuple[Case, ...]
    good: tuple[Case, ...]
    path: Path

    @property
    def family(self) -> str:
        """Letter of the family."""
        return self.code[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules of one or more packs.

    Parameters
    ----------
    rules
        By code.
    version
        Of the packs, e.g. ``2026.1`` or ``2026.1+our-bureau 3``.
    one_of
        Groups of rules of which an indicator gets at most the first that fired.
    folders
        The packs, built-in first.
    """

    rules: Mapping[str, Rule]
    version: str
    one_of: tuple[tuple[str, ...], ...]
    sources: Mapping[str, Source]
    lexicons: Mapping[str, Lexicon]
    folders: tuple[Path, ...]

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules.values())

    def __len__(self) -> int:
        return len(self.rules)

    def get(self, code: str) -> Rule | None:
        """Return a rule by code or by name, ``None`` if there is none."""
        found = self.rules.get(code.upper())
        return found or next((rule for rule in self.rules.values() if rule.name == code), None)

    def order(self) -> tuple[Rule, ...]:
        """Return the rules so that each stands after those it requires."""
        done: dict[str, Rule] = {}

        def place(rule: Rule, chain: tuple[str, ...]) -> None:
            if rule.code in chain:
                raise PackError(f"规则 {rule.code} 的 requires 绕成了圈", where=str(rule.path), why=" → ".join(chain))
            for code in rule.requires:
                if code not in done:
                    place(self.rules[code], (*chain, rule.code))
            done[rule.code] = rule

        for rule in self.rules.values():
            if rule.code not in done:
                place(rule, ())
        return tuple(done.values())
