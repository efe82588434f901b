"""The rules of a table in a picture, whatever their style: solid, thin, grey, dashed, dotted, double, broken.

Along a rule the picture is averaged over a few points, so that dots and dashes become an even grey; across it only
what is thinner than a rule is kept. What remains of text is short and uneven. A rule is then a line fitted through
its pieces, and each stretch of it between two crossing rules is present or not by the share it covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.readers.ocr.vision import vision

__all__ = ["DARK", "Rule", "RuleSet", "find_rules", "joined", "without_text"]

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]

#: In points: average along the rule, thickest rule, shortest piece, distance within which pieces are one rule.
_ALONG, _THICKEST, _SHORTEST, _SAME = 8.0, 4.5, 11.0, 3.2
_FAINTEST = 11.0
_LEVELS = (48, 95, 145)
#: In points: thinnest text, straight run that no character has, piece of a rule beside such a run, meeting dashes.
_THIN, _RUN, _STUB, _CROSS = 2.2, 12.5, 5.0, 4.6
#: Gap in a rule that is bridged, in points.
_GAP = 3.5
#: Share of the usual strength below which a response is not part of a rule.
_TAIL = 0.36
_PRESENT = 0.42
#: Coverage given to a stretch that only shows behind text.
_BEHIND = 0.55
#: Averaged darkness above which rules are solid and dark.
DARK = 150.0
#: Most coverage of a stretch that reaches neither of its ends.
_LOOSE = 0.5


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule: ``offset + slope * t`` across, ``first..last`` along, in pixels.

    ``strength`` is its usual averaged darkness, 0..255; ``spread`` how far its pieces lie off the line (double rules).
    """

    offset: float
    slope: float
    first: float
    last: float
    strength: float
    length: float
    spread: float = 0.0

    def at(self, along: float) -> float:
        """Return where the rule lies across at a place along."""
        return self.offset + self.slope * along


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The pieces of rules of one direction and the map they were found in (rules run along axis 1).

    Parameters
    ----------
    pieces
        Uninterrupted straight pieces.
    response
        Darkness averaged along the rules, 0..255.
    mask
        Where the pieces are.
    behind_text, hidden
        The same average with the text left in, and where text was taken out.
    points
        Pixels a point.
    """

    pieces: tuple[Rule, ...]
    response: Grey
    mask: Grey
    behind_text: Grey
    hidden: Grey
    points: float

    def coverage(self, rule: Rule, start: float, end: float) -> float:
        """Return the share 0..1 of a stretch of the rule that is printed."""
        margin = min(1.5 * self.points, (end - start) / 5)
        along = np.arange(int(np.ceil(start + margin)), int(end - margin) + 1)
        along = along[(along >= 0) & (along < self.response.shape[1])]
        if not len(along):
            return 0.0
        reach = max(1, round(0.55 * self.points + rule.spread))
        across = np.rint(rule.offset + rule.slope * along).astype(np.int64)
        limit = self.response.shape[0] - 1
        best = behind = 0.0
        for shift in range(-reach, reach + 1):
            place = np.clip(across + shift, 0, limit), along
            best = max(best, self._share(self.response[place] > _PRESENT * rule.strength, rule.strength))
            behind = max(behind, float((self.behind_text[place] > _PRESENT * rule.strength).mean()))
        if best < 0.6 and self.hidden[np.clip(across, 0, limit), along].mean() > 0.1 and behind > 0.9:
            # The rule was taken out with text that touches it, or it is only text: the lines of text will tell.
            return _BEHIND
        return best

    def _share(self, printed: NDArray[np.bool_], strength: float) -> float:
        """Return how much of a stretch is printed; beside pale rules strokes of characters count, but end early."""
        share, end = float(printed.mean()), max(2, round(0.8 * self.points))
        hangs = printed[:end].any() or printed[-end:].any()
        return share if hangs or strength > DARK else min(share, _LOOSE)


def without_text(grey: Grey, points: float, boxes: Floats) -> tuple[Grey, Grey]:
    """Return how dark the page is, 0..255, with and without the text that stands clear of rules.

    Text is what is neither thin (dots and dashes of rules) nor a long straight run.

    Parameters
    ----------
    grey
        The evened, upright page.
    points
        Pixels a point.
    boxes
        Boxes of text lines, shape ``(n, 4)``: what lies well inside one is text even where it is small.
    """
    cv2 = vision()
    # Strokes of watermarks, shades and blots are thicker than rules and text.
    thick = max(3, round(_THICKEST * 0.75 * points)) | 1
    dark = cv2.morphologyEx(255 - grey, cv2.MORPH_TOPHAT, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick, thick)))
    run = max(9, round(_RUN * points))
    text = np.zeros(dark.shape, np.uint8)
    kept = np.zeros(dark.shape, np.uint8)
    inside = _inner(boxes, dark.shape)
    # Pale rules are told from the text that touches them by darkness, so text is sought at several levels.
    for level in _LEVELS:
        ink = (dark > level).astype(np.uint8)
        straight = _straight(ink, run)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        small, large = np.minimum(stats[:, 2], stats[:, 3]), np.maximum(stats[:, 2], stats[:, 3])
        # Crosses of dashes at the meeting of two rules are thick both ways, but smaller than characters.
        written = inside[stats[:, 1] + stats[:, 3] // 2, stats[:, 0] + stats[:, 2] // 2] > 0
        chosen = (small > _THIN * points) & (small < 26 * points) & (written | (large > _CROSS * points))
        chosen[0] = False
        # Pieces of broken rules meet or touch characters: their straight parts stay, short ones beside long ones only.
        ruled = np.bincount(labels[straight > 0], minlength=len(stats)) > 0
        stubs = _straight(ink, max(5, round(_STUB * points))) & ruled[labels].astype(np.uint8)
        kept |= straight | stubs
        text |= chosen[labels].astype(np.uint8) & (1 - (straight | stubs))
    halo = max(3, round(1.2 * points)) | 1
    mask = cv2.dilate(text, np.ones((halo, halo), np.uint8))
    bare = np.where((mask > 0) & (kept == 0), 0, dark).astype(np.uint8)
    return dark, bare


def _inner(boxes: Floats, shape: tuple[int, ...]) -> Grey:
    """Mark the inner part of lines of text."""
    mask = np.zeros(shape, np.uint8)
    for x0, y0, x1, y1 in boxes.tolist():
        edge = 0.15 * (y1 - y0)
        mask[int(y0 + edge) : int(y1 - edge), int(x0 + edge) : int(x1 - edge)] = 1
    return mask


def _straight(ink: Grey, run: int) -> Grey:
    """Mark long straight runs of ink."""
    cv2 = vision()
    lying: Grey = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    standing: Grey = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((run, 1), np.uint8))
    return lying | standing


def find_rules(whole: Grey, bare: Grey, points: float, noise: float, *, vertical: bool) -> RuleSet:
    """Find the rules of one direction.

    Parameters
    ----------
    whole, bare
        Upright page with and without text, as :func:`without_text` returns it.
    points
        Pixels a point.
    noise
        Standard deviation of the paper.
    vertical
        Whether vertical rules are wanted; the page is transposed then, so that rules run along axis 1.
    """
    if vertical:
        whole, bare = np.ascontiguousarray(whole.T), np.ascontiguousarray(bare.T)
    along = max(5, round(_ALONG * points)) | 1
    response = _averaged(bare, along, points)
    faint = max(_FAINTEST, 5 * noise / np.sqrt(along) + 4)
    shortest = round((_SHORTEST if vertical else 2 * _SHORTEST) * points)
    # Twice: remains of text are chained into long pieces only where they are much fainter than the rules.
    for _ in range(2):
        pieces = _pieces(response, faint, shortest, points)
        measured, usual = _strong(_measured(pieces, response, shortest, points), points)
        faint = max(faint, _TAIL * usual)
    return RuleSet(
        pieces=tuple(measured), response=response, mask=pieces, points=points,
        behind_text=_averaged(whole, along, points), hidden=(whole > bare).astype(np.uint8),
    )  # fmt: skip


def _averaged(dark: Grey, along: int, points: float) -> Grey:
    cv2 = vision()
    across = max(5, round(_THICKEST * points)) | 1
    smooth = cv2.blur(dark, (along, 1), borderType=cv2.BORDER_REPLICATE)
    response = cv2.morphologyEx(smooth, cv2.MORPH_TOPHAT, np.ones((across, 1), np.uint8))
    # Double rules and rules between two rows of pixels are one.
    closed: Grey = cv2.morphologyEx(response, cv2.MORPH_CLOSE, np.ones((max(2, round(0.8 * points)), 1), np.uint8))
    return closed


def _measured(pieces: Grey, response: Grey, shortest: int, points: float) -> list[Rule]:
    """Return each connected piece as a short rule."""
    cv2 = vision()
    _, labels, stats, _ = cv2.connectedComponentsWithStats(pieces, connectivity=8)
    found = []
    for index, (x, y, wide, high, _) in enumerate(stats.tolist()[1:], start=1):
        # A slanted or wavy rule may drift by a few pixels; a blot is as high as it is wide.
        if wide < shortest or high > max(3 * _THICKEST * points, 6):
            continue
        window = slice(y, y + high), slice(x, x + wide)
        values = np.where(labels[window] == index, response[window], 0).astype(np.float32)
        peak = values.max(axis=0)
        strength = float(np.median(peak))
        # The average reaches beyond the end of a piece; at the end itself it is half.
        solid = np.flatnonzero(peak > 0.5 * strength)
        head, tail = int(solid[0]), int(solid[-1]) + 1
        if tail - head < shortest:
            continue
        values, x = values[:, head:tail], x + head
        wide = tail - head
        thick = float((values > strength * 0.5).sum(axis=0).mean())
        if thick > _THICKEST * points + 1:
            continue
        weight = values.sum(axis=0)
        centre = (values * np.arange(high, dtype=np.float32)[:, None]).sum(axis=0) / np.maximum(weight, 1e-6) + y
        places = np.arange(x, x + wide)
        offset, slope = _fitted(places.astype(np.float64), centre.astype(np.float64))
        found.append(Rule(offset, slope, float(x), float(x + wide), strength, float(wide)))
    return found


def _pieces(response: Grey, faint: float, shortest: int, points: float) -> Grey:
    cv2 = vision()
    mask = (response > faint).astype(np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, max(3, round(_GAP * points))), np.uint8))
    pieces: Grey = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    return pieces


def _strong(pieces: list[Rule], points: float) -> tuple[list[Rule], float]:
    """Drop what is much fainter than the long rules of the page; return also how dark those usually are."""
    long = [piece for piece in pieces if piece.length > 45 * points]
    if not long:
        return pieces, 0.0
    lengths = np.array([piece.length for piece in long])
    strengths = np.array([piece.strength for piece in long])
    order = np.argsort(strengths)
    usual = float(strengths[order][np.searchsorted(np.cumsum(lengths[order]), lengths.sum() * 0.3)])
    kept = [piece for piece in pieces if piece.strength > (0.45 if piece.length > 45 * points else 0.7) * usual]
    return kept, usual


def _fitted(places: Floats, centres: Floats) -> tuple[float, float]:
    middle = float(places.mean())
    spread = float(np.square(places - middle).sum())
    if len(places) < 40:
        return float(np.median(centres)), 0.0
    slope = float(((places - middle) * (centres - centres.mean())).sum() / spread)
    slope = float(np.clip(slope, -0.02, 0.02))
    return float(np.median(centres - slope * places)), slope


def joined(pieces: Sequence[Rule], points: float) -> list[Rule]:
    """Join the pieces that lie on one line, longest first."""
    groups: list[list[Rule]] = []
    for piece in sorted(pieces, key=lambda rule: -rule.length):
        middle = (piece.first + piece.last) / 2
        best, gap = None, _SAME * points
        for group in groups:
            distance = abs(group[0].at(middle) - piece.at(middle))
            if distance < gap:
                best, gap = group, distance
        if best is None:
            groups.append([piece])
        else:
            best.append(piece)
    return sorted((_one(group) for group in groups), key=lambda rule: rule.at((rule.first + rule.last) / 2))


def _one(group: list[Rule]) -> Rule:
    if len(group) == 1:
        return group[0]
    length = sum(piece.length for piece in group)
    places = np.array([place for piece in group for place in np.linspace(piece.first, piece.last, 8)])
    centres = np.array([piece.at(p) for piece in group for p in np.linspace(piece.first, piece.last, 8)])
    weights = np.repeat([piece.length for piece in group], 8)
    middle = float(np.average(places, weights=weights))
    spread = float((weights * np.square(places - middle)).sum())
    mean = float(np.average(centres, weights=weights))
    slope = float((weights * (places - middle) * (centres - mean)).sum() / spread) if spread else 0.0
    slope = float(np.clip(slope, -0.02, 0.02))
    strength = float(np.average([piece.strength for piece in group], weights=[piece.length for piece in group]))
    first, last = min(piece.first for piece in group), max(piece.last for piece in group)
    offset = mean - slope * middle
    spread_off = float(np.sqrt(np.average(np.square(centres - offset - slope * places), weights=weights)))
    return Rule(offset, slope, first, last, strength, length, spread_off)
