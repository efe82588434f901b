"""The cases of the bench of scans: which form, printed how, worn how.

The tuned ones were looked at while the reader was written, the untouched ones only measured; a case that is looked
at moves to the tuned ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from samples.scans import Wear

__all__ = ["BARE", "DARK", "FINE", "Case", "tuned", "untouched"]

SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
ZEN, MICRO = "WenQuanYi Zen Hei", "WenQuanYi Micro Hei"
DARK, FINE, BARE = "dark solid rules", "dashed, dotted, grey rules", "no rules or half of them lost"


@dataclass(frozen=True, slots=True)
class Case:
    group: str
    rule: str
    layout: str
    start: int
    how: Wear
    font: str = SERIF
    size: float = 9.0
    height: float = 15.0
    vary: int = 0
    shade: str = "none"
    count: int = 2

    @property
    def name(self) -> str:
        plain = Wear(dpi=self.how.dpi)
        keys = [
            key for key in Wear.__dataclass_fields__ if getattr(self.how, key) != getattr(plain, key) and key != "seed"
        ]
        changes = ",".join(f"{key}={getattr(self.how, key)}" for key in keys)
        return f"{self.rule} {self.layout} {self.how.dpi:g}dpi {changes}"


def tuned() -> list[Case]:
    wears = (
        Wear(dpi=100),
        Wear(dpi=150, angle=0.8, jpeg=60),
        Wear(dpi=200, noise=8, light=0.3),
        Wear(dpi=150, broken=0.15, stamp="ink"),
        Wear(dpi=200, watermark=205, angle=-0.5, jpeg=50),
        Wear(dpi=300, angle=0.3, blur=1.2, fade=0.4),
    )
    dark = [
        Case(DARK, rule, layout, 0, how)
        for rule, layout in (("solid", "two"), ("thin", "one"), ("thick", "two"), ("double", "one"))
        for how in wears
    ]
    fine = [
        Case(FINE, rule, layout, 0, how)
        for rule, layout in (
            ("dashed", "two"),
            ("dotted", "one"),
            ("dotted", "two"),
            ("grey", "two"),
            ("greydash", "one"),
        )
        for how in wears
        if not (how.broken and rule != "dashed")
    ]
    bare = [
        Case(BARE, rule, layout, start, how)
        for rule, layout, start, how in (
            ("none", "two", 0, Wear(dpi=150)),
            ("none", "one", 2, Wear(dpi=200, angle=0.5, jpeg=60)),
            ("none", "two", 8, Wear(dpi=200, noise=6)),
            ("solid", "two", 2, Wear(dpi=150, broken=0.5, jpeg=70)),
            ("thin", "one", 0, Wear(dpi=200, broken=0.6)),
        )
    ]
    return dark + fine + bare + _seen()


def _seen() -> list[Case]:
    """Return cases that were untouched once and have been looked at since."""
    dark = [
        Case(DARK, "solid", "two", 8, Wear(dpi=130, angle=-1.1, jpeg=55, seed=5), ZEN, 8.5, 14),
        Case(DARK, "hair", "two", 10, Wear(dpi=200, noise=5, jpeg=70, seed=6), SANS, 9, 16),
        Case(DARK, "solid", "one", 12, Wear(dpi=250, stamp="seal", light=0.25, seed=7), SERIF, 10.5, 18),
        Case(DARK, "thin", "two", 14, Wear(dpi=180, watermark=215, angle=0.6, seed=8), MICRO, 9, 15),
        Case(DARK, "solid", "two", 16, Wear(dpi=300, noise=12, blur=0.8, jpeg=50, seed=9), SERIF, 8, 13),
        Case(DARK, "double", "two", 18, Wear(dpi=150, angle=2.2, jpeg=65, seed=10), SANS, 9, 15),
        Case(DARK, "blue", "one", 20, Wear(dpi=150, stamp="seal", jpeg=70, seed=11), ZEN, 10, 17),
        Case(DARK, "solid", "one", 22, Wear(dpi=110, resize=1.15, seed=12), SANS, 9.5, 16),
        Case(DARK, "thick", "one", 4, Wear(dpi=100, noise=4, jpeg=60, seed=13), MICRO, 10, 16),
        Case(DARK, "solid", "two", 24, Wear(dpi=200, broken=0.08, angle=-0.4, seed=14), SERIF, 9, 15),
        Case(DARK, "thin", "one", 26, Wear(dpi=200, quarter=1, noise=4, seed=15), SERIF, 10, 16),
        Case(DARK, "solid", "two", 6, Wear(dpi=150, quarter=2, jpeg=75, seed=16), SANS, 9, 15),
        Case(DARK, "solid", "two", 13, Wear(dpi=170, quarter=1, angle=-0.6, jpeg=70, seed=107), ZEN, 9, 15, 1061),
    ]
    fine = [
        Case(FINE, "bolddash", "two", 8, Wear(dpi=150, angle=0.7, jpeg=60, seed=21), SANS, 9, 15),
        Case(FINE, "bolddots", "one", 10, Wear(dpi=200, noise=6, seed=22), ZEN, 10, 17),
        Case(FINE, "palegrey", "two", 12, Wear(dpi=200, jpeg=70, seed=23), SERIF, 9, 15),
        Case(FINE, "greydots", "two", 14, Wear(dpi=180, angle=-0.9, jpeg=65, seed=24), MICRO, 8.5, 15),
        Case(FINE, "dotted", "two", 16, Wear(dpi=130, jpeg=70, seed=25), ZEN, 9, 15),
        Case(FINE, "dashed", "one", 18, Wear(dpi=250, light=0.3, noise=6, seed=26), SANS, 9.5, 16),
        Case(FINE, "grey", "one", 20, Wear(dpi=150, stamp="seal", angle=0.5, seed=27), SERIF, 10, 16),
        Case(FINE, "greydash", "two", 22, Wear(dpi=200, watermark=215, seed=28), SANS, 9, 15),
        Case(FINE, "dotted", "one", 24, Wear(dpi=300, angle=-0.3, jpeg=60, seed=29), SERIF, 9, 15),
        Case(FINE, "dashed", "two", 4, Wear(dpi=110, seed=30), MICRO, 9, 15),
        Case(FINE, "grey", "two", 6, Wear(dpi=160, angle=2.1, jpeg=65, seed=123), ZEN, 8.5, 14, 1221, shade="#f0f0f0"),
        Case(FINE, "greydash", "one", 10, Wear(dpi=150, watermark=210, seed=124), MICRO, 10, 17, 1231),
        Case(
            FINE, "palegrey", "one", 14, Wear(dpi=240, stamp="seal", angle=-0.7, jpeg=60, seed=126), SERIF, 10, 17, 1251
        ),
        Case(FINE, "bolddash", "slim", 16, Wear(dpi=110, jpeg=80, seed=127), ZEN, 10, 18, 1261),
        Case(FINE, "dashed", "two", 20, Wear(dpi=300, noise=9, blur=0.9, jpeg=55, seed=129), MICRO, 8.5, 14, 1281),
    ]
    return dark + fine


def untouched() -> list[Case]:
    """Return cases that are only measured: other projects, numbers, fonts, rules and wear than the tuned ones."""
    dark = [
        Case(DARK, "solid", "slim", 1, Wear(dpi=160, angle=1.7, jpeg=60, noise=4, seed=101), SERIF, 10, 18, 1001),
        Case(
            DARK, "thin", "two", 3, Wear(dpi=220, angle=-2.9, jpeg=70, seed=102), SANS, 8.5, 14, 1011, shade="#e6e6e6"
        ),
        Case(DARK, "double", "slim", 5, Wear(dpi=140, light=0.35, jpeg=75, seed=103), ZEN, 10.5, 19, 1021),
        Case(DARK, "solid", "one", 7, Wear(dpi=100, jpeg=80, seed=104), SANS, 10, 17, 1031),
        Case(
            DARK,
            "thick",
            "two",
            9,
            Wear(dpi=190, stamp="ink", angle=0.9, light=0.2, jpeg=65, seed=105),
            MICRO,
            8.5,
            15,
            1041,
        ),
        Case(DARK, "hair", "one", 11, Wear(dpi=300, noise=10, blur=1.0, jpeg=55, seed=106), SERIF, 9, 16, 1051),
        Case(DARK, "solid", "slim", 15, Wear(dpi=150, quarter=3, noise=5, seed=108), MICRO, 10, 18, 1071),
        Case(DARK, "thin", "two", 17, Wear(dpi=200, quarter=2, stamp="seal", seed=109), SERIF, 8.5, 14, 1081),
        Case(DARK, "blue", "two", 19, Wear(dpi=96, resize=1.5, seed=110), SANS, 9, 15, 1091, shade="#dce6f1"),
        Case(DARK, "solid", "one", 21, Wear(dpi=144, resize=0.8, seed=111), ZEN, 10, 17, 1101, shade="#eeeeee"),
        Case(
            DARK, "midgrey", "slim", 23, Wear(dpi=200, watermark=200, angle=0.4, jpeg=60, seed=112), SERIF, 10, 18, 1111
        ),
        Case(DARK, "solid", "two", 25, Wear(dpi=200, broken=0.1, noise=6, jpeg=60, seed=113), SANS, 9, 15, 1121),
        Case(DARK, "solid", "one", 27, Wear(dpi=130, fade=0.5, light=0.2, grey=True, seed=114), MICRO, 10, 17, 1131),
        Case(DARK, "thin", "two", 0, Wear(dpi=165, quarter=1, angle=0.8, jpeg=65, seed=141), ZEN, 8, 11, 1401),
        Case(DARK, "solid", "slim", 18, Wear(dpi=125, angle=-2.2, noise=5, jpeg=70, seed=142), SERIF, 10, 18, 1411),
        Case(DARK, "double", "two", 22, Wear(dpi=250, stamp="ink", watermark=205, seed=143), SANS, 8, 12, 1421),
    ]
    fine = [
        Case(FINE, "dashed", "slim", 2, Wear(dpi=180, angle=-1.4, jpeg=60, seed=121), SANS, 10, 18, 1201),
        Case(FINE, "dotted", "two", 4, Wear(dpi=220, noise=6, jpeg=70, seed=122), SERIF, 9, 15, 1211),
        Case(FINE, "greydots", "slim", 12, Wear(dpi=200, light=0.3, jpeg=70, seed=125), SANS, 10, 18, 1241),
        Case(FINE, "bolddots", "two", 18, Wear(dpi=170, quarter=1, noise=5, seed=128), SANS, 8.5, 15, 1271),
        Case(FINE, "grey", "slim", 22, Wear(dpi=100, seed=130), SERIF, 10.5, 19, 1291),
        Case(
            FINE, "dotted", "one", 24, Wear(dpi=140, resize=1.2, jpeg=75, seed=131), SANS, 10, 17, 1301, shade="#e8eef7"
        ),
        Case(FINE, "greydash", "two", 26, Wear(dpi=200, angle=1.1, fade=0.3, seed=132), SERIF, 9, 15, 1311),
        Case(FINE, "dashed", "one", 1, Wear(dpi=200, broken=0.08, stamp="ink", jpeg=70, seed=133), ZEN, 10, 17, 1321),
        Case(FINE, "midgrey", "two", 8, Wear(dpi=120, quarter=2, jpeg=80, seed=134), MICRO, 9, 15, 1331),
        Case(FINE, "grey", "two", 15, Wear(dpi=175, angle=-1.8, jpeg=60, seed=151), ZEN, 8.5, 14, 1501, "#f0f0f0"),
        Case(FINE, "greydash", "one", 17, Wear(dpi=160, watermark=205, seed=152), MICRO, 10, 17, 1511),
        Case(
            FINE, "palegrey", "one", 19, Wear(dpi=220, stamp="ink", angle=0.9, jpeg=65, seed=153), SERIF, 10, 17, 1521
        ),
        Case(FINE, "bolddash", "slim", 21, Wear(dpi=115, jpeg=75, seed=154), ZEN, 10, 18, 1531),
        Case(FINE, "dashed", "two", 25, Wear(dpi=280, noise=8, blur=0.8, jpeg=60, seed=155), MICRO, 8.5, 14, 1541),
        Case(FINE, "dotted", "slim", 27, Wear(dpi=190, angle=2.6, light=0.3, jpeg=65, seed=156), SANS, 10, 18, 1551),
    ]
    return dark + fine
