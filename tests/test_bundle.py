"""The archive for Windows: what is missing is noticed, and the scripts say and undo what they should."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path

import pytest

from bench.bundle import CHECK, ENDINGS, INSTALL, REVIEW, broken, foreign, packed, registry, scripts, unmet


def named(folder: Path, name: str, version: str, *needs: str, tag: str = "py3-none-any", code: str = "") -> Path:
    """Return a wheel that states what it needs."""
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        lines = ["Metadata-Version: 2.1", *(f"Requires-Dist: {need}" for need in needs)]
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n")
        archive.writestr("x.py", code)
    return path


def test_what_only_windows_needs_is_noticed(tmp_path: Path) -> None:
    wheels = [
        named(tmp_path, "tool", "1.0", "click>=8", 'uvloop; sys_platform != "win32"', 'ocr; extra == "scan"'),
        named(tmp_path, "click", "8.1", 'colorama; platform_system == "Windows"'),
    ]
    assert [need.name for need in unmet(wheels, "tool", ())] == ["colorama"]
    assert [need.name for need in unmet(wheels, "tool", ("scan",))] == ["colorama", "ocr"]
    wheels.append(named(tmp_path, "colorama", "0.4.6"))
    assert unmet(wheels, "tool", ()) == []


def test_a_wrong_version_and_extras_of_extras_are_noticed(tmp_path: Path) -> None:
    wheels = [
        named(tmp_path, "tool", "1.0", "server[fast]>=2"),
        named(tmp_path, "server", "1.9", 'speedups; extra == "fast"', 'docs; extra == "docs"'),
    ]
    assert [need.name for need in unmet(wheels, "tool", ())] == ["server", "speedups"]


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("py3-none-any", True), ("py2.py3-none-any", True), ("cp311-cp311-win_amd64", True),
        ("cp39-abi3-win_amd64", True), ("py3-none-win_amd64", True), ("cp312-cp312-win_amd64", False),
        ("cp311-cp311-win32", False), ("cp311-cp311-manylinux_2_17_x86_64", False), ("cp313-abi3-win_amd64", False),
        ("cp310-cp310-win_amd64", False),
    ],
)  # fmt: skip
def test_wheels_of_other_platforms_are_noticed(tag: str, fits: bool, tmp_path: Path) -> None:
    path = named(tmp_path, "lib", "1.0", tag=tag)
    assert foreign([path]) == ([] if fits else [path.name])


def test_code_that_does_not_compile_is_noticed(tmp_path: Path) -> None:
    assert list(broken([named(tmp_path, "good", "1.0", code="x = 1\n")])) == []
    assert len(list(broken([named(tmp_path, "bad", "1.0", code="x = = 1\n")]))) == 1


def test_batch_files_are_for_chinese_windows() -> None:
    for name, data in scripts().items():
        if name.endswith(".bat"):
            text = data.decode("gbk")
            assert text.startswith("@echo off\r\n")
            assert re.search(r"(?<!\r)\n", text) is None
    for text in (INSTALL, REVIEW, CHECK):
        for label in re.findall(r"goto :(\w+)", text):
            assert re.search(rf"(?m)^:{label}$", text)
        # A variable is quoted wherever it may hold a blank.
        for line in text.splitlines():
            if "%LOCALAPPDATA%" in line:
                assert '"' in line
    assert "--no-index" in INSTALL


def test_the_right_click_can_be_taken_back() -> None:
    added, removed = (registry(remove=taken).decode("utf-16").splitlines() for taken in (False, True))
    keys = [line[1:-1] for line in added if line.startswith("[") and not line.endswith("command]")]
    assert len(keys) == len(ENDINGS) + 1
    assert [line[2:-1] for line in removed if line.startswith("[-")] == keys
    assert all(key.startswith("HKEY_CURRENT_USER\\") for key in keys)
    shown = next(line for line in added if line.startswith("@=hex(2):")).partition(":")[2]
    command = bytes(int(part, 16) for part in shown.split(",")).decode("utf-16-le")
    assert command == 'cmd.exe /c ""%LOCALAPPDATA%\\indicators\\右键初审.bat" "%1""\0'


def test_the_archive_has_its_checksums_and_is_the_same_again(tmp_path: Path) -> None:
    python = tmp_path / "python.nupkg"
    with zipfile.ZipFile(python, "w") as archive:
        archive.writestr("python.nuspec", "")
        archive.writestr("tools/python.exe", b"MZ")
        archive.writestr("tools/Lib/os.py", b"")
    wheels = [named(tmp_path, "tool", "1.0")]
    one, two = tmp_path / "a" / "x.zip", tmp_path / "b" / "x.zip"
    for path in (one, two):
        path.parent.mkdir()
        packed(path, wheels, python)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = set(archive.namelist())
        assert {
            "x/wheels/tool-1.0-py3-none-any.whl",
            "x/安装.bat",
            "x/python/python.exe",
            "x/python/Lib/os.py",
        } <= names
        assert "x/python/python.nuspec" not in names
        sums = archive.read("x/SHA256SUMS.txt").decode("utf-8-sig").splitlines()
        assert len(sums) == len(names) - 1
        for line in sums:
            digest, _, name = line.partition("  ")
            assert hashlib.sha256(archive.read(f"x/{name}")).hexdigest() == digest
