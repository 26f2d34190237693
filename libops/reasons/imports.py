"""Reading files into the catalogue."""

from __future__ import annotations

from libops.languages import mark

MESSAGES: dict[str, tuple[str, str]] = {
    "import.no_records": (
        mark("The file holds no MARC records that can be told apart."),
        mark("Name its format, dialect and encoding, if you know them."),
    ),
    "import.no_title": (
        mark("The record has no title (245 or 200 $a)."),
        mark("Add one, or leave the record out."),
    ),
    "import.several_titles": (
        mark("{count} titles have the ISBN {isbn}: which one the record means cannot be told."),
        mark("Match by control number only, or merge those titles."),
    ),
    "import.no_status": (
        mark("A copy is to be “{word}”, which is no status to begin with."),
        mark("Name it in the mapping file under [status]; known are: {known}."),
    ),
    "import.no_branch": (
        mark("The copy {barcode} names no branch."),
        mark("Say which one is meant with --branch, or name the subfield that tells it in the mapping file."),
    ),
    "import.unknown": (
        mark("No file was read in under the number {number}."),
        mark("`libops import list` lists them."),
    ),
    "import.other_settings": (
        mark("This file was begun with other settings (number {number}) and not finished."),
        mark("Use those again to go on, or end that one first with `libops import end {number}`."),
    ),
    "import.elsewhere": (
        mark("The file is being read in by another program (number {number}), or was ended."),
        mark("Wait until it is done, then look with `libops import list`."),
    ),
}

BRIEFLY: dict[str, str] = {}
