"""``libops doctor``: whether the data are sound."""

from __future__ import annotations

import typer

from libops.cli.exit_codes import ExitCode
from libops.cli.options import JsonOption


def doctor(json: JsonOption = False) -> None:
    """Check every invariant of the data; it only reads."""
    from libops.cli.answers import give
    from libops.cli.at_work import open_library, read_settings, spoken
    from libops.cli.in_words import findings_in_words
    from libops.doctor import describe, examine

    settings = read_settings()
    language = spoken(settings)
    with open_library(settings) as library:
        findings = examine(library)
    results = [
        {"code": finding.code, "subject": finding.subject, "message": describe(finding, language)}
        for finding in findings
    ]
    give({"results": results, "next": None}, json, lambda: findings_in_words(findings, language))
    if findings:
        raise typer.Exit(ExitCode.FAULTS_FOUND)
