"""Rules are looked up by their height: what is found is what a look at each of them finds."""

from __future__ import annotations

from itertools import product

from indicators.grid.rows import Walls


def test_a_rule_between_two_heights_is_found_as_by_looking_at_each() -> None:
    rules = ((1.0, 0, 10), (2.0, 0, 4), (2.0, 6, 10), (3.5, 0, 10))
    walls = Walls(rules)
    for upper, lower, x in product((0.5, 1.0, 1.5, 2.0, 3.0, 4.0), (1.0, 2.0, 2.5, 3.5, 5.0), (0.0, 4.6, 5.0, 9.0)):
        found = any(upper < y < lower and x0 - 0.5 <= x <= x1 + 0.5 for y, x0, x1 in rules)
        assert walls.between(upper, lower, x) == found
