"""What is documented exists, and what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.generated import stale
from indicators import check
from indicators.catalogue import builtin_rules
from indicators.classify.corpus import REASONS
from indicators.config import _KEYS, load_config
from indicators.serialize import report_dict

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


def test_the_page_of_the_python_api_runs_from_top_to_bottom(monkeypatch: pytest.MonkeyPatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", page, re.S), start=1):
        exec(compile(block, f"api.md, block {number}", "exec"), names)
    printed = capsys.readouterr().out
    for words in ("云溪河青石镇段防洪治理工程", "保质保量", "True b'PK' b'%PDF'"):
        assert words in printed
    frame, records = names["frame"], names["table"]
    assert all(f"{column}" in page for column in frame.columns)  # type: ignore[attr-defined]
    assert len(records) == sum(not item.empty for form in names["forms"] for item in form.indicators)  # type: ignore[attr-defined,call-overload]
    assert "<table" in names["forms"]._repr_html_()  # type: ignore[attr-defined]


def test_both_readmes_show_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return [
            line.split("#")[0].strip()
            for line in text.splitlines()
            if line.startswith(("indicators ", "make ", "py ", ".venv"))
        ]

    assert commands("README.md") == commands("README.zh-CN.md")


PAGES = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md"]
PAGES += [f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))]
#: Pages that name modules and what stands in them.
BUILDERS = ["CONTRIBUTING.md", "docs/architecture.md", "docs/contract.md", "docs/domain.md", "docs/glossary.md"]
BUILDERS += ["docs/guideline.md", "docs/layouts.md"]


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as they are made of headings in plain words."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_to_files_and_headings_hold(name: str) -> None:
    path = ROOT / name
    for target, heading in re.findall(r"\]\((?!https?:|#)([^)#]+)#?([^)]*)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
        assert not heading or heading in anchors(path.parent / target), (target, heading)


@pytest.mark.parametrize("name", BUILDERS)
def test_files_and_constants_on_the_pages_for_builders_exist(name: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.S)
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "indicators").rglob("*.py"))
    for code in re.findall(r"`([^`\n]+)`", text):
        if re.fullmatch(r"[\w./-]+/[\w.-]*", code) and not re.search(r"NAME|FAMILY|CODE|SECTOR|F102", code):
            assert any((root / code).exists() for root in (ROOT, ROOT / "indicators")), code
        elif re.fullmatch(r"\w+\.py", code):
            assert list((ROOT / "indicators").rglob(code)), code
        elif re.fullmatch(r"_[A-Za-z]\w+|[A-Z][A-Z_]{3,}\d?", code):
            assert re.search(rf"\b{code}\b", source), code


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_counts_the_rules_and_links_every_page(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.search(r"\[rules/README\.md\]\(rules/README\.md\) \|\D* (\d+) ", text)[1] == str(len(builtin_rules()))  # type: ignore[index]
    for page in ("CONTRIBUTING.md", "SECURITY.md", *BUILDERS[1:]):
        assert f"]({page})" in text, page


def test_the_guideline_names_every_reason_code_at_its_level() -> None:
    page = (ROOT / "docs" / "guideline.md").read_text(encoding="utf-8")
    table = page.split("## Reason codes")[1].split("##")[0]
    rows = {
        int(level): set(re.findall(r"`([a-z-]+)`", codes)) for level, codes in re.findall(r"\| (\d) \| (.+) \|", table)
    }
    assert {code: level for level, codes in rows.items() for code in codes} == REASONS
    for level, code in re.findall(r"\| (\d) ([a-z-]+) \|", page.split("## Borderlines")[1]):
        assert REASONS[code] == int(level), code


def test_the_contract_lists_the_keys_that_are_written() -> None:
    page = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    report = report_dict(check(ROOT / "corpus" / "samples" / "云溪县水利局2025年部门预算.txt"))
    document = report["documents"][0]
    parts = [report, document, document["forms"][0], document["forms"][0]["indicators"][0], document["findings"][0]]
    for key in {key for part in [*parts, document["scores"][0]] for key in part}:
        assert f'"{key}"' in page or f"`{key}`" in page, key
