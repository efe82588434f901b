"""Whether the content of a page is what a program writes: operators with the operands each of them takes.

Viewers pass over what they do not understand, and the text or the line it would have drawn is gone without a word.
"""

from __future__ import annotations

import re

__all__ = ["is_balanced", "is_content", "is_seen"]

_GAP = rb"(?:[\s\x00]|%[^\r\n]*+)*+"
_END = rb"(?=[\s\x00/<>\[\](){}%]|\Z)"
# Some programs write 0.-5, --5 and 1e-5, and viewers read them somehow.
_NUMBER = rb"[+-]*+(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE]?+-\d*+)?+" + _GAP
_INNER = rb"[^()\\]|\\."
_TEXT = (
    rb"(?:\((?:" + _INNER + rb"|\((?:" + _INNER + rb"|\((?:" + _INNER + rb")*+\))*+\))*+\)|<[0-9A-Fa-f\s]*+>)" + _GAP
)
_NAME = rb"/[^\s\x00/<>\[\](){}%]*+" + _GAP
_ARRAY = rb"\[" + _GAP + rb"(?:" + _NUMBER + rb"|" + _TEXT + rb"|" + _NAME + rb")*+\]" + _GAP
_DICTIONARY = rb"<<(?:[^<>()]|" + _TEXT + rb"|<<(?:[^<>()]|" + _TEXT + rb")*+>>)*+>>" + _GAP
_IMAGE = rb"BI" + _END + rb"(?:(?!ID[\s]).)*+ID\s(?:(?!\sEI[\s\x00]).)*+\sEI" + _END


def _one_of(*operators: bytes) -> bytes:
    longest_first = sorted(operators, key=len, reverse=True)
    return rb"(?:" + rb"|".join(map(re.escape, longest_first)) + rb")" + _END


def _numbers() -> bytes:
    """Return what starts with numbers, by how many there are, so that each is read once."""
    colour = (b"sc", b"scn", b"SC", b"SCN")
    six = _NUMBER + rb"(?:" + _one_of(b"cm", b"Tm", b"c", b"d1") + rb"|" + _more(colour) + rb")"
    five = _NUMBER + rb"(?:" + six + rb"|" + _more(colour) + rb")"
    four = _NUMBER + rb"(?:" + _one_of(b"re", b"v", b"y", b"k", b"K", *colour) + rb"|" + five + rb")"
    three = _NUMBER + rb"(?:" + _one_of(b"rg", b"RG", *colour) + rb"|" + four + rb")"
    two = _NUMBER + rb"(?:" + _one_of(b"l", b"m", b"Td", b"TD", b"d0", *colour) + rb"|" + _TEXT + rb'"' + _END
    one = (b"g", b"G", b"w", b"J", b"j", b"M", b"i", b"Tc", b"Tw", b"Tz", b"TL", b"Tr", b"Ts")
    return _NUMBER + rb"(?:" + two + rb"|" + three + rb")|" + _one_of(*one, *colour) + rb"|" + _more(colour) + rb")"


def _more(colour: tuple[bytes, ...]) -> bytes:
    """Return what is left of the components of a colour, and the pattern it may end with."""
    return rb"(?:" + _NUMBER + rb")*+(?:" + _NAME + rb")?+" + _one_of(*colour)


_STATEMENT = rb"|".join((
    _TEXT + _one_of(b"Tj", b"'"),
    _ARRAY + rb"(?:" + _one_of(b"TJ") + rb"|" + _NUMBER + _one_of(b"d") + rb")",
    _numbers(),
    _one_of(
        b"q", b"Q", b"BT", b"ET", b"h", b"S", b"s", b"f", b"f*", b"F", b"B", b"B*", b"b", b"b*", b"n", b"W", b"W*",
        b"T*", b"EMC", b"BX", b"EX",
    ),
    _NAME + rb"(?:" + _NUMBER + _one_of(b"Tf") + rb"|(?:" + _DICTIONARY + rb"|" + _NAME + rb")" + _one_of(b"BDC", b"DP")
    + rb"|" + _one_of(b"gs", b"cs", b"CS", b"Do", b"sh", b"ri", b"BMC", b"MP", b"scn", b"SCN") + rb")",
    _IMAGE,
))  # fmt: skip
_CONTENT = re.compile(_GAP + rb"(?:(?:" + _STATEMENT + rb")" + _GAP + rb")*+", re.DOTALL)


def is_content(data: bytes) -> bool:
    """Whether a content is made of statements and nothing else; every mistake of a byte or two ends one.

    Parameters
    ----------
    data
        All contents of a page together, unfolded.
    """
    found = _CONTENT.match(data)
    return found is not None and found.end() == len(data)


_STATE = re.compile(rb"(?<![^\s\x00)\]>])[qQ](?![^\s\x00])")


def is_balanced(data: bytes) -> bool:
    """Whether every state that a content saves is restored; else what follows is drawn in another place."""
    return 2 * (found := _STATE.findall(data)).count(b"q") == len(found)


#: Nothing as a number. The literal comes first: it is found faster than what may stand before it is looked at.
_ZERO, _SOME, _BLANK = rb"0(?<![\d.]0)[.0]*+", rb"[-+]?[\d.]++", rb"[\s\x00]++"
_SIZELESS = re.compile(_ZERO + _BLANK + rb"T[fz](?![A-Za-z])")
#: What chooses a size, takes a former one back, or shows text.
_SIZES = re.compile(
    rb"(?:(?P<zero>" + _ZERO + rb")|[\d.])" + _BLANK + rb"T(?P<of>[fz])(?![A-Za-z])"
    rb"|(?P<back>(?<![^\s\x00)\]>])Q(?![^\s\x00]))|[)>\]][\s\x00]*+(?:T[jJ]|['\"])(?![A-Za-z])"
)
#: A matrix whose first or last pair is nothing lays everything on one line.
_FLAT = re.compile(
    2 * (_ZERO + _BLANK) + rb"(?:" + 2 * (_SOME + _BLANK) + rb")?" + 2 * (_SOME + _BLANK) + rb"(?:cm|Tm)(?![A-Za-z])"
)
#: The beginning of a path, and the next: nothing is drawn from the first.
_MOVES = re.compile(rb"m(?<=[\s\x00]m)" + _BLANK + 2 * (rb"(" + _SOME + rb")" + _BLANK) + rb"(?=m(?![A-Za-z]))")
#: Points between two beginnings from which a rule is missing there, and from which one is not level or upright.
_RULE, _OBLIQUE = 3.0, 0.6
_TWO_NUMBERS = 80


def is_seen(data: bytes) -> bool:
    """Whether the texts of a content have a size, and its paths go on from where they begin.

    Each of these is a sound statement, but no program writes it: text without a size cannot be seen, and a path that
    begins twice on one level was a rule before a letter of it changed.
    """
    return not (_FLAT.search(data) or _sizeless(data) or _lost_rule(data))


def _sizeless(data: bytes) -> bool:
    """Whether text is shown while its font, or its width, is nothing."""
    if _SIZELESS.search(data) is None:
        return False
    zero: set[bytes] = set()
    for found in _SIZES.finditer(data):
        if found["of"]:
            zero = zero | {found["of"]} if found["zero"] else zero - {found["of"]}
        elif found["back"]:
            zero = set()
        elif zero:
            return True
    return False


def _lost_rule(data: bytes) -> bool:
    for found in _MOVES.finditer(data):
        before = data[max(0, found.start() - _TWO_NUMBERS) : found.start()].split()[-2:]
        try:
            (x0, y0), (x1, y1) = map(float, before), map(float, found.groups())
        except ValueError:
            continue
        across, along = sorted((abs(x1 - x0), abs(y1 - y0)))
        if across <= _OBLIQUE and along >= _RULE:
            return True
    return False
