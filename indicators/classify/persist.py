"""Write and read the trained models of a pack.

Nothing is constructed before digest and types are known to be the expected ones.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indicators.classify.lexicon import Lexicon
from indicators.classify.pack import (
    MANIFEST,
    PLAIN,
    REASON_WORDS,
    WORDS,
    check_digest,
    digest,
    read_manifest,
    save_tables,
    tables_of,
)
from indicators.errors import PackError

__all__ = ["EXPECTED_TYPES", "MODEL", "Parts", "load_parts", "save_parts"]

MODEL = "model.skops"

EXPECTED_TYPES = frozenset({"sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"})
"""Types beyond those skops trusts by itself: the node table of a boosted tree (numpy arrays, no code)."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a trained classifier consists of.

    Parameters
    ----------
    linear
        scikit-learn ``LogisticRegression`` over reason codes, on ``columns``.
    columns
        Columns of dense and sparse block (side by side) that ``linear`` uses.
    trees
        scikit-learn ``HistGradientBoostingClassifier`` over levels, on ``tree_columns`` of the dense block.
    tree_columns
        Columns of the dense block.
    thresholds
        Three ``LogisticRegression``: is the level above 0, 1, 2; on the cumulative log-odds of both.
    """

    linear: Any
    columns: Any
    trees: Any
    tree_columns: Any
    thresholds: tuple[Any, ...] = ()


def save_parts(
    folder: Path, parts: Parts, frequencies: Mapping[str, int], lexicon: Lexicon, manifest: dict[str, Any]
) -> None:
    """Write ``model.skops``, the plain tables made of it, and ``manifest.json`` with the digests of all files."""
    import zipfile

    import skops.io

    content = {
        "linear": parts.linear,
        "columns": parts.columns,
        "trees": parts.trees,
        "tree_columns": parts.tree_columns,
        "thresholds": list(parts.thresholds),
    }
    folder.mkdir(parents=True, exist_ok=True)
    data = skops.io.dumps(content, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    (folder / MODEL).write_bytes(data)
    save_tables(folder / PLAIN, tables_of(parts, frequencies, lexicon))
    files = {name: digest(folder / name) for name in (MODEL, PLAIN, WORDS, REASON_WORDS)}
    types = sorted(map(str, skops.io.get_untrusted_types(data=data)))
    text = json.dumps({**manifest, "files": files, "types": types}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def load_parts(folder: Path) -> tuple[Parts, dict[str, Any]]:
    """Read a model pack.

    Parameters
    ----------
    folder
        Holds model, manifest, words and reasons.

    Returns
    -------
    tuple
        The parts and the manifest.

    Raises
    ------
    PackError
        If a file is missing, its digest is not the manifest's, the model holds a type that is not expected,
        or it was written by a library version that cannot be read. Nothing of the model is constructed before.
    """
    import skops.io

    manifest = read_manifest(folder)
    for name in (MODEL, WORDS, REASON_WORDS):
        check_digest(folder / name, str(manifest["files"].get(name, "")))
    data = (folder / MODEL).read_bytes()
    where = str(folder / MODEL)
    try:
        unknown = set(map(str, skops.io.get_untrusted_types(data=data))) - EXPECTED_TYPES
        if unknown:
            why = "含有未列入许可的类型：" + "、".join(sorted(unknown))
            raise PackError("模型文件被拒绝", where=where, why=why, remedy="只使用可信来源的模型包")
        content = skops.io.loads(data, trusted=sorted(EXPECTED_TYPES))
        parts = Parts(
            linear=content["linear"],
            columns=content["columns"],
            trees=content["trees"],
            tree_columns=content["tree_columns"],
            thresholds=tuple(content["thresholds"]),
        )
    except PackError:
        raise
    except Exception as error:
        versions = "、".join(f"{name} {version}" for name, version in manifest.get("libraries", {}).items())
        remedy = f"安装训练时的版本（{versions}），或运行 indicators train 重新训练"
        raise PackError("模型文件无法读取", where=where, why=repr(error)[:200], remedy=remedy) from error
    return parts, manifest
