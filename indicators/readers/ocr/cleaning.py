"""A picture of a page made even: grey, upright, white paper, no stamps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.readers.ocr.vision import vision

__all__ = ["LEVEL", "Sheet", "clean", "deskewed", "levelled", "skew_of"]

Pixels = NDArray[np.uint8]
Grey = NDArray[np.uint8]

_RED = 36
_WIDEST_SKEW = 6.0
#: Darkness of strokes after levelling.
LEVEL = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An evened page.

    Parameters
    ----------
    grey
        Paper is 255, shape ``(height, width)``.
    points
        Pixels a point (dpi / 72).
    noise
        Standard deviation of the paper, in grey levels.
    stamps
        Boxes of suppressed stamps, in pixels.
    covered
        Where the ink of stamps was, 1 or 0, of the shape of ``grey``; ``None`` without stamps.
    """

    grey: Grey
    points: float
    noise: float
    stamps: tuple[tuple[int, int, int, int], ...]
    covered: Grey | None = None


def clean(pixels: Pixels, points: float) -> Sheet:
    """Turn a picture to evened grey: stamps are taken out, uneven light and faded print levelled.

    Parameters
    ----------
    pixels
        RGB of shape ``(height, width, 3)`` or grey of shape ``(height, width)``.
    points
        Pixels a point (dpi / 72).
    """
    cv2 = vision()
    stamps: list[tuple[int, int, int, int]] = []
    covered = None
    if pixels.ndim == 2:
        grey = pixels
    else:
        grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
        grey, stamps, covered = _without_stamps(pixels, grey, points)
    paper = _paper(grey, points)
    ratio = cv2.divide(grey, paper, scale=255)
    noise = _noise(ratio)
    return Sheet(grey=ratio, points=points, noise=noise, stamps=tuple(stamps), covered=covered)


def _without_stamps(
    pixels: Pixels, grey: Grey, points: float
) -> tuple[Grey, list[tuple[int, int, int, int]], Grey | None]:
    """Lighten the red of stamps. Red text stays: only blobs of the size and shape of a seal count."""
    cv2 = vision()
    red = pixels[..., 0]
    others = cv2.max(pixels[..., 1], pixels[..., 2])
    reddish = cv2.subtract(red, others) > _RED
    if reddish.mean() < 1e-4:
        return grey, [], None
    reach = max(3, int(4 * points)) | 1
    mask = cv2.morphologyEx(reddish.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    result, stamps, covered = grey.copy(), [], np.zeros_like(grey)
    for index, (x, y, wide, high, area) in enumerate(stats.tolist()[1:], start=1):
        seal = min(wide, high) > 40 * points and max(wide, high) < min(260 * points, 1.8 * min(wide, high))
        if not seal or area < 0.05 * wide * high:
            continue
        window = slice(y, y + high), slice(x, x + wide)
        # The star and the letters inside the ring belong to the seal.
        ink = (labels[window] == index) | reddish[window]
        inside = cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        # Red ink leaves the red channel bright; black print under it stays dark there.
        bare = _under_ink(red[window], reddish[window])
        result[window] = np.where(inside, np.maximum(bare, result[window]), result[window])
        covered[window] |= reddish[window].astype(np.uint8)
        stamps.append((x, y, x + wide, y + high))
    return result, stamps, covered if stamps else None


def _under_ink(red: Grey, inked: NDArray[np.bool_]) -> Grey:
    """Return what lies under the ink of a seal: a translucent picture of one fades the print under it."""
    values = red[inked]
    paper, print_ = float(np.percentile(values, 75)), float(np.percentile(values, 1))
    if paper - print_ < 30:
        return red
    stretched = 255 - (paper - red.astype(np.float32)) * (225 / (paper - print_))
    bare: Grey = np.where(inked, np.clip(stretched, 0, 255), red).astype(np.uint8)
    return bare


def _paper(grey: Grey, points: float) -> Grey:
    """Estimate the brightness of the paper everywhere, at a fraction of the resolution."""
    cv2 = vision()
    step = max(1, int(2 * points))
    small = cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    # Closing bridges text and rules (up to 10 points); shaded header cells stay part of the paper.
    wide = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    smooth = cv2.GaussianBlur(cv2.medianBlur(wide, 5), (0, 0), 4)
    paper = cv2.resize(smooth, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    bounded: Grey = np.maximum(paper, 40)
    return bounded


def _noise(ratio: Grey) -> float:
    """Return the spread of the paper: robust difference of neighbouring pixels."""
    part = ratio[::2, ::2].astype(np.int16)
    difference = np.abs(part[:, 1:] - part[:, :-1])[part[:, 1:] > 200]
    if difference.size < 100:
        return 0.0
    return float(np.median(difference)) * 1.05


def levelled(grey: Grey, dark: float) -> Grey:
    """Stretch faded print, whose strokes are ``dark`` of 255 darker than the paper, to full contrast."""
    stretched = 255 - (255 - grey.astype(np.float32)) * (LEVEL / dark)
    result: Grey = np.clip(stretched, 0, 255).astype(np.uint8)
    return result


def skew_of(grey: Grey, points: float) -> float:
    """Return the angle in degrees by which the page must be turned counter-clockwise to stand upright.

    The profile of ink over lines is sharpest at the right angle; text lines and rules both count.
    """
    cv2 = vision()
    step = max(1.0, points * 72 / 110)
    small = cv2.resize(grey, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    ink = np.clip(200 - small.astype(np.float32), 0, None)
    ys, xs = np.nonzero(ink > 20)
    if len(ys) < 200:
        return 0.0
    if len(ys) > 60_000:
        chosen = np.linspace(0, len(ys) - 1, 60_000).astype(np.int64)
        ys, xs = ys[chosen], xs[chosen]
    weight = ink[ys, xs]
    middle = xs - small.shape[1] / 2

    def sharpness(angle: float) -> float:
        shifted = ys - middle * np.tan(np.radians(angle))
        # The shift by half a pixel and the three-point mean keep whole angles from being preferred.
        profile = np.bincount((shifted + 200.5).astype(np.int64).clip(0), weights=weight)
        return float(np.square(np.convolve(profile, (0.25, 0.5, 0.25))).sum())

    best, reach = 0.0, _WIDEST_SKEW
    for pitch in (0.5, 0.1, 0.02):
        angles = np.arange(best - reach, best + reach + pitch / 2, pitch)
        best = float(max(angles, key=sharpness))
        reach = pitch
    return best


def deskewed(grey: Grey, angle: float) -> tuple[Grey, NDArray[np.float64]]:
    """Turn a page upright.

    Returns
    -------
    tuple
        The page, of the same size, and the matrix of shape ``(2, 3)`` that maps its pixels back.
    """
    cv2 = vision()
    identity = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    if abs(angle) < 0.12:
        return grey, identity
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(
        grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return turned, cv2.invertAffineTransform(matrix)
