"""What one document's forms have in common: drawn wordings, and how values and amounts are printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from tests.layouts.content import SOURCES, Target, Value
from tests.layouts.draw import Draw
from tests.layouts.words import EXTRA_HEADS, OPERATOR_HEADS, UNIT_HEADS, Labels

UNITS = {"元": 1, "千元": 1000, "万元": 10000, "亿元": 100000000}
WORDS = {"≥": "大于等于", "≤": "小于等于", "=": "等于"}
SPOKEN = {"≥": "不低于", "≤": "不超过", "=": ""}
#: A scheme: label and the sources it adds up; one source of the records or none.
SCHEMES: dict[str, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "财政/其他": (("财政拨款", ("central", "provincial", "local"), ""), ("其他资金", ("self", "other"), "other")),
    "中央省市县其他": (
        ("中央资金", ("central",), "central"), ("省级资金", ("provincial",), "provincial"),
        ("市县资金", ("local",), "local"), ("其他资金", ("self", "other"), "other"),
    ),
    "总额": (),
    "中央省市县自筹其他": (
        ("中央财政资金", ("central",), "central"), ("省级财政资金", ("provincial",), "provincial"),
        ("市县（区）财政资金", ("local",), "local"), ("单位自筹", ("self",), "self"), ("其他资金", ("other",), "other"),
    ),
    "财政/自筹/其他": (
        ("财政拨款", ("central", "provincial", "local"), ""), ("自筹资金", ("self",), "self"), ("其他资金", ("other",), "other"),
    ),
    "预算种类": (
        ("一般公共预算", ("central", "provincial", "local"), ""), ("政府性基金预算", (), ""), ("其他资金", ("self", "other"), "other"),
    ),
}  # fmt: skip


@dataclass(slots=True)
class Style:
    """Wordings and ways of printing drawn once a document.

    ``tight`` formats (one blank, glued, one cell a line without empty cells) cannot show an empty cell and blur
    neighbours: what nobody could read back is not drawn for them.
    """

    draw: Draw
    format: str
    family: str
    year: int
    tight: bool = field(init=False)
    breaks: bool = field(init=False)
    blurred: bool = field(init=False)
    labels: Labels = field(init=False)
    split: str = field(init=False)
    split_order: str = field(init=False)
    value_style: str = field(init=False)
    unit_in_name: bool = field(init=False)
    operator_words: bool = field(init=False)
    qualitative: str = field(init=False)
    extras: list[str] = field(init=False)
    extra_place: str = field(init=False)
    money_unit: str = field(init=False)
    zero: str = field(init=False)
    comma: bool = field(init=False)
    cost: str = field(init=False)
    under_benefit: bool = field(init=False)
    levels: str = field(init=False)
    empty: bool = field(init=False)
    shuffled: bool = field(init=False)

    def __post_init__(self) -> None:
        draw = self.draw
        self.tight = self.format in ("blanks", "glued", "lines")
        self.breaks = self.format in (
            "html",
            "docx",
            "xlsx",
            "pdf",
            "lines",
            "bars-breaks",
            "pdf-horizontal",
            "pdf-none",
        )
        self.blurred = blurred = self.format in ("blanks", "glued")
        self.labels = Labels(draw, self.breaks, blurred)
        self.split = (
            "joined"
            if blurred or self.family in ("tree", "list_cell")
            else draw.pick("split", ("joined",), ("op_unit", "unit", "op"))
        )
        self.split_order = draw.pick(
            "split.order", ("op value unit",), ("unit op value", "value unit op", "op unit value")
        )
        if self.family == "no_levels":
            self.split, self.split_order = (
                "op_unit",
                draw.pick("split.order.no_levels", ("unit op value",), ("op value unit",)),
            )
        self.value_style = draw.pick("value.style", ("symbol", "bare"), ("spoken", "paren", "words"))
        if self.format == "glued":
            self.value_style = "symbol"
        self.unit_in_name = self.split == "joined" and draw.pick("value.unit", ("value",), ("name",)) == "name"
        self.operator_words = draw.pick("split.operator", ("symbols",), ("words",)) == "words"
        self.qualitative = (
            draw.pick("split.qualitative", ("定性", "blank"), ("文字描述",)) if not self.tight else "定性"
        )
        self.extras = [] if blurred or (self.family == "shared" and self.format == "lines") else self._extras()
        self.extra_place = draw.pick("extra.place", ("end",), ("before value", "after level 2")).strip()
        self.money_unit = draw.pick("money.unit", ("万元", "元"), ("千元", "亿元"))
        self.zero = draw.pick("money.zero", ("0", "0.00"), ("blank", "—")) if not self.tight else "0"
        self.comma = draw.pick("money.comma", ("no", "yes")) == "yes"
        self.cost = draw.pick("cost", ("old", "first"), ("last", "absent"))
        self.under_benefit = draw.pick("satisfaction.place", ("own",), ("under benefit",)) == "under benefit"
        self.under_benefit = self.under_benefit and self.family not in ("l1_only", "no_levels")
        self.levels = draw.pick("levels.cells", ("span",), ("repeat", "blank")).strip()
        self.shuffled = (
            self.family == "list_rows" and draw.pick("list.rows", ("in order",), ("shuffled",)) == "shuffled"
        )
        self.empty = not self.tight and draw.flag("empty slots", 0.4)

    def _extras(self) -> list[str]:
        names = list(EXTRA_HEADS)
        if self.format == "lines":  # without empty cells only what every row prints
            names = ["points", "meaning", "standard", "source", "office", "direction"]
        wish = self.draw.pick("extra.count", ("0", "1"), ("2", "3"))
        if self.family in ("pairs", "no_levels"):
            wish = "0"
        return self.draw.random.sample(names, int(wish))

    def extra_head(self, kind: str) -> str:
        return self.draw.pick(f"extra.{kind}", *EXTRA_HEADS[kind]).replace("{p}", str(self.year - 1))

    def operator_head(self) -> str:
        return self.draw.pick("head.operator", *OPERATOR_HEADS)

    def unit_head(self) -> str:
        return self.draw.pick("head.unit", *UNIT_HEADS)

    def targets(self, targets: list[Target]) -> list[Target]:
        """Return the indicators in the drawn order and cost scheme."""
        if self.format == "glued":  # quantities are the only seam between name and value
            targets = [target for target in targets if target.annual.number]
        if self.shuffled:
            targets = self.draw.random.sample(targets, len(targets))
        found = [target for target in targets if target.code != "C"]
        cost = [target for target in targets if target.code == "C"]
        if self.cost == "old":
            return list(targets)
        moved = [Target("C1", t.name, t.annual, t.lifetime, t.last) for t in cost]
        return {"first": moved + found, "last": found + moved, "absent": found}[self.cost]

    def name(self, target: Target, value: Value) -> str:
        return f"{target.name}（{value.unit}）" if self.unit_in_name and value.unit and target.name else target.name

    def parts(self, value: Value) -> tuple[dict[str, str], str]:
        """Return the printed cells ``op``, ``value`` and ``unit``, and the value they state together."""
        if value.empty:
            return {"op": "", "value": "", "unit": ""}, ""
        if not value.number:
            return {
                "op": {"blank": ""}.get(self.qualitative, self.qualitative),
                "value": value.words,
                "unit": "",
            }, value.words
        cells = {"op": "", "value": value.number, "unit": value.unit}
        if self.split in ("op", "op_unit"):
            cells["op"] = WORDS[value.operator] if self.operator_words else value.operator
            number = value.number if self.split == "op_unit" else value.number + value.unit
            return {**cells, "value": number}, f"{value.operator}{value.number}{value.unit}"
        unit = "" if self.unit_in_name else value.unit
        if self.split == "unit":
            cells["value"] = self._with_operator(value, "")
            return cells, cells["value"] + value.unit
        if self.value_style == "paren" and unit:
            unit = f"（{unit}）"
        cells["value"] = self._with_operator(value, unit)
        return cells, cells["value"]

    def _with_operator(self, value: Value, unit: str) -> str:
        sign = {"bare": "", "spoken": SPOKEN[value.operator], "words": WORDS[value.operator]}.get(
            self.value_style, value.operator
        )
        return f"{sign}{value.number}{unit}"

    def money(self, amount: Decimal) -> tuple[str, float | None]:
        """Return an amount as printed (in the unit of the document) and as recorded."""
        if not amount:
            printed = "" if self.zero == "blank" else self.zero
            return printed, None if self.zero in ("blank", "—") else 0
        number = amount / UNITS[self.money_unit]
        text = f"{number:,.2f}" if self.comma else f"{number.normalize():f}"
        return text, float(number)


def total(funds: dict[str, Decimal]) -> Decimal:
    return sum((funds[source] for source in SOURCES), Decimal(0))
