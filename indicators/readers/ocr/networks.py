"""The text models: where text lines are, and what a line says.

The models are those inside the wheel of rapidocr; they run on onnxruntime directly, because the decoder's
probabilities are needed (repairs weigh alternatives) and because nothing may be fetched at run time. One line is
recognised at a time: batches of padded crops are no faster on a processor and make the result depend on the
neighbours.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.errors import MissingExtraError
from indicators.readers.ocr.vision import vision

__all__ = ["Glyph", "Networks", "Reading", "load_networks", "require_ocr"]

Grey = NDArray[np.uint8]
_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNISER = "PP-OCRv6_rec_small.onnx"
_TURNED = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_HEIGHT = 48
_NARROWEST, _WIDEST = 32, 3200
_STRIDE = 8
_LIKELY = 0.3
#: Probability above which nothing else is considered.
_SETTLED = 0.98
_EITHER_WIDTH = frozenset("：:；;（）()，、。")
#: How much a kernel of the detector is grown to the full text line (its training shrinks lines by this ratio).
_GROW = 1.6


@dataclass(frozen=True, slots=True)
class Glyph:
    """A recognised character, its probability, its place 0..1 along the line, and what else it may be."""

    text: str
    probability: float
    place: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says; ``confidence`` 0..1 is that of its least certain third."""

    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        """The characters joined."""
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def confidence(self) -> float:
        """Mean probability of the least certain third of the characters, 0 for none.

        Marks that differ in width only (： and :) do not count beside other characters.
        """
        counted = [glyph.probability for glyph in self.glyphs if glyph.text not in _EITHER_WIDTH]
        ranked = sorted(counted or [glyph.probability for glyph in self.glyphs])
        if not ranked:
            return 0.0
        part = ranked[: max(1, len(ranked) // 3)]
        return sum(part) / len(part)


def require_ocr() -> Path:
    """Return the folder of the models.

    Raises
    ------
    MissingExtraError
        If the extra ``ocr`` is not installed, or rapidocr came without its models.
    """
    missing = [name for name in ("cv2", "onnxruntime", "rapidocr") if find_spec(name) is None]
    if missing:
        what = "识别图片中的表格需要文字识别组件，尚未安装"
        raise MissingExtraError.of("ocr", what, why=f"缺少 {'、'.join(missing)}")
    spec = find_spec("rapidocr")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    for name in (_DETECTOR, _RECOGNISER, _TURNED):
        if not (folder / name).is_file():
            raise MissingExtraError.of("ocr", "文字识别模型不完整", why=f"rapidocr 的安装目录中没有 {name}")
    return folder


class Networks:
    """The loaded models; safe to share between threads."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._detector = _session(folder / _DETECTOR, threads)
        self._recogniser = _session(folder / _RECOGNISER, threads)
        self._turned = _session(folder / _TURNED, threads)
        listed = self._recogniser.get_modelmeta().custom_metadata_map["character"]
        # The decoder puts the blank first and the space last.
        self._characters = ["", *listed.splitlines(), " "]

    def detect(self, grey: Grey, scale: float) -> NDArray[np.float64]:
        """Return the boxes of text lines, ``x0, y0, x1, y1`` in pixels, shape ``(n, 4)``.

        Parameters
        ----------
        grey
            Upright page, dark on light.
        scale
            By how much the page is resized for the detector.
        """
        cv2 = vision()
        height, width = grey.shape
        rows, columns = (max(1, round(side * scale / 32)) * 32 for side in (height, width))
        resized = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        tensor = resized.astype(np.float32) / 127.5 - 1
        heat = self._detector.run(None, {"x": np.broadcast_to(tensor, (1, 3, rows, columns)).copy()})[0][0, 0]
        mask = cv2.dilate((heat > _LIKELY).astype(np.uint8), np.ones((2, 2), np.uint8))
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        means = np.bincount(labels.ravel(), weights=heat.ravel(), minlength=count) / np.maximum(1, stats[:, 4])
        boxes = stats[1:, :4].astype(np.float64)
        kept = (means[1:] > 0.4) & (boxes[:, 2] >= 3) & (boxes[:, 3] >= 3)
        boxes = boxes[kept]
        wide, high = boxes[:, 2], boxes[:, 3]
        grow = wide * high * _GROW / (2 * (wide + high))
        x0, y0 = boxes[:, 0] - grow, boxes[:, 1] - grow
        found = np.stack((x0, y0, x0 + wide + 2 * grow, y0 + high + 2 * grow), axis=1)
        found *= np.array([width / columns, height / rows] * 2)
        result: NDArray[np.float64] = np.clip(found, 0, [width, height, width, height])
        return result

    def recognise(self, crop: Grey) -> Reading:
        """Read one line of text, dark on light."""
        cv2 = vision()
        height, width = crop.shape
        wide = int(np.clip(np.ceil(_HEIGHT * width / max(1, height)), _NARROWEST, _WIDEST))
        shrinks = height > _HEIGHT
        resized = cv2.resize(crop, (wide, _HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
        padded = -(-wide // _STRIDE) * _STRIDE
        tensor = np.ones((_HEIGHT, padded), np.float32)
        tensor[:, :wide] = resized.astype(np.float32) / 127.5 - 1
        scores = self._recogniser.run(None, {"x": np.broadcast_to(tensor, (1, 3, _HEIGHT, padded)).copy()})[0][0]
        return self._decode(scores)

    def turned(self, crop: Grey) -> float:
        """Return the probability 0..1 that a line of text stands on its head."""
        cv2 = vision()
        wide = min(192, max(8, round(48 * crop.shape[1] / max(1, crop.shape[0]))))
        tensor = np.zeros((48, 192), np.float32)
        tensor[:, :wide] = cv2.resize(crop, (wide, 48), interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1
        name = self._turned.get_inputs()[0].name
        scores = self._turned.run(None, {name: np.broadcast_to(tensor, (1, 3, 48, 192)).copy()})[0][0]
        return float(scores[1])

    def _decode(self, scores: NDArray[np.float32]) -> Reading:
        best = scores.argmax(axis=1)
        glyphs: list[Glyph] = []
        start = 0
        for step in range(1, len(best) + 1):
            if step < len(best) and best[step] == best[start]:
                continue
            if best[start]:
                peak = start + int(scores[start:step, best[start]].argmax())
                glyphs.append(self._glyph(scores[peak], (start + step) / 2 / len(best)))
            start = step
        return Reading(tuple(glyphs))

    def _glyph(self, row: NDArray[np.float32], place: float) -> Glyph:
        top = int(row.argmax())
        if row[top] > _SETTLED:
            return Glyph(self._characters[top], float(row[top]), place)
        ranked = np.argpartition(row, -4)[-4:]
        ranked = ranked[np.argsort(-row[ranked])]
        others = tuple((self._characters[i], float(row[i])) for i in ranked[1:] if row[i] > 0.003)
        return Glyph(self._characters[ranked[0]], float(row[ranked[0]]), place, others)


def _session(path: Path, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The arena keeps the memory of the largest page for ever.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


_LOADING = threading.Lock()


@lru_cache(maxsize=2)
def _load(threads: int) -> Networks:
    return Networks(require_ocr(), threads)


def load_networks(threads: int = 1) -> Networks:
    """Return the networks, loaded once a process.

    Raises
    ------
    MissingExtraError
        If the extra ``ocr`` is not installed.
    """
    with _LOADING:
        return _load(threads)
