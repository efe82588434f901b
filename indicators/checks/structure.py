"""Is everything there that a form must print (family S)."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.records import Form, Indicator

from .base import Hit, Lexicon, NotApplicable, check, plain

__all__ = ["category_filled", "filled"]


def filled(form: Form, horizon: str) -> dict[str, list[Indicator]]:
    """Return the indicators of a side that have a name and a value, by 二级指标."""
    groups: dict[str, list[Indicator]] = {}
    for item in form.side(horizon):
        if item.name and item.value:
            groups.setdefault(item.level2, []).append(item)
    return groups


@check(scope="form")
def category_filled(
    form: Form, *, categories: tuple[str, ...], every_side: bool = False, demanding: Lexicon | None = None
) -> Iterator[Hit]:
    """Ask for a filled indicator in one of some categories.

    Parameters
    ----------
    categories
        Canonical 二级指标; one filled indicator in any of them is enough.
    every_side
        Whether each side needs one, or one side is enough.
    demanding
        Words of a project name that make the lack graver (variant ``demanding``).

    Yields
    ------
    Hit
        At the empty slot if one is printed, else at the form; with ``missing`` (the category) and ``side``.
    """
    sides = [side for side in form.sides if filled(form, side)]
    if not sides:
        # A side without any indicator is another fault (S101, S118).
        raise NotApplicable
    lacking = [side for side in sides if not any(category in filled(form, side) for category in categories)]
    if not lacking or (not every_side and len(lacking) < len(sides)):
        return
    grave = demanding is not None and bool(demanding.find(plain(form.project_name)))
    slot = next((item for item in form.indicators if item.horizon in lacking and item.level2 in categories), None)
    yield Hit(
        slot or form,
        {"missing": categories[0], "side": "、".join("年度" if side == "annual" else "实施期" for side in lacking)},
        variant="demanding" if grave else "",
        subject=f"indicators.{categories[0]}",
        form=form,
        key=categories[0],
    )
