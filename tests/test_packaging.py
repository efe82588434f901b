"""The wheel carries rules and model, holds one import name, and checks a file where there is no checkout."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    # Without isolation: the build back end of the development environment is used, nothing is downloaded.
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_has_one_top_level_name_and_its_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"indicators"}
    assert "indicators/_packs/rules/pack.toml" in names
    assert "indicators/_packs/rules/F/F101.toml" in names
    assert "indicators/_packs/models/specificity/manifest.json" in names
    for name in ("htmx.min.js", "htmx.LICENSE", "app.js", "app.css", "icon.svg"):
        assert f"indicators/review/static/{name}" in names
    assert "indicators/review/templates/form.html" in names
    assert not any(name.startswith(("corpus", "tests", "indicators/_packs/corpus")) for name in names)


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    sample = tmp_path / "预算.txt"
    from tests.forms.test_forms import FORM

    sample.write_text(FORM, encoding="utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        f"sys.path = [p for p in sys.path if p != {str(ROOT)!r}]\n"
        "import indicators\n"
        f"assert indicators.__file__.startswith({str(site)!r}), indicators.__file__\n"
        "from indicators.cli import main\n"
        f"sys.exit(main(['check', {str(sample)!r}, '--format', 'json', '--exit-zero', '--no-config', '-o', {str(tmp_path / 'out.json')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert '"specificity"' in (tmp_path / "out.json").read_text(encoding="utf-8")


def test_the_source_distribution_holds_what_its_tests_need(tmp_path: Path) -> None:
    """All that the repository tracks is in it: pages the tests read, the lock that ``make test`` installs from."""
    done = subprocess.run(
        [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as packed:
        held = {name.partition("/")[2] for name in packed.getnames()}
    folders = ("bench", "corpus", "docs", "indicators", "models", "rules", "tests")
    wanted = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    wanted |= {path for path in ROOT.iterdir() if path.suffix in (".md", ".toml", ".lock") or path.name == "Makefile"}
    names = {path.relative_to(ROOT).as_posix() for path in wanted if "__pycache__" not in path.parts}
    assert names - held == set()
