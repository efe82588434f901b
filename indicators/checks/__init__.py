"""The questions that can be asked of a form, by family of question.

Importing this package imports every module beside this one: what is decorated with ``check`` is then known in
:data:`indicators.checks.base.CHECKS`. A new module is found without being named anywhere.
"""

from importlib import import_module
from pkgutil import iter_modules

from .base import CHECKS, Check, Context, Hit, Lexicon, NotApplicable, check, plain

__all__ = ["CHECKS", "Check", "Context", "Hit", "Lexicon", "NotApplicable", "check", "plain"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
