"""What is documented exists, and what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.generated import stale
from indicators.config import _KEYS, load_config

ROOT = Path(__file__).resolve().parent.parent


def test_generated_pages_are_current() -> None:
    assert stale() == []


def test_every_key_of_the_settings_is_documented_and_the_example_loads(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "configuration.zh-CN.md").read_text(encoding="utf-8")
    for key in _KEYS:
        assert re.search(rf"(?m)^(?:{key} = |\[{{1,2}}{key}\b)", page), key
    example = page.split("```toml\n")[1].split("```")[0]
    (tmp_path / "本地规则").mkdir()
    (tmp_path / "indicators.toml").write_text(example, encoding="utf-8")
    settings = load_config(tmp_path / "indicators.toml")
    assert settings.accepted[0].reason == "上级文件统一规定的表述"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_python_block_of_the_readme_runs(name: str, monkeypatch: pytest.MonkeyPatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(ROOT)
    block = (ROOT / name).read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    exec(compile(block, name, "exec"), {})
    assert "云溪河青石镇段防洪治理工程" in capsys.readouterr().out


def test_both_readmes_show_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return [
            line.split("#")[0].strip()
            for line in text.splitlines()
            if line.startswith(("indicators ", "make ", "py ", ".venv"))
        ]

    assert commands("README.md") == commands("README.zh-CN.md")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/configuration.zh-CN.md"])
def test_links_to_files_hold(name: str) -> None:
    path = ROOT / name
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
