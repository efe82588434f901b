"""The model pack as plain tables: arrays without code, read with numpy alone.

``persist`` keeps the trained scikit-learn models; ``tables_of`` turns them into what is needed to score, and the
checker reads only that. Tests hold both to the same probabilities on the whole corpus.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.lexicon import Lexicon
from indicators.errors import PackError

if TYPE_CHECKING:
    from indicators.classify.persist import Parts

__all__ = [
    "MANIFEST",
    "PLAIN",
    "REASON_WORDS",
    "WORDS",
    "Tables",
    "check_digest",
    "digest",
    "load_tables",
    "read_manifest",
    "save_tables",
    "tables_of",
]

PLAIN, MANIFEST, WORDS, REASON_WORDS = "model.npz", "manifest.json", "words.txt", "reasons.tsv"
_LEAVES = 16
Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Tables:
    """A trained classifier as arrays.

    Parameters
    ----------
    classes
        Reason codes, ``(k,)``.
    columns, weights, intercept
        The linear model: used columns of dense and sparse block side by side, ``(c,)``, their weights ``(c, k)``.
    tree_features, tree_thresholds, tree_masks
        Inner nodes of the trees, ``(trees, 15)``: column of the dense block, largest value that goes left, and the
        leaves that remain where a row goes right, one bit a leaf. Unused places send every row left.
    tree_leaves, tree_base
        What a leaf adds to the score of its level, ``(trees, 16)``; tree ``t`` is of level ``t % 4``. ``(4,)``.
    cut_weights, cut_intercepts
        The three ordinal thresholds, ``(3, 6)`` and ``(3,)``.
    words, counts
        The dictionary: UTF-8 text with one word a line, as bytes; how often each occurs (0: a mere beginning).
    listed, kinds
        The word list as the models know it, ``words.txt`` and the rules' heads of names: words as in ``words``, and
        their masks.
    """

    classes: Array
    columns: Array
    weights: Array
    intercept: Array
    tree_features: Array
    tree_thresholds: Array
    tree_masks: Array
    tree_leaves: Array
    tree_base: Array
    cut_weights: Array
    cut_intercepts: Array
    words: Array
    counts: Array
    listed: Array
    kinds: Array

    def lexicon(self) -> Lexicon:
        """Return the word list."""
        return Lexicon(dict(zip(self.listed.tobytes().decode().split("\n"), self.kinds.tolist(), strict=True)))


def _nodes(nodes: Any, columns: Array) -> tuple[Array, Array, Array, Array]:
    """Lay one tree out flat: leaves from left to right, and for each inner node those a row going right keeps."""
    features = np.zeros(_LEAVES - 1, np.int32)
    thresholds = np.full(_LEAVES - 1, np.inf, np.float32)
    masks = np.full(_LEAVES - 1, 0xFFFF, np.uint16)
    leaves = np.zeros(_LEAVES)
    inner = count = 0

    def visit(index: int) -> None:
        nonlocal inner, count
        node = nodes[index]
        if node["is_leaf"]:
            leaves[count] = node["value"]
            count += 1
            return
        place, first = inner, count
        inner += 1
        visit(int(node["left"]))
        features[place] = columns[int(node["feature_idx"])]
        threshold = np.float32(node["num_threshold"])
        # The features are float32: the largest of them that is not above the threshold decides the same.
        if float(threshold) > float(node["num_threshold"]):
            threshold = np.nextafter(threshold, np.float32(-np.inf))
        thresholds[place] = threshold
        masks[place] = 0xFFFF & ~sum(1 << leaf for leaf in range(first, count))
        visit(int(node["right"]))

    visit(0)
    return features, thresholds, masks, leaves


def tables_of(parts: Parts, frequencies: Mapping[str, int], lexicon: Lexicon) -> Tables:
    """Turn trained models into tables.

    Parameters
    ----------
    parts
        With thresholds.
    frequencies
        Of the private jieba tokenizer.
    lexicon
        The words the models were trained with.
    """
    laid = [_nodes(tree.nodes, parts.tree_columns) for group in parts.trees._predictors for tree in group]
    words = sorted(frequencies)
    return Tables(
        classes=np.asarray(list(map(str, parts.linear.classes_))),
        columns=np.asarray(parts.columns, np.int32),
        weights=parts.linear.coef_.T.astype(np.float32),
        intercept=np.asarray(parts.linear.intercept_, np.float64),
        tree_features=np.stack([tree[0] for tree in laid]),
        tree_thresholds=np.stack([tree[1] for tree in laid]),
        tree_masks=np.stack([tree[2] for tree in laid]),
        tree_leaves=np.stack([tree[3] for tree in laid]),
        tree_base=np.asarray(parts.trees._baseline_prediction, np.float64).ravel(),
        cut_weights=np.stack([model.coef_[0] for model in parts.thresholds]),
        cut_intercepts=np.asarray([model.intercept_[0] for model in parts.thresholds]),
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        counts=np.asarray([frequencies[word] for word in words], np.int32),
        listed=np.frombuffer("\n".join(lexicon.masks).encode(), np.uint8),
        kinds=np.asarray(list(lexicon.masks.values()), np.int64),
    )


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save_tables(path: Path, tables: Tables) -> None:
    """Write the tables, compressed; equal tables give equal bytes."""
    np.savez_compressed(path, **{field.name: getattr(tables, field.name) for field in fields(Tables)})


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a pack.

    Raises
    ------
    PackError
        If it is missing or damaged.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["files"][PLAIN]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackError(
            "模型清单无法读取",
            where=str(path),
            why=str(error) or repr(error),
            remedy="恢复模型包，或运行 indicators train",
        ) from error
    return dict(manifest)


def load_tables(folder: Path) -> tuple[Tables, dict[str, Any]]:
    """Read the plain part of a model pack.

    Parameters
    ----------
    folder
        Holds tables, manifest, words and reasons.

    Raises
    ------
    PackError
        If a file is missing or its digest is not the manifest's; nothing is read before.
    """
    manifest = read_manifest(folder)
    for name in (PLAIN, WORDS, REASON_WORDS):
        check_digest(folder / name, str(manifest["files"].get(name, "")))
    try:
        with np.load(folder / PLAIN, allow_pickle=False) as stored:
            tables = Tables(**{field.name: stored[field.name] for field in fields(Tables)})
    except (OSError, ValueError, KeyError) as error:
        raise PackError(
            "模型文件无法读取",
            where=str(folder / PLAIN),
            why=repr(error)[:200],
            remedy="恢复模型包，或运行 indicators train",
        ) from error
    return tables, manifest


def check_digest(path: Path, expected: str) -> None:
    """Raise ``PackError`` unless a file is the one the manifest names."""
    try:
        found = digest(path)
    except OSError as error:
        raise PackError("模型包不完整", where=str(path), why=str(error), remedy="恢复随软件提供的模型包") from error
    if found != expected:
        raise PackError(
            "模型包文件与清单不符",
            where=str(path),
            why=f"校验值应为 {expected[:12]}…，实为 {found[:12]}…",
            remedy="恢复随软件提供的模型包；若改过词表或原因说明，运行 indicators train 重新训练",
        )
