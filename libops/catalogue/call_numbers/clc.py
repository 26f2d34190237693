"""The Chinese Library Classification (中图法): ``TP312/C567:2``, ``I247.57/2384.1``, ``R711(711)=535``.

Class numbers are compared character by character from the left: letters by the alphabet, digits as a decimal fraction,
so ``TP31``, ``TP312``, ``TP32``. The stop behind each third digit is only there for the eye. Behind the same characters
the auxiliary signs come in the order which the handbook of the fifth edition gives (《中国图书馆分类法》第五版使用手册,
pages 82 and 83), all before a further digit; its example is ``R711``, ``R711-62``, ``R711(711)``, ``R711(711)=535``,
``R711=6``, ``R711<326>``, ``R711:R83``, ``R711+R173``, ``R711.1``. The handbook's list leaves out the mark of
recommendation ``a``; it is put before the signs, as it is there to bring a work to the front of its class. Letters that
divide a class (``TP312JA``) follow the digits.
"""

from __future__ import annotations

import re

from libops.catalogue.call_numbers.ordered import END, character
from libops.catalogue.call_numbers.written import Written

SIGNS_IN_ORDER = ("a", "-", "(", '"', "=", "<", ":", "+")
"""What a sign stands for: recommended, general subdivision, place, people, period, circumstance, combined, joined."""
FIRST_SIGN, CLOSED = "#", '"'
"""The place of the first sign in a key, and below it that of every closing one."""
CLOSING = (")", ">")

_PLACES = {sign: chr(ord(FIRST_SIGN) + place) for place, sign in enumerate(SIGNS_IN_ORDER)}
_PLACES.update(dict.fromkeys(CLOSING, CLOSED))

_MAIN_CLASSES = "ABCDEFGHIJKNOPQRSTUVXZ"
_INNER = r"[0-9A-Z.,=-]+"
_CLASS = re.compile(
    rf"[{_MAIN_CLASSES}][A-Z]?"
    rf"(?:[0-9.]++|\({_INNER}\)|\"{_INNER}\"|<{_INNER}>|[-=][0-9]++|[:+]++(?:[A-Z]{{1,2}}(?=[0-9.(:+=-]|$))?"
    r"|(?<=[0-9)>\"])(?:[A-Z]{1,4}(?![A-Z0-9])|a(?![0-9A-Za-z])))*"
)
_BEGINNING = re.compile(rf"[{_MAIN_CLASSES}][A-Z]?[0-9A-Z.()\"<>=:+a-]*")
_SPACED_BEGINNING = re.compile(r"^([A-Z]{1,2}) (?=[0-9.]*$)")
_SEPARATOR = re.compile(r"[ /]+")
_LETTERS = re.compile(r"[A-Z]{1,2}", re.IGNORECASE)
_SPACED_SIGN = re.compile(r" ?([:=+/]) ?")


def split(text: str) -> Written | None:
    """The parts of a call number in its normal form, the class number without the brackets of an alternative class."""
    if " " in text:
        text = _SPACED_SIGN.sub(r"\1", text)
    cut = _SEPARATOR.search(text)
    head, rest = (text[: cut.start()], text[cut.end() :]) if cut else (text, "")
    if cut and cut[0] == " " and rest[:1].isdigit() and _LETTERS.fullmatch(head):
        further = _SEPARATOR.search(rest)
        if further:  # "TP 312/C567": the space is only there for the eye; "Z 3" is book 3 of class Z
            head, rest = head + rest[: further.start()], rest[further.end() :]
    class_number = _as_class(head)
    return None if class_number is None else Written("", class_number, rest.strip(" /"))


def _as_class(head: str) -> str | None:
    head = head.replace("[", "").replace("]", "")
    for form in (head, head.upper()):
        if _CLASS.fullmatch(form):
            return form.rstrip(".")
    return None


def class_key(written: Written) -> str:
    """The class number's part of the key: every character in its place, and the end."""
    return _places(written.class_number) + END


def _places(class_number: str) -> str:
    places: list[str] = []
    opened = False
    for char in class_number:
        if char == ".":
            continue
        if char == '"':
            opened = not opened
            places.append(_PLACES[char] if opened else CLOSED)
        else:
            places.append(_PLACES.get(char) or (char if char.isalnum() else character(char)))
    return "".join(places)


def beginning(text: str) -> str | None:
    """The part of a key that every class number with this beginning has; None if no class number begins so."""
    head = _SPACED_BEGINNING.sub(r"\1", text.replace("[", "").replace("]", ""))
    return _places(head) if _BEGINNING.fullmatch(head) else None
