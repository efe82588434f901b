"""The two real documents against the hand-read records (only where the shared folder is there)."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from indicators.pipeline import extract_file
from indicators.serialize import records_dict

SHARED = Path(__file__).resolve().parents[3] / "shared"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (SHARED / "gold").is_dir(), reason="../shared is not here"),
]
FLOORS = {"indicators": 1.0, "empty": 1.0, "fields": 1.0, "funds": 1.0}


def scorer():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("score_extraction", SHARED / "tools" / "score_extraction.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("number", ["001", "003"])
def test_records_equal_the_gold_records(number: str, capsys, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    seed = next((SHARED / "seeds").glob(f"{number}_*.txt"))
    out = tmp_path / "out.json"
    out.write_text(json.dumps(records_dict([(str(seed), extract_file(seed))]), ensure_ascii=False), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["score", str(SHARED / "gold" / f"{number}.jsonl"), str(out), "--show", "20"])
    scorer().main()
    printed = capsys.readouterr().out
    assert "indicators: F1 1.0000" in printed, printed
    assert "empty slots: F1 1.0000" in printed, printed
    for name in ("fields", "funds", "goals"):
        assert any(line.startswith(name) and line.endswith("= 1.0000") for line in printed.splitlines()), printed


@pytest.mark.parametrize(
    "path", sorted((SHARED / "pdfs").glob("*.pdf")) if SHARED.is_dir() else [], ids=lambda p: p.stem
)
def test_real_budgets_without_a_form_yield_none(path: Path) -> None:
    assert extract_file(path).forms == ()
