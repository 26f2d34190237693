"""The words in capitals that stand in help for what is to be typed, in the language of whoever asks."""

from __future__ import annotations

import re
from collections.abc import Callable

from libops.languages import mark

WORDS = frozenset(
    {
        mark("ADDRESS"),
        mark("ARGS"),
        mark("AMOUNT"),
        mark("BADGE"),
        mark("BARCODE"),
        mark("BRANCH"),
        mark("CALLNUMBER"),
        mark("CATEGORY"),
        mark("CHARGE"),
        mark("CODE"),
        mark("COLUMN"),
        mark("COMMAND"),
        mark("COUNT"),
        mark("CURSOR"),
        mark("DATE"),
        mark("DAY"),
        mark("DIALECT"),
        mark("DROP"),
        mark("EMAIL"),
        mark("ENCODING"),
        mark("FILE"),
        mark("FOLDER"),
        mark("FORMAT"),
        mark("GROUP"),
        mark("HOURS"),
        mark("KEEP"),
        mark("KEY"),
        mark("KIND"),
        mark("LANGUAGE"),
        mark("LOCATION"),
        mark("MATERIAL"),
        mark("METHOD"),
        mark("NAME"),
        mark("NOTE"),
        mark("NUMBER"),
        mark("OPTIONS"),
        mark("PART"),
        mark("PATH"),
        mark("PATRON"),
        mark("PHONE"),
        mark("PLACE"),
        mark("PORT"),
        mark("REASON"),
        mark("REQUEST"),
        mark("ROLE"),
        mark("SCHEME"),
        mark("SETTING"),
        mark("SIZE"),
        mark("STATUS"),
        mark("TEXT"),
        mark("TITLE"),
        mark("VALUE"),
        mark("WAY"),
        mark("WAYS"),
        mark("WEEKDAYS"),
        mark("WHAT"),
        mark("WHY"),
        mark("WORDS"),
        mark("YEAR"),
        mark("ZONE"),
    }
)
"""All but those that are the same in every language."""

OPTIONS = "[OPTIONS]"
COMMAND = "COMMAND [ARGS]..."


def placeholder(shown: str, say: Callable[[str], str]) -> str:
    """Such a word as it is shown, with dots, brackets and signs of equality left where they are."""
    return re.sub(r"[A-Z]+", lambda found: say(found[0]) if found[0] in WORDS else found[0], shown)
