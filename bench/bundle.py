"""Packs what a Windows machine without network needs: ``make bundle`` writes ``dist/indicators-VERSION-win-amd64.zip``.

``python -m bench.bundle [--python FILE]`` builds the wheel, fetches the wheels of all libraries for Windows, adds the
scripts an office clicks on, and checks what it packed: every requirement is met on Windows, every wheel is for that
platform, every module compiles. ``--python`` takes Python for Windows as a zip or as the package ``python`` of NuGet;
without it the office needs Python 3.11 installed. Nothing of this was run on Windows.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from indicators import __version__

ROOT = Path(__file__).resolve().parent.parent
NAME = "jixiao-indicators"
EXTRAS = ("ocr", "review")
PYTHON = "3.11"
#: What markers of requirements are held against. pip holds them against the machine it runs on, whatever the platform
#: asked for, so what is only needed on Windows (colorama, tzdata) has to be found out here.
WINDOWS = {
    "implementation_name": "cpython", "implementation_version": f"{PYTHON}.9", "os_name": "nt",
    "platform_machine": "AMD64", "platform_python_implementation": "CPython", "platform_release": "10",
    "platform_system": "Windows", "platform_version": "10.0", "python_full_version": f"{PYTHON}.9",
    "python_version": PYTHON, "sys_platform": "win32",
}  # fmt: skip
_DIGITS = PYTHON.replace(".", "")
#: Every date in the archive: the same wheels give the same bytes.
_NO_TIME = (2026, 1, 1, 0, 0, 0)
HOME = r"%LOCALAPPDATA%\indicators"
#: What the right click is offered on.
ENDINGS = (".pdf", ".docx", ".doc", ".wps", ".xlsx", ".xls", ".et")

INSTALL = rf"""@echo off
setlocal
cd /d "%~dp0"
set "HOME={HOME}"
set "PY="
if exist "%~dp0python\python.exe" (
  echo 正在复制 Python……
  xcopy /e /i /q /y "%~dp0python" "%HOME%\python" >nul || goto :fail
  set PY="%HOME%\python\python.exe"
)
if not defined PY (
  py -{PYTHON} -c "" >nul 2>nul && set "PY=py -{PYTHON}"
)
if not defined PY (
  echo 没有找到 Python {PYTHON}。请先安装 Python {PYTHON}（64 位），再双击本文件。
  goto :fail
)
echo 正在安装，约需两三分钟，不联网……
%PY% -m venv "%HOME%\venv" || goto :fail
"%HOME%\venv\Scripts\python.exe" -m pip install --no-index --find-links "%~dp0wheels" --disable-pip-version-check --quiet "{NAME}[{",".join(EXTRAS)}]=={__version__}" || goto :fail
copy /y "%~dp0右键初审.bat" "%HOME%\" >nul || goto :fail
"%HOME%\venv\Scripts\indicators.exe" doctor
echo.
echo 装好了。双击“启动审核页.bat”开始；双击“右键菜单-添加.reg”可在文件上右键“绩效初审”。
pause
exit /b 0
:fail
echo.
echo 没有装好。请把上面的文字截图发给维护者。
pause
exit /b 1
"""
REVIEW = rf"""@echo off
if not exist "{HOME}\venv\Scripts\indicators.exe" (
  echo 还没有安装，请先双击“安装.bat”。
  pause
  exit /b 1
)
echo 审核页会在浏览器里打开。用完请关闭本窗口。
"{HOME}\venv\Scripts\indicators.exe" review
if errorlevel 1 pause
"""
CHECK = rf"""@echo off
rem 右键“绩效初审”：结果写在文件旁边，名称后加“（初审）”，并打开。
setlocal
set "OUT=%~dpn1（初审）.html"
"{HOME}\venv\Scripts\indicators.exe" check "%~1" -o "%OUT%" --exit-zero
if errorlevel 1 (
  pause
  exit /b 1
)
start "" "%OUT%"
"""
README = f"""绩效目标初审 {__version__}（Windows 64 位，离线）

1. 把整个文件夹解压到本机（不要在压缩包里直接运行）。
2. 双击“安装.bat”。不联网，不需要管理员权限，装在 {HOME}。
3. 双击“启动审核页.bat”，在浏览器里拖入文件。
4. 想在文件上右键“绩效初审”，双击“右键菜单-添加.reg”；不要了，双击“右键菜单-取消.reg”。

卸载：先取消右键菜单，再删除文件夹 {HOME}。
核对文件是否完整：SHA256SUMS.txt 里有每个文件的摘要（certutil -hashfile 文件 SHA256）。
"""


def requirements(wheel: Path) -> tuple[str, Version, list[Requirement]]:
    """Return name, version and requirements of a wheel, as it states them."""
    name, version, _, _ = parse_wheel_filename(wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        path = next(item for item in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", item))
        metadata = HeaderParser().parsestr(archive.read(path).decode("utf-8"))
    return name, version, [Requirement(text) for text in metadata.get_all("Requires-Dist") or ()]


def unmet(wheels: Iterable[Path], root: str, extras: Iterable[str]) -> list[Requirement]:
    """Return what is needed on Windows and not there, or there in another version; in order of name.

    Parameters
    ----------
    root, extras
        The package that is installed, with its extras.
    """
    known = {name: (version, needed) for name, version, needed in map(requirements, wheels)}
    missing: dict[str, Requirement] = {}
    left, seen = [(canonicalize_name(root), extra) for extra in ("", *extras)], set()
    while left:
        name, extra = left.pop()
        if (name, extra) in seen or name not in known:
            continue
        seen.add((name, extra))
        for need in known[name][1]:
            if need.marker is not None and not need.marker.evaluate({**WINDOWS, "extra": extra}):
                continue
            target = canonicalize_name(need.name)
            if target not in known or not need.specifier.contains(known[target][0], prereleases=True):
                missing[str(need)] = need
            left += [(target, item) for item in ("", *need.extras)]
    return [missing[key] for key in sorted(missing)]


def foreign(wheels: Iterable[Path]) -> list[str]:
    """Return the wheels that CPython for Windows cannot install."""
    platforms = ("any", "win_amd64")

    def fits(tag: Tag) -> bool:
        abis = (f"cp{_DIGITS}", "abi3", "none")
        python = tag.interpreter in ("py3", "py2.py3", f"py{_DIGITS}") or (
            tag.interpreter == f"cp{_DIGITS}"
            or (tag.abi == "abi3" and re.fullmatch(r"cp3\d+", tag.interpreter) and int(tag.interpreter[3:]) <= 11)
        )
        return bool(python) and tag.abi in abis and tag.platform in platforms

    return [path.name for path in wheels if not any(fits(tag) for tag in parse_wheel_filename(path.name)[3])]


def broken(wheels: Iterable[Path]) -> Iterator[str]:
    """Yield the files of the wheels that are damaged, or are no Python of the version the office runs."""
    for path in wheels:
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
            if bad:
                yield f"{path.name}: {bad}"
            for name in archive.namelist():
                # Files of later versions lie in some wheels beside those that are used.
                if name.endswith(".py") and "/tests/" not in name and not re.search(r"_py3?1[2-9]", name):
                    try:
                        compile(archive.read(name), name, "exec", dont_inherit=True)
                    except (SyntaxError, ValueError) as error:
                        yield f"{path.name}: {name}: {error}"


def registry(home: str = HOME, *, remove: bool = False) -> bytes:
    """Return the file that offers 绩效初审 on a right click, or takes it away again.

    The command holds a variable, so its type is that of texts to be expanded, written as bytes.
    """
    keys = [rf"SystemFileAssociations\{ending}" for ending in ENDINGS] + ["Directory"]
    lines = ["Windows Registry Editor Version 5.00", ""]
    command = rf'cmd.exe /c ""{home}\右键初审.bat" "%1""' + "\0"
    shown = ",".join(f"{byte:02x}" for byte in command.encode("utf-16-le"))
    for key in keys:
        path = rf"HKEY_CURRENT_USER\Software\Classes\{key}\shell\indicators"
        if remove:
            lines += [f"[-{path}]", ""]
        else:
            lines += [f"[{path}]", '@="绩效初审"', "", rf"[{path}\command]", f"@=hex(2):{shown}", ""]
    return b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le")


def scripts() -> dict[str, bytes]:
    """Return the files an office clicks on; batch files in the code page of Chinese Windows."""
    texts = {"安装.bat": INSTALL, "启动审核页.bat": REVIEW, "右键初审.bat": CHECK}
    made = {name: text.replace("\n", "\r\n").encode("gbk") for name, text in texts.items()}
    made["说明.txt"] = b"\xef\xbb\xbf" + README.replace("\n", "\r\n").encode()
    made["右键菜单-添加.reg"] = registry()
    made["右键菜单-取消.reg"] = registry(remove=True)
    return made


def packed(target: Path, wheels: Iterable[Path], python: Path | None = None) -> None:
    """Write the archive with its checksums."""
    contents: dict[str, bytes] = dict(scripts())
    contents |= {f"wheels/{path.name}": path.read_bytes() for path in wheels}
    if python is not None:
        contents |= _of_python(python)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\r\n" for name, data in sorted(contents.items()))
    contents["SHA256SUMS.txt"] = b"\xef\xbb\xbf" + sums.encode()
    folder = target.stem
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(contents.items()):
            stored = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            info = zipfile.ZipInfo(f"{folder}/{name}", _NO_TIME)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, stored)


def _of_python(path: Path) -> Mapping[str, bytes]:
    """Return Python for Windows out of a zip, or out of the package of NuGet, which has it in ``tools``."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        home = next((name[: -len("python.exe")] for name in names if name.endswith("python.exe")), None)
        if home is None:
            raise SystemExit(f"{path}: no python.exe in it")
        return {f"python/{name[len(home) :]}": archive.read(name) for name in names if name.startswith(home)}


def _run(*arguments: str) -> None:
    print("+", " ".join(arguments), flush=True)
    subprocess.run(arguments, check=True)


def fetched(folder: Path) -> list[Path]:
    """Build our wheel and fetch all others into a folder."""
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    lock = str(ROOT / "requirements.lock")
    # jieba comes as source only; its wheel is the same on every platform.
    _run(*pip, "wheel", "--quiet", "--no-deps", "--constraint", lock, "--wheel-dir", str(folder), "jieba")
    get = (
        *pip, "download", "--quiet", "--dest", str(folder), "--find-links", str(folder), "--constraint", lock,
        "--platform", "win_amd64", "--implementation", "cp", "--python-version", PYTHON, "--only-binary", ":all:",
    )  # fmt: skip
    _run(*get, f"{NAME}[{','.join(EXTRAS)}]=={__version__}")
    for _ in range(9):
        missing = unmet(sorted(folder.glob("*.whl")), NAME, EXTRAS)
        if not missing:
            break
        _run(*get, *(f"{need.name}{need.specifier}" for need in missing))
    return sorted(folder.glob("*.whl"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", type=Path, help="Python for Windows: a zip, or the package of NuGet")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        wheels = fetched(Path(name))
        faults = [f"unmet: {need}" for need in unmet(wheels, NAME, EXTRAS)]
        faults += [f"not for Windows: {item}" for item in foreign(wheels)] + [
            f"broken: {item}" for item in broken(wheels)
        ]
        if faults:
            print("\n".join(faults))
            return 1
        given.out.mkdir(exist_ok=True)
        target = given.out / f"indicators-{__version__}-win-amd64.zip"
        packed(target, wheels, given.python)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    target.with_suffix(".zip.sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    print(f"{target}: {len(wheels)} wheels, {target.stat().st_size / 1e6:.0f} MB, sha256 {digest}")
    print("every requirement is met on Windows; nothing was run on Windows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
