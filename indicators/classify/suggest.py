"""Suggest specific indicators out of a library, by likeness of name and project."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from indicators.classify.features import tidy
from indicators.classify.nearness import Held, Nearness, Rarity, pieces
from indicators.errors import PackError
from indicators.packs import models_dir
from indicators.quantities import half_width, parse_dates, parse_quantity, unit_kind
from indicators.records import Quantity

__all__ = [
    "LIBRARY",
    "Pattern",
    "Suggestion",
    "build_library",
    "names_a_place",
    "patterns",
    "placeholders",
    "read_library",
    "suggest",
    "write_library",
]

LIBRARY = "library.csv"
_COLUMNS = ("sector", "category", "name", "value", "project")
_SOURCE, _TOPIC = "source", "topic"
"""Further columns, which a bureau's own library may lack; a topic holds the vague words that the entry answers."""
_WRITTEN = "自拟示例"
_NAME_SHARE = 0.65
_LEAST = 0.12
_TOPIC_FLOOR, _TOPIC_BASE, _TOPIC_STEP = 0.5, 0.6, 0.1
"""Half a topic in a name is nothing; a longer one says more (通行能力 before 能力)."""
#: Entries compared closely.
_LOOKED_AT = 20
#: Entries of a sector below which all sectors are looked at, and names shown of a pattern.
_FEW, _NAMED = 6, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An indicator of the library; N in ``value`` (and ``name``) stands for the figure to fill in.

    Parameters
    ----------
    category
        二级指标.
    name, value
        三级指标 and 指标值.
    sector, project
        Where it comes from.
    likeness
        0..1, how near name and project are to what was asked.
    source
        The published form it was read in, or that it was written as an example; ``""`` where the library does not say.
    """

    category: str
    name: str
    value: str
    sector: str
    project: str
    likeness: float
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """What indicators of a category count, where the library has nothing alike.

    Parameters
    ----------
    category, sector
        二级指标, and the sector of the project; ``""`` = all sectors.
    value
        How the target is written: ``≥N%``, ``N场次``.
    count
        Entries of the library written like this.
    names
        Some of what is counted, the likest first.
    """

    category: str
    sector: str
    value: str
    count: int
    names: tuple[str, ...]


_FIGURE = re.compile(
    r"[0-9][0-9,]*(?:\.[0-9]+)?(?:\+[0-9.]+)*|[一二两三四五六七八九十百]+(?=[个名人次场台套层处座所项家户天年月期份件])"
)
_KEPT = re.compile(r"100(?:\.0+)?%|(?<![0-9.])0(?![0-9.])")
_SIGNS = (
    ("百分比", "%"),
    ("≥100%", "100%"),
    (">=", "≥"),
    ("<=", "≤"),
    ("大于等于", "≥"),
    ("不少于", "≥"),
    ("不低于", "≥"),
    ("不超过", "≤"),
)
_LONGEST_NAME = 20
"""A longer name of a published form is a sentence about its own project."""
_DAMAGED = re.compile("[囗□▇▢█■?？…×*]|[0-9]O|O[0-9%]|收人|[无、]$")


#: Words that make a figure one of about so much, which is no bar (V133): 约300吨, 300吨左右.
_ABOUT = re.compile("^大?约(?=[0-9])|左右$")


def placeholders(text: str) -> str:
    """Replace the figures of a text by N, without 约 and 左右; 100% and 0 are targets in themselves and stay."""
    plain = _ABOUT.sub("", half_width(text).replace(" ", ""))
    for printed, usual in _SIGNS:
        plain = plain.replace(printed, usual)
    kept = {match.start() for match in _KEPT.finditer(plain)}
    return _FIGURE.sub(lambda match: match.group() if match.start() in kept else "N", plain)


# Words that hold 市, 区, 镇 … and name no place.
_GENERIC = re.compile(
    "[社园小城景片库辖地山灾校牧农林矿校营街]区|[乡城集村市建]镇|[城我各全本外返进下]乡|乡村|[城全我本各县省]市|市[场民政级容区]"
    "|[全我本各]县|县[级域]|省[级内外]|全省|区域|区[级间]|乡土|乡风"
)
_PLACE = re.compile("[省市县区镇乡州旗]|[\u4e00-\u9fff]{2}(?:[中小]学|公司|法院|大[道街]|[路街]$|[路街]道)")


def names_a_place(text: str) -> bool:
    """Say whether a name of a published form may hold the name of a place or of somebody's institution."""
    return _PLACE.search(_GENERIC.sub("", text)) is not None


def _worthy(row: Any) -> bool:
    """Whether a row may serve as a model: level 3, undamaged, with a unit, no figure and no place in its name."""
    if row.level != 3 or len(row.level3) < 3 or re.search("[0-9]|指标$", row.level3) or not row.level2:
        return False
    if row.real and (len(row.level3) > _LONGEST_NAME or names_a_place(row.level3)):
        return False
    quantity = parse_quantity(row.value)
    if quantity is None:
        return parse_dates(row.value) is not None and not _DAMAGED.search(row.value)
    return bool(quantity.unit) and not _DAMAGED.search(row.level3 + row.value) and not _poor(row, quantity)


#: Rows that the rules themselves find fault with: money on its way, people put in, a satisfaction that rises, and what
#: stands in the wrong category or unit.
_ACCUSED = re.compile(
    "(?:到位|下达|支[付出])(?:率|进度)=|经费支出=|罚没收入|(?:聘用|配备)(?:人员|车辆)数|满意度=提高|投诉=下降|^质量指标:[^=]*(?:时间=[^=]*[月日]|满意率=)"
    "|人数=[^=]*[%％]|村干部人数=[^=]*个|年用气量=[^=]*平方|年工资=[^=]*年|用户数=[^=]*人$|同比增长|m2|[^出签颁分]发="
)


def _poor(row: Any, quantity: Quantity) -> bool:
    """Whether a row is level 3 for the reader, but nothing to copy.

    That is a cost or time that may only be exceeded, money spent as an output, the cost of the whole project, a cost
    counted in heads, a unit of nothing.
    """
    money = unit_kind(quantity.unit) in ("money", "money-rate")
    exceeded = quantity.relation in "≥>" and (row.level2 == "时效指标" or "成本" in row.level2)
    spent = row.level2 in ("数量指标", "质量指标", "时效指标") and money
    whole = "成本" in row.level2 and ("预算" in row.level3 or row.level3.startswith(("项目", "成本", "总")))
    counted = row.level3.endswith(("费", "经费", "资金")) and not money and unit_kind(quantity.unit) != "ratio"
    accused = bool(_ACCUSED.search(f"{row.level2}:{row.level3}={row.value}"))
    return exceeded or spent or whole or counted or accused or quantity.unit[0] in "/／" or ":" in row.level3


def build_library(
    rows: Sequence[Any], own: Sequence[dict[str, str]] = (), sources: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """Make the entries of the library: corpus rows of level 3, and entries written for it.

    Parameters
    ----------
    rows
        ``corpus.Labelled``, published and written ones; of published ones the project is left out, which names places.
    own
        Entries of ``corpus/library/*.csv``, with N for figures already.
    sources
        What each published document is, by its ``bureau``.

    Returns
    -------
    list
        Entries with the columns of ``library.csv``, each sector, category and name once, in order; what was published
        goes before what was written.
    """
    entries: dict[tuple[str, ...], dict[str, str]] = {}
    for row in sorted((row for row in rows if row.level == 3), key=lambda row: not row.real):
        # Marks of a template are no part of a name: 指标1：, (≥**人).
        tidied = replace(row, level3=tidy(row.level3).strip()) if row.real else row
        if not _worthy(tidied):
            continue
        value = placeholders(tidy(row.value)) if row.real else placeholders(row.value)
        source = (sources or {}).get(row.bureau, f"公开表格（{row.sector}）") if row.real else _WRITTEN
        printed = (row.sector, row.level2, tidied.level3, value, "" if row.real else row.project, source)
        entries.setdefault(printed[:3], dict(zip((*_COLUMNS, _SOURCE), printed, strict=True)))
    for entry in own:
        entry = {**entry, _SOURCE: entry.get(_SOURCE) or _WRITTEN, _TOPIC: entry.get(_TOPIC) or ""}
        entries[entry["sector"], entry["category"], entry["name"]] = entry
    return [entries[key] for key in sorted(entries)]


def _sources(path: Path) -> dict[str, str]:
    """Read what each published document is, where that is said in Chinese: ``corpus/SOURCES.tsv``."""
    with path.open(encoding="utf-8", newline="") as stream:
        told = {
            row["bureau"]: re.split("[,，]", row["what"])[0].strip() for row in csv.DictReader(stream, delimiter="\t")
        }
    return {bureau: what for bureau, what in told.items() if re.search("[\u4e00-\u9fff]", what)}


def write_library(corpus: Path, path: Path, *, kept: Callable[[Any], bool] = lambda row: True) -> int:
    """Write the library from ``corpus/labels`` and ``corpus/library``.

    Parameters
    ----------
    corpus
        The folder ``corpus``.
    path
        The file to write.
    kept
        Says of a row of the corpus whether it may be used; for measuring.

    Returns
    -------
    int
        Number of entries.
    """
    from indicators.classify.corpus import read_corpus

    own: list[dict[str, str]] = []
    for source in sorted((corpus / "library").glob("*.csv")):
        own += read_library(source).entries
    rows = [row for row in read_corpus(corpus / "labels") if kept(row)]
    entries = build_library(rows, own, _sources(corpus / "SOURCES.tsv"))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, (*_COLUMNS, _SOURCE, _TOPIC), lineterminator="\n")
        writer.writeheader()
        writer.writerows(entries)
    return len(entries)


class _Library:
    """Entries; what is near them is worked out for the categories that are asked for."""

    def __init__(self, entries: tuple[dict[str, str], ...]) -> None:
        self.entries = entries
        self.inside: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            self.inside[entry["category"]].append(place)
        works = [entry["project"] + entry["sector"] for entry in entries]
        self.rarity = Rarity(Counter(chain((entry["name"] for entry in entries), works)))
        numbers = {work: number for number, work in enumerate(dict.fromkeys(works))}
        #: Number of its project for each entry: many share one.
        self.works = [numbers[work] for work in works]
        self._works = Nearness(list(numbers), self.rarity)
        self._names: dict[str, Nearness] = {}
        self._topics: dict[str, list[tuple[int, float, Held]]] = {}
        self._asked: tuple[str, dict[int, float]] = ("", {})

    def names_near(self, category: str, name: str) -> dict[int, float]:
        """Return the entries of a category whose names are near this one."""
        inside = self.inside.get(category, [])
        if category not in self._names:
            self._names[category] = Nearness([self.entries[place]["name"] for place in inside], self.rarity)
        return {inside[number]: near for number, near in self._names[category].near(name).items()}

    def answers(self, category: str, name: str) -> dict[int, float]:
        """Return the entries that answer a topic, by how much of the topic the name holds, whatever else it says."""
        if category not in self._topics:
            self._topics[category] = [
                (place, _TOPIC_BASE + _TOPIC_STEP * min(len(word), 4), Held(word, self.rarity))
                for place in self.inside.get(category, ())
                for word in self.entries[place][_TOPIC].split()
            ]
        held = pieces(name)
        found: dict[int, float] = {}
        for place, weight, topic in self._topics[category]:
            near = weight * (topic.share(held) - _TOPIC_FLOOR)
            if near > 0:
                found[place] = max(found.get(place, 0.0), near)
        return found

    def works_near(self, project: str) -> dict[int, float]:
        """Return the projects near this one; the rows of a form ask for the same."""
        if self._asked[0] != project:
            self._asked = (project, self._works.near(project))
        return self._asked[1]


def read_library(path: Path) -> _Library:
    """Read a library: CSV, UTF-8, columns sector, category, name, value, project; read again when it changed.

    Raises
    ------
    PackError
        If it cannot be read or lacks a column.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise PackError("指标库无法读取", where=str(path), why=str(error), remedy="检查路径和权限") from error
    return _parsed(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _parsed(path: Path, changed: int, size: int) -> _Library:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.reader(stream)
            head = next(lines, [])
            if not set(_COLUMNS) <= set(head):
                raise KeyError(*(set(_COLUMNS) - set(head)))
            blank = dict.fromkeys((*_COLUMNS, _SOURCE, _TOPIC), "")
            entries = tuple({**blank, **dict(zip(head, map(str.strip, line), strict=False))} for line in lines if line)
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        remedy = "须为 UTF-8 编码的 CSV，列：" + "、".join(_COLUMNS)
        raise PackError("指标库无法读取", where=str(path), why=repr(error), remedy=remedy) from error
    return _Library(entries)


def suggest(
    level2: str, name: str, project: str, *, limit: int = 3, library: Path | None = None, extra: Path | None = None
) -> tuple[Suggestion, ...]:
    """Suggest specific indicators of the same category for a like project.

    Parameters
    ----------
    level2
        二级指标; only entries of this category are offered.
    name, project
        三级指标 and project name of the indicator to be replaced; either may be ``""``.
    limit
        At most so many.
    library
        ``None`` for the library that ships with the package.
    extra
        A bureau's own library, searched as well.

    Returns
    -------
    tuple
        Most alike first; empty where the library knows nothing alike.

    Raises
    ------
    PackError
        If a library cannot be read.
    """
    found: list[Suggestion] = []
    for path in (library or models_dir() / LIBRARY, extra):
        if path is not None:
            found += _alike(read_library(path.resolve()), level2, name, project)
    found.sort(key=lambda item: (-item.likeness, item.sector, item.name))
    chosen: dict[str, Suggestion] = {}
    for item in found:
        chosen.setdefault(item.name, item)
        if len(chosen) >= limit:
            break
    return tuple(chosen.values())[: max(limit, 0)]


def patterns(
    level2: str, name: str, project: str = "", *, limit: int = 4, library: Path | None = None
) -> tuple[Pattern, ...]:
    """Return how indicators of a category are usually written, the most frequent way first.

    Parameters
    ----------
    level2
        二级指标.
    name, project
        三级指标 to be replaced, and its project: with one that the library knows, only its sector is looked at.
    limit
        At most so many.
    library
        ``None`` for the library that ships with the package.

    Raises
    ------
    PackError
        If the library cannot be read.
    """
    known = read_library((library or models_dir() / LIBRARY).resolve())
    inside = known.inside.get(level2, [])
    sector = _sector(known, project) if project else ""
    own = [place for place in inside if known.entries[place]["sector"] == sector]
    if len(own) < _FEW:
        sector, own = "", inside
    likeness = known.names_near(level2, half_width(name))
    by_unit: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for place in sorted(own, key=lambda place: -likeness.get(place, 0.0)):
        entry = known.entries[place]
        quantity = parse_quantity(entry["value"].replace("N", "1"))
        if quantity is not None and quantity.unit:
            by_unit[quantity.unit].append((f"{quantity.relation.replace('=', '')}N{quantity.unit}", entry["name"]))
    ordered = sorted(by_unit.values(), key=lambda pairs: (-len(pairs), pairs))
    return tuple(
        Pattern(
            category=level2,
            sector=sector,
            value=Counter(value for value, _ in pairs).most_common(1)[0][0],
            count=len(pairs),
            names=tuple(dict.fromkeys(name for _, name in pairs))[:_NAMED],
        )
        for pairs in ordered[:limit]
    )


def _sector(library: _Library, project: str) -> str:
    """Return the sector most of whose projects are like this one, ``""`` where none is.

    One like project may be of any sector (office buildings are kept up everywhere): the three likest of each count.
    """
    near = library.works_near(half_width(project))
    by_sector: dict[str, dict[str, float]] = defaultdict(dict)
    for entry, work in zip(library.entries, library.works, strict=True):
        by_sector[entry["sector"]][entry["project"]] = near.get(work, 0.0)
    means = {name: sum(sorted(found.values())[-3:]) / 3 for name, found in by_sector.items()}
    best = max(means, key=lambda name: (means[name], name))
    return best if means[best] >= _LEAST else ""


def _alike(library: _Library, level2: str, name: str, project: str) -> list[Suggestion]:
    asked = half_width(tidy(name))
    by_name = library.names_near(level2, asked)
    for place, near in library.answers(level2, asked).items():
        by_name[place] = max(by_name.get(place, 0.0), near)
    by_project = library.works_near(half_width(project))
    likeness = {
        place: _NAME_SHARE * by_name.get(place, 0.0) + (1 - _NAME_SHARE) * by_project.get(library.works[place], 0.0)
        for place in library.inside.get(level2, ())
    }
    best = sorted(likeness, key=lambda place: -likeness[place])[:_LOOKED_AT]
    return [
        Suggestion(
            category=level2,
            name=library.entries[place]["name"],
            value=library.entries[place]["value"],
            sector=library.entries[place]["sector"],
            project=library.entries[place]["project"],
            source=library.entries[place][_SOURCE],
            likeness=round(likeness[place], 4),
        )
        for place in best
        if likeness[place] >= _LEAST
    ]
