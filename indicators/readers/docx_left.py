"""What a Word file holds and the walk through its body did not come by: left out on purpose, or lost.

Every text of the body is either read, or left out for a reason that can be named (deleted, hidden, the other way of
showing the same), or it stands where no program shows it: then rows came apart, and the reading is in doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from indicators.records import Note

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["left"]

#: Elements of the main namespace that hold text; in every other one it would be shown nowhere.
_HOLD_TEXT = frozenset({"t", "delText", "instrText", "delInstrText", "fldData"})
#: Other documents put in whole, which only the program that shows them reads.
_DOCUMENTS = frozenset({"altChunk", "subDoc"})
#: Programs whose objects hold tables.
_SHEETS = ("excel.", "et.", "ket.", "word.", "wps.")
#: Sides of a picture from which it may be the print of a form, in the units of the format (360,000 a centimetre).
_WIDE, _HIGH = 8 * 360_000, 5 * 360_000


def left(
    root: _Element, *, read: int, orphans: int, reason: Callable[[_Element], str], covered: Collection[_Element]
) -> list[Note]:
    """Return notes on what of a document was not read.

    Parameters
    ----------
    root
        Of the main part.
    read
        Texts that the walk came by.
    orphans
        Merged cells that go on without a beginning.
    reason
        Returns why an element and all in it is left out, ``""`` where it is not.
    covered
        Cells that others cover.
    """
    namespace = str(root.tag).rpartition("}")[0]
    counts: Counter[str] = Counter()
    texts = []
    for item in root.iter(f"{namespace}}}*" if namespace else "*"):
        local = str(item.tag).rpartition("}")[2]
        counts["documents"] += local in _DOCUMENTS
        if not (item.text and item.text.strip()):
            continue
        if local == "t":
            texts.append(item)
        counts["unknown"] += local not in _HOLD_TEXT
    for item in texts if len(texts) > read else ():
        counts[_reason(item, reason, covered)] += 1
    counts["lost"] = len(texts) - read - sum(counts[key] for key in ("deleted", "hidden", "other"))
    return [*_damage(counts, orphans), *_left_out(root, counts)]


def _reason(item: _Element, reason: Callable[[_Element], str], covered: Collection[_Element]) -> str:
    above: _Element | None = item
    while above is not None:
        why = "other" if above in covered else reason(above)
        if why:
            return why
        above = above.getparent()
    return ""


def _damage(counts: Counter[str], orphans: int) -> list[Note]:
    """Say where texts stand outside all that is shown, and merged cells go on without a beginning."""
    damage = [f"{counts['unknown']} 处文字在不认识的标签里"] if counts["unknown"] else []
    damage += [f"{counts['lost']} 处文字不在正文的段落和单元格里"] if counts["lost"] > 0 else []
    damage += [f"{orphans} 个合并单元格没有开头"] if orphans else []
    if not damage:
        return []
    message = f"文件内容有缺损（{'；'.join(damage)}），可能缺行，请与原件核对"
    return [Note(code="docx-damaged", message=message, doubt=True)]


def _left_out(root: _Element, counts: Counter[str]) -> list[Note]:
    notes = []
    sheets = sum(str(item.get("ProgID")).lower().startswith(_SHEETS) for item in root.iter("{*}OLEObject"))
    if counts["documents"] or sheets:
        message = (
            f"文件中嵌有 {counts['documents'] + sheets} 份别的文档或表格，未读取；请在 Word 中打开、转为正文后再检查"
        )
        notes.append(Note(code="document-embedded", message=message, doubt=True))
    large = sum(_side(item, "cx") >= _WIDE and _side(item, "cy") >= _HIGH for item in _pictures(root))
    if large:
        notes.append(Note(code="pictures-left", message=f"文件中有 {large} 幅大图，其中的文字未读取"))
    if counts["hidden"]:
        notes.append(Note(code="text-hidden", message=f"文件中有 {counts['hidden']} 处文字是隐藏的，未读取"))
    if counts["deleted"]:
        message = f"文件带有修订痕迹，{counts['deleted']} 处已删除的文字未读取"
        notes.append(Note(code="text-deleted", message=message))
    return notes


def _pictures(root: _Element) -> list[_Element]:
    """Return the sizes of the pictures of a document."""
    framed = (blip.iterancestors("{*}inline", "{*}anchor") for blip in root.iter("{*}blip"))
    frames = {frame: None for found in framed if (frame := next(found, None)) is not None}
    return [size for frame in frames if (size := frame.find("{*}extent")) is not None]


def _side(size: _Element, key: str) -> int:
    value = size.get(key) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else 0
