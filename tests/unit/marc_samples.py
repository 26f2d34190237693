"""Records for the tests of MARC: two that are like real ones, and the bytes of any."""

from __future__ import annotations

from libops.catalogue.marc.records import Field, Record


def data(tag: str, indicators: str, text: str) -> Field:
    """A field from its text with ``$``: ``data("245", "10", "$aTitle /$cName.")``."""
    return Field(tag, "", indicators, tuple((part[:1], part[1:]) for part in text.split("$")[1:]))


def iso(record: Record, encoding: str = "utf-8") -> bytes:
    """The record as ISO 2709, put together by the standard and not by the program's own writer."""
    directory = b""
    body = b""
    for field in record.fields:
        text = field.value
        if field.subfields:
            text = field.indicators + "".join(f"\x1f{code}{value}" for code, value in field.subfields)
        raw = text.encode(encoding) + b"\x1e"
        directory += b"%b%04d%05d" % (field.tag.encode(), len(raw), len(body))
        body += raw
    base = 24 + len(directory) + 1
    leader = record.leader
    head = f"{base + len(body) + 1:05d}{leader[5:12]}{base:05d}{leader[17:]}".encode()
    return head + directory + b"\x1e" + body + b"\x1d"


CHINESE = Record(
    "00000nam0 2200000   450 ",
    (
        Field("001", "012004000123"),
        Field("005", "20040601093000.0"),
        data("010", "  ", "$a978-7-02-000220-7$b精装$dCNY59.70"),
        data("100", "  ", "$a20040521d1996    em y0chiy50      ea"),
        data("101", "0 ", "$achi"),
        data("102", "  ", "$aCN$b110000"),
        data("105", "  ", "$aa   z   000fy"),
        data("200", "1 ", "$a红楼梦$9hong lou meng$b专著$e脂砚斋重评本$h上册$i石头记$f(清)曹雪芹著$g(清)高鹗续"),
        data("205", "  ", "$a第2版"),
        data("210", "  ", "$a北京$c人民文学出版社$d1996.12"),
        data("215", "  ", "$a2册(1606页)$c图$d21cm"),
        data("225", "2 ", "$a中国古典文学读本丛书$v第3辑"),
        data("300", "  ", "$a本书以庚辰本为底本"),
        data("330", "  ", "$a以贾、史、王、薛四大家族的兴衰为背景。"),
        data("461", " 0", "$1001012004000100$12001 $a四大名著$v1"),
        data("510", "1 ", "$aA dream of red mansions$zeng"),
        data("517", "1 ", "$a石头记$9shi tou ji"),
        data("606", "0 ", "$a章回小说$y中国$z清代"),
        data("610", "0 ", "$a古典小说$a清代"),
        data("690", "  ", "$aI242.4$v5"),
        data("701", " 0", "$c(清)$a曹雪芹$9cao xue qin$f(约1715-1763)$4著"),
        data("702", " 0", "$c(清)$a高鹗$9gao e$4续"),
        data("712", "02", "$a中国艺术研究院$b红楼梦研究所$4校注"),
        data("801", " 0", "$aCN$b人天书店$c20040521"),
        data("905", "  ", "$a011001$bA0001$bA0002$cZW$dI242.4$e12:1$vC.1"),
    ),
)
WESTERN = Record(
    "00000cam a2200000 a 4500",
    (
        Field("001", "2329645"),
        Field("003", "DLC"),
        Field("005", "20030805093128.0"),
        Field("008", "020925s2003    nyu      b    001 0 eng  "),
        data("010", "  ", "$a  2002036483"),
        data("020", "  ", "$a0791458334 (alk. paper) :$cUSD54.50"),
        data("020", "  ", "$z0791458300"),
        data("040", "  ", "$aDLC$cDLC"),
        data("050", "00", "$aPR4692.P74$bP37 2003"),
        data("082", "00", "$a823/.8$221"),
        data("084", "  ", "$aI561.074$2clc"),
        data("100", "1 ", "$6880-01$aParis, Bernard J.,$d1931-$eauthor."),
        data(
            "245",
            "10",
            "$6880-02$aRereading George Eliot :$bchanging responses to her experiments in life /"
            "$cBernard J. Paris ; illustrated by Ann Lee.",
        ),
        data("246", "3 ", "$aGeorge Eliot reread."),
        data("250", "  ", "$a2nd ed."),
        data("260", "  ", "$aAlbany :$bState University of New York Press,$cc2003."),
        data("300", "  ", "$axiii, 220 p. ;$c23 cm."),
        data("440", " 0", "$aSUNY series in psychoanalysis and culture ;$v12"),
        data("504", "  ", "$aIncludes bibliographical references."),
        data("520", "  ", "$aA second look."),
        data("600", "10", "$aEliot, George,$d1819-1880$xKnowledge$xPsychology."),
        data("650", " 0", "$aPsychology in literature."),
        data("700", "1 ", "$aLee, Ann,$eillustrator."),
        data("773", "0 ", "$tCollected essays.$gvol. 2$w(DLC)2329600"),
        data("880", "1 ", "$6100-01/1$a帕里斯"),
        data("880", "10", "$6245-02$a重读乔治·艾略特 :$b对她人生实验的反应 /$c帕里斯."),
        data("952", "  ", "$p30000000000012$aMAIN$cSTACKS$oPR4692.P74 P37 2003$yBK$v54.50"),
    ),
)
