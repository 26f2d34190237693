"""Templates of slips: worded otherwise, or as the program words them."""

from __future__ import annotations

from libops.circulation.errands import Deed, Errand, errand
from libops.i18n import mark
from libops.slips import templates
from libops.slips.templates import SlipWording, TemplateAnswer
from libops.work import Work


def change_template(wording: SlipWording, about: str, text: str) -> Errand:
    """Word a slip as this library wants it; ``about`` is what it is called."""

    def act(work: Work) -> TemplateAnswer:
        return templates.change_template(work, kind=wording.kind, language=wording.language, text=text)

    return errand(about, act, lambda _: Deed(mark("The slip is worded so from now on.")))


def reset_template(wording: SlipWording, about: str) -> Errand:
    """Go back to the program's own wording; ``about`` is what it is called."""

    def act(work: Work) -> TemplateAnswer:
        return templates.reset_template(work, kind=wording.kind, language=wording.language)

    return errand(about, act, lambda _: Deed(mark("The slip is worded as the program does it again.")))
