"""Legacy Word files (DOC, also WPS and RTF) through LibreOffice, where it is installed.

The conversion runs in a folder and a user profile of its own, with macros and links to other files switched
off, under a time limit; its result is read as DOCX.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import struct
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from indicators.errors import ReadError
from indicators.readers.docx import read_docx
from indicators.readers.ole import open_compound
from indicators.readers.sniff import DOC, RTF, sniff
from indicators.records import Document, Note

__all__ = ["find_office", "read_doc"]

TIME_LIMIT = 120.0
MAX_BYTES = 64 << 20
_ENCRYPTED_FLAG = 0x0100
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
</oor:items>
"""


def find_office() -> str | None:
    """Return the path of the LibreOffice command, ``None`` where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_doc(data: bytes, name: str, *, time_limit: float = TIME_LIMIT) -> Document:
    """Read a legacy Word file by converting it to DOCX.

    Parameters
    ----------
    data
        All bytes of the file.
    name
        File name without folders.
    time_limit
        Seconds that the conversion may take.

    Returns
    -------
    Document
        With ``reader`` ``doc`` and a note that the file was converted.

    Raises
    ------
    ReadError
        Where LibreOffice is missing, fails or takes too long, or the file has a password.
    """
    media_type = sniff(data)
    if _is_encrypted(data):
        raise ReadError("文件设有密码，无法读取", where=name, why="Word 文档已加密", remedy="请取消密码后再检查")
    if len(data) > MAX_BYTES:
        raise ReadError("文件过大，已停止读取", where=name, why=f"超过 {MAX_BYTES >> 20} MB", remedy="请拆分后再检查")
    office = find_office()
    if office is None:
        raise ReadError(
            "旧版 Word 文件（.doc）需要 LibreOffice 才能读取",
            where=name,
            why="本机没有找到 soffice 命令",
            remedy="请用 Word 或 WPS 另存为 .docx 后再检查，或安装 LibreOffice",
        )
    converted = _convert(office, data, name, time_limit, ".rtf" if media_type == RTF else ".doc")
    document = read_docx(converted, name)
    note = Note(code="converted", message="旧版 Word 文件经 LibreOffice 转换后读取，版式可能略有出入")
    return replace(
        document,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type if media_type in (DOC, RTF) else DOC,
        reader="doc",
        problems=(note, *document.problems),
    )


def _is_encrypted(data: bytes) -> bool:
    compound = open_compound(data)
    entry = compound.find("WordDocument") if compound else None
    if compound is None or entry is None:
        return False
    start = compound.read(entry)[:12]
    return len(start) == 12 and bool(struct.unpack_from("<H", start, 10)[0] & _ENCRYPTED_FLAG)


def _convert(office: str, data: bytes, name: str, time_limit: float, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="indicators-doc-") as folder:
        work = Path(folder)
        profile = work / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        source = work / f"source{suffix}"
        source.write_bytes(data)
        command = [
            office,
            f"-env:UserInstallation={(work / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            str(work / "out"),
            str(source),
        ]
        _run(command, name, time_limit)
        result = work / "out" / "source.docx"
        if not result.is_file():
            raise ReadError(
                "旧版 Word 文件转换失败",
                where=name,
                why="LibreOffice 没有生成结果，文件可能已损坏或设有密码",
                remedy="请用 Word 或 WPS 打开并另存为 .docx 后再检查",
            )
        return result.read_bytes()


def _run(command: list[str], name: str, time_limit: float) -> None:
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
    except subprocess.TimeoutExpired as error:
        raise ReadError(
            "旧版 Word 文件转换超时",
            where=name,
            why=f"LibreOffice 在 {time_limit:g} 秒内没有完成",
            remedy="请用 Word 或 WPS 另存为 .docx 后再检查",
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
