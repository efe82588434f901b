"""Legacy and foreign office formats turned into OOXML by LibreOffice, where it is installed.

The conversion runs in a folder and a user profile of its own, with macros and links to other files switched
off, under a time limit.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from indicators.errors import ReadError

__all__ = ["TIME_LIMIT", "convert", "find_office"]

TIME_LIMIT = 120.0
MAX_BYTES = 64 << 20
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
"""


def find_office() -> str | None:
    """Return the path of the LibreOffice command, ``None`` where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(data: bytes, name: str, source: str, target: str, *, time_limit: float = TIME_LIMIT) -> bytes:
    """Convert a file with LibreOffice.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name for messages.
    source
        Its usual ending, e.g. ``doc``.
    target
        ``docx`` or ``xlsx``.
    time_limit
        Seconds that the conversion may take.

    Returns
    -------
    bytes
        The converted file.

    Raises
    ------
    ReadError
        Where LibreOffice is missing, fails or takes too long.
    """
    remedy = f"请用 Office 或 WPS 打开并另存为 .{target} 后再检查"
    if len(data) > MAX_BYTES:
        raise ReadError("文件过大，已停止读取", where=name, why=f"超过 {MAX_BYTES >> 20} MB", remedy=remedy)
    office = find_office()
    if office is None:
        raise ReadError(
            f"读取 .{source} 文件需要 LibreOffice",
            where=name,
            why="本机没有找到 soffice 命令",
            remedy=f"{remedy}，或安装 LibreOffice",
        )
    with tempfile.TemporaryDirectory(prefix="indicators-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        profile = work / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        (work / f"source.{source}").write_bytes(data)
        command = [office, f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", _FILTERS[target], "--outdir", str(work / "out"), str(work / f"source.{source}")]
        if not _ran(command, time_limit):
            why = f"LibreOffice 在 {time_limit:g} 秒内没有完成"
            raise ReadError("文件转换超时", where=name, why=why, remedy=remedy)
        result = work / "out" / f"source.{target}"
        if not result.is_file():
            why = "LibreOffice 没有生成结果，文件可能已损坏或设有密码"
            raise ReadError("文件转换失败", where=name, why=why, remedy=remedy)
        return result.read_bytes()


def _ran(command: list[str], time_limit: float) -> bool:
    """Run a command to its end or to the time limit; return whether it ended by itself."""
    # A session of its own, because soffice is a script whose child must end with it.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=time_limit)
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end(process)
    return True


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
