"""Near duplicates among many texts."""

from __future__ import annotations

import random

from indicators.checks.alike import alike, first_alike

TEXT = "为改善农村学校办学条件，对屋面渗漏的教学楼进行维修，消除安全隐患，保障师生人身安全和正常教学秩序。"


def test_similarity_counts_insertions_and_deletions() -> None:
    assert alike("甲乙丙丁戊己庚辛壬癸", "甲乙丙丁戊己庚辛壬癸", 1.0)
    assert alike("甲乙丙丁戊己庚辛壬癸", "甲乙丙丁戊己庚辛壬子", 0.9)
    assert not alike("甲乙丙丁戊己庚辛壬癸", "甲乙丙丁戊", 0.9)


def test_copies_point_to_the_first_and_empty_texts_to_themselves() -> None:
    texts = ["", TEXT, "购置医用冷藏设备，用于疫苗储存和运输，保证疫苗质量。", TEXT, TEXT.replace("师生", "学生"), ""]
    assert first_alike(texts, 0.9) == [0, 1, 2, 1, 1, 5]


def test_what_is_found_is_what_comparing_all_pairs_finds() -> None:
    """The buckets only save comparisons; on copies with few changes they lose none."""
    random.seed(7)
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 400)]
    originals = ["".join(random.choices(characters, k=60)) for _ in range(40)]
    texts = list(originals)
    for original in originals:
        changed = list(original)
        for place in random.sample(range(60), 2):
            changed[place] = "改"
        texts.append("".join(changed))
    found = first_alike(texts, 0.9)
    expected = [next(k for k in range(n + 1) if k == n or alike(texts[k], text, 0.9)) for n, text in enumerate(texts)]
    assert found == expected


def test_a_phrase_of_the_trade_does_not_make_texts_alike() -> None:
    random.seed(3)
    characters = [chr(code) for code in range(0x5000, 0x5000 + 500)]
    texts = ["为进一步加强工作，" + "".join(random.choices(characters, k=50)) for _ in range(300)]
    assert first_alike(texts, 0.9) == list(range(300))
