"""Submissions of the tests and a page served in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.samples.forms import Project, projects
from tests.samples.layouts import LAYOUTS
from tests.samples.render_docx import render_docx

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
#: A project whose basis, measures and values are all vague.
VAGUE = "水文化宣传教育"
SOUND = "义务教育学校校舍维修改造"


def project(name: str) -> Project:
    return next(item for item in projects() if item.name == name)


def changed(item: Project, **values: str) -> Project:
    """Return the project with other values of the indicators named."""
    targets = tuple(
        replace(target, annual=values[target.name], lifetime=values[target.name]) if target.name in values else target
        for target in item.targets
    )
    return replace(item, targets=targets)


def submission(*items: Project) -> bytes:
    return render_docx(LAYOUTS["1-two-sided-yuan"]("", items))


class Served:
    """``indicators review`` running."""

    def __init__(self, folder: Path, *, store: str = "", args: Sequence[str] = ()) -> None:
        self.folder = folder
        self.store = store or str(folder / "审核.db")
        self.args = args
        self.process: subprocess.Popen[str] | None = None
        self.address = ""

    def start(self) -> str:
        """Start and return the address with its one-time token."""
        log = self.folder / f"serve-{time.monotonic_ns()}.log"
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(self.folder / "data"), "OMP_NUM_THREADS": "1",
            "PYTHONUTF8": "1",
        }  # fmt: skip
        command = [sys.executable, "-m", "indicators", "review", *self.args, "--no-browser", "--store", self.store]
        with log.open("w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, env=environment, cwd=self.folder, text=True, start_new_session=True
            )
        for _ in range(1200):
            text = log.read_text(encoding="utf-8")
            if found := re.search(r"审核页面：(\S+)", text):
                self.address = found.group(1)
                self._await()
                return self.address
            if self.process.poll() is not None:
                raise AssertionError(text)
            time.sleep(0.1)
        raise AssertionError("the page did not start: " + log.read_text(encoding="utf-8"))

    @property
    def root(self) -> str:
        return "/".join(self.address.split("/")[:3])

    def _await(self) -> None:
        import socket

        host, port = self.root.split("//")[1].rsplit(":", 1)
        for _ in range(600):
            with socket.socket() as tried:
                if tried.connect_ex((host, int(port))) == 0:
                    return
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End the server and its workers at once, as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
