"""What a result depends on besides the document: tool, rules, model and settings, as digests.

A result is judged again when one of them changes. On a cluster every worker works its own digest out and refuses to
work with another than the client's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from indicators import __version__
from indicators.config import Config
from indicators.packs import models_dir, rules_dir
from indicators.pipeline import Options

__all__ = ["Versions", "versions_of"]

_PACKAGE = Path(__file__).resolve().parent.parent
#: Parts of the package that only show results.
_SHOWING = ("cli", "report", "review", "_packs")
_LIBRARIES = ("pypdfium2", "pdfplumber", "lxml", "python-calamine", "jieba", "spacy", "scikit-learn", "numpy")
_OCR = ("rapidocr", "onnxruntime", "cv2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Digests of what results depend on.

    Parameters
    ----------
    tool
        Version of the package.
    code, rules, model, settings
        Digests; ``model`` is ``""`` without the classifier.
    libraries
        Versions of the libraries that read and score.
    """

    tool: str
    code: str
    rules: str
    model: str
    settings: str
    libraries: str

    @property
    def digest(self) -> str:
        """All of it in 32 hexadecimal digits."""
        return _digest(json.dumps(asdict(self), sort_keys=True))

    def differences(self, other: Versions) -> tuple[str, ...]:
        """Return in Chinese what differs from other versions."""
        names = {
            "tool": "软件版本", "code": "软件代码", "rules": "规则", "model": "模型", "settings": "设置",
            "libraries": "依赖库版本",
        }  # fmt: skip
        return tuple(words for name, words in names.items() if getattr(self, name) != getattr(other, name))


def versions_of(config: Config, options: Options) -> Versions:
    """Return the versions a run with these settings has on this machine.

    Raises
    ------
    PackError
        If a pack is missing.
    """
    packs = [rules_dir(), *config.rules]
    rules = _files((folder, path) for folder in packs for path in folder.rglob("*") if path.suffix in {".toml", ".txt"})
    models = models_dir() / "specificity"
    model = _files((models, path) for path in models.rglob("*")) if options.classifier else ""
    sources = (path for path in _PACKAGE.rglob("*.py") if path.relative_to(_PACKAGE).parts[0] not in _SHOWING)
    return Versions(
        tool=__version__,
        code=_files((_PACKAGE, path) for path in sources),
        rules=rules,
        model=model,
        settings=_settings(config, options),
        libraries=", ".join(f"{name} {_version(name)}" for name in _LIBRARIES),
    )


def _settings(config: Config, options: Options) -> str:
    """Digest what changes results; the day counts only where an acceptance is past its end."""
    recognised = options.ocr and all(find_spec(name) is not None for name in _OCR)
    facts = {
        "select": config.select,
        "extend": config.extend_select,
        "ignore": config.ignore,
        "preview": config.preview,
        "severities": dict(config.severities),
        "thresholds": {code: dict(params) for code, params in config.thresholds.items()},
        "path_ignores": config.path_ignores,
        "accepted": sorted(item.fingerprint for item in config.accepted if not config.expired(item)),
        "options": {**asdict(options), "ocr": recognised},
    }
    return _digest(json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str))


def _files(paths: Iterable[tuple[Path, Path]]) -> str:
    found = hashlib.blake2b(digest_size=16)
    names = sorted({(path.relative_to(folder).as_posix(), path) for folder, path in paths if path.is_file()})
    for name, path in names:
        # Line ends may differ between a checkout on Windows and one on Linux.
        data = path.read_bytes().replace(b"\r\n", b"\n") if path.suffix != ".skops" else path.read_bytes()
        found.update(f"{name}\n{len(data)}\n".encode() + data)
    return found.hexdigest()


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
