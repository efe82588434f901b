"""Labels whose characters recognition took for others of like shape: 年庋资金总额, 质呈指标, 可恃续影响指标.

Only labels are mended, for only their words are known beforehand; names, values and texts stay as printed. A text is
taken for a label where changing the fewest characters of like shape makes one of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, product

from indicators.forms.rows import Row, meaning
from indicators.vocabulary import block_label

__all__ = ["mended", "mended_rows"]

#: Characters of labels, and what recognition makes of them.
_TAKEN_FOR = {
    "度": "庋廋渡", "标": "杯柄栎柿朽际描", "指": "揩拒", "数": "敷薮", "量": "呈虽星童", "质": "贡贸赝",
    "时": "吋肘", "效": "敖放郊", "成": "咸", "本": "木夲", "产": "户严", "出": "岀", "益": "盖盏盆",
    "社": "杜祉", "会": "舍", "济": "挤", "经": "泾", "态": "怂", "持": "恃待特", "续": "绩缋", "影": "彭",
    "响": "晌饷", "满": "潢", "意": "竟", "象": "像", "项": "顶顼", "目": "日曰自", "级": "圾极",
    "一": "—－-ー", "二": "＝=", "三": "≡", "申": "中甲由", "拨": "拔泼", "款": "欸", "财": "材", "政": "攻",
    "资": "贷货", "金": "全佥", "额": "颔", "预": "顸", "算": "箅", "单": "早", "位": "拉", "部": "剖",
    "门": "冂", "施": "旅", "实": "买", "属": "厲", "性": "牲", "期": "朝", "称": "祢", "管": "菅", "总": "怠",
    "体": "休", "主": "王圭", "绩": "续", "名": "各", "他": "地", "其": "甚", "中": "申",
}  # fmt: skip
_MEANT = {
    taken: tuple(sign for sign, others in _TAKEN_FOR.items() if taken in others)
    for taken in "".join(_TAKEN_FOR.values())
}
_TAKEN = re.compile("[" + re.escape("".join(_MEANT)) + "]")
#: Characters of a label that is mended, and how many of them may be wrong.
_SHORTEST, _LONGEST, _MOST = 3, 16, 3


@lru_cache(maxsize=16384)
def mended(text: str) -> str:
    """Return the label whose characters were taken for others of like shape; any other text as it is."""
    if not _SHORTEST <= len(text) <= _LONGEST or not _TAKEN.search(text) or _is_label(text):
        return text
    places = [match.start() for match in _TAKEN.finditer(text)]
    for size in range(1, min(len(places), _MOST) + 1):
        for chosen in combinations(places, size):
            for signs in product(*(_MEANT[text[place]] for place in chosen)):
                changed = dict(zip(chosen, signs))
                label = "".join(changed.get(place, sign) for place, sign in enumerate(text))
                if _is_label(label):
                    return label
    return text


def _is_label(text: str) -> bool:
    return meaning(text).label or block_label(text)


def mended_rows(rows: list[Row]) -> list[Row]:
    """Return the rows with the labels among their cells mended."""
    out: list[Row] = []
    for row in rows:
        texts = [cell.text for cell in row.cells]
        if (labels := list(map(mended, texts))) == texts:
            out.append(row)
            continue
        cells = [cell if label == cell.text else replace(cell, text=label) for cell, label in zip(row.cells, labels)]
        out.append(Row(cells, row.table, row.index, row.at))
    return out
