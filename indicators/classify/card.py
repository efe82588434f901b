"""The model card: a template of words, filled with the figures of the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from indicators.classify.figures import agreement
from indicators.errors import PackError

__all__ = ["CARD", "TEMPLATE", "write_card"]

CARD, TEMPLATE = "CARD.md", "card.template.md"
_READINGS = Path("agreement") / "two-readings.csv"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "¦") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _confusion(table: Sequence[Sequence[int]]) -> str:
    rows = [(f"**{label}**", *cells) for label, cells in enumerate(table)]
    return _table(("标注 \\ 判为", "0", "1", "2", "3"), rows)


def _part(found: dict[str, dict[str, Any]]) -> str:
    names = ("n", "accuracy", "confidence", "ece", "macro_f1", "qwk")
    heads = ("", "n", "准确率 accuracy", "平均概率 confidence", "ECE", "macro-F1", "QWK")
    return _table(heads, [(key, *(item[name] for name in names)) for key, item in found.items()])


def _fields(manifest: dict[str, Any], readings: dict[str, Any] | None) -> dict[str, Any]:
    figures = manifest["figures"]
    sectors = figures["sectors_out"]
    heads = ("", "n", "准确率 accuracy", "macro-F1", "QWK", "ECE")
    tested = [("留出行业 sectors left out", sectors)]
    names = {"all": "真实表格，留出单位 published forms, bureaus left out", "police": "其中公安 police"}
    names["other sectors"] = "其中其他行业 other sectors"
    real = figures.get("bureaus_out", {})
    tested += [(names[key], item) for key, item in real.items()]
    summary = [(key, *(item[name] for name in ("n", "accuracy", "macro_f1", "qwk", "ece"))) for key, item in tested]
    if readings is not None:
        row = [readings[name] for name in ("n", "accuracy", "macro_f1", "qwk")]
        summary.append(("两人独立标注 two independent readings", *row, ""))
    curve = [
        (f"≥{point['from']:.1f}", point["n"], point["confidence"], point["accuracy"])
        for point in figures["calibration"]
    ]
    worst = [
        (
            item["sector"],
            item["indicator"],
            f"{item['label']} {item['reason']}",
            f"{item['scored']} ({item['probability']})",
        )
        for item in figures["worst"]
    ]
    return {
        "version": manifest["version"],
        "written": manifest["rows"]["written"],
        "real": manifest["rows"]["real"],
        "sector_count": len(figures["by_sector"]),
        "libraries": "、".join(f"{name} {number}" for name, number in manifest["libraries"].items()),
        "summary": _table(heads, summary),
        "levels": _table(("等级 level", "F1"), enumerate(sectors["f1"])),
        "confusion": _confusion(sectors["confusion"]),
        "by_sector": _part(figures["by_sector"]),
        "real_by_sector": _part(figures.get("real_by_sector", {})),
        "by_category": _part(figures["by_category"]),
        "by_reason": _table(
            ("原因 reason", "n", "判对 right"),
            [(key, item["n"], item["right"]) for key, item in figures["by_reason"].items()],
        ),
        "calibration": _table(("概率 confidence", "n", "平均概率 mean", "准确率 accuracy"), curve),
        "pseudo": _table(
            ("", "n", "查出率 recall", "查准率 precision"),
            [
                (names[key], *(item["pseudo"][name] for name in ("n", "recall", "precision")))
                for key, item in real.items()
            ],
        ),
        "worst_real": _table(
            ("指标", "标注 label", "判为 scored"),
            [
                (item["indicator"], f"{item['label']} {item['reason']}", f"{item['scored']} ({item['probability']})")
                for item in figures.get("worst_real", [])
            ],
        ),
        "worst": _table(("行业", "指标", "标注 label", "判为 scored"), worst),
    }


def write_card(corpus: Path, folder: Path, manifest: dict[str, Any]) -> None:
    """Write ``CARD.md`` beside the model.

    Parameters
    ----------
    corpus
        The folder ``corpus``; its second reading is reported where there is one.
    folder
        The pack, holding ``card.template.md``.
    manifest
        Of the model just trained.

    Raises
    ------
    PackError
        If the template is missing or names an unknown field.
    """
    path = folder / TEMPLATE
    readings = agreement(corpus / _READINGS) if (corpus / _READINGS).exists() else None
    try:
        text = path.read_text(encoding="utf-8").format_map(_fields(manifest, readings))
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise PackError("模型说明模板有误", where=str(path), why=repr(error), remedy="恢复随软件提供的模板") from error
    (folder / CARD).write_text(text, encoding="utf-8")
