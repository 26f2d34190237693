"""Large letters for the words of outcome: a person with a book in each hand reads them from a metre away.

Each letter is a bitmap, row after row in hexadecimal digits: Chinese of 16 rows of 16 dots, Latin of 7 rows of 8 dots,
of which 5 are used. Two dots make one cell of the terminal, one above the other.
"""

from __future__ import annotations

_LATIN_ROWS, _LATIN_WIDTH = 7, 5

_CHINESE = {
    "上": "01000100010001000100010001fc01000100010001000100010001007ffe0000",
    "架": "100018007f7e134613463346227e6f0001807ffe03c007e00db0399c61860180",
    "送": "010c2108109803fe00600060706017fe106010701098138c36046c0047fe0000",
    "往": "08401860302060204ffe182010203020706053fc102010201020102017fe1000",
    "另": "1ffc100c100c100c100c1ffc010001007ffc0304020406040c0c380c60780000",
    "放": "086008607f7e304410c41fcc13ac32283238323822102238626c46c64d820000",
    "已": "7ff8000800083008300830083ff83008300030003002300230061ffc00000000",
    "处": "0020182018201f20113033383328722c5a260e200c200c201e20318060fe4000",
    "理": "7ffe1326132613fe13267f26132613fe1020102013fe7c20602007ff00000000",
    "拒": "100011fe11007d00110011fc110411041f04790451fc11001100110011fe7000",
    "绝": "084018c010f8319827106ffe7926112631267dfe610001001f02790201fe0000",
    "未": "0180018001803ffc0180018001807ffe03c003c005a00990399c618641820180",
    "知": "00003000207e3f466846484608467fc6084608461c4616461346317e60464000",
    "条": "020006000ff01c30366023c003e03e3c718e01803ffc018009b01998318c0300",
    "码": "7dfc100c308c208820887c88658865fe6402240227fe24063c042004003c0000",
    "是": "1ff810081ff8100810081ff800007ffe0180198019fc1980278063fe00000000",
    "哪": "07de7b52495649544fd44b544b544b524fd27a5242524256045004d009900000",
    "一": "00000000000000007ffe00000000000000000000000000000000000000000000",
    "个": "0080018003c006600c30199c6186418201800180018001800180018001800000",
    "完": "010001807ffe600660066ff6000000007ffe0660046004600c621862707e0000",
    "成": "005c00443ffe2040204020443e4c22682238223022322e7260d2419a410e0000",
    "借": "099809981ffe119831987198ffff300033fc3204320433fc3204320433fc1204",
    "出": "01800180318c318c318c318c3ffc01802184218421842184218421843ffc0004",
    "续": "0020102011fc302027fe680678b4107021b07ca063fe00601c5870cc03860202",
    "读": "0020202013fc082003fe000671841060132010a017fe14601c58198c33060202",
    "者": "030003043ff80318033003607ffe038006003ff868080ff8080808080ff80808",
    "预": "00007efe0410281010fe18827e92169214921092109210a2102c104671820000",
    "约": "000010401040208024fe49027a02108220427c42602200020c02700a00040000",
    "到": "00007f820822122221227fa208a208227f22082208220b027c02000e00040000",
    "馆": "0000201020083dfe4502487ca0442044207c2040207e28423042207e00420000",
    "办": "00000200020002007ff002100210121432162212441004100810105060200000",
    "撤": "00002110211027d0793e22a427d4201437d4644827c8244827d4245664e20000",
    "销": "0000102011243ca8202041fcb904210421fc7904210421fc29043104211c0000",
}

_LATIN = {
    "A": "708888f8888888",
    "B": "f08888f08888f0",
    "C": "78808080808078",
    "D": "f08888888888f0",
    "E": "f88080f08080f8",
    "F": "f88080f0808080",
    "G": "78808098888870",
    "H": "888888f8888888",
    "I": "70202020202070",
    "J": "38101010109060",
    "K": "8890a0c0a09088",
    "L": "808080808080f8",
    "M": "88d8a8a8888888",
    "N": "88c8c8a8989888",
    "O": "70888888888870",
    "P": "f08888f0808080",
    "Q": "70888888a89068",
    "R": "f08888f0a09088",
    "S": "788080700808f0",
    "T": "f8202020202020",
    "U": "88888888888870",
    "V": "88888888885020",
    "W": "888888a8a8d888",
    "X": "88885020508888",
    "Y": "88885020202020",
    "Z": "f80810204080f8",
    "-": "00000070000000",
    "0": "708898a8c88870",
    "1": "20602020202070",
    "2": "708808304080f8",
    "3": "70880830088870",
    "4": "10305090f81010",
    "5": "f880f008088870",
    "6": "708080f0888870",
    "7": "f8081020202020",
    "8": "70888870888870",
    "9": "70888878080870",
    "?": "70880810200020",
}

_CELLS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def large(word: str, width: int, height: int = 8) -> list[str] | None:
    """The word in large letters, as lines of equal length; None where a letter is lacking or it has no room."""
    chinese = _set([_dots(_CHINESE[letter], 4) for letter in word], gap=2) if set(word) <= set(_CHINESE) else None
    if chinese is not None:
        return chinese if len(chinese[0]) <= width and len(chinese) <= height else None
    if not set(word) <= set(_LATIN) | {" "}:
        return None
    letters = [_dots(_LATIN.get(letter, "00" * _LATIN_ROWS), 2, _LATIN_WIDTH) for letter in word]
    for scale in (2, 1):
        lines = _set([_scaled(letter, scale) for letter in letters], gap=scale)
        if len(lines[0]) <= width and len(lines) <= height:
            return lines
    return None


def _dots(bitmap: str, digits: int, used: int | None = None) -> list[list[bool]]:
    """Rows of dots from a bitmap of so many hexadecimal digits a row."""
    rows = [f"{int(bitmap[at : at + digits], 16):0{digits * 4}b}" for at in range(0, len(bitmap), digits)]
    return [[dot == "1" for dot in row[:used]] for row in rows]


def _scaled(letter: list[list[bool]], scale: int) -> list[list[bool]]:
    return [[dot for dot in row for _ in range(scale)] for row in letter for _ in range(scale)]


def _set(letters: list[list[list[bool]]], gap: int) -> list[str]:
    """Letters side by side, two rows of dots to a line."""
    height = len(letters[0]) if letters else 0
    rows = [[dot for letter in letters for dot in (*letter[row], *[False] * gap)][:-gap] for row in range(height)]
    if height % 2:
        rows.append([False] * len(rows[0]))
    return ["".join(_CELLS[pair] for pair in zip(*rows[at : at + 2], strict=True)) for at in range(0, len(rows), 2)]
