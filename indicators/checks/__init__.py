"""The questions that can be asked of a form, by family of question.

Importing this package registers every check in :data:`indicators.checks.base.CHECKS`.
"""

from . import (
    consistency,
    consistency_counts,
    consistency_heading,
    duplication,
    duplication_texts,
    funds,
    funds_costs,
    privacy,
    structure,
    timing,
    tool,
    totals,
    units,
    units_category,
    units_fit,
    values,
    values_goals,
    values_pseudo,
    values_rates,
    values_wording,
)
from .base import CHECKS, Check, Context, Hit, Lexicon, NotApplicable, check, plain

__all__ = [
    "CHECKS",
    "Check",
    "Context",
    "Hit",
    "Lexicon",
    "NotApplicable",
    "check",
    "consistency",
    "consistency_counts",
    "consistency_heading",
    "duplication",
    "duplication_texts",
    "funds",
    "funds_costs",
    "plain",
    "privacy",
    "structure",
    "timing",
    "tool",
    "totals",
    "units",
    "units_category",
    "units_fit",
    "values",
    "values_goals",
    "values_pseudo",
    "values_rates",
    "values_wording",
]
