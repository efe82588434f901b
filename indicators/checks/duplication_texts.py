"""Which texts stand twice: on the forms of other projects, or in several blocks of one form (family D: D103, D104)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from indicators.records import Extraction, Field, Form

from .alike import alike, first_alike
from .base import Context, Hit, NotApplicable, check, plain

__all__ = ["texts_differ_within", "texts_not_copied"]

_BLOCKS = {
    "overview": "项目概况",
    "basis": "立项依据",
    "necessity": "必要性",
    "measures": "措施",
    "plan": "实施计划",
    "goal": "总体目标",
}
_COPIED = ("goal", "plan", "necessity")
#: From this similarity of their names on, two projects are one kind of thing in several places.
_FAMILY = 0.75


def _block(form: Form, name: str) -> Field | None:
    """Return a text block; of two goals the longer, because the annual one may be cut off."""
    if name != "goal":
        return form.field(name)
    goals = [field for path in ("goal.lifetime", "goal.annual") if (field := form.field(path)) is not None]
    return max(goals, key=lambda field: len(field.text), default=None)


@dataclass(frozen=True, slots=True)
class _Origins:
    """For each block, the index of the form on which the text of each form was seen first."""

    first: dict[str, list[int]]
    compared: dict[str, list[bool]]


@cache
def _origins(shortest: int, least: float) -> Callable[[Extraction], _Origins]:
    """Return one builder for each pair of thresholds, so that its result is kept for the document."""

    def build(extraction: Extraction) -> _Origins:
        first: dict[str, list[int]] = {}
        compared: dict[str, list[bool]] = {}
        for name in _COPIED:
            blocks = [_block(form, name) if form.form_type == "project" else None for form in extraction.forms]
            keys = [plain(block.text) if block is not None else "" for block in blocks]
            keys = [key if len(key) >= shortest else "" for key in keys]
            first[name] = first_alike(keys, least)
            compared[name] = [key != "" for key in keys]
        return _Origins(first, compared)

    return build


_NAME_NOISE = re.compile(r"20[0-9]{2}年?度?|[0-9]+年?|[（(【\[][^)）】\]\n]{0,200}[)）】\]]")


def _stem(name: str) -> str:
    """Return a project's name without years and additions in brackets."""
    return plain(_NAME_NOISE.sub("", name)) or plain(name)


@check(scope="form")
def texts_not_copied(form: Form, context: Context, *, shortest: int, least: float) -> Iterator[Hit]:
    """Look for a goal, plan or necessity that (nearly) stands on the form of an earlier, other project.

    Parameters
    ----------
    shortest
        Length from which a text is compared, punctuation aside.
    least
        Similarity 0..1 from which it counts as copied.

    Yields
    ------
    Hit
        Once for the form, at the first copied text, with ``texts`` (which blocks) and ``projects`` (from where);
        variant ``family`` where the projects are of one kind by their names.
    """
    origins = context.once(_origins(shortest, least))
    if form.form_type != "project" or not any(origins.compared[name][form.index] for name in _COPIED):
        raise NotApplicable
    copied: list[str] = []
    sources: list[Form] = []
    for name in _COPIED:
        first = context.extraction.forms[origins.first[name][form.index]]
        if origins.compared[name][form.index] and first is not form:
            copied.append(name)
            if first not in sources:
                sources.append(first)
    others = [source for source in sources if plain(source.project_name) != plain(form.project_name)]
    at = _block(form, copied[0]) if copied else None
    if at is None:
        return
    strange = [source for source in others if not alike(_stem(source.project_name), _stem(form.project_name), _FAMILY)]
    values = {
        "texts": tuple(_BLOCKS[name] for name in copied),
        "projects": tuple(source.project_name for source in (strange or sources)),
    }
    yield Hit(at, values, variant="" if strange else "family", confidence=at.confidence if at.confidence < 1 else None)


@check(scope="form")
def texts_differ_within(form: Form, *, shortest: int, least: float) -> Iterator[Hit]:
    """Look for one sentence that fills several blocks of a form.

    Parameters
    ----------
    shortest
        Length from which a text is compared, punctuation aside.
    least
        Similarity 0..1 from which two texts are the same.

    Yields
    ------
    Hit
        Once for each such sentence, at its first block, with ``blocks``.
    """
    filled = [(name, block) for name in _BLOCKS if (block := _block(form, name)) is not None]
    texts = [(name, block, plain(block.text)) for name, block in filled]
    texts = [item for item in texts if len(item[2]) >= shortest]
    if len(texts) < 2:
        raise NotApplicable
    grouped: set[str] = set()
    for number, (name, block, text) in enumerate(texts):
        if name in grouped:
            continue
        same = [other for other, _, again in texts[number + 1 :] if other not in grouped and alike(text, again, least)]
        if same:
            grouped |= {name, *same}
            yield Hit(block, {"blocks": tuple(_BLOCKS[item] for item in (name, *same))})
