"""Nothing that libops needs to run may forbid handing libops on under the Apache licence."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
COMPATIBLE = re.compile(
    r"\b(apache|mit|bsd|0bsd|isc|psf|python software foundation|mpl|mozilla public|zlib|unlicense|public domain)\b",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"\b[al]?gpl|general public|\bsspl|\bbusl|business source|commons clause", re.IGNORECASE)
# Under the LGPL, which lets a program of another licence import them unchanged. No others without a look at each.
BSD_BEGINS = "Redistribution and use in source and binary forms"
LESSER = {"psycopg", "psycopg-binary", "python-stdnum"}


def runtime_packages() -> set[str]:
    """Everything that the program's own dependencies pull in on this machine, by canonical name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    waiting = [Requirement(line) for line in project["dependencies"]]
    found: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        # An extra of a package is looked at apart from the package: it needs more.
        for extra in {"", *wanted.extras} - {extra for name, extra in found if name == canonicalize_name(wanted.name)}:
            found.add((canonicalize_name(wanted.name), extra))
            for line in distribution(wanted.name).requires or []:
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    waiting.append(needed)
    return {name for name, _extra in found}


def licence_of(package: str) -> str:
    """What a package says about its licence: the expression, or else its classifiers and its old free-text field."""
    said = distribution(package).metadata
    if expression := said.get_all("License-Expression"):
        return str(expression[0])
    classifiers = [line for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    # Some put the whole text into the field; its name is in the first line, or it has none, as the BSD licence.
    fields = [text.strip().partition("\n")[0] for text in said.get_all("License") or []]
    fields = ["BSD" if field.startswith(BSD_BEGINS) else field for field in fields]
    return "; ".join([*classifiers, *fields])


def test_no_dependency_forbids_the_licence_of_libops() -> None:
    said = {package: licence_of(package) for package in sorted(runtime_packages())}
    assert len(said) > 20
    lesser = {package for package, licence in said.items() if COPYLEFT.search(licence)}
    assert {package: said[package] for package in lesser - LESSER} == {}
    assert {package: said[package] for package in said.keys() - lesser if not COMPATIBLE.search(said[package])} == {}


def test_those_allowed_by_name_are_under_the_lesser_licence_and_still_needed() -> None:
    needed = runtime_packages()
    for package in LESSER:
        assert package in needed
        assert re.search(r"\blgpl|lesser", licence_of(package), re.IGNORECASE)


def test_the_licence_is_handed_on_whole() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    try:
        said = distribution("libops").metadata
    except PackageNotFoundError:
        return
    assert said["License-Expression"] == "Apache-2.0"
