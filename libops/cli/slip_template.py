"""``libops slip template``: how slips are worded, and wording them otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from libops.cli.help_texts import SpokenCommand, group, say
from libops.cli.options import AtOption, BadgeOption, JsonOption, KeyOption, legible
from libops.cli.paper import ColumnsOption

if TYPE_CHECKING:
    from libops.cli.at_work import AtWork
    from libops.slips.templates import TemplateAnswer

app = group(say("See how slips are worded, and word them otherwise."))

KindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help=say("Which slip: loans, hold, transfer or payment."), callback=legible)
]
SlipLanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="LANGUAGE", help=say("Language of the slip: zh or en.")),
]
TemplateArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help=say("File with the template, in UTF-8; - for the input."))
]
MaybeTemplateArgument = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help=say("File with a template that may be set later; - for the input.")),
]


@app.command("list", cls=SpokenCommand, help=say("List all slips, and which of them the library words itself."))
def list_all(at: AtOption = None, badge: BadgeOption = None, json: JsonOption = False) -> None:
    """Every slip in every language."""
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.slip_words import wording_list
    from libops.pages import Page
    from libops.slips import templates

    with at_work(at, badge) as desk:
        with desk.look() as look:
            wordings = templates.list_wordings(look)
        page = Page(
            [{"kind": one.kind, "language": one.language, "changed_at": one.changed_at} for one in wordings], None
        )
        give(page, json, lambda: wording_list(wordings, desk.place, desk.language))


@app.command("show", cls=SpokenCommand, help=say("Show the template of a slip, to begin another from."))
def show(
    kind: KindArgument,
    language: SlipLanguageOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """The text of a template, as it can be given back to ``set``."""
    from db.slips import SlipKind
    from libops.cli.answers import give
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.cli.slip_words import plain_text
    from libops.slips import templates

    wanted = one_of(SlipKind, kind, "KIND")
    with at_work(at, badge) as desk:
        with desk.look() as look:
            wording = templates.show(look, wanted, language or desk.language.code)
        give(wording, json, lambda: plain_text(wording.text))


@app.command("set", cls=SpokenCommand, help=say("Word a slip in the library's own way."))
def set_template(
    kind: KindArgument,
    file: TemplateArgument,
    language: SlipLanguageOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Change a template; one that cannot be used is refused with its line, and changes nothing."""
    from db.slips import SlipKind
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.slips import templates

    wanted = one_of(SlipKind, kind, "KIND")
    text = _read(file)
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = templates.change_template(work, kind=wanted, language=language or desk.language.code, text=text)
        _give(answer, desk, json)


@app.command("reset", cls=SpokenCommand, help=say("Go back to the program's own wording of a slip."))
def reset(
    kind: KindArgument,
    language: SlipLanguageOption = None,
    key: KeyOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """Forget the library's own template of a slip."""
    from db.slips import SlipKind
    from libops.cli.at_work import at_work
    from libops.cli.choices import one_of
    from libops.slips import templates

    wanted = one_of(SlipKind, kind, "KIND")
    with at_work(at, badge) as desk:
        with desk.work(key) as work:
            answer = templates.reset_template(work, kind=wanted, language=language or desk.language.code)
        _give(answer, desk, json)


@app.command("preview", cls=SpokenCommand, help=say("Show a slip of an imagined library, by a template or as it is."))
def preview(
    kind: KindArgument,
    file: MaybeTemplateArgument = None,
    language: SlipLanguageOption = None,
    columns: ColumnsOption = None,
    at: AtOption = None,
    badge: BadgeOption = None,
    json: JsonOption = False,
) -> None:
    """What a template comes to, before it is set; one that cannot be used is refused as by ``set``."""
    from db.slips import SlipKind
    from libops.cli.answers import give
    from libops.cli.at_work import at_work, read_settings
    from libops.cli.choices import one_of
    from libops.cli.paper import columns_of
    from libops.cli.slip_words import plain_text
    from libops.slips import templates
    from libops.slips.layout import as_text

    wanted = one_of(SlipKind, kind, "KIND")
    width = columns_of(read_settings(), columns)
    given = None if file is None else _read(file)
    with at_work(at, badge) as desk:
        spoken = language or desk.language.code
        with desk.look() as look:
            template = templates.show(look, wanted, spoken).text if given is None else given
        text = as_text(templates.try_out(wanted, spoken, template), width)
        give({"kind": wanted, "language": spoken, "text": text}, json, lambda: plain_text(text))


def _give(answer: TemplateAnswer, desk: AtWork, json: bool) -> None:
    from libops.cli.answers import give
    from libops.cli.slip_words import template_changed

    told = {"kind": answer.kind, "language": answer.language, "changed": answer.changed}
    give(told, json, lambda: template_changed(answer, desk.language))


def _read(file: Path) -> str:
    import sys

    from libops.bad_files import BadFile
    from libops.languages import mark

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(str(file), 0, mark("it is not UTF-8 text")) from error
