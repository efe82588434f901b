"""Labels printed downwards, a character a line, beside the lines of their text: 总 / 体 / 目 / 标."""

from __future__ import annotations

from dataclasses import replace

from indicators.grid.labels import is_label
from indicators.grid.parts import WIDE, Part, joined, merged
from indicators.vocabulary import field_label

__all__ = ["set_upright"]

#: Characters of the shortest and the longest label printed downwards, and lines between two of its characters.
_SHORTEST, _LONGEST, _NEAR = 3, 8, 2.5
#: Width of a character, and how far two of them, or two lines of a text, may stand apart across.
_CHARACTER, _ASIDE = 2.0, 1.0


def set_upright(lines: list[list[Part]]) -> list[list[Part]]:
    """Return the lines with every label of a field that runs downwards set beside its text, both in one line.

    The text may begin above the first character of the label and end below the last.
    """
    out = list(lines)
    number = 0
    while number < len(out):
        found = _label(out, number)
        if found is None:
            number += 1
            continue
        label, places = found
        column = out[places[0]][0]
        bare = [line[1:] if place in places else line for place, line in enumerate(out)]
        texts = _beside(bare, places)
        if texts:
            out = bare
            text = joined([merged(out[place])[0] for place in texts])
            for place in texts:
                out[place] = []
            last = min(column.last, text.first - WIDE - 1)
            part = replace(column, text=label, first=last - _CHARACTER * len(label), last=last, line=text.line)
            out[texts[0]] = [part, text]
        number = places[-1] + 1
    return out


def _label(lines: list[list[Part]], number: int) -> tuple[str, list[int]] | None:
    """Return the longest label of a field that begins here and runs downwards, and the lines of its characters."""
    places: list[int] = []
    best: tuple[str, list[int]] | None = None
    text = ""
    for place in range(number, len(lines)):
        if not lines[place]:
            continue
        part, above = lines[place][0], lines[places[-1] if places else number][0]
        if part.line - above.line > _NEAR:
            break
        if places and part.first > above.last:
            # A line of the text between two characters.
            continue
        if len(part.text) != 1 or not "\u4e00" <= part.text <= "\u9fff" or abs(part.first - above.first) > _ASIDE:
            break
        places.append(place)
        text += part.text
        if len(text) >= _SHORTEST and field_label(text) is not None:
            best = text, list(places)
        if len(text) == _LONGEST:
            break
    return best


def _beside(lines: list[list[Part]], places: list[int]) -> list[int]:
    """Return the lines of the one text beside a label; none where several cells stand there."""
    found = [place for place in range(places[0], places[-1] + 1) if lines[place]]
    if not found:
        return []
    for step, limit in ((-1, -1), (1, len(lines))):
        for place in range(found[-1 if step > 0 else 0] + step, limit, step):
            if not lines[place]:
                continue
            text, other = lines[found[-1 if step > 0 else 0]][0], lines[place][0]
            alone = len(merged(lines[place])) == 1 and not is_label(other.text)
            if not alone or abs(other.first - text.first) > _ASIDE or abs(other.line - text.line) > _NEAR:
                break
            found = [*found, place] if step > 0 else [place, *found]
    one = all(len(merged(lines[place])) == 1 for place in found)
    return found if one and all(abs(lines[n][0].first - lines[found[0]][0].first) <= _ASIDE for n in found) else []
