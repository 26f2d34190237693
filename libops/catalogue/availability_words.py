"""How many of a title's copies can be had and where, in plain words: for search rows, cards and commands alike."""

from __future__ import annotations

from libops.catalogue.availability import AtBranch, Availability
from libops.i18n import Language


def in_words(held: Availability, language: Language) -> str:
    """How many copies are in: ``2 of 3 in``; that they are read here only, or that there are none."""
    say = language.say
    read_here = sum(branch.read_here for branch in held.branches)
    if held.copies == 0:
        return say("no copies")
    if read_here == held.copies:
        return language.count("{n} to be read here", "{n} to be read here", read_here)
    return say("{available} of {copies} in", available=held.available, copies=held.copies)


def where(held: Availability, language: Language) -> str:
    """The branches that have a copy on the shelf, each with how many where one of them has more than one."""
    having = [branch for branch in held.branches if _on_shelf(branch)]
    several = any(_on_shelf(branch) > 1 for branch in having)
    return language.listed(_at(branch, language, several=several) for branch in having)


def _at(branch: AtBranch, language: Language, *, several: bool) -> str:
    name = language.either(branch.branch_zh, branch.branch_en)
    return f"{name} {_on_shelf(branch)}" if several else name


def _on_shelf(branch: AtBranch) -> int:
    return branch.available + branch.read_here
