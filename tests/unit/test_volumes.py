"""Volumes stand in the order of their numbers, however they are numbered."""

from __future__ import annotations

import random

import pytest

from libops.catalogue.volumes import in_order

ORDERS = {
    "digits": ["1", "2", "10", "11", "100"],
    "Chinese": [
        "第一卷",
        "第二卷",
        "第九卷",
        "第十卷",
        "第十一卷",
        "第二十卷",
        "第二十三卷",
        "第一百零二卷",
        "第一千卷",
    ],
    "digits of Chinese": ["一", "二", "一〇", "二三"],
    "parts": ["上册", "中册", "下册"],
    "parts of volumes": ["1上", "1下", "2上", "2中", "2下"],
    "Roman": ["vol. I", "vol. II", "vol. IV", "vol. IX", "vol. X", "vol. XL"],
    "labels": ["v. 1", "v.2", "v 3", "v. IV", "Part V.", "vol. vi", "V. 12"],
    "full width": ["１", "２", "１０"],
    "issues": ["1998 no. 2", "1998 no. 10", "1999 no. 1"],
    "mixed": ["v. 1", "第二卷", "III", "4"],
    "without a number last": ["1", "2", "index", "supplement"],
}


@pytest.mark.parametrize("ordered", ORDERS.values(), ids=list(ORDERS))
def test_volumes_are_in_order(ordered: list[str]) -> None:
    shuffled = list(ordered)
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert in_order(shuffled, str) == ordered


def test_the_words_of_a_volume_do_not_matter_and_nothing_is_lost() -> None:
    assert in_order(["", "mix", "2", "civil", "1", "c"], str) == ["1", "2", "", "c", "civil", "mix"]
