"""What every test may use: the faultless document and patches of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indicators.cases import Scene, build
from indicators.catalogue import RuleSet, builtin_rules
from indicators.records import Extraction, Form


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    return builtin_rules()


@pytest.fixture
def patched() -> Callable[..., Scene]:
    """Return the faultless document with a patch (see indicators/cases.py)."""

    def make(**patch: Any) -> Scene:
        return build(patch)

    return make


@pytest.fixture
def document() -> Extraction:
    return build({}).extraction


@pytest.fixture
def form(document: Extraction) -> Form:
    return document.forms[0]
