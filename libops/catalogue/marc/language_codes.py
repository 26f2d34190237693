"""Languages: the three letters that records use (ISO 639-2/B, and what files have beside it), the two of ISO 639-1."""

from __future__ import annotations

from collections.abc import Iterable

_BIBLIOGRAPHIC = """
aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bi:bis
bm:bam bn:ben bo:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:cze cu:chu cv:chv cy:wel da:dan de:ger
dv:div dz:dzo ee:ewe el:gre en:eng eo:epo es:spa et:est eu:baq fa:per ff:ful fi:fin fj:fij fo:fao fr:fre fy:fry
ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:arm hz:her ia:ina
id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:ice it:ita iu:iku ja:jpn jv:jav ka:geo kg:kon ki:kik kj:kua kk:kaz
kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao
lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mao mk:mac ml:mal mn:mon mr:mar ms:may mt:mlt my:bur na:nau nb:nob nd:nde
ne:nep ng:ndo nl:dut nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol
ps:pus pt:por qu:que rm:roh rn:run ro:rum ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin sk:slo sl:slv
sm:smo sn:sna so:som sq:alb sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk
tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln
wo:wol xh:xho yi:yid yo:yor za:zha zh:chi zu:zul
"""
# ISO 639-2/T where it differs, and codes that MARC has given up but files still have.
_OTHERWISE = """
zh:zho zh:cmn fr:fra de:deu nl:nld el:ell cs:ces sk:slk ro:ron ro:mol fa:fas is:isl ka:kat hy:hye eu:eus sq:sqi mk:mkd
mi:mri ms:msa my:mya bo:bod cy:cym sr:scc hr:scr gl:gag ga:iri gd:gae fy:fri om:gal oc:lan eo:esp gn:gua st:sso
ss:swz sm:sao sn:sho mg:mla tl:tag tg:taj tt:tar tn:tsw ia:int se:lap km:cam fo:far
"""
_THREE = dict(pair.split(":") for pair in _BIBLIOGRAPHIC.split())
_TWO = {three: two for two, three in (pair.split(":") for pair in (_BIBLIOGRAPHIC + _OTHERWISE).split())}
_NONE = frozenset(("und", "zxx", "mul", "mis", "xxx"))


def languages_of(codes: Iterable[str]) -> tuple[str, ...]:
    """The languages by codes of three letters, each once: in two letters where there are such; no code, no language."""
    found: dict[str, None] = {}
    for code in codes:
        low = code.strip().lower()
        if len(low) == 3 and low.isascii() and low.isalpha() and low not in _NONE:
            found[_TWO.get(low, low)] = None
    return tuple(found)


def three_letters(language: str) -> str:
    """A language's bibliographic code (ISO 639-2/B)."""
    return _THREE.get(language, language)
