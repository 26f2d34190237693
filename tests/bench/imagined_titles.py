"""Titles of books that nobody has written, as many as a large library holds, all different and all plausible."""

from __future__ import annotations

import msgspec

PLACES = (
    ("江南", "Jiangnan"),
    ("敦煌", "Dunhuang"),
    ("长安", "Chang'an"),
    ("岭南", "Lingnan"),
    ("西域", "the Western Regions"),
    ("巴蜀", "Sichuan"),
    ("关东", "the North-East"),
    ("徽州", "Huizhou"),
    ("闽南", "Southern Fujian"),
    ("草原", "the Steppe"),
    ("黄河流域", "the Yellow River Basin"),
    ("太湖", "Lake Tai"),
    ("北京", "Beijing"),
    ("上海", "Shanghai"),
    ("丝绸之路", "the Silk Road"),
    ("南洋", "the South Seas"),
    ("地中海", "the Mediterranean"),
    ("北欧", "Scandinavia"),
    ("安第斯山", "the Andes"),
    ("英格兰", "England"),
    ("维也纳", "Vienna"),
    ("恒河", "the Ganges"),
    ("京都", "Kyoto"),
    ("尼罗河", "the Nile"),
    ("撒哈拉", "the Sahara"),
)
SUBJECTS = (
    ("园林", "Gardens"),
    ("水利", "Waterways"),
    ("戏曲", "Opera"),
    ("瓷器", "Porcelain"),
    ("桥梁", "Bridges"),
    ("城市", "Cities"),
    ("候鸟", "Migratory Birds"),
    ("饮食", "Food"),
    ("书信", "Letters"),
    ("民歌", "Folk Songs"),
    ("丝织", "Silk Weaving"),
    ("天文", "Astronomy"),
    ("植物", "Plants"),
    ("医药", "Medicine"),
    ("商帮", "Merchants"),
    ("铁路", "Railways"),
    ("书院", "Academies"),
    ("建筑", "Architecture"),
    ("方言", "Dialects"),
    ("刺绣", "Embroidery"),
    ("货币", "Money"),
    ("地图", "Maps"),
    ("节令", "Festivals"),
    ("印刷", "Printing"),
    ("移民", "Migration"),
)
FORMS = (
    ("史", "A History of {subject} in {place}"),
    ("札记", "Notes on {subject} in {place}"),
    ("概论", "An Introduction to {subject} in {place}"),
    ("图录", "{subject} in {place}: An Illustrated Record"),
    ("十讲", "Ten Lectures on {subject} in {place}"),
    ("考", "Studies of {subject} in {place}"),
    ("与日常生活", "{subject} and Daily Life in {place}"),
    ("文献选编", "{subject} in {place}: Selected Sources"),
    ("的黄昏", "The Twilight of {subject} in {place}"),
    ("漫谈", "Talking of {subject} in {place}"),
    ("手册", "A Handbook of {subject} in {place}"),
    ("的消失与重生", "{subject} in {place}: Loss and Renewal"),
    ("研究论集", "Essays on {subject} in {place}"),
    ("[电子资源]", "{subject} in {place} [electronic resource]"),
    ("田野笔记", "Field Notes: {subject} in {place}"),
    ("简明辞典", "A Concise Dictionary of {subject} in {place}"),
)
FAMILY = (
    "王",
    "李",
    "张",
    "刘",
    "陈",
    "杨",
    "赵",
    "黄",
    "周",
    "吴",
    "徐",
    "孙",
    "胡",
    "朱",
    "高",
    "林",
    "欧阳",
    "诸葛",
)
GIVEN = ("文博", "雪梅", "国强", "静怡", "子涵", "建华", "晓岚", "思敏", "卫东", "春燕", "明远", "若兰", "海峰", "小雨")
PUBLISHERS = ("湖山书社", "远帆出版社", "Northgate Press", "大学城出版社", "Lantern Books", "晨钟书局")


class ImaginedTitle(msgspec.Struct, frozen=True):
    """A title in its own language and in the other one."""

    title: str
    title_alt: str
    language: str
    author: str
    publisher: str
    year: int
    clc: str


def imagine(number: int) -> ImaginedTitle:
    """The title with this number, from 0; no two numbers have the same."""
    rest, place = divmod(number // 2, len(PLACES))
    rest, subject = divmod(rest, len(SUBJECTS))
    volume, form = divmod(rest, len(FORMS))
    chinese = f"{PLACES[place][0]}{SUBJECTS[subject][0]}{FORMS[form][0]}"
    english = FORMS[form][1].format(subject=SUBJECTS[subject][1], place=PLACES[place][1])
    if volume:
        chinese, english = f"{chinese}（第{volume + 1}卷）", f"{english}, vol. {volume + 1}"
    in_english = number % 2 == 1
    return ImaginedTitle(
        title=english if in_english else chinese,
        title_alt=chinese if in_english else english,
        language="en" if in_english else "zh",
        author=imagined_name(number // 7),
        publisher=PUBLISHERS[number % len(PUBLISHERS)],
        year=1950 + number % 76,
        clc=f"{'BDGIJKNTX'[subject % 9]}{200 + form}",
    )


def imagined_name(number: int) -> str:
    """A person's name; names repeat, as they do."""
    rest, family = divmod(number, len(FAMILY))
    return FAMILY[family] + GIVEN[rest % len(GIVEN)]
