"""Which language the interface speaks, and its catalogue of texts; loads nothing beyond the standard library.

Dates, money and plurals are in libops/i18n.py. This much is apart so that a command's help is quick in any language.
"""

from __future__ import annotations

import gettext
import locale
import os
from functools import cache
from pathlib import Path

LOCALE_FOLDER = Path(__file__).parent / "locale"
LOCALES = {"en": "en", "zh": "zh_CN"}
"""The languages of the interface, each with the locale whose habits it follows."""


def choose(setting: str) -> str:
    """``zh`` or ``en``: as the setting says, otherwise as the terminal's locale does."""
    if setting in LOCALES:
        return setting
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not named:
        named = locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith("zh") else "en"


def mark(message: str) -> str:
    """Mark a text for translation where it stands as data; it is translated when somebody reads it."""
    return message


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """The texts of a language; English stands in the source and needs none."""
    if code == "en":
        return gettext.NullTranslations()
    return gettext.translation("libops", LOCALE_FOLDER, languages=[LOCALES[code]])
